"""Follow-up questions: which they are, what they point to, and how they read when they are completed."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.conversation import with_question_before
from assistant.answering.extractive import ExtractiveAnswerer
from assistant.english.pronouns import points_outside
from assistant.english.questions import depends_on_turns
from assistant.english.subjects import things_named
from assistant.records import Answer, Turn
from tests.fakes.evidence import evidence, pipeline

DAY = date(2025, 4, 17)

SHOWN = (
    "The bridge at Orrin, the old mill and the ferry Heron were closed on Monday; the cracks are 4 millimetres wide."
)


@cache
def answer_showing(shown: str) -> Answer:
    return pipeline(ExtractiveAnswerer(), [evidence(shown)]).ask("What is told?", DAY)


def completed(question: str, *before: str, shown: str = SHOWN) -> str:
    """The question as it is searched after the others, each of which is completed in its turn."""
    turns: list[Turn] = []
    for asked in before:
        searched = with_question_before(asked, turns)
        turns.append(Turn(question=asked, answer=answer_showing(shown), standalone=searched))
    return with_question_before(question, turns)


@pytest.mark.parametrize(
    "question",
    [
        "What is aniline?",
        "What are sluices?",
        "Who is Ilka Brandt?",
        "Who resigned this week?",
        "Who said that the ferry was late?",
        "Who wrote the letter that warned the city?",
        "How many people are there in Orrin Bay?",
        "Is there a treaty between Orrin and Skarby?",
        "Is it true that Ilka Brandt resigned?",
        "How long does it take to cross the harbour?",
        "Did Halvek say that it called the fire brigade?",
        "What did Ilka Brandt say when she resigned?",
        "What does Halvek say about its valve?",
        "What do both Orrin and Skarby want?",
        "Which one of the two mayors resigned?",
        "Is the fine too low?",
        "What did the former mayor say?",
        "And the ferry, how old is it?",
        "Back to the bridge: when will it reopen?",
        "As for Ilka Brandt, where was she born?",
    ],
)
def test_a_question_that_names_its_own_topic_stands_alone(question: str) -> None:
    assert not depends_on_turns(question)
    assert completed(question, "Which vehicles may cross the bridge at Orrin?") == question


@pytest.mark.parametrize(
    "question",
    [
        "Who built it?",
        "Why?",
        "When was that?",
        "Who wrote that letter?",
        "Who said that?",
        "Did that letter warn the city?",
        "Who was there on Monday?",
        "Which one was closed?",
        "Who died?",
        "What was wrong?",
        "What is planned?",
        "And in spring?",
        "What about the other one?",
        "What did the mayor say about it?",
        "What happened on that day?",
        "Did Ilka Brandt resign too?",
        "What did he say when she resigned?",
        "Is it true?",
    ],
)
def test_a_question_that_points_back_or_leaves_out_its_topic_does_not(question: str) -> None:
    assert depends_on_turns(question)


@pytest.mark.parametrize(
    ("before", "question", "searched"),
    [
        ("Which vehicles may cross the bridge?", "Who built it?", "Who built the bridge?"),
        ("Which vehicles may cross the bridge at Orrin?", "How long is it?", "How long is the bridge at Orrin?"),
        ("Who closed the old mill?", "When was it built?", "When was the old mill built?"),
        ("How often does the ferry run?", "What does it cost?", "What does the ferry cost?"),
        ("Did the ferry sink?", "Who was its captain?", "Who was the ferry’s captain?"),
        ("Why was the bridge closed in March?", "When will it reopen?", "When will the bridge reopen?"),
        ("Is there a ferry?", "How often does it run?", "How often does the ferry run?"),
        ("Who found the cracks?", "How wide are they?", "How wide are the cracks?"),
        ("Timeline of the bridge", "Why was it closed?", "Why was the bridge closed?"),
        ("Is the bridge safe?", "Who inspected it?", "Who inspected the bridge?"),
    ],
)
def test_a_pronoun_gives_way_to_the_one_thing_that_was_named_and_shown(
    before: str, question: str, searched: str
) -> None:
    assert completed(question, before) == searched


def test_a_person_with_an_office_takes_the_place_of_the_pronoun() -> None:
    shown = "Wilf Tarn, 66, is the captain of the Heron."
    assert (
        completed("How old is he?", "Who is the captain of the Heron?", shown=shown)
        == "How old is the captain of the Heron?"
    )


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Did the ferry hit the bridge?", "When was it built?"),  # either
        ("Which company bought the bridge?", "Who owns it?"),  # either
        ("Who sank the barge?", "Who owned it?"),  # shown nowhere
        ("Who reported the cracks in the bridge?", "When was it built?"),  # named only beside something else
        ("What did the two mills on the river want?", "When was it decided?"),  # neither
        ("Who closed the bridge?", "Why was that?"),  # what happened, no thing
        ("When was the bridge closed?", "Why did he do it?"),  # two pronouns
        ("Who is the captain?", "What does it cost?"),  # a person is no thing
        ("When did Ilka Brandt resign?", "How old was she?"),  # a name is found better beside what was asked of it
    ],
)
def test_where_it_is_not_certain_the_question_before_stands_in_brackets(before: str, question: str) -> None:
    assert completed(question, before) == f"{question} ({before})"


@pytest.mark.parametrize(
    ("before", "question", "searched"),
    [
        ("How many votes did Brandt get?", "And Keel?", "How many votes did Keel get?"),
        ("Who is Ilka Brandt?", "What about Jonas Keel?", "Who is Jonas Keel?"),
        ("How many votes did Brandt get in Orrin?", "And Keel?", "How many votes did Keel get in Orrin?"),
        ("Did Brandt beat Keel?", "And Tarn?", "And Tarn? (Did Brandt beat Keel?)"),
        ("How many were injured in Orrin?", "And in Skarby?", "And in Skarby? (How many were injured in Orrin?)"),
        ("How many were injured in April?", "And May?", "And May? (How many were injured in April?)"),
    ],
)
def test_another_name_takes_the_place_of_the_only_one(before: str, question: str, searched: str) -> None:
    assert completed(question, before) == searched


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        (
            ["Who resigned as mayor of Orrin?", "And who won the election?", "Why did he win?"],
            "Why did he win? (And who won the election? Orrin)",
        ),
        (
            ["What happened at Lower Dunmarsh?", "Who died?", "How old was he?"],
            "How old was he? (Who died? Lower Dunmarsh)",
        ),
        (
            ["Who won in Orrin?", "Why?", "When was that?", "And in April?"],
            "And in April? (Who won in Orrin?)",
        ),
        (["Who closed the bridge?", "Who built it?", "How long is it?"], "How long is the bridge?"),
        (
            ["Who is Ilka Brandt?", "How old is she?", "Where was she born?"],
            "Where was she born? (Who is Ilka Brandt?)",
        ),
        (
            ["Did Halvek call the mayor?", "Who is her deputy?", "Is he related to her?"],
            "Is he related to her? (Who is her deputy? Did Halvek call the mayor?)",
        ),
        (
            ["Who is Ilka Brandt?", "Where was she born?", "And Jonas Keel?"],
            "Where was Jonas Keel born?",
        ),
    ],
)
def test_follow_ups_in_a_row_are_completed_without_brackets_in_brackets(asked: list[str], searched: str) -> None:
    *before, last = asked
    assert completed(last, *before) == searched


ROW = [
    *("Who won in Orrin?", "Why?", "And who died?", "When was it?", "And Keel?", "What about the weir?"),
    *("How old is she?", "And who won the election?", "Timeline of the bridge", "What is aniline?", "And in spring?"),
]


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.sampled_from(ROW), min_size=1, max_size=7))
def test_whatever_is_asked_in_a_row_brackets_are_never_nested(asked: list[str]) -> None:
    *before, last = asked
    searched = completed(last, *before)
    assert searched.count("(") <= 1
    assert len(searched) <= 250


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_a_question_in_a_row(text: str) -> None:
    points_outside(text)
    assert all(thing.head and thing.text for thing in things_named(text))
    assert completed(text, "Who closed the bridge?")
