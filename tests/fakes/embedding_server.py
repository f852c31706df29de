"""A real HTTP server on the loopback interface with OpenAI's interface for embeddings, and with faults on demand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes.embedder import BagOfWordsEmbedder


@dataclass
class Reply:
    """One reply of the server; `body` is sent as JSON unless it is a string."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


@dataclass
class EmbeddingServer:
    """Answers with bag-of-words vectors. Replies in `script` are used up first; `change` edits every good body."""

    script: list[Reply] = field(default_factory=list)
    change: Callable[[dict[str, Any]], Any] = lambda body: body
    requests: list[dict[str, Any]] = field(default_factory=list)  # bodies received
    headers: list[dict[str, str]] = field(default_factory=list)  # headers received, names in lower case
    base_url: str = ""
    model: BagOfWordsEmbedder = field(default_factory=BagOfWordsEmbedder)

    def reply(self, request: dict[str, Any]) -> Reply:
        if self.script:
            return self.script.pop(0)
        vectors = self.model.embed(request["input"]) * 3  # a server need not send unit vectors
        data = [{"object": "embedding", "index": i, "embedding": row.tolist()} for i, row in enumerate(vectors)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return Reply(body=self.change({"object": "list", "data": data, "model": request["model"], "usage": usage}))


@contextmanager
def embedding_server() -> Iterator[EmbeddingServer]:
    """A server in a thread, on a port of its own, until the block is left."""
    state = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append(request)
            state.headers.append({name.lower(): value for name, value in self.headers.items()})
            reply = state.reply(request)
            time.sleep(reply.delay_s)
            text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            content = text.encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test output clean."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that gave up waiting is no fault."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
