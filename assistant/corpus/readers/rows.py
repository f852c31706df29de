"""JSON and JSON Lines: one article a row."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from assistant.corpus.readers.fields import FieldMap, check_fields, key_list, resolve_fields
from assistant.corpus.readers.files import OnBytes, growth_check, ignored, open_file, read_whole
from assistant.corpus.readers.found import Found, Notice, date_notice, to_article
from assistant.corpus.readers.values import name, names, prose, string
from assistant.corpus.text import UnreadableError, decode, one_line
from assistant.records import Article, Skipped

JSON_LIMIT = 1_000_000_000  # bytes of a .json file, which is read whole
ROW_LIMIT = 100_000_000  # bytes of one line of JSON Lines
_SOURCE_LIMIT = 2000  # characters of a URL or id

# Keys under which an object holds its list of articles, and those that may hold such an object in turn.
_LIST_KEYS = ("articles", "items", "data", "results", "docs", "documents", "news", "stories", "entries", "rows")
_OUTER_KEYS = ("response", "data", "result")


class _Row(NamedTuple):
    number: int | None  # the line in JSON Lines, the place in a list from 1, None for a file of one object
    value: object  # as parsed; an `UnreadableError` when it could not be


def read_lines(
    path: Path, source: str, fields: FieldMap, on_bytes: OnBytes = ignored
) -> Iterator[Article | Skipped | Notice]:
    """The articles of a JSON Lines file, with one row in memory at a time; rows are numbered by line."""
    yield from _articles(_line_rows(path, on_bytes), source, fields)


def read_json(path: Path, source: str, fields: FieldMap) -> Iterator[Article | Skipped | Notice]:
    """The articles of a JSON file: one object, a list of objects, or an object that holds such a list.

    JSON Lines under the name `.json` are taken for what they are.
    """
    too_large = UnreadableError(f"is over {JSON_LIMIT // 10**9} GB; write it as .jsonl, which is read row by row")
    text = decode(read_whole(path, JSON_LIMIT, too_large))
    if not text.strip():
        raise UnreadableError("is empty")
    try:
        rows = _json_rows(_parse(text), fields)
    except UnreadableError:
        if not _is_lines(text):
            raise
        rows = _line_rows(path)
    yield from _articles(rows, source, fields)


def _articles(rows: Iterable[_Row], source: str, fields: FieldMap) -> Iterator[Article | Skipped | Notice]:
    """One item for each row; before them a notice of guessed keys, after them one of dates not understood."""
    undated: list[Notice] = []
    seen = objects = 0
    for number, value in rows:
        seen += 1
        row_source = source if number is None else f"{source}#row {number}"
        try:
            row = _object(value)
            objects += 1
            if objects == 1:
                check_fields(row, fields)
                yield from _guesses(row, source, fields)
            found, identity = _found(row, fields, row_source)
            article = to_article(found, identity)
        except UnreadableError as err:
            yield Skipped(source=row_source, reason=str(err))
            continue
        yield article
        if notice := date_notice(found, article):
            undated.append(notice if not undated else undated[0])
    if not seen:
        raise UnreadableError("is empty")
    yield from _date_notices(undated, source)


def _object(value: object) -> dict[str, Any]:
    if isinstance(value, UnreadableError):
        raise value
    if not isinstance(value, dict):
        raise UnreadableError("is not a JSON object; one object for each article is needed")
    return value


def _found(row: dict[str, Any], fields: FieldMap, row_source: str) -> tuple[Found, str]:
    """What a row says, and what identifies it: its URL, else its id, else its place."""
    keys = resolve_fields(row, fields)

    def value(key: str | None) -> object:
        return row.get(key) if key is not None else None

    text = prose(value(keys.text))
    if not text:
        raise UnreadableError(_no_text(row, keys))
    url = one_line(string(value(keys.url)), _SOURCE_LIMIT)
    identity = url or one_line(string(value(keys.id)), _SOURCE_LIMIT) or row_source
    found = Found(
        text=text,
        title=string(value(keys.title)),
        outlet=name(value(keys.outlet)),
        published=value(keys.published),
        authors=names(value(keys.authors)),
        url=url,
    )
    return found, identity


def _no_text(row: dict[str, Any], keys: FieldMap) -> str:
    if keys.text is None:
        return f"has no text; its keys are: {key_list(row)}. Name the one that holds the text"
    return f"has no text under {one_line(keys.text, 50)!r}; its keys are: {key_list(row)}"


def _guesses(row: dict[str, Any], source: str, fields: FieldMap) -> Iterator[Notice]:
    """A notice of the keys that were guessed and are not simply called `text`, `title` and so on."""
    named = fields.used()
    used = resolve_fields(row, fields).used()
    guessed = [f"{part}={one_line(key, 50)}" for part, key in used.items() if part not in named and part != key]
    if guessed and "text" in used:
        yield Notice(source=source, text=f"keys guessed: {', '.join(guessed)}")


def _date_notices(undated: list[Notice], source: str) -> Iterator[Notice]:
    if len(undated) == 1:
        yield undated[0]
    elif undated:
        yield Notice(source=source, text=f"{len(undated)} rows like this one, {undated[0].source}: {undated[0].text}")


# --------------------------------------------------------------------------------------------------------------------
# Rows of the two kinds of file


def _line_rows(path: Path, on_bytes: OnBytes = ignored) -> Iterator[_Row]:
    check = growth_check(path)
    number = read = 0
    with open_file(path, on_bytes) as stream:
        while line := stream.readline(ROW_LIMIT + 1):
            number += 1
            too_long = len(line) > ROW_LIMIT
            read += len(line)
            check(read)
            while too_long and not line.endswith(b"\n") and (line := stream.readline(ROW_LIMIT // 100)):
                read += len(line)
                check(read)
            if number == 1:
                _check_first(line)
            if too_long:
                yield _Row(number, UnreadableError(f"is over {ROW_LIMIT // 10**6} MB; is it one article? split it"))
            elif not line.isspace():
                yield _Row(number, _value_of(line))


def _check_first(line: bytes) -> None:
    """Refuse a file of another kind as a whole rather than row by row."""
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableError("is UTF-16; save it as UTF-8")
    decode(line)


def _value_of(line: bytes) -> object:
    try:
        return _parse(decode(line))
    except UnreadableError as err:
        return err


def _parse(text: str) -> object:
    try:
        return json.loads(text, strict=False)  # line breaks and tabs inside strings are common in home-made dumps
    except json.JSONDecodeError as err:
        place = f"column {err.colno}" if err.lineno == 1 else f"line {err.lineno}"
        raise UnreadableError(f"is not valid JSON ({err.msg}, {place})") from err
    except ValueError as err:
        raise UnreadableError("holds a number of thousands of digits") from err
    except RecursionError as err:
        raise UnreadableError("is nested too deeply to be read") from err


def _is_lines(text: str) -> bool:
    """True when the first line alone is an object."""
    first = text.lstrip().partition("\n")[0]
    try:
        return isinstance(_parse(first), dict)
    except UnreadableError:
        return False


def _json_rows(value: object, fields: FieldMap) -> Iterator[_Row]:
    articles = value if isinstance(value, list) else _list_in(value, fields)
    if articles is None:
        return iter([_Row(None, value)])
    return (_Row(number, item) for number, item in enumerate(articles, start=1))


def _list_in(value: object, fields: FieldMap) -> list[Any] | None:
    """The list of articles inside an object that is none itself; None when there is no such list."""
    if not isinstance(value, dict) or prose(value.get(resolve_fields(value, fields).text)):
        return None
    for key in _LIST_KEYS:
        items = value.get(key)
        if isinstance(items, list) and all(isinstance(item, dict) for item in items):
            return items
    inner = (_list_in(value[key], fields) for key in _OUTER_KEYS if isinstance(value.get(key), dict))
    return next((items for items in inner if items is not None), None)
