"""CSV: one article a row, with the keys in the first row. Cells may hold line breaks, as exports of databases do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from assistant.articles.build import Item, Notice
from assistant.articles.charsets import decoded
from assistant.articles.formats.json_rows import Row, articles_of_rows
from assistant.articles.raw_document import RawDocument, whole
from assistant.articles.text import ARTICLE_LIMIT, UnreadableError, one_line

_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = "sep="  # which spreadsheets write into the first line


def read_csv(document: RawDocument) -> Iterator[Item]:
    """Yield the articles of a CSV file, whose cells commas, semicolons, tabs or bars separate."""
    letters = decoded(whole(document), document.charset)
    text = letters.text.lstrip("\ufeff")
    if not text.strip():
        raise UnreadableError("is empty")
    if letters.doubt:
        yield Notice(source=document.source, text=letters.doubt, kind="letters")
    yield from articles_of_rows(_rows(text), document)


def _rows(text: str) -> Iterator[Row]:
    first, _, rest = text.partition("\n")
    stated = first.strip().lower().removeprefix(_SEPARATOR_LINE) if first.lower().startswith(_SEPARATOR_LINE) else ""
    text = rest if stated else text
    header = text.partition("\n")[0]
    delimiter = stated[:1] or max(_DELIMITERS, key=header.count)  # of equals, the first
    csv.field_size_limit(ARTICLE_LIMIT.size)  # the library's own limit is shorter than a long article
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
            yield Row(number, dict(zip(keys, cells, strict=False)))
    except csv.Error as err:
        raise UnreadableError(f"is no valid CSV from line {reader.line_num} on ({one_line(str(err), 100)})") from err
