"""Sentence segmentation: where each sentence of an article begins and ends.

The offset law: the tiles join to the whole text. A tile is a sentence with the white space after it (and, for the first
one, the white space before it), so a citation can point to any sentence and no character is lost.

A line break always ends a sentence: headlines, captions and list items have no full stop. (A text whose lines were
wrapped at a fixed width must be unwrapped before it is stored.) Inside a line every gap after a terminal mark is put to
`boundaries.ends_sentence`. The time is linear in the length of the text, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.english.boundaries import REACH, STARTERS, Gap, ends_sentence
from assistant.records import Sentence

SPLITTER_VERSION = "news-2+nupunkt-0.8"
"""Names the rules and the word list behind the boundaries; it changes whenever boundaries may change."""

_STOPS = ".!?…‽؟۔।॥"
_WIDE = "。！？｡"  # Chinese and Japanese: no space follows
_CLOSING = r"[\"'”’)\]}»›*]"
_AFTER_STOP = (  # what still belongs to the sentence: footnote marks, omissions, emoji, a closing mark after a space
    r"(?:\s?(?:\[(?:\d{1,3}(?:[,–-]\s?\d{1,3}){0,8}|[a-z]|…|\.{3})\]|[\U0001F1E6-\U0001FAFF\u2764\uFE0F\u200D]"
    r"|[”»](?=\s))|“(?=\s)|[¹²³\u2070-\u2079])"
)
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CANDIDATE = re.compile(
    # A run of marks is read once, from its first mark, and never given back: that keeps the search linear. The set
    # comes first and the look behind it second, because the engine skips quickly to a set.
    rf"(?P<mark>[{_STOPS}{_WIDE}](?<![{_STOPS}{_WIDE}].)[{_STOPS}{_WIDE}]*+)"
    rf"(?:(?<=[{_WIDE}])[」』）】〉》\"'”’)\]]*+\s*+(?=\S)"
    rf"|(?P<closers>{_CLOSING}*+{_AFTER_STOP}*+)(?:\s++(?=\S)|(?P<glued>(?=[“A-Z]))))"
)
_LINE_STOPS = re.compile(rf"[{_STOPS}{_WIDE}:;]{_CLOSING}*+{_AFTER_STOP}*+\Z")
_STARTER = re.compile(rf"(?:{'|'.join(sorted(STARTERS))})(?=[\s’'])")


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of `text` in order: non-empty tiles that join to it.

    Each tile holds at least one character that is no white space, unless the text holds none. `""` has no sentences.
    """
    starts = list(_starts(text))
    starts[:1] = [0] if text else []
    return tuple(map(Sentence, range(len(starts)), starts, [*starts[1:], len(text)]))


def trimmed(text: str, sentence: Sentence) -> tuple[int, int]:
    """Return start and end of a sentence in `text` without the white space around it."""
    tile = text[sentence.start : sentence.end]
    start = sentence.start + len(tile) - len(tile.lstrip())
    return start, max(start, sentence.start + len(tile.rstrip()))


def _starts(text: str) -> Iterator[int]:
    """Yield where sentences begin: at the first character of every line that is not empty, and within lines."""
    for line in _LINE.finditer(text):
        words = line[0].strip()
        if words:
            start = line.start() + line[0].index(words[0])
            yield start
            yield from _starts_in_line(text, start, start + len(words))


def _starts_in_line(text: str, start: int, end: int) -> Iterator[int]:
    heading = _LINE_STOPS.search(text, max(start, end - REACH), end) is None
    last = start
    for found in _CANDIDATE.finditer(text, start, end):
        if _ends_at(text, found, last, end, heading):
            last = found.end()
            yield last


def _ends_at(text: str, found: re.Match[str], last: int, end: int, heading: bool) -> bool:
    """Whether a sentence that began at `last` ends at the candidate `found`, in a line that ends at `end`."""
    closers = found["closers"]
    if closers is None:
        return True  # 。！？
    at = found.start()
    left = text[max(last, at - REACH) : at]
    after = text[found.end() : min(end, found.end() + REACH)]
    if found["glued"] is not None:
        return _glued_ends(left, closers, after)
    words = left.rsplit(None, 2)
    before = words[-1] if words and not left[-1].isspace() else ""
    previous = words[-2] if len(words) > 1 else ""
    opening = (len(words) <= 1 and at - last < REACH) or previous.endswith(":")
    return ends_sentence(Gap(before, found["mark"], closers, after, opening, previous[-1:].isdigit(), heading))


def _glued_ends(left: str, closers: str, after: str) -> bool:
    """Whether a sentence ends where a space was lost: `areas.”It`, `while.The agency`; not in "Node.js"."""
    if closers.endswith(("”", '"')):
        return True
    word = left.rsplit(None, 1)[-1] if left.strip() else ""
    if len(word) < 3 or not word.isalpha() or not word.islower():
        return False
    return after.startswith("“") or _STARTER.match(after) is not None
