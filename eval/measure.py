"""A figure of a run that is the ratio of two sums over its results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eval.records import QuestionResult, Status

Parts = tuple[float, float] | None  # what a result adds above and below; None for nothing


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that is the ratio of two sums over results."""

    name: str
    about: str
    better: str  # "higher", "lower" or "" for neither
    parts: Callable[[QuestionResult], Parts]
    pooled: bool = False  # results add to it or not as they turn out: two runs are compared by their sums

    def row(self, result: QuestionResult) -> Parts:
        """Return what the result adds, None if it was not scored."""
        return self.parts(result) if result.status is Status.SCORED else None


def metric(name: str, about: str) -> Measure:
    """Return the mean of a metric over the results that have it."""

    def parts(result: QuestionResult) -> Parts:
        return (result.metrics[name], 1.0) if name in result.metrics else None

    return Measure(name, about, "higher", parts)
