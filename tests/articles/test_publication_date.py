"""The day of publication: read as written, or not at all."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles import Notice, parse_day, read_file
from assistant.articles.publication_date import address_day, publication_day
from assistant.records import Article
from tests.articles import only_article, write
from tests.samples import page

DAY = date(2025, 11, 27)
TODAY = date(2026, 1, 10)


@pytest.mark.parametrize(
    "value",
    [
        "2025-11-27",
        " 2025-11-27 ",
        "2025/11/27",
        "2025-11-27T23:30:00-08:00",  # the day as written, though it is the 28th in UTC
        "2025-11-27 09:00:00 +0900",
        "2025-11-27T00:15:00.000Z",
        "20251127",
        "20251127T093000Z",
        "20251127093000",
        "Thu, 27 Nov 2025 09:30:00 GMT",
        "Thu, 27 Nov 2025 09:30:00 +0000",
        "27 November 2025",
        "27th of November 2025",
        "27-Nov-2025",
        "Nov. 27, 2025",
        "NOVEMBER 27, 2025 5:30 PM",
        "Thursday, November 27, 2025 at 5 p.m. EST",
        "Thu Nov 27 09:30:00 +0000 2025",
        "Thu Nov 27 2025 10:00:00 GMT+0100",
        "27/11/2025",
        "11/27/2025 10:15",
        "27.11.2025",
        20251127,
        1764201600,
        1764201600.5,
        1764201600123,
        "1764201600",
        DAY,
        datetime(2025, 11, 27, 23, 0, tzinfo=UTC),
    ],
)
def test_days_that_are_certain(value: object) -> None:
    assert parse_day(value, today=TODAY) == DAY


@pytest.mark.parametrize(
    "value",
    [
        "03/04/2025",  # March or April
        "3.4.2025",
        "2025-02-30",
        "2025-13-01",
        "0001-01-01",
        "1599-12-31",
        "27 Nov 25",
        "November 2025",
        "2025",
        "yesterday",
        "2025-11-27 Takaichi said",
        "",
        "2026-01-13",  # three days ahead
        0,
        -1,
        7,
        1e300,
        float("nan"),
        float("inf"),
        True,
        None,
        [],
        {"$date": 1},
        "9" * 5000,
        "١٢/١١/٢٠٢٥",
    ],
)
def test_what_is_not_certain_is_unknown(value: object) -> None:
    assert parse_day(value, today=TODAY) is None


def test_equal_day_and_month_are_certain_and_zones_may_run_ahead() -> None:
    assert parse_day("05/05/2025", today=TODAY) == date(2025, 5, 5)
    assert parse_day("2026-01-12", today=TODAY) == date(2026, 1, 12)


@given(st.dates(date(1600, 1, 1), date(2025, 12, 31)))
def test_every_day_comes_back_from_the_usual_forms(day: date) -> None:
    month = day.strftime("%B")
    forms = (
        day.isoformat(),
        day.strftime("%Y%m%d"),
        f"{day.day} {month[:3]} {day.year}",
        f"{month} {day.day}, {day.year}",
    )
    assert {parse_day(form, today=TODAY) for form in forms} == {day}


@given(st.one_of(st.text(), st.integers(), st.floats(), st.from_regex(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}.{0,9}")))
def test_nothing_makes_it_fail(value: object) -> None:
    day = parse_day(value, today=TODAY)
    assert day is None or date(1600, 1, 1) <= day <= date(2026, 1, 12)


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
