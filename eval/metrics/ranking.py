"""Measures of a ranked list, as trec_eval and ir_measures define them for one query.

A list is given as the *items* that each rank shows: an item is something worth finding, which may be found in several
places (the same sentence in two articles). An item counts at its first rank only. Where every item has one place, as in
a TREC file of judgements, the values are exactly those of ir_measures: Success@k, R@k, RR@k and nDCG@k with gains equal
to the grades (Järvelin and Kekäläinen 2002, https://doi.org/10.1145/582415.582418; base 2, first rank undiscounted).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

Ranks = Sequence[Collection[int]]  # for each rank, best first, the numbers of the items that it shows


def hit(ranks: Ranks, k: int) -> float:
    """Return 1 if any of the first `k` ranks shows an item, else 0 (Success@k)."""
    return float(any(_first_seen(ranks[:k])))


def recall(ranks: Ranks, items: int, k: int) -> float:
    """Return the share of the `items` (1 or more) that the first `k` ranks show, 0..1."""
    return len({item for shown in ranks[:k] for item in shown}) / items


def reciprocal_rank(ranks: Ranks, k: int) -> float:
    """Return 1 / the first rank that shows an item, 0 if none of the first `k` does; its mean is MRR@k."""
    return next((1 / rank for rank, shown in enumerate(ranks[:k], 1) if shown), 0.0)


def ndcg(ranks: Ranks, grades: Mapping[int, int], k: int) -> float:
    """Return the discounted gain of the first `k` ranks as a share of the best order's; `grades`: item -> 1 or more."""
    gains = [sum(grades[item] for item in new) for new in _first_seen(ranks[:k])]
    return _discounted(gains) / _discounted(sorted(grades.values(), reverse=True)[:k])


def _first_seen(ranks: Ranks) -> Iterator[set[int]]:
    """Return for each rank the items that no better rank showed."""
    seen: set[int] = set()
    for shown in ranks:
        yield set(shown) - seen
        seen.update(shown)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
