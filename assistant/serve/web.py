"""The border to Starlette: requests become records of ours, replies become responses; nothing else is decided here.

The guard stands before everything, routing too. Handlers run in threads, a few at a time; streams wait without one.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
import time
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, BinaryIO

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from assistant.errors import AssistantError
from assistant.serve.exchange import FORM_WITH_FILES, Awaited, EventStream, SentFile, WebError, WebReply, WebRequest
from assistant.serve.jobs import Job
from assistant.serve.origins import HEADERS, check_head
from assistant.serve.service import Service, WebRoute

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READING = 8  # handlers at a time
_BODY_S = 15.0  # in which a body must have come, or the next piece of a file
_MOST_FILES, _MOST_FIELDS = 200, 20  # of a form
_STREAM_S = 600.0  # of one stream of events
_STREAMS = 500  # of events open at once: each holds a connection, and memory for what its reader has not taken
_ALIVE_S = 10.0  # after which a silent stream says that it lives
_STREAMED = {"Cache-Control": "no-cache, no-store", "X-Accel-Buffering": "no"}  # proxies shall hold nothing back

Failed = Callable[[Service, WebRequest, AssistantError], WebReply]  # an error as the client of this request reads it


def application(service: Service, routes: Sequence[WebRoute], failed: Failed) -> ASGIApp:
    """Return the application that serves these routes; `failed` writes errors."""
    pool = ThreadPoolExecutor(_READING, thread_name_prefix="reading")
    made = [
        Route(route.path, partial(_serve, service, route, failed, pool), methods=list(route.methods))
        for route in routes
    ]

    async def unknown(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        words = {404: "There is no such page.", 405: "That cannot be done here."}.get(status, "That cannot be done.")
        return _response(failed(service, _head(service, request), WebError(status, words)))

    async def broken(request: Request, error: Exception) -> Response:
        number = token_hex(4)
        traceback.print_exception(error)
        said = f"A fault of this program, number {number}: see what the server printed."
        return _response(failed(service, _head(service, request), WebError(500, said)))

    tools = _Mcp(service, failed)
    made.append(Route("/mcp", tools, methods=["GET", "POST", "DELETE"]))
    app = Starlette(
        routes=made, exception_handlers={HTTPException: unknown, Exception: broken}, lifespan=lambda _: tools.running()
    )
    return _guarded(app, service, failed)


def _guarded(app: ASGIApp, service: Service, failed: Failed) -> ASGIApp:
    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await app(scope, receive, send)
            return  # a web socket is closed by the server beneath
        request = Request(scope)
        try:
            check_head(scope["method"], request.headers, service.names)
        except WebError as error:
            await _response(failed(service, _head(service, request), error))(scope, receive, _with_headers(send))
            return
        await app(scope, receive, _with_headers(send))

    return guarded


class _Mcp:
    """The application at /mcp, which is imported and started by its first request: that takes a second."""

    def __init__(self, service: Service, failed: Failed) -> None:
        self._service = service
        self._failed = failed
        self._wanted = asyncio.Event()
        self._ready = asyncio.Event()
        self._answers: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        head = _head(self._service, request)
        try:
            self._service.access.check(request.headers.get("authorization", ""), "")  # a cookie is for pages
        except AssistantError as error:
            await _response(self._failed(self._service, head, error))(scope, receive, send)
            return
        await (await self._started())(scope, receive, send)

    async def _started(self) -> ASGIApp:
        """Return the application once it runs. Raises what kept it from starting."""
        self._wanted.set()
        ready = asyncio.ensure_future(self._ready.wait())
        await asyncio.wait((ready, self._running), return_when=asyncio.FIRST_COMPLETED)
        if self._answers is None:
            ready.cancel()
            self._running.result()
        assert self._answers is not None  # noqa: S101  # else the line above has raised
        return self._answers

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Wait for the first request, within the life of the server."""
        self._running = asyncio.ensure_future(self._run())
        yield
        if self._running.cancel():  # False where it never started: that was told to whoever asked
            with suppress(asyncio.CancelledError):
                await self._running

    async def _run(self) -> None:
        await self._wanted.wait()
        manager = await asyncio.to_thread(self._made)
        async with manager.run():
            self._answers = manager.handle_request
            self._ready.set()
            await asyncio.Event().wait()

    def _made(self) -> Any:
        from assistant.serve.mcp_server import http_manager
        from assistant.serve.tools import Desk

        service = self._service
        return http_manager(Desk(assistant=lambda: service.assistant, base=service.public_url or service.own_url))


