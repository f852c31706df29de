"""Claims that repeat a sentence nearly word for word, and what may not be said of them, where a reader counts words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from assistant.checks.doers import repeats
from assistant.checks.reading import CalibratedReader, ReadingCalibration
from assistant.drafts.check_report import CheckedClaim, DraftVerdict
from assistant.drafts.claims import DraftClaim
from assistant.drafts.differences import turned_words, word_differences
from assistant.drafts.verdicts import Bench
from assistant.reader.protocol import Reader, Support
from assistant.records import Citation, Evidence
from tests.fakes.evidence import evidence
from tests.fakes.reader import WordsReader

TRUSTING = ReadingCalibration(
    agreed=0.0, alone=0.4, doubted=0.4, partly=1.0, rates={}, refuted=0.6, against=0.3, found=0.0
)
RIOT = "Dockers threw stones outside the harbour office in Orrin, as guards used water cannons to break up the crowd."


def judged(
    text: str, *sentences: Evidence, refuting: str = "", sure: float = 0.4, reader: Reader | None = None
) -> CheckedClaim:
    offered = {n: Citation.of(sentence, n) for n, sentence in enumerate(sentences, start=1)}
    calibration = replace(TRUSTING, alone=sure, doubted=sure)
    reading = CalibratedReader(reader=reader or WordsReader(refuting), calibration=calibration)
    claim = DraftClaim(text=text, start=0, end=len(text), read_as=text)
    return Bench(offered, date(2025, 4, 20), reading).verdict_on(claim)


@pytest.mark.parametrize(
    ("claim", "sentence", "differing"),
    [
        (
            "Guards threw stones outside the harbour office in Orrin, as dockers used water cannons.",
            RIOT,
            ("Guards", "Dockers"),
        ),
        (
            "In Orrin the Gulls lost 3-2 to the Herons but won the cup in May.",
            "In Orrin the Herons lost 3-2 to the Gulls but won the cup in May.",
            ("Gulls", "Herons"),
        ),
        (
            "It was the worst flood in the history of Orrin, the port said.",
            "It was one of the worst floods in the history of Orrin, the port said.",
            ("the worst", "one of the worst"),
        ),
    ],
)
def test_words_in_each_others_places_contradict_though_all_of_them_are_there(
    claim: str, sentence: str, differing: tuple[str, str]
) -> None:
    found = judged(claim, evidence(sentence))
    assert found.verdict is DraftVerdict.CONTRADICTED
    assert [(d.said, d.archive) for d in found.differing] == [differing]


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Dockers threw stones outside the harbour office, as guards used water cannons.", RIOT),
        ("Guards used water cannons as dockers threw stones outside the harbour office in Orrin.", RIOT),
        ("Guards in Orrin were hit by dockers.", "Dockers hit guards in Orrin."),
        (
            "It was one of the worst floods in the history of Orrin.",
            "It was one of the worst floods in Orrin’s history.",
        ),
        ("It was the worst flood in the history of Orrin.", "It was the worst flood in the history of Orrin."),
    ],
)
def test_other_orders_of_the_same_are_no_contradiction(claim: str, sentence: str) -> None:
    assert turned_words(claim, Citation.of(evidence(sentence), 1)) == ()


def test_a_claim_that_only_leaves_words_out_is_not_contradicted_by_a_reader_alone() -> None:
    sentence = "The ferry – which had not sailed since the flood – left Orrin on Monday with 40 people, the port said."
    claim = "The ferry left Orrin on Monday with 40 people, the port said"
    assert repeats(claim, sentence)
    assert judged(claim, evidence(sentence), refuting="ferry").verdict is not DraftVerdict.CONTRADICTED
    other = "The ferry left Skell on Monday with 40 people, the port said"
    assert judged(other, evidence(sentence), refuting="ferry").verdict is DraftVerdict.CONTRADICTED


def test_a_name_that_the_article_gives_is_not_what_speaks_against_a_claim() -> None:
    named = evidence("The Orrin Bridge was counted again in October.", index=0)
    told = replace(
        evidence("By the new count the bridge carries about 32,000 vehicles a day.", index=1), before=named.text
    )
    claim = "The Orrin Bridge carries about 32,000 vehicles a day."
    assert judged(claim, told, refuting="Orrin").verdict is not DraftVerdict.CONTRADICTED


def test_small_words_that_differ_are_set_side_by_side() -> None:
    sentence = Citation.of(evidence("Swiatek gained the first rank a week after Barty announced her retirement."), 1)
    (told,) = word_differences("Swiatek gained the first rank a week before Barty announced her retirement.", sentence)
    assert (told.said, told.archive) == ("before", "after")
    (told,) = word_differences(
        "They kept the rank after Barty announced it.",
        Citation.of(evidence("We kept the rank after Barty announced it."), 1),
    )
    assert told.kind == "words"


@pytest.mark.parametrize(("refuted", "verdict"), [(0.62, DraftVerdict.PARTLY), (0.9, DraftVerdict.CONTRADICTED)])
def test_where_nothing_stands_side_by_side_a_reader_must_be_surer(refuted: float, verdict: DraftVerdict) -> None:
    class Denying(WordsReader):
        def support(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Support]:
            return [Support(0.05, refuted, 0.95 - refuted) for _ in pairs]

    sentence = (
        "After 45 days as prime minister in Orrin, with the pound low and her party in revolt, Ana Varga resigned."
    )
    found = judged("Ana Varga resigned after 45 days as prime minister.", evidence(sentence), reader=Denying())
    assert found.verdict is verdict


def test_a_word_is_not_set_beside_a_figure() -> None:
    sentence = "Lind and Okafor, both 27, had received a penalty of 200 crowns each for the tea they brought."
    claim = "Lind and Okafor were fined 200 crowns each for the tea they brought."
    (told,) = word_differences(claim, Citation.of(evidence(sentence), 1))
    assert (told.said, told.archive[0].isdigit()) == ("fined", False)


def test_what_is_told_in_somebodys_words_lacks_its_speaker_though_a_second_sentence_helps() -> None:
    said = replace(
        evidence("“The tank was emptied without delay on Tuesday,” claimed Lena Tolland.", index=0),
        speaker="Lena Tolland",
    )
    beside = evidence("Halvek owns the tank.", index=1)
    found = judged("The tank of Halvek was emptied without delay on Tuesday.", said, beside, sure=3)
    assert (found.verdict, len(found.evidence)) == (DraftVerdict.UNATTRIBUTED, 2)


def test_the_word_of_a_body_that_calls_another_untrue_is_its_word_only() -> None:
    body = "the Duskari Defence Ministry"
    told = "Verrania has massed 1,200 soldiers around the weir, the Duskari Defence Ministry said"
    claim = "Verrania has massed 1,200 soldiers around the weir."
    plain = replace(evidence(f"{told} on Tuesday."), speaker=body)
    assert judged(claim, plain).verdict is DraftVerdict.SUPPORTED
    disputed = replace(evidence(f"{told}, and rejected as untrue that only border guards were sent."), speaker=body)
    assert judged(claim, disputed).verdict is DraftVerdict.UNATTRIBUTED


def test_a_sentence_with_another_name_contradicts_only_where_the_reader_is_sure() -> None:
    sentence = "The board of Harrock Ports recommended a final offer of 5.05 crowns a share from Odelan Logistics."
    claim = "The board of Harrock Ports recommended a final offer of 5.05 crowns a share from Pemberlow Capital."

    class Leaning(WordsReader):
        def support(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Support]:
            return [Support(0.1, 0.5, 0.4) for _ in pairs]

    assert judged(claim, evidence(sentence), refuting="Pemberlow").verdict is DraftVerdict.CONTRADICTED
    assert judged(claim, evidence(sentence), reader=Leaning()).verdict is not DraftVerdict.CONTRADICTED
