"""Feeds and addresses from the web to the library, through everything but the real network."""

from pathlib import Path

import pytest

from assistant.articles import FieldMap, Given
from assistant.fetching import news
from assistant.fetching.fetch import Fetcher, read_address
from assistant.fetching.news import find_feeds
from assistant.library.following import follow, followed, unfollow, update
from assistant.library.ingest import ingest
from assistant.library.library import Library
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.fetching import Web, answer, web
from tests.samples import PARAGRAPHS, page, rss

WHOLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 2)
FEED = "http://a.example/feed"


def item(n: int) -> str:
    return (
        f"<title>News {n}</title><link>http://a.example/{n}</link><pubDate>Thu, 27 Nov 2025 10:00:00 GMT</pubDate>"
        f"<content:encoded><![CDATA[<p>Number {n}.</p>{WHOLE}]]></content:encoded>"
    )


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(news, "PAUSE_S", 0.0)
    return Library(tmp_path / "library", BagOfWordsEmbedder(), create=True)


def test_what_is_new_comes_in_once_and_a_broken_feed_stops_nothing(library: Library) -> None:
    answers = {"a.example/feed": answer(rss(item(1))), "b.example/feed": answer(rss(item(9)))}
    with web(answers) as made:
        fetcher = Fetcher(network=made)
        for url in ("http://b.example/feed", FEED):
            assert [feed.url for feed in follow(library, find_feeds(fetcher, url))] == [url]
        made.answers["b.example/feed"] = answer(b"", status="500 Oops")
        first = update(library, fetcher, lambda _: None)
        assert "500" in first.feeds[0].feed.fault and first.feeds[0].report is None
        assert first.feeds[1].report is not None and first.feeds[1].report.added == 1
        second = update(library, fetcher, lambda _: None)
        assert second.feeds[1].report is None
        made.answers["a.example/feed"] = answer(rss(item(1), item(2)))
        third = update(library, fetcher, lambda _: None)
        assert third.feeds[1].report is not None and third.feeds[1].report.added == 1
    assert library.status().articles == 2
    assert [bool(feed.fault) for feed in followed(library)] == [True, False]
    unfollow(library, FEED)
    assert len(followed(library)) == 1 and library.status().articles == 2


def test_ctrl_c_keeps_what_is_done(library: Library) -> None:
    with web({"a.example/feed": answer(rss(item(1))), "b.example/feed": answer(rss(item(9)))}) as made:
        fetcher = Fetcher(network=made)
        follow(library, find_feeds(fetcher, FEED))
        follow(library, find_feeds(fetcher, "http://b.example/feed"))

        def stop(address: str) -> None:
            if "b.example" in address:
                raise KeyboardInterrupt

        report = update(library, fetcher, stop)
    assert report.interrupted and len(report.feeds) == 1
    assert library.status().articles == 1
    assert [bool(feed.checked) for feed in followed(library)] == [True, False]


def test_addresses_are_ingested_like_files_and_changes_become_versions(library: Library) -> None:
    url = "http://a.example/2025/11/27/x"

    def take(made: Web) -> tuple[int, int, int, int]:
        items = tuple(read_address(Fetcher(network=made), url + "#part"))
        report = ingest(library, [Given(url, items)], FieldMap())
        return report.added, report.updated, report.unchanged, len(report.skipped)

    with web({"a.example/2025/11/27/x": answer(page())}) as made:
        assert take(made) == (1, 0, 0, 0)
        assert take(made) == (0, 0, 1, 0)
        made.answers["a.example/2025/11/27/x"] = answer(page(paragraphs=(*PARAGRAPHS, "A correction was added.")))
        assert take(made) == (0, 1, 0, 0)
        made.answers.clear()
        assert take(made) == (0, 0, 0, 1)
    assert (library.status().articles, library.status().versions) == (1, 2)
    assert str(library.status().first) == "2025-11-27"
