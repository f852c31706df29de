"""Numbers written in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.number_words import find_spelt

WORDS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
_ _ twenty thirty forty fifty sixty seventy eighty ninety
"""
ONES, TENS = WORDS.split()[:20], WORDS.split()[20:]


def below_hundred(n: int) -> str:
    tens, ones = divmod(n, 10)
    return ONES[n] if n < 20 else TENS[tens] + (f"-{ONES[ones]}" if ones else "")


def below_thousand(n: int, joint: str) -> str:
    hundreds, rest = divmod(n, 100)
    parts = [f"{ONES[hundreds]} hundred"] * bool(hundreds) + [below_hundred(rest)] * bool(rest)
    return joint.join(parts)


def in_words(n: int, *, article: bool, joined: bool) -> str:
    """The English words for 1 to 999,999: with "a hundred" or "one hundred", with or without "and"."""
    joint = " and " if joined else " "
    thousands, rest = divmod(n, 1000)
    parts = [f"{below_thousand(thousands, joint)} thousand"] * bool(thousands)
    parts += [below_thousand(rest, joint)] * bool(rest)
    words = (joint if rest < 100 else " ").join(parts)
    return f"a {words[4:]}" if article and words.startswith(("one hundred", "one thousand")) else words


def found(text: str) -> list[Decimal]:
    return [spelt.value for spelt in find_spelt(text)]


@given(st.integers(2, 999_999), st.booleans(), st.booleans())
def test_a_number_is_read_as_it_is_spelt(n: int, article: bool, joined: bool) -> None:
    words = in_words(n, article=article, joined=joined)
    assert found(f"There were {words} of them.") == [n], words


@pytest.mark.parametrize("article", [True, False])
@pytest.mark.parametrize("joined", [True, False])
def test_the_first_thousands_are_read_as_they_are_spelt(article: bool, joined: bool) -> None:
    for n in (*range(2, 1_300), *range(99_900, 100_300)):
        assert found(in_words(n, article=article, joined=joined)) == [n]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a hundred and five", [105]),
        ("a thousand two hundred", [1_200]),
        ("a hundred and five thousand", [105_000]),
        ("a hundred thousand", [100_000]),
        ("a million two hundred thousand", [1_200_000]),
        ("two million three hundred and four thousand and five", [2_304_005]),
        ("half a million", [500_000]),
        ("a half million", [500_000]),
        ("half a dozen", [6]),
        ("a dozen", [12]),
        ("three dozen", [36]),
        ("two and a half", [Decimal("2.5")]),
        ("two and a half million", [2_500_000]),
        ("a million and a half", [1_500_000]),
        ("three million and a half", [3_500_000]),
        ("a dozen and a half", [18]),
        ("a thousand million", [1_000_000_000]),
        ("two thousand million", [2_000_000_000]),
        ("seventeen hundred", [1_700]),
        ("between a hundred and two hundred", [100, 200]),
        ("between one hundred and two hundred", [100, 200]),
        ("two thousand and three thousand", [2_000, 3_000]),
        ("between two thousand and three hundred thousand", [2_000, 300_000]),
        ("five and six", [5, 6]),
        ("a dozen five-year-olds", [12, 5]),
        ("a hundred, five of them", [100, 5]),
    ],
)
def test_forms_of_numbers(text: str, values: list[int | Decimal]) -> None:
    assert found(text) == values
