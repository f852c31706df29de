"""Chinese, Japanese, Korean, Thai and their like: overlapping bigrams of letters.

Their words are not parted by spaces, or take too many endings. A run of letters is cut into overlapping pairs, so that
a word is found wherever it stands, without a dictionary: "大雨警報" becomes 大雨, 雨警, 警報, as by Lucene's
`CJKBigramFilter`. The pairs are neighbours in the index, so a phrase is still found as a phrase. A single letter stays.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_HAN = "\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
_THAI_AND_LAO = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf"
_KHMER_AND_BURMESE = "\u1780-\u17d3\u17d7\u17dc\u17dd\u1000-\u103f\u1050-\u108f\u109a-\u109d"
# Marks that are no letters to the index, which would cut there: tones, silencers, sounds of kana written apart.
_MARKS = (
    "\u0e47-\u0e4c\u0e4e\u0eba\u0ec8-\u0ecc\u17b4\u17b5\u17c9-\u17d3\u17dd\u1037\u1039\u103a\u3099-\u309c\uff9e\uff9f"
)
_LETTERS = _HAN + _KANA + _HANGUL + _THAI_AND_LAO + _KHMER_AND_BURMESE

RUN = re.compile(f"(?![{_MARKS}])[{_LETTERS}][{_LETTERS}{_MARKS}]*")
"""Letters of such scripts that stand together."""

LETTER = re.compile(f"[{_LETTERS}][{_MARKS}]*")
"""One of them with its marks, as it is written."""

HAN_OR_KANA = re.compile(f"[{_HAN}{_KANA}]")
_MARK = re.compile(f"[{_MARKS}]")


def letters(run: str) -> str:
    """Return the letters of a run as they are indexed: full width, composed, without tone marks."""
    return _MARK.sub("", unicodedata.normalize("NFKC", run))


def pieces(run: str) -> list[str]:
    """Return the overlapping pairs of a run's letters, or a single letter as it is."""
    known = letters(run)
    return [a + b for a, b in pairwise(known)] if len(known) > 1 else [known]


def cut_runs(text: str) -> str:
    """Return the text with its runs cut into pairs between spaces; other text unchanged."""
    if text.isascii():
        return text
    return RUN.sub(lambda run: f" {' '.join(pieces(run[0]))} ", text)


def is_piece(term: str) -> bool:
    """Whether a term of the index is a pair of such letters rather than a word."""
    return not term.isascii() and RUN.fullmatch(term) is not None
