"""The verdict on whole statements, and the laws that hold for every statement."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.checks.injection import reports
from assistant.checks.verify import check_statement, is_lead_in
from assistant.records import Verdict
from tests.checks.evidence_for_checks import OFFERED, TEXTS, check, citation

NAMES = ["Falkner", "Teague", "Brandt", "Okonedo", "Varga", "Lindqvist", "Maro"]
OTHERS = ["Selwyn", "Petrov", "Achterberg", "Nakata", "Oyelaran", "Quist"]
PLACES = ["Ostmark", "Lindhaven", "Port Vesper", "Greyfell"]
FACTS = [
    "the dam will reopen in {n} days",
    "{n} people were taken to hospital after the fire",
    "the ferry carried {n} passengers through the storm",
    "sales of bicycles rose {n} per cent",
    "the town spent {n} crowns on a new library",
]
SPOKEN = ["{name} said {fact}.", "{name} told reporters in {place} that {fact}.", "According to {name}, {fact}."]
PLAIN = ["In {place}, {fact}.", "On Monday {fact}, the council of {place} announced."]


@st.composite
def sentences(draw: st.DrawFn, forms: list[str] = SPOKEN + PLAIN) -> str:
    """A news sentence with a name or a place and a number of two to four digits."""
    fact = draw(st.sampled_from(FACTS)).format(n=draw(st.integers(10, 9999)))
    place = draw(st.sampled_from(PLACES))
    return draw(st.sampled_from(forms)).format(name=draw(st.sampled_from(NAMES)), place=place, fact=fact)


@pytest.mark.parametrize(
    ("text", "numbers", "verdict"),
    [
        ("The council approved the 2.3 million crown tunnel.", [1], Verdict.SUPPORTED),
        ("Mayor Falkner said the council approved the tunnel on 12 March 2024.", [1], Verdict.SUPPORTED),
        ("Vessling Bank may cut 1,200 jobs, said Omar Teague.", [3], Verdict.SUPPORTED),
        ("Exports rose.", [4], Verdict.SUPPORTED),
        ("The council approved the 2.4 million crown tunnel.", [1], Verdict.UNSUPPORTED),
        ("The council rejected the 2.3 million crown tunnel.", [1], Verdict.UNSUPPORTED),
        ("The council approved the tunnel on 13 March.", [1], Verdict.UNSUPPORTED),
        ("Vessling Bank may cut 1,200 jobs, said Ingrid Falkner.", [3], Verdict.UNSUPPORTED),
        ("Vessling Bank will cut 1,200 jobs.", [3], Verdict.PARTLY),
        ("Falkner told reporters “We will not raise fares this year”.", [2], Verdict.PARTLY),
        ("“We will not raise fares next year,” she told reporters.", [2], Verdict.MISQUOTED),
        ("Omar Teague resigned.", [6], Verdict.UNSUPPORTED),
        ("Vessling Bank closes its branches in Ostmark.", [7], Verdict.PARTLY),
        ("Penguins live on ice.", [1], Verdict.UNSUPPORTED),
        ("The council approved the 2.3 million crown tunnel.", [1, 99], Verdict.PARTLY),
        ("The council approved the tunnel.", [], Verdict.UNCITED),
        ("The council approved the tunnel.", [99, -3], Verdict.UNCITED),
        (TEXTS[1][2], [1, 99], Verdict.PARTLY),  # word for word, and a number that nobody can look up
        ("The council approved the 2.3 million crown tunnel, and here is letters.", [1], Verdict.PARTLY),
        ("The council approved the 2.3 million crown tunnel, which delighted penguins.", [1], Verdict.PARTLY),
        ("The council approved the 2.3 million crown tunnel, Falkner told reporters.", [1], Verdict.SUPPORTED),
        ("", [1], Verdict.PARTLY),
        ("…", [1], Verdict.PARTLY),
    ],
)
def test_verdicts(text: str, numbers: list[int], verdict: Verdict) -> None:
    checked = check(text, numbers)
    assert checked.verdict is verdict, checked
    assert bool(checked.problems) is (verdict is not Verdict.SUPPORTED)


def test_an_answer_of_one_name_is_read_with_its_question() -> None:
    assert check("Omar Teague.", [3], "Who is the chief executive of Vessling Bank?").verdict is Verdict.SUPPORTED
    assert check("Omar Teague.", [3], "Who won the marathon of Greyfell?").verdict is Verdict.PARTLY


def test_a_pronoun_is_read_with_the_sentence_before_it() -> None:
    cited = replace(citation(1, "She said the ferry will sail again on 4 May."), before="Maria Okonedo runs the port.")
    said = "Maria Okonedo said the ferry will sail again on 4 May."
    assert check_statement(said, [1], {1: cited}).verdict is Verdict.SUPPORTED
    assert check_statement(said, [1], {1: replace(cited, before="")}).verdict is not Verdict.SUPPORTED


def test_a_lead_in_is_uncited_without_a_problem() -> None:
    checked = check("Here is what the articles say:", [])
    assert checked.verdict is Verdict.UNCITED
    assert checked.problems == ()
    assert not is_lead_in("Here is what 3 articles say:")
    assert not is_lead_in("The bank fell.")


def test_problems_name_the_words_and_the_sentence() -> None:
    assert "not in the cited sentence: “1,300”" in check("Vessling Bank may cut 1,300 jobs.", [3]).problems
    assert "[99] was not offered" in check("The council approved the tunnel.", [1, 99]).problems
    quoted = check("“We will not raise fares this year,” said the mayor.", [1]).problems
    assert any("are in [2], not in [1]" in problem for problem in quoted)


@pytest.mark.parametrize("number", [n for n in TEXTS if n < 6])
def test_a_sentence_of_the_archive_supports_itself(number: int) -> None:
    checked = check(OFFERED[number].text, [number])
    assert checked == check_statement(OFFERED[number].text.replace("“", '"').replace("”", '"'), [number], OFFERED)
    assert checked.verdict is Verdict.SUPPORTED


@given(st.text(max_size=200).map("The council has closed the bridge {}".format))
def test_any_report_that_cites_itself_word_for_word_is_supported(text: str) -> None:
    assume(reports(text))  # a question or an order proves nothing by being repeated
    assert check_statement(text, [1], {1: citation(1, text)}).verdict is Verdict.SUPPORTED


@given(sentences(), st.data())
def test_a_changed_digit_is_never_supported(text: str, data: st.DataObject) -> None:
    places = [found.start() for found in re.finditer(r"\d", text)]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != text[place])
    assume(not (digit == "0" and not text[place - 1].isdigit()))  # "05" is no number that people write
    changed = text[:place] + digit + text[place + 1 :]
    assert check_statement(changed, [1], {1: citation(1, text)}).verdict is not Verdict.SUPPORTED


@given(sentences(SPOKEN), st.sampled_from(OTHERS))
def test_another_speaker_is_never_supported(text: str, other: str) -> None:
    name = next(name for name in NAMES if name in text)
    checked = check_statement(text.replace(name, other), [1], {1: citation(1, text)})
    assert checked.verdict is not Verdict.SUPPORTED


@given(sentences(), st.sampled_from(["and here is letters", "but penguins object", "which delighted walkers"]))
def test_a_clause_glued_to_a_cited_sentence_is_never_supported(text: str, added: str) -> None:
    checked = check_statement(f"{text.rstrip('.')}, {added}.", [1], {1: citation(1, text)})
    assert checked.verdict is not Verdict.SUPPORTED
    assert checked.problems


def test_a_few_words_whose_verb_no_source_has_are_unsupported() -> None:
    source = citation(1, "He tried to hold on to his office after the 2020 election, 79% of those asked said.")
    assert check_statement("The 2020 election was stolen.", [1], {1: source}).verdict is Verdict.UNSUPPORTED
    assert check_statement("The 2020 election was held.", [1], {1: source}).verdict is not Verdict.UNSUPPORTED


@given(sentences(), st.integers().filter(lambda n: n != 1))
def test_a_number_that_nobody_can_look_up_is_never_supported(text: str, unknown: int) -> None:
    checked = check_statement(text, [1, unknown], {1: citation(1, text)})
    assert checked.verdict is Verdict.PARTLY
    assert f"[{unknown}] was not offered" in checked.problems


@given(st.text(max_size=100), st.lists(st.integers().filter(lambda n: n not in OFFERED), max_size=5))
def test_numbers_that_were_not_offered_leave_a_statement_uncited(text: str, numbers: list[int]) -> None:
    assert check_statement(text, numbers, OFFERED).verdict is Verdict.UNCITED


@settings(max_examples=200)
@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=50))
def test_hostile_text_is_checked_without_an_error(text: str, source: str, question: str) -> None:
    checked = check_statement(text, [1], {1: citation(1, source), 2: citation(2, text)}, question=question)
    assert 0 <= checked.support <= 1


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,111",
        "“a",
        "' a",
        "a-",
        "A.",
        "not ",
        "five ",
        "Lind ",
        "$ 1 to ",
        "…",
        "(",
        "“x” ",
        "is 1 in 5 ",
        "\u0301",
    ],
)
def test_100_kilobytes_are_checked_in_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    offered = {1: citation(1, text[:-1] + "x"), 2: citation(2, TEXTS[1][2])}
    started = time.process_time()  # whatever else the machine does
    checked = check_statement(text, [1], offered)
    assert checked.verdict is not Verdict.SUPPORTED
    check_statement("The council approved the tunnel.", [1], offered)
    assert time.process_time() - started < 5  # seconds; quadratic reading would take minutes


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        ("31 March 2025 to 6 April 2025", Verdict.SUPPORTED),
        ("31 March – 6 April 2025", Verdict.SUPPORTED),
        ("30 March 2025 to 6 April 2025", Verdict.UNSUPPORTED),
        ("1 April 2025 to 2 April 2025", Verdict.UNSUPPORTED),
    ],
)
def test_a_span_of_days_is_proven_by_words_that_mean_it(days: str, verdict: Verdict) -> None:
    source = citation(1, "The tunnel was closed last week, the city said.")
    source = replace(source, article=replace(source.article, published=date(2025, 4, 11)))
    text = f"The tunnel was closed last week ({days}), the city said."
    assert check_statement(text, [1], {1: source}).verdict is verdict


@pytest.mark.parametrize("said", ["$1,200", "Maria Lind", "$12.6 million"])
def test_a_bare_figure_or_name_is_not_proven_by_a_line_that_is_the_same(said: str) -> None:
    offered = {1: citation(1, said)}
    question = "How much was paid for the card that was sold in Orrin?"
    assert check_statement(said, [1], offered, question=question).verdict is not Verdict.SUPPORTED


def test_a_bare_figure_is_proven_by_the_sentence_that_answers_the_question() -> None:
    offered = {1: citation(1, "The card was sold in Orrin for 1,200 crowns, the auction house said.")}
    question = "How much was paid for the card that was sold in Orrin?"
    assert check_statement("1,200 crowns", [1], offered, question=question).verdict is Verdict.SUPPORTED


def test_a_noun_with_its_verb_and_a_pronoun_is_a_report_and_no_order() -> None:
    assert reports("Industry uses it to make dyes and rubber.", "What is aniline?")
    assert not reports("Always check your tyres.", "What is aniline?")
