"""What stands around words that look like a date: all that is needed to decide which days they mean.

`DatePlace` holds the words before and after. `tense_of` says whether their clause speaks of what has happened or of
what is to come. News prose is in the past tense, so the past needs no proof; what is to come announces itself by a verb
("will meet on Friday") or a noun ("ahead of Friday's vote"). Only the clause counts, read at most `_REACH` characters
either way, and a verb of the past between the cue and the date takes it back ("will resign, she said on Tuesday").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from assistant.english.dates import patterns as words
from assistant.english.dates.calendar import DaySpan
from assistant.english.words import listed, word_set
from assistant.records import DateMention
from assistant.wording import MONTHS

_BETWEEN = re.compile(r"\b[Bb]etween\s+\Z")
_MONTH_NUMBERS = {name[:3]: number for number, name in enumerate(MONTHS, 1)}
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
    span: DaySpan
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
class DatePlace:
    """A place where a form was found, with all that its function may look at."""

    text: str
    match: re.Match[str]  # of the form's own expression, with its named parts
    written_on: date | None
    previous: DateMention | None  # the mention before this one

    @cached_property
    def start(self) -> int:
        """Start of the telling word."""
        return self.match.start()

    @cached_property
    def end(self) -> int:
        """End of the form."""
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
        found = words.LEADING.search(self.text, max(floor, self.start - words.LEADING_REACH), self.start)
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
        return tense_of(self.text, self.lead.start, self.end)

    @property
    def continues_list(self) -> bool:
        """Whether it is a date because the one before it is, as the second in "2018 and 2019"."""
        return self.previous is not None and self.text[self.previous.end : self.lead.start] in JOINTS

    @property
    def ends_range(self) -> bool:
        """Whether it is the later end of a range, as the second in "between May 3 and June 5"."""
        if self.previous is None or not self.continues_list:
            return False
        joint = self.text[self.previous.end : self.lead.start].strip()
        return (
            joint not in {"and", "or", ","}
            or _BETWEEN.search(self.text, max(0, self.previous.start - 12), self.previous.start) is not None
        )

    @property
    def quoted(self) -> bool:
        """Whether it is quoted: there "today" is the day of speaking, which the article may not give."""
        paragraph = self.text[max(0, self.start - 1000) : self.start].rpartition("\n")[2]
        return paragraph.rfind("“") > paragraph.rfind("”") or paragraph.count('"') % 2 == 1


def month_number(word: str) -> int:
    """Return 1 to 12 for a month's name or abbreviation."""
    return _MONTH_NUMBERS[word[:3].title()]


def year_said(place: DatePlace) -> int | None:
    """Return the year of "March 3 last year" or "June of this year", None without such words."""
    said = place.match["said"]
    return place.today.year + {"last": -1, "this": 0, "next": 1}[said] if said else None


def other_year(place: DatePlace, end: int) -> bool:
    """Whether the words after `end` point to another year of the story: "in February of that year"."""
    return _OTHER_YEAR.match(place.text, end) is not None


_REACH = 160  # characters read before the date: longer clauses are rare, and the bound keeps reading linear
_REACH_AHEAD = 80  # characters read after it: farther on, a verb speaks of something else

# NEAREST: it was to come when something was said ("would meet on Friday"), so it may have passed by now.
PAST, UNKNOWN, FUTURE, NEAREST = -1, 0, 1, 2

_TOKEN = re.compile(r"[\w’']+|[;:!?\n—“”\"]|(?<=\w{4})\.(?=\s)|(?<=\s)[–-](?=\s)")

# Marks and words that end a clause: what follows these words is another verb's business.
_BREAKS = word_set(
    '; : ! ? — – - “ ” " . after following since because but although though while that who which '
    "where when if why what"
) | {"\n"}
_FUTURE = listed("future_cues")
_REPORTED = word_set("would could planned hoped")
# To come when followed by "to" ("aims to"), or by one of `_LINKS` ("due on").
_FUTURE_TO = listed("future_cues_before_to")
_FUTURE_LINKED = word_set("due expected scheduled slated planned set ready track aiming")
_LINKS = word_set("to for by on in")
# To come unless the clause before them is in the past: "was closed until Friday".
_FUTURE_WEAK = word_set("until till ahead")
_PAST = listed("past_cues")
_STEPS = word_set("on in late early last this by for the at")  # between a verb and its date
_DIRECT = re.compile(r"\w+ed|made|held|sent|shot|hit|won|lost|took")
_CUE_VERBS = word_set("scheduled expected slated planned delayed postponed rescheduled pushed need")
_AUXILIARY = word_set("be being")
_FINITE = word_set("is are was were")
_NEAR_CUE = 6  # words: farther back than this from a verb of the past, a cue of the future belongs to another clause
_FAR = 1000  # words: more than a clause can have


