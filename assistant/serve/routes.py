"""All addresses of the server, and how an error is written to whoever asked."""

from __future__ import annotations

from assistant.errors import AssistantError
from assistant.serve import api
from assistant.serve.exchange import WebReply, WebRequest, error_reply
from assistant.serve.service import WebRoute


def routes() -> tuple[WebRoute, ...]:
    """Return all routes; the first that fits is taken."""
    return api.ROUTES


def error_for(_request: WebRequest, error: AssistantError) -> WebReply:
    """Return an error in the form that the client of this address reads."""
    return error_reply(error)
