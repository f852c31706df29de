"""Multi-News clusters: sentences of a summary, and the sentences of several articles that support each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.datasets.files import DATA, rows

FILE = DATA / "multinews" / "clusters.jsonl"


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """One sentence of a summary."""

    text: str
    support: frozenset[tuple[str, int]]  # (document, index of its sentence)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles about one event, with their summary."""

    id: str
    documents: dict[str, tuple[str, ...]]  # name -> its sentences
    summary: tuple[SummarySentence, ...]


def clusters(file: Path = FILE) -> list[Cluster]:
    """The 28 clusters of the development split."""
    return [
        Cluster(
            row["id"],
            {d["id"]: tuple(d["sentences"]) for d in row["documents"]},
            tuple(
                SummarySentence(s["sentence"], frozenset((name, int(i)) for name, i in s["support"]))
                for s in row["summary"]
            ),
        )
        for row in rows(file)
    ]
