"""What a passage costs as an archive grows: time to store it, bytes, and what a search takes, from 10,000 to 1,000,000.

    python -m research.bench.curve --library BASE --work FOLDER [--sizes N …] [--questions FILE] [--most N]
    python -m research.bench.curve --picture

BASE is a library of real articles; variants of them, as `scale` makes them, fill one library in FOLDER, through the
program's own writing and from its first passage on. Vectors are made too, so nothing is embedded and no text is read or
cut: those cost the same in every archive (`bench-embedding`, `bench-ingest`). What is timed is recording, caching the
vectors and both indexes, in processor time of all threads, which other programs on the machine change less. At each
size the library is closed, its files are counted, and questions are searched without a filter, and within six as
`filters` chooses them. Each size is kept as soon as it is measured, with the picture.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.library import Library
from assistant.library.sqlite_catalog import SqliteCatalog
from assistant.settings import load
from eval.report.plots import Curve, CurveChart, curves_svg
from research.bench.filters import measured
from research.bench.report import RESULTS, disk, machine, save, table
from research.bench.report import load as results
from research.bench.retrieval import QUESTIONS, Question, questions
from research.bench.scale_library import Batch, batches, originals, write

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)  # passages
_SEED = 1
_PARTS = ("library.db", "chroma", "tantivy")
_COMMAND = "python -m research.bench.curve --library BASE --work FOLDER"


class Step(NamedTuple):
    """One batch that was stored."""

    passages: int  # in the library after it
    added: int
    processor_s: float
    seconds: float


def fill(folder: Path, target: int, variants: Iterator[Batch]) -> list[Step]:
    """Store batches until the library in `folder` holds `target` passages; it is made if it isn't there yet."""
    library = Library(folder, MiniLMEmbedder(load().settings.cache), create=True)
    library.ready()
    steps, held = [], library.size
    with library.writing():
        while held < target:
            batch = next(variants)
            began, processor = time.perf_counter(), time.process_time()
            added = write(library, batch, target - held)
            held += added
            steps.append(Step(held, added, time.process_time() - processor, time.perf_counter() - began))
            sys.stderr.write(f"{held:,} passages, {1000 * steps[-1].processor_s / max(1, added):.2f} ms each\n")
    began, processor = time.perf_counter(), time.process_time()
    library.close()
    steps.append(Step(held, 0, time.process_time() - processor, time.perf_counter() - began))
    return steps


def at_size(folder: Path, steps: Sequence[Step], asked: Sequence[Question]) -> dict[str, Any]:
    """Return what the last passages cost, the files of the library, and its searches."""
    sizes = {name: disk(folder / name) for name in _PARTS}
    found = measured(folder, asked, compared=0)
    added = sum(step.added for step in steps)
    return found | {
        "stored": {
            "passages": added,
            "processor_ms": 1000 * sum(step.processor_s for step in steps) / added,
            "ms": 1000 * sum(step.seconds for step in steps) / added,
        },
        "disk_bytes": sizes,
        "bytes_a_passage": sum(sizes.values()) / found["passages"],
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,  # with the base, for variants
    }


def picture(figures: Mapping[str, dict[str, Any]]) -> str:
    """Return the curves as a picture of its own."""
    sizes = [float(found["passages"]) for found in figures.values()]
    filtered = [[one for name, one in found["filters"].items() if name != "no filter"] for found in figures.values()]
    none = [found["filters"]["no filter"]["processor_ms"] for found in figures.values()]

    def curve(label: str, values: Sequence[float]) -> Curve:
        return Curve(label, tuple(zip(sizes, values, strict=True)))

    charts = (
        CurveChart(
            "storing a passage, ms of processor time",
            (curve("", [f["stored"]["processor_ms"] for f in figures.values()]),),
        ),
        CurveChart("kB on disk a passage", (curve("", [f["bytes_a_passage"] / 1000 for f in figures.values()]),)),
        CurveChart(
            "a search, ms of processor time",
            (
                curve("median", [_part(spread, "median") for spread in none]),
                curve("95 of 100 (dashed)", [_part(spread, "p95") for spread in none]),
            ),
        ),
        CurveChart(
            "within a filter, as multiples",
            (
                curve("mean of six", [sum(one["ratio"] for one in ones) / len(ones) for ones in filtered]),
                curve("dearest (dashed)", [max(one["ratio"] for one in ones) for ones in filtered]),
            ),
        ),
    )
    return curves_svg("What a passage costs, by passages in the library", charts)


def _part(spread: Any, name: str) -> float:
    """Of a spread, also of one that was read from a file."""
    return float(spread[name] if isinstance(spread, Mapping) else getattr(spread, name))


def report(figures: Mapping[str, dict[str, Any]]) -> str:
    """The figures as a table."""
    header = ("passages", "stored, ms", "kB each", "search, ms", "p95, ms", "filtered", "dearest", "recall@60, lowest")
    rows = []
    for found in figures.values():
        none = found["filters"]["no filter"]["processor_ms"]
        ones = [one for name, one in found["filters"].items() if name != "no filter"]
        rows.append(
            (
                f"{found['passages']:,}",
                f"{found['stored']['processor_ms']:.2f}",
                f"{found['bytes_a_passage'] / 1000:.2f}",
                f"{_part(none, 'median'):.1f}",
                f"{_part(none, 'p95'):.1f}",
                f"{sum(one['ratio'] for one in ones) / len(ones):.2f}",
                f"{max(one['ratio'] for one in ones):.2f}",
                f"{min(one['recall@60'] for one in ones):.4f}",
            )
        )
    return table(header, rows)


def _keep(facts: Mapping[str, Any], figures: Mapping[str, dict[str, Any]]) -> None:
    save("curve", _COMMAND, facts, figures)
    _draw()


def _draw() -> None:
    kept = results("curve")
    if kept is None:
        sys.exit(f"Nothing is measured yet: {_COMMAND}")
    (RESULTS / "bench-curve.svg").write_text(picture(kept["figures"]), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill the library size by size, measure at each, print the table, keep the results and the picture."""
    parser = argparse.ArgumentParser(description="What a passage costs as an archive grows.")
    parser.add_argument("--library", type=Path, help="a library of real articles; it is not changed")
    parser.add_argument("--work", type=Path, help="folder for the growing library; it must not hold one yet")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="passages at which to measure")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="questions to ask")
    parser.add_argument("--most", type=int, default=60, help="how many of them")
    parser.add_argument("--picture", action="store_true", help="only draw what was measured before")
    chosen = parser.parse_args(arguments)
    if chosen.picture:
        return _draw()
    if chosen.library is None or chosen.work is None or (chosen.work / "library").exists():
        parser.error("--library must name a library, and --work a folder in which none is growing yet")
    asked = questions(chosen.questions)[: chosen.most]
    embedder = MiniLMEmbedder(load().settings.cache)
    variants = batches(*originals(SqliteCatalog(chosen.library / "library.db"), embedder.name), run=_SEED)
    facts, figures = machine(), {}
    for size in sorted(chosen.sizes):
        load_before = machine()["load"]
        steps = fill(chosen.work / "library", size, variants)
        figures[str(size)] = at_size(chosen.work / "library", steps, asked) | {"load": load_before}
        _keep(facts, figures)
    sys.stdout.write(report(figures))
    return None


if __name__ == "__main__":
    main()
