"""How fast articles go into a library, where the time goes, and what it costs in memory and on disk.

    python -m research.bench.ingest [--articles N] [--data FILE] [--without-embedding] [--alone]

Where there is much to take in, other processes read and cut the articles: the time that is waited for them is then a
part of its own, and what they do is told by the processor's time alone. With --alone all of it is done in one process,
so that each part can be seen, and the results are not kept.

FILE is .jsonl or .jsonl.gz; by default the news articles of the measuring data, and articles made up here where those
are absent. Beside it stands Chroma alone with the same passages and vectors and the texts as its documents. Each side
runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from assistant import Assistant
from assistant.articles.language import language_of
from assistant.library import chunking, workers
from assistant.library import ingest as ingesting
from assistant.library.embedders.base import PassageVectors, Span, unit_rows
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.embedders.minilm_files import DIMENSION
from assistant.library.lexical import TantivyIndex
from assistant.library.sqlite_catalog import SqliteCatalog
from assistant.library.vectors import ChromaIndex
from research.bench import plain_chroma
from research.bench.embedding import ARTICLES, _invented
from research.bench.parts import PartClock, Watched
from research.bench.report import disk, machine, save, table

_CATALOG = (
    *("record", "known", "with_text", "relabel", "version_ids", "superseded", "mark_searchable"),
    *("cached", "cache", "passages_of", "texts", "passage_count", "set_facts"),
)
CATALOG_PARTS = tuple(Watched("catalog", SqliteCatalog, name) for name in _CATALOG)
_BY_WORKERS = (
    Watched("read files", ingesting, "read_file"),
    Watched("split sentences", chunking, "split_sentences"),
    Watched("count tokens, pack passages", MiniLMEmbedder, "count_tokens"),
    Watched("count tokens, pack passages", chunking, "build_passages"),
    Watched("sketch for copies", chunking, "bands"),
)
_WAITING = (Watched("wait for workers", workers._Worker, "take"),)
_WRITING = (
    Watched("embed", MiniLMEmbedder, "embed_passages"),
    Watched("vector index", ChromaIndex, "upsert"),
    Watched("lexical index", TantivyIndex, "upsert"),
    Watched("lexical index", TantivyIndex, "commit"),
    Watched("lexical index", TantivyIndex, "settle"),
    *CATALOG_PARTS,
)
REST = "everything else"


def rows(data: Path | None, count: int) -> Iterator[str]:
    """JSON lines of the first `count` articles of the file, or of as many invented ones."""
    if data is None:
        for number in range(count):
            yield (
                json.dumps({"id": f"invented-{number}", "title": f"Report {number}", "text": _invented(number)}) + "\n"
            )
        return
    with gzip.open(data, "rt", encoding="utf-8") if data.suffix == ".gz" else data.open(encoding="utf-8") as lines:
        yield from islice(lines, count)


def fill_library(file: Path, library: Path, *, embedding: bool = True, alone: bool = False) -> dict[str, Any]:
    """Ingest the file; models are loaded before the clock starts. Without embedding, vectors are drawn at random."""
    clock = PartClock()
    count = 0 if alone else workers.workers_for(file.stat().st_size).count
    watched = (*(_WAITING if count else _BY_WORKERS), *_WRITING)
    with ExitStack() as stack:
        if not embedding:
            stack.enter_context(mock.patch.object(MiniLMEmbedder, "embed_passages", _at_random))
        stack.enter_context(mock.patch.object(ingesting, "workers_for", lambda *_: workers.Workers(count)))
        peaks = stack.enter_context(_peaks_of_workers())
        assistant = stack.enter_context(Assistant.open(library))
        assistant.warm_up()
        language_of("It takes a whole sentence before a language can be told, and its model is loaded.")
        with clock.watching(watched):
            began, spent = time.perf_counter(), time.process_time()
            report = assistant.ingest([file])
            seconds, processor = time.perf_counter() - began, time.process_time() - spent
        held = assistant.status()
    parts = {part: clock.seconds[part] for part in dict.fromkeys(w.part for w in watched)}
    parts[REST] = seconds - sum(parts.values())
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)  # other processes, the workers among them
    if not report.added:
        raise SystemExit(f"Nothing could be taken from {file.name}.")
    return {
        "articles": report.added,
        "sentences": held.sentences,
        "passages": held.passages,
        "embedded": report.embedded,  # fewer than the passages where articles share one word for word
        "seconds": seconds,
        "processor_s": processor,
        "workers": count,
        "workers_processor_s": ended.ru_utime + ended.ru_stime if count else 0.0,
        "parts_s": parts,
        "peak_memory_bytes": _peak() + sum(peaks),
        "disk_bytes": {name: disk(library / name) for name in ("library.db", "chroma", "tantivy")},
    }


def _at_random(embedder: MiniLMEmbedder, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
    """Vectors as MiniLM gives them, at no cost worth counting."""
    drawn = np.random.default_rng(len(texts))
    whole = unit_rows(drawn.standard_normal((len(texts), DIMENSION), np.float32))
    parts = embedder.narrow(unit_rows(drawn.standard_normal((sum(map(len, spans)), DIMENSION), np.float32)))
    ends = np.cumsum([len(inner) for inner in spans])[:-1]
    return [PassageVectors(vector, own) for vector, own in zip(whole, np.split(parts, ends), strict=True)]


def fill_chroma(library: Path, folder: Path) -> dict[str, Any]:
    """Add the library's passages, with their vectors, to Chroma alone."""
    count, seconds = plain_chroma.fill(plain_chroma.open_collection(folder), library)
    return {
        "passages": count,
        "seconds": seconds,
        "peak_memory_bytes": _peak(),
        "disk_bytes": disk(folder),
    }


