"""Columns of a PDF page whose lines were drawn row by row, across the gap between them.

The text of a page comes in the order in which it was drawn. Most programs draw one column after the other; some draw
the first line of each, then the second, and the text reads "closed on leave from Pier 1 until the". The layout of the
page, its lines with spaces as wide as the gaps, shows where the columns begin: at one place in nearly every row. Where
the text holds the rows as they stand there, they are put in the order of the columns. Tables look alike, but the cells
of at least one of their columns hold a word or two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from statistics import median

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
