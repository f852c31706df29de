"""What a server for the vectors costs, beside vectors in files: searches, filtered searches and storing.

    python -m research.bench.servers [--articles N] [--rounds N]

`chroma run` is started on this machine's loopback, with a folder of its own. The example archive is taken in twice, its
vectors in files and on the server, and every question of the example suite that has an answer is searched in both by
turns, without the reader: the same sentences must be found. Then N articles of invented words are stored both ways,
with an embedding that costs next to nothing, and the hundred passages nearest to a question are looked for with and
without filters, also with the rule for large libraries (`library.nearest`) from the first passage on. The processor's
time is that of this process and of the server. Ratios are those of one run: the machine is the same for both.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

from assistant import Assistant
from assistant.articles import FieldMap
from assistant.library import nearest
from assistant.library.chroma_server import ServerPlaces
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.records import Filters
from assistant.settings import load
from research.bench.report import machine, save, table
from research.tools.running_chroma import RunningChroma
from research.torture.articles import articles, write_articles
from research.torture.embedder import HashedTexts

ROOT = Path(__file__).resolve().parents[2]
_FILTERS = {
    "no filter": Filters(),
    "three months": Filters(since=date(2023, 3, 1), until=date(2023, 5, 31)),
    "one outlet of five": Filters(outlets=("The Courant",)),
}
Ask = Callable[[], object]
Both = Mapping[str, float]  # "in files" and "on a server"


class _Clock:
    """Seconds by the clock and of the processor, the server's too."""

    def __init__(self, chroma: RunningChroma) -> None:
        self._chroma = chroma
        self.clock: dict[str, list[float]] = {}
        self.processor: dict[str, float] = {}

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """Measure what is done in the block."""
        began, used = time.perf_counter(), self._used()
        yield
        self.clock.setdefault(name, []).append(time.perf_counter() - began)
        self.processor[name] = self.processor.get(name, 0.0) + self._used() - used

    def _used(self) -> float:
        return time.process_time() + self._chroma.processor_s()

    def in_turns(self, asked: Sequence[Mapping[str, Ask]], rounds: int) -> dict[str, Any]:
        """Ask everything in both ways by turns; returns milliseconds of each way, and the server's as a multiple."""
        for ways in asked:  # models and graphs are loaded
            for ask in ways.values():
                ask()
        for number in range(rounds):
            for name in ("in files", "on a server")[:: 1 if number % 2 else -1]:
                for ways in asked:
                    with self.running(name):
                        ways[name]()
        p50 = {name: 1000 * statistics.median(seconds) for name, seconds in self.clock.items()}
        count = rounds * len(asked)
        used = {name: 1000 * seconds / count for name, seconds in self.processor.items()}
        return {"p50_ms": p50, "processor_ms": used, "p50_ratio": _ratio(p50), "processor_ratio": _ratio(used)}


def _ratio(both: Both) -> float:
    return both["on a server"] / both["in files"]


def example_archive(chroma: RunningChroma, work: Path, rounds: int) -> dict[str, Any]:
    """Search the example archive in both ways."""
    settings = replace(load({}).settings, reader="off", cache=load().settings.cache)
    rows = [json.loads(line) for line in (ROOT / "eval/suites/examples.jsonl").read_text("utf-8").splitlines()[1:]]
    questions = [row for row in rows if row.get("gold") and "question" in row]
    with Assistant.open(work / "files", settings=settings) as in_files:
        in_files.ingest([ROOT / "examples" / "articles"])
    shutil.copytree(work / "files", work / "server")
    on_server = replace(settings, chroma=chroma.url)
    with (
        Assistant.open(work / "files", settings=settings) as one,
        Assistant.open(work / "server", settings=on_server) as other,
    ):

        def ask(assistant: Assistant, row: Mapping[str, Any]) -> Ask:
            day = date.fromisoformat(row["asked_on"]) if "asked_on" in row else date(2025, 5, 1)
            return lambda: [found.ref for found in assistant.search(row["question"], 12, day)]

        asked = [{"in files": ask(one, row), "on a server": ask(other, row)} for row in questions]
        same = sum(ways["in files"]() == ways["on a server"]() for ways in asked)
        passages = one.status().passages
        figures = _Clock(chroma).in_turns(asked, rounds)
    return {"passages": passages, "questions": len(questions), "same evidence": same, "search": figures}


