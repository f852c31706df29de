"""Word lists, kept as data files beside the code: one entry a line, "#" begins a comment that says what and why.

A list belongs in a file when it is long enough to be looked through or extended; a handful of function words that only
one rule reads stays beside that rule, written with `word_set`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("data")


@cache
def word_list(name: str) -> tuple[str, ...]:
    """Return the entries of `data/NAME.txt` in the order of the file, each once."""
    lines = (line.split("#")[0].strip() for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def listed(*names: str) -> frozenset[str]:
    """Return the entries of one or more word lists, for lookups."""
    return frozenset(entry for name in names for entry in word_list(name))


def word_set(text: str) -> frozenset[str]:
    """Return the words of a short list that is written out in the code."""
    return frozenset(text.split())
