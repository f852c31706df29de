"""Dates: each one in the statement must be a day that the cited sentences name.

The statement's words are resolved against the days of the cited articles and the day of asking, since a model may copy
"on Tuesday" or write the day out. A statement may be vaguer than its source ("in November" for 25 November), never
more exact.

A day bounds what is said of it on one side: "until 3 May" is no "from 3 May". The two clash unless one text
denies what the other does not, or tells of an end where the other tells of a beginning.

A weekday of an article that was changed in another week than it appeared in may be that of either week. What names the
day that it would be, and not the weekday alone, is partly supported.

The day on which the article appeared proves the month and the year of what it reports, and little more: what was in the
paper on Thursday mostly happened before. So such a day or week leaves a statement partly supported, unless it says no
more than that ("as of 14 March", "The Wire reported on 14 March").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from assistant.checks.claim import Claim, Finding, Sources
from assistant.english.dates.find import find_dates, unsettled
from assistant.english.words import AXES, LONGEST, NEGATIONS, SPEECH_STEMS, clipped, is_past, stem, tokens, word_set
from assistant.records import Citation, DateMention, Verdict
from assistant.wording import MONTHS, WEEKDAYS

_NAMED = re.compile(
    r"\b(?P<key>Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:days?|s?days?|nesdays?|rsdays?|urdays?)\b"
    r"|\b(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\b(?P<day>\.?\s\d{1,2}\b)?"
)
_AS_OF = re.compile(
    r"\b(?:as of|reported|published|appeared|wrote|dated)\s(?:on\s|in\s)?(?:\w+day,?\s)?$", re.IGNORECASE
)
_LOOK_BACK = 40  # characters that hold such words
_EXACT_DAYS = 7  # a span of so many days or more is vague: the day of an article proves it
_MONTH = timedelta(days=31)
_DAY_GIVEN = re.compile(r"\d")
_LATELY = {"now": 31, "currently": 31, "nowadays": 92, "recently": 92, "lately": 92, "recent": 92}
"""How many days before the day of asking an article may have appeared for the word to be right: our judgement."""
_LATELY_WORD = re.compile(rf"\b(?:{'|'.join(_LATELY)})\b", re.IGNORECASE)
_FROM, _UNTIL = "from", "until"
_BOUND = re.compile(
    r"\b(?:(?P<from>from|since|after|following|starting|beginning|effective|as of)"
    r"|(?P<until>until|till|through|before|by|up to|prior to|no later than|ending))"
    r"\s(?:on\s|in\s|the\s|end of\s|late\s|early\s|mid-?)*\Z",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no longer|never|\w+n['’]t)\b[^,;:.]{0,60}\Z", re.IGNORECASE)  # before "until 3 May"
_PARTS = re.compile(
    r"[,;:—–](?!\s(?:who|which|whose|where|when|\w+ing)\b)|\s(?:and|but|while|after|before)\s", re.IGNORECASE
)
_LIGHT = frozenset(map(stem, word_set("make take get go come give do have hold")))  # verbs that say little alone
_TURNS = frozenset({AXES[stem("begin")][-1][0], AXES[stem("open")][0][0]})  # what begins on a day, ended until then
_MONTHS, _WEEKDAYS = ([name[:3].lower() for name in names] for names in (MONTHS, WEEKDAYS))
_WORDY = word_set("may mar")  # also words and first names: "May said", "Mar" alone

_YEARS = re.compile(r"(\d{4})\D+(\d{4}|\d\d)")

_JOINTS = ("to", "until", "through", "–", "-")

_Span = tuple[date, date]  # first and last day


class Dates(NamedTuple):
    """The dates of a statement."""

    findings: tuple[Finding, ...]  # one for each that no source bears out by itself
    spans: tuple[tuple[int, int], ...]  # characters of all that could be resolved
    proven: tuple[tuple[int, int], ...]  # of those, the ones that a source bears out


def check_dates(claim: Claim) -> Sequence[Finding]:
    """A finding for every date of the statement that is not among the days that the sources name."""
    return dates_in(claim).findings


@lru_cache(maxsize=16)
def dates_in(claim: Claim) -> Dates:
    """The dates of the statement, compared with the days that the sources name."""
    text, sources = claim.text, claim.sources
    mentions = _mentions(text, sources, claim.asked_on)
    named, appeared = list(_named(sources)), list(_appeared(sources))
    words = " ".join(sources.texts).casefold()
    findings, proven, ranges = [], [], list(_ranges(text, mentions))
    spans = tuple(_widest(mentions))
    for start, end in spans:
        meant = [m for m in mentions if start <= m.start < end]
        said = text[start:end]
        within = any(r.start <= start and end <= r.end and (r.first, r.last) in named for r in ranges)
        if within or _written(said.casefold(), words):
            proven.append((start, end))
        elif unknown := [year for year in _ends(said) if year not in words and int(year) not in known_years(sources)]:
            findings.append(_finding(unknown[0], sources))
        elif any(_covers(m, k) for m in meant for k in named):
            proven.append((start, end))
        elif on_day := [m for m in meant if any(_covers(m, k) for k in appeared)]:
            proven.append((start, end))
            if not any(_covers(m, asked) for m in on_day for asked in _asked(claim)):
                findings += _of_appearance(text, on_day[0], sources)
        else:
            findings.append(_finding(said, sources))
    findings += [*_bounds(claim, mentions), *_unsettled(claim, mentions), *_of_other_deed(claim, mentions)][:1]
    findings += [_finding(said, sources) for said in _unresolved(text, spans, words, [*named, *appeared])]
    for found in _lately(claim, words, appeared):
        proven.append(found.span())
        age = _age(claim, appeared)
        if age > _LATELY[found[0].lower()]:
            findings.append(Finding(Verdict.PARTLY, f"“{found[0]}”, of an article {age} days old", certain=True))
    return Dates(tuple(findings), spans, tuple(proven))


def _bounds(claim: Claim, mentions: Sequence[DateMention]) -> Iterator[Finding]:
    """Findings for "from 3 May" where every source that has this day says "until 3 May", or the other way round."""
    for mention in mentions:
        own = _bound(claim.text, mention)
        naming = [(c.text, k) for c in claim.sources.cited for k in _named_by(c) if k[2:4] == mention[2:4]]
        there = [(text, known, _bound(text, known)) for text, known in naming]
        clashing = [
            text[bound.start : known.end]
            for text, known, bound in there
            if own.side and bound.side not in {"", own.side} and bound.denies == own.denies
        ]
        if clashing and len(clashing) == len(there) and not any(_turn(claim.text, text) for text, _ in naming):
            said = clipped(claim.text[own.start : mention.end])
            told = f"“{said}”, but {claim.sources.that('say')} “{clipped(clashing[0])}”"
            yield Finding(Verdict.UNSUPPORTED, told, certain=True)


def _of_other_deed(claim: Claim, mentions: Sequence[DateMention]) -> Iterator[Finding]:
    """A finding for "ended on 8 March" where a source says that it began then and ended on another day.

    Only statements with one verb of the past and one day are read, and sentences with a mark or "and" between two days.
    """
    verbs = _verbs(claim.text)
    days = {mention[2:4] for mention in mentions}
    if len(verbs) != 1 or len(days) != 1 or verbs & _LIGHT:
        return
    parts = [part for c in claim.sources.cited for part in _dated_parts(c)]
    holding = [(day, words) for day, words in parts if verbs <= _verbs(words)]
    then = any(day in days for day, _ in parts)
    if then and holding and not any(day in days or day is None for day, _ in holding):
        told = f"{claim.sources.that('give')} another day for it: “{clipped(holding[0][1].strip())}”"
        yield Finding(Verdict.UNSUPPORTED, f"“{clipped(claim.text)}”, but {told}")


def _verbs(text: str) -> set[str]:
    """Return the stems of the verbs of the past in a text, but for those of speech."""
    return {t.stem for t in tokens(text) if t.content and is_past(t) and t.stem not in SPEECH_STEMS}


def _dated_parts(cited: Citation) -> Iterator[tuple[_Span | None, str]]:
    """Yield the parts of a sentence with the one day that each names; None where two stand in one part, or none."""
    named, start = list(_named_by(cited)), 0
    for one, other in pairwise(named):
        ends = [found.start() for found in _PARTS.finditer(cited.text, one.end, other.start)]
        if not ends:
            yield None, cited.text
            return
        yield one[2:4], cited.text[start : ends[-1]]
        start = ends[-1]
    yield (named[-1][2:4] if named else None), cited.text[start:]


class _Bound(NamedTuple):
    """How a day bounds what is said of it."""

    side: str  # `_FROM` or `_UNTIL`, "" for neither
    start: int  # of the words that say so
    denies: bool  # something is denied that these words do not turn: "not until 3 May" is from then on


def _bound(text: str, mention: DateMention) -> _Bound:
    denies = any(token.folded in NEGATIONS for token in tokens(text))
    found = _BOUND.search(text, max(0, mention.start - _LOOK_BACK), mention.start)
    if found is None:
        return _Bound("", mention.start, denies)
    side = _FROM if found["from"] else _UNTIL
    if side == _UNTIL and (turned := _NOT.search(text, 0, found.start())):
        return _Bound(_FROM, turned.start(), denies=False)
    return _Bound(side, found.start(), denies)


def _turn(text: str, source: str) -> bool:
    """Whether one text tells of an end and the other of a beginning: open until 3 May is closed from then on."""
    sides = [
        {axis for t in tokens(words) for axis in AXES.get(t.stem, ()) if axis[0] in _TURNS} for words in (text, source)
    ]
    return sides[0] != sides[1]


def _unsettled(claim: Claim, mentions: Sequence[DateMention]) -> Iterator[Finding]:
    """Findings for a day that a source names by its weekday alone, in an article that was changed in another week."""
    for mention in (m for m in mentions if m.first == m.last and _DAY_GIVEN.search(claim.text[m.start : m.end])):
        naming = [(c, k) for c in claim.sources.cited for k in _named_by(c) if k[2:4] == mention[2:4]]
        if naming and all(_is_unsettled(c, k) for c, k in naming):
            said = clipped(claim.text[mention.start : mention.end])
            changed = f"{claim.sources.that('name')} a weekday, and the article was changed in another week"
            yield Finding(Verdict.PARTLY, f"“{said}” is uncertain: {changed}", certain=True)


def _is_unsettled(cited: Citation, mention: DateMention) -> bool:
    return mention.start in unsettled([mention], cited.text, cited.article.published, cited.article.updated)


_AT = re.compile(r"\b(?:on|in|during)\s(?:the\s|late\s|early\s)?\Z", re.IGNORECASE)  # before a day, and goes with it


def in_words_of_sources(claim: Claim) -> str:
    """The statement with its vague times in the words of the sentence that names the day: "this week" as "on Thursday".

    For a reader, which takes "this week" as speaking against "Thursday"; that they agree is known by then. Days in
    figures stay: of 300 true statements it bears out 19 fewer without them. So does a day that bounds what is said.
    """
    text, words = claim.text, " ".join(claim.sources.texts).casefold()
    mentions = _mentions(text, claim.sources, claim.asked_on)
    for start, end in sorted(dates_in(claim).proven, reverse=True):
        there = next((w for m in mentions if start <= m.start < end for w in _words_for(m, claim)), "")
        vague = not _DAY_GIVEN.search(text, start, end)
        if there and vague and not _written(text[start:end].casefold(), words) and not _BOUND.search(text, 0, start):
            before = _AT.search(text, 0, start)
            text = f"{text[: before.start() if before else start]}{there}{text[end:]}"
    return text[:1].upper() + text[1:]


def _words_for(mention: DateMention, claim: Claim) -> Iterator[str]:
    """Yield how the sources put a day within a mention such as "this week", with the "on" or "in" before it."""
    if not mention.relative or mention.last - mention.first > _MONTH:
        return
    for cited in claim.sources.cited:
        for known in _named_by(cited):
            if known.first == known.last and _covers(mention, (known.first, known.last)):
                before = _AT.search(cited.text, 0, known.start)
                yield cited.text[before.start() if before else known.start : known.end]


def known_years(sources: Sources) -> frozenset[int]:
    """The years of the days that the cited sentences name, and of their articles' publication."""
    return frozenset(day.year for known in (*_named(sources), *_appeared(sources)) for day in known)


