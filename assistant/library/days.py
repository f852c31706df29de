"""Days as integers: filters of the indexes compare numbers, not dates."""

from __future__ import annotations

from datetime import date


def day_to_int(day: date) -> int:
    """2025-11-27 -> 20251127: sorts like the day, and reads like it too."""
    return day.year * 10_000 + day.month * 100 + day.day


def int_to_day(number: int | None) -> date | None:
    """20251127 -> 2025-11-27; None stays None."""
    return None if number is None else date(number // 10_000, number // 100 % 100, number % 100)
