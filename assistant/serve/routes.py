"""All addresses of the server, and how an error is written to whoever asked."""

from __future__ import annotations

from assistant.errors import AssistantError
from assistant.serve import (
    api,
    archive_pages,
    ask_pages,
    check_pages,
    evaluation_pages,
    openai_form,
    openapi,
    reading_pages,
    upload_pages,
)
from assistant.serve.exchange import WebReply, WebRequest, error_headers, error_reply, status_of
from assistant.serve.openai_form import openai_error
from assistant.serve.service import Service, WebRoute
from assistant.serve.site import SITE_ROUTES, page

_HEADINGS = {401: "Who is there?", 404: "Nothing here", 429: "Too much at once"}


def routes() -> tuple[WebRoute, ...]:
    """Return all routes; the first that fits is taken."""
    return (
        *api.API_ROUTES,
        *openai_form.OPENAI_ROUTES,
        *openapi.OPENAPI_ROUTES,
        *SITE_ROUTES,
        *ask_pages.PAGE_ROUTES,
        *reading_pages.READING_ROUTES,
        *archive_pages.ARCHIVE_ROUTES,
        *check_pages.CHECK_ROUTES,
        *upload_pages.UPLOAD_ROUTES,
        *evaluation_pages.EVALUATION_ROUTES,
    )


def error_for(service: Service, request: WebRequest, error: AssistantError) -> WebReply:
    """Return an error in the form that the client of this address reads: a page where a page was wanted, else JSON."""
    if request.path.startswith("/v1/"):
        return openai_error(error)
    if request.path.startswith("/api/") or not request.wants("text/html"):
        return error_reply(error)
    status = status_of(error)
    wanted = request.address if request.method == "GET" and request.path != "/login" else ""
    heading = _HEADINGS.get(status, "That did not work")
    values = {"heading": heading, "words": str(error), "login": status == 401, "wanted": wanted}
    known = service if service.access.knows(request.cookie) and status != 421 else None  # others are told nothing
    made = page(known, "message.html", values, status=status)
    return WebReply(status=status, body=made.body, media=made.media, headers=error_headers(error))