@lru_cache(maxsize=512)
def dates_of(text: str, written_on: date | None) -> tuple[DateMention, ...]:
    """The dates in the first 4,000 characters of a text."""
    return find_dates(text[:LONGEST], written_on)


def _mentions(text: str, sources: Sources, asked_on: date | None) -> list[DateMention]:
    """The dates of the statement as every day of writing would have them."""
    days = dict.fromkeys([*(c.article.published for c in sources.cited), asked_on])
    return [mention for day in days for mention in dates_of(text, day)]


def _named(sources: Sources) -> Iterator[_Span]:
    """The days that the cited sentences name."""
    for c in sources.cited:
        yield from (mention[2:4] for mention in _named_by(c))


def _named_by(cited: Citation) -> Sequence[DateMention]:
    return cited.dates or dates_of(cited.text, cited.article.published)


def _appeared(sources: Sources) -> Iterator[_Span]:
    """The days on which the cited articles appeared."""
    return ((c.article.published, c.article.published) for c in sources.cited if c.article.published)


def _asked(claim: Claim) -> Iterator[_Span]:
    """The days that the question asks about."""
    return ((mention.first, mention.last) for mention in dates_of(claim.question, claim.asked_on))


def _lately(claim: Claim, words: str, appeared: Sequence[_Span]) -> list[re.Match[str]]:
    """Return each "now" and "recently" of the statement that no source says, where the days are known."""
    if claim.asked_on is None or not appeared:
        return []
    return [found for found in _LATELY_WORD.finditer(claim.text) if not _written(found[0].casefold(), words)]


