"""Which day an article was published, when several places say so.

In order of trust:

    declared      what the source itself declares: JSON-LD, `meta` or marked `time` elements of a page, a field of a
                  row, a front matter, a header line, the Date of a mail, the entry of a feed
    address       a whole day in the web address: /2025/11/27/
    dateline      the beginning of the text: "PARIS, 27 November 2025 (AFP) -", or a line that is nothing but a date
    file name     2025-11-27 written in the name of the file; told in a notice
    crawl         the day on which a crawler fetched the page; told in a notice

A day that cannot be read, that could be two days, or that lies in the future is none, and is told in a notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from assistant.articles.publication_date import days_within, parse_day

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
    r"|/(?P<compact>(?:19|20)[0-9]{6})(?=/|$)",
    re.IGNORECASE,
)
_NAME_DAY = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")


class Dated(NamedTuple):
    """A day of publication and the place that names it."""

    day: date | None
    by: str  # "declared", "address", "dateline", "file name", "crawl"; "" when there is no day


def publication_day(*, declared: object, url: str, text: str, name: str, crawled: date | None) -> Dated:
    """The day of the surest place that names one; see the module's head."""
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
    """The one whole day in the path of a web address; None when there is none, or more than one."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return None
    days = {_path_day(found) for found in _PATH_DAY.finditer(path[:2000])} - {None}
    return days.pop() if len(days) == 1 else None


def _path_day(found: re.Match[str]) -> date | None:
    if found["compact"]:
        return parse_day(found["compact"])
    written = f"{found['year']}-{found['month']}-{found['day']}"
    return parse_day(written) or parse_day(f"{found['day']} {found['month']} {found['year']}")


def dateline_day(text: str) -> date | None:
    """The day that the first lines of a text are dated with; None when they name none, or several."""
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
    """The one day that a file's name holds as YYYY-MM-DD."""
    days = {parse_day(found) for found in _NAME_DAY.findall(name)} - {None}
    return days.pop() if len(days) == 1 else None
