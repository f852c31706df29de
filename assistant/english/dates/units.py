"""Forms of `english.dates.patterns` counted from the day of writing: weekends, "last week", "two days ago".

Each function goes from `Place` to `Found` and raises NoDateError when the words are vague or could mean two spans.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.english.dates import patterns as words
from assistant.english.dates.calendar import (
    Span,
    add_units,
    month_span,
    one_day,
    part_of,
    week_of,
    weekend_of,
    years_span,
)
from assistant.english.dates.patterns import word_set
from assistant.english.dates.places import POSSESSIVES, SUNDAY, Found, NoDateError, Place
from assistant.english.dates.tense import FUTURE, PAST

APPROXIMATE = word_set("almost nearly about around roughly some approximately")
INEXACT = word_set("than over least under to or and half maybe perhaps")
# Days that "two weeks ago" may be off by, either way; years are calendar years, whatever the day.
SLACK = {"day": 0, "week": 3, "month": 15, "year": 0, "decade": 2 * 365}
SLACK_OF_ABOUT = {"day": 1, "week": 7, "month": 31, "year": 365, "decade": 5 * 365}
SAME_SENTENCE = 120  # characters between a day and "two days later": farther apart, another day may have come between


def weekend(place: Place) -> Found:
    """Saturday and Sunday of "over the weekend", "last weekend" and the like."""
    lead, today = place.lead, place.today
    if place.after in {"of", "before", "after", "when", "that"} or place.after[:1].isupper():
        raise NoDateError
    if lead.number or (lead.the and lead.which):
        raise NoDateError
    if lead.the:
        if place.before.lower() not in {"over", "during", "on", "at", "throughout", "through"}:
            raise NoDateError
        weeks = 0 if place.tense == FUTURE or today.weekday() >= 5 else -1
        return Found(place.start, place.end, weekend_of(today, weeks), relative=True)
    if lead.which == "this":
        weeks = -1 if place.tense == PAST and today.weekday() <= 2 else 0
    elif lead.which in {"last", "this past", "next", "this coming"}:
        weeks = {"last": -1, "this past": -1, "next": 1, "this coming": 0}[lead.which]
    else:
        raise NoDateError
    return Found(lead.start, place.end, weekend_of(today, weeks), relative=True)


def unit(place: Place) -> Found:
    """Days, weeks, months, years and decades, sent on to the function of their phrase."""
    way = place.match["way"]
    if way == "ago":
        return _ago(place)
    if way:
        return _shift(place)
    plural = place.text[place.match.end("unit") : place.end] == "s"
    if place.lead.the and place.lead.which in {"next", "following"} and place.match["unit"] == "day" and not plural:
        return _shifted(place, 1)
    if place.lead.the or place.lead.number or plural:
        return _period(place)
    return _calendar_unit(place)


def _ago(place: Place) -> Found:
    """For "three weeks ago", a span that holds the day meant, wider after "about" and the like."""
    count, unit, before = _count(place), place.match["unit"], place.before.lower()
    if before in INEXACT or place.text[place.lead.start - 1 : place.lead.start] in {"-", "–"}:
        raise NoDateError
    day = add_units(place.today, -count, unit)
    slack = SLACK_OF_ABOUT[unit] if before in APPROXIMATE else SLACK[unit]
    span = Span(day - timedelta(days=slack), day + timedelta(days=slack))
    if unit in {"year", "decade"}:
        span = years_span(span.first.year, span.last.year) if slack else years_span(day.year, day.year)
    return Found(place.lead.start, place.end, span, relative=True)


def _shift(place: Place) -> Found:
    """Read "two days later" or "the day before" from a day named in the same sentence."""
    way = place.match["way"]
    if way == "before":
        if not place.lead.the or place.lead.which or place.lead.number or place.after:
            raise NoDateError
        return _shifted(place, -1)
    return _shifted(place, _count(place) * (1 if way == "later" else -1))


def _shifted(place: Place, count: int) -> Found:
    """The day named before in the sentence, moved. Without one, the story's own day is meant, which is not known."""
    previous, unit = place.previous, place.match["unit"]
    if previous is None or previous.first != previous.last or unit not in {"day", "week"}:
        raise NoDateError
    between = place.text[previous.end : place.lead.start]
    if len(between) > SAME_SENTENCE or _SENTENCE_END.search(between):
        raise NoDateError
    return Found(place.lead.start, place.end, one_day(add_units(previous.first, count, unit)), relative=True)


_SENTENCE_END = re.compile(r"[.!?]\s|\n")


def _count(place: Place) -> int:
    said = place.lead.number
    if not said or place.lead.the or place.lead.which:
        raise NoDateError
    return words.NUMBERS.get(said) or int(said)


def _period(place: Place) -> Found:
    """Count "the past two weeks" or "the next ten days" from the day of writing."""
    lead, unit = place.lead, place.match["unit"]
    if place.after in {"of", "before", "that", "after", "when"} or place.before.lower() in POSSESSIVES:
        raise NoDateError
    if lead.which not in {"past", "last", "next", "coming"} or not (lead.the or lead.number):
        raise NoDateError
    if not lead.number and (lead.which in {"next", "coming"} or unit == "day"):
        raise NoDateError
    count = (words.NUMBERS.get(lead.number) or int(lead.number)) if lead.number else 1
    ahead = lead.which in {"next", "coming"}
    far = add_units(place.today, count if ahead else -count, unit)
    return Found(lead.start, place.end, Span(min(far, place.today), max(far, place.today)), relative=True)


def _calendar_unit(place: Place) -> Found:
    """Take "last week", "earlier this month", "next year" as the calendar's own weeks, months and years."""
    lead, unit, today = place.lead, place.match["unit"], place.today
    which = {"this past": "last", "this coming": "next"}.get(lead.which, lead.which)
    if which not in {"last", "this", "next"} or unit == "day" or (unit == "decade" and which != "this"):
        raise NoDateError
    if place.after == "of" or (which == "last" and place.after == "before") or place.before.lower() in POSSESSIVES:
        raise NoDateError
    span = _unit_span(today, unit, {"last": -1, "this": 0, "next": 1}[which])
    if lead.edge == "earlier" and which == "this":
        span = Span(span.first, today)
    elif lead.edge == "later" and which == "this":
        span = Span(today, span.last)
    return Found(lead.start, place.end, part_of(span, lead.edge), relative=True)


def _unit_span(today: date, unit: str, move: int) -> Span:
    if unit == "week":
        week = week_of(today, move)
        # For American writers a week begins on Sunday: on that day "last week" can be either of two.
        return Span(week.first, week.last + timedelta(days=6)) if move == -1 and today.weekday() == SUNDAY else week
    if unit == "month":
        return month_span(today.year, today.month + move)
    if unit == "year":
        return years_span(today.year + move, today.year + move)
    return years_span(today.year - today.year % 10, today.year - today.year % 10 + 9)
