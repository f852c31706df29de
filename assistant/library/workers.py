"""Worker processes that read and cut articles while this one writes the indexes.

Threads would not do: Chroma keeps Python's lock while it adds vectors. Nor would `multiprocessing`: in every process
that it starts, it runs the main module of the program that imported this package once more. A worker is a Python of its
own, tied by two pipes: it is given work ahead, does it in order, and keeps the results until it is asked for them. It
holds nothing that could be lost. It ends when its pipe does, so none outlives this process, however that ends.

A `WorkerPool` is what an ingest asks of them, and of those on a Ray cluster (`ray_workers`).

loky 3.7 was tried in its place. It hands out work and takes results in threads of this process, which wait while Chroma
keeps the lock: 1,500 items of 2.5 ms, with the lock kept for 0.25 s after each hundred, took 10.0 s instead of 4.7 s.
Its workers outlived a parent that was killed, and it does not know at which item a worker ended.
"""

from __future__ import annotations

import importlib.util
import os
import pickle
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from itertools import cycle
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any, NamedTuple, NoReturn, Protocol, Self, TypeVar

from assistant.articles.raw_document import ParallelMap, sequential_map
from assistant.errors import LibraryError, UsageError
from assistant.library.embedders.base import usable_cores
from assistant.settings import Settings

T = TypeVar("T")
R = TypeVar("R")

AUTO, RAY = "auto", "ray"  # workers as a setting names them; else a number, or ray://HOST:PORT
PARALLEL_FROM = 8_000_000  # bytes of files for which starting workers pays: reading and cutting these takes about 3 s
_MOST = 4  # workers; the indexes take in no more than two or three of them cut
# A worker typically holds some 150 MB. That is no limit: reading a large PDF takes several times the size of its file.
_AHEAD = 128  # items under way for each worker: more than the batch that is cut while another one is indexed
_AHEAD_SIZE = 4_000_000  # of all of them together, in bytes, for each worker
_BUFFER = 1 << 20
_SWITCH_S = 0.0005  # how long a worker's threads wait for one another: its pipes must not run empty
_START = "import sys; sys.path[:] = sys.argv[1:]; from assistant.library import workers; workers.serve()"


