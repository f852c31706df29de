"""Forms of `english.dates.patterns` that mean single days: one function per form, from `DatePlace` to `Found`.

Each raises NoDateError when the words are no date or could mean two days.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from assistant.english.dates import patterns as words
from assistant.english.dates.calendar import (
    HALF_YEAR,
    ONE_DAY,
    DaySpan,
    one_day,
    week_of,
    weekday_after,
    weekday_before,
)
from assistant.english.dates.context import (
    FUTURE,
    NEAREST,
    PAST,
    SUNDAY,
    DatePlace,
    Found,
    NoDateError,
    month_number,
    other_year,
    year_said,
)
from assistant.english.dates.week_shifts import counted_day_word, counted_weekday
from assistant.english.words import POSSESSIVES, word_set
from assistant.wording import WEEKDAYS

_WEEKDAY_NUMBERS = {name[:3]: number for number, name in enumerate(WEEKDAYS)}  # Monday is 0
SOON = 60  # days: so near, a date is meant to come even where no cue of the future was found
FAR_AHEAD = 275  # days: "would meet on March 3", written on 20 March, tells a story rather than announces one
NOT_A_NOUN = word_set("in when and at that after before of to with or on from for following prior")


def iso(place: DatePlace) -> Found:
    """A day in digits: "2025-11-27"."""
    year, month, day = (int(place.match[name]) for name in ("year", "number", "day"))
    return Found(place.start, place.end, one_day(date(year, month, day)))


def day_of_month(place: DatePlace) -> Found:
    """A day with its month: "Nov. 27", "27 November 2025", "May 3-5"; a weekday before it helps to find the year."""
    match = place.match
    month, day = month_number(match["month"]), int(match["day"])
    ahead = words.YEAR_AHEAD.match(place.text, place.end)
    year = match["year"] or (ahead and ahead["year"]) or year_said(place)
    if not year and other_year(place, place.end):
        raise NoDateError
    first = date(int(year), month, day) if year else _without_year(place, month, day, match["weekday"])
    last = first.replace(day=int(match["until"] or day))
    if last < first:
        raise NoDateError
    return Found(place.start, place.end, DaySpan(first, last), relative=not (match["year"] or ahead))


def holiday(place: DatePlace) -> Found:
    """A holiday that has its own day of the year."""
    name = " ".join(place.match["name"].lower().replace("’", "'").split())
    month, day = words.HOLIDAYS[name]
    year = place.match["year"]
    first = date(int(year), month, day) if year else _without_year(place, month, day, None)
    return Found(place.start, place.end, one_day(first), relative=not year)


def _without_year(place: DatePlace, month: int, day: int, weekday: str | None) -> date:
    """Return the occurrence meant: of that weekday if one is given, else the nearest that the tense allows."""
    days = _occurrences(place.today, month, day)
    if weekday:
        days = [d for d in days if d.weekday() == _WEEKDAY_NUMBERS[weekday[:3]]]
        if not days:
            raise NoDateError
        return min(days, key=lambda d: abs(d - place.today))
    if (month, day) in words.DAYS_THAT_ARE_NAMES:
        raise NoDateError
    if place.continues_list and place.previous and place.previous.relative:
        beside = place.previous.first
        later = [d for d in days if d >= beside] if place.ends_range else []
        return min(later or days, key=lambda d: abs(d - beside))  # "from May 3 to June 5": both of the same year
    return _choose([d for d in days if d <= place.today], [d for d in days if d >= place.today], place)


def _occurrences(today: date, month: int, day: int) -> list[date]:
    """Return that day in the year of `today` and in the years beside it; 29 February may be missing."""
    if day == 29 and month == 2:
        return [date(y, 2, 29) for y in (today.year - 1, today.year, today.year + 1) if isleap(y)]
    return [date(y, month, day) for y in (today.year - 1, today.year, today.year + 1)]


def _choose(past: list[date], future: list[date], place: DatePlace) -> date:
    """Return the last of `past` or the first of `future`, by tense and nearness."""
    if not past and not future:
        raise NoDateError
    if not past or not future:
        return past[-1] if past else future[0]
    ago, ahead = (place.today - past[-1]).days, (future[0] - place.today).days
    if place.tense == FUTURE:
        return future[0] if ahead <= FAR_AHEAD else past[-1]
    if place.tense == PAST and past[-1].year == place.today.year:
        return past[-1]
    if place.tense == PAST and ago > HALF_YEAR and ahead > SOON:
        raise NoDateError  # a writer would have named the year
    return past[-1] if ago <= HALF_YEAR else future[0]


def weekday(place: DatePlace) -> Found:
    """A weekday, bare or with "last", "next" or "this", or with the week it is of."""
    number = _WEEKDAY_NUMBERS[place.match["weekday"][:3]]
    week = place.match["week"]
    counted = None if week else counted_weekday(place, number)
    if counted:
        return counted
    if _is_no_weekday(place):
        raise NoDateError
    if week:
        day = week_of(place.today, {"last": -1, "this": 0, "next": 1}[week]).first + timedelta(days=number)
    else:
        day = _NAMED_WEEKDAYS.get(place.lead.which, _bare_weekday)(place, number)
    start = place.lead.start if place.lead.which or place.lead.edge else place.start
    return Found(start, place.end, one_day(day), relative=True)


def _is_no_weekday(place: DatePlace) -> bool:
    """Whether the weekday names no day: "Black Friday", "every Friday", "the Friday before", "Monday to Friday"."""
    lead = place.lead
    if (
        place.before.lower() in words.BEFORE_NAMED_WEEKDAY
        or place.after in words.AFTER_NAMED_WEEKDAY
        or _EVERY.search(place.text, max(0, place.start - 20), place.start)
    ):
        return True
    if lead.which == "following" or (lead.the and (lead.which or place.after in NOT_A_NOUN)):
        return True
    if lead.number and (lead.number not in {"a", "an"} or not place.after.islower() or place.after in NOT_A_NOUN):
        return True
    return bool(
        _WEEKDAY_AFTER.match(place.text, place.end)
        or _OF_A_STORY.match(place.text, place.end)
        or _WEEKDAY_BEFORE.search(place.text, max(0, place.start - 20), place.start)
    )


_OF_A_STORY = re.compile(
    rf"{words.S}(?:in|of){words.S}(?:(?:early|mid|late)(?:{words.S}|-))?(?:{words.MONTH}|{words.YEAR})\b"
)
_EVERY = re.compile(rf"\b(?:[Ee]very|[Ee]ach){words.S}{words.WEEKDAY}{words.S}(?:and|or){words.S}$")
_WEEKDAY_AFTER = re.compile(rf"(?:{words.S}(?:to|through){words.S}|\s?[-–/]\s?){words.WEEKDAY}")
_WEEKDAY_BEFORE = re.compile(rf"{words.WEEKDAY}(?:{words.S}(?:to|through){words.S}|\s?[-–/]\s?)$")


def _bare_weekday(place: DatePlace, number: int) -> date:
    passed, coming = weekday_before(place.today, number), weekday_after(place.today, number)
    if place.tense == NEAREST:
        return passed if place.today - passed < coming - place.today else coming
    return coming if place.tense == FUTURE else passed


def _last_weekday(place: DatePlace, number: int) -> date:
    """That day of the week before. Written on a Sunday it can be either of two: for some a week begins then."""
    if place.today.weekday() == SUNDAY:
        raise NoDateError
    return week_of(place.today, -1).first + timedelta(days=number)


def _next_weekday(place: DatePlace, number: int) -> date:
    """The coming one, as long as it lies in the next week too: "next Friday" written on a Tuesday can mean either."""
    if number > place.today.weekday():
        raise NoDateError
    return weekday_after(place.today + ONE_DAY, number)


def _this_weekday(place: DatePlace, number: int) -> date:
    passed = place.tense == PAST and number <= place.today.weekday()
    return (weekday_before if passed else weekday_after)(place.today, number)


def _this_past_weekday(place: DatePlace, number: int) -> date:
    return weekday_before(place.today - ONE_DAY, number)


def _this_coming_weekday(place: DatePlace, number: int) -> date:
    return weekday_after(place.today + ONE_DAY, number)


_NAMED_WEEKDAYS: Mapping[str, Callable[[DatePlace, int], date]] = {
    "last": _last_weekday,
    "next": _next_weekday,
    "this": _this_weekday,
    "this past": _this_past_weekday,
    "past": _this_past_weekday,
    "this coming": _this_coming_weekday,
    "coming": _this_coming_weekday,
}


def day_word(place: DatePlace) -> Found:
    """One of "yesterday", "tonight", "tomorrow"; "today" only where it cannot be "nowadays" ("said today")."""
    word = place.match["word"]
    if place.quoted or (word[0].isupper() and not _begins_sentence(place)):
        raise NoDateError
    if counted := counted_day_word(place, word.lower()):
        return counted
    if (
        word.lower() == "today"
        and place.lead.edge not in {"earlier", "later"}
        and place.before not in words.BEFORE_TODAY
    ):
        raise NoDateError
    beyond = _DAY_BEYOND.search(place.text, max(0, place.start - 20), place.start)
    days = {"yesterday": -1, "tomorrow": 1}.get(word.lower(), 0) * (2 if beyond else 1)
    start = beyond.start() if beyond else place.lead.start if place.lead.edge else place.start
    return Found(start, place.end, one_day(place.today + timedelta(days=days)), relative=True)


_DAY_BEYOND = re.compile(rf"\b[Tt]he{words.S}day{words.S}(?:before|after){words.S}$")


def _begins_sentence(place: DatePlace) -> bool:
    before = place.text[max(0, place.start - 3) : place.start].rstrip()
    return not before or before[-1] in '.!?\n:)”"'


def time_of_day(place: DatePlace) -> Found:
    """Only "this morning" and "last night" and the like tell a day."""
    lead, word = place.lead, place.match["word"]
    if place.quoted or lead.the or lead.number or place.before.lower() in POSSESSIVES:
        raise NoDateError
    if lead.which == "this" and word != "night":
        return Found(lead.start, place.end, one_day(place.today), relative=True)
    if lead.which == "last" and word == "night":
        return Found(lead.start, place.end, one_day(place.today - ONE_DAY), relative=True)
    raise NoDateError
