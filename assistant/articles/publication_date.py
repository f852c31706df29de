"""The day of publication, from all that a file gives for it. What could mean two days is never guessed.

Where several places name a day, the surest counts. In order of trust:

    declared      what the source itself declares: JSON-LD, `meta` or marked `time` elements of a page, a field of a
                  row, a front matter, a header line, the Date of a mail, the entry of a feed
    address       a whole day in the web address: /2025/11/27/, or at its end: /ferry-sails-again-2025-11-27/
    dateline      the beginning of the text: "PARIS, 27 November 2025 (AFP) -", or a line that is nothing but a date
    file name     2025-11-27 written in the name of the file; a notice says so
    crawl         the day on which a crawler fetched the page; a notice says so

A day that cannot be read, that could be two days, or that lies in the future is none, and a notice says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from math import isnan
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

_TOP = 400  # characters of a text in which a dateline stands
_TOP_LINES = 4
_LABEL = re.compile(
    r"(?:(?:first )?published|posted|date|veröffentlicht(?: am)?|publié(?: le)?|publicado(?: el| em)?|"
    r"pubblicato(?: il)?"
    r"|gepubliceerd(?: op)?|опубликовано|发布时间|發布時間|公開日?|掲載)\s*[:：]?\s*(?:on\s+)?",
    re.IGNORECASE,
)
# A place, the day, then an agency in brackets or a dash: "PARIS, Nov. 27, 2025 (AFP) -".
_DATELINE = re.compile(
    r"(?P<place>[^\W\d_][^\d\n:]{0,60}?)[,(]\s*(?P<day>[^\n()–—/]{6,40}?)\s*\)?\s*(?:\([^()\n]{1,40}\)|/|--|[–—]|-\s)"
)
_PATH_DAY = re.compile(
    r"/(?P<year>(?:19|20)[0-9]{2})(?P<sep>[/-])(?P<month>[0-9]{1,2}|[a-z]{3})(?P=sep)(?P<day>[0-9]{1,2})(?=[/_.-]|$)"
    r"|/(?P<compact>(?:19|20)[0-9]{6})(?=/|$)"
    r"|-(?P<last>(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})(?=/?(?:\.[a-z]{3,5})?$)",
    re.IGNORECASE,
)
_NAME_DAY = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")

EARLIEST_YEAR = 1600  # newspapers begin in 1605; earlier years are placeholders such as 0001-01-01
_FUTURE = timedelta(days=2)  # time zones and papers dated ahead; anything later is a mistake
_LONGEST = 100  # characters of a written date

# Epoch numbers, 1973-03-03 to 2100-01-01. Smaller ones are read as YYYYMMDD or not at all.
_EPOCH_SECONDS = range(100_000_000, 4_102_444_800)
_EPOCH_MILLISECONDS = range(100_000_000_000, 4_102_444_800_000)
_COMPACT = range(1600_01_01, 2100_01_01)

# English, German, French, Spanish, Italian, Portuguese, Dutch, the Scandinavian languages, Polish, Russian, Turkish. A
# name that means another month elsewhere is left out: "listopada" is November in Polish and October in Croatian.
_MONTH_NAMES = (
    "jan january januar jänner janvier enero ene gennaio gen janeiro januari stycznia января ocak",
    "feb february februar feber février fevrier févr fevr febrero febbraio fevereiro fev februari lutego февраля şubat",
    "mar march märz maerz mrz mars marzo março marco maart marca марта mart",
    "apr april avril avr abril abr aprile kwietnia апреля nisan",
    "may mai mayo maggio mag maio mei maj maja мая mayıs",
    "jun june juni juin junio giugno giu junho czerwca июня haziran",
    "jul july juli juillet juil julio luglio lug julho lipca июля temmuz",
    "aug august août aout agosto ago augustus augusti sierpnia августа ağustos",
    "sep sept september septembre septiembre settembre set setembro września сентября eylül",
    "oct october oktober okt octobre octubre ottobre ott outubro out października октября ekim",
    "nov november novembre noviembre novembro ноября kasım",
    "dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro grudnia декабря aralık",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_WEEKDAYS = (
    "monday|mon|tuesday|tues|tue|wednesday|weds|wed|thursday|thurs|thur|thu|friday|fri|saturday|sat|sunday|sun"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|so"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    "|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|segunda-feira|terça-feira|quarta-feira|quinta-feira"
    "|sexta-feira|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
)
_WEEKDAY = rf"(?:(?:{_WEEKDAYS})[.,]*\s+(?:den\s+|le\s+)?)?"
_DAY = r"(?P<day>[0-9]{1,2})"
_YEAR = r"(?P<year>[0-9]{4})"
_CLOCK = r"[0-9]{1,2}[:.h][0-9]{2}(?::[0-9]{2})?"
_TIME = rf"(?:[\s,|T–-]+(?:(?:at|um|à|às|kl\.?|ore)\s+)?(?:{_CLOCK}|[0-9]{{1,2}}\s*[ap]\.?m).*)?"
_DAY_FIRST = rf"{_DAY}(?:st|nd|rd|th|er|º|\.)?(?:\s+(?:of|de)\s+|[\s-]+){_MONTH}(?:,?\s+de\s+|[,\s-]+){_YEAR}"
_MONTH_FIRST = rf"{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}"
_CHARACTERS = r"(?P<year>[0-9]{4})\s?[年년]\s?(?P<month>[0-9]{1,2})\s?[月월]\s?(?P<day>[0-9]{1,2})\s?[日일]"
_ISO = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"

_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.DOTALL)
    for form in (
        # 2025-11-27, 2025-11-27T09:00:00+09:00
        rf"{_YEAR}(?P<sep>[-/.])(?P<month>[0-9]{{1,2}})(?P=sep){_DAY}(?:[T\s]+[0-9]{{1,2}}:?[0-9]{{2}}.*)?",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:T?[0-9]{{4,6}}.*)?",  # 20251127, 20251127T093000Z
        rf"{_WEEKDAY}{_DAY_FIRST}{_TIME}",  # 27 November 2025, 27 de noviembre de 2025
        rf"{_WEEKDAY}{_MONTH_FIRST}{_TIME}",  # Nov. 27, 2025 5:30 PM
        rf"{_CHARACTERS}.*",  # 2025年11月27日
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s+{_CLOCK}(?:\s+[A-Z+]\w{{2,4}})?\s+{_YEAR}",  # Thu Nov 27 09:30:00 +0000 2025
    )
)
_WITHIN = tuple(
    re.compile(rf"(?<![\w-]){form}(?![0-9-])", re.IGNORECASE) for form in (_ISO, _DAY_FIRST, _MONTH_FIRST, _CHARACTERS)
)
_CLOCK_ZERO = re.compile(
    r"0|(?:1970-01-01|(?:thu,? )?0?1 jan 1970)(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z| ?[+-]00:?00| ?UTC| ?GMT)?)?",
    re.IGNORECASE,
)
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SLASHED = re.compile(
    r"(?<![\w/.-])(?:(?P<weekday>(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6})\.?,?\s+)?"
    r"(?P<one>\d{1,2})(?P<sep>[/.-])(?P<two>\d{1,2})(?P=sep)(?P<year>\d{4})(?![\w/-])",
    re.ASCII | re.IGNORECASE,
)
_CLOCK_AFTER = re.compile(r"[T\s,–-]+\d{1,2}[:.]\d\d.*\Z", re.ASCII | re.DOTALL)
_WEEKDAY_AFTER = re.compile(rf"\s*,\s*(?:{_WEEKDAYS})\.?\Z", re.IGNORECASE)  # "04 Mar 2025,Tuesday"


def parse_day(value: object, *, today: date | None = None, day_first: bool = False) -> date | None:
    """Return the day that `value` names, as written (a time zone never moves it); None when it is not certain.

    Understood: dates and datetimes, ISO 8601, RFC 822, dates with a month's name (in a dozen languages), YYYYMMDD, and
    seconds or milliseconds since 1970 (in UTC). 27/11/2025 is certain; 03/04/2025 may be March or April and gives None,
    unless the language writes the `day_first` or the weekday tells ("Tue, 03/04/2025"). None as well for years before
    1600 and for days more than two days after `today` (default: the day of the call).
    """
    day = _read(value, day_first=day_first)
    latest = (today or date.today()) + _FUTURE
    return day if day is not None and day.year >= EARLIEST_YEAR and day <= latest else None


def is_clock_zero(value: object) -> bool:
    """Whether a date is 1 January 1970 at midnight: where clocks of computers begin, no day of publication."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return False
    return bool(_CLOCK_ZERO.fullmatch(str(value)[:_LONGEST].strip()))


