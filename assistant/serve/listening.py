"""The border to uvicorn: a socket on this machine, one process, and an end within three seconds of Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.errors import UsageError

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

_HEADER = 16 * 1024  # bytes of a request's head
_HEAD_S = 15.0  # in which a head must have come
_READ_S = 60.0  # in which a client must take something of what waits for it
_IDLE_S = 5  # of a connection that asks nothing
_GRACE_S = 3  # for replies that are being sent, after Ctrl-C
_BACKLOG = 128
_SENT_AHEAD = 128 * 1024  # bytes that the system may hold for one reader; by itself it takes megabytes
_CONNECTIONS = 4096  # and other open files: many systems allow 256 or 1,024 unless asked
_LOOK_S = 0.1  # between two looks whether Ctrl-C was pressed


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that is bound and listens; port 0 takes a free one. Raises `UsageError` when that fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENT_AHEAD)  # of each connection to it
        made.bind((host, port))
        made.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        made.close()
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{host}:{port} cannot be listened on ({why}). Take another port: --port N") from error
    return made


def run_server(app: ASGIApp, bound: socket.socket, *, ended: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `ended` is called first then, to stop what runs."""
    import uvicorn

    _allow_connections()
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # its own words about starting and stopping
    server = uvicorn.Server(server_config(app))

    async def until_stopped() -> None:
        serving = asyncio.ensure_future(server.serve(sockets=[bound]))
        while not (server.should_exit or serving.done()):
            await asyncio.sleep(_LOOK_S)
        ended()
        await serving

    with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has ended
        asyncio.run(until_stopped())


def _allow_connections() -> None:
    """Allow as many open files as many connections need, where the system sets a lower limit by habit."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _CONNECTIONS if hard == resource.RLIM_INFINITY else min(_CONNECTIONS, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def server_config(app: ASGIApp) -> uvicorn.Config:
    """Return how requests are read and replies are sent."""
    import uvicorn

    return uvicorn.Config(
        app,
        http=_patient_protocol(),
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,  # a query string may hold a question or a code
        server_header=False,
        date_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=_HEADER,
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_GRACE_S,
    )


class _Limit:
    """A limit of time on a connection, which is closed when that is over."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def start(self, transport: asyncio.Transport) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, _cut_off, transport)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _cut_off(transport: asyncio.Transport) -> None:
    """End a connection at once; the system forgets what it holds for it, which else it would offer for minutes."""
    connection = transport.get_extra_info("socket")
    with suppress(OSError):  # it may have ended by itself
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _patient_protocol() -> type[asyncio.Protocol]:
    """Return uvicorn's protocol, the one that limits the size of a head, with limits of time too.

    A head that does not come, and a reader that does not read, would hold their connection and its memory for ever.
    """
    import h11
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Patient(H11Protocol):
        """Closes a connection whose next head, or whose reader, is too slow."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._head, self._reader = _Limit(_HEAD_S), _Limit(_READ_S)
            self._head.start(transport)

        def data_received(self, data: bytes) -> None:
            if self.conn.their_state is h11.IDLE:
                self._head.start(self.transport)
            super().data_received(data)
            if self.conn.their_state is not h11.IDLE:
                self._head.stop()

        def pause_writing(self) -> None:
            super().pause_writing()
            self._reader.start(self.transport)

        def resume_writing(self) -> None:
            super().resume_writing()
            self._reader.stop()

        def connection_lost(self, exc: Exception | None) -> None:
            self._head.stop()
            self._reader.stop()
            super().connection_lost(exc)

    return Patient
