"""The HTTP interface for programs: JSON in, JSON out, under /api/v1; what it gives are the program's own records.

Within version 1 names are added, never taken away or given another meaning.
"""

from __future__ import annotations

from typing import Any

import assistant as package
from assistant.serve.asking import answer_job, read_asked, read_limits, read_question
from assistant.serve.check_pages import LARGEST, check_job, read_draft_asked
from assistant.serve.exchange import (
    EventStream,
    Response,
    WebError,
    WebRequest,
    error_reply,
    json_reply,
)
from assistant.serve.jobs import JobEvent
from assistant.serve.service import Service, WebRoute, awaited, overview
from assistant.serve.verifying import read_statements, verify

_MOST_FOUND = 100
_DIGITS = 3  # of such a number, at most


def _health(_service: Service, _request: WebRequest) -> Response:
    return json_reply({"status": "ok"})


def _ask(service: Service, request: WebRequest) -> Response:
    given = request.json()
    model = given.pop("model", "")
    if not isinstance(model, str):
        raise WebError(400, "model is a name.", param="model")
    asked = read_asked(given, service.assistant)
    job = service.start(asked.question, answer_job(service.asking(model), asked))
    if request.wants("text/event-stream"):
        return EventStream(job=job, encoded=JobEvent.as_sse, owned=True)
    return awaited(job, json_reply, error_reply)


def _search(service: Service, request: WebRequest) -> Response:
    given = {
        "since": request.one("since"),
        "until": request.one("until"),
        "outlets": list(request.given("outlet")),
        "authors": list(request.given("author")),
    }
    limit = request.one("limit") or "10"
    if not limit.isdecimal() or len(limit) > _DIGITS or not 1 <= int(limit) <= _MOST_FOUND:
        raise WebError(400, f"limit is a number from 1 to {_MOST_FOUND}.", param="limit")
    filters = read_limits(given, service.assistant)
    return json_reply(service.assistant.search(read_question(request.one("q"), "q"), int(limit), filters=filters))


def _check(service: Service, request: WebRequest) -> Response:
    given = request.json()
    if "text" in given:
        return _check_draft(service, given)
    statements, question = read_statements(given)
    return json_reply(verify(service.assistant, statements, question))


def _check_draft(service: Service, given: dict[str, Any]) -> Response:
    if unknown := [name for name in given if name not in ("text", "dated")]:
        raise WebError(400, f"There is no {unknown[0]!r} beside text; there is dated.", param=unknown[0])
    draft, options = read_draft_asked(given["text"], str(given.get("dated") or ""), {}, service.assistant)
    return awaited(service.start("a draft", check_job(service.assistant, draft, options)), json_reply, error_reply)


def _overview(service: Service, _request: WebRequest) -> Response:
    return json_reply({**overview(service.assistant), "program": package.__version__})


API_ROUTES = (
    WebRoute("/health", ("GET",), _health, open=True),
    WebRoute("/api/v1/ask", ("POST",), _ask),
    WebRoute("/api/v1/search", ("GET",), _search),
    WebRoute("/api/v1/check", ("POST",), _check, largest=LARGEST),
    WebRoute("/api/v1/overview", ("GET",), _overview),
)