def days_within(words: str, *, today: date | None = None, day_first: bool = False) -> list[date]:
    """Return the days that short words name with their year ("Published: 27 Nov. 2025 by …"), each once, in order."""
    found = sorted((start, day) for start, _, day in dates_within(words, day_first=day_first))
    return list(dict.fromkeys(day for _, day in found if parse_day(day, today=today)))


def dates_within(words: str, *, day_first: bool = False) -> list[tuple[int, int, date]]:
    """Return beginning, end and day of each date that short words name with its year."""
    words = words[: 10 * _LONGEST]
    named = [(match.start(), match.end(), _matched(match)) for form in _WITHIN for match in form.finditer(words)]
    named += [(match.start(), match.end(), _slashed(match, day_first=day_first)) for match in _SLASHED.finditer(words)]
    return [(start, end, day) for start, end, day in named if day is not None]


def _read(value: object, *, day_first: bool) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _from_number(value)
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    return _from_words(_WEEKDAY_AFTER.sub("", value.strip()), day_first=day_first)


def _from_number(number: float) -> date | None:
    """Read YYYYMMDD, or seconds or milliseconds since 1970; fractions of seconds do not matter."""
    if isnan(number) or abs(number) >= _EPOCH_MILLISECONDS.stop:
        return None
    whole = int(number)
    if whole in _COMPACT:
        return _day(whole // 10000, whole // 100 % 100, whole % 100)
    if whole in _EPOCH_MILLISECONDS:
        whole //= 1000
    return datetime.fromtimestamp(whole, UTC).date() if whole in _EPOCH_SECONDS else None


def _from_words(words: str, *, day_first: bool) -> date | None:
    if words.isascii() and words.isdigit() and len(words) in {9, 10, 13}:
        return _from_number(int(words))
    for form in _FORMS:
        if found := form.fullmatch(words):
            return _matched(found)
    found = _SLASHED.match(words)
    if found and (found.end() == len(words) or _CLOCK_AFTER.match(words, found.end())):
        return _slashed(found, day_first=day_first)
    return _from_number(int(words)) if words.isascii() and words.isdigit() and len(words) == 12 else None


def _matched(found: re.Match[str]) -> date | None:
    month = found["month"].lower()
    return _day(int(found["year"]), int(month) if month.isdigit() else _MONTHS[month], int(found["day"]))


def _slashed(found: re.Match[str], *, day_first: bool) -> date | None:
    """Return the only day that the numbers can mean: 27/11/2025 and 05/05/2025 name one, 03/04/2025 does not.

    Unless the language writes the day first, or the weekday beside it fits one of the two.
    """
    one, two, year = int(found["one"]), int(found["two"]), int(found["year"])
    days = [day for day in (_day(year, two, one), _day(year, one, two)) if day is not None]
    if found["weekday"]:
        days = [day for day in days if _WEEKDAY_NAMES[day.weekday()].startswith(found["weekday"][:3].lower())]
    return days[0] if len(set(days)) == 1 or (day_first and days) else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 30 February
        return None


class Dated(NamedTuple):
    """A day of publication and the place that names it."""

    day: date | None
    by: str  # "declared", "address", "dateline", "file name", "crawl"; "" when there is no day


def publication_day(*, declared: object, url: str, text: str, name: str, crawled: date | None) -> Dated:
    """Return the day that the most trusted place names; see the top of the module."""
    places: tuple[tuple[str, Callable[[], date | None]], ...] = (
        ("declared", lambda: parse_day(declared)),
        ("address", lambda: address_day(url)),
        ("dateline", lambda: dateline_day(text)),
        ("file name", lambda: name_day(name)),
        ("crawl", lambda: parse_day(crawled)),
    )
    for by, find in places:
        if day := find():
            return Dated(day, by)
    return Dated(None, "")


def address_day(url: str) -> date | None:
    """Return the one whole day in the path of a web address; None when there is none, or more than one."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return None
    days = {_path_day(found) for found in _PATH_DAY.finditer(path[:2000])} - {None}
    return days.pop() if len(days) == 1 else None


def _path_day(found: re.Match[str]) -> date | None:
    if written := found["compact"] or found["last"]:
        return parse_day(written)
    written = f"{found['year']}-{found['month']}-{found['day']}"
    return parse_day(written) or parse_day(f"{found['day']} {found['month']} {found['year']}")


def dateline_day(text: str) -> date | None:
    """Return the day with which the first lines of a text are dated; None when they name none, or several."""
    lines = (line.strip() for line in text[:_TOP].split("\n"))
    for line in islice(filter(None, lines), _TOP_LINES):
        label = _LABEL.match(line)
        if day := parse_day(line[label.end() :] if label else line):
            return day
        if found := _DATELINE.match(line):
            days = days_within(found["day"])
            if len(days) == 1:
                return days[0]
    return None


def name_day(name: str) -> date | None:
    """Return the one day that a file's name holds as YYYY-MM-DD, None for none or several."""
    days = {parse_day(found) for found in _NAME_DAY.findall(name)} - {None}
    return days.pop() if len(days) == 1 else None
