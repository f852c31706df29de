"""What came first, what brought it about, and the way of a journey."""

from __future__ import annotations

import time

import pytest

from assistant.checks.sequence import check_sequence
from assistant.english.words import LONGEST
from assistant.records import Verdict
from tests.checks.evidence_for_checks import check_against, claim_on

ONIONS = "Prices of onions doubled because floods destroyed the harvest in the south."
MERGER = "The company cut 200 jobs before it announced the merger with Halvard."
JUDGE = "Anna Rell served as mayor of Pontside before she became a judge."
AIRPORT = "Rebels seized the airport hours after the president had fled the capital."
DROUGHT = "The drought led to the closure of three stations in Kessa."
VOTE = "The minister resigned despite the lost confidence vote on Monday."
CONVOY = "The convoy travelled from Lesk to Varn along the coast road."


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Floods destroyed the harvest in the south because prices of onions doubled.", ONIONS),
        ("Because prices of onions doubled, floods destroyed the harvest in the south.", ONIONS),
        ("The company cut 200 jobs after it announced the merger with Halvard.", MERGER),
        ("Anna Rell served as a judge before she became mayor of Pontside.", JUDGE),
        ("Rebels seized the airport hours before the president fled the capital.", AIRPORT),
        ("The closure of three stations in Kessa led to the drought.", DROUGHT),
        ("The drought was caused by the closure of three stations in Kessa.", DROUGHT),
        ("The minister resigned because of the lost confidence vote on Monday.", VOTE),
        ("The convoy travelled from Varn to Lesk along the coast road.", CONVOY),
    ],
)
def test_an_order_is_not_turned_round(said: str, source: str) -> None:
    assert check_sequence(claim_on(said, source))
    assert check_against(said, source).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Because floods destroyed the harvest in the south, prices of onions doubled.", ONIONS),
        ("The company announced the merger with Halvard after it had cut 200 jobs.", MERGER),
        ("Anna Rell became a judge after she served as mayor of Pontside.", JUDGE),
        ("The president had fled the capital hours before rebels seized the airport.", AIRPORT),
        ("The closure of three stations in Kessa was caused by the drought.", DROUGHT),
        ("The minister resigned despite the lost confidence vote.", VOTE),
        ("The convoy travelled along the coast road from Lesk to Varn.", CONVOY),
        ("A comet was named after the teacher by a team.", "A team has named a comet after the teacher."),
        ("The company did not announce the merger before it cut 200 jobs.", MERGER),
        ("After the flood, the bridge was closed, and it opened before the fair.", "The flood closed the bridge."),
    ],
)
def test_the_same_order_in_other_words_passes(said: str, source: str) -> None:
    assert check_sequence(claim_on(said, source)) == []


@pytest.mark.parametrize("written", ["before ", "after it, because ", "from Lesk to Varn ", "A led to b. "])
def test_a_text_full_of_links_is_read_in_a_moment(written: str) -> None:
    text = written * (LONGEST // len(written))
    start = time.process_time()
    check_sequence(claim_on(text, f"x {text}"))
    assert time.process_time() - start < 3
