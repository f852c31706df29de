"""The example drafts: their form, and how well their claims are judged without a model and without a reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.drafts.check_report import DraftVerdict
from assistant.drafts.checking import CheckOptions, check_draft
from assistant.errors import UsageError
from assistant.library.library import Library
from eval.draft_suites import DRAFTS, read_draft_suite, scores_of

NAMES = sorted(path.stem for path in DRAFTS.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_has_every_verdict_and_its_gold_stands_in_the_archive(name: str) -> None:
    suite = read_draft_suite(name)
    assert {claim.verdict for claim in suite.claims} == set(DraftVerdict)
    assert len(suite.claims) >= 25
    archive = DRAFTS / suite.archive
    texts = " ".join(file.read_text(encoding="utf-8") for file in archive.rglob("*.*"))
    assert [claim.gold for claim in suite.claims if claim.gold not in texts] == []


def test_most_claims_of_the_example_drafts_are_judged_right(examples_library: Library) -> None:
    suites = [read_draft_suite(name) for name in NAMES]
    pairs = [(s, check_draft(s.draft, examples_library, CheckOptions(dated=s.dated))) for s in suites]
    scores = scores_of(pairs)
    assert scores.right >= 0.6 * scores.claims, scores.missed
    assert scores.with_gold >= 0.8 * scores.right
    found = {score.verdict: score for score in scores.verdicts}
    assert found[DraftVerdict.MISQUOTED].precision >= 0.9
    assert found[DraftVerdict.SUPPORTED].precision >= 0.8


def test_a_claim_that_is_not_in_the_draft_is_named(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text(
        '{"suite": "d", "draft": "It rained.", "dated": "2025-04-20",'
        ' "claims": [{"text": "It snowed.", "verdict": "supported"}]}',
        encoding="utf-8",
    )
    with pytest.raises(UsageError, match="It snowed"):
        read_draft_suite(str(tmp_path / "d.json"))
    with pytest.raises(UsageError, match="no suite"):
        read_draft_suite(str(tmp_path / "none.json"))
