"""Verdicts with a reader: what it may add to the rules, and what it may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.checks.reading import CalibratedReader, ReadingCalibration
from assistant.drafts.check_report import CheckedClaim, DraftVerdict
from assistant.drafts.checking import CheckOptions, RememberingReader, check_draft
from assistant.drafts.differences import word_differences
from assistant.library.library import Library
from assistant.records import Citation
from tests.fakes.evidence import evidence
from tests.fakes.reader import WordsReader

TRUSTING = ReadingCalibration(
    agreed=0.0, alone=0.4, doubted=0.4, partly=1.0, rates={}, refuted=0.6, against=0.3, found=0.0
)


def checked(
    library: Library, text: str, *, refuting: str = "", calibration: ReadingCalibration = TRUSTING
) -> CheckedClaim:
    reading = CalibratedReader(reader=WordsReader(refuting), calibration=calibration)
    (claim,) = check_draft(text, library, CheckOptions(dated=date(2025, 4, 20)), reading=reading).claims
    return claim


def test_a_sentence_that_the_reader_finds_to_speak_against_a_claim_contradicts_it(examples_library: Library) -> None:
    text = "The council welcomed a tender of 54 million crowns from Brunmark Civil."
    assert checked(examples_library, text).verdict is not DraftVerdict.CONTRADICTED
    found = checked(examples_library, text, refuting="welcomed")
    assert found.verdict is DraftVerdict.CONTRADICTED
    assert "54 million" in found.evidence[0].text
    assert found.differing[0].kind in {"word", "words"}
    assert "welcomed" in found.differing[0].said


def test_a_difference_of_rules_needs_the_reader_to_lean_against_the_claim(examples_library: Library) -> None:
    text = "The council rejected the tender of Brunmark Civil."
    assert checked(examples_library, text, refuting="rejected").verdict is DraftVerdict.CONTRADICTED
    assert checked(examples_library, text).verdict is not DraftVerdict.CONTRADICTED


def test_a_sentence_of_another_story_is_no_proof_though_the_reader_takes_it_for_one(examples_library: Library) -> None:
    text = "A bridge carries vehicles on a comet above the opera house."
    careless = replace(TRUSTING, alone=-6.0, doubted=-6.0, agreed=-6.0)
    assert checked(examples_library, text, calibration=careless).verdict is DraftVerdict.SUPPORTED
    careful = replace(careless, found=1.1)
    assert checked(examples_library, text, calibration=careful).verdict is not DraftVerdict.SUPPORTED


def test_words_of_a_sentence_are_proven_without_a_reader(examples_library: Library) -> None:
    text = "Verrania has moved 400 border guards to Stannick Weir."
    assert checked(examples_library, text, refuting="Verrania").verdict is DraftVerdict.SUPPORTED


@pytest.mark.parametrize(
    ("text", "source", "told"),
    [
        ("A judge in Isk Harel upheld the rule.", "A judge in Isk Harel voided the rule.", [("upheld", "voided")]),
        ("Dogs chased geese.", "Geese chased dogs.", [("Dogs chased geese.", "Geese chased dogs.")]),
    ],
)
def test_words_stand_beside_those_in_their_place(text: str, source: str, told: list[tuple[str, str]]) -> None:
    assert [(d.said, d.archive) for d in word_differences(text, Citation.of(evidence(source), 1))] == told


def test_no_pair_is_read_twice() -> None:
    reader = WordsReader()
    once = RememberingReader(reader)
    one, other = evidence("It rained in Skelmouth."), replace(evidence("It snowed."), ref="0a1b2c3d4e-5f6071-9")
    first = once.support([("It rained.", (one,)), ("It rained.", (one,)), ("It rained.", (other,))])
    assert first == reader.support([("It rained.", (one,)), ("It rained.", (one,)), ("It rained.", (other,))])
    assert len(reader.read) == 5  # two that were new, then three
    once.support([("It rained.", (other,)), ("It snowed.", (one,))])
    assert reader.read[5:] == ["It snowed."]
    assert once.name == "words"
