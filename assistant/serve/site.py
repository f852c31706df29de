"""How a page of the server is made: one template environment, that of the exports, and two files beside it.

Whatever an article, a model, a person or a file name says is escaped by that environment. No page holds a script or a
style of its own: the content policy of the server would not run it. A browser is let in by the code in the printed
address, or by the token typed into a form.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assistant.export.pages import base_style, shared_environment
from assistant.serve.exchange import HTML, Response, WebError, WebReply, WebRequest, see_other
from assistant.serve.service import Service, WebRoute, archive_name, holdings_line

_HERE = Path(__file__).parent
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load; its address changes with what is in it."""

    place: str
    body: bytes
    media: str

    @classmethod
    def of(cls, name: str, text: str, media: str) -> Asset:
        """Return the asset `name`, e.g. "serve.css"."""
        body = text.encode()
        stem, _, ending = name.rpartition(".")
        return cls(f"/static/{stem}-{hashlib.sha256(body).hexdigest()[:12]}.{ending}", body, media)


@cache
def assets() -> Mapping[str, Asset]:
    """Return the style sheet and the script."""
    style = base_style() + (_HERE / "static" / "serve.css").read_text(encoding="utf-8")
    script = (_HERE / "static" / "serve.js").read_text(encoding="utf-8")
    return {
        "style": Asset.of("serve.css", style, "text/css; charset=utf-8"),
        "script": Asset.of("serve.js", script, "text/javascript; charset=utf-8"),
    }


def static(_service: Service, request: WebRequest) -> Response:
    """Return a file that pages load."""
    found = next((asset for asset in assets().values() if asset.place == request.path), None)
    if found is None:
        raise WebError(404, "There is no such file.")
    return WebReply(body=found.body, media=found.media, headers=_FOREVER)


def page(
    service: Service | None,
    template: str,
    values: Mapping[str, Any],
    *,
    here: str = "",
    status: int = 200,
) -> WebReply:
    """Return the page that a template makes; without a service it tells nothing of the archive."""
    held = service.status() if service is not None else None
    common = {
        "archive": {
            "name": archive_name(held) if held else "Assistant",
            "holds": holdings_line(held) if held else "",
            "shown": held is not None,
            "places": _places(service) if service else (),
        },
        "assets": {name: asset.place for name, asset in assets().items()},
        "here": here,
    }
    return WebReply(status=status, body=rendered(template, {**common, **values}), media=HTML)


def _places(service: Service) -> list[tuple[str, str]]:
    """Return the addresses in the head of each page, and their names."""
    always = [("/", "Ask"), ("/search", "Search"), ("/check", "Check"), ("/articles", "Archive"), ("/chats", "Chats")]
    if service.evaluations() is not None:
        always.append(("/evaluations", "Evaluations"))
    return [*always, ("/upload", "Add articles")] if service.allow_ingest else always


def rendered(template: str, values: Mapping[str, Any]) -> bytes:
    """Return what a template makes of the values."""
    return shared_environment(_HERE / "templates").get_template(template).render(values).encode()


def _login(service: Service, request: WebRequest) -> Response:
    """Take the code out of the address, so that it is in nobody's history with any worth."""
    code = request.one("code")
    if code and service.access.spend(code):
        return see_other("/", {"Set-Cookie": service.access.cookie_header()})
    if not service.access.required:
        return see_other("/")
    raise WebError(401, "That address was used already, or is too old." if code else "Type the token of this server.")


def _typed(service: Service, request: WebRequest) -> Response:
    fields = dict(request.form())
    service.access.check_token(fields.get("token", "").strip())
    return see_other(_of_ours(fields.get("wanted", "")), {"Set-Cookie": service.access.cookie_header()})


def _of_ours(place: str) -> str:
    """Return a place on this server as it was wanted, "/" for one that a browser may take for another server's."""
    return place if re.fullmatch(r"/[A-Za-z0-9_.-][!-~]*", place) and "\\" not in place else "/"


SITE_ROUTES = (
    WebRoute("/login", ("GET",), _login, open=True),
    WebRoute("/login", ("POST",), _typed, open=True),
    WebRoute("/static/{name}", ("GET",), static, open=True),
)
