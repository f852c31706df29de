"""The picture of a story: every article and every cited one is in it, in few rows."""

from __future__ import annotations

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.export.phrases import picture
from assistant.records import DayOfStory, StoryFigures


def story(days: list[DayOfStory]) -> StoryFigures:
    return StoryFigures(
        kind="timeline", subject="", articles=len(days), copies=0, further=0, days=tuple(days), more=False
    )


def test_a_day_is_a_row() -> None:
    rows = picture(story([DayOfStory(date(2025, 3, 4), 2, 1), DayOfStory(date(2025, 3, 6), 1, 0)]))
    assert rows == ["4 Mar 2025  ●○  2 articles, 1 cited", "6 Mar 2025  ○  1 article, 0 cited"]


def test_one_day_needs_no_picture() -> None:
    assert picture(story([DayOfStory(date(2025, 3, 4), 2, 1)])) == []


@given(st.dictionaries(st.integers(0, 40_000), st.integers(1, 60), min_size=2, max_size=80), st.data())
def test_all_articles_are_counted_in_few_rows(days: dict[int, int], data: st.DataObject) -> None:
    held = [
        DayOfStory(date(1900, 1, 1) + timedelta(days=n), count, data.draw(st.integers(0, count)))
        for n, count in sorted(days.items())
    ]
    rows = [row for row in picture(story(held)) if "cited" in row]
    assert len(rows) <= 14
    counts = [re.findall(r"([\d,]+) articles?, (\d+) cited", row)[0] for row in rows]
    assert sum(int(a.replace(",", "")) for a, _ in counts) == sum(d.articles for d in held)
    assert sum(int(c) for _, c in counts) == sum(d.cited for d in held)
