"""Sentences that need their neighbours: a quotation over several sentences, a correction and the value that is right.

A sentence is quoted together with those before and after it that it can't be understood without, up to three in all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.english.word_classes import points_back

MOST_TOGETHER = 3  # sentences that are cited as one

_MARK = re.compile('[“”"]')
# What a correction says was wrong: the sentence after it mostly says what is right.
_MISSTATED = re.compile(
    r"\b(?:misstated|misreported|misidentified|misspelled|misquoted|incorrectly|erroneously|wrongly|in error"
    r"|inaccurately)\b",
    re.IGNORECASE,
)
# What a correction printed before, by the formulas of newspapers; what is right follows within two sentences.
_RETOLD = re.compile(
    r"\b(?:(?:an?|the) (?:earlier|previous|original) version\b"
    r"|this (?:article|story|report) (?:originally|earlier|previously)"
    r"|(?:that )?we (?:printed|published)\b|our (?:report|article|story|headline|caption)s?\b)[^.]*\b"
    r"(?:said|gave|stated|put|described|named|reported|had it)\b",
    re.IGNORECASE,
)
_PUT_RIGHT = re.compile(r"\b(?:in fact|correct|exchanged|actually|should have|rather than|not)\b|^According to\b")


def needed_around(sentences: Sequence[str], i: int, *, back: bool = True) -> tuple[int, int]:
    """Return how many sentences before and after sentence `i` it needs; at most two together.

    Without `back` the one before is not needed just because this one points back to it ("He said …").
    """
    before, after = _rest_of_quotation(sentences, i)
    room = MOST_TOGETHER - 1 - before - after
    if room and after == 0:
        after = min(room, _leading_on(sentences, i))
        room -= after
    if room and back and before == 0 and i > 0 and points_back(sentences[i]):
        before = 1
    return before, after


def retells_an_error(sentence: str) -> bool:
    """Whether a sentence tells what was printed wrongly: "A report that we printed said …", "misstated …"."""
    return _RETOLD.search(sentence) is not None or _MISSTATED.search(sentence) is not None


def _leading_on(sentences: Sequence[str], i: int) -> int:
    """Return how many sentences after one hold what it announces, or what is right where it tells an error."""
    following = len(sentences) - 1 - i
    if not following:
        return 0
    if _RETOLD.search(sentences[i]) and not _MISSTATED.search(sentences[i]):
        right = [n for n in (1, 2) if n <= following and _PUT_RIGHT.search(sentences[i + n])]
        return max(right, default=0)
    return int(retells_an_error(sentences[i]) or sentences[i].rstrip().endswith(":"))


def _rest_of_quotation(sentences: Sequence[str], i: int) -> tuple[int, int]:
    """Return how many sentences before and after hold the rest of the quotation that sentence `i` is a part of.

    None where it does not begin or end within reach: then a mark is missing, or the quotation is too long to be shown.
    """
    opened, left_open = quotation_ends(sentences[i])
    before = after = 0
    if not opened:
        before = next((n for n in _steps(i, -1, sentences) if quotation_ends(sentences[i - n])[1]), MOST_TOGETHER)
    if left_open:
        after = next((n for n in _steps(i, 1, sentences) if not quotation_ends(sentences[i + n])[0]), MOST_TOGETHER)
    return (before, after) if before + after < MOST_TOGETHER else (0, 0)


def _steps(i: int, direction: int, sentences: Sequence[str]) -> range:
    room = i if direction < 0 else len(sentences) - 1 - i
    return range(1, min(MOST_TOGETHER - 1, room) + 1)


def quotation_ends(text: str) -> tuple[bool, bool]:
    """Return whether every quotation that ends in a text begins in it, and whether one that begins does not end."""
    depth, opened = 0, True
    for mark in _MARK.finditer(text):
        opens = mark[0] == "“" or (mark[0] == '"' and _stands_before(text, mark.start()))
        if opens:
            depth = 1
        else:
            opened = opened and depth > 0
            depth = 0
    return opened, depth > 0


def _stands_before(text: str, at: int) -> bool:
    """Whether a straight mark stands before what it quotes, and not after it."""
    return at == 0 or text[at - 1] in " \t\n\u00a0([—–-'‘“"
