"""Markdown: the front matter tells about the article, and the words are stored as a reader would quote them."""

from datetime import date
from pathlib import Path

import pytest

from tests.articles import only_article, only_reason, write

PAGE = """---
Title: "Port reopens: at last"
DATE: 2025-11-27 09:30:00 +0900
publisher: Harbour News
authors:
  - Ann Lee
  - name: Bo Chan
url: https://example.com/1
draft: null
---

# Port reopens

The **port** reopened, [officials](https://example.com/a_(b)?n=42 "More") said.
"""


def test_front_matter(tmp_path: Path) -> None:
    article = only_article(write(tmp_path, "a.md", PAGE))
    assert (article.title, article.outlet, article.url) == (
        "Port reopens: at last",
        "Harbour News",
        "https://example.com/1",
    )
    assert (article.published, article.authors) == (date(2025, 11, 27), ("Ann Lee", "Bo Chan"))
    assert article.text == "Port reopens\n\nThe port reopened, officials said."
    assert article.source == (tmp_path / "a.md").resolve().as_posix()


def test_the_first_heading_is_the_title(tmp_path: Path) -> None:
    article = only_article(write(tmp_path, "a.md", "Intro.\n\n# Port reopens ##\n\n## Ships\n\nShips left."))
    assert article.title == "Port reopens"
    assert article.text == "Intro.\n\n# Port reopens ##\n\n## Ships\n\nShips left."


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("*Reporting by **Ann Lee** in Eastport*", "Reporting by Ann Lee in Eastport"),
        ("It was __very__ _late_.", "It was very late."),
        ("![A ship](ship.png)It left.", "It left."),
        ("[![A ship](s.png)](https://example.com) left", "[](https://example.com) left"),
        # not Markdown, and no reader wants them changed
        ("What the f*** is this s***, he said.", "What the f*** is this s***, he said."),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("[sic] and [1] (see below)", "[sic] and [1] (see below)"),
        ("- a point\n- another\n\n> quoted\n\n| a | b |", "- a point\n- another\n\n> quoted\n\n| a | b |"),
        ("---\n\nA line across the page.", "---\n\nA line across the page."),
    ],
)
def test_what_is_stored(tmp_path: Path, written: str, stored: str) -> None:
    assert only_article(write(tmp_path, "a.md", written)).text == stored


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("---\ntitle: Port\nsubtitle: reopens: at last\n---\nText.", "line 3: mapping values"),
        ("---\ntitle: Port\n\nText.", "not closed"),
        ("---\ntitle: " + "[" * 3_000 + "\n---\nText.", "nested too deeply"),
        ("---\ntitle: Port\n---\n", "no text"),
        ("---\ntitle: &a [*a]\n---\nText.", "front matter: line 2"),
    ],
)
def test_damaged_front_matter_is_told(tmp_path: Path, page: str, reason: str) -> None:
    assert reason in only_reason(write(tmp_path, "a.md", page))