def _age(claim: Claim, appeared: Sequence[_Span]) -> int:
    """Return how many days before the day of asking the newest cited article appeared."""
    return (claim.asked_on - max(day for _, day in appeared)).days if claim.asked_on else 0


def _of_appearance(text: str, mention: DateMention, sources: Sources) -> list[Finding]:
    """A finding for a day or a week that is proven by nothing but the day on which an article appeared."""
    if (mention.last - mention.first).days >= _EXACT_DAYS or _AS_OF.search(
        text[max(0, mention.start - _LOOK_BACK) : mention.start]
    ):
        return []
    said = clipped(text[mention.start : mention.end])
    return [Finding(Verdict.PARTLY, f"not in the {sources.noun}, whose article appeared then: “{said}”")]


def _widest(mentions: Iterable[DateMention]) -> Iterator[tuple[int, int]]:
    """The spans of the mentions, those that overlap as one."""
    end = 0
    spans: list[tuple[int, int]] = []
    for mention in sorted(mentions):
        if mention.start < end:
            spans[-1] = (spans[-1][0], max(end, mention.end))
        else:
            spans.append((mention.start, mention.end))
        end = spans[-1][1]
    yield from spans


def _ranges(text: str, mentions: Sequence[DateMention]) -> Iterator[DateMention]:
    """Yield the spans that two dates give: "3 to 9 March" of "last week", as the prompt has it behind these words."""
    for one in mentions:
        for other in mentions:
            if one.end < other.start and text[one.end : other.start].strip() in _JOINTS and one.first <= other.last:
                yield DateMention(one.start, other.end, one.first, other.last, relative=False)


