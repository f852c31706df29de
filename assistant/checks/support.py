"""How probable is it that the cited sentences support a statement: a logistic regression on `features`.

The coefficients are in support.json, fitted by `python -m research.fitting.support --write`; this module only
evaluates them, so scikit-learn is not needed at run time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.checks.claim import Sources
from assistant.checks.dates import Dates
from assistant.checks.features import FEATURES, features

STORED = Path(__file__).with_name("support.json")  # the coefficients


@dataclass(frozen=True, slots=True)
class SupportModel:
    """A logistic regression on standardised features, and the two thresholds that go with it."""

    means: tuple[float, ...]  # one for each of `FEATURES`, of the data it was fitted on
    scales: tuple[float, ...]  # standard deviations, likewise; never 0
    weights: tuple[float, ...]
    bias: float
    supported: float  # support from here on is enough for "supported"
    partly: float  # support from here on is enough for "partly"

    def probability(self, values: Sequence[float]) -> float:
        """Support, 0..1, of a statement with these feature values."""
        rows = zip(values, self.means, self.scales, self.weights, strict=True)
        score = self.bias + sum(w * (v - m) / s for v, m, s, w in rows)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@lru_cache(maxsize=1)
def support_model() -> SupportModel:
    """The fitted model that ships with the program."""
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    rows = [stored["features"][name] for name in FEATURES]
    means, scales, weights = (tuple(float(row[key]) for row in rows) for key in ("mean", "scale", "weight"))
    return SupportModel(means, scales, weights, stored["bias"], stored["supported"], stored["partly"])


def support(text: str, sources: Sources, dates: Dates) -> float:
    """Probability, 0..1, that the cited sentences support `text`, whose dates are `dates`."""
    return support_model().probability(features(text, sources, dates))
