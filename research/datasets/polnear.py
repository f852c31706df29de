"""PolNeAR: who said what in political news, as spans of source, cue and content (brat standoff).

Newell et al. 2018, "An Attribution Relations Corpus for Political News", https://aclanthology.org/L18-1524
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from eval.datasets.files import DATA, rows

FILE = DATA / "attribution" / "polnear.jsonl.gz"


class Span(NamedTuple):
    """A stretch of the article, `end` excluded; an annotation in several pieces reaches from the first to the last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """One thing said; any of the three may be missing, and any may have several pieces."""

    sources: tuple[Span, ...]
    cues: tuple[Span, ...]
    contents: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article with all that is said in it."""

    id: str
    text: str
    attributions: tuple[Attribution, ...]


def articles(file: Path = FILE) -> list[Annotated]:
    """The 84 articles of the development split."""
    return [Annotated(row["id"], row["text"], attributions(row["ann"])) for row in rows(file)]


def attributions(standoff: str) -> tuple[Attribution, ...]:
    """The events of a brat file (https://brat.nlplab.org/standoff.html), in its order."""
    lines = [line.split("\t") for line in standoff.splitlines() if "\t" in line]
    spans = {name: _span(rest[0]) for name, *rest in lines if name.startswith("T")}
    return tuple(_attribution(rest[0], spans) for name, *rest in lines if name.startswith("E"))


def _span(what: str) -> Span:
    _, _, places = what.partition(" ")  # "Content 115 290", or "Content 115 200;210 290"
    ends = [int(number) for number in places.replace(";", " ").split()]
    return Span(min(ends), max(ends))


def _attribution(event: str, spans: dict[str, Span]) -> Attribution:
    parts = [argument.partition(":")[::2] for argument in event.split()]

    def of(role: str) -> tuple[Span, ...]:
        return tuple(spans[name] for kind, name in parts if kind.rstrip("0123456789") == role and name in spans)

    return Attribution(of("Source"), of("Cue"), of("Content"))
