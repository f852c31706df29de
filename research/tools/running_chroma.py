"""A Chroma server on this machine's loopback, with a folder of its own, for tests and measurements."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

_START_S = 60.0
_RUN = "import sys; from chromadb.cli.cli import app; sys.argv[0] = 'chroma'; app()"


class RunningChroma:
    """`chroma run` as a process of its own; it ends with the block."""

    def __init__(self, folder: Path) -> None:
        """Nothing runs yet; the server's data lie in `folder`."""
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, also again after its end, and return once it listens."""
        command = [sys.executable, "-c", _RUN, "run", "--path", str(self.folder), "--host", "127.0.0.1"]
        self._process = subprocess.Popen(  # noqa: S603  # our own command
            [*command, "--port", str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + _START_S
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"chroma run did not start (exit code {self._process.poll()})")
            time.sleep(0.05)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, such as SIGSTOP."""
        assert self._process is not None  # noqa: S101  # it was started
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it at once, as a power cut would (`kill -9`)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def processor_s(self) -> float:
        """Return the seconds of the processor that it has used."""
        assert self._process is not None  # noqa: S101  # it was started
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
