"""How fast articles go into a library, where the time goes, and what it costs in memory and on disk.

    python -m eval.bench.ingest [--articles N] [--data FILE]

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
from itertools import islice
from pathlib import Path
from typing import Any

from assistant import Assistant
from assistant.library import ingest as ingesting
from assistant.library.catalog import Catalog
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.lexical import TantivyIndex
from assistant.library.vectors import ChromaIndex
from eval.bench import plain_chroma
from eval.bench.embedding import ARTICLES, _invented
from eval.bench.parts import PartClock, Watched
from eval.bench.report import disk, machine, save, table

_CATALOG = ("record", "known", "with_text", "cached", "cache", "passages_of", "texts", "mark_searchable", "in_state")
WATCHED = (
    Watched("read files", ingesting, "read_file"),
    Watched("split sentences", ingesting, "split_sentences"),
    Watched("count tokens, pack passages", MiniLMEmbedder, "count_tokens"),
    Watched("count tokens, pack passages", ingesting, "build_passages"),
    Watched("embed", MiniLMEmbedder, "embed_passages"),
    Watched("vector index", ChromaIndex, "upsert"),
    Watched("lexical index", TantivyIndex, "upsert"),
    Watched("lexical index", TantivyIndex, "commit"),
    *(Watched("catalog", Catalog, name) for name in _CATALOG),
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


def fill_library(file: Path, library: Path) -> dict[str, Any]:
    """Ingest the file; the model is loaded before the clock starts."""
    clock = PartClock()
    with Assistant.open(library) as assistant:
        assistant.warm_up()
        with clock.watching(WATCHED):
            began = time.perf_counter()
            report = assistant.ingest([file])
            seconds = time.perf_counter() - began
        held = assistant.status()
    parts = {part: clock.seconds[part] for part in dict.fromkeys(w.part for w in WATCHED)}
    parts[REST] = seconds - sum(parts.values())
    if not report.added:
        raise SystemExit(f"Nothing could be taken from {file.name}.")
    return {
        "articles": report.added,
        "sentences": held.sentences,
        "passages": held.passages,
        "embedded": report.embedded,  # fewer than the passages where articles share one word for word
        "seconds": seconds,
        "parts_s": parts,
        "peak_memory_bytes": _peak(),
        "disk_bytes": {name: disk(library / name) for name in ("library.db", "chroma", "tantivy")},
    }


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


def _in_own_process(side: str, *folders: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "eval.bench.ingest", "--side", side, *map(str, folders)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603  # a command of our own
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measure(data: Path | None, count: int) -> dict[str, Any]:
    """Both sides, one after the other."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        file = folder / "articles.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(rows(data, count))
        ours = _in_own_process("assistant", file, folder / "library")
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
        ("peak memory, MB", *(f"{side['peak_memory_bytes'] / 1e6:.0f}" for side in (ours, plain))),
        ("on disk, MB", f"{sum(ours['disk_bytes'].values()) / 1e6:.1f}", f"{plain['disk_bytes'] / 1e6:.1f}"),
        *((f"  {name}", f"{size / 1e6:.1f}", "") for name, size in ours["disk_bytes"].items()),
    ]
    parts = [(part, f"{s:.2f}", f"{s / ours['seconds']:.1%}") for part, s in ours["parts_s"].items()]
    title = f"{ours['articles']:,} articles, {figures['bytes'] / 1e6:.1f} MB, {ours['passages']:,} passages"
    return f"{table((title, 'assistant', 'plain Chroma'), both)}\n{table(('part', 'seconds', 'share'), parts)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the tables, keep the results."""
    parser = argparse.ArgumentParser(description="Speed, memory and disk of an ingest.")
    parser.add_argument("--articles", type=int, default=200, help="how many articles")
    parser.add_argument("--data", type=Path, default=ARTICLES if ARTICLES.exists() else None, help="file of articles")
    parser.add_argument("--side", choices=("assistant", "chroma"), help=argparse.SUPPRESS)
    parser.add_argument("folders", nargs="*", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.side:
        work = fill_library if chosen.side == "assistant" else fill_chroma
        sys.stdout.write(json.dumps(work(*chosen.folders)))
        return
    facts = machine()
    figures = measure(chosen.data, chosen.articles)
    sys.stdout.write(report(figures))
    save("ingest", f"python -m eval.bench.ingest --articles {chosen.articles}", facts, figures)


if __name__ == "__main__":
    main()
