from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.rerank import is_fragment, nearly_the_same

WIRE = "The Pellin Bridge was closed on Monday after inspectors found 14 cracks in one of its piers, the city said."


@pytest.mark.parametrize(
    "reprint",
    [
        WIRE,
        WIRE.replace("Monday", "monday").replace(", the city said", ", the city said"),
        WIRE.replace("the city said", "the city of Skelmouth said"),
    ],
)
def test_a_reprint_is_the_same(reprint: str) -> None:
    assert nearly_the_same(WIRE, reprint)


@pytest.mark.parametrize(
    "other",
    [
        WIRE.replace("14", "41"),
        WIRE.replace("14 cracks", "cracks"),
        "The Pellin Bridge was opened on Friday after engineers mended the cracks in one of its piers, the mayor said.",
        "The Pellin Bridge was closed.",
    ],
)
def test_other_numbers_and_other_words_are_not(other: str) -> None:
    assert not nearly_the_same(WIRE, other)


@given(st.text(min_size=1), st.text(min_size=1))
def test_sameness_is_symmetric(one: str, other: str) -> None:
    assert nearly_the_same(one, other) == nearly_the_same(other, one)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("Bridge closed after inspection", True),
        ("The ferry.", True),
        ("The bridge was closed on Monday.", False),
        ("“Nobody warned us at all,” she said.", False),
        ("“Nobody warned us at all.”", False),
        ("Who signed the last order?", False),
    ],
)
def test_headings_and_scraps_are_told_from_sentences(text: str, fragment: bool) -> None:
    assert is_fragment(text) is fragment
