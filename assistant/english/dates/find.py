"""Finding dates in text: the table of forms, the one pass over the text that uses it, and the days written into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from assistant.english.dates import days, periods
from assistant.english.dates.context import DatePlace, Found
from assistant.english.dates.patterns import ANY_DATE, DETAIL, HEAD
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


def write_days(text: str, mentions: Iterable[DateMention]) -> str:
    """Write the day meant behind the words that name it: "on Tuesday (25 November 2025)"; `mentions` are in order."""
    end, parts = 0, list[str]()
    for mention in mentions:
        if mention.relative and end <= mention.start < mention.end <= len(text):
            parts += [text[end : mention.end], f" ({span_of_days(mention.first, mention.last)})"]
            end = mention.end
    return "".join([*parts, text[end:]])


def _resolve(text: str, form: str, start: int, written_on: date | None, previous: DateMention | None) -> Found | None:
    match = DETAIL[form].match(text, start)
    if match is None:
        return None
    try:
        return HANDLERS[form](DatePlace(text, match, written_on, previous))
    except (ValueError, OverflowError):  # no date, no such day, or a day outside the calendar
        return None
