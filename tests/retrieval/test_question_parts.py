from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.question_parts import MOST_PARTS, question_parts
from tests.retrieval.conftest import Search


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who closed the bridge?", ["Who closed the bridge?"]),
        (
            "Who was elected mayor of Orrin, and what reached the river?",
            ["Who was elected mayor of Orrin", "what reached the river?"],
        ),
        (
            "Who closed the bridge? What will it cost?",
            ["Who closed the bridge", "What will it cost? (Who closed the bridge)"],
        ),
        ("How old was he? (When did the miller die?)", ["How old was he? (When did the miller die?)"]),
        ("The bridge was closed. Who closed it?", ["The bridge was closed. Who closed it?"]),
        ("Which company was fined and did not pay?", ["Which company was fined and did not pay?"]),
        ("Why, in the mayor's view, did the price rise?", ["Why, in the mayor's view, did the price rise?"]),
        ("Which company was fined and did not pay the bill?", ["Which company was fined and did not pay the bill?"]),
        ("What did Keel and Brandt say?", ["What did Keel and Brandt say?"]),
        ("Who, when, where, why?", ["Who, when, where, why?"]),
    ],
)
def test_what_is_taken_apart(question: str, parts: list[str]) -> None:
    assert question_parts(question) == parts


@given(st.text(max_size=300))
def test_any_text_gives_at_least_one_part(text: str) -> None:
    assert 1 <= len(question_parts(text)) <= MOST_PARTS


def test_each_part_is_answered_at_the_top_of_the_list(search: Search) -> None:
    found = search("Who was elected mayor of Orrin, and what reached the river?")
    top = " ".join(e.text for e in found[:2])
    assert "Jonas Keel" in top
    assert "aniline" in top
