"""How long a search takes in an open library, as in the chat, and where the time goes.

    python -m research.bench.retrieval [--library FOLDER] [--questions FILE] [--rounds N]

FILE is JSON lines with `question` and `asked_on`, by default those of the measuring data. Without a library, some
questions about the example archive are asked, which is taken into a library of its own. Beside it stands `query` of
Chroma alone, over the same vectors and with the texts as its documents. Both embed the question first; they take turns
at every question.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from assistant import Assistant
from assistant.library.catalog import Catalog
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.lexical import TantivyIndex
from assistant.library.library import Library
from assistant.library.vectors import ChromaIndex
from assistant.settings import load
from research.bench import plain_chroma
from research.bench.parts import PartClock, Watched
from research.bench.report import Spread, machine, save, spread, table
from research.bench.startup import EXAMPLES

QUESTIONS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "news2022" / "questions.jsonl"
RESULTS_EACH = 10  # sentences, and passages of Chroma
WATCHED = (
    Watched("embed the question", MiniLMEmbedder, "embed"),
    Watched("see that the indexes are in step", Library, "ready"),
    Watched("vector index", ChromaIndex, "search"),
    Watched("lexical index", TantivyIndex, "search"),
    *(Watched("read sentences", Catalog, name) for name in ("searchable_passages", "texts", "cached")),
)
REST = "rank sentences, all else"
OWN_QUESTIONS = (
    "How many vehicles does the Pellin Bridge carry a day?",
    "When did Tomas Grell die?",
    "Why did the mayor of Skelmouth resign?",
    "What will the repair of the bridge cost?",
    "Who won the recount?",
    "How much aniline flowed into the river?",
    "When did Halvek call the authorities?",
    "What does Odelan offer for Harrock Ports?",
    "How many border guards were sent to Stannick Weir?",
    "What does the treaty of 1974 say about the flow?",
    "What did the ministers agree on last Wednesday?",
    "Who is the captain of the ferry?",
    "What does a crossing cost?",
    "Is Lena Tolland related to the general?",
    "Wie viel Entschädigung fordert Harelau?",
)


class Question(NamedTuple):
    """A question and the day on which it is asked."""

    text: str
    asked_on: date


def questions(file: Path | None) -> list[Question]:
    """The questions of the file, or those about the example archive."""
    if file is None:
        return [Question(text, date(2025, 4, 17)) for text in OWN_QUESTIONS]
    if not file.is_file():
        raise SystemExit("There is no file of questions to ask this library; name one with --questions.")
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [Question(row["question"], date.fromisoformat(row["asked_on"])) for row in rows]


def measure(library: Path, chroma: Path, asked: Sequence[Question], rounds: int) -> dict[str, Any]:
    """Milliseconds of both sides, and of the parts of ours."""
    collection = plain_chroma.open_collection(chroma)
    if collection.count() == 0:
        plain_chroma.fill(collection, library)
    embedder = MiniLMEmbedder(load().settings.cache)
    taken: dict[str, list[float]] = {"assistant": [], "plain_chroma": []}
    parts: dict[str, list[float]] = defaultdict(list)

    def query(question: Question) -> None:
        vector = embedder.embed([question.text])[0]
        collection.query(query_embeddings=vector, n_results=RESULTS_EACH)

    with Assistant.open(library, create=False) as assistant:
        held = assistant.status()
        assistant.warm_up()
        for question in asked[:3]:
            assistant.search(question.text, RESULTS_EACH, question.asked_on)
            query(question)
        for question in [*asked] * rounds:
            with _parted(parts):
                began = time.perf_counter()
                assistant.search(question.text, RESULTS_EACH, question.asked_on)
                whole = _ms(began)
            parts[REST].append(whole - sum(parts[w][-1] for w in _names()))
            taken["assistant"].append(whole)
            taken["plain_chroma"].append(_timed(query, question))
    return {
        "articles": held.articles,
        "passages": held.passages,
        "questions": len(asked),
        "rounds": rounds,
        "search_ms": {side: spread(values) for side, values in taken.items()},
        "parts_ms": {part: spread(values) for part, values in parts.items()},
    }


@contextmanager
def _parted(parts: dict[str, list[float]]) -> Iterator[None]:
    """Adds one value, in milliseconds, for each part of what runs in this block."""
    clock = PartClock()
    with clock.watching(WATCHED):
        yield
    for name in _names():
        parts[name].append(1000 * clock.seconds[name])


def _names() -> list[str]:
    return list(dict.fromkeys(watched.part for watched in WATCHED))


def _timed(work: Callable[[Question], None], question: Question) -> float:
    began = time.perf_counter()
    work(question)
    return _ms(began)


def _ms(began: float) -> float:
    return 1000 * (time.perf_counter() - began)


def report(figures: dict[str, Any]) -> str:
    """The figures as a table."""

    def row(name: str, values: Spread) -> tuple[str, str, str]:
        return name, f"{values.median:.1f}", f"{values.p95:.1f}"

    title = f"{figures['articles']:,} articles, {figures['passages']:,} passages, ms"
    search = figures["search_ms"]
    rows = [row("Assistant.search", search["assistant"])]
    rows += [row(f"  {part}", values) for part, values in figures["parts_ms"].items()]
    rows.append(row("plain Chroma, embed and query", search["plain_chroma"]))
    return table((title, "p50", "p95"), rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, keep the results."""
    parser = argparse.ArgumentParser(description="Time of a search in an open library.")
    parser.add_argument("--library", type=Path, help="a library of the measuring data's articles")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="questions to ask that library")
    parser.add_argument("--chroma", type=Path, help="folder that keeps Chroma's collection for another run")
    parser.add_argument("--rounds", type=int, default=2, help="times that each question is asked")
    chosen = parser.parse_args(arguments)
    facts = machine()
    with tempfile.TemporaryDirectory() as temporary:
        library = chosen.library or _examples(Path(temporary) / "library")
        chroma = chosen.chroma or Path(temporary) / "chroma"
        figures = measure(library, chroma, questions(chosen.questions if chosen.library else None), chosen.rounds)
    sys.stdout.write(report(figures))
    folder = "" if chosen.library is None else " --library FOLDER"
    save("retrieval", f"python -m research.bench.retrieval{folder}", facts, figures)


def _examples(folder: Path) -> Path:
    with Assistant.open(folder) as assistant:
        assistant.ingest([EXAMPLES])
    return folder


if __name__ == "__main__":
    main()