def _with_headers(send: Send) -> Send:
    """Return a `send` that gives every reply the headers of the guard, unless it has its own of that name."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            named = {name.lower() for name, _ in message["headers"]}
            more = [(n.lower().encode(), v.encode()) for n, v in HEADERS.items() if n.lower().encode() not in named]
            message["headers"] = [*message["headers"], *more]
        await send(message)

    return sending


async def _serve(
    service: Service, route: WebRoute, failed: Failed, pool: ThreadPoolExecutor, request: Request
) -> Response:
    head = _head(service, request)
    try:
        if not route.open:
            service.access.check(request.headers.get("authorization", ""), head.cookie)
        sent = await _sent(service, route, request)
        try:
            made = await _in_thread(pool, partial(route.handler, service, sent))
        except BaseException:  # cancelled too, when its client leaves: no file that was sent outlives its request
            _forget(sent)
            raise
        if isinstance(made, EventStream):
            return _streaming(service, made)
        if isinstance(made, Awaited):
            await _end_of(made.job, request)
            made = await _in_thread(pool, partial(made.reply, made.job))
        return _response(made)
    except AssistantError as error:
        return _response(failed(service, head, error))
    except ClientDisconnect:  # in the middle of the body: nobody reads the reply
        return Response(status_code=400)


def _head(service: Service, request: Request, body: bytes = b"") -> WebRequest:
    """Return the record of a request, whose body may not have been read yet."""
    scheme = "https" if service.public_url.startswith("https") else "http"
    return WebRequest(
        method=request.method,
        path=request.url.path,
        values={name: str(value) for name, value in request.path_params.items()},
        query=tuple(request.query_params.multi_items()),
        headers=dict(request.headers),
        body=body,
        cookie=request.cookies.get(service.access.cookie_name, ""),
        origin=f"{scheme}://{request.headers.get('host', '')}",
    )


async def _sent(service: Service, route: WebRoute, request: Request) -> WebRequest:
    """Return the whole request. Raises `WebError` for one that is too large or too slow."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > route.largest:
        raise _too_large(route.largest)
    limited = Request(request.scope, _limited(request.receive, route))
    if route.files and _head(service, request).media == FORM_WITH_FILES:
        return await _with_files(_head(service, request), limited)
    try:
        async with asyncio.timeout(_BODY_S):
            return _head(service, request, await limited.body())
    except TimeoutError as error:
        raise _too_slow() from error


def _too_slow() -> WebError:
    return WebError(408, "The request came too slowly.", headers={"Connection": "close"})


def _too_large(most: int) -> WebError:
    said = f"{most // 1024} kB" if most < 1024**2 else f"{most // 1024**2} MB"
    return WebError(413, f"At most {said} can be sent.", headers={"Connection": "close"})


def _limited(receive: Receive, route: WebRoute) -> Receive:
    """Return a `receive` that raises `WebError` for a body that is too large, and for one that stops coming."""
    received = 0

    async def receiving() -> Message:
        nonlocal received
        try:
            message = await asyncio.wait_for(receive(), _BODY_S)
        except TimeoutError as error:
            raise _too_slow() from error
        received += len(message.get("body", b""))
        if received > route.largest:
            raise _too_large(route.largest)
        return message

    return receiving


