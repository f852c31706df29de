"""An embedder that needs nothing: hashed bags of words. Texts that share words are near, other texts are not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from assistant.library.embedders.base import WORDS_ALONE, FloatMatrix, FloatVector, PassageVectors, Span, unit_rows

_WORDS = re.compile(r"\w+")


@cache
def _word_vector(word: str, dimension: int) -> FloatVector:
    """A random direction that depends on the word alone, equal in every process."""
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], "little")
    return np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)


class BagOfWordsEmbedder:
    """The sum of the vectors of a text's first `max_tokens` words; a text without words has a direction of its own."""

    calibration = WORDS_ALONE

    def __init__(self, dimension: int = 64, max_tokens: int = 254, *, narrowed: bool = False) -> None:
        self.name = f"bag-of-words/{dimension}"
        self.dimension = dimension
        self.width = dimension // 2 if narrowed else None
        self.max_tokens = max_tokens
        self.embedded: list[str] = []  # every text in the order in which it was embedded

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORDS.findall(text)) for text in texts]

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        self.embedded += texts
        return unit_rows(np.array([self._sum(text) for text in texts], np.float32).reshape(-1, self.dimension))

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        whole = self.embed(texts)
        return [
            PassageVectors(vector, self._sentences(text, parts))
            for vector, text, parts in zip(whole, texts, spans, strict=True)
        ]

    def narrow(self, vectors: FloatMatrix) -> FloatMatrix:
        return vectors[:, : self.width]

    def _sentences(self, text: str, spans: Sequence[Span]) -> FloatMatrix:
        rows = [self._sum(text[start:end]) for start, end in spans]
        return self.narrow(unit_rows(np.array(rows, np.float32).reshape(-1, self.dimension)))

    def _sum(self, text: str) -> FloatVector:
        words = _WORDS.findall(text.lower())[: self.max_tokens] or [""]
        total: FloatVector = np.sum([_word_vector(word, self.dimension) for word in words], axis=0)
        return total
