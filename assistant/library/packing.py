"""Vectors in the form in which the catalog caches them.

float16 for a passage changes a cosine by less than .001, int8 directions for its sentences by less than .01. What goes
into the vector index is read back from this form, so that an index built again from the cache is the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.library.embedders.base import PassageVectors
from assistant.library.vectors import Vector

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]
CachedVectors = tuple[bytes, bytes | None]  # passage; sentences, or None when the embedder gives none


def pack(computed: PassageVectors) -> CachedVectors:
    """Vectors as they are cached."""
    sentences = None
    if computed.sentences is not None:
        peak = np.maximum(np.abs(computed.sentences).max(axis=1, keepdims=True, initial=0.0), 1e-12)
        sentences = np.rint(computed.sentences / peak * 127).astype(np.int8).tobytes()
    return computed.passage.astype("<f2").tobytes(), sentences


def cosines(cached: Sequence[CachedVectors], vector: Vector) -> list[float]:
    """The cosine of each passage with `vector`, which has unit length."""
    if not cached:
        return []
    joined = np.frombuffer(b"".join(passage for passage, _ in cached), dtype="<f2")
    matrix = joined.reshape(len(cached), -1).astype(np.float32)
    found: list[float] = (matrix @ vector / np.linalg.norm(matrix, axis=1)).tolist()
    return found


def unpack_passage(cached: CachedVectors) -> Vector:
    """The passage's vector, [dimension], unit length."""
    found: Vector = np.frombuffer(cached[0], dtype="<f2").astype(np.float32)
    return found / np.linalg.norm(found)


def unpack_sentences(cached: CachedVectors) -> Matrix | None:
    """The vectors of the passage's sentences, [n, dimension], unit rows; None when there are none."""
    if cached[1] is None:
        return None
    dimension = len(cached[0]) // 2
    found = np.frombuffer(cached[1], dtype=np.int8).reshape(-1, dimension).astype(np.float32)
    unit: Matrix = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return unit
