"""The text layer of a PDF file. The one module that knows pypdf; runs as a process of its own.

    python -P -m assistant.articles.formats.pdf_worker < file.pdf > pages.json

A PDF file is a program of sorts, and a hostile one can make any reader loop or fill the memory. In a process of its own
both have an end that holds whatever happens: the system stops it at `CPU_SECONDS` or `MEMORY`, and the caller after its
own time-out (`articles.formats.pdf`).

Columns of a PDF page whose lines were drawn row by row, across the gap between them.

The text of a page comes in the order in which it was drawn. Most programs draw one column after the other; some draw
the first line of each, then the second, and the text reads "closed on leave from Pier 1 until the". The layout of the
page, its lines with spaces as wide as the gaps, shows where the columns begin: at one place in nearly every row. Where
the text holds the rows as they stand there, they are put in the order of the columns. Tables look alike, but the cells
of at least one of their columns hold a word or two.
"""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from statistics import median
from typing import IO, Any

_PIECE = re.compile(r"\S+(?: \S+)*")  # two spaces are a gap, if often at one place
_FEWEST_ROWS = 3  # of a block of columns
_SHARE = 0.6  # of its rows, in which a column begins
_WORDS = 2.5  # in a cell of a column of text, on average
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    text: str


_Row = tuple[str, ...]  # the text in each column, "" for none


def in_columns(text: str, layout: str) -> tuple[str, bool]:
    """Return the text of a page in the order of its columns, and whether that order is doubtful.

    `layout` is the page drawn with letters of one width. A text in which no row goes across a gap is returned as it is.
    """
    lines, doubtful = text.split("\n"), False
    for block in _blocks(list(_spaced_rows(layout))):
        rows = Counter(_bare("".join(row)) for row in block if sum(map(bool, row)) > 1)
        at = [n for n, line in enumerate(lines) if _bare(line) in rows]
        if len(at) < max(_FEWEST_ROWS, rows.total() / 2):
            continue  # drawn column by column
        cells = {_bare("".join(row)) for row in block}
        first, last = _with_short_rows(lines, at[0], at[-1], cells)
        between = [line for line in lines[first : last + 1] if line.strip()]
        if _is_table(block) or any(_bare(line) not in cells for line in between):
            doubtful = doubtful or not _is_table(block)
            continue
        lines[first : last + 1] = _column_lines(block, starts_page=first == 0)
    return "\n".join(lines), doubtful


@dataclass(frozen=True, slots=True)
class _SpacedRow:
    gap: int  # blank lines above it
    pieces: tuple[_Piece, ...]


def _spaced_rows(layout: str) -> Iterator[_SpacedRow]:
    gap = 0
    for line in layout.split("\n"):
        if line.strip():
            yield _SpacedRow(gap, tuple(_Piece(p.start(), p.end(), p[0]) for p in _PIECE.finditer(line)))
        gap = 0 if line.strip() else gap + 1


def _blocks(rows: Sequence[_SpacedRow]) -> Iterator[list[_Row]]:
    """Yield the rows of each stretch of a page that stands in columns, cell by cell.

    A stretch ends at a wider space than lines have between them, and at a line that goes across the gap.
    """
    begins = Counter(piece.start for row in rows for piece in row.pieces[1:])
    places = [place for place in sorted(begins) if _near(begins, place) >= _FEWEST_ROWS]
    if not places:
        return
    main, usual = max(places, key=lambda place: begins[place]), median(row.gap for row in rows)
    stretch: list[tuple[_Piece, ...]] = []
    for row in rows:
        crossing = _crosses(row.pieces, main)
        if crossing or row.gap > usual + 1:
            yield from _block(stretch, places)
            stretch = []
        if not crossing:
            stretch.append(row.pieces)
    yield from _block(stretch, places)


def _block(rows: list[tuple[_Piece, ...]], places: Sequence[int]) -> Iterator[list[_Row]]:
    if cuts := _cuts(rows, places):
        cells = [_cells(pieces, cuts) for pieces in rows]
        yield list(dropwhile(lambda row: sum(map(bool, row)) < 2, cells))  # without a heading above


def _near(begins: Counter[int], place: int) -> int:
    return sum(begins[place + by] for by in (-1, 0, 1))


def _crosses(row: Sequence[_Piece], place: int) -> bool:
    return any(piece.start < place - 1 and piece.end > place - 2 for piece in row)


