"""Texts whose sentence boundaries people set: news (`pud-news`), mixed documents (`gum`), and traps made by hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.datasets.files import DATA, rows

FOLDER = DATA / "sentences"
PUD_NEWS, GUM, TRAPS = FOLDER / "pud-news.jsonl", FOLDER / "gum.jsonl", FOLDER / "news-traps.jsonl"

_BOUNDARY = " || "


@dataclass(frozen=True, slots=True)
class Document:
    """Sentences in order."""

    id: str
    sentences: tuple[str, ...]  # an empty one marks a paragraph break


@dataclass(frozen=True, slots=True)
class Trap:
    """A text with the offsets at which a sentence begins, the first (0) left out."""

    name: str
    text: str
    starts: tuple[int, ...]


def documents(file: Path) -> list[Document]:
    """The documents of a file such as `PUD_NEWS` or `GUM`."""
    return [Document(row["doc"], tuple(row["sentences"])) for row in rows(file)]


def traps(file: Path = TRAPS) -> list[Trap]:
    """The 45 hand-made traps."""
    return [trap(row["name"], row["text_with_boundaries"]) for row in rows(file)]


def trap(name: str, marked: str) -> Trap:
    """`marked` holds " || " for a space that is a boundary, and "||" before a line break for a boundary there."""
    text, starts = "", []
    for piece in marked.replace("||\n", f"{_BOUNDARY}\n").split(_BOUNDARY):
        if text:
            text += "" if piece.startswith("\n") else " "
            starts.append(len(text) + len(piece) - len(piece.lstrip()))
        text += piece
    return Trap(name, text, tuple(starts))
