"""Quantities: the figures and days of a sentence with what they measure, so that two articles can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from assistant.checks.dates import dates_of
from assistant.english.numbers import ORDINAL, TIMES, VAGUE, Number, agree, find_numbers
from assistant.english.speakers import DATELINE
from assistant.english.words import SPEECH_STEMS, Token, stem, tokens
from assistant.records import DateMention, Evidence

_NO_COUNT = (ORDINAL, VAGUE, TIMES, "s", "clock")  # units of numbers that count nothing
_JOINED = re.compile(r"[\w.-]\Z")  # before a figure that is a part of a name: "BA.5", "F-16"
_RANGE = re.compile(r"\s?(?:-|–|—|to|and|or)\s?[$€£¥₹]?\Z")  # between the two ends of "23,000 to 32,000"
_FAR_APART = 10  # times that one figure may be the other; beyond that they are hardly of one thing
_NEAR = 8  # content words on either side of a figure within which it is said what it is of
_DATED = 3  # content words before a day within which stands what happened on it
_NAMING = 2  # words between a name and the verb by which it speaks: "Ms. Lind, who leads it, said" is missed
_CLAUSE = re.compile(r"[,;:](?=\s)|\s[–—-]\s|[()]")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_ONLY_SPACE = re.compile(r"[\s-]*\Z")
_RATE = re.compile(r"(?:\W+\w+){0,2}?\W+(?:an?|per|each|every)\s+(\w+)", re.IGNORECASE)  # "1.1 million crowns a week"
# What tells one stage of something from another: a new offer from the first, a count half way from the last.
_STAGE = re.compile(
    r"\b(?:new|first|second|third|final|improved|rais(?:ed?|es|ing)|lift(?:s|ed)|increas(?:ed?|es)|reduc(?:ed?|es)"
    r"|initial(?:ly)?|previous(?:ly)?|former(?:ly)?|recount(?:ed)?|so far|until then|with .{1,60}\bcounted)\b",
    re.IGNORECASE,
)
# Before a year that only tells since when a thing is there: "the bridge, opened in 1961, carries …".
_ASIDE = re.compile(r",\s(?:which\s|who\s)?(?:\w+ed|built|begun|founded)\s(?:in|on)\s$", re.IGNORECASE)
_REPORTING = SPEECH_STEMS | {"put", "accord", "print", "publish", "report", "correct"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number or day of a sentence."""

    evidence: Evidence
    words: str  # as the sentence has them
    kind: str  # a unit, "" for plain numbers, "day" for days: only figures of one kind are compared
    counted: tuple[str, ...]  # stems of what a plain number counts, two at most: of "14 deep cracks", deep and crack
    near: frozenset[str]  # stems of the content words around it
    names: frozenset[str]  # of those, capitalised words that do not only say who says it
    years: frozenset[str]  # written out in its clause
    rate: str = ""  # for what it is: of "1.1 million crowns a week", "week"; "" for the whole
    stages: frozenset[str] = frozenset()  # words of its sentence that tell stages of one thing apart: "new", "so far"
    when: tuple[tuple[date, date], ...] = ()  # the days that its sentence names, but for those on which it was said
    number: Number | None = None
    days: tuple[date, date] | None = None  # first and last, both included

    def of_a_kind(self, other: Figure) -> bool:
        """Whether both are in one unit, are both days, or count the same thing: "14 deep cracks" and "9 cracks" do."""
        if self.kind or other.kind or not (self.counted and other.counted):
            return self.kind == other.kind != "" and _within_reach(self.number, other.number)
        short, long = sorted((self.counted, other.counted), key=len)
        same = short == long if len(short) == len(long) else short[0] in long
        return same and _within_reach(self.number, other.number)

    def of_one_time(self, other: Figure) -> bool:
        """Whether nothing says that the two are of different days or stages, or one of a whole and one of a part."""
        if self.days is not None or other.days is not None:
            return True
        if self.rate != other.rate or self.stages != other.stages:
            return False
        pairs = [(one, two) for one in self.when for two in other.when]
        return not pairs or any(one[0] <= two[1] and two[0] <= one[1] for one, two in pairs)

    def differs(self, other: Figure) -> bool:
        """Whether the two, of one kind, cannot both be right for one thing."""
        if self.number is not None and other.number is not None:
            return not agree(self.number, other.number)
        if self.days is not None and other.days is not None:
            return self.days[1] < other.days[0] or other.days[1] < self.days[0]
        return False


def _within_reach(one: Number | None, other: Number | None) -> bool:
    if one is None or other is None:
        return True
    low, high = sorted((abs(one.value), abs(other.value)))
    return high <= _FAR_APART * low


