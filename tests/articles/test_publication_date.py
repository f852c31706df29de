"""The day of publication: read as written, or not at all."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles import parse_day

DAY = date(2025, 11, 27)
TODAY = date(2026, 1, 10)


@pytest.mark.parametrize(
    "value",
    [
        "2025-11-27",
        " 2025-11-27 ",
        "2025/11/27",
        "2025-11-27T23:30:00-08:00",  # the day as written, though it is the 28th in UTC
        "2025-11-27 09:00:00 +0900",
        "2025-11-27T00:15:00.000Z",
        "20251127",
        "20251127T093000Z",
        "20251127093000",
        "Thu, 27 Nov 2025 09:30:00 GMT",
        "Thu, 27 Nov 2025 09:30:00 +0000",
        "27 November 2025",
        "27th of November 2025",
        "27-Nov-2025",
        "Nov. 27, 2025",
        "NOVEMBER 27, 2025 5:30 PM",
        "Thursday, November 27, 2025 at 5 p.m. EST",
        "Thu Nov 27 09:30:00 +0000 2025",
        "Thu Nov 27 2025 10:00:00 GMT+0100",
        "27/11/2025",
        "11/27/2025 10:15",
        "27.11.2025",
        20251127,
        1764201600,
        1764201600.5,
        1764201600123,
        "1764201600",
        DAY,
        datetime(2025, 11, 27, 23, 0, tzinfo=UTC),
    ],
)
def test_days_that_are_certain(value: object) -> None:
    assert parse_day(value, today=TODAY) == DAY


@pytest.mark.parametrize(
    "value",
    [
        "03/04/2025",  # March or April
        "3.4.2025",
        "2025-02-30",
        "2025-13-01",
        "0001-01-01",
        "1599-12-31",
        "27 Nov 25",
        "November 2025",
        "2025",
        "yesterday",
        "2025-11-27 Takaichi said",
        "",
        "2026-01-13",  # three days ahead
        0,
        -1,
        7,
        1e300,
        float("nan"),
        float("inf"),
        True,
        None,
        [],
        {"$date": 1},
        "9" * 5000,
        "١٢/١١/٢٠٢٥",
    ],
)
def test_what_is_not_certain_is_unknown(value: object) -> None:
    assert parse_day(value, today=TODAY) is None


def test_equal_day_and_month_are_certain_and_zones_may_run_ahead() -> None:
    assert parse_day("05/05/2025", today=TODAY) == date(2025, 5, 5)
    assert parse_day("2026-01-12", today=TODAY) == date(2026, 1, 12)


@given(st.dates(date(1600, 1, 1), date(2025, 12, 31)))
def test_every_day_comes_back_from_the_usual_forms(day: date) -> None:
    month = day.strftime("%B")
    forms = (
        day.isoformat(),
        day.strftime("%Y%m%d"),
        f"{day.day} {month[:3]} {day.year}",
        f"{month} {day.day}, {day.year}",
    )
    assert {parse_day(form, today=TODAY) for form in forms} == {day}


@given(st.one_of(st.text(), st.integers(), st.floats(), st.from_regex(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}.{0,9}")))
def test_nothing_makes_it_fail(value: object) -> None:
    day = parse_day(value, today=TODAY)
    assert day is None or date(1600, 1, 1) <= day <= date(2026, 1, 12)
