"""Copies: the same story printed again, word for word or lightly edited, by another outlet or under another headline.

Two texts are compared by their shingles, runs of five words. A sketch of them (MinHash: Broder 1997, "On the
resemblance and containment of documents") is stored with each text; texts whose sketches agree in one of their bands
are then compared in full, so that no estimate decides. Copies are

- texts that share six tenths of their shingles, or of which the shorter one is nearly whole in the longer one,
- of days that lie at most a month apart: a piece that is printed anew each year has new facts in it,
- and not a page that was never captured: a notice for readers ("sign up to go on") stands word for word under many
  headlines of one outlet.

Sketch and bands: 64 hashes in 16 bands of 4 find a pair that shares .6 of its shingles with probability
1 - (1 - .6**4)**16 = .89, one that shares .8 with .9998.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import date

SKETCH_VERSION = 1  # changes whenever sketches may
_HASHES, _BANDS = 64, 16
_ROWS = _HASHES // _BANDS
_SEED = 42
_WORDS_A_SHINGLE = 5
_SHARED = 0.6  # Jaccard of the shingles
_CONTAINED = 0.9  # share of the shorter text's shingles that the longer one has
_DAYS = 31
_FEWEST = 40  # shingles; shorter texts are too alike to tell
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """One article as it was printed."""

    text: str
    title: str
    outlet: str
    published: date | None


def shingles(text: str) -> frozenset[str]:
    """The runs of five words of a text, in small letters and without punctuation; none for less than five words."""
    words = [word.lower() for word in _WORD.findall(text)]
    return frozenset(
        " ".join(words[i : i + _WORDS_A_SHINGLE]) for i in range(max(0, len(words) - _WORDS_A_SHINGLE + 1))
    )


def bands(text: str) -> tuple[int, ...]:
    """Sixteen signed 64-bit numbers; two texts that have one of them in common, at the same place, may be copies.

    A text of less than 40 shingles has none.
    """
    found = shingles(text)
    if len(found) < _FEWEST:
        return ()
    from rensa import RMinHash

    sketch = RMinHash(num_perm=_HASHES, seed=_SEED)
    sketch.update(sorted(found))
    hashes = sketch.digest()
    return tuple(_folded(hashes[band * _ROWS : (band + 1) * _ROWS]) for band in range(_BANDS))


def _folded(hashes: list[int]) -> int:
    """Four 32-bit numbers as one of 64 bits, by FNV-1a."""
    value = 0xCBF29CE484222325
    for byte in struct.pack(f"<{_ROWS}I", *hashes):
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return int(struct.unpack("<q", struct.pack("<Q", value))[0])


def are_copies(one: Print, other: Print) -> bool:
    """Whether both print the same story."""
    if one.published and other.published and abs((one.published - other.published).days) > _DAYS:
        return False
    if _never_captured(one, other):
        return False
    a, b = shingles(one.text), shingles(other.text)
    fewer = min(len(a), len(b))
    if fewer < _FEWEST:
        return False
    shared = len(a & b)
    return shared >= _SHARED * (len(a) + len(b) - shared) or shared >= _CONTAINED * fewer


def _never_captured(one: Print, other: Print) -> bool:
    """The same words under two headlines of one outlet on two days: what a page shows instead of its article."""
    return (
        one.text == other.text
        and one.outlet.casefold() == other.outlet.casefold()
        and one.title.casefold() != other.title.casefold()
        and one.published != other.published
    )
