"""Quotations: words in quotation marks must be verbatim in a cited sentence.

Allowed are differences of typography only: the kind of quotation marks and dashes, white space, the case of the first
letter, a comma or full stop that the quotation ends with, and an ellipsis that joins parts in their order. Nothing is
compared approximately, except to tell the reader that the source has other words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from assistant.checks.claim import Claim, Finding, Sources, join_neighbours
from assistant.english.words import clipped
from assistant.records import Verdict

_LONGEST_SINGLE = 600  # characters between single quotation marks; apostrophes further apart are no pair
_ALTERED = 0.6  # share of a quotation's words that a sentence must hold in order to be named as its altered source
_SIGNS = str.maketrans(
    {
        **dict.fromkeys('"“”„‟«»‘’‚‛‹›`´′″', "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
        "…": "...",
    }
)
_GAP = re.compile(r"\s*(?:\[\s?(?:\.\.\.|\. \. \.)\s?\]|\(\s?(?:\.\.\.)\s?\)|\.\.\.|\. \. \.)\s*")
_AROUND_DASH = re.compile(r" ?(-+) ?")
_SINGLE_OPEN = re.compile(r"(?<![\w’'])[‘'](?=[^\W_])")
_SINGLE_CLOSE = re.compile(r"(?<=[^\s(\[])[’'](?!\w)")
_WORD = re.compile(r"\w+")
_OPEN_TO_CLOSE = {"“": "”", "«": "»", "„": "“”", "‹": "›"}
_DOUBLE = re.compile('["“”«»„]')


class Quotation(NamedTuple):
    """Words between quotation marks, without the marks."""

    text: str
    start: int  # characters, of the words
    end: int

    @property
    def short(self) -> bool:
        """A single word, which may be in marks for irony."""
        return len(_WORD.findall(self.text)) < 2


def find_quotations(text: str) -> tuple[Quotation, ...]:
    """The quotations of a statement in order. A mark without a partner quotes up to the end, or from the beginning."""
    double = list(_double(text))
    if double:
        return tuple(double)
    return tuple(_single(text))


def check_quotations(claim: Claim) -> list[Finding]:
    """A finding for every quotation that is not in a cited sentence; a mild one when it is in the article's title.

    A statement may also repeat the whole question in quotation marks.
    """
    asked = claim.question
    quotations = [q for q in find_quotations(claim.text) if not (asked and same_words(q.text, asked))]
    found = [_check(quotation, claim.sources) for quotation in quotations]
    return [finding for finding in found if finding]


def same_words(text: str, other: str) -> bool:
    """Whether two texts differ in typography only."""
    return canonical(text).strip("'. ") == canonical(other).strip("'. ")


def _double(text: str) -> Iterator[Quotation]:
    marks = [(m.start(), m[0]) for m in _DOUBLE.finditer(text)]
    i = 0
    while i < len(marks):
        at, mark = marks[i]
        if mark in "”»" or (mark == '"' and len(marks) - i == 1 and _closes(text, at)):
            yield Quotation(text[:at], 0, at)  # it was opened in an earlier statement
            i += 1
            continue
        wanted = _OPEN_TO_CLOSE.get(mark, mark)
        close = next((j for j in range(i + 1, min(i + 8, len(marks))) if marks[j][1] in wanted + '"'), None)
        end = marks[close][0] if close is not None else len(text)
        yield Quotation(text[at + 1 : end], at + 1, end)
        i = close + 1 if close is not None else len(marks)


def _closes(text: str, at: int) -> bool:
    return at > 0 and not text[at - 1].isspace() and not text[at + 1 : at + 2].isalnum()


def _single(text: str) -> Iterator[Quotation]:
    """Single marks quote when they stand outside words and hold at least two words."""
    after = 0
    for opening in _SINGLE_OPEN.finditer(text):
        if opening.start() < after:
            continue
        closing = _SINGLE_CLOSE.search(text, opening.end(), min(len(text), opening.end() + _LONGEST_SINGLE))
        if closing and len(_WORD.findall(text, opening.end(), closing.start())) > 1:
            yield Quotation(text[opening.end() : closing.start()], opening.end(), closing.start())
            after = closing.end()


def _check(quotation: Quotation, sources: Sources) -> Finding | None:
    parts = _parts(quotation.text)
    if not parts or _holds(sources.texts, parts) or _holds(sources.publishers, parts):
        return None
    shown = clipped(quotation.text)
    if _holds(sources.titles, parts):
        return Finding(Verdict.PARTLY, f"the quoted words are in the title, not in the {sources.noun}: “{shown}”")
    if quotation.short:
        return Finding(Verdict.PARTLY, f"the word in quotation marks is not in the {sources.noun}: “{shown}”")
    return Finding(Verdict.MISQUOTED, _altered(parts, shown, sources), certain=True)


def _altered(parts: list[str], shown: str, sources: Sources) -> str:
    """What to say of words that no cited sentence holds: where they are, or what is there instead."""
    for other in sources.others:
        if _holds((other.text,), parts):
            return f"the quoted words are in [{other.number}], not in {sources.label}: “{shown}”"
    if _holds(join_neighbours((*sources.cited, *sources.others)), parts):
        return f"the quoted words are only partly in {sources.label}: “{shown}”"
    nearest = nearest_words(parts, sources.texts)
    if nearest:
        return f"quoted words differ: “{shown}”, the source has “{clipped(nearest)}”"
    return f"quoted words not in the {sources.noun}: “{shown}”"


@lru_cache(maxsize=256)
def canonical(text: str) -> str:
    """The text with one kind of quotation mark, dash and space."""
    plain = unicodedata.normalize("NFC", text).translate(_SIGNS)
    return _AROUND_DASH.sub(r"\1", " ".join(plain.split()))


def _parts(quotation: str) -> list[str]:
    """The parts of a quotation between its ellipses, without what its typography may add at the ends."""
    parts = (part.strip(" '") for part in _GAP.split(canonical(quotation)))
    return [part for part in (p.rstrip(",.; ").strip(" '") for p in parts) if _WORD.search(part)]


def _holds(texts: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether one text holds all parts in order, each between word boundaries."""
    return any(_holds_all(canonical(text), parts) for text in texts)


