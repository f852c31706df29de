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
