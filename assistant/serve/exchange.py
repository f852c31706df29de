"""What a handler is given and gives back, in records of our own: handlers know of no framework.

WebRequest -> handler -> WebReply          done
-> Awaited           done when a job has ended; the job stops when the client leaves
-> EventStream       the events of a job as they come
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from assistant.errors import (
    AssistantError,
    LibraryError,
    LibraryLocked,
    ModelError,
    ModelUnreachable,
    SessionBusy,
    UsageError,
)
from assistant.json_form import json_text
from assistant.safe_text import safe
from assistant.serve.jobs import Job, JobEvent

JSON = "application/json"
HTML = "text/html; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
FORM_WITH_FILES = "multipart/form-data"


class WebError(AssistantError):
    """A request that cannot be served as it was sent."""

    def __init__(
        self, status: int, message: str, *, headers: Mapping[str, str] | None = None, param: str = "", code: str = ""
    ) -> None:
        """`status` is that of HTTP; `param` names the part of the request at fault, `code` tells it to programs."""
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.param = param
        self.code = code


class SentFile(NamedTuple):
    """A file that was sent, in a folder of its own that whoever takes it deletes."""

    name: str  # as the sender calls it: to be shown, never to be opened
    path: Path  # the name is a number, and the ending that of the sender's name


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRequest:
    """A request that passed the guard, read to its end."""

    method: str
    path: str
    values: Mapping[str, str]  # parts of the path, by name
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    cookie: str = ""  # of this server, "" for none
    origin: str  # under which the client reaches this server: "http://127.0.0.1:8484"
    fields: tuple[tuple[str, str], ...] = ()  # of a form that came with files
    files: tuple[SentFile, ...] = ()

    def given(self, name: str) -> tuple[str, ...]:
        """Return the values of one name in the query, without empty ones."""
        return tuple(value for key, value in self.query if key == name and value)

    def one(self, name: str) -> str:
        """Return the first value of one name in the query, "" for none."""
        return next(iter(self.given(name)), "")

    @property
    def address(self) -> str:
        """What was asked for on this server, with its query."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")

    def wants(self, media: str) -> bool:
        """Whether the client names this kind of reply among those that it accepts."""
        return media in self.headers.get("accept", "")

    @property
    def is_data(self) -> bool:
        """Whether the data beside a page is asked for, and not the page."""
        return self.path.endswith(".json") or self.wants("application/json")

    @property
    def media(self) -> str:
        """The kind of the body, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object. Raises `WebError`."""
        if self.media != JSON:
            raise WebError(415, f"Send JSON, with the header Content-Type: {JSON}.")
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise WebError(400, "The body is not JSON.") from error
        if not isinstance(found, dict):
            raise WebError(400, "The body must be a JSON object.")
        return found

    def form(self) -> tuple[tuple[str, str], ...]:
        """Return the fields of a form. Raises `WebError`."""
        if self.media == FORM_WITH_FILES:
            return self.fields
        if self.media != FORM:
            raise WebError(415, "Send the fields of a form.")
        try:
            text = self.body.decode("utf-8")
            return tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=200, errors="strict"))
        except ValueError as error:
            raise WebError(400, "The form cannot be read.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class WebReply:
    """A whole reply."""

    status: int = 200
    body: bytes = b""
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A reply that is made when a job has ended."""

    job: Job
    reply: Callable[[Job], WebReply]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStream:
    """The events of a job, from the beginning, each as `encoded` writes it."""

    job: Job
    encoded: Callable[[JobEvent], bytes]
    owned: bool  # the job stops when the client leaves
    after: int = 0  # so many events are passed over: the client has them


Response = WebReply | Awaited | EventStream


def json_reply(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> WebReply:
    """Return a record as JSON."""
    return WebReply(status=status, body=json_text(value, indent=2).encode(), headers=headers or {})


def see_other(place: str, headers: Mapping[str, str] | None = None) -> WebReply:
    """Return a reply that leads elsewhere on this server, by GET."""
    return WebReply(status=303, media=HTML, headers={"Location": place, **(headers or {})})


def status_of(error: AssistantError) -> int:
    """Return the status of HTTP for an error of the family."""
    if isinstance(error, WebError):
        return error.status
    kinds: tuple[tuple[type[AssistantError], int], ...] = (
        (UsageError, 400),
        (SessionBusy, 409),
        (ModelUnreachable, 504),
        (ModelError, 502),
        (LibraryError, 503),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), 409)


def error_headers(error: AssistantError) -> Mapping[str, str]:
    """Return the headers that belong to an error, e.g. when to try again."""
    if isinstance(error, WebError):
        return error.headers
    return {"Retry-After": "60"} if isinstance(error, LibraryLocked) else {}


def error_record(error: AssistantError) -> dict[str, object]:
    """Return an error as JSON has it: one line for the user, and its kind."""
    kind = "UsageError" if isinstance(error, WebError) and error.status < 500 else type(error).__name__
    return {"error": safe(str(error)), "kind": kind}


def error_reply(error: AssistantError) -> WebReply:
    """Return the reply to a program."""
    return json_reply(error_record(error), status_of(error), error_headers(error))
