"""Quantisation of vectors, as the catalog caches them: directions alone, since every vector has unit length.

A passage has one byte a number, which changes a cosine by less than .003. A sentence has four bits a number, which
changes a cosine by .004 on average and by less than .05 (a narrowed one by .009 and .1): the sixteen levels are those
that lose least on numbers that are normally distributed (Max 1960, doi:10.1109/TIT.1960.1057548), and the numbers of an
embedding nearly are. What goes into the vector index is read back from this form, so that an index built again from the
cache is the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.library.embedders.base import FloatMatrix, FloatVector, PassageVectors

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]
CachedVectors = tuple[bytes, bytes | None]  # passage; sentences, or None when the embedder gives none

_POSITIVE = (0.1284, 0.3881, 0.6568, 0.9424, 1.2562, 1.6181, 2.0690, 2.7326)
_LEVELS = np.array([-level for level in reversed(_POSITIVE)] + list(_POSITIVE), np.float32)
_BORDERS = (_LEVELS[1:] + _LEVELS[:-1]) / 2
_BLOCK = 1000  # rows multiplied at once: for more, threads are woken (2,000 rows: 8 ms of the processor, not .7)
_STEPS = 32  # in one standard deviation; which level is nearest is looked up at this resolution
_CODES = np.searchsorted(_BORDERS, np.arange(256).astype(np.uint8).view(np.int8) / _STEPS).astype(np.uint8)
_PAIRS = np.stack([np.repeat(_LEVELS, 16), np.tile(_LEVELS, 16)], axis=1)  # the two numbers that a byte stands for


def pack(computed: Sequence[PassageVectors]) -> list[CachedVectors]:
    """Vectors as they are cached; together, since one by one takes four times as long."""
    passages = pack_passages(np.stack([vectors.passage for vectors in computed]))
    given = [vectors.sentences for vectors in computed if vectors.sentences is not None]
    borders = np.cumsum([len(rows) for rows in given])[:-1]
    sentences = iter(np.split(pack_sentences(np.concatenate(given)), borders) if given else ())
    return [
        (passage.tobytes(), None if vectors.sentences is None else next(sentences).tobytes())
        for passage, vectors in zip(passages, computed, strict=True)
    ]


def pack_passages(vectors: FloatMatrix) -> npt.NDArray[np.int8]:
    """One byte a number: [n, dimension], rows of any length -> [n, dimension]."""
    peak = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0.0), 1e-12)
    packed: npt.NDArray[np.int8] = np.rint(vectors / peak * 127).astype(np.int8)
    return packed


def pack_sentences(vectors: FloatMatrix) -> npt.NDArray[np.uint8]:
    """Four bits a number: [n, width], rows of any length -> [n, width / 2, rounded up]."""
    scale = np.maximum(np.sqrt(np.mean(np.square(vectors), axis=1, keepdims=True)), 1e-12)
    steps = np.clip(vectors * (_STEPS / scale), -127, 127).astype(np.int8)
    codes = _CODES[steps.view(np.uint8)]
    if codes.shape[1] % 2:
        codes = np.pad(codes, ((0, 0), (0, 1)))
    packed: npt.NDArray[np.uint8] = codes[:, ::2] << 4 | codes[:, 1::2]
    return packed


def cosines(cached: Sequence[CachedVectors], vector: FloatVector) -> list[float]:
    """The cosine of each passage with `vector`, which has unit length."""
    found: list[float] = []
    for at in range(0, len(cached), _BLOCK):
        block = cached[at : at + _BLOCK]
        joined = np.frombuffer(b"".join(passage for passage, _ in block), dtype=np.int8)
        matrix = joined.reshape(len(block), -1).astype(np.float32)
        found += (matrix @ vector / np.linalg.norm(matrix, axis=1)).tolist()
    return found


def unpack_passage(cached: CachedVectors) -> FloatVector:
    """The passage's vector, [dimension], unit length."""
    found: FloatVector = np.frombuffer(cached[0], dtype=np.int8).astype(np.float32)
    return found / np.linalg.norm(found)


def unpack_sentences(cached: CachedVectors, width: int) -> Matrix | None:
    """The narrowed vectors of the passage's sentences, [n, width], unit rows; None when there are none."""
    return None if cached[1] is None else unpack_rows(cached[1], width)


def unpack_rows(packed: bytes, width: int) -> Matrix:
    """What `pack_sentences` packed, [n, width], unit rows."""
    codes = np.frombuffer(packed, dtype=np.uint8).reshape(-1, (width + 1) // 2)
    found = _PAIRS[codes].reshape(len(codes), -1)[:, :width]
    unit: Matrix = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit
