"""Verdicts over the example archive: what is said there is in examples/articles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.drafts.check_report import CheckedClaim, DraftVerdict
from assistant.drafts.checking import check_draft
from assistant.drafts.claims import DraftClaim
from assistant.drafts.differences import corrected_figure
from assistant.drafts.verdicts import Bench
from assistant.library.library import Library
from assistant.records import Citation
from tests.drafts.conftest import Check
from tests.fakes.evidence import evidence

Claim = Callable[..., CheckedClaim]


@pytest.mark.parametrize(
    ("text", "verdict", "said", "archive"),
    [
        ("The council accepted a tender of 54 million crowns.", DraftVerdict.SUPPORTED, "", ""),
        ("The council rejected the tender of Brunmark Civil.", DraftVerdict.CONTRADICTED, "rejected", "accepted"),
        ("The Pellin Bridge opened in 1971.", DraftVerdict.CONTRADICTED, "1971", "1961"),
        (
            "Pemberlow Capital, a buyout firm from Isk Harel, offered 4.90 crowns a share.",
            DraftVerdict.CONTRADICTED,
            "Isk Harel",
            "Caddenport",
        ),
        ("The Pellin Bridge carries about 23,000 vehicles a day.", DraftVerdict.OUTDATED, "23,000", "32,000"),
        (
            "The offer valued Harrock Ports at 1.62 billion crowns.",
            DraftVerdict.OUTDATED,
            "1.62 billion",
            "not 1.62 billion",
        ),
        ("The Beatles played in Skelmouth in 1963.", DraftVerdict.NOT_FOUND, "", ""),
    ],
)
def test_what_the_archive_says_of_a_claim(
    claim: Claim, text: str, verdict: DraftVerdict, said: str, archive: str
) -> None:
    found = claim(text)
    assert found.verdict is verdict
    assert [(d.said, d.archive) for d in found.differing[:1]] == ([(said, archive)] if said else [])
    assert found.evidence or verdict is DraftVerdict.NOT_FOUND


def test_what_only_somebody_says_lacks_its_speaker(claim: Claim) -> None:
    told = "Halvek informed the authorities without delay, at 10:40 p.m. on Tuesday."
    assert claim(told, dated=date(2025, 3, 20)).verdict is DraftVerdict.UNATTRIBUTED
    named = f"Lena Tolland said that {told[0].lower()}{told[1:]}"
    assert claim(named, dated=date(2025, 3, 20)).verdict is not DraftVerdict.UNATTRIBUTED


def test_a_part_that_is_not_there_is_named(claim: Claim) -> None:
    found = claim("Steel frames have been clamped around the No. 3 pier by divers from Norway.")
    assert found.verdict is DraftVerdict.PARTLY
    assert "Norway" in " ".join((*found.not_found, *found.problems))


def test_relative_days_count_from_the_day_of_the_draft(claim: Claim) -> None:
    text = "The Pellin Bridge was closed to all traffic on Tuesday."
    assert claim(text, dated=date(2025, 3, 5)).verdict is DraftVerdict.SUPPORTED
    assert claim("Corrath stepped down yesterday.", dated=date(2025, 3, 15)).verdict is DraftVerdict.SUPPORTED


def test_limits_hold_for_every_claim(claim: Claim) -> None:
    text = "The council accepted a tender of 54 million crowns from Brunmark Civil."
    found = claim(text, until=date(2025, 4, 1))
    assert found.verdict is not DraftVerdict.SUPPORTED
    assert all(e.article.published <= date(2025, 4, 1) for e in found.evidence if e.article.published)


def test_independent_stories_are_counted(claim: Claim) -> None:
    found = claim("The Office for Water and Soil measured 940 micrograms of aniline per litre at the intake.")
    assert found.verdict is DraftVerdict.SUPPORTED
    assert found.independent >= 1


@pytest.mark.parametrize("name", ["2025-04-15-bridge-lane-reopens.txt", "2025-03-15-corrath-resigns.txt"])
def test_an_article_of_the_archive_is_supported_sentence_by_sentence(check: Check, examples: Path, name: str) -> None:
    text = (examples / "courant" / name).read_text(encoding="utf-8")
    report = check(text.partition("SKELMOUTH")[2].lstrip(" —"), dated=date(2025, 4, 15))
    assert len(report.claims) > 10
    assert {claim.verdict for claim in report.claims} == {DraftVerdict.SUPPORTED}
    assert sum(report.counts.values()) == len(report.claims)


def test_an_archive_of_another_subject_has_nothing(check: Check) -> None:
    report = check("The striker scored twice in Lisbon. The telescope photographed a distant galaxy.")
    assert report.nothing_found


def test_only_a_correction_takes_a_figure_back() -> None:
    words = "It was worth 1.26 billion crowns, not 1.62 billion."
    plain = Citation.of(evidence(words), 1)
    corrected = replace(plain, article=replace(plain.article, notice_kind="correction", notice=f"Correction: {words}"))
    assert corrected_figure("worth 1.62 billion crowns", corrected)
    assert corrected_figure("worth 1.26 billion crowns", corrected) is None
    assert corrected_figure("worth 1.62 billion crowns", plain) is None


def test_the_right_reading_of_a_correction_is_not_contradicted_by_the_wrong_one_that_it_repeats(claim: Claim) -> None:
    found = claim("The Pellin Bridge carries about 32,000 vehicles a day.")
    assert found.verdict is DraftVerdict.SUPPORTED
    assert claim("The Pellin Bridge carries about 23,000 vehicles a day.").verdict is DraftVerdict.OUTDATED


def test_a_false_figure_is_set_beside_the_right_one_of_a_correction(claim: Claim) -> None:
    found = claim("The Pellin Bridge carries 50,000 vehicles a day.")
    assert found.verdict is DraftVerdict.CONTRADICTED
    assert [difference.archive for difference in found.differing] == ["32,000"]


def test_no_sentence_of_another_subject_is_shown_as_near(claim: Claim) -> None:
    found = claim("About 3 percent of all plant species use it.")
    assert (found.verdict, found.evidence) == (DraftVerdict.NOT_FOUND, ())


def test_sentences_of_one_article_hold_a_part_together() -> None:
    text = "Frames of steel hold the pier, the lane reopened to buses, a choir sang, and the ferry stopped for good."
    told = (
        "Frames of steel now hold the cracked pier.",
        "The lane reopened to buses.",
        "The ferry stopped.",
        "It rained.",
    )
    offered = {n: Citation.of(evidence(words, index=3 * n), n) for n, words in enumerate(told, start=1)}
    found = Bench(offered, date(2025, 4, 20)).verdict_on(DraftClaim(text=text, start=0, end=len(text), read_as=text))
    assert (found.verdict, len(found.evidence)) == (DraftVerdict.PARTLY, 3)
    assert set(found.not_found) == {"choir", "sang", "good"}


def test_what_is_read_as_of_today_is_told(examples_library: Library) -> None:
    (told,) = check_draft("The Pellin Bridge was closed on 4 March.", examples_library).notices
    assert "“4 March” is read as 4 Mar" in told
    assert "--dated" in told
    assert not check_draft("The Pellin Bridge was closed on 4 March 2025.", examples_library).notices
