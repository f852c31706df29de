"""The passages nearest in meaning within a filter, at a cost that does not grow with the library.

A vector index that is given a filter looks at the fields of every passage it holds, whether they match or not: 2.4 µs
of the processor for each under a range of days, .8 for each under an outlet. Above `SCANNED` passages it is therefore
asked without a filter. The lexical index, which finds what lies within one by lists made for that, says how many
passages do, and then

- of a few, the cosines are computed from the vectors in the catalog: exact, so a filter that leaves fifty of a million
  passages finds the fifty;
- of many, more are asked for than are wanted, and those outside are dropped. What lies within may lie far from the
  question, so where too few remain more are asked for, until computing all would be cheaper.

Both costs are known beforehand, and the cheaper way is taken. An index that keeps passages apart by their days goes
through those of the days asked for alone, and looks at no field where all of their days are within.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from assistant.library.embedders.base import FloatVector
from assistant.library.index import Hit, LexicalIndex
from assistant.library.library import Library
from assistant.library.packing import cosines
from assistant.records import Filters

SCANNED = 20_000  # passages up to which the vector index looks at the fields of all: 45 ms there, 140 at 60,000
# Microseconds of the processor, measured at 86,000 passages (`python -m research.bench.filters`):
COMPUTED_US = 12.0  # for a passage whose vector is read from the catalog and multiplied
WALKED_US = 5.0  # for a passage that the vector index finds
_NAMED_US = 8.5  # to ask of one passage that was found whether it lies within
_LISTED_US = 0.7  # for each passage within, to list them all instead
_SLACK = 1.5  # times as many are asked for as would do if the filter had nothing to do with the question: enough for
# nine questions of ten, where 1.1 is for six
_MOST_MORE = 8.0  # times as many, when they are asked for again


def nearest_passages(library: Library, vector: FloatVector, limit: int, filters: Filters) -> list[Hit]:
    """Return the `limit` passages nearest to `vector` by cosine that pass the filters, best first.

    Where fewer pass, those. The indexes must be open to use (`Library.ready`).
    """
    reach = library.indexes.vectors.reach(filters, library.size)
    if reach.scanned <= SCANNED:
        return library.indexes.vectors.search(vector, limit, filters)
    inside = library.indexes.lexical.count_within(filters)
    wanted = min(limit, inside)
    asked = round(_SLACK * wanted * reach.passages / max(1, inside))
    lies_within = _Within(library.indexes.lexical, filters, inside)
    while WALKED_US * asked < COMPUTED_US * inside:
        hits = library.indexes.vectors.search(vector, asked, filters, loosely=True)
        kept = lies_within.of(hits)
        if len(kept) >= wanted or len(hits) < asked:
            return kept[:limit]
        asked = round(asked * min(_MOST_MORE, _SLACK * wanted / max(1, len(kept))))
    return _computed(library, vector, lies_within.listed)[:limit]


class _Within:
    """Tells which of some passages lie within a filter, `inside` of all."""

    def __init__(self, index: LexicalIndex, filters: Filters, inside: int) -> None:
        self._index = index
        self._filters = filters
        self._inside = inside

    @cached_property
    def listed(self) -> frozenset[int]:
        """All that lie within."""
        return frozenset(self._index.within(self._filters)) if self._inside else frozenset()

    def of(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return those of the passages that lie within, in their order."""
        if _LISTED_US * self._inside < _NAMED_US * len(hits):
            return [hit for hit in hits if hit.passage_id in self.listed]
        within = set(self._index.within(self._filters, [hit.passage_id for hit in hits]))
        return [hit for hit in hits if hit.passage_id in within]


def _computed(library: Library, vector: FloatVector, keys: Collection[int]) -> list[Hit]:
    """Return these passages by their exact cosines, best first; without those whose vectors are lost."""
    held = library.catalog.passage_vectors(library.embedder.name, sorted(keys))
    hits = (Hit(key, cosine) for key, cosine in zip(held, cosines(list(held.values()), vector), strict=True))
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))