def tense_of(text: str, start: int, end: int) -> int:
    """Return PAST, UNKNOWN, FUTURE or NEAREST for the clause around `text[start:end]`.

    The nearest cue before the date decides; with none before it ("On Friday the court will rule"), the first after it.
    """
    before = _clause(reversed(_tokens(text, max(0, start - _REACH), start)))
    if _verb_of_date(before) or before[:2] == ["of", "as"]:
        return PAST
    found, cue = _first_cue(before, -1)
    verb = _first_past_verb(before)
    if verb is not None and cue - verb > _NEAR_CUE:
        return PAST
    if found == UNKNOWN and not _FUTURE_WEAK.isdisjoint(before[:3]):
        return NEAREST
    return found or _first_cue(_clause(_tokens(text, end, end + _REACH_AHEAD)), 1)[0]


def _tokens(text: str, start: int, end: int) -> list[str]:
    """Return words in small letters, except the month of May, which is no verb."""
    return [word if word in {"May"} else word.lower() for word in _TOKEN.findall(text, start, end)]


def _clause(tokens: Iterable[str]) -> list[str]:
    """Return the tokens up to the first that ends the clause."""
    return list(takewhile(lambda token: token not in _BREAKS, tokens))


def _verb_of_date(reversed_clause: list[str]) -> bool:
    """Whether the date depends on a verb of the past: "plans to resign announced on Tuesday"."""
    rest = iter(reversed_clause)
    verb = next((word for word in rest if word not in _STEPS), "")
    helpers = {next(rest, ""), next(rest, "")}
    return bool(_DIRECT.fullmatch(verb)) and verb not in _CUE_VERBS and not _AUXILIARY & helpers


def _first_past_verb(reversed_clause: list[str]) -> int | None:
    """Return the place of the nearest word like a verb of the past, not counting "are lined" and "be closed"."""
    for i, word in enumerate(reversed_clause):
        if _DIRECT.fullmatch(word) and _at(reversed_clause, i + 1) not in {"is", "are", "be"}:
            return i
    return None


def _first_cue(clause: list[str], step: int) -> tuple[int, int]:
    """Return the meaning and the place of the first cue; `step` is -1 when the clause is given backwards.

    Without a cue, UNKNOWN and a place far beyond the end of the clause.
    """
    for i, word in enumerate(clause):
        before, after = _at(clause, i - step), _at(clause, i + step)
        if word in _REPORTED and "not" in {before, after}:
            return PAST, i  # "could not be reached on Tuesday"
        if word in _FUTURE or _links(word, before, after) or (word == "be" and before == "to"):
            return _kind(clause, i, step), i
        if (word in _PAST and before != "be") or (step == 1 and _DIRECT.fullmatch(word)):
            return PAST, i
    return UNKNOWN, _FAR


def _at(clause: list[str], i: int) -> str:
    return clause[i] if 0 <= i < len(clause) else ""


def _links(word: str, before: str, after: str) -> bool:
    """Whether a word links to what is to come: "plans to", "due on"; not "had planned to", nor "due to rain"."""
    if before == "had" or (word == "due" and after == "to" and before not in _FINITE):
        return False
    if word in {"take", "takes"}:
        return after in {"place", "effect"}
    return (word in _FUTURE_TO and after == "to") or (word in _FUTURE_LINKED and after in _LINKS)


def _kind(clause: list[str], i: int, step: int) -> int:
    """Return what the cue `clause[i]` means: UNKNOWN for "seemed to be", NEAREST for what was still to come then."""
    before, verb = _at(clause, i - step), _at(clause, i - 2 * step)
    if clause[i] == "be" and _DIRECT.fullmatch(verb) and verb not in _FUTURE_LINKED:
        return UNKNOWN
    return NEAREST if clause[i] in _REPORTED or before in {"was", "were"} else FUTURE
