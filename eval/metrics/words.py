"""Compares the words of an answer with the accepted wordings.

`exact_match` and `token_f1` follow SQuAD's evaluation (Rajpurkar et al. 2016, https://aclanthology.org/D16-1264): lower
case, ASCII punctuation and the articles a, an, the removed, tokens split at white space. They suit answers of a few
words; beside whole sentences F1 is low by nature. `contains` suits those: it asks whether the accepted words stand in
the answer, one after the other, as whole words and whole numbers ("4" is not in "46", nor "1.5" in "21.5").
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def squad_normalised(text: str) -> str:
    """Normalise a text as SQuAD does."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, accepted: Sequence[str]) -> float:
    """Return 1 if the normalised answer equals an accepted one, else 0."""
    given = squad_normalised(answer)
    return float(any(given == squad_normalised(wording) for wording in accepted))


def token_f1(answer: str, accepted: Sequence[str]) -> float:
    """Return the harmonic mean of token precision and recall, best over the accepted wordings, 0..1."""
    return max((_f1(squad_normalised(answer).split(), squad_normalised(w).split()) for w in accepted), default=0.0)


def _f1(given: Sequence[str], right: Sequence[str]) -> float:
    if not given or not right:
        return float(given == right)  # SQuAD 2: no answer is right only where there is none
    shared = sum((Counter(given) & Counter(right)).values())
    return 2 * shared / (len(given) + len(right))


def contains(text: str, wording: str) -> bool:
    """Whether the words of `wording` occur in `text` in a row, ignoring case and punctuation."""
    wanted, words = compared(wording), compared(text)
    if not wanted:
        return False
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words) - len(wanted) + 1))


def compared(text: str) -> list[str]:
    """Return the words and numbers that `contains` compares: case-folded, without articles and thousands' commas."""
    found = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return [_number(word) for word in found if word not in {"a", "an", "the"}]


def _number(word: str) -> str:
    return word.replace(",", "") if _THOUSANDS.fullmatch(word) else word


def parts_found(text: str, parts: Sequence[Sequence[str]]) -> float:
    """Return the share of an answer's parts (1 or more) of which some wording is in `text`, 0..1."""
    return sum(any(contains(text, wording) for wording in part) for part in parts) / len(parts)


def whole_wordings(text: str, parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the wordings of a whole answer for `exact_match` and `token_f1`.

    The wordings of a single part; of several parts one text, which takes of each the wording that `text` has.
    """
    if len(parts) == 1:
        return tuple(parts[0])
    return (" ".join(next((w for w in part if contains(text, w)), part[0]) for part in parts),)
