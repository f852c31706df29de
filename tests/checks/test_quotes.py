"""Quotations: verbatim or not."""

from __future__ import annotations

import pytest

from assistant.checks.quotes import find_quotations
from assistant.records import Verdict
from tests.checks.evidence_for_checks import check, check_against

SOURCE = (
    "“It’s a bad deal – a very bad deal – for the 17 towns of the coast,” Varga said, calling it ‘daylight robbery’."
)
TRUE = [
    "“It's a bad deal”, Varga said.",
    'Varga said: "it’s a bad deal - a very bad deal - for the 17 towns."',
    "Varga called it “a very bad deal—for the 17 towns.”",
    "Varga called it a “very  bad\u00a0deal”.",
    "Varga spoke of “a bad deal … for the 17 towns of the coast”.",
    "Varga spoke of “a bad deal [...] the coast”.",
    "Varga called it 'daylight robbery'.",
    "Varga called it ‘a bad deal’.",
    "Varga called it «a very bad deal».",
    "Varga called it a bad deal “for the 17 towns of the coast",
    "It's a bad deal,” Varga said.",
]
FALSE = [
    "Varga said it was “a bad deal for the 18 towns”.",
    "Varga said it was “a very bad deal for the 1 towns”.",
    "Varga called it “a very good deal”.",
    "Varga called it “a deal … a bad deal”.",  # the parts stand in another order
    "Varga called it ‘highway robbery’.",
    "Varga said: “It is a bad deal”.",
    "Varga called it “bad dea”.",
]


@pytest.mark.parametrize("text", TRUE)
def test_typography_may_differ(text: str) -> None:
    assert check_against(text, SOURCE).verdict is not Verdict.MISQUOTED


@pytest.mark.parametrize("text", FALSE)
def test_words_and_digits_may_not(text: str) -> None:
    assert check_against(text, SOURCE).verdict is Verdict.MISQUOTED


def test_an_altered_quotation_shows_the_true_words() -> None:
    problems = check_against("Varga said “a bad deal – a very bad deal – for the 18 towns”.", SOURCE).problems
    assert any("quoted words differ" in p and "17 towns" in p for p in problems)


def test_a_number_in_a_quotation_is_not_cut_out_of_a_longer_one() -> None:
    source = "Maro said the town had 2017 houses and 5.4 per cent growth."
    assert check_against("Maro spoke of “17 houses”.", source).verdict is Verdict.MISQUOTED
    assert check_against("Maro spoke of “4 per cent growth”.", source).verdict is Verdict.MISQUOTED


def test_the_title_and_the_whole_question_may_be_quoted() -> None:
    titled = check("“Lindhaven council approves harbour tunnel” reports that the council approved the tunnel.", [1])
    assert titled.verdict is not Verdict.MISQUOTED
    question = "Did the council approve the tunnel?"
    asked = check(f"On “{question}”: the council had approved the 2.3 million crown tunnel.", [1], question)
    assert asked.verdict is not Verdict.MISQUOTED


def test_a_single_word_in_marks_is_a_milder_matter() -> None:
    assert (
        check_against("Varga called the deal for the 17 towns of the coast “bad”.", SOURCE).verdict is Verdict.SUPPORTED
    )
    ironic = check_against("Varga called the “agreement” a bad deal for the 17 towns of the coast.", SOURCE)
    assert ironic.verdict is not Verdict.MISQUOTED
    assert any("“agreement”" in problem for problem in ironic.problems)


def test_a_quotation_may_run_over_two_neighbouring_cited_sentences() -> None:
    quoted = (
        "“Mayor Ingrid Falkner said on Tuesday that the council had approved the 2.3 million crown tunnel. “We will not"
    )
    assert check(quoted + "”, it says.", [1, 2]).verdict is not Verdict.MISQUOTED


@pytest.mark.parametrize(
    "text", ["the workers' pay and the unions' plan", "It's the town's, isn't it?", "rock 'n' roll", "5' 10\u2033"]
)
def test_apostrophes_quote_nothing(text: str) -> None:
    assert find_quotations(text) == ()