def _cuts(rows: Sequence[Sequence[_Piece]], places: Sequence[int]) -> list[int]:
    """Return the places at which a column begins in most rows and that no piece crosses.

    The clearest comes first; a further one must leave columns of text, since words that are drawn one by one happen to
    begin below each other.
    """
    having = {p: [n for n, row in enumerate(rows) if any(abs(piece.start - p) <= 1 for piece in row)] for p in places}
    cuts: list[int] = []
    for place in sorted(places, key=lambda place: -len(having[place])):
        if any(abs(place - cut) <= 2 for cut in cuts) or any(_crosses(row, place) for row in rows):
            continue
        more = sorted([*cuts, place])
        if _is_often(having[place], len(rows)) and not (cuts and _is_table([_cells(row, more) for row in rows])):
            cuts = more
    return cuts


def _is_often(having: Sequence[int], rows: int) -> bool:
    """Whether a column begins in so many rows: most of a block, or all of its first ones, where it ends early."""
    ends_early = bool(having) and having[-1] + 1 == len(having)
    return len(having) >= _FEWEST_ROWS and (ends_early or len(having) >= _SHARE * rows)


def _cells(row: Sequence[_Piece], cuts: Sequence[int]) -> _Row:
    cells = [""] * (len(cuts) + 1)
    for piece in row:
        column = sum(piece.start >= cut - 1 for cut in cuts)
        cells[column] = f"{cells[column]} {piece.text}".strip()
    return tuple(cells)


def _is_table(block: Sequence[_Row]) -> bool:
    columns = [[cell for cell in column if cell] for column in zip(*block, strict=True)]
    return any(sum(len(cell.split()) for cell in column) < _WORDS * len(column) for column in columns)


def _with_short_rows(lines: Sequence[str], first: int, last: int, cells: set[str]) -> tuple[int, int]:
    """Take in rows beside the block that stand in one column only: the last line of a longer one."""
    while first > 0 and _bare(lines[first - 1]) in cells:
        first -= 1
    while last + 1 < len(lines) and _bare(lines[last + 1]) in cells:
        last += 1
    return first, last


def _column_lines(block: Sequence[_Row], *, starts_page: bool) -> list[str]:
    """Return the lines column by column, after a blank one where a heading or the like stands above them."""
    lines = [cell for column in zip(*block, strict=True) for cell in column if cell]
    return lines if starts_page or lines[0][0].islower() else ["", *lines]


def _bare(line: str) -> str:
    return _SPACES.sub("", line)


CPU_SECONDS = 100
MEMORY = 2_000_000_000  # bytes of address space
_PAGES = 5000  # read of one file
_PAGES_IN_COLUMNS = 500  # of which the layout is looked at too: that takes as long again as the text
_CHARACTERS = 20_000_000  # of all pages together


def extract(data: bytes) -> dict[str, Any]:
    """Return `pages` (texts), `title`, `author` and `created` of a PDF file; or `fault`, one line saying why not.

    `doubtful` has the numbers of the pages whose lines may be mixed. For a damaged file pypdf may raise any exception.
    """
    from pypdf import PdfReader

    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"fault": "is locked with a password; save a copy without one"}
    pages: list[str] = []
    read = pictures = 0
    doubtful: list[int] = []
    for number, page in enumerate(reader.pages[:_PAGES], start=1):
        text, doubt = _in_order(page) if number <= _PAGES_IN_COLUMNS else (page.extract_text() or "", False)
        pages.append(text)
        doubtful += [number] if doubt else []
        read += len(pages[-1])
        pictures += not pages[-1].strip()
        if read > _CHARACTERS:
            return {"fault": "holds more text than one article can have; split it"}
    facts = reader.metadata
    return {
        "pages": pages,
        "empty": pictures,
        "doubtful": doubtful,
        "title": str(facts.title or "") if facts else "",
        "author": str(facts.author or "") if facts else "",
        "created": _created(facts),
    }


def _in_order(page: Any) -> tuple[str, bool]:
    """Return the text of a page, column by column also where it was drawn row by row; and whether that is doubtful."""
    text = page.extract_text() or ""
    if text.count("\n") < 2:
        return text, False
    try:
        layout = page.extract_text(extraction_mode="layout")
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):  # of fonts that say too little
        return text, False
    return in_columns(text, layout or "")


def _created(facts: Any) -> str:
    """Return the day on which the file was made, YYYY-MM-DD, "" when it does not say."""
    try:
        made = facts.creation_date if facts else None
    except (ValueError, TypeError, AttributeError):
        return ""
    return made.date().isoformat() if made else ""


def limit_resources() -> None:
    """Let the system stop this process beyond its limits, where it can."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the caller's time-out holds
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS refuses or ignores it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def extract_to_json(source: IO[bytes], target: IO[str]) -> None:
    """Read a file from `source`, write what it holds to `target` as JSON."""
    limit_resources()
    json.dump(extract(source.read()), target)


if __name__ == "__main__":
    extract_to_json(sys.stdin.buffer, sys.stdout)
