"""What the figures of a text are in it: what something was before, what it became, by how much it changed, a score.

And what stands around each figure, which tells the 12 boats of a sentence from its 30 crew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from assistant.english.numbers import ORDINAL, Number, find_numbers
from assistant.english.words import AXES, LONGEST, Token, stem, tokens, word_set

BEFORE, AFTER, CHANGE = "before", "after", "change"
_MOST = 60  # figures of a text whose roles are read
_LOOK_BACK = 60  # characters before a figure that tell its role
_NEAR = 4  # content words on one side of a figure that tell what it counts
_LEVELS = word_set("low high")  # "a low of 56" is no change
_CHANGES = {word for word, axes in AXES.items() if axes[0][0] == AXES[stem("rise")][0][0]} - _LEVELS
_ROUNDING = r"(?:(?:about|around|roughly|nearly|almost|just|only|some|(?:more|less) than|over|under|an?|the)\s)*"
_BEFORE = re.compile(r"\b(?:from|compared (?:with|to)|(?P<sum>against|versus))\s" + _ROUNDING + r"\Z", re.IGNORECASE)
_AFTER = re.compile(
    r"(?<!\bup )(?<!\bdue )(?<!close )(?<!according )(?<!prior )\bto\s" + _ROUNDING + r"\Z", re.IGNORECASE
)
_BY = re.compile(r"\bby\s" + _ROUNDING + r"\Z", re.IGNORECASE)
_BARE = re.compile(r"([a-z]+)\s(?:(?:a further|another|of|[a-z]+ly)\s)?" + _ROUNDING + r"\Z", re.IGNORECASE)
_EARLIER = re.compile(
    r"\s(?:(?:an?|one) (?:year|month|week|quarter|decade|day) (?:earlier|ago|before)|previously)\b", re.IGNORECASE
)
_MORE = re.compile(r"[\s-](?:more|fewer|less|higher|lower|increase|rise|drop|fall|decline|decrease|jump)\b(?! than)")
_SCORE = re.compile(r"\s?[-‑–—:]\s?|\s(?:(?:goals?|points?|votes?)\s)?to\s")
_DASH = re.compile(r"\s?[-‑–—]\s?")
_BETWEEN = re.compile(r"\bbetween\s\Z", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|between)\s\Z", re.IGNORECASE)
_BOUNDARY = re.compile(
    r"[,;:()—–]|\s-\s|[.!?]\s|\b(?:and|but|while|whereas|or|to|from|with|against|compared|than|including|of whom)\b",
    re.IGNORECASE,
)
_TELLING = word_set("before after more fewer less up down over under")  # stop words that tell figures apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A figure in its text."""

    number: Number
    role: str  # `BEFORE`, `AFTER` or `CHANGE`; "" where nothing says so
    left: frozenset[str]  # stems of the content words before it, as far as they are its own
    right: frozenset[str]  # of those behind it


@lru_cache(maxsize=256)
def roles(text: str) -> tuple[Role, ...]:
    """The figures of a text with their roles, years left out: they tell other figures apart."""
    numbers = [n for n in find_numbers(text) if not _is_year(text, n) and n.unit != ORDINAL][:_MOST]
    own = [_own_role(text, number) for number in numbers]
    words = tokens(text)
    bounds = [m.start() for m in _BOUNDARY.finditer(text)]
    sides = _sides(text, numbers, words, bounds)
    return tuple(
        Role(number=number, role=role, left=left, right=right)
        for number, role, (left, right) in zip(numbers, _completed(numbers, own), sides, strict=True)
    )


def scores(text: str) -> Iterator[tuple[Number, Number]]:
    """The pairs of figures such as "3-1" and "3 to 1", ranges among them."""
    for one, other in pairwise(find_numbers(text)):
        plain = not (one.unit or other.unit or one.measure or other.measure)
        joined = plain and _SCORE.fullmatch(text, one.end, other.start)
        if joined and not _FROM.search(text, max(0, one.start - _LOOK_BACK), one.start):
            yield one, other


def ranges(text: str) -> Iterator[tuple[Number, Number]]:
    """The pairs of figures that are the ends of a range: "£3m-£4m", "between 3 and 4 million"."""
    for one, other in pairwise(find_numbers(text)):
        low = min((value for value, unit in one.also if unit == other.unit and value != -one.value), default=one.value)
        alike = one.unit in {"", other.unit} and min(one.value, low) < other.value
        joint = text[one.end : other.start]
        changed = joint == " to " and _own_role(text, one)  # "rose by £1m to £4m"
        if alike and not changed and _joined_as_range(text[max(0, one.start - _LOOK_BACK) : one.start], joint):
            yield one, other


def may_be_ranges(text: str) -> Iterator[tuple[Number, Number]]:
    """The pairs of figures that may be the ends of a range: those of `ranges`, and any two joined by "to"."""
    yield from ranges(text)
    for one, other in pairwise(find_numbers(text)):
        if text[one.end : other.start] == " to ":
            yield one, other


def _joined_as_range(before: str, joint: str) -> bool:
    """Whether two figures are the ends of a range, by the words before and between; "from 3 to 5" may be a change."""
    if _BETWEEN.search(before):
        return joint.strip() in {"and", "to"}
    return _DASH.fullmatch(joint) is not None or (joint == " to " and not _FROM.search(before))


def _is_year(text: str, number: Number) -> bool:
    plain = text[number.start : number.end].isdigit() and number.measure is None
    return plain and not number.unit and Decimal(1500) <= number.value < Decimal(2100)


def _own_role(text: str, number: Number) -> str:
    """The role that the words directly around a figure give it."""
    start = max(0, number.start - _LOOK_BACK)
    before = _BEFORE.search(text, start, number.start)
    if (before and (number.unit or not before["sum"])) or _EARLIER.match(text, number.end):
        return BEFORE
    if _AFTER.search(text, start, number.start):
        return AFTER
    if _BY.search(text, start, number.start):
        return CHANGE if any(t.stem in _CHANGES for t in tokens(text[start : number.start])) else ""
    bare = _BARE.search(text, start, number.start)
    changes = (bare and stem(bare[1].lower()) in _CHANGES) or _MORE.match(text, number.end)
    return CHANGE if changes else ""


def _completed(numbers: Sequence[Number], own: Sequence[str]) -> list[str]:
    """The roles, where "$45 million" in "$45 million, down from $51 million" is what it became."""
    found = list(own)
    for i, role in enumerate(own):
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(own) and numbers[j].unit == numbers[i].unit]
        free = [j for j in beside if not own[j]]
        if role == BEFORE and free and not any(own[j] == AFTER for j in beside) and numbers[i].unit:
            found[free[0]] = AFTER
    return found


def _sides(
    text: str, numbers: Sequence[Number], words: Sequence[Token], bounds: Sequence[int]
) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """For each figure the stems before and behind it, up to the next boundary or figure."""
    telling = [t for t in words if t.content or t.folded in _TELLING]
    for i, number in enumerate(numbers):
        first = numbers[i - 1].end if i else 0
        last = numbers[i + 1].start if i + 1 < len(numbers) else LONGEST
        first = max([first, *(b for b in bounds if b < number.start)])
        last = min([last, *(b for b in bounds if b >= number.end)])
        before = [t.stem for t in telling if first <= t.start and t.end <= number.start] or [
            t.stem
            for t in telling
            if t.capital and text[t.end : number.start] == ", "  # "Lind, 45,"
        ]
        behind = [t.stem for t in telling if number.end <= t.start and t.end <= last]
        yield frozenset(before[-_NEAR:]), frozenset(behind[:_NEAR])
