"""Workers on a Ray cluster: they cut articles up and embed their passages, for a backfill that takes one machine days.

The border to Ray, which is imported when there is something to do. The cluster computes and holds nothing: what it
returns is recorded by the one process that writes, as ever. Files are read on this machine, the only one that sees
them. Work goes to actors in groups, since each call costs some milliseconds.

Ray starts an actor that ended again, and tries what it was at three times more. So what was given to it beside a
deadly item fails with it: after that the items of a group are tried one by one, on an actor of their own.
"""

from __future__ import annotations

import importlib
import logging
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import chain, islice
from typing import Any, Self, TypeVar

import assistant
from assistant.articles.raw_document import ParallelMap
from assistant.errors import WorkersUnreachable
from assistant.library.embedders.base import usable_cores
from assistant.library.workers import Run, Task, WorkerPool, done, ended_at
from assistant.safe_text import safe
from assistant.settings import prepare_ray

T = TypeVar("T")
R = TypeVar("R")

_GROUP = 16  # items of one call: articles of some 200 passages, which take two seconds
_GROUP_SIZE = 200_000  # bytes of one call, unless a single item has more
_RETRIES = 3
_STORE = 200_000_000  # bytes of memory for what is under way on this machine; by itself Ray takes a third of it all
_NEEDED = "It needs the same Python, ray and version of this program as here, and Ray's token here (docs/servers.md)."
_OTHERWISE = "Run the same command again, or without it: --workers auto"
_GONE = "Run the same command again when it is there: nothing that was recorded is lost."
_READY_S = 120.0  # that actors may take to start; those that others keep waiting longer are done without


