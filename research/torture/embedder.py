"""An embedder that costs next to nothing, for measuring and testing everything but the embedding."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from assistant.library.embedders.base import WORDS_ALONE, FloatMatrix, PassageVectors, Span, unit_rows

_WORDS = re.compile(r"\w+")
_DIRECTIONS = 8192


class HashedTexts:
    """The directions of a text's words, from a fixed table, and as much again that belongs to this text alone.

    Without the latter all texts crowd around their commonest words, and Chroma's graph of nearest neighbours leaves
    some of them without any neighbour that leads to them, which vectors of a real model do not show.
    """

    max_tokens = 254
    calibration = WORDS_ALONE

    def __init__(self, dimension: int = 384) -> None:
        self.name = f"hashed-texts/{dimension}"
        self.dimension = dimension
        self.width = dimension // 2

    def __reduce__(self) -> tuple[type, tuple[int]]:
        """Without its table, which another process makes itself."""
        return HashedTexts, (self.dimension,)

    @cached_property
    def _table(self) -> FloatMatrix:
        return np.random.default_rng(1).standard_normal((_DIRECTIONS, self.dimension)).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A third more than the words, about as many as MiniLM counts."""
        return [-(-4 * text.count(" ") // 3) + 1 for text in texts]

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """One unit row per text."""
        found = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(found, texts, strict=True):
            codes = [zlib.crc32(word.encode()) % _DIRECTIONS for word in _WORDS.findall(text)] or [0]
            words = self._table[codes].sum(axis=0)
            own = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(self.dimension, dtype=np.float32)
            row[:] = words / np.linalg.norm(words) + own / np.linalg.norm(own)
        return unit_rows(found)

    def narrow(self, vectors: FloatMatrix) -> FloatMatrix:
        """The first half of the numbers, which are as good as the others."""
        return vectors[:, : self.width]

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        """Passages, and the sentences within each."""
        whole = self.embed(texts)
        parts = self.embed([text[a:b] for text, inner in zip(texts, spans, strict=True) for a, b in inner])
        ends = np.cumsum([len(inner) for inner in spans])[:-1]
        narrow = np.split(self.narrow(parts), ends)
        return [PassageVectors(vector, own) for vector, own in zip(whole, narrow, strict=True)]
