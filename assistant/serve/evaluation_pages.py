"""The pages of evaluations: the list of kept runs, the report of one, and what changed between two.

The reports are those that `assistant eval report` writes: whole pages with a style sheet and a policy of their own, by
which they can load nothing and run nothing.
"""

from __future__ import annotations

import re
from html import unescape

from assistant.errors import UsageError
from assistant.serve.exchange import HTML, Response, WebError, WebReply, WebRequest, json_reply
from assistant.serve.service import Evaluations, Service, WebRoute
from assistant.serve.site import page

_HERE = "/evaluations"
_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')


def _evaluations(service: Service) -> Evaluations:
    kept = service.evaluations()
    if kept is None:
        raise WebError(404, "No run of an evaluation is kept on this machine. Make one: assistant eval run")
    return kept


def _list(service: Service, request: WebRequest) -> Response:
    runs = _evaluations(service).listed()
    return json_reply(runs) if request.is_data else page(service, "evaluations.html", {"runs": runs}, here=_HERE)


def _report(service: Service, request: WebRequest) -> Response:
    try:
        return _whole(_evaluations(service).report(request.values["run"]))
    except UsageError as error:
        raise WebError(404, str(error)) from error


def _compared(service: Service, request: WebRequest) -> Response:
    return _whole(_evaluations(service).compared(request.one("before"), request.one("after")))


def _whole(html: str) -> WebReply:
    """Return a page that brings its own policy, with that as its header too."""
    found = _POLICY.search(html)
    if found is None:
        raise RuntimeError("a report without a policy of its own")
    policy = f"{unescape(found[1])}; frame-ancestors 'none'"
    return WebReply(body=html.encode(), media=HTML, headers={"Content-Security-Policy": policy})


EVALUATION_ROUTES = (
    WebRoute(_HERE, ("GET",), _list),
    WebRoute(f"{_HERE}.json", ("GET",), _list),
    WebRoute("/evaluations/compare", ("GET",), _compared),
    WebRoute("/evaluations/{run}", ("GET",), _report),
)
