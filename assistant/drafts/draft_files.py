"""Reading a draft: a file of any format that articles are read from, standard input, or a page of the web."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from assistant.articles import Item, Notice, read_document, read_file, read_stream
from assistant.articles.formats import format_by_bytes, format_by_name
from assistant.articles.raw_document import of_bytes
from assistant.articles.read import os_reason, printable
from assistant.drafts.checking import DraftText
from assistant.errors import UsageError
from assistant.fetching.fetch import Fetcher, is_address, read_address
from assistant.records import Article, Skipped
from assistant.safe_text import safe

_TELLING = frozenset({"left out", "order", "letters", "cut off"})  # kinds of notices that concern a draft: not its day
_MOST_BYTES = 50_000_000  # of a file whose name tells no format


def read_draft(place: str, stdin: IO[bytes], *, allow_private: bool = False) -> DraftText:
    """Return the draft at a path, at a web address, or on standard input for "-".

    Addresses of one's own network are fetched only if `allow_private`. Raises `UsageError` when there is none, when it
    can't be read, or when there are several texts in it.
    """
    if place == "-":
        return _only(read_stream(stdin), "standard input")
    if is_address(place):
        return _only(read_address(Fetcher(allow_private=allow_private), place), place)
    path = Path(place).expanduser()
    if not path.exists():
        raise UsageError(f"There is no file {printable(path)}. To check words themselves: assistant check --text WORDS")
    if path.is_dir():
        raise UsageError(f"{printable(path)} is a folder. Name one draft in it.")
    return _only(read_file(path) if format_by_name(path.name) else _unnamed(path), printable(path))


def _unnamed(path: Path) -> Iterable[Item]:
    """Return the items of a file whose name tells no format, by its first bytes."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError as error:
        raise UsageError(f"{printable(path)} {os_reason(error)}.") from error
    return read_document(of_bytes(data, path.name, printable(path), known_format=format_by_bytes(data)))


def _only(items: Iterable[Item], place: str) -> DraftText:
    """Return the one text among the items read from a place."""
    found = list(items)
    articles = [item for item in found if isinstance(item, Article)]
    if not articles:
        reason = next((item.reason for item in found if isinstance(item, Skipped)), "holds no text")
        raise UsageError(f"{safe(place)} cannot be checked: it {safe(reason)}.")
    if len(articles) > 1:
        raise UsageError(f"{safe(place)} holds {len(articles):,} texts. Check one at a time.")
    told = tuple(f"The draft {item.text}." for item in found if isinstance(item, Notice) and item.kind in _TELLING)
    return DraftText(text=articles[0].text, title=articles[0].title, dated=articles[0].published, notices=told)
