"""A PostgreSQL server of the tests' own: a new cluster in a temporary folder, for as long as the tests run."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

_PATIENCE_S = 60.0
_OPTIONS = ("fsync=off", "listen_addresses=127.0.0.1", "max_connections=40", "shared_buffers=16MB", "lc_messages=C")
_schemas = count(1)


class PostgresServer:
    """A server on loopback with one empty database, `news`."""

    def __init__(self, programs: Path, folder: Path, user: str) -> None:
        self._programs = programs
        self._folder = folder
        self._user = {"user": user} if os.getuid() == 0 else {}  # PostgreSQL refuses to run as root
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def place(self) -> str:
        """The URL of a library that no other test has."""
        return f"postgresql://assistant@127.0.0.1:{self._port}/news?schema=test_{next(_schemas)}"

    def create(self) -> None:
        """Make the cluster and its database."""
        options = ("--username=assistant", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        self._run("initdb", f"--pgdata={self._folder / 'data'}", *options)
        self.start()
        self._run("createdb", "--host=127.0.0.1", f"--port={self._port}", "--username=assistant", "news")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        end = time.monotonic() + _PATIENCE_S
        command = [str(self._programs / "postgres"), "-D", str(self._folder / "data"), "-p", str(self._port)]
        command += [
            part for option in (*_OPTIONS, f"unix_socket_directories={self._folder}") for part in ("-c", option)
        ]
        while time.monotonic() < end:
            with (self._folder / "log").open("ab") as log:
                self._process = subprocess.Popen(command, stderr=log, cwd=self._folder, **self._user)  # type: ignore[call-overload]
            while self._process.poll() is None and time.monotonic() < end:
                if self._answers():
                    return
                time.sleep(0.05)
        raise AssertionError((self._folder / "log").read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        """End the server at once, as a power cut would; what it was doing is lost."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Stop all its processes: its host still takes what is sent, and nobody answers."""
        pids = self._all()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_PATIENCE_S)

    def _all(self) -> list[int]:
        assert self._process is not None
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
            except OSError:  # it ended
                continue
        return [self._process.pid, *(pid for pid, parent in parents.items() if parent == self._process.pid)]

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(f"host=127.0.0.1 port={self._port} user=assistant dbname=postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self._folder, **self._user)  # type: ignore[call-overload]


@contextmanager
def postgres_server(on: Path | None = None) -> Iterator[PostgresServer]:
    """A running server, its data below `on`; skips the test where PostgreSQL or its driver is not installed."""
    pytest.importorskip("psycopg", reason="needs psycopg, of the extra assistant[postgres]")
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True), shutil.which("initdb")]
    if not found[0]:
        pytest.skip("needs PostgreSQL's own programs (initdb)")
    user = "postgres" if shutil.which("psql") or Path("/var/lib/postgresql").exists() else "nobody"
    folder = Path(tempfile.mkdtemp(prefix="assistant-postgres-", dir=on))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, user)
        server = PostgresServer(Path(found[0]).parent, folder, user)
        try:
            server.create()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