def _ends(said: str) -> tuple[str, ...]:
    """Return both years of "2019 to 2022" or "2019-22", none of any other date: unlike a year alone, each is told."""
    found = _YEARS.fullmatch(said)
    return (found[1], found[2] if len(found[2]) > len("22") else found[1][:2] + found[2]) if found else ()


def _covers(mention: DateMention, known: _Span) -> bool:
    return mention.first <= known[0] and known[1] <= mention.last


def _written(said: str, words: str) -> bool:
    """Whether the source has the very same words, as whole words."""
    return re.search(rf"(?<!\w){re.escape(said)}(?!\w)", words) is not None


def _unresolved(text: str, spans: Sequence[tuple[int, int]], words: str, known: list[_Span]) -> Iterator[str]:
    """Months and weekdays that could not be resolved to a day, and that no source names either."""
    for found in _NAMED.finditer(text, 0, LONGEST):
        if any(start <= found.start() < end for start, end in spans):
            continue
        key = (found["key"] or found["month"]).lower()
        if key in _WORDY and not found["day"] and len(found[0]) == 3:
            continue
        named = {_MONTHS[d.month - 1] for k in known for d in k} | {_WEEKDAYS[k[0].weekday()] for k in known}
        if key not in named and not re.search(rf"\b{key}", words):
            yield found[0]


def _finding(said: str, sources: Sources) -> Finding:
    return Finding(Verdict.UNSUPPORTED, f"date not in the {sources.noun}: “{clipped(said)}”", certain=True)
