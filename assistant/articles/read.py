"""Reading documents of any known kind: the border between the archive's files and `Article` records."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.articles import walk
from assistant.articles.build import ARTICLE_LIMIT, Item, Notice, too_long
from assistant.articles.fields import GUESS, FieldMap
from assistant.articles.formats import json_rows
from assistant.articles.formats.archives import read_tar, read_zip
from assistant.articles.formats.feed import read_feed
from assistant.articles.formats.warc import read_warc
from assistant.articles.kinds import PACKED, Kind, kind_of, unknown_type
from assistant.articles.parallel import ParallelMap, sequential_map
from assistant.articles.raw_document import Document, OnBytes, TooMuchError, ignored, of_path, whole
from assistant.articles.single import Origin, read_single
from assistant.articles.text import UnreadableError
from assistant.records import Skipped

_PDF_LIMIT = 200_000_000  # bytes of a PDF file, most of which are pictures
_MANY = (Kind.JSON, Kind.JSON_LINES, Kind.ZIP, Kind.TAR, Kind.WARC, Kind.XML)
_LARGE = 250_000  # bytes of an article that was a page or a mail, whatever the size of its file: nearly always
_UNPACKED = 4  # times its size is text that was packed
_PICTURES = 4  # one part in so many of a PDF is taken to be its text and what is needed to read it
_LISTED = 1000  # items left out of one file that are told one by one; more would fill the memory and help nobody


def read_file(
    path: Path, fields: FieldMap = GUESS, on_bytes: OnBytes = ignored, parallel_map: ParallelMap = sequential_map
) -> Iterator[Item]:
    """The articles of a file, what was left out and why, and notices of what the user should know.

    JSON Lines, WARC files and archives are read piece by piece, never whole. A fault of the file ends the reading with
    one `Skipped`; a fault of a row, a record or a member costs that one. `fields` concerns JSON only. Article sources
    are the address or the id for rows and records, "archive.zip#member" in archives, else the absolute path.
    `on_bytes` is told how many bytes of the file are read, as they are; `parallel_map` is given the rows of JSON.

    Raises `UsageError` when `fields` names a key that the first row of a JSON file does not have.
    """
    source = path.resolve().as_posix()
    if source != (shown := walk.printable(path.resolve())):
        yield Skipped(source=shown, reason="its name is not valid UTF-8; rename it")
        return
    try:
        document = of_path(path, source, on_bytes)
    except (OSError, UnreadableError) as err:
        yield Skipped(source=source, reason=walk.os_reason(err) if isinstance(err, OSError) else str(err))
        return
    yield from read_document(document, fields, parallel_map)


def holds_one_article(path: Path) -> bool:
    """Whether a file is read whole, for one article, as its name says."""
    kind = kind_of(path.name)
    return kind is not None and kind not in _MANY


def weight(path: Path, size: int) -> int:
    """Bytes that a file of one article, of `size` bytes, is taken to hold in memory when several are read at once.

    Text stays as long as it is. Of pages and mails little is kept. A PDF is taken whole, but most of it is pictures.
    """
    kind = kind_of(path.name)
    if kind in (Kind.TEXT, Kind.MARKDOWN):
        return size * (_UNPACKED if path.name.lower().endswith(PACKED) else 1)
    return size // _PICTURES if kind is Kind.PDF else min(size, _LARGE)


def read_single_file(path: Path, fields: FieldMap = GUESS) -> list[Item]:
    """`read_file` at once, for a file that holds one article."""
    return list(read_file(path, fields))


def read_document(
    document: Document, fields: FieldMap = GUESS, parallel_map: ParallelMap = sequential_map
) -> Iterator[Item]:
    """The same for a document that lies anywhere."""
    yield from _told_together(_guarded(document, fields, parallel_map), document.source)


def _guarded(document: Document, fields: FieldMap, parallel_map: ParallelMap = sequential_map) -> Iterator[Item]:
    """The items of a document; a fault of the document is its last item, and is no error."""
    source = document.source
    try:
        yield from _items(document, fields, parallel_map)
    except TooMuchError as err:
        if document.depth:
            raise  # ends the reading of the archives around it as well
        yield Skipped(source=source, reason=str(err))
    except UnreadableError as err:
        yield Skipped(source=source, reason=str(err))
    except (EOFError, zlib.error):
        yield Skipped(source=source, reason="is damaged gzip data or ends too early; fetch it again")
    except OSError as err:
        yield Skipped(source=source, reason=walk.os_reason(err))


def _items(document: Document, fields: FieldMap, parallel_map: ParallelMap) -> Iterator[Item]:
    kind = document.read_as
    if kind is None:
        raise UnreadableError(unknown_type(document.name))
    if kind in (Kind.JSON, Kind.JSON_LINES):
        yield from (json_rows.read_json if kind is Kind.JSON else json_rows.read_lines)(document, fields, parallel_map)
    elif kind in (Kind.ZIP, Kind.TAR):
        read_members = read_zip if kind is Kind.ZIP else read_tar
        yield from read_members(document, lambda member: _guarded(member, fields))
    elif kind is Kind.WARC:
        yield from read_warc(document)
    elif kind is Kind.XML:
        yield from read_feed(document)
    else:
        data = whole(document, *_bound(kind))
        origin = Origin(source=document.source, name=document.name, url=document.url, charset=document.charset)
        yield from read_single(data, kind, origin)


def _bound(kind: Kind) -> tuple[int, UnreadableError]:
    """How many bytes are read of one article, and the refusal of more."""
    if kind is Kind.PDF:
        return _PDF_LIMIT, UnreadableError(f"is over {_PDF_LIMIT // 10**6} MB; split it, or save its text as .txt")
    return ARTICLE_LIMIT, too_long()


def _told_together(items: Iterable[Item], source: str) -> Iterator[Item]:
    """The items; notices of one kind as one after them, and what is left out beyond the first thousand as a number."""
    firsts: dict[str, Notice] = {}
    counts: Counter[str] = Counter()
    left_out = 0
    for item in items:
        if isinstance(item, Notice) and item.kind:
            firsts.setdefault(item.kind, item)
            counts[item.kind] += 1
            continue
        left_out += isinstance(item, Skipped)
        if left_out <= _LISTED or not isinstance(item, Skipped):
            yield item
    if left_out > _LISTED:
        yield Skipped(source=source, reason=f"{left_out - _LISTED:,} more of its parts are left out for such reasons")
    for kind, first in firsts.items():
        number = counts[kind]
        yield first if number == 1 else Notice(source=source, text=f"{number:,} like {first.source}: {first.text}")
