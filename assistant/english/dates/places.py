"""A place in the text where words look like a date, with all that is needed to decide what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from assistant.english.dates import patterns as words
from assistant.english.dates.calendar import Span
from assistant.english.dates.patterns import word_set
from assistant.english.dates.tense import tense
from assistant.records import DateMention

POSSESSIVES = word_set("his her their my our its your whose")
_BETWEEN = re.compile(r"\b[Bb]etween\s+\Z")
JOINTS = frozenset([" and ", ", ", " or ", " to ", " through ", " until ", "-", "–", " – ", " - "])
SUNDAY = 6  # as `date.weekday()` counts

_OTHER_YEAR = re.compile(
    rf",?{words.S}(?:of{words.S}|in{words.S})?(?:that|the{words.S}(?:same|following|next|previous)){words.S}year\b"
)


class NoDateError(ValueError):
    """The words are no date, or could mean two."""


class Found(NamedTuple):
    """The words `text[start:end]` and the days they mean."""

    start: int
    end: int
    span: Span
    relative: bool = False


class Lead(NamedTuple):
    """Leading words that belong to a mention, in lower case, each "" when absent: "earlier this", "the past two"."""

    start: int
    edge: str = ""  # "earlier", "later", "early", "mid", "late"
    edge_start: int = 0  # where that word begins
    the: str = ""
    which: str = ""  # "last", "this", "this past", "this coming", "next", "past", "coming", "following"
    number: str = ""  # a key of NUMBERS, or digits


@dataclass(frozen=True)
class Place:
    """Where a form was found, with all that its function may look at."""

    text: str
    match: re.Match[str]  # of the form's own expression, with its named parts
    written_on: date | None
    previous: DateMention | None  # the mention before this one

    @property
    def start(self) -> int:
        """Where the telling word begins."""
        return self.match.start()

    @property
    def end(self) -> int:
        """Where the form ends."""
        return self.match.end()

    @property
    def today(self) -> date:
        """The day of writing."""
        if self.written_on is None:
            raise NoDateError
        return self.written_on

    @cached_property
    def lead(self) -> Lead:
        """The leading words that belong to the mention."""
        floor = self.previous.end if self.previous else 0
        found = words.LEAD.search(self.text, max(floor, self.start - words.LEAD_REACH), self.start)
        if found is None:
            return Lead(self.start)
        said = {name: " ".join((found[name] or "").lower().split()) for name in found.groupdict()}
        edge = "part" if said["part"] else "edge"
        return Lead(found.start(), said[edge], found.start(edge), said["the"], said["which"], said["count"])

    @cached_property
    def before(self) -> str:
        """The word directly before the mention, "" when something else stands there."""
        found = words.WORD_BEFORE.search(self.text, max(0, self.lead.start - 20), self.lead.start)
        return found[1] if found else ""

    @cached_property
    def after(self) -> str:
        """The word directly after the form, "" when something else stands there."""
        found = words.WORD_AFTER.match(self.text, self.end)
        return found[1] if found else ""

    @cached_property
    def tense(self) -> int:
        """PAST, UNKNOWN, FUTURE or NEAREST for the clause around the mention."""
        return tense(self.text, self.lead.start, self.end)

    @property
    def continues_list(self) -> bool:
        """True in "2018 and 2019" for the second: it is a date because the one before it is."""
        return self.previous is not None and self.text[self.previous.end : self.lead.start] in JOINTS

    @property
    def ends_range(self) -> bool:
        """True in "between May 3 and June 5" for the second: it is the later one."""
        if self.previous is None or not self.continues_list:
            return False
        joint = self.text[self.previous.end : self.lead.start].strip()
        return (
            joint not in {"and", "or", ","}
            or _BETWEEN.search(self.text, max(0, self.previous.start - 12), self.previous.start) is not None
        )

    @property
    def quoted(self) -> bool:
        """True inside quotation marks, where "today" is the day of speaking, which the article may not tell."""
        paragraph = self.text[max(0, self.start - 1000) : self.start].rpartition("\n")[2]
        return paragraph.rfind("“") > paragraph.rfind("”") or paragraph.count('"') % 2 == 1


def month_number(word: str) -> int:
    """1 to 12 for a month's name or abbreviation."""
    return words.MONTHS.index(word[:3].title()) + 1


def year_said(place: Place) -> int | None:
    """The year of "March 3 last year" or "June of this year"."""
    said = place.match["said"]
    return place.today.year + {"last": -1, "this": 0, "next": 1}[said] if said else None


def other_year(place: Place, end: int) -> bool:
    """True when the words after `end` point to another year of the story: "in February of that year"."""
    return _OTHER_YEAR.match(place.text, end) is not None