async def _with_files(head: WebRequest, request: Request) -> WebRequest:
    """Return the request with its files in a new folder, under names of ours."""
    folder = Path(tempfile.mkdtemp(prefix="assistant-sent-"))
    fields: list[tuple[str, str]] = []
    files: list[SentFile] = []
    try:
        async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as form:
            for name, value in form.multi_items():
                if isinstance(value, str):
                    fields.append((name, value))
                elif value.filename:
                    path = folder / f"{len(files):03}{_ending(value.filename)}"
                    await asyncio.to_thread(_copy, value.file, path)
                    files.append(SentFile(value.filename, path))
    except HTTPException as error:  # too many parts, or none that can be read
        shutil.rmtree(folder, ignore_errors=True)
        raise WebError(400, f"The files cannot be read. Send at most {_MOST_FILES} at once.", param="files") from error
    except BaseException:  # cancelled too, when the client leaves in the middle of sending
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if not files:
        shutil.rmtree(folder, ignore_errors=True)
    return replace(head, fields=tuple(fields), files=tuple(files))


def _ending(name: str) -> str:
    """Return what tells the format in a foreign file name: ".txt", ".jsonl.gz"; "" for what is no plain ending."""
    found = re.search(r"(?:\.[A-Za-z0-9]{1,8}){1,2}$", name)
    return found[0].lower() if found else ""


def _copy(file: BinaryIO, path: Path) -> None:
    with path.open("wb") as out:
        shutil.copyfileobj(file, out)


def _forget(sent: WebRequest) -> None:
    """Delete the files of a request that nobody took."""
    for folder in {file.path.parent for file in sent.files}:
        shutil.rmtree(folder, ignore_errors=True)


def _response(reply: WebReply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers), media_type=reply.media)


async def _in_thread(pool: ThreadPoolExecutor, call: Callable[[], Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(pool, call)


async def _end_of(job: Job, request: Request) -> None:
    """Wait for the end of a job; stop it when the client leaves."""
    leaving = asyncio.ensure_future(_left(request))
    ending = asyncio.ensure_future(_news(job))
    try:
        while not job.ended:
            await asyncio.wait({leaving, ending}, return_when=asyncio.FIRST_COMPLETED)
            if leaving.done():
                job.cancel.set()
                return
            ending = asyncio.ensure_future(_news(job))
    finally:
        leaving.cancel()
        ending.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _news(job: Job) -> None:
    """Wait until a job tells something or ends."""
    with _Listener(job) as news:
        if not job.ended:
            await news.wait()


def _streaming(service: Service, stream: EventStream) -> Response:
    """Return the stream. Raises `WebError` 503 where too many are open; an owned one is among the few answers."""
    if not stream.owned and service.jobs.listening() >= _STREAMS:
        raise WebError(503, "Too many pages follow answers. Load this one again soon.", headers={"Retry-After": "10"})
    return StreamingResponse(_events(stream), media_type="text/event-stream", headers=_STREAMED)


async def _events(stream: EventStream) -> AsyncIterator[bytes]:
    """Yield the events of a job until it ends; an owned job stops when the client leaves."""
    job, seen, last = stream.job, stream.after, time.monotonic() + _STREAM_S
    try:
        with _Listener(job) as news:
            while time.monotonic() < last:
                news.clear()
                new, ended = job.after(seen)
                for event in new:
                    if time.monotonic() > last:  # a slow reader may need that long for what is there
                        return
                    yield stream.encoded(event)
                seen += len(new)
                if ended:
                    return
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), _ALIVE_S)
                    continue
                yield b": still here\n\n"
    finally:
        if stream.owned:
            job.cancel.set()


class _Listener:
    """Turns what a job tells from its thread into an event of this loop."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def __enter__(self) -> asyncio.Event:
        self._end = self._job.listen(self._tell)
        return self._news

    def __exit__(self, *_: object) -> None:
        self._end()

    def _tell(self) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody listens
            self._loop.call_soon_threadsafe(self._news.set)