def invented_archive(chroma: RunningChroma, work: Path, count: int, rounds: int) -> dict[str, Any]:
    """Store many articles in both ways, and search them by meaning alone."""
    file = work / "articles.jsonl"
    write_articles(file, count)
    clock = _Clock(chroma)
    opened: dict[str, Library] = {}
    for name, places in {"in files": None, "on a server": ServerPlaces(urls=(chroma.url,))}.items():
        library = opened[name] = Library(work / f"invented {name}", HashedTexts(), create=True, places=places)
        with clock.running(name):
            ingest(library, [file], FieldMap())
        library.ready()
    texts = [row["text"][:300] for row in articles(range(count, count + 20))]
    vectors = HashedTexts().embed(texts)
    searches: dict[str, Any] = {}
    for scanned in (nearest.SCANNED, 0):
        with mock.patch.object(nearest, "SCANNED", scanned):
            for filtered, filters in _FILTERS.items():

                def ask(library: Library, vector: Any, filters: Filters = filters) -> Ask:
                    return lambda: nearest.nearest_passages(library, vector, 100, filters)

                asked = [{name: ask(library, vector) for name, library in opened.items()} for vector in vectors]
                if scanned or filters != Filters():
                    title = filtered if scanned else f"{filtered}, as in a large library"
                    searches[title] = _Clock(chroma).in_turns(asked, rounds)
    passages = opened["in files"].catalog.passage_count()
    for library in opened.values():
        library.close()
    seconds = {name: some[0] for name, some in clock.clock.items()}
    storing = {
        "passages_a_second": {name: passages / some for name, some in seconds.items()},
        "passages_a_processor_second": {name: passages / some for name, some in clock.processor.items()},
        "rate_ratio": 1 / _ratio(seconds),
        "processor_ratio": _ratio(clock.processor),
    }
    return {"passages": passages, "storing": storing, "searches": searches}


def report(figures: Mapping[str, Any]) -> str:
    """The figures as a table."""
    example, invented = figures["example archive"], figures["invented archive"]
    found = {f"search, {example['passages']} passages": example["search"]}
    found |= {f"nearest, {invented['passages']:,}: {name}": some for name, some in invented["searches"].items()}
    rows = [
        (
            name,
            *(f"{some['p50_ms'][way]:.1f}" for way in ("in files", "on a server")),
            f"{some['p50_ratio']:.2f}",
            *(f"{some['processor_ms'][way]:.1f}" for way in ("in files", "on a server")),
            f"{some['processor_ratio']:.2f}",
        )
        for name, some in found.items()
    ]
    header = ("", "p50 ms, files", "server", "times", "processor ms, files", "server", "times")
    storing = invented["storing"]
    return table(header, rows) + (
        f"storing: {storing['rate_ratio']:.2f} of the rate in files by the clock, "
        f"{storing['processor_ratio']:.2f} of the processor's time\n"
        f"same evidence for {example['same evidence']} of {example['questions']} questions\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, save and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=600, help="of invented words; some 13 passages each")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    facts = machine()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, RunningChroma(Path(folder) / "chroma") as chroma:
        figures = {
            "example archive": example_archive(chroma, Path(folder), chosen.rounds),
            "invented archive": invented_archive(chroma, Path(folder), chosen.articles, chosen.rounds),
        }
    save("servers", f"python -m research.bench.servers --articles {chosen.articles}", facts, figures)
    sys.stdout.write(report(figures))


if __name__ == "__main__":
    main()