class WorkerPool(Protocol):
    """Some workers: started when there is something to do, gone at the end of the block."""

    embeds: bool  # whether passages are embedded where they are cut; else this process does so, on all its cores

    @property
    def count(self) -> int:
        """How many there are; 0 where the work is done in this process."""

    @property
    def map_files(self) -> ParallelMap:
        """As `map`, in processes that see the files of this machine."""

    def map(
        self, work: Callable[[T], R], items: Iterable[T], size: Callable[[T], int], name: Callable[[T], str]
    ) -> Iterator[R]:
        """Do the work in them: a `ParallelMap`. Raises the errors of the work, and `LibraryError` for a worker gone."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Workers:
    """A `WorkerPool` of processes on this machine."""

    embeds = False

    def __init__(self, count: int) -> None:
        """`count` may be 0: the work is then done in this process, as it is asked for."""
        self.count = count
        self._started: list[_Worker] = []

    def __enter__(self) -> Self:
        """Starts nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop them at once, in the middle of their work."""
        self._stop()

    def map(
        self, work: Callable[[T], R], items: Iterable[T], size: Callable[[T], int], name: Callable[[T], str]
    ) -> Iterator[R]:
        """Begin at once, not when the first result is asked for."""
        self._start()
        if not self.count:
            return sequential_map(work, items, size, name)
        run = Run(self._started, work, iter(items), size, name)
        run.fill()
        return run.results()

    @property
    def map_files(self) -> ParallelMap:
        """All are on this machine."""
        return self.map

    def _start(self) -> None:
        """Start those that are missing; where the system starts no more processes, there are none from then on."""
        try:
            while len(self._started) < self.count:
                self._started.append(_Worker())
        except OSError:
            self.count = 0
            self._stop()

    def _stop(self) -> None:
        for worker in self._started:
            worker.stop()
        self._started.clear()


class Worker(Protocol):
    """One worker, seen from the process that gives it work."""

    def give(self, data: bytes, size: int, name: str) -> Task:
        """More to do, after all that was given before: pickled work and item. It may wait for more to come."""

    def flush(self) -> None:
        """Send what waits: nothing more comes for now."""

    def take(self) -> None:
        """Wait for the result of the work that was given first, and tell its `Task`; perhaps more of them."""


class Run:
    """One call of `map`, work for some workers in turn."""

    def __init__(
        self,
        workers: Sequence[Worker],
        work: Callable[[Any], Any],
        items: Iterator[Any],
        size: Callable[[Any], int],
        name: Callable[[Any], str],
    ) -> None:
        self._workers = workers
        self._turns = cycle(workers)
        self._count = len(workers)
        self._work = work
        self._pickled = pickle.dumps(work)
        self._items = items
        self._size = size
        self._name = name
        self._given: deque[Task | _Here] = deque()
        self._under_way = 0

    def fill(self) -> None:
        """Give out items until enough are under way."""
        while len(self._given) < _AHEAD * self._count and self._under_way < _AHEAD_SIZE * self._count:
            try:
                item = next(self._items)
            except StopIteration:
                for worker in self._workers:
                    worker.flush()
                return
            task = self._give(item)
            self._given.append(task)
            self._under_way += task.size

    def _give(self, item: Any) -> Task | _Here:
        size = self._size(item)
        try:
            data = pickle.dumps((self._pickled, item), pickle.HIGHEST_PROTOCOL)
        except RecursionError:  # JSON can be read at a depth at which it cannot be pickled
            return _Here(partial(self._work, item), size)
        return next(self._turns).give(data, size, self._name(item))

    def results(self) -> Iterator[Any]:
        """Yield the results of all items, in their order."""
        while self._given:
            task = self._given.popleft()
            self._under_way -= task.size
            yield task.result()
            self.fill()


class _Here(NamedTuple):
    """Work to be done in this process when its turn comes."""

    result: Callable[[], Any]
    size: int


class Task:
    """Work that a worker was given, and its result."""

    def __init__(self, worker: Worker, size: int, name: str) -> None:
        self.size = size
        self.name = name  # of the item
        self._worker = worker
        self._answer: tuple[bool, Any, str] | None = None

    def answer(self, answer: tuple[bool, Any, str]) -> None:
        """Done: whether it went well, the result or the error, and where the error came from."""
        self._answer = answer

    def result(self) -> Any:
        """Wait for the result, and return it or raise the error."""
        while self._answer is None:
            self._worker.take()
        well, found, where = self._answer
        if not well:
            found.add_note(where)
            raise found
        return found


class _Worker:
    """One process, seen from the one that started it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # this program's own
            [sys.executable, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # errors come through the pipe
            bufsize=_BUFFER,
            start_new_session=True,  # Ctrl-C is for the process that reads the terminal
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
        assert self._process.stdin and self._process.stdout  # noqa: S101  # they are pipes
        self._in, self._out = self._process.stdin, self._process.stdout
        self._owed: deque[Task] = deque()

    def give(self, data: bytes, size: int, name: str) -> Task:
        """More to do, after all that was given before: pickled work and item."""
        task = Task(self, size, name)
        self._owed.append(task)
        try:
            self._in.write(data)
            self._in.flush()
        except OSError:
            self._take_all_until_gone()
        return task

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> None:
        """Wait for the result of the work that was given first."""
        try:
            answer = pickle.load(self._out)  # noqa: S301  # written by this program
        except (EOFError, pickle.UnpicklingError):  # the latter in the middle of an answer
            self._is_gone()
        self._owed.popleft().answer(answer)

    def _take_all_until_gone(self) -> NoReturn:
        """Take what it finished before it ended: the next item is the one it ended at, and `take` raises for that."""
        while True:
            self.take()

    def stop(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.wait()
        self._out.close()
        with suppress(OSError):  # what was not written yet has no reader any more
            self._in.close()

    def _is_gone(self) -> NoReturn:
        self._process.kill()
        raise ended_at(self._owed[0].name, f" (status {self._process.wait()})")


def ended_at(name: str, how: str = "") -> LibraryError:
    """The error for an item at which a worker ended."""
    return LibraryError(
        f"A process that read articles has ended{how} at {name} or soon after it. Make sure that there is memory "
        "left, then run the same command again; where it ends there once more, leave that file out. Nothing that was "
        "recorded is lost."
    )


def workers_for(size: int, choice: str = AUTO) -> WorkerPool:
    """The workers for files of `size` bytes together: none where little is to be read, else by `choice`.

    That is a number, `RAY` or the address of a Ray cluster; `AUTO` stands for as many as pay: this process has a core,
    each of them another one.
    """
    can_be_started = bool(sys.executable) and not getattr(sys, "frozen", False)
    if size < PARALLEL_FROM or not can_be_started:
        return Workers(0)
    if choice.isdecimal():
        return Workers(int(choice))
    here = Workers(min(usable_cores() - 1, _MOST))
    if choice == AUTO:
        return here
    from assistant.library.ray_workers import RayWorkers

    return RayWorkers("" if choice == RAY else choice, here)


def check_workers(settings: Settings) -> None:
    """Raise `UsageError` where the settings name workers on Ray that cannot work here; before anything is made."""
    if settings.workers == AUTO or settings.workers.isdecimal():
        return
    if settings.embedder == "openai":
        raise UsageError(
            f"workers: {settings.workers} is for a model that runs in them, and an embedding server is asked by this "
            "process alone. Take other workers: --workers auto"
        )
    if importlib.util.find_spec("ray") is None:
        raise UsageError("Workers on Ray need it installed. Install it: pip install 'assistant[ray]'")


# --------------------------------------------------------------------------------------------------------------------
# In the worker


def serve() -> NoReturn:
    """Do what comes in, until nothing more can come."""
    sys.setswitchinterval(_SWITCH_S)
    source, out = os.fdopen(os.dup(0), "rb", _BUFFER), os.fdopen(os.dup(1), "wb", _BUFFER)
    os.dup2(2, 1)  # what a library prints is no result
    tasks: SimpleQueue[tuple[bytes, Any]] = SimpleQueue()
    results: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_until_the_pipe_ends, args=(lambda: tasks.put(pickle.load(source)),), daemon=True).start()  # noqa: S301
    Thread(target=_until_the_pipe_ends, args=(lambda: _write(out, results.get()),), daemon=True).start()
    while True:
        results.put(done(*tasks.get()))


def _until_the_pipe_ends(step: Callable[[], object]) -> None:
    try:
        while True:
            step()
    finally:
        os._exit(0)  # the other process is gone: no result is wanted any more


def _write(out: IO[bytes], data: bytes) -> None:
    out.write(data)
    out.flush()


def done(work: bytes, item: Any) -> bytes:
    """Do pickled work on an item; returns what `Task.answer` wants to know, pickled."""
    try:
        return pickle.dumps((True, _unpickled(work)(item), ""), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:  # noqa: BLE001  # the edge of this program: raised again in the other process
        where = f"In a worker:\n{''.join(traceback.format_exception(error))}"
        return pickle.dumps((False, _portable(error), where), pickle.HIGHEST_PROTOCOL)


def _portable(error: BaseException) -> BaseException:
    try:
        return pickle.loads(pickle.dumps(error))  # type: ignore[no-any-return]  # noqa: S301  # our own
    except Exception:  # noqa: BLE001  # a class of errors may do anything when one is made from a pickle
        return RuntimeError(repr(error))


@lru_cache(maxsize=64)
def _unpickled(work: bytes) -> Callable[[Any], Any]:
    """The same object each time, with all that it has loaded."""
    found: Callable[[Any], Any] = pickle.loads(work)  # noqa: S301  # written by this program
    return found
