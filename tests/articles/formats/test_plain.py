"""Text files: headers are understood, and no words are lost when they are not."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.articles import Notice, read_file
from assistant.articles.text import normalise
from assistant.records import Article, Skipped
from tests.articles import only_article, write


def test_a_day_in_front_of_the_text(tmp_path: Path) -> None:
    article = only_article(write(tmp_path, "a.txt", " date 2025-11-27 The harbour reopened on Tuesday.\n\nShips left."))
    assert (article.published, article.title) == (date(2025, 11, 27), "")
    assert article.text == "The harbour reopened on Tuesday.\n\nShips left."
    assert article.source == (tmp_path / "a.txt").resolve().as_posix()


@pytest.mark.parametrize(
    "first", ["Date: 2025-11-27 The harbour", "date 2025-11-27\nThe harbour", "Date: 2025-11-27\n\nThe harbour"]
)
def test_other_ways_to_write_it(tmp_path: Path, first: str) -> None:
    article = only_article(write(tmp_path, "a.txt", f"{first} reopened: at last.\n\nShips left."))
    assert article.published == date(2025, 11, 27)
    assert article.text == "The harbour reopened: at last.\n\nShips left."


def test_a_header_block(tmp_path: Path) -> None:
    header = (
        "HEADLINE: Port reopens: at last\r\nPublished: 27 November 2025\r\nSource: Harbour News\r\n"
        "By: Ann Lee and Bo Chan\r\nURL: https://example.com/1"
    )
    article = only_article(write(tmp_path, "a.txt", f"{header}\r\n\r\nShips left.\r\n"))
    assert article.text == "Ships left."
    assert (article.title, article.outlet, article.authors) == (
        "Port reopens: at last",
        "Harbour News",
        ("Ann Lee", "Bo Chan"),
    )
    assert (article.published, article.url) == (date(2025, 11, 27), "https://example.com/1")


def test_header_lines_with_other_keys_stay_in_the_text(tmp_path: Path) -> None:
    article = only_article(write(tmp_path, "a.txt", "By: Ann Lee\nLONDON: The port reopened.\n\nShips left."))
    assert article.authors == ("Ann Lee",)
    assert article.text == "LONDON: The port reopened.\n\nShips left."


@pytest.mark.parametrize(
    "text",
    [
        "Update: the port is open.\n\nShips left.",
        "Source: Reuters\nThe port is open.\n\nShips left.",  # no blank line after it
        "Source: " + "a long sentence about it," * 20 + "\n\nShips left.",
        "Date 2025 was a good year.\n\nShips left.",
    ],
)
def test_prose_that_looks_like_a_header_is_kept_whole(tmp_path: Path, text: str) -> None:
    assert only_article(write(tmp_path, "a.txt", text)).text == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Port reopens\n\nShips left.", "Port reopens"),
        ("Will the port reopen?\n\nShips left.", "Will the port reopen?"),
        ("The port reopened.\n\nShips left.", ""),
        ("Port reopens\nShips left.", ""),
        ("Port reopens", ""),
        ("Port " * 40 + "\n\nShips left.", ""),
    ],
)
def test_a_short_first_line_is_the_title_and_stays(tmp_path: Path, text: str, title: str) -> None:
    article = only_article(write(tmp_path, "a.txt", text))
    assert (article.title, article.text) == (title, normalise(text))


def test_a_date_that_is_not_certain_is_told(tmp_path: Path) -> None:
    article, notice = read_file(write(tmp_path, "a.txt", "Date: 03/04/2025\n\nShips left."))
    assert isinstance(article, Article)
    assert article.published is None
    assert isinstance(notice, Notice)
    assert notice.source == article.source
    assert "'03/04/2025'" in notice.text


def test_a_header_alone_is_no_article(tmp_path: Path) -> None:
    (item,) = read_file(write(tmp_path, "a.txt", "Title: Port reopens\nDate: 2025-11-27\n"))
    assert isinstance(item, Skipped)
    assert "no text" in item.reason


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=st.text(min_size=1))
def test_any_text_comes_back_normalised(tmp_path: Path, text: str) -> None:
    text = "Ships left. " + text.replace("\0", "")  # zero bytes make a file binary, and this is no header
    controls = sum(c < " " and c not in "\t\n\r\v\f" for c in text)
    if controls < 0.1 * len(text):
        assert only_article(write(tmp_path, "a.txt", text)).text == normalise(text)
