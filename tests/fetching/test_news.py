"""Following feeds: what is new comes in once, what failed comes again, and the list survives."""

from pathlib import Path
from typing import Any

import pytest

from assistant.errors import FetchFailed, FetchRefused, LibraryError, UsageError
from assistant.fetching.fetch import Fetcher
from assistant.fetching.follows import Follow, Follows
from assistant.fetching.news import find_feeds, read_news
from assistant.records import Article, Skipped
from tests.fetching import Web, answer, web
from tests.samples import PARAGRAPHS, opml, page, rss

WHOLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 2)
FEED = "http://a.example/feed"


def item(n: int, content: str = "", title: str = "") -> str:
    inner = (
        f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else "<description>Short.</description>"
    )
    return (
        f"<title>{title or f'News {n}'}</title><link>http://a.example/{n}</link>"
        f"<pubDate>Thu, {n + 10} Nov 2025 10:00:00 GMT</pubDate>{inner}"
    )


def feed(*items: str, headers: str = 'ETag: "v1"\r\n') -> bytes:
    return answer(rss(*items), headers=f"Content-Type: application/rss+xml\r\n{headers}")


def news(made: Web, follow: Follow) -> Any:
    return read_news(Fetcher(network=made), follow, lambda _: None, pause_s=0)


def test_whole_entries_are_taken_and_pages_fetched_for_summaries() -> None:
    with web({"a.example/feed": feed(item(1, WHOLE), item(2)), "a.example/2": answer(page(title="Two"))}) as made:
        found = news(made, Follow(url=FEED))
    one, two = found.items
    assert isinstance(one, Article) and isinstance(two, Article)
    assert (one.source, two.source) == ("http://a.example/1", "http://a.example/2")
    assert (two.title, str(two.published)) == ("Two", "2025-11-12")  # the feed knows the day, the page does not
    assert (found.follow.title, found.follow.etag, found.follow.fault) == ("Harbour News", '"v1"', "")


def test_what_was_seen_is_not_fetched_again() -> None:
    with web({"a.example/feed": feed(item(1, WHOLE), item(2)), "a.example/2": answer(page())}) as made:
        known = news(made, Follow(url=FEED)).follow
        made.answers["a.example/feed"] = feed(item(1, WHOLE), item(2), item(3, WHOLE))
        made.requests.clear()
        (three,) = news(made, known).items
        assert three.source == "http://a.example/3"
        assert len(made.requests) == 1 and 'If-None-Match: "v1"' in made.requests[0]
        made.answers["a.example/feed"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        assert news(made, known).items == ()


def test_an_entry_that_changed_comes_again() -> None:
    with web({"a.example/feed": feed(item(1, WHOLE))}) as made:
        known = news(made, Follow(url=FEED)).follow
        made.answers["a.example/feed"] = feed(item(1, WHOLE, title="Corrected"))
        assert [found.title for found in news(made, known).items] == ["Corrected"]


def test_a_page_that_fails_is_told_and_tried_again() -> None:
    with web({"a.example/feed": feed(item(1), item(2, WHOLE))}) as made:
        found = news(made, Follow(url=FEED))
        skipped, article = found.items
        assert isinstance(skipped, Skipped) and "tries again" in skipped.reason
        assert isinstance(article, Article)
        made.answers["a.example/1"] = answer(page())
        made.requests.clear()
        assert [type(again) for again in news(made, found.follow).items] == [Article]
        assert "If-None-Match" not in made.requests[0]  # else the server might say that nothing has changed


def test_entries_that_lead_inside_are_skipped_for_good() -> None:
    inside = "<title>T</title><link>http://169.254.169.254/latest/</link><description>Short.</description>"
    with web({"a.example/feed": feed(inside)}) as made:
        found = news(made, Follow(url=FEED))
        (skipped,) = found.items
        assert isinstance(skipped, Skipped) and "not on the public internet" in skipped.reason
        assert news(made, found.follow).items == ()


@pytest.mark.parametrize(
    "content", [answer(b"<html>moved</html>"), answer(b"", status="500 Oops"), b"", answer(b"<rs")]
)
def test_a_feed_that_fails_says_so_and_keeps_what_it_knew(content: bytes) -> None:
    before = Follow(url=FEED, title="Harbour", etag='"v1"', seen=("x",))
    with web({"a.example/feed": content}) as made:
        found = news(made, before)
    assert found.items == () and found.follow.fault and found.follow.checked
    assert (found.follow.seen, found.follow.etag, found.follow.title) == (("x",), '"v1"', "Harbour")


def test_feeds_are_found_from_pages_and_lists(tmp_path: Path) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    with web(
        {"a.example/": answer(page(head=head)), "a.example/feed": feed(item(1)), "a.example/p": answer(page())}
    ) as made:
        fetcher = Fetcher(network=made)
        (direct,) = find_feeds(fetcher, FEED)
        (linked,) = find_feeds(fetcher, "http://a.example/")
        assert direct == linked == Follow(url=FEED, title="Harbour News", site="https://harbour.example/")
        with pytest.raises(UsageError, match="links to none"):
            find_feeds(fetcher, "http://a.example/p")
        with pytest.raises(FetchFailed):
            find_feeds(fetcher, "http://a.example/missing")
        with pytest.raises(FetchRefused):
            find_feeds(fetcher, "http://127.0.0.1/feed")
    path = tmp_path / "feeds.opml"
    path.write_bytes(opml(FEED, "file:///etc/passwd", "http://b.example/feed"))
    assert [follow.url for follow in find_feeds(Fetcher(), str(path))] == [FEED, "http://b.example/feed"]
    with pytest.raises(UsageError, match="cannot be read"):
        find_feeds(Fetcher(), str(tmp_path / "missing.opml"))


def test_the_list_is_kept(tmp_path: Path) -> None:
    follows = Follows(tmp_path)
    assert follows.all() == {}
    assert follows.add([Follow(url=FEED, title="A"), Follow(url="http://b.example/feed")]) == list(
        follows.all().values()
    )
    assert follows.add([Follow(url=FEED)]) == []
    follows.save(Follow(url=FEED, title="B", seen=("x", "y")))
    follows.save(Follow(url="http://removed.example/"))
    assert list(Follows(tmp_path).all().values()) == [
        Follow(url=FEED, title="B", seen=("x", "y")),
        Follow(url="http://b.example/feed"),
    ]
    assert follows.remove(FEED).title == "B"
    with pytest.raises(UsageError, match="not followed"):
        follows.remove(FEED)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": 1, "feeds": [{}]}', '{"format": 2, "feeds": []}', "[" * 9999]
)
def test_a_damaged_list_is_told_and_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "feeds.json").write_text(content, encoding="utf-8")
    with pytest.raises(LibraryError):
        Follows(tmp_path).add([Follow(url=FEED)])
    assert (tmp_path / "feeds.json").read_text(encoding="utf-8") == content
