"""Words of a question that no article holds: typing errors, and words of scripts that are written without spaces.

A term that no article holds is searched as the nearest one that some do.

Text without spaces (see `english.cjk`) is indexed as overlapping pairs of letters (CJK bigrams), and some pairs are no
part of any word: the end of one with the beginning of the next. No article need hold them, and nothing follows where
none does. So what an archive lacks is told from letters that stand in no pair which it holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from assistant.english.cjk import HAN_OR_KANA, LETTER, RUN, letters, pieces
from assistant.english.word_lists import listed
from assistant.library.index import LexicalIndex

_ASKING = listed("cjk_question_pairs")
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_GRAMMAR = re.compile(f"[{_HIRAGANA}]+")  # endings and particles, mostly
_BINDING = re.compile(f"[{_HIRAGANA}的了是在吗嗎呢]+")  # what stands between words, or ends them
_FEWEST = 2  # letters of a word that is named as missing
_SHORTEST = 5  # letters; shorter terms have too many neighbours
_PREFIX = 2  # first letters that must be right: few people err there, and it keeps the search small


def corrected_spelling(term: str, index: LexicalIndex) -> str:
    """Return the most frequent term at edit distance 1 (2 from eight letters on), the nearer first; "" for none."""
    if len(term) < _SHORTEST or not term.isalpha():
        return ""
    most = 2 if len(term) >= 8 else 1
    near = (
        (distance, -frequency, other)
        for other, frequency in index.terms_beginning(term[:_PREFIX]).items()
        if abs(len(other) - len(term)) <= most and (distance := edit_distance(term, other, most)) <= most
    )
    return min(near, default=(0, 0, ""))[2]


def edit_distance(one: str, two: str, most: int) -> int:
    """Return the insertions, deletions, replacements and swaps between two words; `most` + 1 stands for more.

    The optimal string alignment distance, row by row.
    """
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(two, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and b == one[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


@dataclass(frozen=True, slots=True)
class UnspacedWords:
    """What to leave out of a question's terms, and what no article holds."""

    noise: frozenset[str] = frozenset()  # pieces that no article holds, and that need be no part of a word
    unknown: tuple[str, ...] = ()  # words that no article holds, as they are written


def unspaced_words(question: str, holds: Callable[[str], bool]) -> UnspacedWords:
    """Return what no article holds of a question's text without spaces; `holds` says whether one holds a piece."""
    if question.isascii():
        return UnspacedWords()
    noise: set[str] = set()
    unknown: list[str] = []
    for run in RUN.findall(unicodedata.normalize("NFC", question)):
        found = [piece in _ASKING or holds(piece) for piece in pieces(run)]
        words = [word for part in _unknown_parts(run, found) for word in _BINDING.split(part)]
        words = [word for word in words if len(letters(word)) >= _FEWEST]
        named = {piece for word in words for piece in pieces(word)}
        noise.update(_noise(run, found) - named)
        unknown += words
    return UnspacedWords(frozenset(noise), tuple(dict.fromkeys(unknown)))


def is_grammar(term: str) -> bool:
    """Whether a piece is hiragana only, in which Japanese writes endings and particles."""
    return _GRAMMAR.fullmatch(term) is not None


def _covered(found: Sequence[bool]) -> list[bool]:
    """Return for each letter of a run whether it stands in a pair that is found."""
    return [a or b for a, b in pairwise([False, *found, False])]


def _noise(run: str, found: Sequence[bool]) -> set[str]:
    """Return the pieces not found that need not be part of a word: all but those beside other letters not found.

    They lie between two pieces that are found, or share a letter with one that asks, or hold what binds. A letter alone
    is noise too, since pairs may hold it.
    """
    cut = pieces(run)
    if len(letters(run)) < _FEWEST:
        return set() if found[0] else {cut[0]}
    covered = _covered(found)
    asks = [False, *(piece in _ASKING for piece in cut), False]
    return {
        piece
        for i, piece in enumerate(cut)
        if not found[i] and (all(covered[i : i + 2]) or asks[i] or asks[i + 2] or _BINDING.search(piece))
    }


def _unknown_parts(run: str, found: Sequence[bool]) -> Iterator[str]:
    """Yield the parts of a run, as written, in which no letter stands in a pair that is found.

    In scripts of letters rather than signs a part of a word says nothing: there only a whole run counts.
    """
    if len(letters(run)) < _FEWEST:
        return
    covered = iter(_covered(found))
    written = [(letter, [next(covered) for _ in letters(letter)]) for letter in LETTER.findall(run)]
    for is_known, part in groupby(written, key=lambda pair: any(pair[1])):
        text = "".join(letter for letter, _ in part)
        if not is_known and (HAN_OR_KANA.search(text) or text == run):
            yield text
