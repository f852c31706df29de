"""Proof: the sentences that bear a statement out are found, whatever its writer pointed to."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checks.proof import prove
from assistant.records import FoundBy, Verdict
from tests.checks.evidence_for_checks import BANK, OFFERED, TUNNEL, citation

APPROVED = "The council approved the 2.3 million crown tunnel, Mayor Ingrid Falkner said."
DAY = date(2024, 3, 20)


@pytest.mark.parametrize("written", [(), (1,), (3,), (99,), (3, 4), (99, 5)])
def test_the_sentence_that_proves_it_is_found_whatever_the_number(written: tuple[int, ...]) -> None:
    proof = prove(APPROVED, written, OFFERED, asked_on=DAY)
    assert proof.checked.verdict is Verdict.SUPPORTED
    assert [c.number for c in proof.citations] == [1]
    assert proof.found_by == (FoundBy.MODEL if 1 in written else FoundBy.PROGRAM,)


def test_what_the_writer_pointed_to_stays_when_it_proves_the_statement() -> None:
    twin = citation(8, OFFERED[1].text, TUNNEL, sentence=20)
    proof = prove(APPROVED, (8,), {**OFFERED, 8: twin}, asked_on=DAY)
    assert [c.number for c in proof.citations] == [8]


def test_two_sentences_prove_together_what_neither_proves_alone() -> None:
    offered = {
        1: citation(1, "The harbour board of Orrin sold the ferry Petrel to a bank in Vessling.", TUNNEL, sentence=2),
        2: citation(2, "The ferry Petrel leaked in three places and had 14 cracks in its hull.", TUNNEL, sentence=7),
        3: citation(3, "The weather in Lindhaven was mild.", BANK, sentence=1),
    }
    text = "The ferry Petrel had 14 cracks in its hull and the harbour board of Orrin sold it to a bank in Vessling."
    proof = prove(text, (3,), offered)
    assert proof.checked.verdict is Verdict.SUPPORTED
    assert {c.number for c in proof.citations} == {1, 2}
    assert prove(text, (), {1: offered[1]}).checked.verdict is not Verdict.SUPPORTED
    assert prove(text, (), {2: offered[2]}).checked.verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    "text", ["Omar Teague resigned.", "The council rejected the tunnel.", "Fares rose by 9 per cent."]
)
def test_what_no_sentence_proves_is_not_supported(text: str) -> None:
    assert prove(text, (), OFFERED, asked_on=DAY).checked.verdict is not Verdict.SUPPORTED


def test_what_is_stitched_from_two_articles_is_proven_only_where_its_writer_points_to_both() -> None:
    offered = {
        1: citation(1, "The harbour board of Orrin sold the ferry Petrel to a bank in Vessling.", TUNNEL, sentence=2),
        2: citation(2, "The ferry Petrel leaked in three places and had 14 cracks in its hull.", BANK, sentence=7),
    }
    text = "The ferry Petrel had 14 cracks in its hull and the harbour board of Orrin sold it to a bank in Vessling."
    assert prove(text, (1,), offered).checked.verdict is not Verdict.SUPPORTED
    assert prove(text, (1, 2), offered).checked.verdict is Verdict.SUPPORTED


def test_a_sentence_is_found_only_when_it_passes_every_check() -> None:
    right = prove("Vessling Bank may cut 1,200 jobs after profits fell 23 per cent.", (4,), OFFERED)
    wrong = prove("Vessling Bank may cut 1,300 jobs after profits fell 23 per cent.", (4,), OFFERED)
    assert (right.checked.verdict, [c.number for c in right.citations]) == (Verdict.SUPPORTED, [3])
    assert wrong.checked.verdict is Verdict.UNSUPPORTED


def test_an_order_to_the_writer_of_an_answer_proves_nothing() -> None:
    proof = prove("Omar Teague resigned.", (6,), OFFERED)
    assert proof.checked.verdict is Verdict.UNSUPPORTED


def test_the_part_that_is_not_proven_is_named_and_placed() -> None:
    text = "The council approved the 2.3 million crown tunnel with a trumpet fanfare on Tuesday."
    proof = prove(text, (1,), OFFERED, asked_on=DAY)
    assert proof.checked.verdict is Verdict.PARTLY
    assert [text[start:end] for start, end in proof.checked.not_proven] == ["trumpet fanfare"]
    assert any("trumpet fanfare" in problem for problem in proof.checked.problems)


@given(st.text(max_size=200), st.lists(st.integers(0, 12), max_size=4))
def test_whatever_is_written_the_proof_is_made_of_offered_sentences(text: str, written: list[int]) -> None:
    proof = prove(text, written, OFFERED)
    assert all(OFFERED[c.number] is c for c in proof.citations)
    assert len(proof.found_by) == len(proof.citations) <= 4
    assert all(0 <= start < end <= len(text) for start, end in proof.checked.not_proven)
