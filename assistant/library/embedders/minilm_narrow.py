"""The directions in which the vectors of all-MiniLM-L6-v2 differ most: half of their numbers tell nearly all of them.

They are the leading eigenvectors of X'X, where the rows of X are the vectors of strings of words drawn from the model's
own vocabulary, so that no text had a say in them. `python -m research.fitting.narrowing` makes the file anew and
measures what is lost; see there.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np

from assistant.library.embedders.base import FloatMatrix, unit_rows

WIDTH = 192
FILE = "minilm_narrow.npy"  # [384, 192], columns of unit length, as float16
_COSINE = 0.96  # of two whole vectors, as a share of that of the narrowed ones; .94 to .97 on news, rising with it


def narrow(vectors: FloatMatrix) -> FloatMatrix:
    """[n, 384] -> [n, 192]. What is left out would have made the directions of two texts differ a little more.

    So that cosines stay what they were on average, rows get a length of .96, to be multiplied with unit rows.
    """
    return _COSINE * unit_rows(vectors @ _directions())


@cache
def _directions() -> FloatMatrix:
    with resources.files(__package__).joinpath(FILE).open("rb") as stream:
        found: FloatMatrix = np.load(stream, allow_pickle=False).astype(np.float32)
    return found
