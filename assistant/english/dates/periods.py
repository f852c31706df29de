"""Forms of `english.dates.patterns` that mean more than a day: months, seasons, years, weeks, "two days ago".

Each function goes from `DatePlace` to `Found`; it raises NoDateError when the words are no date or could mean two.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.english.dates import patterns as words
from assistant.english.dates.calendar import (
    DaySpan,
    add_units,
    month_span,
    months_span,
    one_day,
    part_of,
    week_of,
    weekend_of,
    years_span,
)
from assistant.english.dates.context import (
    FUTURE,
    PAST,
    SUNDAY,
    UNKNOWN,
    DatePlace,
    Found,
    NoDateError,
    month_number,
    other_year,
    year_said,
)
from assistant.english.words import POSSESSIVES, word_set

NO_YEAR_AFTER = word_set("BC BCE AD hours hrs GMT UTC ET EDT EST local")
APPROXIMATE = word_set("almost nearly about around roughly some approximately")
INEXACT = word_set("than over least under to or and half maybe perhaps")
# Days that "two weeks ago" may be off by, either way; years are calendar years, whatever the day.
SLACK = {"day": 0, "week": 3, "month": 15, "year": 0, "decade": 2 * 365}
SLACK_OF_ABOUT = {"day": 1, "week": 7, "month": 31, "year": 365, "decade": 5 * 365}
SAME_SENTENCE = 120  # characters between a day and "two days later": farther apart, another day may have come between


def month_year(place: DatePlace) -> Found:
    """A month with its year."""
    span = month_span(int(place.match["year"]), month_number(place.match["month"]))
    return _parted(place, span, relative=False)


def _parted(place: DatePlace, span: DaySpan, *, relative: bool) -> Found:
    """Return the span, or the part that "early", "mid" or "late" before it names."""
    lead = place.lead
    named = lead.edge in {"early", "mid", "late"}
    return Found(lead.edge_start if named else place.start, place.end, part_of(span, lead.edge), relative)


def month(place: DatePlace) -> Found:
    """A month without its year: only where a preposition or the like shows that it is a month."""
    match, lead = place.match, place.lead
    if not _is_month(place):
        raise NoDateError
    month = month_number(match["month"])
    until = month_number(match["until"]) if match["until"] else month
    ranged = until != month and place.before.lower() in {"between", "from"}
    if match["year"]:
        year = int(match["year"])
        first = month if month <= until else month - 12
        span = months_span(year, first, until if ranged else first)
        return Found(place.start, place.end if ranged else match.end("month"), span)
    year = _year_of_month(place, month)
    if ranged:
        return Found(
            place.start, place.end, months_span(year, month, until if until > month else until + 12), relative=True
        )
    end = match.end("said_year") if match["said"] else match.end("month")
    if lead.which:
        return Found(lead.start, end, month_span(year, month), relative=True)
    return _parted(place, month_span(year, month), relative=True)._replace(end=end)


_TO_COME = re.compile(r"\b(?:until|till|by)\s+(?:the\s+(?:end|beginning|start|middle)\s+of\s+)?$")
_HOLIDAY_OF = re.compile(rf"[Ff]ourth{words.S}of{words.S}$")


def _is_month(place: DatePlace) -> bool:
    lead, prep = place.lead, place.before.lower()
    ambiguous = place.match["month"][:3] in words.AMBIGUOUS_MONTHS
    if ambiguous and (place.after[:1].isupper() or place.text[place.end : place.end + 2] in {"'s", "’s"}):
        return False
    if lead.the or lead.number or _HOLIDAY_OF.search(place.text, max(0, place.start - 20), place.start):
        return False
    if lead.which in {"past", "coming", "following"}:
        return False
    if lead.which or lead.edge in {"early", "mid", "late"} or place.continues_list or place.match["said"]:
        return True
    return prep in (words.BEFORE_MONTH if ambiguous else words.BEFORE_CLEAR_MONTH) or (
        prep in {"between", "from"} and place.match["until"] is not None
    )


def _year_of_month(place: DatePlace, month: int) -> int:
    """Return the year that the writer means by that month."""
    today, which, previous = place.today, place.lead.which, place.previous
    said = year_said(place)
    if said is not None:
        return said
    if other_year(place, place.match.end("month")):
        raise NoDateError
    if which:
        return _year_named(month, today, which)
    if place.continues_list and previous and previous.relative:
        beside = previous.first
        return min(
            (beside.year + y for y in (-1, 0, 1)), key=lambda y: abs((y - beside.year) * 12 + month - beside.month)
        )
    return today.year + _years_away(place, month, today.month)


def _year_named(month: int, today: date, which: str) -> int:
    if (which == "last" and month < today.month) or (which == "next" and month > today.month):
        raise NoDateError  # "last March", written in May, can mean this year's or the one before
    return today.year + {"last": -1, "next": 1}.get(which, 0)


def _years_away(place: DatePlace, month: int, now: int) -> int:
    """Return -1, 0 or 1: the years from the year of writing to the last such month, or to the next one."""
    last, coming = -(month > now), int(month < now)
    ago = (now - month) % 12
    if place.before.lower() == "since":
        return last
    tense = place.tense
    if tense == PAST and _TO_COME.search(place.text, max(0, place.lead.start - 30), place.lead.start):
        tense = UNKNOWN  # "agreed on Wednesday on a lower flow until September": the verb tells of the agreement
    if tense == FUTURE:
        return coming
    if (tense == PAST and ago >= 10) or (tense == UNKNOWN and 4 <= ago <= 9):
        raise NoDateError  # so soon to come and yet told as past, or too far from both to say
    return last if ago <= 6 or tense == PAST else coming


def season(place: DatePlace) -> Found:
    """A season with its year, or "last summer", "this fall"."""
    first, last = words.SEASONS[place.match["season"].lower()]
    if place.match["year"]:
        return _parted(place, months_span(int(place.match["year"]), first, last), relative=False)
    which, today = place.lead.which, place.today
    if place.lead.the or place.quoted or which not in {"last", "this", "this past"}:
        raise NoDateError
    if which != "this" and first <= today.month:
        raise NoDateError  # "last summer", written in September, can mean the one that ends or the one a year ago
    span = months_span(today.year - (which != "this"), first, last)
    return Found(place.lead.start, place.end, span, relative=True)


def quarter(place: DatePlace) -> Found:
    """A quarter: "Q3 2024"."""
    last = 3 * int(place.match["number"])
    return Found(place.start, place.end, months_span(int(place.match["year"]), last - 2, last))


def decade(place: DatePlace) -> Found:
    """A decade: "the 1990s", "late 1990s"."""
    year = int(place.match["year"])
    return _parted(place, years_span(year, year + 9), relative=False)


def year(place: DatePlace) -> Found:
    """A year where a preposition shows that it is one, or two joined to a span ("between 2010 and 2015")."""
    match, first = place.match, int(place.match["year"])
    fraction = words.FRACTION_OF.search(place.text, max(0, place.start - 30), place.start)
    if fraction:
        return Found(fraction.start(), match.end("year"), _fraction_of_year(fraction, first))
    if not _is_year(place):
        raise NoDateError
    until = _end_of_years(place, first)
    if until:
        return Found(place.start, place.end, years_span(first, until))
    return _parted(place, years_span(first, first), relative=False)._replace(end=match.end("year"))


def _fraction_of_year(fraction: re.Match[str], year: int) -> DaySpan:
    months = 3 if fraction["unit"].lower() == "quarter" else 6
    last = months * words.ORDINAL_NUMBERS[fraction["ordinal"].lower()]
    return months_span(year, last - months + 1, last)  # "fourth half" leaves the year and is not refused


def _is_year(place: DatePlace) -> bool:
    if place.after.lower() in words.COUNTED or place.after in NO_YEAR_AFTER:
        return False
    if place.lead.number or place.lead.which:
        return False
    if place.lead.edge in {"early", "mid", "late"}:
        return not (place.lead.the and place.after)  # not "the late 2019 vote": that is a name
    if place.lead.the:
        return False
    if place.before.lower() in words.BEFORE_YEAR:
        return True
    return place.continues_list or bool(words.PART_OF.search(place.text, max(0, place.start - 20), place.start))


def _end_of_years(place: DatePlace, first: int) -> int | None:
    """Return the last year of a span such as "from 2010 to 2015" or "in 2010-15"; None for two other years."""
    said = place.match["until"]
    if not said:
        return None
    joint = place.text[place.match.end("year") : place.match.start("until")].strip()
    joined = {"and": {"between"}, "to": {"from"}, "through": {"from"}, "until": {"from"}}.get(joint)
    if joined is not None and (len(said) != 4 or place.before.lower() not in joined):
        return None
    last = int(said) if len(said) == 4 else first - first % 100 + int(said)
    return last if last > first else None


def weekend(place: DatePlace) -> Found:
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


def span_of_unit(place: DatePlace) -> Found:
    """Read a phrase of days, weeks, months, years or decades with the function of its form."""
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


def _ago(place: DatePlace) -> Found:
    """For "three weeks ago", a span that holds the day meant, wider after "about" and the like."""
    count, unit, before = _count(place), place.match["unit"], place.before.lower()
    if before in INEXACT or place.text[place.lead.start - 1 : place.lead.start] in {"-", "–"}:
        raise NoDateError
    if unit == "week" and _DAY_AFTER_AGO.match(place.text, place.end):
        raise NoDateError  # "a week ago Sunday" is one day: see `english.dates.week_shifts`
    day = add_units(place.today, -count, unit)
    slack = SLACK_OF_ABOUT[unit] if before in APPROXIMATE else SLACK[unit]
    span = DaySpan(day - timedelta(days=slack), day + timedelta(days=slack))
    if unit in {"year", "decade"}:
        span = years_span(span.first.year, span.last.year) if slack else years_span(day.year, day.year)
    return Found(place.lead.start, place.end, span, relative=True)


_DAY_AFTER_AGO = re.compile(
    rf"{words.S}(?:(?:on|last|past|this|this{words.S}past){words.S})?(?:{words.WEEKDAY}|(?:today|yesterday|tomorrow)\b)"
)


def _shift(place: DatePlace) -> Found:
    """Read "two days later" or "the day before" from a day named in the same sentence."""
    way = place.match["way"]
    if way == "before":
        if not place.lead.the or place.lead.which or place.lead.number or place.after:
            raise NoDateError
        return _shifted(place, -1)
    return _shifted(place, _count(place) * (1 if way == "later" else -1))


def _shifted(place: DatePlace, count: int) -> Found:
    """Move the day named before in the sentence. Without one, the story's own day is meant, which is not known."""
    previous, unit = place.previous, place.match["unit"]
    if previous is None or previous.first != previous.last or unit not in {"day", "week"}:
        raise NoDateError
    between = place.text[previous.end : place.lead.start]
    if len(between) > SAME_SENTENCE or _SENTENCE_END.search(between):
        raise NoDateError
    return Found(place.lead.start, place.end, one_day(add_units(previous.first, count, unit)), relative=True)


