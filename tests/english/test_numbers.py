"""Numbers in all their written forms, and which of them are one."""

from __future__ import annotations

import time
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.numbers import Number, agree, find_numbers, supports

ONE_VALUE = [
    ["12%", "12 %", "12 percent", "12 per cent", "12 pct", "twelve per cent", "twelve percent"],
    ["$45m", "$45 million", "$45mn", "45 million dollars", "US$45m", "USD 45 million", "$45,000,000", "$45m."],
    ["£3bn", "£3 billion", "three billion pounds", "GBP 3bn", "£3,000m"],
    ["2.5 lakh crore", "2.5 trillion", "2,500,000,000,000", "2.5tn", "two and a half trillion", "2.5 lakh crores"],
    ["Rs 2.5 lakh crore", "₹2.5 trillion", "2.5 trillion rupees", "Rs. 2.5 lakh crore", "INR 2.5 trillion"],
    ["40 lakh", "4 million", "4m", "four million", "4,000,000", "40 lakhs", "0.4 crore"],
    ["12 boats", "twelve boats", "a dozen boats", "Twelve boats"],
    ["1,500", "1.5k", "1.5 thousand", "fifteen hundred"],
    ["half of them", "50% of them", "50 per cent of them"],
    ["a third of them", "one third of them", "33% of them"],
    ["a third fewer", "one-third", "33.3 percent of them"],
    ["two thirds", "two-thirds", "67%"],
    ["a quarter of them", "25%", "one in four", "1 in 4"],
    ["half a percentage point", "0.5 percentage points", "0.5 per cent point"],
    ["two weeks", "14 days", "a 14-day"],
    ["half an hour", "30 minutes", "thirty minutes"],
    ["six decades", "60 years", "sixty years"],
    ["3 km", "3,000 metres", "3-kilometre"],
    ["-5 degrees", "−5 degrees", "–5°C", "minus 5 degrees", "minus five degrees"],
    ["-2 percent", "−2%", "minus 2 per cent", "minus two percent"],
    ["-$3bn", "minus $3 billion", "−$3,000 million"],
    [".5 million litres", "0.5 million litres", "500,000 litres", "half a million litres"],
]
OTHERS = [
    ("12%", "12 percentage points"),
    ("12", "12%"),
    ("5 km", "5 miles"),
    ("5 weeks", "5 months"),
    ("400 metres", "400 kilometres"),
    ("25 minutes", "25 hours"),
    ("5 kg", "5 km"),
    ("$45 million", "45 million euros"),
    ("$45 million", "$45 billion"),
    ("2.5 lakh", "2.5 crore"),
    ("the third of them", "33%"),
    ("a third time", "33%"),
    ("about 100", "60"),
    ("nearly 200", "110"),
    ("at least 20", "at most 20"),
    ("to 5 degrees", "to -5 degrees"),
    ("five degrees", "minus five degrees"),
    ("2 percent", "−2 percent"),
    ("$3bn", "-$3bn"),
    ("about 5", "about -5"),
    (".5 million", "5 million"),
]


def number(text: str) -> Number:
    return find_numbers(f"It was {text}")[0]


@pytest.mark.parametrize("forms", ONE_VALUE, ids=lambda forms: forms[0])
def test_every_written_form_of_one_value_agrees_with_every_other(forms: list[str]) -> None:
    for one, other in combinations(forms, 2):
        assert supports(number(one), number(other)), (one, other)
        assert supports(number(other), number(one)), (other, one)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_values_and_other_units_do_not(one: str, other: str) -> None:
    assert not agree(number(one), number(other))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("won 3-5", [3, 5]),
        ("pages 3 -5", [3, 5]),
        ("an F-16", [16]),
        ("on 2025-03-04", [2025, 3, 4]),
        ("a mid-20 share", [20]),
        ("paid $-5", [5]),
        ("the 5% -3% range", [5, 3]),
        ("plus or minus 3 points", [3]),
        ("+/-3 points", [3]),
        ("10 minus 5", [10, 5]),
        ("the team minus two players", [2]),
        ("from -5 to −3", [-5, -3]),
        ("(-5)", [-5]),
        ("the dead –5 men– lay", [5]),
        ("-.5 percent", [Decimal("-0.5")]),
        ("rule 1.5", [Decimal("1.5")]),
        ("it ended...5 died", [5]),
        ("No.5", [5]),
    ],
)
def test_a_minus_counts_where_it_is_no_hyphen(text: str, values: list[Decimal]) -> None:
    assert [n.value for n in find_numbers(text)] == values


@pytest.mark.parametrize("told", ["fell 2 percent", "a 2 percent drop", "down by 2 percent"])
def test_a_loss_may_be_told_in_words(told: str) -> None:
    assert agree(number(told), number("-2 percent"))
    assert supports(number("minus 5 degrees"), number("5 degrees below zero"))


UNITS = ["", "%", " per cent", " million", "bn", " lakh", " crore", " dollars", " miles", " weeks", " days"]
HEDGES = ["", "about ", "nearly ", "more than ", "at least ", "less than ", "up to "]
WRITTEN = st.builds(
    lambda hedge, minus, sign, value, unit: f"{hedge}{minus}{sign}{value}{unit}",
    st.sampled_from(HEDGES),
    st.sampled_from(["", "-", "−", "minus "]),
    st.sampled_from(["", "$", "£"]),
    st.integers(0, 3_000) | st.decimals(0, 100, places=1),
    st.sampled_from(UNITS),
)


@given(WRITTEN, WRITTEN)
def test_agreement_is_symmetric(one: str, other: str) -> None:
    for a in find_numbers(one):
        assert supports(a, a)
        for b in find_numbers(other):
            assert agree(a, b) == agree(b, a)


def magnitudes(value: int) -> list[str]:
    """A number of thousands in the forms that news uses."""
    exact = Decimal(value) * 1000
    forms = [f"{exact:,f}", f"{exact:f}", f"{value} thousand", f"{value}k"]
    for scale, names in {10**6: [" million", "m", "mn", " mn"], 10**9: [" billion", "bn"], 10**5: [" lakh"]}.items():
        forms += [f"{(exact / scale).normalize():f}{name}" for name in names]
    return forms


@given(st.integers(1, 999_999), st.sampled_from(["", "$", "€", "Rs "]))
def test_magnitudes_are_one_value_however_they_are_written(value: int, sign: str) -> None:
    forms = [number(sign + form) for form in magnitudes(value)]
    assert all(supports(a, b) for a in forms for b in forms), magnitudes(value)


HOSTILE = ["12 ", "1-", "$", "1.", "half a ", "a third of ", "lakh crore ", "5 miles ", "about ", "Rs ", "1 to ", "USD"]
HOSTILE += ["-", "minus ", ".", ".5", "-5 "]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_read_quickly(text: str) -> None:
    start = time.perf_counter()
    find_numbers(text * 4000)
    assert time.perf_counter() - start < 1
