"""Finding dates in text: the table of forms, the one pass, days written into it, and those a question asks about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.english.dates import days, periods
from assistant.english.dates.calendar import ONE_DAY, week_of, years_span
from assistant.english.dates.context import DatePlace, Found
from assistant.english.dates.patterns import ANY_DATE, DETAIL, HEAD, MONTH, WEEKDAY, YEAR
from assistant.records import DateMention
from assistant.wording import span_of_days

# What decides the meaning of each form of `patterns.RULES`.
HANDLERS: Mapping[str, Callable[[DatePlace], Found]] = {
    "iso": days.iso,
    "day_first": days.day_of_month,
    "month_first": days.day_of_month,
    "holiday": days.holiday,
    "weekday": days.weekday,
    "day_word": days.day_word,
    "time_of_day": days.time_of_day,
    "month_year": periods.month_year,
    "month": periods.month,
    "season": periods.season,
    "quarter": periods.quarter,
    "decade": periods.decade,
    "year": periods.year,
    "weekend": periods.weekend,
    "unit": periods.span_of_unit,
}


def find_dates(text: str, written_on: date | None) -> tuple[DateMention, ...]:
    """Return the dates named in `text`, in order, not overlapping; offsets are of the words without prepositions.

    `written_on` is the day of publication; without it only dates that are complete in themselves are found. A bare
    weekday is the most recent one on or before that day, or the next on or after it where the clause speaks of what is
    to come ("will", "is due to"); a month or day without a year likewise, the nearer one where the tense is silent.
    """
    mentions: list[DateMention] = []
    end = 0
    for head in HEAD.finditer(text):
        if head.start() < end:
            continue
        match = ANY_DATE.match(text, head.start())
        if match is None or match.lastgroup is None:
            continue
        found = _resolve(text, match.lastgroup, match.start(), written_on, mentions[-1] if mentions else None)
        end = found.end if found else match.end()
        if found:
            mentions.append(DateMention(found.start, found.end, *found.span, found.relative))
    return tuple(mentions)


_MONTH = re.compile(rf"\b{MONTH}\b")
_DAY_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")


def write_days(text: str, mentions: Iterable[DateMention]) -> str:
    """Write the day meant behind the words that name it: "on Tuesday (25 November 2025)"; `mentions` are in order."""
    end, parts = 0, list[str]()
    for mention in mentions:
        if mention.relative and end <= mention.start < mention.end <= len(text):
            parts += [text[end : mention.end], f" ({span_of_days(mention.first, mention.last)})"]
            end = mention.end
    return "".join([*parts, text[end:]])


def unsettled(mentions: Iterable[DateMention], text: str, published: date | None, updated: date | None) -> set[int]:
    """Return where those `mentions` of a text start whose day hangs on whether it was written at first or later.

    "On Tuesday", in an article that was changed in another week than it appeared in, may be the Tuesday of either.
    """
    if published is None or updated is None or week_of(published) == week_of(updated):
        return set()
    later = {mention[:4] for mention in find_dates(text, updated)}
    return {m.start for m in mentions if m.relative and m.first == m.last and m[:4] not in later}


def states_the_day(text: str, mention: DateMention) -> bool:
    """Whether the words of `mention` in `text` name its day and month, so that only the year is left unsaid."""
    words = text[mention.start : mention.end]
    return bool(_MONTH.search(words) and _DAY_NUMBER.search(words))


def _resolve(text: str, form: str, start: int, written_on: date | None, previous: DateMention | None) -> Found | None:
    match = DETAIL[form].match(text, start)
    if match is None:
        return None
    try:
        return HANDLERS[form](DatePlace(text, match, written_on, previous))
    except (ValueError, OverflowError):  # no date, no such day, or a day outside the calendar
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWindow:
    """When the articles that a question asks for were published, as far as its words tell."""

    first: date | None  # first day of publication, None when open
    last: date | None  # last day of publication, included, None when open; both None: only `asked_recent` is known
    words: str  # of the question, that say so
    asked_recent: bool  # it asks for the newest: "latest", "most recent", "now", "this week"
    explicit: bool  # a day, month or year is named, or a bound ("since"); False when counted from the day of asking


_RECENT = re.compile(
    r"\b(?:latest|newest|(?:most\s)?recent(?:ly)?|now(?!-)|current(?:ly)?|at\sthe\smoment|these\sdays|nowadays|so\sfar|this\sweek|today)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?P<bound>since|after|before|prior\sto|until|till|by)\s(?:the\s)?(?:(?:start|beginning|end)\sof\s)?$",
    re.IGNORECASE,
)
# "since the election of 2020", "before the 2022 World Cup": the event is somewhere in its year.
_EVENT = re.compile(
    rf"\b(?P<bound>since|after|before|prior\sto|until)\s(?:the\s)?(?:[A-Za-z’'-]{{1,20}}\s){{0,4}}?(?P<year>{YEAR})\b(?!-)",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"\b(?:than|compared)\b[^.?!]{0,40}$", re.IGNORECASE)
# A weekday or a month by name: then the question names its time, even where the year is left to the day of asking.
_NAMED = re.compile(rf"\b(?:{WEEKDAY}|{MONTH}\b)")
_TODAY = re.compile(r"\btoday\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Limit:
    """What one date in a question says about publication."""

    first: date | None
    last: date | None
    words: str
    bound: bool
    relative: bool


def find_window(question: str, asked_on: date) -> QuestionWindow | None:
    """Return the days of publication that `question`, asked on `asked_on`, is about; None when it does not say.

    A year in the name of an event ("the 2020 election", "World Cup 2022") is a topic, not a time of publication, unless
    "since", "before" or "after" makes it one. "this week" means the seven days up to `asked_on`; "last week" holds both
    the calendar week before and the seven days before those. What is only to come limits nothing.
    """
    try:
        limits = _limits(question, asked_on)
    except OverflowError:  # asked at the end of the calendar
        limits = []
    recent = _RECENT.search(question)
    limits = [limit for limit in limits if limit.bound] or limits
    if not limits:
        return recent and QuestionWindow(first=None, last=None, words=recent[0], asked_recent=True, explicit=False)
    firsts = [limit.first for limit in limits if limit.first]
    lasts = [limit.last for limit in limits if limit.last]
    return QuestionWindow(
        first=min(firsts, default=None),
        last=max(lasts, default=None),
        words=", ".join(limit.words for limit in limits),
        asked_recent=recent is not None,
        explicit=any(limit.bound or not limit.relative for limit in limits),
    )


def _limits(question: str, asked_on: date) -> list[_Limit]:
    mentions = find_dates(question, asked_on)
    found = [_limit(question, mention, asked_on) for mention in mentions]
    for event in _EVENT.finditer(question):
        if not any(m.start <= event.start("year") < m.end for m in mentions):
            found.append(_event_limit(event))
    if not mentions and _TODAY.search(question):
        found.append(_Limit(asked_on, asked_on, "today", bound=False, relative=True))
    return [limit for limit in found if limit]


def _limit(question: str, mention: DateMention, asked_on: date) -> _Limit | None:
    words = question[mention.start : mention.end]
    bound = _BOUND.search(question, max(0, mention.start - 40), mention.start)
    first, last = _days_asked(words, mention, asked_on)
    if bound:
        return _bounded(" ".join(bound["bound"].lower().split()), first, last, bound[0] + words, mention.relative)
    if first > asked_on or words.lower().startswith("later") or _is_topic(question, mention):
        return None
    counted = mention.relative and not _NAMED.search(words)
    return _Limit(first, min(last, asked_on), words, bound=False, relative=counted)


def _days_asked(words: str, mention: DateMention, asked_on: date) -> tuple[date, date]:
    """Return the days of a mention; weeks are widened, as they are asked about before they end, or just after."""
    said = " ".join(words.lower().split())
    if said == "this week":
        return asked_on - timedelta(days=6), asked_on
    if said == "last week":
        week = week_of(asked_on, -1)
        return min(week.first, asked_on - timedelta(days=14)), max(week.last, asked_on - timedelta(days=7))
    return mention.first, mention.last


def _is_topic(question: str, mention: DateMention) -> bool:
    """Whether a date names a thing ("the November 2020 election", "a card from 1952") or is compared with."""
    words = question[mention.start : mention.end]
    before, after = question[: mention.start].lower(), question[mention.end :]
    if words.endswith("ago"):
        return _COMPARED.search(before) is not None
    if mention.relative:
        return False
    if before.endswith("the ") and re.match(r"\s\w", after):
        return True
    year = re.fullmatch(YEAR, words) is not None
    return words.endswith("0s") or (year and (before.endswith("from ") or re.match(r"\s[A-Z]", after) is not None))


def _bounded(bound: str, first: date, last: date, words: str, relative: bool) -> _Limit:
    if bound == "since":
        return _Limit(first, None, words, bound=True, relative=relative)
    if bound == "after":
        return _Limit(last + ONE_DAY, None, words, bound=True, relative=relative)
    if bound in {"before", "prior to"}:
        return _Limit(None, first - ONE_DAY, words, bound=True, relative=relative)
    return _Limit(None, last, words, bound=True, relative=relative)


def _event_limit(event: re.Match[str]) -> _Limit:
    """Return the limit for "since" or "before" an event of a year: all of the year, as its day is not known."""
    year = years_span(int(event["year"]), int(event["year"]))
    since = event["bound"].lower() in {"since", "after"}
    return _Limit(year.first if since else None, None if since else year.last, event[0], bound=True, relative=False)
