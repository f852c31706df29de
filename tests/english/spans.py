"""Spans of days in few words, so that tables of expected dates can be read."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from assistant.records import DateMention

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def describe(mention: DateMention) -> str:
    """The days meant, for readers: "25 Nov 2025", "17–23 Nov 2025", "Nov 2025", "Jun–Sep 2021", "2024", "1990–1999"."""
    first, last = mention.first, mention.last
    if first == last:
        return _day(first)
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        return _months(first, last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last)}"
    begin = f"{first.day} {MONTHS[first.month - 1]}" if first.year == last.year else _day(first)
    return f"{begin} – {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _months(first: date, last: date) -> str:
    begin, end = MONTHS[first.month - 1], MONTHS[last.month - 1]
    if first.month == 1 and last.month == 12:
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    if first.year != last.year:
        return f"{begin} {first.year} – {end} {last.year}"
    return f"{begin} {last.year}" if begin == end else f"{begin}–{end} {last.year}"
