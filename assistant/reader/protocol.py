"""What the program asks of a reader, and what a reader is shown.

    right of a statement    title | sentence sentence sentence
    right of a question     title | sentence before | sentence

"On Tuesday" is worth nothing without its day, and half of the sentences that answer name nobody ("She was airlifted
…"). So the day meant stands in brackets behind the words that name it, and the title and the sentence before say who
is meant. Training and use make their text here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple, Protocol

from assistant.english.dates.find import find_dates, write_days
from assistant.english.words import LONGEST
from assistant.records import Evidence


class Support(NamedTuple):
    """How a reader divides its belief about one statement; the three add up to 1."""

    supported: float
    refuted: float
    unknown: float  # the sentences neither bear it out nor speak against it


class Reader(Protocol):
    """Reads pairs of texts. What it says of a pair never depends on the other pairs, to the last bit."""

    @property
    def name(self) -> str:
        """How it is called in reports, and under which its calibration is kept."""

    def support(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Support]:
        """Read each statement beside the one or more sentences that may support it."""

    def answers(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """The log odds, about -6..6, that each sentence answers its question; `before` is read as its context."""

    def rerank(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """How well each sentence answers its question beside others, about -6..6; read as for `answers`.

        Which of many sentences that speak of a matter says what was asked, and whether one says it at all, are two
        questions; who can tell no difference returns the same for both.
        """


_MARK = " | "  # between title, sentence before, and sentences
LEFT, ALL = 64, 176  # word pieces of the left side, and of everything with [CLS] and twice [SEP]
_CLS, _SEP = 101, 102  # of BERT's vocabulary in lower case


def behind_titles(sentences: Sequence[Evidence]) -> str:
    """Return the right side for a statement: the sentences of each article in the order given, behind its title."""
    parts = []
    for _, same in groupby(sentences, key=lambda e: (e.article.id, e.article.version)):
        cited = list(same)
        info = cited[0].article
        parts.append(behind_title(info.title, " ".join(with_days(c.text, info.published) for c in cited)))
    return " ".join(parts)


def in_context(sentence: Evidence, before: str = "") -> str:
    """Return the right side for a question: one sentence behind its title and the sentence before it."""
    info = sentence.article
    earlier = with_days(before or sentence.before, info.published)
    return behind_title(info.title, *filter(None, [earlier]), with_days(sentence.text, info.published))


def behind_title(title: str, *parts: str) -> str:
    """Join what there is of title, sentence before and sentences: "Isle votes | It was close."."""
    return _MARK.join(filter(None, (title, *parts)))


def with_days(text: str, published: date | None) -> str:
    """Write the day meant behind the words that name it: "on Tuesday (25 November 2025)".

    Text beyond the first `LONGEST` characters of a sentence is left out: no reader looks so far.
    """
    text = text[:LONGEST]
    return write_days(text, find_dates(text, published))


class ReadPieces(NamedTuple):
    """One text of two sides."""

    pieces: list[int]
    left: int  # where the right side begins, behind the first [SEP]


def cut(left: Sequence[int], right: Sequence[int]) -> ReadPieces:
    """Return [CLS] left [SEP] right [SEP], each side cut at its end."""
    first = [_CLS, *left[:LEFT], _SEP]
    return ReadPieces([*first, *right[: ALL - len(first) - 1], _SEP], len(first))
