"""Who says it: words carried to their speaker, and words told as a fact."""

from __future__ import annotations

import pytest

from assistant.checks.verify import check_statement
from assistant.records import Verdict
from tests.answering.evidence import citation

QUOTED = "“The bridge is safe and it stays open all summer.”"


def check(said: str, text: str, speaker: str) -> tuple[Verdict, tuple[str, ...]]:
    found = check_statement(said, [1], {1: citation(1, text, speaker=speaker)})
    return found.verdict, found.problems


def test_words_are_not_given_to_somebody_else_than_the_speaker_of_the_article() -> None:
    verdict, problems = check("Mia Lind said the bridge is safe and stays open all summer.", QUOTED, "Ana Varga")
    assert verdict is Verdict.UNSUPPORTED
    assert any("Mia Lind" in problem for problem in problems)


def test_nor_to_the_one_whose_lawyer_speaks() -> None:
    _, problems = check("Varga said the bridge is safe and stays open all summer.", QUOTED, "Varga’s lawyer")
    assert any("somebody else" in problem for problem in problems)


def test_a_speaker_without_a_name_makes_no_false_alarm() -> None:
    _, problems = check("Vessling said the bridge is safe and stays open all summer.", QUOTED, "the company")
    assert not any("somebody else" in problem for problem in problems)


@pytest.mark.parametrize("speaker", ["Ana Varga", "she (Ana Varga)"])
def test_the_speaker_need_not_stand_in_the_sentence_itself(speaker: str) -> None:
    _, problems = check("Ana Varga said the bridge is safe and stays open all summer.", QUOTED, speaker)
    assert not any("somebody else" in problem for problem in problems)


def test_words_told_as_a_fact_are_remarked_on() -> None:
    said = "The bridge is safe and it stays open all summer, all day."
    assert any("Ana Varga says" in problem for problem in check(said, QUOTED, "Ana Varga")[1])


@pytest.mark.parametrize(
    ("said", "speaker"),
    [
        ("According to the mayor, the bridge is safe and stays open all summer.", "Ana Varga"),
        ("The bridge is safe and stays open all summer, Varga promises.", "Ana Varga"),
        ("The bridge is safe and stays open all summer, in all lanes.", ""),
        (QUOTED, "Ana Varga"),  # the sentence itself: its source stands beside it
    ],
)
def test_what_names_its_source_or_has_none_is_not(said: str, speaker: str) -> None:
    assert not any("says" in problem for problem in check(said, QUOTED, speaker)[1])


def test_the_letters_of_an_office_in_brackets_do_not_hide_who_speaks() -> None:
    text = "The leak was about nine tonnes, Verrania’s Office for Rivers and Lakes (O.R.L.) said on Thursday."
    verdict, problems = check("The leak was about nine tonnes, the Office for Rivers and Lakes said.", text, "")
    assert not any("somebody else" in problem for problem in problems)
    assert verdict is Verdict.SUPPORTED
    _, problems = check("The leak was about nine tonnes, the Ministry of Docks said.", text, "")
    assert any("somebody else" in problem for problem in problems)
