"""The program beside plain Chroma, LangChain and LlamaIndex: start, ingest, questions, memory, disk; one command.

    python -m research.bench.peers [--passages 500 1500] [--data FILE]

All use the same embedder and get the same passages, which the others find ready-made: they neither read files nor split
sentences, keep no vectors of sentences and no index of words, and answer with passages where the program answers with
sentences. FILE is as in `research.bench.ingest`. Every step runs in a process of its own, so its memory is its own,
and "first answer" is such a process from start to end with one question. Processor time, all cores together, hardly
depends on what else runs; wall time is what a person waits. LangChain and LlamaIndex are measured where they are
installed; `INSTALL` says how.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from assistant import Assistant
from assistant.library.catalog import SEARCHABLE, chunks
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.sqlite_catalog import SqliteCatalog
from assistant.settings import load
from eval.report.plots import Bar, BarGroup, bars_svg
from research.bench import plain_chroma
from research.bench.embedding import ARTICLES
from research.bench.ingest import _peak, rows
from research.bench.peer_stores import STORES, Store
from research.bench.report import RESULTS, disk, machine, save, spread, table

OURS = "Assistant"
T = TypeVar("T")
SIZES = (500, 1500)  # passages
QUESTIONS = 50
STARTS = 3
INSTALL = """In a virtual environment of their own:
    python3 -m venv peers
    peers/bin/pip install --no-deps --require-hashes -r requirements.lock
    peers/bin/pip install -r research/bench/peers.txt
    peers/bin/python -m research.bench.peers"""
_PACKAGES = ("langchain-chroma", "langchain-core", "llama-index-core", "llama-index-vector-stores-chroma")


class Taken(NamedTuple):
    """What some work took."""

    seconds: float  # wall time
    processor_s: float  # of all cores together


# -- steps, each in a process of its own


def fill_ours(articles: Path, folder: Path) -> dict[str, Any]:
    """Ingest the articles; the model is loaded before the clock starts."""
    with Assistant.open(folder) as assistant:
        assistant.warm_up()
        taken, _ = _timed(partial(assistant.ingest, [articles]))
        count = assistant.status().passages
    return {"passages": count, **taken._asdict(), "peak_memory_bytes": _peak()}


def fill_peer(side: str, library: Path, folder: Path) -> dict[str, Any]:
    """Embed and store the library's passages; the model is loaded before the clock starts."""
    store, embedder = open_store(side, folder)
    embedder.embed(["warm up"])
    passages = list(_passages(library))

    def add() -> None:
        left = iter(passages)
        while batch := list(islice(left, plain_chroma.BATCH)):
            store.add([key for key, _ in batch], [text for _, text in batch])

    return {"passages": len(passages), **_timed(add)[0]._asdict(), "peak_memory_bytes": _peak()}


