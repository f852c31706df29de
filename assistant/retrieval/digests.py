"""Digests: articles on many subjects, such as "5 things to know" or "News from around our 50 states".

A digest mentions what other articles are about, often in the words of a question, so it is ranked below them. It is
told by how little its passages have in common: the mean cosine between any two of them is .12 to .19 in nine digests of
ten, and above .38 in three of four among all articles (3,900 news articles, MiniLM).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from assistant.library.library import Library
from assistant.library.packing import CachedVectors, Matrix, unpack_passage

_FEWEST = 4  # passages, or it is too short for a digest
_MOST = 8  # passages of an article that are compared, evenly chosen
_ALIKE = 0.2  # mean cosine below which the passages have no subject in common


def digests(library: Library, rows: Collection[int]) -> frozenset[int]:
    """Those of these rows of `versions` that are digests."""
    found = library.catalog.passage_hashes(sorted(rows))
    hashes = {row: _sample(passages) for row, passages in found.items() if len(passages) >= _FEWEST}
    wanted = [text_hash for sample in hashes.values() for text_hash in sample]
    cached = library.catalog.cached(library.embedder.name, wanted)
    return frozenset(row for row, sample in hashes.items() if is_digest([cached[h] for h in sample if h in cached]))


def is_digest(passages: Sequence[CachedVectors]) -> bool:
    """Whether passages of one article, as many as are known of it, have no subject in common."""
    return len(passages) >= _FEWEST and likeness(np.stack([unpack_passage(p) for p in passages])) < _ALIKE


def likeness(vectors: Matrix) -> float:
    """The mean cosine between any two of these vectors, [n, dimension], unit rows, n above 1."""
    n = len(vectors)
    total = vectors.sum(axis=0)
    return float((total @ total - n) / (n * (n - 1)))


def _sample(hashes: Sequence[bytes]) -> Sequence[bytes]:
    step = max(1, -(-len(hashes) // _MOST))
    return hashes[::step]
