"""Suites of drafts: texts whose claims carry the verdict that is right, and how well a check finds it.

A suite of this form is one JSON file:

    {"suite": "bridge", "about": "…", "archive": "../../../examples/articles", "dated": "2025-04-20",
     "draft": "The text …",
     "claims": [{"text": "The bridge was opened in 1971.", "verdict": "contradicted", "gold": "opened in 1961"}, …]}

`text` is a piece of the draft, `verdict` one of `DraftVerdict`, and `gold` words of the sentence that the verdict
stands on, "" for none. A claim that the check cut into several is judged by the gravest of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.drafts.check_report import CheckedClaim, CheckReport, DraftVerdict
from assistant.errors import UsageError
from assistant.json_form import from_json

DRAFTS = Path(__file__).with_name("suites") / "drafts"
"""The project's own drafts, which a name without a path means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledClaim:
    """A claim of a draft with the verdict that is right."""

    text: str
    verdict: DraftVerdict
    gold: str = ""  # words of the sentence that the verdict stands on


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSuite:
    """One draft."""

    suite: str
    draft: str
    claims: tuple[LabelledClaim, ...]
    dated: date
    about: str = ""
    archive: str = ""  # relative to the file
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictScore:
    """How well one verdict is found."""

    verdict: DraftVerdict
    wanted: int  # claims that it is right for
    given: int  # claims that were given it
    right: int  # both

    @property
    def precision(self) -> float:
        """Share of the claims given it for which it is right; 0 when it was never given."""
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        """Share of the claims for which it is right that were given it; 0 when there is none."""
        return self.right / self.wanted if self.wanted else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftScores:
    """How well the claims of one draft, or of several, were judged."""

    claims: int
    right: int
    with_gold: int  # of the right ones that have a gold sentence, how many show it
    verdicts: tuple[VerdictScore, ...]
    missed: tuple[str, ...]  # one line for each claim that was judged otherwise


def read_draft_suite(name: str) -> DraftSuite:
    """Return the suite in a file, or the project's own of this name. Raises `UsageError` for an unusable one."""
    own = DRAFTS / f"{name}.json"
    file = own if own.is_file() else Path(name)
    try:
        suite = from_json(DraftSuite, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{file} is no suite of a draft ({error}). See `eval/draft_suites.py` for its form."
        ) from error
    missing = [claim.text for claim in suite.claims if claim.text not in suite.draft]
    if missing:
        raise UsageError(f"{file}: not in the draft: {missing[0]!r}")
    return suite


def scores_of(pairs: Sequence[tuple[DraftSuite, CheckReport]]) -> DraftScores:
    """Return how well the claims of some drafts were judged."""
    judged = [(claim, _judged(claim, suite, report)) for suite, report in pairs for claim in suite.claims]
    wanted = Counter(label.verdict for label, _ in judged)
    given = Counter(claim.verdict for _, claim in judged if claim)
    right = [(label, claim) for label, claim in judged if claim and claim.verdict is label.verdict]
    hits = Counter(label.verdict for label, _ in right)
    return DraftScores(
        claims=len(judged),
        right=len(right),
        with_gold=sum(_shows(claim, label.gold) for label, claim in right),
        verdicts=tuple(VerdictScore(verdict=v, wanted=wanted[v], given=given[v], right=hits[v]) for v in DraftVerdict),
        missed=tuple(
            f"{label.verdict}, found {claim.verdict if claim else 'no claim'}: {label.text}"
            for label, claim in judged
            if claim is None or claim.verdict is not label.verdict
        ),
    )


def _judged(label: LabelledClaim, suite: DraftSuite, report: CheckReport) -> CheckedClaim | None:
    """Return the gravest of the checked claims that lie in a labelled one; None when it was not checked."""
    start = report.text.find(label.text)
    inside = [claim for claim in report.claims if start <= claim.start < start + len(label.text)]
    gravity: Mapping[DraftVerdict, int] = {verdict: place for place, verdict in enumerate(DraftVerdict)}
    return min(inside, key=lambda claim: gravity[claim.verdict], default=None) if start >= 0 and suite else None


def _shows(claim: CheckedClaim, gold: str) -> bool:
    found = (*claim.evidence, *(difference.evidence for difference in claim.differing))
    return not gold or any(gold in evidence.text for evidence in found)
