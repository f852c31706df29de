"""What all handlers share: the open archive, who may use it, and the answers in the making."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from assistant.app import Assistant
from assistant.errors import AssistantError
from assistant.library_reports import LibraryStatus
from assistant.places import short_name
from assistant.safe_text import safe
from assistant.serve.access import Access
from assistant.serve.exchange import Awaited, Response, WebError, WebReply, WebRequest
from assistant.serve.jobs import Job, Jobs, QueueFull
from assistant.serve.origins import Names
from assistant.wording import days, plural

NO_MODEL = "none"  # in the place of a model's name
_RECENT_S = 1.0
_ASKED_AGAIN_S = 300.0
_MOST_MODELS = 100  # of a list to choose from
_OUTLETS = 20  # named in an overview


def overview(assistant: Assistant) -> dict[str, Any]:
    """Return name, number of articles, days and chief outlets; paths and settings are told to nobody."""
    held = assistant.status()
    return {
        "name": archive_name(held),
        "articles": held.articles,
        "first": held.first.isoformat() if held.first else "",
        "last": held.last.isoformat() if held.last else "",
        "undated": held.undated,
        "newest_taken_in": held.newest_taken_in.isoformat() if held.newest_taken_in else "",
        "languages": [{"code": code, "articles": count} for code, count in held.languages],
        "outlets": [{"name": name, "articles": count} for name, count in held.outlets[:_OUTLETS]],
        "model": assistant.model_name,
    }


def archive_name(held: LibraryStatus) -> str:
    """Return what an archive is called: the name of its folder or database."""
    return short_name(held.folder) or "archive"


def holdings_line(held: LibraryStatus) -> str:
    """Return what an archive covers, in a line: "4,931 articles, 1 Jan 2022 to 31 Dec 2022"."""
    span = f", {days(held.first, held.last)}" if held.first and held.last else ""
    return plural(held.articles, "article") + span


class Recent:
    """Figures about an archive, a second old: every page shows them, and counting takes as long as the rest.

    One page counts them anew, and the others that come meanwhile show what was counted before.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is counted yet."""
        self._clock = clock
        self._held: tuple[float, LibraryStatus] | None = None
        self._counting = threading.Lock()

    def status(self, assistant: Assistant) -> LibraryStatus:
        """Return them, counted anew when they are older and nobody does that already."""
        held, now = self._held, self._clock()
        if held is not None and (now - held[0] <= _RECENT_S or self._counting.locked()):
            return held[1]
        with self._counting:
            held = self._held = (now, assistant.status())
        return held[1]


class OfferedModels:
    """The models that may be chosen. Their server is asked in the background: no page waits for it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nobody is asked yet."""
        self._clock = clock
        self._asked_at: float | None = None
        self._found: tuple[str, ...] = ()

    def names(self, assistant: Assistant) -> tuple[str, ...]:
        """Return the model in use and what is known of others by now; () where none is in use."""
        if not assistant.model_name:
            return ()
        if self._asked_at is None or self._clock() - self._asked_at > _ASKED_AGAIN_S:
            self._asked_at = self._clock()
            threading.Thread(target=self.ask, args=(assistant,), daemon=True).start()
        return (assistant.model_name, *(name for name in self._found if name != assistant.model_name))[:_MOST_MODELS]

    def ask(self, assistant: Assistant) -> None:
        """Ask the server now; what was known stays when it does not answer."""
        with suppress(AssistantError):
            self._found = assistant.models_offered()


class Evaluations(Protocol):
    """The kept runs of evaluations; who measures is none of a server's business."""

    def listed(self) -> Sequence[RunLine]:
        """Return a line for each run, the newest first."""

    def report(self, run: str) -> str:
        """Return the report of a run as a whole page. Raises `UsageError` when there is none."""

    def compared(self, before: str, after: str) -> str:
        """Return what changed between two runs as a whole page. Raises `UsageError` when they can't be compared."""


class RunLine(NamedTuple):
    """A run in a list."""

    id: str
    suite: str
    started: datetime
    passed: str  # "31 of 45"
    figure: str  # the headline
    model: str  # "" for none


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One open archive that is served."""

    assistant: Assistant
    access: Access
    names: Names
    own_url: str = ""  # under which this machine reaches it, without a slash at the end
    public_url: str = ""  # under which others do; "" for none
    jobs: Jobs = field(default_factory=Jobs)
    recent: Recent = field(default_factory=Recent)
    offered: OfferedModels = field(default_factory=OfferedModels)
    evaluations: Callable[[], Evaluations | None] = lambda: None  # looks for the kept runs; None when there is none
    allow_ingest: bool = False  # whoever is let in may add articles

    def status(self) -> LibraryStatus:
        """Return figures about the archive, at most a second old."""
        return self.recent.status(self.assistant)

    def asking(self, model: str) -> Assistant:
        """Return what asks this model: NO_MODEL for none, "" for that of the settings. Raises `WebError` 400."""
        if model in ("", self.assistant.model_name):
            return self.assistant
        if model == NO_MODEL:
            return self.assistant.variant(use_model=False)
        if model not in self.offered.names(self.assistant):
            self.offered.ask(self.assistant)  # at the first question nothing may be known yet
        if model not in (known := self.offered.names(self.assistant)):
            named = ", ".join(safe(name) for name in (*known, NO_MODEL))
            raise WebError(400, f"There is no model {safe(model)!r}; there are {named}.", param="model")
        return self.assistant.variant(model=model)

    def start(self, question: str, work: Callable[[Job], object], fields: Mapping[str, str] | None = None) -> Job:
        """Start an answer; `fields` are those of the form. Raises `WebError` 429 when too much is asked."""
        self.access.asking.count()
        try:
            return self.jobs.start(question, work, fields)
        except QueueFull as error:
            raise WebError(429, str(error), headers={"Retry-After": "30"}) from error

    def job(self, job_id: str) -> Job:
        """Return an answer in the making, or one just made. Raises `WebError` 404."""
        job = self.jobs.find(job_id)
        if job is None:
            raise WebError(404, "There is no such answer here any more. Ask again.")
        return job

    def base(self, request: WebRequest) -> str:
        """Return the address that permalinks begin with."""
        return self.public_url or request.origin


Handler = Callable[[Service, WebRequest], Response]


@dataclass(frozen=True, slots=True)
class WebRoute:
    """A path with `{names}` in it, the methods it has, and whether it is open to those without a token."""

    path: str
    methods: tuple[str, ...]
    handler: Handler
    open: bool = False
    largest: int = 256 * 1024  # bytes of a request's body
    files: bool = False  # a form with files is read, to a folder of its own


def awaited(job: Job, reply: Callable[[object], WebReply], failed: Callable[[AssistantError], WebReply]) -> Awaited:
    """Return the reply that a job's result becomes, or its error."""

    def made(ended: Job) -> WebReply:
        if ended.error is not None:
            return failed(ended.error)
        if ended.result is None:
            raise RuntimeError("a job ended without a result")  # its own fault was printed
        return reply(ended.result)

    return Awaited(job=job, reply=made)