def ask(side: str, folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Ask each question once; the first is not counted when there are others: it loads what is needed."""
    if side == OURS:
        with Assistant.open(folder, create=False) as assistant:
            taken = _asked_one_by_one(assistant.search, questions)
    else:
        taken = _asked_one_by_one(open_store(side, folder)[0].search, questions)
    counted = taken[1:] or taken
    return {
        "seconds": [t.seconds for t in counted],
        "processor_s": [t.processor_s for t in counted],
        "peak_memory_bytes": _peak(),
    }


def open_store(side: str, folder: Path) -> tuple[Store, MiniLMEmbedder]:
    """A store by its name, with the embedder of the settings."""
    embedder = MiniLMEmbedder(load().settings.cache)
    return STORES[side][0](folder, embedder), embedder


def _asked_one_by_one(search: Callable[[str], Sequence[object]], questions: Sequence[str]) -> list[Taken]:
    taken = []
    for question in questions:
        took, found = _timed(partial(search, question))
        taken.append(took)
        if not found:
            raise SystemExit("A search found nothing; there is nothing to measure.")
    return taken


def _timed(work: Callable[[], T]) -> tuple[Taken, T]:
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return Taken(time.perf_counter() - wall, time.process_time() - processor), result


def _passages(library: Path) -> Iterator[tuple[str, str]]:
    """Key and text of every passage of a library."""
    catalog = SqliteCatalog(library / "library.db")
    for held in chunks(catalog.version_ids(SEARCHABLE)):
        texts = catalog.texts(held)
        for stored in catalog.passages_of(held):
            yield str(stored.passage_id), texts[stored.version_id].text[stored.passage.start : stored.passage.end]
    catalog.close()


# -- measuring


def sides() -> list[str]:
    """What can be measured here; what cannot is told, with the remedy."""
    missing = [side for side, (_, module) in STORES.items() if not _installed(module)]
    if missing:
        sys.stderr.write(f"Not installed, so not measured: {', '.join(missing)}. {INSTALL}\n")
    return [OURS, *(side for side in STORES if side not in missing)]


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a package above it is missing
        return False


def measure(data: Path | None, size: int) -> dict[str, Any]:
    """All figures of all sides at one size."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        articles = _write_articles(data, size, folder)
        figures = {OURS: _step("fill", OURS, articles, folder / OURS)}
        for side in sides()[1:]:
            figures[side] = _step("fill", side, folder / OURS, folder / side)
        for side, figure in figures.items():
            figure |= {"disk_bytes": disk(folder / side), **_asked(side, folder / side, folder / "questions.json")}
    return figures


def _asked(side: str, folder: Path, questions: Path) -> dict[str, Any]:
    starts, processor = [], []
    for _ in range(STARTS):
        began, before = time.perf_counter(), _children()
        first = _step("first", side, questions, folder)
        starts.append(time.perf_counter() - began)
        processor.append(_children() - before)
    asked = _step("ask", side, questions, folder)
    return {
        "first_answer_s": spread(starts),
        "first_answer_processor_s": spread(processor),
        "question_s": spread(asked["seconds"]),
        "question_processor_s": spread(asked["processor_s"]),
        "asking_peak_memory_bytes": first["peak_memory_bytes"],
    }


def _children() -> float:
    """Processor time of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _write_articles(data: Path | None, size: int, folder: Path) -> Path:
    """As many articles as make about `size` passages (17 each in news, by experience), and questions: their titles."""
    lines = list(rows(data, max(4, size // 17)))
    file = folder / "articles.jsonl"
    file.write_text("".join(lines), encoding="utf-8")
    titles = [json.loads(line).get("title") or "What happened?" for line in lines]
    (folder / "questions.json").write_text(json.dumps((titles * QUESTIONS)[: QUESTIONS + 1]), encoding="utf-8")
    return file


def _step(step: str, side: str, *paths: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "research.bench.peers", "--step", step, "--side", side, *map(str, paths)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603  # a command of our own
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _run_step(step: str, side: str, source: Path, folder: Path) -> dict[str, Any]:
    if step == "fill":
        return fill_ours(source, folder) if side == OURS else fill_peer(side, source, folder)
    questions = json.loads(source.read_text(encoding="utf-8"))
    return ask(side, folder, questions[:1] if step == "first" else questions)


# -- telling

_TOLD: dict[str, tuple[str, Callable[[dict[str, Any]], float]]] = {  # name -> (unit, value of one side's figures)
    "ingest, processor time": ("ms a passage", lambda f: 1000 * f["processor_s"] / f["passages"]),
    "ingest": ("ms a passage", lambda f: 1000 * f["seconds"] / f["passages"]),
    "question, processor time": ("ms", lambda f: 1000 * f["question_processor_s"].median),
    "question": ("ms", lambda f: 1000 * f["question_s"].median),
    "question, slowest of 20": ("ms", lambda f: 1000 * f["question_s"].p95),
    "fresh process and answer, processor time": ("s", lambda f: f["first_answer_processor_s"].median),
    "fresh process and answer": ("s", lambda f: f["first_answer_s"].median),
    "peak memory, ingest": ("MB", lambda f: f["peak_memory_bytes"] / 1e6),
    "peak memory, one question": ("MB", lambda f: f["asking_peak_memory_bytes"] / 1e6),
    "on disk": ("MB", lambda f: f["disk_bytes"] / 1e6),
}


def report(figures: dict[str, dict[str, Any]]) -> str:
    """One table for each size."""
    tables = []
    for size, by_side in figures.items():
        lines = [
            (
                f"{name}, {unit}",
                *(f"{value(f):.3g}" for f in by_side.values()),
            )
            for name, (unit, value) in _TOLD.items()
        ]
        tables.append(table((f"{size} passages", *by_side), lines))
    return "\n".join(tables)


def plot(figures: dict[str, dict[str, Any]]) -> str:
    """The figures at the largest size as an SVG picture."""
    size, by_side = list(figures.items())[-1]
    groups = [
        BarGroup(f"{name} ({unit})", tuple(Bar(side, value(f)) for side, f in by_side.items()))
        for name, (unit, value) in _TOLD.items()
    ]
    return bars_svg(f"{size} passages, the same embedder; less is better", groups)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the tables, keep the results and the picture."""
    parser = argparse.ArgumentParser(description="The program beside plain Chroma, LangChain and LlamaIndex.")
    parser.add_argument("--passages", type=int, nargs="+", default=list(SIZES), help="about how many, for each round")
    parser.add_argument("--data", type=Path, default=ARTICLES if ARTICLES.exists() else None, help="file of articles")
    parser.add_argument("--step", choices=("fill", "first", "ask"), help=argparse.SUPPRESS)
    parser.add_argument("--side", help=argparse.SUPPRESS)
    parser.add_argument("paths", nargs="*", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.step:
        sys.stdout.write("\n" + json.dumps(_run_step(chosen.step, chosen.side, *chosen.paths)) + "\n")
        return
    facts = machine()
    facts["packages"] |= {name: found for name in _PACKAGES if (found := _version(name))}
    measured = [measure(chosen.data, size) for size in chosen.passages]
    figures = {f"{m[OURS]['passages']:,}": m for m in measured}
    sys.stdout.write(report(figures))
    command = f"python -m research.bench.peers --passages {' '.join(map(str, chosen.passages))}"
    save("peers", command, facts, {"source": "news" if chosen.data else "invented", "by_passages": figures})
    (RESULTS / "bench-peers.svg").write_text(plot(figures), encoding="utf-8")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    main()
