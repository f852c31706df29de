"""The day of publication, from whatever a file gives for it. What could mean two days is never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from math import isnan

EARLIEST_YEAR = 1600  # newspapers begin in 1605; earlier years are placeholders such as 0001-01-01
_FUTURE = timedelta(days=2)  # time zones and papers dated ahead; anything later is a mistake
_LONGEST = 100  # characters of a written date

# Epoch numbers, 1973-03-03 to 2100-01-01. Smaller ones are read as YYYYMMDD or not at all.
_EPOCH_SECONDS = range(100_000_000, 4_102_444_800)
_EPOCH_MILLISECONDS = range(100_000_000_000, 4_102_444_800_000)
_COMPACT = range(1600_01_01, 2100_01_01)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]*\s+)?"
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?P<year>\d{4})"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
_TIME = rf"(?:[\s,|T-]+(?:at\s+)?(?:{_CLOCK}|\d{{1,2}}\s*[ap]\.?m).*)?"

_FORMS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE | re.DOTALL)
    for form in (
        # 2025-11-27, 2025-11-27T09:00:00+09:00
        rf"{_YEAR}(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep){_DAY}(?:[T\s]+\d{{1,2}}:?\d\d.*)?",
        rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?:T?\d{{4,6}}.*)?",  # 20251127, 20251127T093000Z
        rf"{_WEEKDAY}{_DAY}(?:st|nd|rd|th)?(?:\s+of\s+|[\s-]+){_MONTH}[,\s-]+{_YEAR}{_TIME}",  # 27 November 2025
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}{_TIME}",  # Nov. 27, 2025 5:30 PM
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s+{_CLOCK}(?:\s+[A-Z+]\w{{2,4}})?\s+{_YEAR}",  # Thu Nov 27 09:30:00 +0000 2025
    )
)
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[T\s,]+\d{1,2}[:.]\d\d.*)?", re.ASCII | re.DOTALL)


def parse_day(value: object, *, today: date | None = None) -> date | None:
    """The day that `value` names, as written (a time zone never moves it); None when unknown or not certain.

    Understood: dates and datetimes, ISO 8601, RFC 822, English dates with a month's name, YYYYMMDD, and seconds or
    milliseconds since 1970 (in UTC). 03/04/2025 may be March or April and gives None; 27/11/2025 is certain. None as
    well for years before 1600 and for days more than two days after `today` (default: the day of the call).
    """
    day = _read(value)
    latest = (today or date.today()) + _FUTURE
    return day if day is not None and day.year >= EARLIEST_YEAR and day <= latest else None


def _read(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _from_number(value)
    return _from_words(value.strip()) if isinstance(value, str) and len(value) <= _LONGEST else None


def _from_number(number: float) -> date | None:
    """YYYYMMDD, or seconds or milliseconds since 1970; fractions of seconds do not matter."""
    if isnan(number) or abs(number) >= _EPOCH_MILLISECONDS.stop:
        return None
    whole = int(number)
    if whole in _COMPACT:
        return _day(whole // 10000, whole // 100 % 100, whole % 100)
    if whole in _EPOCH_MILLISECONDS:
        whole //= 1000
    return datetime.fromtimestamp(whole, UTC).date() if whole in _EPOCH_SECONDS else None


def _from_words(words: str) -> date | None:
    for form in _FORMS:
        if found := form.fullmatch(words):
            month = found["month"]
            number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
            return _day(int(found["year"]), number, int(found["day"]))
    if found := _SLASHED.fullmatch(words):
        return _day_or_month_first(int(found[1]), int(found[3]), int(found[4]))
    return _from_number(int(words)) if words.isascii() and words.isdigit() and len(words) in {9, 10, 12, 13} else None


def _day_or_month_first(one: int, two: int, year: int) -> date | None:
    """27/11/2025 and 11/27/2025 name one day, 05/05/2025 too; 03/04/2025 does not."""
    if one <= 12 and two <= 12 and one != two:
        return None
    return _day(year, min(one, two), max(one, two))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 30 February
        return None
