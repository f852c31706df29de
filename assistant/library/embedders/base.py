"""The contract of every embedder, and the few vector operations that they share.

All vectors are float32 and of unit length, so that the dot product of two of them is their cosine, -1..1, higher is
nearer. An embedder is cheap to make: models are loaded and servers asked when the first text is embedded.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

FloatVector = npt.NDArray[np.float32]  # [d]
FloatMatrix = npt.NDArray[np.float32]  # [n, d]
Span = tuple[int, int]  # characters of a text: start included, end excluded


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """The vectors of one passage and of the sentences within it."""

    passage: FloatVector  # [d], unit length
    sentences: FloatMatrix | None  # [spans, w], narrowed; None when the embedder cannot give them at no further cost


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients of the regression that says how likely the evidence holds an answer (`retrieval.confidence`).

    They belong to an embedder, since every one spreads its cosines differently.
    """

    meaning: float  # of the best cosine of a sentence with the question
    covered: float  # of the share of the question's weighted terms in one of the best passages, 0..1
    lead: float  # of the share of them in the title and first lines of the best passage's article, 0..1
    pairs: float  # of the share of its neighbouring terms that are neighbours in some candidate, 0..1
    names: float  # of the share of its terms that are names, 0..1
    concentrated: float  # of the share of the best sentences that one article holds, 0..1
    days: float  # of whether one of the best sentences speaks of a day asked about, -1..1
    constant: float


WORDS_ALONE = Calibration(0.0, 4.0, 1.0, 4.0, -5.0, 7.0, 1.0, -4.5)
"""For an embedder on which nothing was fitted: its cosines may lie anywhere, so they are not used."""


class Embedder(Protocol):
    """Turns texts into vectors whose dot product says how near their meanings are.

    It can be pickled, without what it has loaded, so that other processes can count tokens as it does.
    """

    @property
    def name(self) -> str:
        """Everything that changes a vector, e.g. "minilm-l6-v2/int8": vectors of equal names may be compared."""

    @property
    def dimension(self) -> int:
        """Width of every vector; a server whose width is not configured is asked for it."""

    @property
    def width(self) -> int | None:
        """Numbers of a narrowed vector, w; None when it has as many as the whole one."""

    @property
    def max_tokens(self) -> int:
        """Tokens, as `count_tokens` counts them, that are read of one text; what follows is ignored or refused."""

    @property
    def calibration(self) -> Calibration:
        """How near vectors must be for an answer; `WORDS_ALONE` where nothing was fitted on this embedder."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The length of each text in the embedder's own tokens, without special tokens; not cut at `max_tokens`."""

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """One unit row per text, in their order: [n, d]. A text's vector does not depend on its neighbours."""

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        """Vectors of passages and, from the same reading, of the sentences at `spans` within each."""

    def narrow(self, vectors: FloatMatrix) -> FloatMatrix:
        """The same vectors in fewer numbers, [n, d] -> [n, w].

        The vector index and the sentences are kept so, as directions alone: the dot product of a row with the unit
        vector of another one is nearly the cosine of the whole vectors.
        """


def unit_rows(matrix: FloatMatrix) -> FloatMatrix:
    """The rows, none of them zero, scaled to length 1."""
    lengths = np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
    scaled: FloatMatrix = (matrix / lengths).astype(np.float32)
    return scaled


def usable_cores() -> int:
    """Return the number of cores that this process may use, 1 or more."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
