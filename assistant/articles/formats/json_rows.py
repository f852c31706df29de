"""JSON and JSON Lines: one article a row."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from assistant.articles.build import Item, Notice, RawArticle, articles_of
from assistant.articles.charsets import decode, decoded
from assistant.articles.fields import (
    FieldMap,
    as_name,
    as_names,
    as_string,
    as_text,
    check_fields,
    host,
    key_list,
    resolve_fields,
    value_at,
)
from assistant.articles.formats import format_by_type
from assistant.articles.formats.markup import is_markup, plain_title, text_of_markup
from assistant.articles.formats.news_rows import (
    abstract_of,
    bare,
    cut_mark,
    is_json_lines,
    is_no_text,
    is_removed,
    parsed_json,
    parsed_row,
    rows_in,
    unwrapped,
)
from assistant.articles.publication_date import is_clock_zero
from assistant.articles.raw_document import RawDocument, filled_lines, unpacked, whole
from assistant.articles.text import UnreadableError, one_line
from assistant.records import Skipped, short_hash

ROW_LIMIT = 25_000_000  # bytes of one line of JSON Lines: the longest article, with room for escapes
_BRACKETS = 5_000_000  # lists and objects in a .json file: each takes at least 56 bytes of memory, however empty
_SOURCE_LIMIT = 2000  # characters of a URL or id
_UNIQUE = 16  # characters of an id that is taken to be unique everywhere: UUIDs have 32, hashes 16 and more
_PART = 50  # bytes that a number, a list or the frame of a string in a parsed row is taken to have
_NO_ARTICLE = 500  # rows without an article, from the first one on, before a file is given up

_LIST_MARKS = (b"[", b"]", b",", b"],")  # alone in a line of JSON Lines
# An address without a protocol ("news/1.html", "story.html?id=7"), or words: "harbour-reopens-after-storm".
_RELATIVE = re.compile(r"^[^:]*(?:[/\\?#]|\.[a-z]{2,5}$)|^[^:]*(?<![^\W\d_])[^\W\d_]{3,}[-_. ][^\W\d_]{3,}(?![^\W\d_])")


class Row(NamedTuple):
    """A row of a file, not yet read."""

    number: int | None  # the line in JSON Lines, the place in a list from 1, None for a file of one object
    value: object  # bytes of a line, or as parsed; an `UnreadableError` when there is none


class _RowRead(NamedTuple):
    """What a row holds."""

    items: list[Item]  # its article and notices, or the reason why it has none
    is_object: bool
    has_article: bool


def read_lines(document: RawDocument) -> Iterator[Item]:
    """Yield the articles of a JSON Lines file, with few rows in memory at a time; rows are numbered by line."""
    if not document.depth and _is_over_lines(document):  # a member of an archive can be opened once only
        yield from read_json(replace(document, known_format=format_by_type("application/json")))
        return
    yield from articles_of_rows(_line_rows(document), document)


def _is_over_lines(document: RawDocument) -> bool:
    """Whether the file is JSON with line breaks in its objects."""
    with unpacked(document) as stream:
        first = next((line.data or b"" for line in filled_lines(stream, ROW_LIMIT)), b"")
    return first.strip() in (b"{", b"[", b"[{")


def read_json(document: RawDocument) -> Iterator[Item]:
    """Yield the articles of a JSON file: one object, a list of objects, or an object that holds such a list.

    JSON Lines under the name `.json` are taken for what they are.
    """
    letters = decoded(whole(document), document.charset)
    text = letters.text
    if not text.strip():
        raise UnreadableError("is empty")
    if text.count("[") + text.count("{") > _BRACKETS:
        raise document.format.limit.refusal()
    try:
        rows = _rows_of(parsed_json(text), document.fields)
    except UnreadableError:
        if not is_json_lines(text):
            raise
        rows = _line_rows(document)
    yield from articles_of_rows(rows, document, letters.doubt)


def articles_of_rows(rows: Iterable[Row], document: RawDocument, doubt: str = "") -> Iterator[Item]:
    """Yield one item for each row, each with the notice of its date; before them a notice of guessed keys.

    `doubt` says why the letters of the whole file may be the wrong ones.
    """
    seen = taken = 0
    faults: list[Exception] = []
    read = partial(_read_row, source=document.source, fields=document.fields, doubt=doubt)
    for row_read in _rows_read(_until_fault(rows, faults), read, document):
        seen += 1
        taken += row_read.has_article
        yield from row_read.items
        if not taken and seen == _NO_ARTICLE:
            raise UnreadableError(f"holds no article in its first {_NO_ARTICLE:,} rows")
    if faults:
        raise faults[0]
    if not seen:
        raise UnreadableError("is empty")


def _until_fault(rows: Iterable[Row], faults: list[Exception]) -> Iterator[Row]:
    """Yield the rows up to where the file cannot be read, and keep the fault: the rows before it are still read."""
    try:
        yield from rows
    except (UnreadableError, OSError, EOFError, zlib.error) as fault:
        faults.append(fault)


def _rows_read(rows: Iterator[Row], read: Callable[..., _RowRead], document: RawDocument) -> Iterator[_RowRead]:
    """Yield what the rows hold; the first object has to be known before any other one is read."""
    for row in rows:
        yield (row_read := read(row, is_first=True))
        if row_read.is_object:
            yield from document.parallel_map(read, rows, _size, partial(_row_source, source=document.source))


def _size(row: Row) -> int:
    """Return the bytes of a line; of a parsed row its characters, and some bytes for each of its parts."""
    if isinstance(row.value, bytes):
        return len(row.value)
    size, waiting = 0, [row.value]
    while waiting:
        part = waiting.pop()
        size += _PART + (len(part) if isinstance(part, str) else 0)
        if isinstance(part, (dict, list)):
            waiting.extend(part.values() if isinstance(part, dict) else part)
    return size


def _row_source(row: Row, source: str) -> str:
    return source if row.number is None else f"{source}#row {row.number}"


def _read_row(row: Row, source: str, fields: FieldMap, doubt: str, *, is_first: bool = False) -> _RowRead:
    """Read a row. The first object brings the notice of guessed keys, and `UsageError` when it lacks a named key."""
    row_source = _row_source(row, source)
    items: list[Item] = []
    is_object = False
    try:
        letters = decoded(row.value) if isinstance(row.value, bytes) else None
        value = _object(row.value if letters is None else parsed_row(letters.text))
        is_object = True
        if is_first:
            check_fields(value, fields)
            items += _guesses(value, source, fields)
        keys = resolve_fields(value, fields)
        found = _found(value, keys, fields)
        identity = _identity(
            found, one_line(as_string(bare(value_at(value, keys.id))), _SOURCE_LIMIT), row.number, source
        )
        url = found.url if host(found.url) else ""
        found = replace(found, url=url, doubt=letters.doubt if letters else doubt)
        own = list(articles_of(found, identity, published_page=True, recorded=True))
    except UnreadableError as err:
        return _RowRead([*items, Skipped(source=row_source, reason=str(err))], is_object, has_article=False)
    items += (replace(item, source=row_source) if isinstance(item, Notice) else item for item in own)
    return _RowRead(items, is_object, has_article=True)


def _object(value: object) -> dict[str, Any]:
    if isinstance(value, UnreadableError):
        raise value
    if not isinstance(value, dict):
        raise UnreadableError("is not a JSON object; one object for each article is needed")
    return unwrapped(value)


def _found(row: dict[str, Any], keys: FieldMap, fields: FieldMap) -> RawArticle:
    """Return what a row says under these keys. Raises `UnreadableError` when it holds no text."""
    notes: list[tuple[str, str]] = []
    text, title = as_text(value_at(row, keys.text)), plain_title(as_string(value_at(row, keys.title)))
    if is_removed(text, title):
        raise UnreadableError("was taken back: in place of the text stands [Removed]")
    if is_no_text(text):
        text = "" if fields.text else abstract_of(row, keys.used())
        notes += [("abstract", "holds no text but a summary, which was taken; fetch the page for the whole")]
    if not text:
        raise UnreadableError(_no_text(row, keys))
    text, mark = cut_mark(text_of_markup(text) if is_markup(text) else text)
    if mark and not any(kind == "abstract" for kind, _ in notes):
        notes += [("cut", f"is cut off where its source says {mark!r}; fetch the page for the whole")]
    published = bare(value_at(row, keys.published))
    if is_clock_zero(published):
        notes += [("clock zero", "is dated 1970-01-01, where computers' clocks begin, so it has no day")]
        published = None
    return RawArticle(
        text=text,
        title=title,
        outlet=as_name(value_at(row, keys.outlet)),
        published=published,
        updated=bare(value_at(row, keys.updated)),
        authors=as_names(value_at(row, keys.authors)),
        url=_address(as_string(value_at(row, keys.url))) or _address_in_id(row, keys),
        notes=tuple(notes),
    )


def _address(written: str) -> str:
    """Return a web address as one line; one without its protocol is completed."""
    url = one_line(written, _SOURCE_LIMIT)
    return f"https:{url}" if url.startswith("//") else f"https://{url}" if url.lower().startswith("www.") else url


def _address_in_id(row: dict[str, Any], keys: FieldMap) -> str:
    """Return the address that a row gives as its id only, as some feeds do; "" for none."""
    given = as_string(value_at(row, keys.id))
    return one_line(given, _SOURCE_LIMIT) if host(given) else ""


def _identity(found: RawArticle, id_: str, number: int | None, source: str) -> str:
    """Return what names the article of a row for good: its URL, else its id, else its content.

    A short id such as 17 is unique within its dump only, and so is an address that stays relative, or words of a
    headline: they are named with the file, since of two articles under one name, the second would take the place of
    the first. An object alone in its file is named after the file. The place of a row is no name: it moves when a row
    is put in before it.
    """
    if host(found.url):
        return found.url
    if len(id_) >= _UNIQUE and not _RELATIVE.search(id_):
        return id_
    if name := id_ or found.url:
        return f"{source}#id {name}"
    if number is None:
        return source
    parts = (found.text, found.title, found.outlet, str(found.published))
    return f"{source}#{short_hash(chr(0).join(parts), 16)}"


def _no_text(row: dict[str, Any], keys: FieldMap) -> str:
    if keys.text is None and keys.title and keys.url and not {"text", "abstract"} & keys.used().keys():
        return "holds only a headline and an address; fetch the page itself with: assistant ingest URL"
    if keys.text is None:
        return f"has no text; its keys are: {key_list(row)}. Name the one that holds the text"
    return f"has no text under {one_line(keys.text, 50)!r}; its keys are: {key_list(row)}"


def _guesses(row: dict[str, Any], source: str, fields: FieldMap) -> Iterator[Notice]:
    """Yield a notice of the keys that were guessed and are not simply called `text`, `title` and so on."""
    named = fields.used()
    used = resolve_fields(row, fields).used()
    guessed = [f"{part}={one_line(key, 50)}" for part, key in used.items() if part not in named and part != key]
    if guessed and "text" in used:
        yield Notice(source=source, text=f"keys guessed: {', '.join(guessed)}")


# --------------------------------------------------------------------------------------------------------------------
# Rows of the two formats


def _line_rows(document: RawDocument) -> Iterator[Row]:
    first = True
    with unpacked(document) as stream:
        for number, line in filled_lines(stream, ROW_LIMIT):
            if first and line is not None:
                _check_first(line)
            first = False
            if line is None:
                yield Row(number, UnreadableError(f"is over {ROW_LIMIT // 10**6} MB; is it one article? split it"))
            elif line.strip() not in _LIST_MARKS:
                yield Row(number, line)


def _check_first(line: bytes) -> None:
    """Refuse a file of another format as a whole rather than row by row."""
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableError("is UTF-16; save it as UTF-8")
    decode(line)


def _rows_of(value: object, fields: FieldMap) -> Iterator[Row]:
    articles = rows_in(value, fields)
    if articles is None:
        return iter([Row(None, value)])
    return (Row(number, item) for number, item in enumerate(articles, start=1))
