"""What a filter costs in a large library, and what is found within it.

    python -m research.bench.filters --library BASE --passages N --work FOLDER [--questions FILE] [--most N]

The library is that of `scale`, made there if it isn't yet. Six filters are taken from what it holds: the largest
outlet; days around the middle one with three tenths, a tenth, .03 and .01 of all passages; and the day and outlet with
the fewest passages from fifty on. Every question is searched without a filter, within each filter, and, some of them,
as it was before: with the filter given to the vector index. They take turns, and what is compared is the processor's
time of whole searches, of all threads; without the reader, which would cost as much in all of them. The recall is the
share of the sixty passages nearest by exact search of whole vectors within the filter that are among the hundred which
the program finds by meaning.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from assistant import Assistant
from assistant.library import nearest as program
from assistant.library.catalog import SEARCHABLE, StoredPassage, chunks
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.library import Library
from assistant.library.packing import Matrix, cosines, unpack_passage
from assistant.records import ArticleInfo, Filters
from assistant.retrieval import candidates
from assistant.retrieval.time_only import passes
from assistant.settings import load
from research.bench.report import load as results
from research.bench.report import machine, save, spread, table
from research.bench.retrieval import QUESTIONS, Question, questions
from research.bench.scale import RESULTS_EACH
from research.bench.scale_library import make

_SHARES = (0.3, 0.1, 0.03, 0.01)
_FEW = 50  # passages
_DEPTH = 60  # of the recall
_BEFORE = 5  # questions that are also asked as it was before: one takes seconds in a library of a million
_NEVER = 1 << 60  # passages: all are looked at, as it was before


def chosen_filters(articles: Sequence[ArticleInfo]) -> dict[str, Filters]:
    """Return six filters from wide to narrow; `articles` has that of every passage."""
    outlets = Counter(info.outlet for info in articles)
    found = {"the largest outlet": Filters(outlets=(max(outlets, key=outlets.__getitem__),))}
    days = sorted(info.published for info in articles if info.published)
    for share in _SHARES:
        count = round(share * len(articles))
        first = (len(days) - count) // 2
        found[f"days, {share:.0%} of all"] = Filters(since=days[first], until=days[first + count - 1])
    pairs = Counter((info.published, info.outlet) for info in articles if info.published and info.outlet)
    day, outlet = min((pair for pair in pairs if pairs[pair] >= _FEW), key=lambda pair: (pairs[pair], pair))
    return found | {"a day and an outlet": Filters(since=day, until=day, outlets=(outlet,))}


def _passages(library: Library) -> Iterator[list[StoredPassage]]:
    for rows in chunks(library.catalog.version_ids(SEARCHABLE)):
        yield library.catalog.passages_of(rows)


def recalls(library: Library, filters: Mapping[str, Filters], asked: Sequence[Question]) -> dict[str, dict[str, Any]]:
    """Return, for each filter, how many passages lie within, and the recall there."""
    vectors = library.embedder.embed([question.text for question in asked])
    exact, held = _exact(library, filters, vectors)
    found = {}
    for name, limits in filters.items():
        depth = min(_DEPTH, held[name])
        shares = [
            _found(library, vector, limits, best[depth - 1]) / depth
            for vector, best in zip(vectors, exact[name], strict=True)
        ]
        found[name] = {"passages": held[name], f"recall@{_DEPTH}": float(np.mean(shares)), "lowest": min(shares)}
    return found


def _found(library: Library, vector: Any, limits: Filters, least: float) -> int:
    """Return how many passages are found that are as near as `least`, at most `_DEPTH`.

    By cosine, not by key: where two passages are equally near, either will do.
    """
    keys = [hit.passage_id for hit in program.nearest_passages(library, vector, candidates.HITS, limits)]
    held = library.catalog.passage_vectors(library.embedder.name, keys)
    return min(_DEPTH, sum(cosine >= least - 1e-5 for cosine in cosines(list(held.values()), vector)))


def _exact(
    library: Library, filters: Mapping[str, Filters], vectors: Matrix
) -> tuple[dict[str, Matrix], dict[str, int]]:
    """Return the highest cosines within each filter, [questions, depth], falling, and how many passages lie there."""
    best = {name: np.full((len(vectors), _DEPTH), -1.0, dtype=np.float32) for name in filters}
    held = dict.fromkeys(filters, 0)
    for passages in _passages(library):
        cached = library.catalog.cached(library.embedder.name, [s.text_hash for s in passages])
        near = vectors @ np.stack([unpack_passage(cached[s.text_hash]) for s in passages]).T
        for name, limits in filters.items():
            inside = np.array([passes(s.info, limits) for s in passages])
            held[name] += int(inside.sum())
            both = np.concatenate([best[name], near[:, inside]], axis=1)
            best[name] = -np.sort(-both, axis=1)[:, :_DEPTH]
    return best, held


def measure(
    folder: Path, filters: Mapping[str, Filters], asked: Sequence[Question], compared: int = _BEFORE
) -> dict[str, dict[str, Any]]:
    """Return the processor's milliseconds of whole searches: without a filter, within each, and within it as before.

    The last of these, which take long, for the first `compared` questions only.
    """
    none: list[float] = []
    now: dict[str, list[float]] = {name: [] for name in filters}
    before: dict[str, list[float]] = {name: [] for name in filters}
    alone = replace(load().settings, reader="off")
    with Assistant.open(folder, settings=alone, create=False) as assistant:
        for limits in (Filters(), *filters.values()):
            _milliseconds(assistant, asked[0], limits)
        for number, question in enumerate(asked):
            sys.stderr.write(f"question {number + 1} of {len(asked)}\n")
            none.append(_milliseconds(assistant, question, Filters()))
            for name, limits in filters.items():
                now[name].append(_milliseconds(assistant, question, limits))
            for name, limits in filters.items() if number < compared else ():
                with mock.patch.object(program, "SCANNED", _NEVER):
                    before[name].append(_milliseconds(assistant, question, limits))
    unfiltered = float(np.mean(none))
    return {"no filter": {"processor_ms": spread(none), "mean_ms": unfiltered, "ratio": 1.0}} | {
        name: {
            "processor_ms": spread(now[name]),
            "mean_ms": float(np.mean(now[name])),
            "ratio": float(np.mean(now[name])) / unfiltered,
        }
        | ({"ratio_before": float(np.mean(before[name])) / unfiltered} if before[name] else {})
        for name in filters
    }


def _milliseconds(assistant: Assistant, question: Question, limits: Filters) -> float:
    began = time.process_time()
    assistant.search(question.text, RESULTS_EACH, question.asked_on, limits)
    return 1000 * (time.process_time() - began)


def report(figures: dict[str, Any]) -> str:
    """The figures as a table."""
    rows = []
    for name, found in figures["filters"].items():
        recall = found.get(f"recall@{_DEPTH}")
        rows.append(
            (
                name,
                f"{found['passages']:,}",
                f"{found['mean_ms']:.1f}",
                f"{found['processor_ms'].p95:.1f}",
                f"{found['ratio']:.2f}",
                f"{found['ratio_before']:.2f}" if "ratio_before" in found else "",
                "" if recall is None else f"{recall:.4f}",
            )
        )
    header = (
        f"{figures['passages']:,} passages",
        *("within", "mean, ms", "p95, ms", "to no filter", "before", f"recall@{_DEPTH}"),
    )
    return table(header, rows)


def measured(folder: Path, asked: Sequence[Question], compared: int = _BEFORE) -> dict[str, Any]:
    """Return the figures of a library: of each filter the passages within, the time, the recall."""
    library = Library(folder, MiniLMEmbedder(load().settings.cache))
    library.ready()
    size = library.size
    filters = chosen_filters([s.info for passages in _passages(library) for s in passages])
    found = recalls(library, {"no filter": Filters(), **filters}, asked)
    library.close()
    times = measure(folder, filters, asked, compared)
    joined = {name: {"passages": size} | times[name] | found.get(name, {}) for name in times}
    return {"passages": size, "questions": len(asked), "filters": joined}


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the library, measure, print the table, keep the results beside those of other sizes."""
    parser = argparse.ArgumentParser(description="What a filter costs in a large library, and what is found within it.")
    parser.add_argument("--library", type=Path, required=True, help="a library of real articles; it is not changed")
    parser.add_argument("--passages", type=int, required=True, help="how many the large library is to hold")
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps the large library")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="questions to ask")
    parser.add_argument("--most", type=int, default=60, help="how many of them")
    parser.add_argument("--longest", type=float, default=1200.0, help="seconds that making the library may take")
    chosen = parser.parse_args(arguments)
    chosen.work.mkdir(parents=True, exist_ok=True)
    folder = chosen.work / f"library-{chosen.passages}"
    make(chosen.library, folder, chosen.passages, chosen.longest)
    facts = machine()
    figures = measured(folder, questions(chosen.questions)[: chosen.most])
    sys.stdout.write(report(figures))
    kept = (results("filters") or {}).get("figures", {})
    command = "python -m research.bench.filters --library BASE --passages N --work FOLDER"
    save("filters", command, facts, kept | {str(chosen.passages): figures | {"load": facts["load"]}})


if __name__ == "__main__":
    main()
