"""Which sentences support a claim: the program's own search, on pages and clusters with gold sentences.

    python -m research.experiments.sentence_retrieval --wice FILE --multinews FILE [--limit N]

Every page (WiCE) or cluster of articles (Multi-News) becomes a small library; the claim is searched, and each sentence
found is mapped to the line of the page that it lies in. Reported for each way of cutting the ranked list, the number of
sentences and a share of the best score: mean precision, mean recall, and the harmonic mean of the two. Where there are
several gold sets, each claim counts with the one that fits best.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from assistant import Assistant
from assistant.records import Evidence
from assistant.settings import load
from research.datasets import multinews, wice

Documents = Mapping[str, Sequence[str]]  # name -> its sentences
Line = tuple[str, int]  # document, index of the line
LIMIT = 15


@dataclass(frozen=True, slots=True)
class Case:
    """One claim with the lines that support it."""

    claim: str
    gold: tuple[frozenset[Line], ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A case with the lines found, best first, and their scores."""

    case: Case
    lines: tuple[tuple[Line, float], ...]


def of_pages(file: Path) -> Iterator[tuple[Documents, list[Case]]]:
    """Pages with their claim; unsupported claims have no gold sentences and are left out."""
    for claim in wice.claims(file):
        if claim.label != "not_supported":
            gold = tuple(frozenset(("page", i) for i in option) for option in claim.supporting)
            yield {"page": claim.evidence}, [Case(claim.text, gold)]


def of_clusters(file: Path) -> Iterator[tuple[Documents, list[Case]]]:
    """Clusters of articles with the sentences of their summary."""
    for cluster in multinews.clusters(file):
        yield cluster.documents, [Case(s.text, (s.support,)) for s in cluster.summary]


def rank(documents: Documents, cases: Sequence[Case]) -> Iterator[Ranked]:
    """Search every claim in a library made of these documents, a line for each of their sentences."""
    lines = {name: [" ".join(s.split()) or "-" for s in sentences] for name, sentences in documents.items()}
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "documents.jsonl"
        rows = (json.dumps({"id": name, "text": "\n".join(texts)}) for name, texts in lines.items())
        dump.write_text("\n".join(rows), encoding="utf-8")
        with Assistant.open(Path(folder) / "library", settings=load(use_model=False).settings) as assistant:
            assistant.ingest([dump])
            for case in cases:
                found = assistant.search(case.claim, 4 * LIMIT, asked_on=date(2025, 1, 1))
                yield Ranked(case, tuple(_lines(found, assistant))[:LIMIT])


def _lines(found: Sequence[Evidence], assistant: Assistant) -> Iterator[tuple[Line, float]]:
    """The line that each sentence lies in, once."""
    seen: set[Line] = set()
    for e in found:
        text = assistant.article(e.article.id).text
        document = e.article.source.rpartition("#")[2].removeprefix("id ")  # "documents.jsonl#id page"
        line = (document, text.count("\n", 0, e.start))
        if line not in seen:
            seen.add(line)
            yield line, e.score


def figures(ranked: Sequence[Ranked], cut: Callable[[Ranked], frozenset[Line]]) -> tuple[float, float, float]:
    """Mean precision, mean recall, and their harmonic mean."""
    pairs = np.array([_best(cut(r), r.case.gold) for r in ranked])
    precision, recall = pairs.mean(axis=0)
    return float(precision), float(recall), float(2 * precision * recall / (precision + recall))


def _best(chosen: frozenset[Line], options: Sequence[frozenset[Line]]) -> tuple[float, float]:
    scored = [
        (len(chosen & gold) / len(chosen) if chosen else 0.0, len(chosen & gold) / len(gold))
        for gold in options
        if gold
    ]
    return max(scored, key=lambda pr: 2 * pr[0] * pr[1] / (sum(pr) or 1), default=(0.0, 0.0))


def first(count: int) -> Callable[[Ranked], frozenset[Line]]:
    """The cut after `count` lines."""
    return lambda r: frozenset(line for line, _ in r.lines[:count])


def near_best(share: float) -> Callable[[Ranked], frozenset[Line]]:
    """The cut below `share` of the best score."""
    return lambda r: frozenset(line for line, score in r.lines if score >= share * r.lines[0][1])


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wice", type=Path)
    parser.add_argument("--multinews", type=Path)
    parser.add_argument("--limit", type=int, help="pages or clusters of each set")
    arguments = parser.parse_args()
    for name, path, read in (("wice", arguments.wice, of_pages), ("multinews", arguments.multinews, of_clusters)):
        if path is None:
            continue
        items = list(read(path))[: arguments.limit]
        ranked = [r for documents, cases in items for r in rank(documents, cases)]
        print(f"{name}: {len(ranked)} claims\n\n| cut | precision | recall | F1 |\n|---|---|---|---|")
        for count in (1, 2, 3, 4):
            print(f"| first {count} | " + " | ".join(f"{x:.3f}" for x in figures(ranked, first(count))) + " |")
        for share in (0.95, 0.9, 0.85, 0.8, 0.75, 0.7):
            print(f"| {share} of best | " + " | ".join(f"{x:.3f}" for x in figures(ranked, near_best(share))) + " |")


if __name__ == "__main__":
    main()
