"""The project's own drafts: every verdict is in each, and what a verdict stands on is in the archive."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from assistant.drafts.check_report import DraftVerdict
from eval.records import LabelledClaim
from eval.suite import open_suite

SUITE = open_suite("drafts")


def _claims() -> dict[str, list[LabelledClaim]]:
    found = defaultdict(list)
    for question in SUITE.questions:
        assert question.claim is not None
        found[question.claim.draft.id].append(question.claim)
    return found


def test_two_drafts_have_every_verdict_and_at_least_25_claims_each() -> None:
    drafts = _claims()
    assert len(drafts) == 2
    for claims in drafts.values():
        assert set(Counter(claim.verdict for claim in claims)) == set(DraftVerdict)
        assert len(claims) >= 25


def test_what_a_verdict_stands_on_is_in_the_archive_and_only_what_is_not_found_stands_on_nothing() -> None:
    texts = " ".join(file.read_text(encoding="utf-8") for file in Path(SUITE.archive).rglob("*.*"))
    for claim in (claim for claims in _claims().values() for claim in claims):
        assert claim.gold in texts
        assert bool(claim.gold) is (claim.verdict is not DraftVerdict.NOT_FOUND)
