"""What serving is held to, measured all together and printed beside its targets.

    python -m research.bench.targets [--rounds N] [--streams N]

Over the example archive, on the loopback interface, with a server for the language model that answers when it is told
to: so it is known when the first token was sent, and when the end of a question was seen. Targets hold for a quiet
machine with two cores; the load of this one is printed with the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import files
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from research.bench.report import disk, machine, save, table
from research.bench.serving import memory, server
from research.tools.readme import EXAMPLES, run_assistant, surroundings

_ROOT = Path(__file__).resolve().parents[2]
_QUESTION = "How many vehicles does the Pellin Bridge carry a day?"
_ADDED = (  # packages that are here for serving alone
    *("mcp", "mcp-types", "starlette", "sse-starlette", "python-multipart"),
    *("pyjwt", "cryptography", "cffi", "pycparser"),
)
_WAIT_S = 60
_MB = 1024 * 1024


class Figure(NamedTuple):
    """One thing that was measured."""

    name: str
    value: float
    target: float  # at most
    unit: str
    note: str = ""

    @property
    def row(self) -> tuple[str, str, str, str]:
        """The figure as a table has it."""
        held = "" if self.value <= self.target else "missed"
        return (
            self.name,
            f"{self.value:,.4g} {self.unit}",
            f"{self.target:,.4g} {self.unit}",
            f"{held} {self.note}".strip(),
        )


@dataclass
class Writer:
    """A language model's server that sends its first token when it may."""

    url: str = ""
    asked: threading.Event = field(default_factory=threading.Event)
    may_write: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)  # whoever asked has hung up
    wrote_at: float = 0.0
    left_at: float = 0.0

    def forget(self) -> None:
        """Wait for the next question."""
        for event in (self.asked, self.may_write, self.left):
            event.clear()

    def writes_at_once(self) -> None:
        """Let it write as soon as it is asked."""
        if self.asked.wait(_WAIT_S):
            self.may_write.set()

    def waits(self, connection: socket.socket) -> bool:
        """Wait for leave to write; return whether whoever asked is still there."""
        while not self.may_write.is_set():
            if select.select([connection], [], [], 0.002)[0] and not connection.recv(1, socket.MSG_PEEK):
                self.left_at = time.perf_counter()
                self.left.set()
                return False
        return True


@contextmanager
def writer() -> Iterator[Writer]:
    """Run such a server in a thread."""
    state = Writer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            state.asked.set()
            if not state.waits(self.connection):
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            state.wrote_at = time.perf_counter()
            for text, end in (("The bridge carries 32,000 vehicles a day. [1]", None), ("", "stop")):
                choice = {"index": 0, "delta": {"content": text}, "finish_reason": end}
                body = {"object": "chat.completion.chunk", "model": "m", "choices": [choice]}
                self.wfile.write(f"data: {json.dumps(body)}\n\n".encode())
            self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{httpd.server_address[1]}/v1"
    try:
        yield state
    finally:
        httpd.shutdown()
        httpd.server_close()


@contextmanager
def sent(url: str, method: str, path: str, body: bytes | None = None, **head: str) -> Iterator[HTTPResponse]:
    """Send a request; yield the reply, of which only the head was read."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=_WAIT_S)
    try:
        connection.request(method, path, body, {"Accept": "text/html", **head})
        yield connection.getresponse()
    finally:
        connection.close()


def text_of(url: str, path: str) -> str:
    """Return a page."""
    with sent(url, "GET", path) as reply:
        return reply.read().decode()


def milliseconds(rounds: int, call: Callable[[], object]) -> float:
    """Return the median of so many calls, after one that does not count."""
    call()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def first_byte(url: str, path: str) -> None:
    """Wait for the first byte of a page."""
    with sent(url, "GET", path) as reply:
        reply.read(1)


def ask(url: str) -> dict[str, Any]:
    """Ask the question, and return the answer."""
    body = json.dumps({"question": _QUESTION}).encode()
    with sent(url, "POST", "/api/v1/ask", body, **{"Content-Type": "application/json"}) as reply:
        found: dict[str, Any] = json.loads(reply.read())
        return found


def pages(url: str, rounds: int) -> Iterator[Figure]:
    """Yield the figures of pages and of an answer without a model."""
    cited = ask(url)["evidence"][0]
    for path in ("/", f"/s/{cited['ref']}", f"/a/{cited['article']['id']}"):
        shown = path if path == "/" else f"{path[:3]}…"
        yield Figure(f"first byte of {shown}", milliseconds(rounds, partial(first_byte, url, path)), 30, "ms")
    spaced = min(rounds, 20)  # 30 questions a minute are taken
    yield Figure("answer without a model", milliseconds(spaced, lambda: ask(url)), 150, "ms")
    page = text_of(url, "/")
    loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    sizes = {place: len(text_of(url, place).encode()) / 1000 for place in loaded}
    yield Figure("/ all told", len(page.encode()) / 1000 + sum(sizes.values()), 60, "kB")
    yield Figure("/ in requests", 1 + len(loaded), 3, "")
    yield Figure("/s/…", len(text_of(url, f"/s/{cited['ref']}").encode()) / 1000, 40, "kB")
    yield Figure("script", sum(size for place, size in sizes.items() if place.endswith(".js")), 12, "kB")


class Told(NamedTuple):
    """How many milliseconds after the model wrote whoever asked was told of it; it writes its reply in one go."""

    draft: float
    answer: float


def drafted(url: str, model: Writer) -> Told:
    """Ask once, and return when the draft and when the checked answer came."""
    model.forget()
    head = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    threading.Thread(target=model.writes_at_once, daemon=True).start()
    with sent(url, "POST", "/api/v1/ask", json.dumps({"question": _QUESTION}).encode(), **head) as reply:
        came = [came_at(reply, event) for event in ("draft", "answer")]
        reply.read()
    return Told(*(1000 * (at - model.wrote_at) for at in came))


def came_at(reply: HTTPResponse, event: str) -> float:
    """Return the time at which an event comes. Raises `EOFError` when it never does."""
    while line := reply.readline():
        if line.startswith(f"event: {event}".encode()):
            return time.perf_counter()
    raise EOFError(event)


def posted(url: str, path: str, **fields: str) -> str:
    """Send a form of the page; return where it leads."""
    token = re.findall(r'name="form_token" value="([^"]*)"', text_of(url, "/"))[0]
    body = urlencode({**fields, "form_token": token}).encode()
    with sent(url, "POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded"}) as reply:
        return reply.headers["Location"]


def stopped(url: str, model: Writer) -> float:
    """Return how many milliseconds after Stop, before its first token, the model's server sees the end."""
    model.forget()
    place = posted(url, "/ask", question=_QUESTION)
    assert model.asked.wait(_WAIT_S)  # noqa: S101
    began = time.perf_counter()
    posted(url, f"{place}/stop")
    assert model.left.wait(_WAIT_S)  # noqa: S101
    return 1000 * (model.left_at - began)


