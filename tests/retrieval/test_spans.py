"""Sentences that need their neighbours get them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.evidence import MOST_TOGETHER, needed_around, quotation_ends, retells_an_error

SENTENCES = [
    "The council met on Monday.",
    "“I did not lie to this city.",
    "I was shown one book,” Mr. Corr said.",
    "He left by the side door.",
    "Correction: Our report misstated the value of the offer.",
    "It was worth 1.26 billion crowns, not 1.62 billion.",
]


@pytest.mark.parametrize(
    ("index", "needed"), [(0, (0, 0)), (1, (0, 1)), (2, (1, 0)), (3, (1, 0)), (4, (0, 1)), (5, (1, 0))]
)
def test_a_sentence_brings_what_it_needs(index: int, needed: tuple[int, int]) -> None:
    assert needed_around(SENTENCES, index) == needed


def test_straight_marks_open_before_a_word_and_close_after_one() -> None:
    assert quotation_ends('"I was there,"') == (True, False)
    assert quotation_ends('"I was there.') == (True, True)
    assert quotation_ends('It was over," she said.') == (False, False)


def test_a_quotation_that_never_ends_is_shown_as_it_stands() -> None:
    assert needed_around(["“It begins.", "It goes on.", "And on.", "And on."], 0) == (0, 0)


@given(st.lists(st.text(alphabet='“”" ab.:', max_size=20), min_size=1, max_size=8), st.data())
def test_never_more_than_three_together_and_none_outside(sentences: list[str], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(sentences) - 1))
    before, after = needed_around(sentences, i)
    assert before + after < MOST_TOGETHER
    assert i - before >= 0
    assert i + after < len(sentences)


def test_a_correction_brings_what_is_right() -> None:
    told = [
        "A wire report that we printed on Wednesday said that the bridge carries about 23,000 vehicles a day.",
        "Two digits were exchanged.",
        "According to the city’s count, the bridge carries about 32,000 vehicles a day.",
        "The library is open.",
    ]
    assert needed_around(told, 0) == (0, 2)
    assert [retells_an_error(sentence) for sentence in told] == [True, False, False, False]
    assert needed_around(["An earlier version of this story gave another name.", "It rained."], 0) == (0, 0)


def test_what_points_back_may_stay_alone() -> None:
    assert needed_around(SENTENCES, 3, back=False) == (0, 0)
    assert needed_around(SENTENCES, 2, back=False) == (1, 0)
