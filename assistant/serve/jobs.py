"""Answers in the making: each is a job that runs in a thread of its own, tells what it does, and can be stopped.

A job belongs to the server, not to the page that asked: a reload takes it up again, from its first event.
"""

from __future__ import annotations

import secrets
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from assistant.errors import AssistantError
from assistant.json_form import json_text
from assistant.llm.cancel import Cancel
from assistant.records import Citation
from assistant.safe_text import safe

AT_ONCE = 4  # answers in the making
WAITING = 32  # more of them in line
_KEPT_S = 600.0  # after its end, for those who come back
_KEPT = 200
_LONGEST_DRAFT = 200_000  # characters; a model that writes more is not shown writing


class QueueFull(AssistantError):
    """More is asked than can be answered soon."""


class JobEvent(NamedTuple):
    """Something that a job tells."""

    number: int  # 1, 2, 3 …
    name: str  # "stage", "evidence", "draft", "answer" or "failed"
    value: object  # a record, or what JSON knows

    def as_sse(self) -> bytes:
        """Return the event as a stream of server-sent events has it; JSON is one line, so no text can begin another."""
        return f"id: {self.number}\nevent: {self.name}\ndata: {json_text(self.value)}\n\n".encode()


class Job:
    """One answer in the making. What is read by other threads is read under its lock."""

    def __init__(self, question: str, fields: Mapping[str, str] | None = None) -> None:
        """Nothing runs yet; see `Jobs.start`."""
        self.fields = dict(fields or {})  # of the form that asked, to ask again with
        self.id = secrets.token_urlsafe(12)
        self.question = question
        self.cancel = Cancel()
        self.result: object = None  # what its work returned, once it has ended
        self.error: AssistantError | None = None  # neither: a fault of ours, which is printed
        self.ended_at: float | None = None
        self.doing = ""  # in words, "" before its turn
        self.found: tuple[Citation, ...] = ()  # before a draft of them is written
        self._events: list[JobEvent] = []
        self._drafted = 0
        self._lock = threading.Lock()
        self._listeners: set[Callable[[], None]] = set()

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.ended_at is not None

    def tell(self, name: str, value: object) -> None:
        """Add an event."""
        with self._lock:
            self._events.append(JobEvent(len(self._events) + 1, name, value))
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()

    def stage(self, words: str, name: str = "") -> None:
        """Tell what is done now; `name` tells it to programs."""
        self.doing = words
        self.tell("stage", {**({"stage": name} if name else {}), "words": words})

    def evidence(self, sentences: tuple[Citation, ...]) -> None:
        """Tell sentences that were found; more may follow."""
        self.found += sentences
        self.tell("evidence", sentences)

    def made(self, result: object, told: object) -> None:
        """Keep what the work has made, and then tell of it: whoever comes because of that finds it."""
        self.result = result
        self.tell("answer", told)

    def draft(self, text: str) -> None:
        """Tell a piece of a draft, and stop here if that is wanted."""
        self.cancel.check()
        if text and self._drafted < _LONGEST_DRAFT:
            self._drafted += len(text)
            self.tell("draft", {"text": text})

    def after(self, seen: int) -> tuple[tuple[JobEvent, ...], bool]:
        """Return the events after the first `seen`, and whether these are the last."""
        with self._lock:
            return tuple(self._events[seen:]), self.ended

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have `listener` called, from another thread, when there is something new; return what ends that."""
        with self._lock:
            self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    @property
    def listening(self) -> int:
        """The number of those who listen."""
        return len(self._listeners)

    def run(self, work: Callable[[Job], object]) -> None:
        """Do the work in this thread; its errors are kept."""
        try:
            with self.cancel.active():
                self.cancel.check()
                self.result = work(self)
        except AssistantError as error:
            self.error = error
            self.tell("failed", {"error": safe(str(error)), "kind": type(error).__name__})
        finally:
            self._end()

    def _end(self) -> None:
        with self._lock:
            self.ended_at = time.monotonic()
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()


def _report_bug(done: Future[None]) -> None:
    """Print what went wrong in our own code; whoever asked is told that something did."""
    if not done.cancelled() and (bug := done.exception()) is not None:
        traceback.print_exception(bug)


class Jobs:
    """All jobs of a server: a few run, some more wait."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        """No thread is started yet."""
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="answer")
        self._most = at_once + waiting
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def start(self, question: str, work: Callable[[Job], object], fields: Mapping[str, str] | None = None) -> Job:
        """Return a new job, which runs as soon as its turn comes. Raises `QueueFull`."""
        job = Job(question, fields)
        with self._lock:
            self._forget_old()
            if sum(not known.ended for known in self._jobs.values()) >= self._most:
                raise QueueFull("Too many questions are being answered. Ask again in a minute.")
            self._jobs[job.id] = job
        self._pool.submit(job.run, work).add_done_callback(_report_bug)
        return job

    def find(self, job_id: str) -> Job | None:
        """Return a job that runs or ended a short while ago."""
        with self._lock:
            return self._jobs.get(job_id)

    def listening(self) -> int:
        """Return how many listen to all jobs together."""
        with self._lock:
            return sum(job.listening for job in self._jobs.values())

    def close(self) -> None:
        """Stop all."""
        with self._lock:
            running = tuple(self._jobs.values())
        for job in running:
            job.cancel.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _forget_old(self) -> None:
        ended = [(job.ended_at, job.id) for job in self._jobs.values() if job.ended_at is not None]
        old = {name for at, name in ended if time.monotonic() - at > _KEPT_S}
        too_many = {name for _, name in sorted(ended)[:-_KEPT]}
        for name in old | too_many:
            del self._jobs[name]
