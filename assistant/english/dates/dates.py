"""Dates in English news text and in questions, resolved to days. Deterministic: tables and rules, no model.

    >>> describe(find_dates("The two spoke on Tuesday.", date(2025, 11, 27))[0])
    '25 Nov 2025'

Three decisions hold throughout. A wrong date costs a reader more than a missing one, so what is vague ("recently") or
could mean two days is left out. A span holds the day meant rather than being narrow: "early 2024" is its first half.
Seasons are those of the northern hemisphere, weeks run from Monday to Sunday.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from assistant.english.dates.find import find_dates
from assistant.english.dates.patterns import MONTHS
from assistant.english.dates.questions import QuestionWindow, find_window
from assistant.records import DateMention

__all__ = ["QuestionWindow", "describe", "find_dates", "find_window"]


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
