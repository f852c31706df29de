"""Plain text: an optional header, then the article."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from assistant.articles.build import RawArticle
from assistant.articles.charsets import decoded
from assistant.articles.publication_date import parse_day
from assistant.articles.text import UnreadableError, normalise

# " date 2025-11-27 The text begins here": the day alone, in front of the text or on a line of its own.
_DATE_IN_FRONT = re.compile(r"date:?[ \t]+(\d{4}-\d{1,2}-\d{1,2})(?![\w-])[ \t]*\n?", re.IGNORECASE | re.ASCII)
_HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z ]{0,20}?)[ \t]*:(?:[ \t]+(.{0,300})|)")  # a longer value is prose
_PARTS = {
    "title": "title", "headline": "title",
    "date": "published", "published": "published",
    "outlet": "outlet", "source": "outlet", "publication": "outlet", "publisher": "outlet",
    "author": "authors", "authors": "authors", "by": "authors", "byline": "authors",
    "url": "url", "link": "url",
}  # fmt: skip
_HEADER_LINES = 20  # more lines than this before the first blank one are no header
_TITLE_LIMIT = 150  # characters of a first line that may be the title


def read_plain(data: bytes, *, charset: str = "") -> RawArticle:
    """Return the article in a text file: what its header says, and the text after it.

    The header is either a line ` date 2025-11-27 …` (the words after the day are text already) or lines `Key: value`
    up to a blank line, of which at least one key is known; lines with other keys stay in the text, so that nothing is
    lost when the guess is wrong. Without a title there, a short first line of its own is the title, and stays in the
    text.
    """
    letters = decoded(data, charset)
    text = normalise(letters.text)
    if not text:
        raise UnreadableError("is empty")
    found = _with_header(text) or _dated_in_front(text) or RawArticle(text=text)
    if not found.text.strip():
        raise UnreadableError("holds a header but no text")
    return replace(found, title=found.title or _first_line_title(found.text.strip()), doubt=letters.doubt)


def _dated_in_front(text: str) -> RawArticle | None:
    begin = _DATE_IN_FRONT.match(text)
    return RawArticle(text=text[begin.end() :], published=begin[1]) if begin else None


def _with_header(text: str) -> RawArticle | None:
    block, _, rest = text.partition("\n\n")
    lines = [_HEADER_LINE.fullmatch(line) for line in block.split("\n", _HEADER_LINES)]
    values: dict[str, Any] = {}
    kept: list[str] = []
    for line in lines:
        if line is None:
            return None
        part = _PARTS.get(line[1].lower())
        if part is None or part in values:
            kept.append(line[0])
        else:
            values[part] = line[2] or ""
    if not values or _is_prose(values.get("published"), text):
        return None
    authors = (values.pop("authors", ""),)
    return RawArticle(text="\n".join(kept) + "\n\n" + rest, authors=authors, **values)


def _is_prose(published: str | None, text: str) -> bool:
    """Whether this is "Date: 2025-11-27 The text begins here": no header line, but a day in front of the text."""
    begin = _DATE_IN_FRONT.match(text)
    return published is not None and parse_day(published) is None and begin is not None and begin[0][-1] != "\n"


def _first_line_title(text: str) -> str:
    """Return the first line when it stands alone, is short and does not end like a sentence; "" otherwise."""
    first, _, rest = text.partition("\n\n")
    is_title = rest and "\n" not in first and len(first) <= _TITLE_LIMIT and not first.endswith(".")
    return first if is_title else ""
