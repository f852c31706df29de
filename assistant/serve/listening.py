"""The border to uvicorn: a socket on this machine, one process, and an end within three seconds of Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.errors import UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_HEADER = 16 * 1024  # bytes of a request's head
_IDLE_S = 5  # of a connection that asks nothing
_GRACE_S = 3  # for replies that are being sent, after Ctrl-C
_BACKLOG = 128
_LOOK_S = 0.1  # between two looks whether Ctrl-C was pressed


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that is bound and listens; port 0 takes a free one. Raises `UsageError` when that fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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

    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # its own words about starting and stopping
    config = uvicorn.Config(
        app,
        http="h11",  # the one that limits the size of a head
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
    server = uvicorn.Server(config)

    async def until_stopped() -> None:
        serving = asyncio.ensure_future(server.serve(sockets=[bound]))
        while not (server.should_exit or serving.done()):
            await asyncio.sleep(_LOOK_S)
        ended()
        await serving

    with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has ended
        asyncio.run(until_stopped())
