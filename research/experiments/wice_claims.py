"""Claims of Wikipedia against the sentences that annotators found for them (WiCE): supported, partly or not.

    python -m research.experiments.wice_claims

A claim cites the first set of sentences of its annotation; where there is none, the one to three sentences that share
most with it, so that "no evidence" gives nothing away. Two readings are scored: the verdict of `check_statement` as it
ships, and its support score alone with two thresholds chosen on the other folds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np

from assistant.checks.claim import Claim, Sources
from assistant.checks.support import support
from assistant.checks.verify import check_statement
from assistant.records import Citation, Verdict
from research.datasets import wice
from research.experiments.claims import FloatArray, Rarity, best_sentences, citations_of, folds_by_group, say

_VERDICTS = {Verdict.SUPPORTED: 2, Verdict.PARTLY: 1}
_TITLE, _PUBLISHED = "(meta data) TITLE: ", "(meta data) PUBLISHED DATETIME: "


def sources_of_claim(row: wice.Claim) -> Sources:
    """What a claim cites."""
    evidence = row.evidence
    gold = [numbers for numbers in row.supporting if numbers]
    numbers = gold[0] if gold else best_sentences(row.text, evidence, Rarity(evidence))
    title = next((line.removeprefix(_TITLE) for line in evidence[:3] if line.startswith(_TITLE)), "")
    return Sources(citations_of(evidence, numbers, title, _published(evidence)), ())


def sources_of_page(row: wice.Claim) -> tuple[Citation, ...]:
    """All the sentences of a claim's page, as if they had been found for it."""
    evidence = row.evidence
    title = next((line.removeprefix(_TITLE) for line in evidence[:3] if line.startswith(_TITLE)), "")
    told = [i for i, line in enumerate(evidence) if not line.startswith("(meta data)")]
    return citations_of(evidence, told or range(len(evidence)), title, _published(evidence))


def _published(evidence: Sequence[str]) -> date | None:
    """The day on which the article appeared, where its head tells it."""
    told = [line.removeprefix(_PUBLISHED)[:10] for line in evidence[:5] if line.startswith(_PUBLISHED)]
    try:
        return date.fromisoformat(told[0]) if told else None
    except ValueError:
        return None


def support_of(row: wice.Claim) -> float:
    """The support score of a claim, which was fitted on other data."""
    return support(Claim(text=row.text, sources=sources_of_claim(row)))


def macro_f1(labels: Sequence[int], found: Sequence[int]) -> float:
    """Mean of the F1 of the three labels."""
    pairs = list(zip(labels, found, strict=True))
    hits = [sum(a == b == k for a, b in pairs) for k in range(3)]
    sizes = [sum((a == k) + (b == k) for a, b in pairs) for k in range(3)]
    return sum(2 * h / s for h, s in zip(hits, sizes, strict=True) if s) / 3


def by_thresholds(labels: Sequence[int], scores: FloatArray) -> list[int]:
    """Labels from a score and two thresholds, which are chosen on the other nine folds."""
    found = np.zeros(len(labels), int)
    for rows in folds_by_group([str(i) for i in range(len(labels))], 10):
        others = np.setdiff1d(np.arange(len(labels)), rows)
        low, high = _best_pair([labels[i] for i in others], scores[others])
        found[rows] = (scores[rows] >= low).astype(int) + (scores[rows] >= high)
    return [int(value) for value in found]


def _best_pair(labels: Sequence[int], scores: FloatArray) -> tuple[float, float]:
    steps = np.quantile(scores, np.linspace(0, 1, 41))
    pairs = [(a, b) for i, a in enumerate(steps) for b in steps[i:]]
    return max(pairs, key=lambda p: macro_f1(labels, ((scores >= p[0]).astype(int) + (scores >= p[1])).tolist()))


def main() -> None:
    """Print both readings."""
    rows = wice.claims()
    labels = [wice.LABELS.index(row.label) for row in rows]
    checks = []
    for row in rows:
        cited = {c.number: c for c in sources_of_claim(row).cited}
        checks.append(check_statement(row.text, list(cited), cited))
    verdicts = [_VERDICTS.get(checked.verdict, 0) for checked in checks]
    table = Counter(zip((row.label for row in rows), (c.verdict.value for c in checks), strict=True))
    for (label, verdict), count in sorted(table.items()):
        say(f"{label:20} {verdict:12} {count}")
    say(f"verdicts as shipped: macro F1 {macro_f1(labels, verdicts):.3f}")
    scores = np.array([support_of(row) for row in rows])
    found = by_thresholds(labels, scores)
    say(f"support score with two thresholds of other folds: macro F1 {macro_f1(labels, found):.3f}")


if __name__ == "__main__":
    main()
