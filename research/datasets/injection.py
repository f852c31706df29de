"""Instructions that attackers plant in documents, by kind."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from eval.datasets.files import DATA, rows

FILE = DATA / "injection" / "attacks.jsonl"


class Attack(NamedTuple):
    """One planted instruction."""

    kind: str
    text: str


def attacks(file: Path = FILE) -> list[Attack]:
    """The 75 attacks."""
    return [Attack(row["kind"], row["text"]) for row in rows(file)]