_SENTENCE_END = re.compile(r"[.!?]\s|\n")


def _count(place: DatePlace) -> int:
    said = place.lead.number
    if not said or place.lead.the or place.lead.which:
        raise NoDateError
    return words.NUMBERS.get(said) or int(said)


def _period(place: DatePlace) -> Found:
    """Count "the past two weeks" or "the next ten days" from the day of writing."""
    lead, unit = place.lead, place.match["unit"]
    if place.after in {"of", "before", "that", "after", "when"} or place.before.lower() in POSSESSIVES:
        raise NoDateError
    if lead.which not in {"past", "last", "next", "coming"} or not (lead.the or lead.number):
        raise NoDateError
    if lead.number in {"a", "an"}:  # "will last a week": a verb
        raise NoDateError
    if not lead.number and (lead.which in {"next", "coming"} or unit == "day"):
        raise NoDateError
    count = (words.NUMBERS.get(lead.number) or int(lead.number)) if lead.number else 1
    ahead = lead.which in {"next", "coming"}
    far = add_units(place.today, count if ahead else -count, unit)
    return Found(lead.start, place.end, DaySpan(min(far, place.today), max(far, place.today)), relative=True)


def _calendar_unit(place: DatePlace) -> Found:
    """Take "last week", "earlier this month", "next year" as the calendar's own weeks, months and years."""
    lead, unit, today = place.lead, place.match["unit"], place.today
    which = {"this past": "last", "this coming": "next"}.get(lead.which, lead.which)
    if which not in {"last", "this", "next"} or unit == "day" or (unit == "decade" and which != "this"):
        raise NoDateError
    if place.after == "of" or (which == "last" and place.after == "before") or place.before.lower() in POSSESSIVES:
        raise NoDateError
    span = _unit_span(today, unit, {"last": -1, "this": 0, "next": 1}[which])
    if lead.edge == "earlier" and which == "this":
        span = DaySpan(span.first, today)
    elif lead.edge == "later" and which == "this":
        span = DaySpan(today, span.last)
    return Found(lead.start, place.end, part_of(span, lead.edge), relative=True)


def _unit_span(today: date, unit: str, move: int) -> DaySpan:
    if unit == "week":
        week = week_of(today, move)
        # For American writers a week begins on Sunday: on that day "last week" can be either of two.
        return DaySpan(week.first, week.last + timedelta(days=6)) if move == -1 and today.weekday() == SUNDAY else week
    if unit == "month":
        return month_span(today.year, today.month + move)
    if unit == "year":
        return years_span(today.year + move, today.year + move)
    return years_span(today.year - today.year % 10, today.year - today.year % 10 + 9)
