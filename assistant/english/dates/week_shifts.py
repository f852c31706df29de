"""Days with a week in them: "a week from Sunday", "Monday week", "the Friday before last", "next week on Thursday".

The weekday is the last word of such a phrase or the first, so the day alone would be a week or two off, and often one
before the article for something still to come. What can be counted is counted from the day of writing; where the words
can mean two days ("a week from Wednesday", written on a Wednesday), or a stretch of time ("runs two weeks from
Monday"), nothing is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.english.dates import patterns as words
from assistant.english.dates.calendar import ONE_DAY, one_day, week_of, weekday_after, weekday_before
from assistant.english.dates.context import FUTURE, PAST, SUNDAY, DatePlace, Found, NoDateError, tense_of
from assistant.english.words import word_set

_WEEKS = {"week": 1, "fortnight": 2}
_REACH = 60  # characters read before the day: the longest phrase of `_LED`
_LED = re.compile(
    rf"(?<![\w’'-])(?:(?P<count>{words.NUMBER}){words.S})?(?P<unit>week|fortnight|day|month|year)s?(?P<ago>{words.S}ago)?"
    rf"(?:(?P<comma>,)?{words.S}(?P<link>from|on|come|to))?{words.S}"
    rf"(?:(?P<which>this{words.S}coming|this{words.S}past|this|next|last|past|coming){words.S})?$",
    re.IGNORECASE,
)
# "the week after next, on Friday"; after "a week later, on Friday" the day is not known.
_LED_BY_ORDER = re.compile(
    rf"\bweeks?(?:{words.S}(?P<order>before{words.S}last|after{words.S}next)(?:,?{words.S}on)?"
    rf"|(?:['’]s?{words.S}time|{words.S}(?:later|earlier|hence|from{words.S}now))(?:,?{words.S}on)?"
    rf"|{words.S}(?:after|before),?{words.S}on){words.S}$",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    rf"{words.S}(?:(?P<unit>week|fortnight)\b(?![-’'])(?!{words.S}(?:{words.NUMBER}|of|after|before|by|ago|last|long)\b)"
    rf"|(?P<order>before{words.S}last|after{words.S}next)\b(?!{words.S}[a-z])"
    rf"|(?:of{words.S}|in{words.S})?the{words.S}week{words.S}(?P<of>before{words.S}last|after{words.S}next)\b"
    rf"|(?P<alone>last|next)(?=[.,;:!?)”\"]|\s*$))"
)
# Weeks or months after the weekday by which it cannot be counted: "Thursday of that week", "Sunday in a week".
_UNCOUNTED = re.compile(
    rf",?{words.S}(?:(?:of{words.S}|in{words.S})?(?:the|that){words.S}(?:(?:following|next|previous|same|first|second){words.S})?"
    rf"week\b|(?:last|next){words.S}(?:month|year)\b|coming\b|in{words.S}{words.NUMBER}{words.S}(?:week|fortnight)s?\b"
    rf"(?!{words.S}of)|{words.NUMBER}{words.S}(?:week|fortnight)s?{words.S}(?:ago|hence|later|earlier|from|before|after)\b)"
    rf"|,{words.S}(?:last|next){words.S}week\b(?!['’])|{words.S}(?:week|fortnight){words.S}(?:ago|last)\b"
    rf"|{words.S}(?:last|next)\b(?!-|{words.S}(?:to|door|week|month|year)\b)"
)
_IN_WEEK = re.compile(rf"(?P<whose>['’]s)?(?:,?{words.S}on)?{words.S}")
# "closed for a week from Monday": the week is how long it lasts, and Monday is the day; not "planned for a week from".
_FOR = re.compile(
    rf"(?:(?P<verb>\w{{1,30}}){words.S})?\bfor(?:{words.S}(?:about|around|at|least|most|up|to|over|more|than|nearly|almost|roughly|some|just|only))*"
    rf"{words.S}$",
    re.IGNORECASE,
)
# Words before "a week" that count it or measure by it: "twice a week on Thursday", "runs two weeks from Monday".
_MEASURES = word_set(
    "once twice times days nights hours day night hour last lasts lasting lasted run runs running ran take takes took "
    "taking spend spends spent mark marks marking marked every each per than of within least half in about nearly "
    "almost over under after before another further full whole extra pay pays paid earn earns earned "
    "past first second third"
)
_LASTING = re.compile(r"\w+ed|shut|close|closes|run|runs|last|lasts|held|away|off|out", re.IGNORECASE)
_PLANNED = word_set("planned set scheduled slated booked fixed called timed billed postponed rescheduled due")
_SENTENCE_END = re.compile(r"[.!?]\s|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shift:
    """What stands before the day in a phrase such as "two weeks ago last Sunday"; "" for what is missing."""

    start: int
    weeks: int  # 0 for a unit that is no week, or without a number
    unit: str
    ago: bool
    link: str  # "from", "on", "come", "to", with a comma that stands before it
    which: str


def counted_weekday(place: DatePlace, number: int) -> Found | None:
    """Return the day of a phrase that counts weeks from a weekday (Monday is 0), None when no week is in it."""
    shift = _shift_before(place)
    if shift is not None:
        day = _led_by_weeks(place, shift, number)
        return Found(shift.start, place.end, one_day(day), relative=True) if day else None
    if led := _LED_BY_ORDER.search(place.text, max(0, place.start - _REACH), place.start):
        if not led["order"]:
            raise NoDateError
        day = _of_week(place.today, led["order"], number)
        return Found(place.start, place.end, one_day(day), relative=True)
    return _followed_by_weeks(place, number) or _within_named_week(place, number)


def counted_day_word(place: DatePlace, word: str) -> Found | None:
    """Return the day of "a week from tomorrow" and "tomorrow week", None when no week is in it."""
    base = place.today + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(word, 0))
    shift = _shift_before(place)
    after = _FOLLOWED.match(place.text, place.end)
    if shift is None and after and after["unit"] and word in {"today", "tomorrow"}:
        return Found(place.start, after.end(), one_day(base + timedelta(weeks=_WEEKS[after["unit"]])), relative=True)
    if shift is None or (not shift.ago and shift.unit not in _WEEKS and shift.link != "from"):
        return None
    if not shift.weeks or shift.which or shift.link not in {"", "from"} or _is_measure(place, shift):
        raise NoDateError
    if not shift.ago and (word == "yesterday" or (not shift.link and _tense(place, shift) == PAST)):
        raise NoDateError
    day = base + timedelta(weeks=-shift.weeks if shift.ago else shift.weeks)
    return Found(shift.start, place.end, one_day(day), relative=True)


def _shift_before(place: DatePlace) -> _Shift | None:
    floor = place.previous.end if place.previous else 0
    led = _LED.search(place.text, max(floor, place.start - _REACH), place.start)
    if led is None:
        return None
    count, unit = (led["count"] or "").lower(), led["unit"].lower()
    said = (words.NUMBERS.get(count) or int(count)) if count else 0
    return _Shift(
        start=led.start(),
        weeks=said * _WEEKS.get(unit, 0),
        unit=unit,
        ago=led["ago"] is not None,
        link=(led["comma"] or "") + (led["link"] or "").lower(),
        which=" ".join((led["which"] or "").lower().split()),
    )


def _led_by_weeks(place: DatePlace, shift: _Shift, number: int) -> date | None:
    """Return the day that the words before it count from; None when the weekday stands for itself."""
    if shift.ago:
        return _ago(place, shift, number)
    if _stands_for_itself(place, shift):
        return None
    if not shift.weeks or shift.link == "to" or _is_measure(place, shift) or _is_anchor(place):
        raise NoDateError
    if shift.which in {"last", "past", "this past"} and not shift.link:  # "a week last Sunday", as the British say
        return _back(place, number, shift.weeks, shift.which)
    if shift.which not in {"", "this", "this coming", "coming"} or number == place.today.weekday() or place.quoted:
        raise NoDateError
    if shift.link != "from" and (shift.link[:1] == "," or place.after == "since" or _tense(place, shift) == PAST):
        raise NoDateError
    return _ahead(place, number, shift.weeks)


def _stands_for_itself(place: DatePlace, shift: _Shift) -> bool:
    """Whether the week says how long something lasts, or is one that has a name ("at Fashion Week on Monday")."""
    verb = _verb_that_lasts(place, shift)
    if verb is not None:
        return shift.link != "from" or _LASTING.fullmatch(verb) is not None
    counted = shift.weeks or shift.link == "from" or (shift.link == "to" and shift.unit in _WEEKS)
    return not counted and _word_before(place, shift) not in {"that", "same", "following", "every", "each"}


def _ago(place: DatePlace, shift: _Shift, number: int) -> date:
    """Count back from the last such weekday: "a week ago Sunday". With "on" it could be one of the week before."""
    if not shift.weeks or shift.link or shift.which not in {"", "last", "past", "this past"} or _is_anchor(place):
        raise NoDateError
    if _tense(place, shift) == FUTURE:  # "It will be two weeks ago Sunday that …"
        raise NoDateError
    return _back(place, number, shift.weeks, shift.which)


def _back(place: DatePlace, number: int, weeks: int, which: str = "") -> date:
    today = place.today
    if number == today.weekday() or place.quoted or (which == "last" and not _is_clear_last(today, number)):
        raise NoDateError
    return weekday_before(today, number) - timedelta(weeks=weeks)


def _ahead(place: DatePlace, number: int, weeks: int) -> date:
    """Count from the coming one, unless another was coming when the words were said: "said on Friday that …"."""
    coming, said = weekday_after(place.today, number), place.previous
    other = said and said.first == said.last < place.today and weekday_after(said.first, number) != coming
    if said and other and not _SENTENCE_END.search(place.text, said.end, place.start):
        raise NoDateError
    return coming + timedelta(weeks=weeks)


def _followed_by_weeks(place: DatePlace, number: int) -> Found | None:
    after = _FOLLOWED.match(place.text, place.end)
    if after is None:
        if _follows_ago(place) or _UNCOUNTED.match(place.text, place.end):
            raise NoDateError
        return None
    lead = place.lead
    if place.before.lower() in words.BEFORE_NAMED_WEEKDAY or lead.which or lead.number or place.quoted:
        raise NoDateError
    start = lead.start if lead.the and after["order"] else place.start
    return Found(start, after.end(), one_day(_day_followed(place, after, number)), relative=True)


def _day_followed(place: DatePlace, after: re.Match[str], number: int) -> date:
    today = place.today
    if after["of"]:
        return _of_week(today, after["of"], number)
    if after["unit"]:
        if place.lead.the or number == today.weekday():
            raise NoDateError
        return _ahead(place, number, _WEEKS[after["unit"]])
    said, weeks = (after["alone"], 0) if after["alone"] else (after["order"].split()[-1], 1)
    if said == "last":
        if not _is_clear_last(today, number):
            raise NoDateError
        return weekday_before(today - ONE_DAY, number) - timedelta(weeks=weeks)
    if number > today.weekday():  # "next Friday", written on a Tuesday, can be either of two
        raise NoDateError
    return weekday_after(today + ONE_DAY, number) + timedelta(weeks=weeks)


def _of_week(today: date, order: str, number: int) -> date:
    """Return that weekday of the week "before last" or "after next"."""
    return week_of(today, -2 if order.lower().startswith("before") else 2).first + timedelta(days=number)


def _is_clear_last(today: date, number: int) -> bool:
    """Whether the last such weekday is the one of last week too, so that "last Friday" means one day."""
    return number >= today.weekday() and today.weekday() != SUNDAY


def _follows_ago(place: DatePlace) -> bool:
    """Whether the weekday belongs to words such as "a year ago", which were read as a date of their own."""
    said = place.previous
    return said is not None and place.text[said.start : place.start].rstrip(" ").endswith("ago")


def _within_named_week(place: DatePlace, number: int) -> Found | None:
    """Read "Thursday" in "next week on Thursday" as the Thursday of the week named just before."""
    said = place.previous
    if said is None or not place.text[said.start : said.end].lower().endswith("week"):
        return None
    joint = _IN_WEEK.fullmatch(place.text, said.end, place.start)
    if joint is None or said.last - said.first > timedelta(days=6) or (not joint["whose"] and _is_possessive(place)):
        return None
    day = weekday_after(said.first, number)
    if day > said.last:
        raise NoDateError
    return Found(place.start, place.end, one_day(day), relative=True)


def _tense(place: DatePlace, shift: _Shift) -> int:
    return tense_of(place.text, shift.start, place.end)


def _word_before(place: DatePlace, shift: _Shift) -> str:
    found = words.WORD_BEFORE.search(place.text, max(0, shift.start - 20), shift.start)
    return found[1].lower() if found else ""


def _is_measure(place: DatePlace, shift: _Shift) -> bool:
    before = _word_before(place, shift)
    return before in _MEASURES or before[-1:].isdigit() or _verb_that_lasts(place, shift) is not None


def _verb_that_lasts(place: DatePlace, shift: _Shift) -> str | None:
    """Return the word before "for a week", "" for none; None where it is not said how long something lasts."""
    found = _FOR.search(place.text, max(0, shift.start - _REACH), shift.start)
    verb = (found["verb"] or "").lower() if found else None
    return None if verb in _PLANNED else verb


def _is_possessive(place: DatePlace) -> bool:
    return place.text[place.end : place.end + 2] in {"'s", "’s"}


def _is_anchor(place: DatePlace) -> bool:
    """Whether a longer name or stretch of days begins with the weekday: "Sunday's vote", "Monday to Friday"."""
    longer = place.after in words.AFTER_NAMED_WEEKDAY or _TO_WEEKDAY.match(place.text, place.end) is not None
    return longer or _is_possessive(place)


_TO_WEEKDAY = re.compile(rf"(?:{words.S}(?:to|through|until|till){words.S}|\s?[-–/]\s?){words.WEEKDAY}")
