"""A real server on the loopback interface, over an archive that needs nothing; and a client that hides nothing."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from assistant.app import Assistant
from assistant.places import LibraryPlace
from assistant.serve.access import Access
from assistant.serve.listening import listening, server_config
from assistant.serve.origins import Names
from assistant.serve.routes import error_for, routes
from assistant.serve.service import Evaluations, Service
from assistant.serve.web import application
from assistant.settings import Settings
from tests.fakes.archive import RecordingOpener

TOKEN = "t" * 43


@dataclass(frozen=True)
class Got:
    """A reply, read to its end."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    service: Service
    settings: Settings
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        token: str = TOKEN,
    ) -> Got:
        """Send one request as it is; a header of "" is left out."""
        sent = {"Authorization": f"Bearer {token}" if token else "", **(headers or {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host="Host" in sent)
            for name, value in sent.items():
                if value:
                    connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            reply = connection.getresponse()
            return Got(reply.status, {n.lower(): v for n, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, token: str = TOKEN) -> Got:
        return self.send("GET", path, None, headers, token=token)

    def post(self, path: str, value: object, headers: Mapping[str, str] | None = None, *, token: str = TOKEN) -> Got:
        """Send JSON."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.send("POST", path, body, {"Content-Type": "application/json", **(headers or {})}, token=token)


def opened(folder: LibraryPlace, settings: Settings) -> Assistant:
    return RecordingOpener()(folder, settings=settings, create=False, on_notice=lambda _: None)


@contextmanager
def serving(
    assistant: Assistant,
    settings: Settings,
    *,
    token: str = TOKEN,
    allow_ingest: bool = False,
    evaluations: Callable[[], Evaluations | None] = lambda: None,
) -> Iterator[Served]:
    """Serve the open archive on a free port until the block is left."""
    bound = listening("127.0.0.1", 0)
    port = bound.getsockname()[1]
    service = Service(
        assistant=assistant,
        access=Access(token, port=port),
        names=Names.of(port),
        own_url=f"http://127.0.0.1:{port}",
        allow_ingest=allow_ingest,
        evaluations=evaluations,
    )
    app = application(service, routes(), error_for)
    server = uvicorn.Server(server_config(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        yield Served(port, service, settings)
    finally:
        service.jobs.close()
        server.should_exit = True
        thread.join(10)
        bound.close()
