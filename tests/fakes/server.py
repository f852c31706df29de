"""A real HTTP server on the loopback interface with OpenAI's interface for chats and embeddings, and faults on demand.

Each request for a chat uses up one entry of the script; when the script is used up the server answers `default`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes.embedder import BagOfWordsEmbedder

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


@dataclass(frozen=True)
class Says:
    """A reply. Streamed in `chunks` unless the request does not ask for a stream or `json_only` is set."""

    chunks: Sequence[str]
    finish: str | None = "stop"
    usage: dict[str, Any] | None = field(default_factory=lambda: dict(USAGE))
    json_only: bool = False
    done: bool = True  # ends the stream with [DONE]
    refusal: str = ""
    model: str = "served-model"


@dataclass(frozen=True)
class Fails:
    """An error status."""

    status: int
    message: str = "it failed"
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sends:
    """Raw bytes, piece by piece; an empty piece stands for a pause of `pause_s` in which nothing is sent.

    `breaks`: the connection is cut at the end without the mark that ends the body.
    """

    pieces: Sequence[bytes]
    content_type: str = "text/event-stream"
    pause_s: float = 5.0
    breaks: bool = False


Behaviour = Says | Fails | Sends


def event(text: str = "", finish: str | None = None, **fields: Any) -> bytes:
    """One event of a streamed reply."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    body = {"object": "chat.completion.chunk", "model": "served-model", "choices": [choice], **fields}
    return f"data: {json.dumps(body)}\n\n".encode()


@dataclass
class ModelServer:
    """What the running server does next, and what it was sent."""

    script: list[Behaviour] = field(default_factory=list)
    default: Behaviour = field(default_factory=lambda: Says(["It rained. [1]"]))
    requests: list[dict[str, Any]] = field(default_factory=list)  # bodies of requests for a chat
    embedding_requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)  # of requests for a chat, names in lower case
    base_url: str = ""
    models: list[str] | None = None  # that it lists; None: it has no such list
    model_facts: dict[str, Any] = field(default_factory=dict)  # more fields of each model listed
    places: dict[str, Any] = field(default_factory=dict)  # what it answers elsewhere, by path
    hung_up: threading.Event = field(default_factory=threading.Event)  # a client closed before the end of a reply
    stopped: threading.Event = field(default_factory=threading.Event)  # pauses end when the server is stopped
    embedder: BagOfWordsEmbedder = field(default_factory=BagOfWordsEmbedder)

    def next(self) -> Behaviour:
        return self.script.pop(0) if self.script else self.default


@contextmanager
def model_server(*script: Behaviour) -> Iterator[ModelServer]:
    """A server in a thread, on a port of its own, until the block is left."""
    state = ModelServer(script=list(script))

    class Handler(_Handler):
        server_state = state

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield state
    finally:
        state.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up waiting is no fault."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: ModelServer

    def do_GET(self) -> None:
        if self.path == "/v1/models" and self.server_state.models is not None:
            data = [
                {"id": name, "object": "model", "created": 0, "owned_by": "us", **self.server_state.model_facts}
                for name in self.server_state.models
            ]
            self._json(200, {"object": "list", "data": data})
        elif self.path in self.server_state.places:
            self._json(200, self.server_state.places[self.path])
        else:
            self._json(404, {"error": {"message": f"no {self.path} here"}})

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/embeddings":
            self._embed(request)
        elif self.path == "/v1/chat/completions":
            self.server_state.requests.append(request)
            self.server_state.headers.append({name.lower(): value for name, value in self.headers.items()})
            self._behave(self.server_state.next(), request)
        elif self.path in self.server_state.places:
            self._json(200, self.server_state.places[self.path])
        else:
            self._json(404, {"error": {"message": f"no {self.path} here"}})

    def _behave(self, behaviour: Behaviour, request: dict[str, Any]) -> None:
        if isinstance(behaviour, Fails):
            error = {"message": behaviour.message, "type": "error", "code": behaviour.code or None}
            self._json(behaviour.status, {"error": error}, behaviour.headers)
        elif isinstance(behaviour, Sends):
            self._send_pieces(behaviour)
        elif behaviour.json_only or not request.get("stream"):
            self._json(200, _whole(behaviour))
        else:
            self._send_pieces(Sends(list(_events(behaviour, request))))

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _send_pieces(self, sends: Sends) -> None:
        self.send_response(200)
        self.send_header("Content-Type", sends.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for piece in sends.pieces:
                if piece:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                    self.wfile.flush()
                else:
                    self.server_state.stopped.wait(sends.pause_s)
            if sends.breaks:
                self.close_connection = True
            else:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.server_state.hung_up.set()
            self.close_connection = True

    def _embed(self, request: dict[str, Any]) -> None:
        self.server_state.embedding_requests.append(request)
        vectors = self.server_state.embedder.embed(request["input"])
        data = [{"object": "embedding", "index": i, "embedding": row.tolist()} for i, row in enumerate(vectors)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        self._json(200, {"object": "list", "data": data, "model": request["model"], "usage": usage})

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test output clean."""


def _events(says: Says, request: dict[str, Any]) -> Iterator[bytes]:
    for chunk in says.chunks:
        yield event(chunk, model=says.model)
    if says.refusal:
        yield event(model=says.model, choices=[{"index": 0, "delta": {"refusal": says.refusal}}])
    yield event(finish=says.finish, model=says.model)
    if says.usage is not None and request.get("stream_options", {}).get("include_usage"):
        yield event(choices=[], usage=says.usage, model=says.model)
    if says.done:
        yield b"data: [DONE]\n\n"


def _whole(says: Says) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(says.chunks), "refusal": says.refusal or None}
    choices = [{"index": 0, "message": message, "finish_reason": says.finish}]
    return {"object": "chat.completion", "model": says.model, "choices": choices, "usage": says.usage}
