"""Which questions ask for an overview, a timeline, sides …, and about what; those for one fact stay what they are."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.broad_questions import Kind, Wish, request_for, said_by_parties, wish_of
from assistant.english.questions import depends_on_turns

ROOT = Path(__file__).resolve().parents[2]

BROAD = (
    ("What do we know about Harrock Ports?", Kind.OVERVIEW, "Harrock Ports"),
    ("What is known so far about the spill?", Kind.OVERVIEW, "the spill"),
    ("Tell me about the Quennet", Kind.OVERVIEW, "the Quennet"),
    ("Please summarise the bridge story.", Kind.OVERVIEW, "the bridge story"),
    ("Could you give me a short briefing on the recount?", Kind.OVERVIEW, "the recount"),
    ("Summarise the accord and what it led to.", Kind.OVERVIEW, "the accord"),
    ("What happened at the weir?", Kind.OVERVIEW, "the weir"),
    ("What happened?", Kind.OVERVIEW, ""),
    ("Summarise the dispute.", Kind.OVERVIEW, ""),
    ("Give me a timeline of the spill", Kind.TIMELINE, "the spill"),
    ("How did the bidding for Harrock develop?", Kind.TIMELINE, "the bidding for Harrock"),
    ("What has happened since the bridge was closed?", Kind.TIMELINE, "the bridge was closed"),
    ("What is the latest on the accord, and how did it get there?", Kind.LATEST, "the accord"),
    ("Any news of the ferry?", Kind.LATEST, "the ferry"),
    ("What does each side say about the weir?", Kind.SIDES, "the weir"),
    ("Who is for and against the merger?", Kind.SIDES, "the merger"),
    ("How many articles mention Daubry?", Kind.COUNT, "Daubry"),
    ("How often was the Pellin Bridge mentioned?", Kind.COUNT, "the Pellin Bridge"),
    ("How often was the ferry mentioned in March 2025?", Kind.COUNT, "the ferry in March 2025"),
    ("How many articles of the Courant mention the bridge?", Kind.COUNT, "the bridge"),
    ("Before and after the vote on the weir", Kind.COMPARISON, ""),
    ("When was the Pellin Bridge first mentioned?", Kind.FIRST, "the Pellin Bridge"),
    ("List the bids for Harrock", Kind.LIST, "the bids for Harrock"),
)


@pytest.mark.parametrize(("question", "kind", "subject"), BROAD)
def test_a_broad_question_is_told_by_how_it_opens(question: str, kind: Kind, subject: str) -> None:
    wish = wish_of(question)
    assert (wish.kind, wish.subject) == (kind, subject)


def test_the_parties_whose_words_are_asked_for_are_told_from_the_subject() -> None:
    wish = wish_of("What do the mayor and the inspector say about the repair?")
    assert (wish.kind, wish.subject, wish.parties) == (Kind.SIDES, "the repair", "the mayor and the inspector")
    wish = wish_of("How did the Courant and the Tide report the traffic on the bridge?")
    assert (wish.kind, wish.parties) == (Kind.COMPARISON, "the Courant and the Tide")
    assert wish.searched == "the traffic on the bridge the Courant and the Tide"


def test_the_word_story_is_not_searched_for() -> None:
    assert wish_of("Summarise the bridge story").searched == "the bridge"
    assert wish_of("What do we know about Toy Story?").searched == "Toy Story"


@pytest.mark.parametrize(
    "question",
    [
        "What happened in June 2025?",
        "What did Verrania and Duskar agree on yesterday?",
        "When was the spill first reported to the authorities?",
        "How did the boss find out that the bridge was shut?",
        "Who first reported the request?",
        "How many vehicles a day does the bridge carry?",
        "What did the mayor say about the latest count?",
    ],
)
def test_a_question_for_one_fact_is_no_broad_one(question: str) -> None:
    assert wish_of(question) == (type(wish_of(question)))(Kind.FACT, question)


@pytest.mark.parametrize(
    ("question", "subject", "moment"),
    [
        ("What changed in the bridge dispute before and after 8 March?", "the bridge dispute", "8 March"),
        ("What was known about the bridge before and after the closure?", "the bridge", "the closure"),
        ("What do we know about the weir before and after 20 March?", "the weir", "20 March"),
        ("How did traffic change before and after the closure of the bridge?", "traffic", "the closure of the bridge"),
        ("The Pellin Bridge before and after 8 March 2025", "The Pellin Bridge", "8 March 2025"),
        ("Before and after the closure of the bridge", "", "the closure of the bridge"),
    ],
)
def test_two_times_are_compared(question: str, subject: str, moment: str) -> None:
    assert wish_of(question) == Wish(Kind.COMPARISON, subject, moment=moment)


@pytest.mark.parametrize(
    "question", ["How many vehicles used it before and after the closure?", "Who was mayor before and after Corrath?"]
)
def test_a_fact_of_two_times_is_a_fact(question: str) -> None:
    assert wish_of(question).kind is Kind.FACT


def test_no_question_for_one_fact_of_the_example_suite_is_taken_for_a_broad_one() -> None:
    rows = (ROOT / "eval" / "suites" / "examples.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [row for line in rows if "question" in (row := json.loads(line)) and "nuggets" not in row]
    assert [row["question"] for row in asked if wish_of(row["question"]).kind is not Kind.FACT] == []
    assert len(asked) > 100


def test_a_command_words_its_question_so_that_it_is_understood_again() -> None:
    assert request_for("the spill", Kind.TIMELINE) == "Timeline: the spill"
    assert request_for("What do we know about the spill?", Kind.TIMELINE) == "Timeline: the spill"
    for kind in (Kind.TIMELINE, Kind.OVERVIEW):
        wish = wish_of(request_for("the spill at Halvek", kind))
        assert (wish.kind, wish.subject) == (kind, "the spill at Halvek")
    assert wish_of(request_for("What happened?", Kind.OVERVIEW)).subject == ""


def test_a_short_request_for_a_story_needs_no_question_before_it() -> None:
    assert not depends_on_turns("Timeline: the spill")
    assert depends_on_turns("Summarise it")


@given(st.text(max_size=200))
def test_any_text_is_understood_in_one_way(text: str) -> None:
    wish = wish_of(text)
    assert wish.kind is not Kind.FACT or wish.subject == text
    assert wish == wish_of(text)


def test_what_two_said_may_be_what_two_papers_wrote() -> None:
    wish = Wish(Kind.COMPARISON, "the bridge", "the Courant and the Ledger")
    assert said_by_parties("What did the Courant and the Ledger say about the bridge?") == wish
    assert said_by_parties("What did the mayor say about the bridge?") is None
    compared = wish_of("Compare the reports of the Courant and the Ledger on the bridge")
    assert compared == wish


@pytest.mark.parametrize("piece", ["and x say ", "and x report on ", "and , say about ", "and x mention ", "and x on "])
@pytest.mark.parametrize("opening", ["what do a ", "compare a ", "how did a ", "how many articles of a "])
def test_a_long_question_takes_linear_time(opening: str, piece: str) -> None:
    question = opening + piece * (6_000 // len(piece))
    began = time.process_time()
    said_by_parties(question)
    said_by_parties(f"{question}?x")
    wish_of(question)
    assert time.process_time() - began < 3  # seconds


def test_articles_that_do_not_mention_a_thing_are_a_count() -> None:
    for question in ("How many articles do not mention the bridge?", "How many stories don’t mention the bridge?"):
        wish = wish_of(question)
        assert wish.kind is Kind.COUNT
        assert wish.subject.endswith("mention the bridge")
