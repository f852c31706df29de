"""The sources of an answer on a line of time, one mark each; marks of near days stand above one another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from assistant.export.pages import Section
from assistant.records import ArticleInfo

_LEFT, _RIGHT = 5.0, 95.0  # per cent of the width, between which the marks lie
_APART = 7.5  # per cent that two marks need to stand side by side on a telephone
_STEP = 27  # pixels from one mark to that above it
_GROUND = 46  # pixels from the foot of the picture to the middle of the lowest marks


class Dot(NamedTuple):
    """A source."""

    number: int
    info: ArticleInfo
    x: float  # per cent of the width
    above: int  # pixels above the foot


class TimeLine(NamedTuple):
    """The whole picture."""

    first: date
    last: date
    dots: tuple[Dot, ...]
    height: int  # pixels


def time_line(section: Section) -> TimeLine | None:
    """Return where each source of an answer stands; None where there is but one day."""
    cards = [*(card for row in section.rows for card in row.cards), *section.loose]
    shown = {card.number: card.source.citation.article for card in cards}
    dated = sorted((info.published, number) for number, info in shown.items() if info.published)
    if section.exchange.answer.abstained or len({day for day, _ in dated}) < 2:
        return None
    first, last = dated[0][0], dated[-1][0]
    dots = tuple(_placed([(number, shown[number], (day - first) / (last - first)) for day, number in dated]))
    return TimeLine(first, last, dots, max(dot.above for dot in dots) + _STEP // 2 + 1)


def _placed(sources: list[tuple[int, ArticleInfo, float]]) -> Iterator[Dot]:
    """Yield the marks, each on the lowest level where it has room."""
    ends: list[float] = []  # of the last mark on each level
    for number, info, share in sources:
        x = round(_LEFT + share * (_RIGHT - _LEFT), 1)
        level = next((at for at, end in enumerate(ends) if x - end >= _APART), len(ends))
        ends[level : level + 1] = [x]
        yield Dot(number, info, x, _GROUND + level * _STEP)
