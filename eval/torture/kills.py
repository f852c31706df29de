"""kill -9 at random moments of ingests and updates; after each, the library has to be whole."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from eval.torture.articles import revisions
from eval.torture.verify import PROCESSES, Seen, embedded, look, run_ingest

_REVISIONS = 3  # an ingest and two updates, then a new library


@dataclass(slots=True)
class Tally:
    """What happened so far."""

    kills: int = 0
    finished: int = 0  # ingests and updates that came to their end
    problems: list[str] = field(default_factory=list)
    twice: int = 0  # passages that were embedded although their vectors were stored
    lost: int = 0  # vectors that were computed and not yet stored when the kill came
    missing: int = 0  # articles that a finished ingest did not leave in the library


class Kills:
    """One series of kills, in a folder of its own."""

    def __init__(self, place: Path, *, articles: int, embedder: str, cache: str, seed: int) -> None:
        self.tally = Tally()
        self._place = place
        self._articles = articles
        self._embedder = embedder
        self._cache = cache
        self._random = random.Random(seed)  # noqa: S311  # nothing is secret here
        self._files = revisions(place, articles, _REVISIONS)
        self._runs = 0

    def run(self, kills: int, tell: Callable[[Tally], None]) -> Tally:
        """Kill until it was done so often; the longest delay is what one ingest takes undisturbed."""
        longest = self._undisturbed()
        round_ = 0
        while self.tally.kills < kills:
            self._one_library(self._place / f"library-{round_}", kills, longest, tell)
            round_ += 1
        return self.tally

    def _undisturbed(self) -> float:
        for name in ("warm-up", "undisturbed"):
            began = time.monotonic()
            process = self._start(self._place / name, 0, self._log(name))
            process.join()
            seconds = time.monotonic() - began
        return seconds

    def _one_library(self, folder: Path, kills: int, longest: float, tell: Callable[[Tally], None]) -> None:
        """An ingest and its updates, killed and started again until each is done."""
        seen = Seen()
        for revision in range(_REVISIONS):
            done = False
            while not done and self.tally.kills < kills:
                self._runs += 1
                log = self._log(f"run-{self._runs}")
                done = self._one_kill(folder, revision, log, self._random.uniform(0, longest))
                if (folder / "library.db").exists():
                    seen = self._look(folder, log, seen)
                tell(self.tally)
            if done and seen.articles != self._articles:
                self.tally.missing += self._articles - seen.articles

    def _one_kill(self, folder: Path, revision: int, log: Path, delay: float) -> bool:
        """Start an ingest and kill it; returns whether it was done before."""
        process = self._start(folder, revision, log)
        process.join(delay)
        if process.exitcode is None:
            process.kill()
            process.join()
            self.tally.kills += 1
            return False
        if process.exitcode:
            self.tally.problems.append(f"an ingest ended with code {process.exitcode}")
        self.tally.finished += 1
        return True

    def _look(self, folder: Path, log: Path, before: Seen) -> Seen:
        during = embedded(log)
        seen = look(folder, self._embedder, log, self._cache, before.citable)
        after = embedded(log)[len(during) :]  # by the look, which finishes what the kill left pending
        self.tally.problems += seen.problems
        self.tally.twice += len(set(during) & set(before.cached))
        self.tally.lost += len(set(during) & set(after))
        return seen

    def _start(self, folder: Path, revision: int, log: Path) -> PROCESSES.Process:  # type: ignore[name-defined]
        process = PROCESSES.Process(
            target=run_ingest, args=(folder, self._files[revision], self._embedder, log, self._cache)
        )
        process.start()
        return process

    def _log(self, name: str) -> Path:
        return self._place / f"{name}.log"
