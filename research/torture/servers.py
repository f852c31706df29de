"""A vector server is killed, stopped and emptied while a library uses it; nothing may be lost or done twice.

    python -m research.torture --only servers [--kills N] [--articles N]

It runs on this machine's loopback with a folder of its own. What a library in files answers to the same questions is
what the one on the server has to answer in the end.
"""

from __future__ import annotations

import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.articles import FieldMap
from assistant.errors import IndexUnreachable
from assistant.library.catalog import PENDING, SEARCHABLE
from assistant.library.chroma_server import ChromaServer, ServerPlaces
from assistant.library.embedders.base import PassageVectors, Span
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.nearest import nearest_passages
from assistant.records import Filters
from research.tools.running_chroma import RunningChroma
from research.torture.articles import articles, revisions
from research.torture.embedder import HashedTexts
from research.torture.faults import Outcome

_QUESTIONS = 60
_DEPTH = 10
_TIMEOUT_S = 5.0
_MOST = 600  # passages in a collection, so that there are several


class _Counting(HashedTexts):
    """Counts the texts that are embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded = 0

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        """The same."""
        self.embedded += len(texts)
        return super().embed_passages(texts, spans)


class ServerFaults:
    """One series of faults, in a folder of its own."""

    def __init__(self, place: Path, *, count: int, seed: int = 1) -> None:
        self._place = place
        self._random = random.Random(seed)  # noqa: S311  # nothing is secret here
        self._files = revisions(place, count, 2)
        texts = [row["text"][:300] for row in articles(range(count, count + _QUESTIONS))]
        self._questions = HashedTexts().embed(texts)
        self._chroma = RunningChroma(place / "chroma")
        self._where = ""  # the library in use
        self._notices: list[str] = []
        self._embedder = _Counting()

    def run(self, kills: int, stopped_s: float) -> Iterator[Outcome]:
        """Yield what came of each fault."""
        with self._chroma:
            yield self._killed(kills)
            yield self._stopped(stopped_s)
            yield self._emptied("its volume is emptied", self._empty)
            yield self._emptied("one collection is deleted", self._drop_one)

    @contextmanager
    def _opened(self, *, on_server: bool = True) -> Iterator[Library]:
        places = ServerPlaces(urls=(self._chroma.url,), timeout=_TIMEOUT_S, most=_MOST) if on_server else None
        folder = self._place / (self._where if on_server else f"{self._where}-in-files")
        library = Library(folder, self._embedder, create=True, places=places, notify=self._notices.append)
        try:
            yield library
        finally:
            library.close()

    def _killed(self, kills: int) -> Outcome:
        """F1: kill -9 at random moments of ingests; each next run goes on where the one before ended."""
        done = away = 0
        took, fault = 1.0, ""
        while done < kills:
            self._where = f"library-{done}"
            for file in self._files:
                is_through = False
                while not is_through:
                    began = time.monotonic()
                    is_killed = done < kills
                    with self._killing(self._random.uniform(0.0, took) if is_killed else None):
                        is_through = self._ingested(file)
                    done, away = done + is_killed, away + (not is_through)
                    if is_through:
                        took = max(took, time.monotonic() - began)
            fault = fault or self._compared()
        rebuilt = sum("rebuilt" in notice for notice in self._notices)
        name = f"kill -9 of the server, {done} times, {away} of them while it was needed"
        return _outcome(name, fault or (f"{rebuilt} rebuilds" if rebuilt else ""))

    @contextmanager
    def _killing(self, delay: float | None) -> Iterator[None]:
        """Kill the server after so many seconds, and start it anew at the end of the block."""
        if delay is None:
            yield
            return
        timer = threading.Timer(delay, self._chroma.kill)
        timer.start()
        yield
        timer.join()
        self._chroma.start()

    def _ingested(self, file: Path) -> bool:
        """Take the file in; returns whether that came to its end."""
        try:
            with self._opened() as library:
                ingest(library, [file], FieldMap())
        except IndexUnreachable:
            return False
        return True

    def _stopped(self, seconds: float) -> Outcome:
        """F6: a server that stands still is an error in time, and works again without being started anew."""
        with self._opened() as library:
            before = self._answers(library)
            self._chroma.send(signal.SIGSTOP)
            began = time.monotonic()
            fault = ""
            try:
                self._answers(library)
                fault = "it was answered by a server that stood still"
            except IndexUnreachable:
                waited = time.monotonic() - began
                fault = f"the error came after {waited:.1f} s" if waited > _TIMEOUT_S + 5 else ""
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
            self._chroma.send(signal.SIGCONT)
            fault = fault or ("" if self._answers(library) == before else "other answers afterwards")
        return _outcome(f"the server stands still for {seconds:.0f} s", fault)

    def _emptied(self, name: str, do: Callable[[], int]) -> Outcome:
        """F8: only what is missing is built, and nothing is embedded."""
        embedded = self._embedder.embedded
        kept = do()
        fault = self._compared()
        stay = len(self._names())
        return _outcome(
            f"{name}; {kept} collections were left, {stay} are there",
            fault or (f"{self._embedder.embedded - embedded} embedded" if self._embedder.embedded > embedded else ""),
        )

    def _empty(self) -> int:
        self._chroma.kill()
        shutil.rmtree(self._chroma.folder)
        self._chroma.start()
        return 0

    def _drop_one(self) -> int:
        names = self._names()
        server = ChromaServer(self._chroma.url, "", _TIMEOUT_S)
        server.drop(names[0])
        server.close()
        return len(names) - 1

    def _names(self) -> list[str]:
        server = ChromaServer(self._chroma.url, "", _TIMEOUT_S)
        found = sorted(name for name, _ in server.collections())
        server.close()
        return found

    def _compared(self) -> str:
        """What differs from a library in files, and from the catalog; "" when nothing does."""
        with self._opened() as library:
            found = self._answers(library)
            held, wanted = library.indexes.vectors.keys(), library.catalog.passage_ids(SEARCHABLE)
            findings = [f"{f.what}: {f.fault}" for f in library.check().findings if f.fault]
            pending = len(library.catalog.version_ids(PENDING))
        if not (self._place / f"{self._where}-in-files").exists():
            shutil.copytree(self._place / self._where, self._place / f"{self._where}-in-files")
            before = len(self._notices)
            with self._opened(on_server=False) as library:
                library.ready()
            del self._notices[before:]  # its vectors in files are built
        with self._opened(on_server=False) as library:
            same = sum(one == other for one, other in zip(found, self._answers(library), strict=True))
        if sorted(held) != sorted(wanted):
            return f"{len(held)} passages on the server, {len(wanted)} in the catalog"
        if findings or pending:
            return "; ".join([*findings, f"{pending} pending"])
        return "" if same == len(found) else f"{same} of {len(found)} questions answered the same"

    def _answers(self, library: Library) -> list[list[float]]:
        """Of each question the nearest passages by their cosines: many texts are alike, and their order is any."""
        library.ready()
        hits = (nearest_passages(library, vector, _DEPTH, Filters()) for vector in self._questions)
        return [[round(hit.score, 3) for hit in some] for some in hits]


def _outcome(name: str, fault: str) -> Outcome:
    return Outcome(fault=name, verdict=fault or "nothing lost, nothing twice, the same answers", good=not fault)