def streams(url: str, pid: int, model: Writer, count: int) -> Iterator[Figure]:
    """Yield what so many open streams of a running answer do to a server."""
    model.forget()
    place = posted(url, "/ask", question=_QUESTION)
    host, _, port = urlsplit(url).netloc.partition(":")
    asked = f"GET {place}/events HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\n\r\n".encode()
    before = memory(pid)
    with ExitStack() as opened:
        heads = []
        for _ in range(count):
            raw = opened.enter_context(socket.create_connection((host, int(port)), timeout=_WAIT_S))
            raw.sendall(asked)
            heads.append(raw)
        seen = [raw.recv(16)[9:12] for raw in heads]
        others = count - seen.count(b"200") - seen.count(b"503")
        yield Figure(f"{count:,} streams, neither taken nor refused", others, 0, "", f"{seen.count(b'200')} taken")
        yield Figure(f"{count:,} streams, more memory", memory(pid) - before, 60, "MB")
        yield Figure(f"{count:,} streams, first byte of /", milliseconds(20, lambda: first_byte(url, "/")), 150, "ms")
    model.may_write.set()


def processor(command: list[str], line: bytes = b"") -> float:
    """Return the milliseconds until a process has ended, or has answered `line` with a line."""
    began = time.perf_counter()
    kept = {**surroundings(), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(command, env=kept, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        if line:
            process.stdin.write(line)
            process.stdin.flush()
            process.stdout.readline()
            process.stdout.readline()
        else:
            process.stdout.read()
        ended = time.perf_counter()
        process.stdin.close()
    return 1000 * (ended - began)


def first_page(library: Path) -> float:
    """Return the seconds from the start of a server to its first page."""
    began = time.perf_counter()
    with server(library, "--no-model") as (url, _):
        text_of(url, "/")
        return time.perf_counter() - began


def starts(library: Path, rounds: int) -> Iterator[Figure]:
    """Yield how long processes take that people wait for, and what serving adds to an install."""
    yield Figure("first page after start", statistics.median(first_page(library) for _ in range(rounds)), 1.0, "s")
    program = [sys.executable, "-m", "assistant"]
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
    lines = (
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    )
    listing = "".join(json.dumps(each) + "\n" for each in lines).encode()
    mcp = [*program, "mcp", "--library", str(library), "--no-model"]
    took = statistics.median(processor(mcp, listing) for _ in range(rounds))
    yield Figure("tools/list after start", took / 1000, 1.2, "s")
    took = statistics.median(processor([*program, "--help"]) for _ in range(rounds))
    yield Figure("assistant --help", took / 1000, 0.15, "s")
    size = sum(Path(str(file.locate())).stat().st_size for name in _ADDED for file in files(name) or () if _kept(file))
    yield Figure("added to the install", (size + disk(_ROOT / "assistant" / "serve")) / _MB, 25, "MB")


def _kept(file: Any) -> bool:
    """Whether a file of a package is there and was not made by Python itself."""
    return file.suffix != ".pyc" and Path(str(file.locate())).exists()


def measured(library: Path, options: argparse.Namespace) -> Iterator[Figure]:
    """Yield all figures."""
    with server(library, "--no-model") as (url, _):
        yield from pages(url, options.rounds)
    with writer() as model, server(library, "--model", "m", "--base-url", model.url) as (url, pid):
        drafted(url, model)  # the first loads what all need
        told = [drafted(url, model) for _ in range(5)]
        yield Figure("draft after the first token", statistics.median(t.draft for t in told), 50, "ms")
        yield Figure("checked answer after the last token", statistics.median(t.answer for t in told), 150, "ms")
        yield Figure("Stop seen by the model's server", max(stopped(url, model) for _ in range(5)) / 1000, 1, "s")
        yield from streams(url, pid, model, options.streams)
    yield from starts(library, 5)


def main() -> int:
    """Measure, print and save; the exit code is 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=50, help="requests of each kind")
    parser.add_argument("--streams", type=int, default=1000, help="opened at once")
    options = parser.parse_args()
    facts = machine()
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        run_assistant("ingest", "--quiet", str(EXAMPLES), library=library)
        found = list(measured(library, options))
    print(table(("measured", "here", "target", ""), [figure.row for figure in found]))
    print(f"load: {facts['load']} before, {os.getloadavg()[0]:.1f} after, on {facts['cores']} cores")
    save("targets", "python -m research.bench.targets", facts, {f.name: f.value for f in found})
    return 0 if all(figure.value <= figure.target for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
