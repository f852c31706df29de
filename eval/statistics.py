"""Bootstrap intervals and tests of paired differences, seeded so that reports are reproducible.

Questions of one conversation depend on each other, as do repeats of one question, so whole clusters are drawn (cluster
bootstrap: Field and Welsh 2007, https://doi.org/10.1111/j.1467-9868.2007.00593.x). A figure is a ratio of two sums,
of which a mean is the case with ones below.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Floats = npt.NDArray[np.float64]

RESAMPLES = 4000  # the ends of an interval then wobble by about 2 % of its width from seed to seed
SEED = 7
LEVEL = 0.95
_AT_ONCE = 4_000_000  # cells of the table of draws that are held in memory at once: 32 MB


class Interval(NamedTuple):
    """A value and the ends of its 95 % percentile interval."""

    value: float
    low: float
    high: float


def ratio(above: Sequence[float], below: Sequence[float], clusters: Sequence[Hashable]) -> Interval:
    """Return sum(above) / sum(below) with its interval; `below` must not sum to 0. Raises `ValueError` for no rows."""
    if not above:
        raise ValueError("no rows to average")
    sums = np.array([_by_cluster(above, clusters), _by_cluster(below, clusters)])
    drawn = _resampled(sums)
    low, high = _ends(drawn[0], drawn[1])
    value = float(sum(above)) / float(sum(below))
    return Interval(value, low, high)


def mean(values: Sequence[float], clusters: Sequence[Hashable]) -> Interval:
    """Return the mean of the values with its interval."""
    return ratio(values, [1.0] * len(values), clusters)


class RatioChange(NamedTuple):
    """A ratio of sums before and after, the 95 % paired interval of its change, and how probable it is by chance."""

    before: float
    after: float
    low: float
    high: float
    p: float


def ratio_change(
    before: Sequence[tuple[float, float]], after: Sequence[tuple[float, float]], clusters: Sequence[Hashable]
) -> RatioChange:
    """Return how sum(above) / sum(below) changed, for rows of (above, below) in the same order; no sum below is 0.

    The interval draws whole clusters, both sides at once; p swaps the sides of whole clusters at random and counts how
    often the ratios then differ as much.
    """
    sums = np.array([_by_cluster([row[i] for row in side], clusters) for side in (before, after) for i in (0, 1)])
    drawn = _resampled(sums)
    kept = (drawn[1] > 0) & (drawn[3] > 0)
    changes = drawn[2][kept] / drawn[3][kept] - drawn[0][kept] / drawn[1][kept]
    edge = 50 * (1 - LEVEL)
    low, high = np.percentile(changes, [edge, 100 - edge])
    old, new = (float(sums[i].sum() / sums[i + 1].sum()) for i in (0, 2))
    return RatioChange(old, new, float(low), float(high), _swap_p(sums, abs(new - old)))


def _swap_p(sums: Floats, change: float) -> float:
    """Return the share of random swaps of the sides of clusters, sums [4, clusters], that change as much."""
    swapped = np.random.default_rng(SEED).random((RESAMPLES, sums.shape[1])) < 0.5
    totals = [np.where(swapped, sums[(i + 2) % 4], sums[i]).sum(axis=1) for i in range(4)]
    kept = (totals[1] > 0) & (totals[3] > 0)
    found = np.abs(totals[2][kept] / totals[3][kept] - totals[0][kept] / totals[1][kept])
    return float((np.sum(found >= change - 1e-12) + 1) / (kept.sum() + 1))


def _by_cluster(values: Sequence[float], clusters: Sequence[Hashable]) -> Floats:
    """Return the sum of each cluster, in the order of its first row."""
    places = {name: i for i, name in enumerate(dict.fromkeys(clusters))}
    sums = np.zeros(len(places))
    np.add.at(sums, [places[name] for name in clusters], np.asarray(values, float))
    return sums


def _resampled(sums: Floats) -> Floats:
    """Return totals [k, RESAMPLES] of clusters drawn with replacement from sums [k, clusters]."""
    clusters = sums.shape[1]
    generator = np.random.default_rng(SEED)
    step = max(1, _AT_ONCE // clusters)
    parts = []
    for begin in range(0, RESAMPLES, step):
        draws = generator.integers(clusters, size=(min(step, RESAMPLES - begin), clusters))
        parts.append(sums[:, draws].sum(axis=2))
    return np.concatenate(parts, axis=1)


def _ends(above: Floats, below: Floats) -> tuple[float, float]:
    kept = below != 0
    edge = 50 * (1 - LEVEL)
    low, high = np.percentile(above[kept] / below[kept], [edge, 100 - edge])
    return float(low), float(high)


def resampled_interval(rows: Sequence[T], statistic: Callable[[Sequence[T]], float]) -> tuple[float, float]:
    """Return the 95 % percentile interval of any statistic of independent rows (1 or more)."""
    draws = np.random.default_rng(SEED).integers(len(rows), size=(RESAMPLES // 2, len(rows)))
    edge = 50 * (1 - LEVEL)
    low, high = np.percentile([statistic([rows[i] for i in draw]) for draw in draws], [edge, 100 - edge])
    return float(low), float(high)


def sign_flip_p(changes: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """Return the two-sided permutation p of a paired change: how often random signs give as large a sum.

    The signs of one cluster are flipped together; the value seen counts as one of the draws, so p is above 0
    (Phipson and Smyth 2010, https://doi.org/10.2202/1544-6115.1585).
    """
    sums = _by_cluster(changes, clusters)
    if not sums.any():
        return 1.0
    signs = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(RESAMPLES, len(sums)))
    as_large = np.abs(signs @ sums) >= abs(sums.sum()) - 1e-12
    return float((as_large.sum() + 1) / (RESAMPLES + 1))


def mcnemar_p(wins: int, losses: int) -> float:
    """Return the exact two-sided McNemar p (McNemar 1947) of the pairs that differ."""
    differ = wins + losses
    if differ == 0:
        return 1.0
    tail = sum(math.comb(differ, k) for k in range(min(wins, losses) + 1)) / 2**differ
    return float(min(1.0, 2 * tail))


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the interpolated quantile `share` (0..1), None without values."""
    return float(np.percentile(np.asarray(values, float), 100 * share)) if values else None
