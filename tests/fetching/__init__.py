"""A small web on the loopback interface: names and addresses as a test says, raw answers from a real server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

Answer = bytes | Callable[[socket.socket], None]

PUBLIC = "93.184.215.14"


def answer(
    body: bytes, *, status: str = "200 OK", headers: str = "Content-Type: text/html; charset=utf-8\r\n"
) -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer(b"", status=status, headers=f"Location: {to}\r\n")


@dataclass
class Web:
    """What the servers answer, by address, and who asked for what."""

    port: int
    answers: dict[str, Answer]  # "host/path" -> answer
    names: dict[str, list[str]] = field(default_factory=dict)  # host -> IP addresses; one public address by default
    requests: list[str] = field(default_factory=list)  # heads of the requests
    connected: list[str] = field(default_factory=list)  # IP addresses

    def resolve(self, host: str, port: int) -> list[str]:
        if host in self.names:
            return self.names[host]
        if host.replace(".", "").isdigit() or ":" in host:
            return [host]
        raise OSError("unknown")

    def connect(self, address: str, port: int, timeout_s: float) -> socket.socket:
        self.connected.append(address)
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout_s)


@contextmanager
def web(answers: Mapping[str, Answer]) -> Iterator[Web]:
    """Hosts of the answers have a public address; all lead to one server on the loopback interface."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Web(listener.getsockname()[1], dict(answers))
        made.names = {key.partition("/")[0]: [PUBLIC] for key in answers}
        thread = threading.Thread(target=_serve, args=(listener, made), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _serve(listener: socket.socket, made: Web) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_reply, args=(connection, made), daemon=True).start()


def _reply(connection: socket.socket, made: Web) -> None:
    with connection:
        try:
            head = b""
            while b"\r\n\r\n" not in head and (piece := connection.recv(65536)):
                head += piece
            request = head.decode("latin-1")
            made.requests.append(request)
            path = request.split(" ")[1] if " " in request else ""
            host = next((line[6:] for line in request.split("\r\n") if line.startswith("Host: ")), "")
            reply = made.answers.get(f"{host}{path}", answer(b"gone", status="404 Not Found"))
            if callable(reply):
                reply(connection)
            else:
                connection.sendall(reply)
        except OSError:
            return


def drip(piece: bytes, pause_s: float, head: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> Callable[[socket.socket], None]:
    """A server that sends `piece` again and again, with pauses."""

    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            time.sleep(pause_s)
            connection.sendall(piece)

    return send
