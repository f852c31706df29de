"""Exports as one HTML page: each statement with its verdict, and beside it its source sentence in its paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import wording
from assistant.export import phrases
from assistant.export.document import Document, Exchange, Source, shown_citations
from assistant.export.pages import render_page
from assistant.records import Citation, Statement

_STYLE = Path(__file__).parent / "templates" / "answer.css"


@dataclass(frozen=True, slots=True)
class Card:
    """A source beside a statement; one that is already shown above is only linked to."""

    number: int
    anchor: str
    source: Source
    repeated: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A statement and the sources beside it."""

    statement: Statement
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A question on the page."""

    number: int
    exchange: Exchange
    rows: tuple[Row, ...]
    loose: tuple[Card, ...]  # sources that belong to no statement


def html_page(document: Document) -> str:
    """Return the whole page; it needs no other file."""
    sections = [_section(document, e, number) for number, e in enumerate(document.exchanges, start=1)]
    values = {"document": document, "sections": sections, "phrases": phrases, "wording": wording}
    return render_page("answer.html", values, css=[_STYLE])


def _section(document: Document, exchange: Exchange, number: int) -> Section:
    seen: set[str] = set()
    answer = exchange.answer
    rows = tuple(Row(s, tuple(_cards(document, s.citations, number, seen))) for s in answer.statements)
    others = [citation for citation in shown_citations(answer) if citation.ref not in seen]
    return Section(number, exchange, rows, tuple(_cards(document, others, number, seen)))


def _cards(document: Document, citations: Sequence[Citation], section: int, seen: set[str]) -> Iterator[Card]:
    for citation in citations:
        anchor = f"q{section}-source{citation.number}"
        yield Card(citation.number, anchor, document.source(citation), repeated=citation.ref in seen)
        seen.add(citation.ref)