def _holds_all(text: str, parts: Sequence[str]) -> bool:
    at = 0
    for part in parts:
        found = _find(text, part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _find(text: str, part: str, at: int) -> int:
    """Where `part` stands from `at` on, as whole words and numbers, or -1; its first letter may differ in case."""
    places = [_find_exact(text, first + part[1:], at) for first in {part[0], part[0].swapcase()} if len(first) == 1]
    return min((place for place in places if place >= 0), default=-1)


def _find_exact(text: str, part: str, at: int) -> int:
    place = text.find(part, at)
    while place >= 0 and not _is_whole(text, place, place + len(part)):
        place = text.find(part, place + 1)
    return place


def _is_whole(text: str, start: int, end: int) -> bool:
    """False where a word or number is cut: "17" in "2017", "5" in "5.4" or "$1,5"."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if text[start].isalnum() and before[-1:].isalnum():
        return False
    if text[end - 1].isalnum() and after[:1].isalnum():
        return False
    cut_before = text[start].isdigit() and len(before) == 2 and before[1] in ".," and before[0].isdigit()
    cut_after = text[end - 1].isdigit() and len(after) == 2 and after[0] in ".," and after[1].isdigit()
    return not (cut_before or cut_after)


def nearest_words(parts: Sequence[str], texts: Sequence[str]) -> str:
    """The words of a text that a quotation, in its parts, was probably made from; "" when there are none."""
    wanted = _WORD.findall(canonical(" ".join(parts)).casefold())[:120]
    best, words = 0, ""
    for text in texts:
        found = list(_WORD.finditer(canonical(text)))[:400]
        matcher = SequenceMatcher(None, wanted, [m[0].casefold() for m in found], autojunk=False)
        blocks = [block for block in matcher.get_matching_blocks() if block.size]
        size = sum(block.size for block in blocks)
        if blocks and size > best:
            start, end = blocks[0].b - blocks[0].a, blocks[-1].b + len(wanted) - blocks[-1].a - 1
            first, last = found[max(0, start)], found[min(len(found) - 1, end)]
            best, words = size, canonical(text)[first.start() : last.end()]
    return words if best >= _ALTERED * len(wanted) else ""
