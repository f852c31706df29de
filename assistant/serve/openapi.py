"""What programs may ask, described for them: /openapi.json, https://spec.openapis.org/oas/v3.1.0.

Written by hand and held against the routes and real replies by tests. Replies are the program's own records; of their
names the description has those that a client cannot do without, and a client must bear further ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import assistant as package
from assistant.serve.exchange import JSON, Response, WebRequest, json_reply
from assistant.serve.openai_form import MODELS
from assistant.serve.service import Service, WebRoute

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_FLAG: Schema = {"type": "boolean"}
_DAY: Schema = {"type": "string", "format": "date"}
_ERRORS = {"400": "wrong request", "401": "no token", "413": "too large", "429": "too much", "503": "the archive"}


def _object(needed: str = "", **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": needed.split()}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


_ARTICLE = _object(
    "id version title outlet published", id=_TEXT, version={"type": "integer"}, title=_TEXT, outlet=_TEXT
)
_ARTICLE["properties"]["published"] = {"type": ["string", "null"], "format": "date"}
_EVIDENCE = _object("ref article text", ref=_TEXT, article=_ARTICLE, text=_TEXT, score={"type": "number"})
_STATEMENT = _object("text verdict citations", text=_TEXT, verdict=_TEXT, citations=_list(_EVIDENCE), problems=_TEXTS)
_ANSWER = _object(
    "question statements abstained reason evidence",
    question=_TEXT,
    statements=_list(_STATEMENT),
    abstained=_FLAG,
    reason=_TEXT,
    evidence=_list(_EVIDENCE),
    notices=_TEXTS,
)
_ASKED = _object(
    "question",
    question={"type": "string", "maxLength": 1000},
    asked_on=_DAY,
    since=_DAY,
    until=_DAY,
    outlets=_TEXTS,
    authors=_TEXTS,
    strict=_FLAG,
    model=_TEXT,
)
_CHECKED = _object("results summary", results=_list(_object("text verdict checked", text=_TEXT, verdict=_TEXT)))
_REPORT = _object("text dated sentences counts", text=_TEXT, dated=_DAY, counts={"type": "object"})
_CLAIMS = _object("statements", statements=_list(_object("text", text=_TEXT, refs=_TEXTS)), question=_TEXT)
_COMPLETION = _object("id choices assistant", id=_TEXT, choices=_list({"type": "object"}), assistant={"type": "object"})
_CHAT = _object("model messages", model={"enum": list(MODELS)}, messages=_list({"type": "object"}), stream=_FLAG)


def _reply(
    summary: str, gives: Schema, *, takes: Schema | None = None, query: Mapping[str, Schema] | None = None
) -> Any:
    """Return one operation."""
    failed = {status: {"description": words, "content": _ERROR} for status, words in _ERRORS.items()}
    made: Schema = {
        "summary": summary,
        "responses": {"200": {"description": "OK", "content": {JSON: {"schema": gives}}}, **failed},
    }
    if takes is not None:
        made["requestBody"] = {"required": True, "content": {JSON: {"schema": takes}}}
    if query:
        made["parameters"] = [
            {"name": name, "in": "query", "required": name == "q", "schema": schema} for name, schema in query.items()
        ]
    return made


_ERROR = {JSON: {"schema": _object("", error={}, kind=_TEXT)}}
_QUERY = {"q": _TEXT, "limit": {"type": "integer"}, "since": _DAY, "until": _DAY, "outlet": _TEXTS, "author": _TEXTS}
_OVERVIEW = _object("name articles first last outlets", name=_TEXT, articles={"type": "integer"}, outlets=_list({}))


def description() -> Schema:
    """Return the whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "News archive", "version": package.__version__, "summary": "Answers with proven citations."},
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": {
            "/health": {"get": {**_reply("Whether the server lives", _object("status", status=_TEXT)), "security": []}},
            "/api/v1/ask": {"post": _reply("A checked answer", _ANSWER, takes=_ASKED)},
            "/api/v1/search": {"get": _reply("The nearest sentences", _list(_EVIDENCE), query=_QUERY)},
            "/api/v1/check": {
                "post": _reply(
                    "Statements, or a whole draft, checked",
                    {"anyOf": [_CHECKED, _REPORT]},
                    takes={"anyOf": [_CLAIMS, _object("text", text=_TEXT, dated=_DAY)]},
                )
            },
            "/api/v1/overview": {"get": _reply("What the archive holds", _OVERVIEW)},
            "/v1/models": {"get": _reply("The models", _object("data", data=_list(_object("id", id=_TEXT))))},
            "/v1/chat/completions": {"post": _reply("An answer, as OpenAI's", _COMPLETION, takes=_CHAT)},
        },
    }


def _document(_service: Service, _request: WebRequest) -> Response:
    return json_reply(description())


OPENAPI_ROUTES = (WebRoute("/openapi.json", ("GET",), _document),)
