"""Minimal pairs: news sentences, true statements in other words, and false ones that differ by one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eval.datasets.files import DATA, rows

FILE = DATA / "minimal-pairs" / "dev.jsonl"

SUPPORTED, PARTLY, NOT_SUPPORTED = "supported", "partly", "not_supported"


@dataclass(frozen=True, slots=True)
class MinimalPair:
    """One statement with the sentences that it is to be checked against; six share a source."""

    source: str  # id of the article
    title: str
    published: date
    sentences: tuple[str, ...]
    statement: str
    label: str  # one of the three
    kind: str  # what was changed: "number", "role-swap", "paraphrase" …


def pairs(file: Path = FILE) -> list[MinimalPair]:
    """Return the 621 statements of the development split."""
    return [
        MinimalPair(
            row["source_id"],
            row["title"],
            date.fromisoformat(row["published"]),
            tuple(row["sentences"]),
            row["statement"],
            row["label"],
            row["kind"],
        )
        for row in rows(file)
    ]
