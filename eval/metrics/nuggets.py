"""Nugget evaluation of overviews: which of the facts that matter an answer cites.

A nugget is an atomic fact that a good answer has; a *vital* one must be there, the others are good to have (Voorhees
2003, "Overview of the TREC 2003 Question Answering Track", https://trec.nist.gov/pubs/trec12/papers/QA.OVERVIEW.pdf;
Lin and Demner-Fushman 2006, https://aclanthology.org/N06-1049). There assessors match the words of an answer; here a
nugget counts where an entry cites one of its gold sentences, so that the measure is the same every day. It is too low
where another sentence says the same.

Entries are given in their order, each as the nuggets that its citations show.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from itertools import combinations

Entries = Sequence[Collection[int]]  # for each entry, the numbers of the nuggets that it shows
Days = tuple[date, date]  # first and last


def nugget_recall(entries: Entries, wanted: Collection[int]) -> float:
    """Return the share of the `wanted` nuggets (1 or more) that any entry shows."""
    shown = {number for entry in entries for number in entry}
    return len(shown.intersection(wanted)) / len(wanted)


def entry_precision(entries: Entries) -> float:
    """Return the share of the entries that show a nugget; 0 without entries."""
    return sum(bool(entry) for entry in entries) / len(entries) if entries else 0.0


def no_repeat(entries: Entries) -> float:
    """Return the share of the entries with a nugget that show one which no earlier entry shows; 1 without any."""
    told = [frozenset(entry) for entry in entries if entry]
    new = [not entry <= frozenset().union(*told[:i]) for i, entry in enumerate(told)]
    return sum(new) / len(new) if new else 1.0


def days_right(stated: Sequence[Days | None], true: Sequence[Days | None]) -> float | None:
    """Return the share of the entries with both days, stated and true, whose days meet; None without any."""
    both = [(a, b) for a, b in zip(stated, true, strict=True) if a and b]
    return sum(a[0] <= b[1] and b[0] <= a[1] for a, b in both) / len(both) if both else None


def days_in_order(stated: Sequence[Days | None], *, newest_first: bool = False) -> float | None:
    """Return the share of the pairs of dated entries that stand in the order of their days; None without any.

    The concordant pairs of Kendall's tau (1938, https://doi.org/10.1093/biomet/30.1-2.81); equal days are in order.
    """
    days = [each[0] for each in stated if each]
    pairs = list(combinations(reversed(days) if newest_first else days, 2))
    return sum(a <= b for a, b in pairs) / len(pairs) if pairs else None
