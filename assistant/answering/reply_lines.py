"""The lines of a model's reply: what is a statement's line, a heading, code, or the list of sources at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.answering.leftovers import without_leftovers, without_opening

_FENCE = re.compile(r"\s{0,12}(?:```|~~~)")
_QUOTE = re.compile(r"(?:>\s?)+")
_HEADING = re.compile(r"#{1,6}\s+")
_ITEM = re.compile(r"(?:[-*+•‣◦–—]|\d{1,3}[.)])\s+")
_ALL_BOLD = re.compile(r"\*\*[^*]+\*\*:?")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’»)*]{0,4}$")
_SOURCES = re.compile(r"[*_]{0,2}(?:sources?|references?|citations?|footnotes?)\s*(?::|[*_]{1,2}:?|$)", re.IGNORECASE)
_ENTRY = re.compile(r"[*_]{0,2}(?:[\[【［]|\(\d|https?:)")
_FRAME = re.compile(r"</?(?:article|evidence)\b[^<>\[]*>?")  # a line of `frame`, which weak models go on with
_DEFINITION = re.compile(r"\[\^?\d{1,6}\]:")


class ReplyLine(NamedTuple):
    """One line of a reply that is not blank."""

    text: str  # without list, heading and quotation signs, and without white space around it
    item: bool  # it is a list item
    opens: bool  # it opens the reply or a paragraph
    heading: bool  # it is a heading, not a sentence
    code: bool  # it stands in a code block


def reply_lines(text: str) -> Iterator[ReplyLine]:
    """The lines of `text` that hold something, in order.

    The fences of code blocks, tags, notes and lines of our prompt, and labels are left out.
    """
    opens, code = True, False
    for raw in text.splitlines():
        if _FENCE.match(raw):
            code = not code
        elif not raw.strip():
            opens = True
        elif not _FRAME.fullmatch(raw.strip()):
            for part in [raw] if code else without_leftovers(raw).split("\n"):
                line = _line(part.strip(), opens=opens, code=code)
                if line.text:
                    yield line
                    opens = False


def split_sources(lines: Sequence[ReplyLine]) -> tuple[Sequence[ReplyLine], Sequence[ReplyLine]]:
    """The lines of the answer, and the lines of the list of sources at its end, its heading included.

    The list begins at a line such as "Sources:" after which every line is an entry, or at footnotes ("[^1]: …"). A
    reply that would be nothing but sources has none.
    """
    start = len(lines)
    while start > 0 and _DEFINITION.match(lines[start - 1].text):
        start -= 1
    at = start
    while at > 0 and not _SOURCES.match(lines[at - 1].text) and _is_entry(lines[at - 1]):
        at -= 1
    if at > 0 and _SOURCES.match(lines[at - 1].text):
        start = at - 1
    return (lines[:start], lines[start:]) if start else (lines, ())


def _is_entry(line: ReplyLine) -> bool:
    return line.item or _ENTRY.match(line.text) is not None


def _line(text: str, *, opens: bool, code: bool) -> ReplyLine:
    if code:
        return ReplyLine(text, item=False, opens=opens, heading=False, code=True)
    quote = _QUOTE.match(text)
    text = text[quote.end() :] if quote else text
    heading = _HEADING.match(text)
    text = text[heading.end() :] if heading else text
    item = None if heading else _ITEM.match(text)
    text = without_opening(text[item.end() :] if item else text)
    titled = (heading is not None or _ALL_BOLD.fullmatch(text) is not None) and not _ENDS_SENTENCE.search(text)
    return ReplyLine(text, item=item is not None, opens=opens, heading=titled, code=False)
