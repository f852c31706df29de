"""How long a search takes in a large library, where the time goes, and what the vector index misses there.

    python -m research.bench.scale --library BASE --passages N --work FOLDER [--questions FILE] [--rounds N]

BASE is a library of real articles. It is copied into FOLDER, where it stays for another run, and filled up to about N
passages with variants of its articles, through the program's own writing: other ids and days, one word in nine replaced
by a word of the same length from another article, one in two hundred by a word that occurs nowhere else. Lengths stay,
so sentences and passages keep their places. The vector of a variant is the passage's own with a part of the difference
of two other passages' vectors added, which spreads as real vectors do; nothing has to be embedded.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assistant import Assistant
from assistant.library.catalog import SEARCHABLE, Catalog, chunks
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.lexical import TantivyIndex
from assistant.library.library import Library
from assistant.library.packing import Matrix, cosines, unpack_passage
from assistant.library.vectors import ChromaIndex
from assistant.records import Filters
from assistant.retrieval import candidates, retriever
from assistant.settings import load
from research.bench.parts import PartClock, Watched
from research.bench.report import load as results
from research.bench.report import machine, save, spread, table
from research.bench.retrieval import QUESTIONS, Question, questions
from research.bench.scale_library import make

RESULTS_EACH = 10  # sentences
DEPTHS = (10, 60)  # of the recall
WATCHED = (
    Watched("embed the question", MiniLMEmbedder, "embed"),
    Watched("see that the indexes are in step", Library, "ready"),
    Watched("understand the question", retriever, "understand"),
    Watched("vector index", ChromaIndex, "search"),
    Watched("lexical index, search", TantivyIndex, "search"),
    Watched("lexical index, scores of other finds", TantivyIndex, "scores"),
    Watched("catalog, passages", Catalog, "searchable_passages"),
    Watched("catalog, vectors", Catalog, "cached"),
    Watched("catalog, passages of each article", Catalog, "passage_counts"),
    Watched("catalog, texts", Catalog, "texts"),
    Watched("terms of passages", TantivyIndex, "terms"),
    Watched("features and scores of passages", candidates, "cosines"),
    Watched("features and scores of passages", candidates, "fuse_scores"),
    Watched("features and scores of passages", candidates, "nearness"),
    Watched("features and scores of passages", candidates, "passage_scores"),
    Watched("features and scores of passages", candidates, "_lead"),
    Watched("features and scores of passages", candidates, "pair_share"),
    Watched("rank sentences", retriever, "rerank"),
    Watched("confidence in the evidence", retriever, "confidence"),
)
REST = "all else"


class Sizes(NamedTuple):
    """What the library holds."""

    articles: int
    passages: int


def measure(library: Path, asked: Sequence[Question], rounds: int) -> dict[str, Any]:
    """Milliseconds of a search and of its parts; all questions are asked once before the clock starts."""
    whole: list[list[float]] = []
    cpu: list[float] = []
    parts: dict[str, list[float]] = defaultdict(list)
    names = list(dict.fromkeys(w.part for w in WATCHED))
    with Assistant.open(library, create=False) as assistant:
        began = time.perf_counter()
        assistant.warm_up()
        assistant.search(*_arguments(asked[0]))
        first = time.perf_counter() - began
        held = assistant.status()
        for question in asked:
            assistant.search(*_arguments(question))
        for _ in range(rounds):
            whole.append([_search_ms(assistant, question, names, parts) for question in asked])
        for question in asked:
            began = time.process_time()
            assistant.search(*_arguments(question))
            cpu.append(1000 * (time.process_time() - began))
    return {
        "articles": held.articles,
        "passages": held.passages,
        "bytes_on_disk": held.bytes_on_disk,
        "questions": len(asked),
        "first_search_s": first,  # of a new process: indexes and embedder are loaded
        "search_ms": spread([ms for values in whole for ms in values]),
        "processor_ms": spread(cpu),  # of all threads; what other programs do on the machine touches it less
        "p95_by_round_ms": [spread(values).p95 for values in whole],
        "parts_ms": {part: spread(parts[part]) for part in (*names, REST)},
    }


def _arguments(question: Question) -> tuple[Any, ...]:
    return question.text, RESULTS_EACH, question.asked_on


def _search_ms(assistant: Assistant, question: Question, names: list[str], parts: dict[str, list[float]]) -> float:
    """Milliseconds of one search; those of its parts are added to `parts`."""
    clock = PartClock()
    with clock.watching(WATCHED):
        began = time.perf_counter()
        assistant.search(*_arguments(question))
        whole = 1000 * (time.perf_counter() - began)
    for name in names:
        parts[name].append(1000 * clock.seconds[name])
    parts[REST].append(whole - 1000 * sum(clock.seconds.values()))
    return whole


def recall(folder: Path, asked: Sequence[Question]) -> dict[str, float]:
    """Share of the nearest passages, by exact search of whole vectors, that are among the hundred from the index."""
    library = Library(folder, MiniLMEmbedder(load().settings.cache))
    library.ready()
    vectors = library.embedder.embed([question.text for question in asked])
    exact = _exact(library, vectors)
    shares: dict[int, list[float]] = {depth: [] for depth in DEPTHS}
    for vector, best in zip(vectors, exact, strict=True):
        keys = [hit.passage_id for hit in library.indexes.vectors.search(vector, candidates.HITS, Filters())]
        hashes = [stored.text_hash for stored in library.catalog.searchable_passages(keys).values()]
        cached = library.catalog.cached(library.embedder.name, hashes)
        found = np.array(cosines([cached[key] for key in hashes], vector))
        for depth in DEPTHS:
            # By cosine, not by key: where two passages are equally near, either will do.
            near = int(np.count_nonzero(found >= best[depth - 1] - 1e-5))
            shares[depth].append(min(near, depth) / depth)
    library.close()
    return {f"recall@{depth}": float(np.mean(values)) for depth, values in shares.items()}


def _exact(library: Library, vectors: Matrix) -> Any:
    """The highest cosines of each question with any passage, [questions, most], falling."""
    most = max(DEPTHS)
    best = np.full((len(vectors), most), -1.0, dtype=np.float32)
    for rows in chunks(library.catalog.version_ids(SEARCHABLE)):
        hashes = [stored.text_hash for stored in library.catalog.passages_of(rows)]
        cached = library.catalog.cached(library.embedder.name, hashes)
        matrix = np.stack([unpack_passage(cached[key]) for key in hashes])
        both = np.concatenate([best, vectors @ matrix.T], axis=1)
        best = -np.partition(-both, most, axis=1)[:, :most]
    return -np.sort(-best, axis=1)


def report(figures: dict[str, Any]) -> str:
    """The figures as a table."""
    title = f"{figures['articles']:,} articles, {figures['passages']:,} passages, ms"
    rows = [("Assistant.search", *_pair(figures["search_ms"]))]
    rows += [(f"  {part}", *_pair(values)) for part, values in figures["parts_ms"].items()]
    rows.append(("processor time of a search", *_pair(figures["processor_ms"])))
    rounds = ", ".join(f"{value:.1f}" for value in figures["p95_by_round_ms"])
    missed = "".join(f"{name} {value:.4f}\n" for name, value in figures.get("vector_index", {}).items())
    return f"{table((title, 'p50', 'p95'), rows)}p95 of each round: {rounds}\n{missed}"


def _pair(values: Any) -> tuple[str, str]:
    return f"{values.median:.1f}", f"{values.p95:.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the library, measure, print the table, keep the results beside those of other sizes."""
    parser = argparse.ArgumentParser(description="Time of a search in a large library.")
    parser.add_argument("--library", type=Path, required=True, help="a library of real articles; it is not changed")
    parser.add_argument("--passages", type=int, required=True, help="how many the large library is to hold")
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps the large library")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="questions to ask")
    parser.add_argument("--rounds", type=int, default=2, help="times that each question is asked")
    parser.add_argument("--longest", type=float, default=1200.0, help="seconds that making the library may take")
    parser.add_argument("--no-recall", action="store_true", help="leave out the comparison with exact search")
    chosen = parser.parse_args(arguments)
    asked = questions(chosen.questions)
    folder = chosen.work / f"library-{chosen.passages}"
    chosen.work.mkdir(parents=True, exist_ok=True)
    made = make(chosen.library, folder, chosen.passages, chosen.longest)
    facts = machine()
    figures = measure(folder, asked, chosen.rounds) | {"made": made}
    if not chosen.no_recall:
        figures["vector_index"] = recall(folder, asked)
    sys.stdout.write(report(figures))
    kept = (results("scale") or {}).get("figures", {})
    command = "python -m research.bench.scale --library BASE --passages N --work FOLDER"
    save("scale", command, facts, kept | {str(chosen.passages): figures | {"load": facts["load"]}})


if __name__ == "__main__":
    main()
