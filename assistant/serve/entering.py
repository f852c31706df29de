"""How a browser is let in: by the code in the printed address, or by the token typed into a form."""

from __future__ import annotations

from assistant.serve.exchange import Response, WebError, WebRequest, see_other
from assistant.serve.service import Service, WebRoute
from assistant.serve.site import static


def _login(service: Service, request: WebRequest) -> Response:
    """Take the code out of the address, so that it is in nobody's history with any worth."""
    code = request.one("code")
    if code and service.access.spend(code):
        return see_other("/", {"Set-Cookie": service.access.cookie_header()})
    if not service.access.required:
        return see_other("/")
    raise WebError(401, "That address was used already, or is too old." if code else "Type the token of this server.")


def _typed(service: Service, request: WebRequest) -> Response:
    service.access.check_token(dict(request.form()).get("token", "").strip())
    return see_other("/", {"Set-Cookie": service.access.cookie_header()})


ENTRY_ROUTES = (
    WebRoute("/login", ("GET",), _login, open=True),
    WebRoute("/login", ("POST",), _typed, open=True),
    WebRoute("/static/{name}", ("GET",), static, open=True),
)
