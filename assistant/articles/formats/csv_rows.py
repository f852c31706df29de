"""CSV: one article a row, with the keys in the first row. Cells may hold line breaks, as exports of databases do."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import islice

from assistant.articles.build import Item, Notice
from assistant.articles.charsets import decoded
from assistant.articles.formats.json_rows import Row, articles_of_rows
from assistant.articles.raw_document import RawDocument, whole
from assistant.articles.text import ARTICLE_LIMIT, UnreadableError, one_line

_ODD_QUOTES = "has a quotation mark that is never closed, so some rows may have run into one another; check its cells"
_DELIMITERS = ",;\t|"
_TRIED = 20  # rows by which the delimiter is told
_SAMPLE = 1_000_000  # characters that hold them
_LIST_CELL = re.compile(r"\s*(?:\[.{0,3000}\]|\{.{0,3000}\})\s*", re.DOTALL)
_SEPARATOR_LINE = "sep="  # which spreadsheets write into the first line


def read_csv(document: RawDocument) -> Iterator[Item]:
    """Yield the articles of a CSV file, whose cells commas, semicolons, tabs or bars separate."""
    letters = decoded(whole(document), document.charset)
    text = letters.text.lstrip("\ufeff")
    if not text.strip():
        raise UnreadableError("is empty")
    if text.count('"') % 2:
        yield Notice(source=document.source, text=_ODD_QUOTES)
    yield from articles_of_rows(_rows(text), document, letters.doubt)


def _rows(text: str) -> Iterator[Row]:
    first, _, rest = text.partition("\n")
    stated = first.strip().lower().removeprefix(_SEPARATOR_LINE) if first.lower().startswith(_SEPARATOR_LINE) else ""
    text = rest if stated else text
    csv.field_size_limit(ARTICLE_LIMIT.size)  # the library's own limit is shorter than a long article
    delimiter = stated[:1] or _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    keys: list[str] = []
    number = 0
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not keys:
                keys = [cell.strip() for cell in cells]
                continue
            number += 1
            yield Row(number, dict(zip(keys, map(_value, cells), strict=False)))
        if keys and not number:
            raise UnreadableError("is empty below its first row, which must name the columns (title, date, text …)")
    except csv.Error as err:
        raise UnreadableError(f"is no valid CSV from line {reader.line_num} on ({one_line(str(err), 100)})") from err


def _delimiter(text: str) -> str:
    """Return what parts the cells: with it the first rows have as many cells as the header, more than one."""
    header = text.partition("\n")[0]

    def fitting(delimiter: str) -> tuple[float, int, int]:
        reader = csv.reader(io.StringIO(text[:_SAMPLE], newline=""), delimiter=delimiter)
        try:
            rows = [len(cells) for cells in islice(filter(None, reader), _TRIED)]
        except csv.Error:
            return 0.0, 0, 0
        same = sum(cells == rows[0] for cells in rows)
        share = same / len(rows) if rows and rows[0] > 1 else 0.0
        return share, rows[0] if rows else 0, -header.count(f"{delimiter} ")

    return max(_DELIMITERS, key=fitting)  # of equals, the first


def _value(cell: str) -> object:
    """Return what a cell holds: a list or an object where it is written as one, in JSON or as Python shows it."""
    if not _LIST_CELL.fullmatch(cell):
        return cell
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(cell.strip())
            return value if isinstance(value, dict) or all(isinstance(one, (str, dict)) for one in value) else cell
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return cell
