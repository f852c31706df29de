"""A small picture of a story in text: how many articles each day or week brought, and which of them are cited.

    7 Feb 2022 ▇▇▇●   4 articles, 1 cited

Letters and blocks alone carry it, so that it is read without colour, in a file and by a screen reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from assistant.records import DayOfStory, StoryFigures
from assistant.wording import day, days, plural

_ROWS = 14  # at most; a longer story is drawn by week, by four weeks …
_WIDTH = 24  # marks in the longest row
_CITED, _OTHER = "●", "○"


def picture(story: StoryFigures) -> list[str]:
    """Return the lines of the picture; none for a story of fewer than two days."""
    if len(story.days) < 2:
        return []
    periods = list(_periods(story.days))
    most = max(articles for _, _, articles, _ in periods)
    scale = max(1, -(-most // _WIDTH))
    names = [days(first, last) if last > first else day(first) for first, last, _, _ in periods]
    width = max(map(len, names))
    rows = [
        f"{name:<{width}}  {_marks(articles, cited, scale)}  {_counts(articles, cited)}"
        for name, (_, _, articles, cited) in zip(names, periods, strict=True)
    ]
    return [*rows, *([f"one mark stands for up to {scale} articles"] if scale > 1 else [])]


def _periods(story_days: Sequence[DayOfStory]) -> Iterator[tuple[date, date, int, int]]:
    """Yield spans with articles: their first and last day, the number of articles, and how many are cited."""
    length = next(n for n in (1, 7, 28, 91, 364, 3640, 36400) if _rows(story_days, n) <= _ROWS or n == 36400)
    start = story_days[0].day
    spans: dict[int, list[DayOfStory]] = {}
    for each in story_days:
        spans.setdefault((each.day - start).days // length, []).append(each)
    for number, held in spans.items():
        first = start + timedelta(days=number * length)
        last = min(first + timedelta(days=length - 1), story_days[-1].day)
        yield first, last, sum(d.articles for d in held), sum(d.cited for d in held)


def _rows(story_days: Sequence[DayOfStory], length: int) -> int:
    return len({(each.day - story_days[0].day).days // length for each in story_days})


def _marks(articles: int, cited: int, scale: int) -> str:
    filled = -(-cited // scale)
    return _CITED * filled + _OTHER * max(0, -(-articles // scale) - filled)


def _counts(articles: int, cited: int) -> str:
    return f"{plural(articles, 'article')}, {cited} cited"
