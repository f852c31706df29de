"""The form that asks, as it is shown and as it is sent: the same names as in the interface for programs, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.export.target import Format
from assistant.records import Filters
from assistant.serve.exchange import HTML, WebRequest
from assistant.serve.service import Service

_SUGGESTED = 200  # outlets in the list of the field
LIMITS = ("since", "until", "outlet", "author")
FIELDS = ("question", *LIMITS, "strict", "model", "chat")
MEDIA = {  # of the files that people take along
    Format.HTML: HTML,
    Format.MARKDOWN: "text/markdown; charset=utf-8",
    Format.JSON: "application/json",
    Format.CSL: "application/json",
    Format.BIBTEX: "text/plain; charset=utf-8",
}


def form_values(
    service: Service,
    request: WebRequest,
    fields: Mapping[str, str] | None = None,
    fault: str = "",
) -> dict[str, Any]:
    """Return what the form shows: these fields, or those that the address names."""
    shown = dict(request.query) if fields is None else fields
    return {
        "token": service.access.form_token(request.cookie),
        **{name: shown.get(name, "") for name in FIELDS},
        "limited": any(shown.get(name) for name in LIMITS),
        "outlets": service.status().outlets[:_SUGGESTED],
        "models": service.offered.names(service.assistant),
        "fault": fault,
    }


def limit_fields(limits: Filters) -> dict[str, str]:
    """Return the limits as the fields of a form."""
    return {
        "since": limits.since.isoformat() if limits.since else "",
        "until": limits.until.isoformat() if limits.until else "",
        "outlet": "; ".join(limits.outlets),
        "author": "; ".join(limits.authors),
    }


def checked_form(service: Service, request: WebRequest) -> dict[str, str]:
    """Return the fields of a form of ours, the last of each name. Raises `WebError` for one of another site."""
    fields = dict(request.form())
    service.access.check_form(request.cookie, fields.pop("form_token", ""))
    return fields


def as_given(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields as a program would send them."""
    return {
        "question": fields.get("question", ""),
        "since": fields.get("since", ""),
        "until": fields.get("until", ""),
        "outlets": _names(fields.get("outlet", "")),
        "authors": _names(fields.get("author", "")),
        **({"strict": True} if fields.get("strict") else {}),
    }


def _names(text: str) -> Sequence[str]:
    return [name.strip() for name in text.split(";") if name.strip()]
