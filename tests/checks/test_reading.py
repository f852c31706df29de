"""Reader and rules together: certain rules keep the last word, of all else one probability decides."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.checks.proof import prove, prove_all
from assistant.checks.reading import CalibratedReader, ReadingCalibration, calibration_of
from assistant.checks.verify import check_statement
from assistant.errors import UsageError
from assistant.records import Verdict
from tests.checks.evidence_for_checks import OFFERED, TUNNEL, citation
from tests.fakes.reader import WordsReader

TRUSTING = ReadingCalibration(agreed=0.2, alone=0.4, doubted=0.4, partly=1.0, rates={})
ADVISING = CalibratedReader(reader=WordsReader(), calibration=None)


def reading(refuting: str = "") -> CalibratedReader:
    return CalibratedReader(reader=WordsReader(refuting), calibration=TRUSTING)


def test_a_rule_that_is_not_certain_is_overruled() -> None:
    text = "Half of the 1,200 jobs that Vessling Bank may cut are in doubt, Chief Executive Omar Teague said."
    alone = check_statement(text, [3], OFFERED)
    assert alone.verdict is not Verdict.SUPPORTED
    read = check_statement(text, [3], OFFERED, reading=reading())
    assert read.verdict is Verdict.SUPPORTED
    assert not read.problems
    assert any(finding.overruled for finding in read.findings)


@pytest.mark.parametrize(
    "text",
    [
        "Vessling Bank may cut 1,300 jobs, Chief Executive Omar Teague said.",  # a figure in digits
        "“We will raise fares this year,” she told reporters in Lindhaven.",  # altered words in quotation marks
        "Mayor Ingrid Falkner said on Friday that the council had approved the 2.3 million crown tunnel.",  # a day
    ],
)
def test_a_rule_that_is_certain_keeps_the_last_word(text: str) -> None:
    number = next(n for n in (1, 2, 3) if set(text.split()) & set(OFFERED[n].text.split()) - {"the", "had", "on"})
    assert check_statement(text, [number], OFFERED, reading=reading()).verdict is not Verdict.SUPPORTED


def test_what_the_reader_refuses_is_not_supported_though_every_rule_passes() -> None:
    text = "The council had approved the 2.3 million crown tunnel."
    assert check_statement(text, [1], OFFERED).verdict is Verdict.SUPPORTED
    read = check_statement(text, [1], OFFERED, reading=reading(refuting="crown"))
    assert read.verdict is Verdict.UNSUPPORTED
    assert read.problems == ("it does not follow from the cited sentence",), (
        "no rule found anything that speaks against it"
    )
    assert read.support < 0.5


def test_a_reader_without_calibration_advises() -> None:
    text = "The council had approved the 2.3 million crown tunnel."
    read = check_statement(text, [1], OFFERED, reading=ADVISING)
    alone = check_statement(text, [1], OFFERED)
    assert (read.verdict, read.problems) == (alone.verdict, alone.problems)
    assert read.read is not None
    assert alone.read is None


def test_copies_and_statements_without_a_source_are_not_read() -> None:
    used = reading()
    check_statement(OFFERED[4].text, [4], OFFERED, reading=used)
    check_statement("Here is what the articles say:", [], OFFERED, reading=used)
    check_statement("The council approved it.", [99], OFFERED, reading=used)
    assert isinstance(used.reader, WordsReader)
    assert used.reader.read == []


def test_the_program_finds_by_reading_what_its_writer_did_not_point_to() -> None:
    text = "The tunnel was approved by the council."
    proof = prove(text, (4,), OFFERED, reading=reading())
    assert proof.checked.verdict is Verdict.SUPPORTED
    assert [c.number for c in proof.citations] == [1]


def test_all_statements_of_an_answer_are_read_at_twice() -> None:
    class Counting(WordsReader):
        calls = 0

        def support(self, pairs):  # type: ignore[no-untyped-def]
            self.calls += 1
            return super().support(pairs)

    reader = Counting()
    statements = [
        ("The council approved the tunnel.", (4,)),
        ("Imports fell, the ministry said.", (4,)),
        ("Snow fell.", ()),
    ]
    proofs = prove_all(statements, OFFERED, reading=CalibratedReader(reader=reader, calibration=TRUSTING))
    assert reader.calls <= 2
    assert [p.checked.verdict for p in proofs][1] is Verdict.SUPPORTED
    assert proofs == [
        prove(text, numbers, OFFERED, reading=CalibratedReader(reader=WordsReader(), calibration=TRUSTING))
        for text, numbers in statements
    ]


def test_what_no_sentence_bears_out_stays_unsupported_with_a_reader() -> None:
    offered = {1: citation(1, "The harbour was calm.", TUNNEL)}
    for text in ("The mayor resigned.", "Vessling Bank closed its branches in Ostmark."):
        assert prove(text, (1,), offered, reading=reading()).checked.verdict is not Verdict.SUPPORTED


def test_calibrations_are_found_by_name_and_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    stored = {"agreed": 0.2, "alone": 0.4, "doubted": 0.4, "partly": 1.0, "rates": {}}
    file.write_text(json.dumps({"onnx:nli": stored}), encoding="utf-8")
    assert calibration_of("onnx:nli", file) == TRUSTING
    assert calibration_of("onnx:other", file) is None
    assert calibration_of("nobody") is None
    for damage in ("{", "[]", '{"onnx:nli": {"agreed": 1}}'):
        broken = tmp_path / f"{len(damage)}.json"
        broken.write_text(damage, encoding="utf-8")
        with pytest.raises(UsageError, match="no calibration"):
            calibration_of("onnx:nli", broken)


def test_the_reader_that_ships_is_calibrated_on_both_faults() -> None:
    shipped = calibration_of("builtin")
    assert shipped is not None
    assert shipped.agreed <= shipped.alone <= shipped.doubted
    for rates in shipped.rates.values():
        assert rates["false"] < rates["true"]


SEARCHING = replace(TRUSTING, agreed=0.0, searched={"added": 20.0, "joined": 20.0, "far": 20.0})


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Mayor Ingrid Falkner gladly said that the council had approved the 2.3 million crown tunnel.", [1]),
        ("Exports rose, and profits fell 23 per cent.", [3, 4]),
    ],
)
def test_what_an_archive_was_searched_for_must_be_read_more_surely(text: str, numbers: list[int]) -> None:
    chosen = CalibratedReader(reader=WordsReader(), calibration=replace(SEARCHING, alone=-9.0, doubted=-9.0))
    assert check_statement(text, numbers, OFFERED, reading=chosen).verdict is Verdict.SUPPORTED
    assert check_statement(text, numbers, OFFERED, reading=chosen.searching()).verdict is not Verdict.SUPPORTED


def test_other_words_of_another_year_must_be_read_more_surely() -> None:
    text = "As profits dropped by almost a quarter, up to 1,200 jobs are in danger at Vessling Bank."
    chosen = CalibratedReader(reader=WordsReader(), calibration=replace(SEARCHING, alone=-9.0, doubted=-9.0))
    near, far = (
        check_statement(text, [3], OFFERED, reading=chosen.searching(), asked_on=date(year, 4, 1))
        for year in (2024, 2026)
    )
    assert near.verdict is Verdict.SUPPORTED
    assert far.verdict is not Verdict.SUPPORTED
