"""Questions and what they depend on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.questions import (
    MOST_PARTS,
    asked_otherwise,
    asked_speaker,
    is_asked,
    is_question,
    question_parts,
    taken_for_granted,
)
from assistant.english.words import points_back


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


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who closed the bridge?", True),
        ("who closed the bridge", True),
        ("In which month was it closed", True),
        ("Tell me about the bridge.", True),
        ("Did Brandt resign", True),
        ("The bridge was closed on Monday.", False),
        ("When the bridge closed, the ferry began to run.", False),
        ("The city closed the Pellin Bridge after divers found cracks", False),
        ("Pellin Bridge", False),
    ],
)
def test_questions_are_told_from_statements(text: str, asks: bool) -> None:
    assert is_question(text) is asks


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("He said the work would take a year.", True),
        ("“They were warned,” he said.", True),
        ("But this was denied by the mayor.", True),
        ("The mayor said that he would resign.", False),
        ("Hespel Bay was calm.", False),
    ],
)
def test_sentences_that_need_the_one_before(text: str, points: bool) -> None:
    assert points_back(text) is points


def test_a_sentence_that_only_asks_is_told_from_one_that_reports_a_question() -> None:
    assert is_asked("Will the bank close?”")
    assert not is_asked("“Will the bank close?” she asked.")


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("What did the mayor say about the ferry?", "the mayor"),
        ("Why did Mayor Edwin Corrath deny the warning?", "Mayor Edwin Corrath"),
        ("How many cracks are there according to the inspectorate?", "the inspectorate"),
        ("According to Greta Daubry, when will it open?", "Greta Daubry"),
        ("Who said that the bridge was safe?", ""),
        ("Did the bridge close?", ""),
        ("", ""),
    ],
)
def test_whose_words_a_question_asks_for(question: str, speaker: str) -> None:
    assert asked_speaker(question) == speaker


@pytest.mark.parametrize(
    ("question", "otherwise"),
    [
        ("What is Verrania's population?", "How many people live in Verrania?"),
        ("What is the population of Lower Dunmarsh?", "How many people live in Lower Dunmarsh?"),
        ("What was the death toll of the storm in Orrin?", "How many people died in the storm in Orrin?"),
        ("Who was the founder of Halvek Chemicals?", "Who founded Halvek Chemicals?"),
        ("What is the harbour’s depth", "How deep is the harbour?"),
        ("What is the bridge made of?", ""),
        ("What did the population of Skelmouth want?", ""),
        ("Which population is the largest?", ""),
    ],
)
def test_a_noun_that_asks_for_a_figure_is_asked_as_reports_say_it(question: str, otherwise: str) -> None:
    assert asked_otherwise(question) == otherwise


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        ("Why was the old bridge reopened?", "the old bridge reopened."),
        ("Why did Keel close the bridge at Orrin?", "Keel close the bridge at Orrin."),
        ("On what grounds was the former guard acquitted?", "the former guard acquitted."),
        ("Why didn't Keel close the bridge at Orrin?", ""),
        ("Why? (When was the bridge closed?)", ""),
        ("Why, though?", ""),
        ("Did Keel close the bridge at Orrin?", ""),
        ("Who closed the bridge at Orrin?", ""),
    ],
)
def test_only_a_question_for_a_reason_takes_for_granted_what_it_says(question: str, premise: str) -> None:
    assert taken_for_granted(question) == premise
