"""What the pairs of letters in a question say, where it is written without spaces: see `english.cjk`.

Some pairs are no part of any word: the end of one with the beginning of the next. No article need hold them, and
nothing follows where none does. So what an archive lacks is told from letters that stand in no pair which it holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from assistant.english.cjk import HAN_OR_KANA, LETTER, RUN, letters, pieces

# Pairs that ask or bind, in Chinese and Japanese, and say nothing of the subject.
_ASKING = """
什么 什麼 甚麼 怎么 怎麼 为什 為什 为何 為何 如何 多少 哪里 哪裡 哪些 哪个 哪個 是谁 是誰
何时 何時 时候 時候 是否 几个 幾個 几人 几名 有没 沒有 没有
なぜ どこ いつ だれ 誰が どう どの どれ いく くら 何が 何を 何人 何名 何年 何月 何日 何件
です ます まし した たか すか でし せん ませ して てい いる いた れた され から まで とい いう
につ つい いて によ より って のは のか こと うか しょ ょう
"""
ASKING = frozenset(_ASKING.split())
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_GRAMMAR = re.compile(f"[{_HIRAGANA}]+")  # endings and particles, mostly
_BINDING = re.compile(f"[{_HIRAGANA}的了是在吗嗎呢]+")  # what stands between words, or ends them
_FEWEST = 2  # letters of a word that is named as missing


@dataclass(frozen=True, slots=True)
class Unspaced:
    """What is to be left out of a question's terms, and what no article holds."""

    noise: frozenset[str] = frozenset()  # pieces that no article holds, and that need be no part of a word
    unknown: tuple[str, ...] = ()  # words that no article holds, as they are written


def look_up(question: str, holds: Callable[[str], bool]) -> Unspaced:
    """`holds` tells whether some article holds a piece."""
    if question.isascii():
        return Unspaced()
    noise: set[str] = set()
    unknown: list[str] = []
    for run in RUN.findall(unicodedata.normalize("NFC", question)):
        found = [piece in ASKING or holds(piece) for piece in pieces(run)]
        words = [word for part in _unknown_parts(run, found) for word in _BINDING.split(part)]
        words = [word for word in words if len(letters(word)) >= _FEWEST]
        named = {piece for word in words for piece in pieces(word)}
        noise.update(_noise(run, found) - named)
        unknown += words
    return Unspaced(frozenset(noise), tuple(dict.fromkeys(unknown)))


def is_grammar(term: str) -> bool:
    """Whether a piece is of hiragana alone, which Japanese writes its endings and particles in."""
    return _GRAMMAR.fullmatch(term) is not None


def _covered(found: Sequence[bool]) -> list[bool]:
    """For each letter of a run whether it stands in a pair that is found."""
    return [a or b for a, b in pairwise([False, *found, False])]


def _noise(run: str, found: Sequence[bool]) -> set[str]:
    """Pieces not found that need be no part of a word: all but those beside other letters that are not found.

    They lie between two pieces that are found, or share a letter with one that asks, or hold what binds. A letter alone
    is noise too, since pairs may hold it.
    """
    cut = pieces(run)
    if len(letters(run)) < _FEWEST:
        return set() if found[0] else {cut[0]}
    covered = _covered(found)
    asks = [False, *(piece in ASKING for piece in cut), False]
    return {
        piece
        for i, piece in enumerate(cut)
        if not found[i] and (all(covered[i : i + 2]) or asks[i] or asks[i + 2] or _BINDING.search(piece))
    }


def _unknown_parts(run: str, found: Sequence[bool]) -> Iterator[str]:
    """The parts of a run, as written, in which no letter stands in a pair that is found.

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
