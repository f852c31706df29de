"""The day of publication: the surest place wins, and what is doubtful is told."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.articles import Notice, read_file
from assistant.articles.daylines import address_day, publication_day
from assistant.records import Article
from tests.articles import only_article, write
from tests.samples import page

URL = "https://harbour.example/2025/11/25/reopens"


def test_the_order_of_trust() -> None:
    places: dict[str, Any] = {
        "declared": "2025-11-24",
        "url": URL,
        "text": "EASTPORT, Nov. 26, 2025 (HN) - Ships left.",
        "name": "2025-11-27-harbour.txt",
        "crawled": date(2025, 11, 28),
    }
    nothing: dict[str, Any] = {"declared": None, "url": "", "text": "", "name": "", "crawled": None}
    for n, by in enumerate(["declared", "address", "dateline", "file name", "crawl"]):
        known = dict(list(nothing.items())[:n] + list(places.items())[n:])
        assert publication_day(**known) == (date(2025, 11, 24 + n), by)
    assert publication_day(**nothing) == (None, "")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://x.example/2025/11/27/title", date(2025, 11, 27)),
        ("https://x.example/world/2025/nov/27/title", date(2025, 11, 27)),
        ("https://x.example/news/2025-11-27/title.html", date(2025, 11, 27)),
        ("https://x.example/20251127/title", date(2025, 11, 27)),
        ("https://x.example/2025/11/27", date(2025, 11, 27)),
        ("https://x.example/2025/11/title", None),
        ("https://x.example/2025/13/27/title", None),
        ("https://x.example/2025/11/27/recap-of-/2025/11/20/", None),
        ("https://x.example/story-20251127", None),  # may be a number
        ("https://x.example/2999/11/27/title", None),
        ("https://x.example/?d=/2025/11/27/", None),
        ("https://[broken", None),
        ("", None),
    ],
)
def test_days_in_addresses(url: str, day: date | None) -> None:
    assert address_day(url) == day


def test_the_updated_day_is_kept_apart(tmp_path: Path) -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2025-11-24T10:00:00Z",'
        ' "dateModified": "2025-11-28T09:00:00Z"}</script>'
    )
    article = only_article(write(tmp_path, "a.html", page(head=head)))
    assert (article.published, article.updated) == (date(2025, 11, 24), date(2025, 11, 28))
    row = '{"text": "Ships left.", "published": "2025-11-24", "date_modify": "2025-11-28"}'
    (item, *_) = [item for item in read_file(write(tmp_path, "a.jsonl", row)) if isinstance(item, Article)]
    assert item.updated == date(2025, 11, 28)


@pytest.mark.parametrize(
    "body",
    [
        "<p>On <time datetime='2025-11-27T10:00:00Z'>x</time>, updated <time datetime='2025-11-28'>y</time></p>",
        "<p class='byline'>By Ann Lee</p><p class='published-date'>27 November 2025, 10:15</p>",
        "<div class='post-date'>Veröffentlicht am 27. November 2025</div>",
        "<span class='article_date'>2025年11月27日 10時15分</span>",
        "<span itemprop='datePublished' content='2025-11-27'>today</span>",
    ],
)
def test_days_that_are_shown_with_the_headline(tmp_path: Path, body: str) -> None:
    assert only_article(write(tmp_path, "a.html", page(body=body))).published == date(2025, 11, 27)


@pytest.mark.parametrize(
    "body",
    [
        "<time datetime='2025-11-27'>x</time><time datetime='2025-11-20'>y</time>",  # of two stories
        "<p class='updated-date'>Updated 27 November 2025</p>",
        "<p>The bridge opens on 2 March 2024.</p>",
        "<p class='date'>27/11/25</p>",
    ],
)
def test_days_that_may_mean_something_else(tmp_path: Path, body: str) -> None:
    assert only_article(write(tmp_path, "a.html", page(body=body))).published is None


def test_a_declared_day_in_the_future_is_replaced_and_told(tmp_path: Path) -> None:
    row = f'{{"text": "Ships left.", "published": "2925-11-27", "url": "{URL}"}}'
    article, notice = read_file(write(tmp_path, "a.json", row))
    assert isinstance(article, Article) and article.published == date(2025, 11, 25)
    assert isinstance(notice, Notice)
    assert "'2925-11-27'" in notice.text and "address" in notice.text


def test_a_declared_day_far_from_that_of_the_address_is_told(tmp_path: Path) -> None:
    row = f'{{"text": "Ships left.", "published": "2019-03-02", "url": "{URL}"}}'
    article, notice = read_file(write(tmp_path, "a.json", row))
    assert isinstance(article, Article) and article.published == date(2019, 3, 2)
    assert isinstance(notice, Notice) and "2025-11-25" in notice.text


def test_the_name_of_a_file_is_the_title_when_there_is_no_other(tmp_path: Path) -> None:
    article = only_article(
        write(tmp_path, "harbour_reopens-2025-11-27.txt", "Date: 2025-11-27\n\nShips left the harbour.")
    )
    assert article.title == "harbour reopens"
    assert only_article(write(tmp_path, "0001.txt", "Ships left the harbour.")).title == ""
