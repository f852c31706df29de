"""WiCE: claims of Wikipedia, the sentences of the page they cite, and which of these support them.

Kamoi et al. 2023, "WiCE: Real-World Entailment for Claims in Wikipedia", https://aclanthology.org/2023.emnlp-main.470
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.datasets.files import DATA, rows

FILE = DATA / "wice" / "claims.jsonl"

LABELS = ("not_supported", "partially_supported", "supported")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with the page that it cites."""

    text: str
    evidence: tuple[str, ...]  # the sentences of the page; the first may hold its title
    label: str  # one of `LABELS`
    supporting: tuple[tuple[int, ...], ...]  # alternative sets of indices into `evidence`; none when not supported


def claims(file: Path = FILE) -> list[Claim]:
    """The 349 claims of the development split."""
    return [
        Claim(
            row["claim"],
            tuple(row["evidence"]),
            row["label"],
            tuple(tuple(option) for option in row["supporting_sentences"]),
        )
        for row in rows(file)
    ]
