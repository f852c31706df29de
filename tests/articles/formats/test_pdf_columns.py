"""Columns that were drawn row by row, column by column, and tables."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

import pytest

from assistant.articles import Notice, read_file
from assistant.articles.formats.pdf_worker import in_columns
from assistant.records import Article
from tests.articles import only_article, write
from tests.samples import drawn_pdf

LEFT = (
    "The lock of Hollin was shut",
    "on Sunday after a barge had",
    "rammed its lower gate. The",
    "skipper, Ida Lov, was not hurt.",
    "Repairs will take nine days",
    "and cost 45,000 kroner, the",
    "canal office said. Its boats",
)
RIGHT = (
    "are moored at Pier 4 until the",
    "gate has been tested. Some 60",
    "boats wait above the lock. It",
    "was built in 1931 and had been",
    "mended in the spring. A diver",
    "looks at the hinges on Monday,",
    "and the council meets then.",
)
THIRD = (
    "A crane from Skarby lifts",
    "the new gate in, and the",
    "old one goes to a museum.",
    "Entry is free of charge.",
)
TEXT = " ".join(LEFT + RIGHT)
Place = tuple[float, float, str]


def by_rows(*columns: tuple[str, ...], gap: int = 200, leading: int = 15, start: int = 700) -> list[Place]:
    rows = zip_longest(*columns, fillvalue="")
    return [
        (72 + gap * k, start - leading * n, cell) for n, row in enumerate(rows) for k, cell in enumerate(row) if cell
    ]


def by_columns(*columns: tuple[str, ...], gap: int = 200) -> list[Place]:
    return [(72 + gap * k, 700 - 15 * n, cell) for k, column in enumerate(columns) for n, cell in enumerate(column)]


HEADING = (72, 740, "Lock shut after barge hits gate")


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("drawn", [by_rows(LEFT, RIGHT), by_columns(LEFT, RIGHT), by_rows(LEFT, RIGHT, leading=26)])
@pytest.mark.parametrize("heading", [[HEADING], []])
def test_each_column_is_read_to_its_end(tmp_path: Path, drawn: list[Place], heading: list[Place]) -> None:
    article = only_article(write(tmp_path, "a.pdf", drawn_pdf([*heading, *drawn])))
    assert flat(article.text).endswith(TEXT)


def test_a_heading_stays_above_its_columns(tmp_path: Path) -> None:
    article = only_article(write(tmp_path, "a.pdf", drawn_pdf([HEADING, *by_rows(LEFT, RIGHT)])))
    assert article.text.startswith("Lock shut after barge hits gate\n\nThe lock of Hollin was shut on Sunday")
    assert article.title == "Lock shut after barge hits gate"


@pytest.mark.parametrize("gap", [165, 175, 240])
def test_narrow_and_wide_gaps(tmp_path: Path, gap: int) -> None:
    assert flat(only_article(write(tmp_path, "a.pdf", drawn_pdf(by_rows(LEFT, RIGHT, gap=gap)))).text) == TEXT


def test_three_columns_of_unlike_length(tmp_path: Path) -> None:
    article = only_article(write(tmp_path, "a.pdf", drawn_pdf(by_rows(LEFT, RIGHT, THIRD, gap=165))))
    assert flat(article.text) == " ".join(LEFT + RIGHT + THIRD)


def test_columns_whose_words_are_drawn_one_by_one(tmp_path: Path) -> None:
    words = [
        (x + 7 * found.start(), y, found[0])
        for x, y, line in by_rows(LEFT, RIGHT, gap=260)
        for found in re.finditer(r"\S+", line)
    ]
    assert flat(only_article(write(tmp_path, "a.pdf", drawn_pdf(words))).text) == TEXT


def test_a_line_across_both_columns_parts_them(tmp_path: Path) -> None:
    across = (
        72,
        700 - 15 * 7,
        "The harbour of Eastport is open, and its ferry runs every hour until late in the night.",
    )
    page = [*by_rows(LEFT, RIGHT), across, *by_rows(RIGHT, LEFT, start=700 - 15 * 8)]
    text = flat(only_article(write(tmp_path, "a.pdf", drawn_pdf(page))).text)
    assert text == f"{TEXT} {across[2]} {' '.join(RIGHT + LEFT)}"


def test_pages_run_on(tmp_path: Path) -> None:
    pages = [by_rows(LEFT, RIGHT[:6]), by_rows(("wants to know more.", *LEFT), (*RIGHT, "All agree on that."))]
    text = only_article(write(tmp_path, "a.pdf", drawn_pdf(*pages))).text
    assert "hinges on Monday, wants to know more." in text


def test_a_table_keeps_its_rows(tmp_path: Path) -> None:
    names = ("Ferry to Skarby and back", "Ferry to Hollin only", "Bus to the upper lock", "Entry to the museum")
    prices = ("120 kroner", "60 kroner", "45 kroner", "free")
    items = read_file(write(tmp_path, "a.pdf", drawn_pdf(by_rows(names, prices))))
    (article,) = [item for item in items if isinstance(item, Article)]
    assert "Ferry to Hollin only 60 kroner" in flat(article.text)


def test_what_cannot_be_told_apart_gets_a_notice(tmp_path: Path) -> None:
    page = by_rows(LEFT, RIGHT)
    page.insert(6, (10, 20, "A stamp of the archive"))  # drawn in the middle, though it stands at the foot
    article, notice, *_ = read_file(write(tmp_path, "a.pdf", drawn_pdf(page)))
    assert isinstance(article, Article)
    assert isinstance(notice, Notice) and "page 1" in notice.text and "mixed" in notice.text


def test_text_without_columns_is_left_alone() -> None:
    text = "One line\nand another\nand a third"
    assert in_columns(text, text) == (text, False)
    assert in_columns(text, "") == (text, False)
