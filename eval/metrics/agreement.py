"""Agreement of two annotators, corrected for chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def accuracy(first: Sequence[str], second: Sequence[str]) -> float:
    """Return the share of equal labels, 0..1; 0 without labels."""
    return sum(a == b for a, b in zip(first, second, strict=True)) / len(first) if first else 0.0


def cohens_kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """(observed - expected) / (1 - expected) agreement, -1..1 (Cohen 1960, https://doi.org/10.1177/001316446002000104).

    Expected is that of two judges who keep their shares of each label but label at random. Where both give one and the
    same label throughout, chance explains everything and kappa is not defined: 0 is returned.
    """
    if not first:
        return 0.0
    n, ours, theirs = len(first), Counter(first), Counter(second)
    expected = sum(ours[label] * theirs[label] for label in ours) / n**2
    return (accuracy(first, second) - expected) / (1 - expected) if expected < 1 else 0.0
