"""Scores one claim of a draft: whether the check gave it the right verdict, on the right sentence.

A claim that the check cut into several is judged by the gravest of them. It passes when the verdict is right and, where
the suite names words of the sentence that the verdict stands on, a sentence with these words is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.drafts.check_report import CheckedClaim, CheckReport, DraftVerdict
from assistant.records import Evidence
from eval.places import Places
from eval.records import LabelledClaim, QuestionResult, Status, SuiteQuestion


def scored_claim(
    result: QuestionResult, question: SuiteQuestion, label: LabelledClaim, report: CheckReport, places: Places
) -> QuestionResult:
    """Return the result of a claim by the report on its draft; an error when its gold is not in the archive."""
    found = _gravest(question.question, report)
    shown = found is not None and any(label.gold in evidence.text for evidence in shown_by(found))
    result = replace(result, wanted=label.verdict, checked=found)
    if not shown and not places.holds(label.gold):
        fault = f"the gold words {label.gold[:60]!r} are in no article; mend the suite"
        return replace(result, status=Status.ERROR, reason=fault, error=fault)
    is_right = found is not None and found.verdict is label.verdict
    metrics = {"gold shown": float(shown)} if is_right and label.gold else {}
    reason = _fault(label, found, is_shown=shown or not label.gold)
    return replace(result, passed=not reason, reason=reason, metrics=metrics)


def shown_by(claim: CheckedClaim) -> Iterator[Evidence]:
    """Yield the sentences that a checked claim is shown with."""
    yield from claim.evidence
    for difference in claim.differing:
        if difference.evidence not in claim.evidence:
            yield difference.evidence


def _gravest(text: str, report: CheckReport) -> CheckedClaim | None:
    """Return the gravest of the checked claims that lie in a piece of the draft; None when it was not checked."""
    start = report.text.find(text)
    inside = [claim for claim in report.claims if 0 <= start <= claim.start < start + len(text)]
    return min(inside, key=lambda claim: list(DraftVerdict).index(claim.verdict), default=None)


def _fault(label: LabelledClaim, found: CheckedClaim | None, *, is_shown: bool) -> str:
    if found is None:
        return f"{label.verdict}, but taken for no claim"
    if found.verdict is not label.verdict:
        return f"{label.verdict}, but called {found.verdict}"
    return "" if is_shown else f"without the sentence “{label.gold}”"
