"""An answer that is no sentence claims what the question asks, so both must be in the cited sentence."""

from __future__ import annotations

import pytest

from assistant.checks.completeness import is_sentence
from assistant.checks.verify import check_statement
from assistant.records import Verdict
from tests.answering.evidence import citation

LIND = "Maria Lind, the first mayor of Orrin, opened the new footbridge on Monday."


def verdict(text: str, question: str) -> Verdict:
    return check_statement(text, [1], {1: citation(1, LIND)}, question=question).verdict


@pytest.mark.parametrize("text", ["Maria Lind.", "Maria Lind, the first mayor of Orrin.", "The first mayor of Orrin"])
def test_a_phrase_is_supported_only_where_its_sentence_answers_the_question(text: str) -> None:
    assert verdict(text, "Who opened the new footbridge?") is Verdict.SUPPORTED
    assert verdict(text, "Who was charged with fraud this week?") is Verdict.PARTLY
    assert verdict(text, "Who closed the harbour of Dunmark, and when was it?") is Verdict.PARTLY
    assert verdict(text, "") is Verdict.PARTLY


def test_a_relative_clause_makes_no_sentence() -> None:
    assert verdict("Maria Lind, who opened the new footbridge.", "Who was charged with fraud?") is Verdict.PARTLY
    assert verdict("Maria Lind, the first mayor, opened the footbridge.", "Who was charged?") is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "text",
    [
        "Exports rose.",
        "Ships collided.",
        "It rained.",
        "The mill makes cardboard from old paper.",
        "Doctors fear another wave of flu.",
        "The bank, which failed in May, was sold.",
        "Oil cost $90 a barrel.",
        "They flee the town.",
        "Critics abhor the plan.",
        "The old bridge collapsed in May.",
    ],
)
def test_sentences_are_told_from_phrases(text: str) -> None:
    assert is_sentence(text)


@pytest.mark.parametrize(
    "text",
    [
        "Eggs.",
        "The United States",
        "63",
        "A mayor from Orrin, whose bridge was closed.",
        "The death of the man",
        "Orrin's famed old Mill Square",
        "",
    ],
)
def test_phrases_are_told_from_sentences(text: str) -> None:
    assert not is_sentence(text)


@pytest.mark.parametrize(
    "said", ["The port has bought a number of", "The port has bought a number of.", "The port bought the"]
)
def test_a_statement_that_breaks_off_is_no_whole_one(said: str) -> None:
    found = check_statement(said, [1], {1: citation(1, "The port has bought a number of the old cranes.")})
    assert found.verdict is Verdict.PARTLY
    assert "it breaks off in the middle of a sentence" in found.problems


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Varga is the first woman to lead the port.", "Varga is the first woman to lead the port since 1998."),
        ("It was the worst flood in Orrin.", "It was the worst flood in Orrin in more than twenty years."),
        ("The two captains were fined 200 crowns between them.", "The two captains were fined 200 crowns each."),
    ],
)
def test_a_limit_may_not_be_dropped_nor_a_sum_be_shared(said: str, source: str) -> None:
    offered = {1: citation(1, source)}
    assert check_statement(said, [1], offered).verdict is Verdict.UNSUPPORTED
    assert check_statement(f"It is said there: {source}", [1], offered).verdict is not Verdict.UNSUPPORTED
