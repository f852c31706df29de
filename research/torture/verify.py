"""What must hold of a library whatever was done to it, looked at in a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

from assistant.articles import FieldMap
from assistant.errors import AssistantError
from assistant.library import analysis
from assistant.library import ingest as ingesting
from assistant.library.catalog import REMOVED, SEARCHABLE
from assistant.library.embedders.base import Embedder, FloatMatrix, PassageVectors, Span
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.library import Library
from assistant.library.packing import unpack_passage
from assistant.library.removal import bring_back, remove
from assistant.library.workers import Workers
from assistant.records import Filters
from research.torture.embedder import HashedTexts

PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["chromadb", "tantivy", "research.torture.verify"])
_TRIED = 10  # passages that are searched for
_SPREAD: dict[str, Any] = {"workers_for": lambda *_: Workers(1), "BATCH_ARTICLES": 10}  # for so few, else no worker


@dataclass(frozen=True, slots=True)
class Seen:
    """A library as it was found."""

    problems: tuple[str, ...] = ()
    articles: int = 0
    passages: int = 0
    citable: tuple[tuple[str, str], ...] = ()  # article id and text hash of every version that can be cited
    cached: tuple[str, ...] = ()  # passage texts whose vectors are stored, by hash
    present: tuple[str, ...] = ()  # ids of the articles that can be found
    removed: tuple[str, ...] = ()  # ids of those that a person took out


class Counting:
    """An embedder that writes down every passage it is given, before its vector is handed on."""

    def __init__(self, embedder: Embedder, log: Path) -> None:
        self._embedder = embedder
        self._log = log
        self.name, self.max_tokens = embedder.name, embedder.max_tokens
        self.dimension, self.width = embedder.dimension, embedder.width
        self.calibration = embedder.calibration

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the embedder does."""
        return self._embedder.count_tokens(texts)

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """As the embedder does."""
        return self._embedder.embed(texts)

    def narrow(self, vectors: FloatMatrix) -> FloatMatrix:
        """As the embedder does."""
        return self._embedder.narrow(vectors)

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        """As the embedder does."""
        found = self._embedder.embed_passages(texts, spans)
        with self._log.open("a", encoding="ascii") as log:
            log.writelines(f"{hashlib.sha256(text.encode()).hexdigest()[:32]}\n" for text in texts)
        return found


def embedder_for(name: str, log: Path, cache: str) -> Embedder:
    """The cheap embedder, or the real one."""
    real = MiniLMEmbedder(Path(cache)) if name == "minilm" else HashedTexts()
    return Counting(real, log)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that is done to a library."""

    kind: Literal["ingest", "remove", "bring back", "forget"]
    file: Path = Path()  # to be taken in
    articles: frozenset[str] = frozenset()  # ids of those to be removed, brought back or forgotten
    spread: bool = False  # over another process, in small batches: as an ingest of much does it

    def do(self, library: Library) -> None:
        """Do it."""
        if self.kind == "ingest":
            with patch.multiple(ingesting, **_SPREAD) if self.spread else nullcontext():
                ingesting.ingest(library, [self.file], FieldMap())
        elif self.kind == "bring back":
            bring_back(library, sorted(self.articles))
        else:
            remove(library, sorted(self.articles), forget=self.kind == "forget")


def run(folder: Path, step: Step, embedder: str, log: Path, cache: str) -> None:
    """One step, in a process of its own; leaves 3 for an error that is told to the user, 1 for any other."""
    library = None
    try:
        library = Library(folder, embedder_for(embedder, log, cache), create=True)
        step.do(library)
    except AssistantError as error:
        (log.parent / "error.txt").write_text(str(error), encoding="utf-8")
        os._exit(3)
    finally:
        if library is not None:
            library.close()


def look(folder: Path, embedder: str, log: Path, cache: str, earlier: Sequence[tuple[str, str]] = ()) -> Seen:
    """Open the library as any question would, and say what is wrong with it then."""
    place = log.parent / "seen.json"
    place.unlink(missing_ok=True)
    process = PROCESSES.Process(target=_look, args=(folder, embedder, log, cache, tuple(earlier), place))
    process.start()
    process.join()
    if process.exitcode or not place.exists():
        return Seen((f"opening it ended the process (exit code {process.exitcode})",))
    found = json.loads(place.read_text(encoding="utf-8"))
    citable = tuple((article, text) for article, text in found.pop("citable"))
    lists: dict[str, Any] = {name: tuple(found.pop(name)) for name in ("problems", "cached", "present", "removed")}
    return Seen(citable=citable, **lists, **found)


def _look(folder: Path, embedder: str, log: Path, cache: str, earlier: Sequence[tuple[str, str]], place: Path) -> None:
    try:
        seen = _seen(folder, embedder_for(embedder, log, cache), earlier)
    except AssistantError as error:
        seen = Seen((f"refused: {error}",))
    place.write_text(json.dumps(asdict(seen)), encoding="utf-8")


def _seen(folder: Path, embedder: Embedder, earlier: Sequence[tuple[str, str]]) -> Seen:
    library = Library(folder, embedder)
    library.ready()
    health = library.check()
    problems = [f"{f.what}: {f.fault}" for f in health.findings if f.fault] + list(health.notices)
    problems += _unfound(library, embedder)
    catalog = library.catalog
    problems += [f"citation {a}-{t[:8]} dangles" for a, t in earlier if catalog.article(a, text_hash=t) is None]
    status, present = library.status(), catalog.articles()
    library.close()
    immutable = "" if os.access(folder, os.W_OK) else "&immutable=1"
    file = f"{(folder / 'library.db').absolute().as_uri()}?mode=ro{immutable}"
    with closing(sqlite3.connect(file, uri=True)) as connection:
        citable = connection.execute("SELECT article, text_hash FROM versions").fetchall()
        cached = connection.execute("SELECT lower(hex(text_hash)) FROM embeddings").fetchall()
        removed = connection.execute("SELECT article FROM versions WHERE state = ?", (REMOVED,)).fetchall()
    return Seen(
        problems=tuple(problems),
        articles=status.articles,
        passages=status.passages,
        citable=tuple(citable),
        cached=tuple(key for (key,) in cached),
        present=tuple(info.id for info in present),
        removed=tuple(article for (article,) in removed),
    )


def _unfound(library: Library, embedder: Embedder) -> list[str]:
    """Passages that neither index finds by their own words and vectors."""
    keys = library.catalog.passage_ids(SEARCHABLE)
    problems = []
    for stored in library.catalog.searchable_passages(random.sample(keys, min(_TRIED, len(keys)))).values():
        text = library.catalog.texts([stored.version_id])[stored.version_id].text[
            stored.passage.start : stored.passage.end
        ]
        vector = unpack_passage(library.catalog.cached(embedder.name, [stored.text_hash])[stored.text_hash])
        near = library.indexes.vectors.search(vector, 3, Filters())
        if not near or near[0].score < 0.99:
            problems.append(f"passage {stored.passage_id} is not found by its vector")
        terms = analysis.terms(text)[:12]
        if stored.passage_id not in {hit.passage_id for hit in library.indexes.lexical.search(terms, 20, Filters())}:
            problems.append(f"passage {stored.passage_id} is not found by its words")
    return problems


def embedded(log: Path) -> list[str]:
    """The hashes in a log of passages that were embedded."""
    return log.read_text(encoding="ascii").split() if log.exists() else []
