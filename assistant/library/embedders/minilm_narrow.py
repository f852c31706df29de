"""The directions in which the vectors of all-MiniLM-L6-v2 differ most: half of their numbers tell nearly all of them.

They are the leading eigenvectors of X'X, where the rows of X are the vectors of strings of words drawn from the model's
own vocabulary, so that no text had a say in them. `python -m eval.experiments.narrowing` makes the file anew and
measures what is lost; see there.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np

from assistant.library.embedders.base import FloatMatrix

WIDTH = 192
FILE = "minilm_narrow.npy"  # [384, 192], columns of unit length, as float16


def narrow(vectors: FloatMatrix) -> FloatMatrix:
    """[n, 384] -> [n, 192]; lengths shrink by a twentieth or so."""
    return vectors @ _directions()


@cache
def _directions() -> FloatMatrix:
    with resources.files(__package__).joinpath(FILE).open("rb") as stream:
        found: FloatMatrix = np.load(stream, allow_pickle=False).astype(np.float32)
    return found
