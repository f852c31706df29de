"""Arithmetic on spans of days. No words here: see `english.dates.patterns` for the words that name them.

Weeks begin on Monday. Days outside the calendar of `datetime` (years 1 to 9999) raise OverflowError or ValueError, as
`datetime` does; `english.dates.find` turns that into "no date".
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

ONE_DAY = timedelta(days=1)
HALF_YEAR = 183  # days: the farthest that the nearest occurrence of a month and day can be


class DaySpan(NamedTuple):
    """Days from `first` to `last`, both included; first <= last."""

    first: date
    last: date


def one_day(day: date) -> DaySpan:
    """Return the span of a single day."""
    return DaySpan(day, day)


def week_of(day: date, weeks: int = 0) -> DaySpan:
    """Return Monday to Sunday of the week of `day`, moved by `weeks`."""
    monday = day + timedelta(days=7 * weeks - day.weekday())
    return DaySpan(monday, monday + timedelta(days=6))


def weekend_of(day: date, weeks: int = 0) -> DaySpan:
    """Return Saturday and Sunday of the week of `day`, moved by `weeks`."""
    week = week_of(day, weeks)
    return DaySpan(week.last - ONE_DAY, week.last)


def month_span(year: int, month: int) -> DaySpan:
    """Return one calendar month. `month` may lie outside 1..12 and then counts into the years around `year`."""
    years, index = divmod(month - 1, 12)
    year, month = year + years, index + 1
    return DaySpan(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def months_span(year: int, first: int, last: int) -> DaySpan:
    """Return the span from the first day of month `first` to the last of month `last`, counted as in `month_span`."""
    return DaySpan(month_span(year, first).first, month_span(year, last).last)


def years_span(first: int, last: int) -> DaySpan:
    """Return whole calendar years, both included."""
    return DaySpan(date(first, 1, 1), date(last, 12, 31))


def add_months(day: date, months: int) -> date:
    """Move `day` by whole months; a day that the month lacks becomes its last (31 May - 1 month = 30 April)."""
    last = month_span(day.year, day.month + months).last
    return last.replace(day=min(day.day, last.day))


def add_units(day: date, count: int, unit: str) -> date:
    """Move `day` by `count` of "day", "week", "month", "year" or "decade"."""
    if unit in {"day", "week"}:
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    return add_months(day, count * {"month": 1, "year": 12, "decade": 120}[unit])


def weekday_before(day: date, weekday: int) -> date:
    """Return the last such weekday (Monday is 0) on or before `day`."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def weekday_after(day: date, weekday: int) -> date:
    """Return the first such weekday (Monday is 0) on or after `day`."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def part_of(span: DaySpan, part: str) -> DaySpan:
    """Return the "early", "mid" or "late" part of a span, or all of it for any other word.

    Halves, not thirds, and the middle half for "mid": a span must contain the day that the writer meant, and writers
    call June "early in the year" and 18 May "late May". Longer spans than a month are cut where months end.
    """
    if part not in {"early", "mid", "late"}:
        return span
    days = (span.last - span.first).days + 1
    if days <= 31:
        first, last = _part(days, part)
        return DaySpan(span.first + timedelta(days=first), span.first + timedelta(days=last))
    months = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month + 1
    first, last = _part(months, part)
    return months_span(span.first.year, span.first.month + first, span.first.month + last)


def _part(length: int, part: str) -> tuple[int, int]:
    """Return the first and the last of `length` things that belong to the part, counted from 0."""
    if part == "early":
        return 0, (length - 1) // 2
    if part == "late":
        return length // 2, length - 1
    return length // 4, length - 1 - length // 4