def _peak() -> int:
    """Bytes of memory that this process held at most."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


@contextmanager
def _peaks_of_workers() -> Iterator[list[int]]:
    """Bytes of memory that each worker held at most, noted when it is stopped; on Linux alone."""
    peaks: list[int] = []
    stop = workers._Worker.stop

    def noted(worker: workers._Worker) -> None:
        with suppress(OSError):
            status = Path(f"/proc/{worker._process.pid}/status").read_text(encoding="utf-8", errors="replace")
            peaks.append(int(status.partition("VmHWM:")[2].split()[0]) * 1024)
        stop(worker)

    with mock.patch.object(workers._Worker, "stop", noted):
        yield peaks


def _in_own_process(side: str, *folders: Path, options: Sequence[str] = ()) -> dict[str, Any]:
    command = [sys.executable, "-m", "research.bench.ingest", "--side", side, *options, *map(str, folders)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603  # a command of our own
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measure(data: Path | None, count: int, side: str, options: Sequence[str] = ()) -> dict[str, Any]:
    """Both sides, one after the other; `side` is the first, with or without embedding, and run with these options."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        file = folder / "articles.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(rows(data, count))
        ours = _in_own_process(side, file, folder / "library", options=options)
        plain = _in_own_process("chroma", folder / "library", folder / "plain")
        return {"source": "news" if data else "invented", "bytes": disk(file), "assistant": ours, "plain_chroma": plain}


def report(figures: dict[str, Any]) -> str:
    """The figures as tables."""
    ours, plain = figures["assistant"], figures["plain_chroma"]
    stored = sum(ours["parts_s"][part] for part in ("vector index", "lexical index", "catalog"))
    both = [
        ("articles / s", f"{ours['articles'] / ours['seconds']:.1f}", ""),
        ("passages / s, embedding included", f"{ours['passages'] / ours['seconds']:.0f}", ""),
        (
            "passages / s, storing alone",
            f"{ours['passages'] / stored:.0f}",
            f"{plain['passages'] / plain['seconds']:.0f}",
        ),
        ("processor seconds", f"{ours['processor_s']:.1f}", ""),
        (f"  and of {ours['workers']} other processes", f"{ours['workers_processor_s']:.1f}", ""),
        ("peak memory, MB", *(f"{side['peak_memory_bytes'] / 1e6:.0f}" for side in (ours, plain))),
        ("on disk, MB", f"{sum(ours['disk_bytes'].values()) / 1e6:.1f}", f"{plain['disk_bytes'] / 1e6:.1f}"),
        *((f"  {name}", f"{size / 1e6:.1f}", "") for name, size in ours["disk_bytes"].items()),
    ]
    others = ours["seconds"] - ours["parts_s"]["embed"] - ours["parts_s"]["vector index"]
    both.insert(1, ("articles / s, all but embedding and Chroma", f"{ours['articles'] / others:.0f}", ""))
    parts = [(part, f"{s:.2f}", f"{s / ours['seconds']:.1%}") for part, s in ours["parts_s"].items()]
    title = f"{ours['articles']:,} articles, {figures['bytes'] / 1e6:.1f} MB, {ours['passages']:,} passages"
    return f"{table((title, 'assistant', 'plain Chroma'), both)}\n{table(('part', 'seconds', 'share'), parts)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the tables, keep the results."""
    parser = argparse.ArgumentParser(description="Speed, memory and disk of an ingest.")
    parser.add_argument("--articles", type=int, default=200, help="how many articles")
    parser.add_argument("--data", type=Path, default=ARTICLES if ARTICLES.exists() else None, help="file of articles")
    parser.add_argument("--without-embedding", action="store_true", help="draw vectors at random: everything else")
    parser.add_argument("--alone", action="store_true", help="do everything in one process, to see each part")
    parser.add_argument("--side", choices=("assistant", "unembedded", "chroma"), help=argparse.SUPPRESS)
    parser.add_argument("folders", nargs="*", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.side:
        if chosen.side == "chroma":
            result = fill_chroma(*chosen.folders)
        else:
            result = fill_library(*chosen.folders, embedding=chosen.side == "assistant", alone=chosen.alone)
        sys.stdout.write(json.dumps(result))
        return
    facts = machine()
    side = "unembedded" if chosen.without_embedding else "assistant"
    options = ["--alone"] if chosen.alone else []
    figures = measure(chosen.data, chosen.articles, side, options)
    sys.stdout.write(report(figures))
    if not chosen.alone:
        option = " --without-embedding" if chosen.without_embedding else ""
        name = "storing" if chosen.without_embedding else "ingest"
        save(name, f"python -m research.bench.ingest --articles {chosen.articles}{option}", facts, figures)


if __name__ == "__main__":
    main()
