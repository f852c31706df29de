"""The word pieces that a reader reads: both sides cut to what it has room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

LEFT, ALL = 64, 176  # word pieces of the left side, and of everything with [CLS] and twice [SEP]
_CLS, _SEP = 101, 102  # of BERT's vocabulary in lower case


class ReadPieces(NamedTuple):
    """One text of two sides."""

    pieces: list[int]
    left: int  # where the right side begins, behind the first [SEP]


def cut(left: Sequence[int], right: Sequence[int]) -> ReadPieces:
    """Return [CLS] left [SEP] right [SEP], each side cut at its end."""
    first = [_CLS, *left[:LEFT], _SEP]
    return ReadPieces([*first, *right[: ALL - len(first) - 1], _SEP], len(first))