def figures(evidence: Evidence) -> list[Figure]:
    """Return the numbers that are the only one of their kind in a sentence, so that it is clear which is compared."""
    text = evidence.text
    masked = [(m.start, m.end) for m in _mentions(evidence)]
    numbers = [n for n in find_numbers(text) if not any(start <= n.start < end for start, end in masked)]
    masked += [(n.start, n.end) for n in numbers]
    words = [t for t in tokens(text) if not any(start <= t.start < end for start, end in masked)]
    ends = {n.start for pair in pairwise(numbers) if _RANGE.match(text[pair[0].end : pair[1].start]) for n in pair}
    found = [_of_number(evidence, n, words) for n in numbers if n.start not in ends and _counts(text, n)]
    bare = any(not (f.kind or f.counted) for f in found)  # "Ms. Lind had 24,871 votes, Mr. Orr 24,790": whose is which?
    plain = [f for f in found if f.kind or (f.counted and not bare)]
    return [f for f in plain if not any(f.of_a_kind(g) for g in plain if g is not f)]


def _counts(text: str, number: Number) -> bool:
    return number.unit not in _NO_COUNT and ":" not in number.unit and not _JOINED.search(text[: number.start])


def day_of(evidence: Evidence, event: frozenset[str]) -> Figure | None:
    """Return the day on which a sentence says that the event with these stems happened; None unless it is one day."""
    words = [t for t in tokens(evidence.text) if t.content]
    found = []
    for mention in _happened(evidence):
        before = [t for t in words if t.end <= mention.start][-_DATED:]
        if event & {t.stem for t in before} and mention.first == mention.last:
            found.append(_of_day(evidence, mention))
    return found[0] if len(found) == 1 else None


def _happened(evidence: Evidence) -> Iterator[DateMention]:
    """Yield the days of a sentence except those of its dateline and those on which it was said."""
    opening = DATELINE.match(evidence.text)
    for mention in _mentions(evidence):
        said = any(t.stem in _REPORTING for t in tokens(evidence.text) if 0 <= mention.start - t.end <= 12)
        if not said and not (opening and mention.end <= opening.end()):
            yield mention


def _rate(text: str, end: int) -> str:
    """Return the stem of the unit that a rate is per: "a week", "per litre"; "" for none."""
    found = _RATE.match(text, end)
    return stem(found[1].casefold()) if found else ""


def _years(text: str, start: int, end: int) -> frozenset[str]:
    """Return the years written out in the clause around a span, which ends at a comma, a semicolon or a dash."""
    before, after = _CLAUSE.split(text[:start])[-1], _CLAUSE.split(text[end:])[0]
    return frozenset(_YEAR.findall(before) + _YEAR.findall(after))


def _mentions(evidence: Evidence) -> Sequence[DateMention]:
    return evidence.dates or dates_of(evidence.text, evidence.article.published)


def _of_number(evidence: Evidence, number: Number, words: Sequence[Token]) -> Figure:
    before, after = _around(number.start, number.end, words)
    return Figure(
        evidence=evidence,
        words=evidence.text[number.start : number.end],
        kind="$" if number.unit.endswith("$") else number.unit,
        counted=tuple(_counted(evidence.text, number.end, after)) if not number.unit else (),
        near=frozenset(t.stem for t in (*before, *after)),
        names=frozenset(_names((*before, *after), words)),
        years=_years(evidence.text, number.start, number.end),
        rate=_rate(evidence.text, number.end),
        stages=frozenset(found[0].casefold() for found in _STAGE.finditer(evidence.text)),
        when=tuple((m.first, m.last) for m in _happened(evidence) if not _ASIDE.search(evidence.text[: m.start])),
        number=number,
    )


def _of_day(evidence: Evidence, mention: DateMention) -> Figure:
    words = tokens(evidence.text)
    before, after = _around(mention.start, mention.end, words)
    return Figure(
        evidence=evidence,
        words=evidence.text[mention.start : mention.end],
        kind="day",
        counted=(),
        near=frozenset(t.stem for t in (*before, *after)),
        names=frozenset(_names((*before, *after), words)),
        years=frozenset(),
        days=(mention.first, mention.last),
    )


def _around(start: int, end: int, words: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Return the content words around a span, `_NEAR` on either side at most."""
    content = [t for t in words if t.content]
    return [t for t in content if t.end <= start][-_NEAR:], [t for t in content if t.start >= end][:_NEAR]


def _counted(text: str, end: int, after: Sequence[Token]) -> Iterator[str]:
    """Yield the stems of the one or two words that follow a number directly."""
    at = end
    for token in after[:2]:
        if not _ONLY_SPACE.match(text[at : token.start]):
            return
        yield token.stem
        at = token.end


def _names(near: Sequence[Token], words: Sequence[Token]) -> Iterator[str]:
    place = {token.start: i for i, token in enumerate(words)}
    for token in near:
        i = place[token.start]
        beside = words[max(0, i - 1) : i + 1 + _NAMING]
        if token.capital and i > 0 and not any(t.stem in _REPORTING for t in beside):
            yield token.stem
