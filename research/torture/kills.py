"""kill -9 at random moments of ingests, updates and removals; after each, the library has to be whole.

What has to hold besides: nothing that was removed comes back, and nothing that was not removed is lost. A removal is
done for all its articles or for none of them, whenever the kill came. Half of the ingests have a worker that reads and
cuts for them; what one way left half done, the other one finishes.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from research.torture.articles import revisions
from research.torture.verify import PROCESSES, Seen, Step, embedded, look, run

_REVISIONS = 3  # of the articles
_KILLS_A_STEP = 4  # then it is left alone, so that the next one is reached
_REMOVED = 0.2  # of the articles
_PLAN: tuple[Literal["ingest", "remove", "bring back", "forget"], ...] = (
    "ingest",
    "remove",
    "ingest",  # of changed articles, also of the removed ones
    "bring back",  # half of them
    "ingest",
    "forget",  # the other half
)


@dataclass(slots=True)
class Tally:
    """What happened so far."""

    kills: int = 0
    in_spread: int = 0  # of the kills, those during an ingest with a worker
    in_removals: int = 0  # of the kills, those during a removal, or while articles were brought back
    finished: int = 0  # steps that came to their end
    problems: list[str] = field(default_factory=list)
    twice: int = 0  # passages that were embedded although their vectors were stored
    lost: int = 0  # vectors that were computed and not yet stored when the kill came
    missing: int = 0  # articles that should be there, and are not
    risen: int = 0  # articles that were removed, and are there


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
        self._longest: dict[tuple[str, bool], float] = {}  # seconds that each step, spread or not, takes undisturbed

    def run(self, kills: int, tell: Callable[[Tally], None]) -> Tally:
        """Kill until it was done so often."""
        for spread in (False, True):
            warm_up = Step(kind="ingest", file=self._files[0], spread=spread)
            self._one_kill(self._place / f"warm-up-{spread}", warm_up, self._place / "warm-up.log", None)
        self._one_library(self._place / "undisturbed", 0, tell)
        self.tally = Tally(problems=self.tally.problems)
        number = 0
        while self.tally.kills < kills:
            self._one_library(self._place / f"library-{number}", kills, tell)
            number += 1
        return self.tally

    def _one_library(self, folder: Path, kills: int, tell: Callable[[Tally], None]) -> None:
        """All steps of the plan, each killed and started again until it is done; without `kills`, none is killed."""
        seen, revision = Seen(), -1
        for kind in _PLAN:
            revision += kind == "ingest"
            step = self._step(kind, seen, self._files[revision])
            before, tries, done = seen, 0, False
            while not done and (not kills or self.tally.kills < kills):
                self._runs += 1
                tries += 1
                if kind == "ingest":
                    step = replace(step, spread=self._random.random() < 0.5)
                log = self._place / f"run-{self._runs}.log"
                spared = not kills or tries > _KILLS_A_STEP
                done = self._one_kill(folder, step, log, None if spared else self._delay(step))
                if (folder / "library.db").exists():
                    seen = self._look(folder, step, log, seen)
                    self._compare(step, before, seen, done=done)
                tell(self.tally)

    def _step(self, kind: Literal["ingest", "remove", "bring back", "forget"], seen: Seen, file: Path) -> Step:
        if kind == "ingest":
            return Step(kind=kind, file=file)
        if kind == "remove":
            chosen = self._random.sample(seen.present, round(_REMOVED * len(seen.present)))
        else:
            chosen = sorted(seen.removed)[: len(seen.removed) // 2 if kind == "bring back" else None]
        return Step(kind=kind, articles=frozenset(chosen))

    def _delay(self, step: Step) -> float:
        return self._random.uniform(0, self._longest[step.kind, step.spread])

    def _one_kill(self, folder: Path, step: Step, log: Path, delay: float | None) -> bool:
        """Start a step and kill it, unless `delay` is None; returns whether it was done before."""
        began = time.monotonic()
        process = PROCESSES.Process(target=run, args=(folder, step, self._embedder, log, self._cache))
        process.start()
        process.join(delay)
        if process.exitcode is None:
            process.kill()
            process.join()
            self.tally.kills += 1
            self.tally.in_spread += step.spread
            self.tally.in_removals += step.kind != "ingest"
            return False
        if process.exitcode:
            self.tally.problems.append(f"{step.kind}: it ended with code {process.exitcode}")
        self.tally.finished += 1
        if delay is None:
            seconds, kind = time.monotonic() - began, (step.kind, step.spread)
            self._longest[kind] = max(self._longest.get(kind, 0.0), seconds)
        return True

    def _look(self, folder: Path, step: Step, log: Path, before: Seen) -> Seen:
        during = embedded(log)
        forgotten = step.articles if step.kind == "forget" else frozenset()
        earlier = [(article, text) for article, text in before.citable if article not in forgotten]
        seen = look(folder, self._embedder, log, self._cache, earlier)
        after = embedded(log)[len(during) :]  # by the look, which finishes what the kill left pending
        self.tally.problems += [f"{step.kind}: {problem}" for problem in seen.problems]
        self.tally.twice += len(set(during) & set(before.cached))
        self.tally.lost += len(set(during) & set(after))
        return seen

    def _compare(self, step: Step, before: Seen, now: Seen, *, done: bool) -> None:
        """Whether what is there and what was removed is as it was before the step, or as it should be after it."""
        present, removed = set(before.present), set(before.removed)
        if step.kind == "ingest":
            self.tally.missing += len(present - set(now.present))
            self.tally.risen += len(removed.intersection(now.present)) + len(removed - set(now.removed))
            if done:
                self.tally.missing += max(0, self._articles - len(now.present) - len(now.removed))
            return
        after = _after(step, present, removed)
        right = [after] if done else [(present, removed), after]
        if (set(now.present), set(now.removed)) in right:
            return
        wanted, gone = right[0]
        self.tally.missing += len(wanted - set(now.present))
        self.tally.risen += len(gone.intersection(now.present))
        self.tally.problems.append(f"{step.kind}: it was done for some of its articles only")


def _after(step: Step, present: set[str], removed: set[str]) -> tuple[set[str], set[str]]:
    """What is there and what was removed once the step is done."""
    if step.kind == "remove":
        return present - step.articles, removed | step.articles
    if step.kind == "bring back":
        return present | step.articles, removed - step.articles
    return present - step.articles, removed - step.articles
