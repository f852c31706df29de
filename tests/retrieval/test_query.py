from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.query import mentioned_outlets, rarity
from assistant.retrieval.spelling import edit_distance

OUTLETS = ("cnn.com", "The Guardian", "usatoday.com", "The Week", "Orrin Wire", "theweek.co.uk")


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("According to CNN, who won?", ("cnn.com",)),
        ("What did the Guardian report on the vote?", ("The Guardian",)),
        ("What did USA Today say?", ("usatoday.com",)),
        ("Who was arrested this week?", ()),
        ("What did The Week say?", ("The Week", "theweek.co.uk")),
        ("What did the Week report this week?", ("The Week", "theweek.co.uk")),
        ("What happened in the week of the vote?", ()),
        ("What did the Orrin Wire write?", ("Orrin Wire",)),
        ("Who closed the bridge?", ()),
    ],
)
def test_outlets_that_a_question_names(question: str, named: tuple[str, ...]) -> None:
    assert mentioned_outlets(question, OUTLETS) == named


@pytest.mark.parametrize(
    ("one", "two", "distance"),
    [
        ("takiachi", "takaichi", 1),
        ("brandt", "brandt", 0),
        ("brandt", "brant", 1),
        ("keel", "kiel", 1),
        ("abcdef", "badcfe", 3),
    ],
)
def test_edit_distances_by_hand(one: str, two: str, distance: int) -> None:
    assert edit_distance(one, two, 3) == distance


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 3))
def test_edit_distance_is_symmetric_and_bounded(one: str, two: str, most: int) -> None:
    distance = edit_distance(one, two, most)
    assert distance == edit_distance(two, one, most)
    assert 0 <= distance <= most + 1
    assert (distance == 0) == (one == two)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_the_rarer_a_term_the_more_it_weighs(one: int, other: int) -> None:
    rare, frequent = sorted((one, other))
    assert rarity(rare, 1000) >= rarity(frequent, 1000) > 0