class RayWorkers:
    """A `WorkerPool` on a cluster: one worker a core."""

    embeds = True

    def __init__(self, address: str, here: WorkerPool) -> None:
        """Nothing is started yet. `address` is ray://HOST:PORT, "" for a cluster of this machine, made for the time.

        `here` are the workers that read files.
        """
        self.count = 1  # until it is known
        self._address = address
        self._here = here
        self._ray: Any = None
        self._workers: list[_Actor] = []

    def __enter__(self) -> Self:
        """Starts nothing yet."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the actors at once, in the middle of their work, and a cluster that was made for them."""
        self._here.__exit__(*error)
        if self._ray is not None:
            with suppress(ConnectionError):  # a cluster that is gone is told by what failed first
                for worker in self._workers if self._ray.is_initialized() else ():
                    worker.stop()
            self._workers.clear()
            self._ray.shutdown()

    @property
    def map_files(self) -> ParallelMap:
        """Other machines would not find the files."""
        return self._here.map

    def map(
        self, work: Callable[[T], R], items: Iterable[T], size: Callable[[T], int], name: Callable[[T], str]
    ) -> Iterator[R]:
        """Begin at once, not when the first result is asked for; the cluster is needed once there is an item."""
        rest = iter(items)
        first = list(islice(rest, 1))
        if not first:
            return iter(())
        if not self._workers:
            try:
                self._start()
            except Exception as error:  # Ray raises plain `Exception` where a node does not start in time
                raise _unreachable(self._address, _said(error), _NEEDED if self._address else _OTHERWISE) from error
        run = Run(self._workers, work, chain(first, rest), size, name)
        run.fill()
        return run.results()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Raise `WorkersUnreachable` where the cluster goes away."""
        try:
            yield
        except ConnectionError as error:
            raise _unreachable(self._address, "it went away", _GONE) from error

    def _start(self) -> None:
        """Start an actor for each core; raises whatever Ray raises."""
        prepare_ray(own_cluster=not self._address)
        self._ray = ray = importlib.import_module("ray")
        _hush(ray)
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
        if self._address:
            ray.init(self._address, **quiet)
        else:
            own = {"num_cpus": usable_cores(), "include_dashboard": False, "object_store_memory": _STORE}
            ray.init("local", **own, **quiet)
        make = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=_RETRIES)(Doer)
        self._workers = [
            _Actor(ray, make.remote(), self.told) for _ in range(int(ray.cluster_resources().get("CPU", 0)))
        ]
        asked = {worker.version(): worker for worker in self._workers}
        ready, late = ray.wait(list(asked), num_returns=len(asked), timeout=_READY_S) if asked else ([], [])
        for reference in late:
            asked[reference].stop()
        self._workers = [asked[reference] for reference in ready]
        if not ready:
            raise RuntimeError("it has no processor free")
        if others := {*ray.get(ready)} - {assistant.__version__}:
            raise RuntimeError(f"its nodes have version {min(others)} of this program, here is {assistant.__version__}")
        self.count = len(self._workers)


class Doer:
    """What runs in an actor."""

    def version(self) -> str:
        """Return the version of this program there."""
        return assistant.__version__

    def do(self, group: list[bytes]) -> list[bytes]:
        """Do pickled work on pickled items."""
        return [done(*pickle.loads(data)) for data in group]  # noqa: S301  # written by this program


class _Actor:
    """A `Worker` on a cluster."""

    def __init__(self, ray: Any, handle: Any, told: Callable[[], AbstractContextManager[None]]) -> None:
        self._ray = ray
        self._told = told
        self._handle = handle
        self._waiting: list[tuple[bytes, Task]] = []
        self._owed: deque[tuple[Any, list[tuple[bytes, Task]]]] = deque()

    def version(self) -> Any:
        """Ask for its version; returns Ray's reference to the reply."""
        return self._handle.version.remote()

    def give(self, data: bytes, size: int, name: str) -> Task:
        """More to do; sent when there is enough for a call."""
        task = Task(self, size, name)
        self._waiting.append((data, task))
        if len(self._waiting) >= _GROUP or sum(task.size for _, task in self._waiting) >= _GROUP_SIZE:
            self.flush()
        return task

    def flush(self) -> None:
        """Send what waits."""
        if self._waiting:
            with self._told():
                call = self._handle.do.remote([data for data, _ in self._waiting])
            self._owed.append((call, self._waiting))
            self._waiting = []

    def take(self) -> None:
        """Wait for the results of the call that was made first."""
        if not self._owed:
            self.flush()
        reference, group = self._owed.popleft()
        with self._told():
            try:
                answers: Iterable[tuple[bool, Any, str]] = map(pickle.loads, self._ray.get(reference))
            except self._ray.exceptions.RayError:
                answers = self._one_by_one(group)
        for (_, task), answer in zip(group, answers, strict=True):
            task.answer(answer)

    def stop(self) -> None:
        """End it now."""
        self._ray.kill(self._handle)

    def _one_by_one(self, group: Sequence[tuple[bytes, Task]]) -> list[tuple[bool, Any, str]]:
        """The answers of a group whose call failed; from the item on that ends its actor, an error that names it."""
        make = self._ray.remote(num_cpus=0, max_restarts=-1)(Doer)  # it needs no core to be free
        alone, answers = make.remote(), []
        try:
            for data, _ in group:
                answers.append(pickle.loads(self._ray.get(alone.do.remote([data]))[0]))  # noqa: S301  # as above
        except self._ray.exceptions.RayError:
            error = ended_at(group[len(answers)][1].name)
            answers += [(False, error, "On a Ray cluster.")] * (len(group) - len(answers))
        finally:
            self._ray.kill(alone)
        return answers


def _unreachable(address: str, why: str, remedy: str) -> WorkersUnreachable:
    where = f"The Ray cluster {address}" if address else "A Ray cluster on this machine"
    return WorkersUnreachable(f"{where} cannot be used: {why}. {remedy}")


def _said(error: Exception) -> str:
    """What Ray says, in a line: where it shows a traceback, perhaps in colours, only the error at its end."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    shows_traceback = "\x1b" in str(error) or "Traceback" in str(error)
    whole = " ".join(" ".join(lines[-1:] if shows_traceback else lines).split())
    return safe(whole[:300]).rstrip(".")


def _hush(ray: Any) -> None:
    """Keep Ray from telling of ended actors on standard output, where results go; it has no public means for that."""
    ray._private.worker._worker_logs_enabled = False
    logging.getLogger("ray").setLevel(logging.CRITICAL)  # a client warns without being asked
