"""Whether a large archive streams in: rate from the first tenth to the last, and memory.

    python -m research.bench.large [--articles N] [--paragraphs N]

Articles of invented words in the shape of news go through the whole ingest; only the embedding is replaced by one that
costs next to nothing, since its cost does not depend on the size of the archive. Chroma holds all vectors and their
graph in memory, .9 kB each: that part of the memory grows with the archive and is reported by itself. Rates are given
by the clock, and by the processor's time, which other programs on the machine change less.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.articles import FieldMap
from assistant.library.ingest import ingest
from assistant.library.lexical import TantivyIndex
from assistant.library.library import Library
from assistant.library.vectors import ChromaIndex
from assistant.library_reports import IngestProgress
from research.bench.ingest import CATALOG_PARTS
from research.bench.parts import PartClock, Watched
from research.bench.report import disk, machine, save, table
from research.torture.articles import write_articles
from research.torture.embedder import HashedTexts

_TENTHS = 10
_VECTOR = 192 * 4 + 140  # bytes of a narrowed vector and its links in Chroma's graph
_WATCHED = (
    Watched("vector index", ChromaIndex, "upsert"),
    Watched("lexical index", TantivyIndex, "upsert"),
    Watched("lexical index", TantivyIndex, "commit"),
    Watched("embedding (replaced)", HashedTexts, "embed_passages"),
    *CATALOG_PARTS,
)


class _Marks:
    """Clock, processor time, memory and parts at each tenth of the articles."""

    def __init__(self, articles: int, clock: PartClock) -> None:
        self._step = articles / _TENTHS
        self._clock = clock
        self.found = [self._now(0)]

    def __call__(self, progress: IngestProgress) -> None:
        if progress.articles >= self._step * len(self.found):
            self.found.append(self._now(progress.articles))
            sys.stderr.write(
                f"{progress.articles:,} articles, {self.found[-1]['seconds'] - self.found[0]['seconds']:.0f} s\n"
            )

    def _now(self, articles: int) -> dict[str, Any]:
        return {
            "articles": articles,
            "seconds": time.perf_counter(),
            "processor_s": _processor_s(),
            "memory_bytes": _memory(),
            "parts_s": dict(self._clock.seconds),
        }


def _memory() -> int:
    """Bytes of memory that this process and its workers hold now; itself at most, where the system does not say."""
    try:
        pages = sum(int(_told(process, "statm").split()[1]) for process in ("self", *_workers()))
        return pages * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _processor_s() -> float:
    """Seconds of the processor that this process and its workers used; itself alone, where the system does not say."""
    try:
        own = [_told(worker, "stat").rpartition(")")[2].split()[11:13] for worker in _workers()]
    except OSError:
        own = []
    return time.process_time() + sum(int(ticks) for pair in own for ticks in pair) / os.sysconf("SC_CLK_TCK")


def _workers() -> list[str]:
    """The processes that this one has started and that still run."""
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()


def _told(process: str, what: str) -> str:
    return Path("/proc", process, what).read_text(encoding="utf-8", errors="replace")


def fill(file: Path, folder: Path, articles: int) -> dict[str, Any]:
    """Ingest the file into a new library."""
    clock = PartClock()
    library = Library(folder, HashedTexts(), create=True)
    library.ready()
    marks = _Marks(articles, clock)
    with clock.watching(_WATCHED):
        ingest(library, [file], FieldMap(), marks)
    passages = library.catalog.passage_count()
    graph = (passages + library.indexes.vectors.dead_count()) * _VECTOR
    library.close()
    sizes = {name: disk(folder / name) for name in ("library.db", "chroma", "tantivy")}
    return {"passages": passages, "marks": marks.found, "disk_bytes": sizes, "graph_bytes": graph}


def report(figures: dict[str, Any]) -> str:
    """The tenths as a table, and what they come to."""
    rows, rates = [], []
    for before, after in zip(figures["marks"], figures["marks"][1:], strict=False):
        count = after["articles"] - before["articles"]
        clock, processor = (after[name] - before[name] for name in ("seconds", "processor_s"))
        index = after["parts_s"].get("vector index", 0) - before["parts_s"].get("vector index", 0)
        rates.append((count / processor, count / clock))
        rows.append(
            (
                f"{after['articles']:,}",
                f"{count / clock:.0f}",
                f"{count / processor:.0f}",
                f"{index / clock:.0%}",
                f"{after['memory_bytes'] / 1e6:.0f}",
            )
        )
    header = ("articles", "a second", "a processor second", "of it vector index", "memory, MB")
    memory = max(mark["memory_bytes"] for mark in figures["marks"])
    lines = [
        f"passages: {figures['passages']:,}; text and labels: {figures['bytes'] / 1e6:.0f} MB",
        "last tenth to second, the first loads models: "
        f"{rates[-1][0] / rates[1][0]:.2f} by processor time, {rates[-1][1] / rates[1][1]:.2f} by the clock",
        f"memory: {memory / 1e6:.0f} MB, of which Chroma's graph {figures['graph_bytes'] / 1e6:.0f} MB",
        f"disk: {sum(figures['disk_bytes'].values()) / 1e6:.0f} MB",
    ]
    return table(header, rows) + "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure in a process of its own, print the table, keep the results."""
    parser = argparse.ArgumentParser(description="A large archive, with embedding replaced.")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--paragraphs", type=int, default=2, help="of a middling article")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.folder:
        figures = fill(chosen.folder / "articles.jsonl", chosen.folder / "library", chosen.articles)
        sys.stdout.write(json.dumps(figures))
        return
    facts = machine()
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "articles.jsonl"
        write_articles(file, chosen.articles, paragraphs=chosen.paragraphs)
        command = [
            sys.executable,
            "-m",
            "research.bench.large",
            "--articles",
            str(chosen.articles),
            "--folder",
            temporary,
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603  # our own
        figures = json.loads(done.stdout) | {"bytes": disk(file)}
    sys.stdout.write(report(figures))
    asked = f"python -m research.bench.large --articles {chosen.articles} --paragraphs {chosen.paragraphs}"
    save("large", asked, facts, figures)


if __name__ == "__main__":
    main()
