"""A server under load on this machine: readers and askers at once, while another process ingests.

    python -m research.bench.serving [--seconds N] [--readers N] [--askers N] [--articles N]

Every answer is looked at: each quoted sentence must be the stored text of the version that its citation names. Askers
keep to the server's limit of 30 questions a minute. Everything stays on the loopback interface, and ends by itself.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from research.bench.report import machine, save, spread, table
from research.tools.readme import EXAMPLES, run_assistant, surroundings
from research.torture.articles import articles

_PAUSE_S = 8.5  # of an asker: four of them stay below 30 questions a minute
_TIMEOUT_S = 60
_QUESTIONS = (
    "How many vehicles does the Pellin Bridge carry a day?",
    "When did Tomas Grell die?",
    "Who won the election in Skelmouth?",
    "What did the Pellin airport expansion cost?",
    "What does Odelan offer for Harrock Ports?",
)


@dataclass
class Seen:
    """What came of all requests, by kind."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # citations that are not the stored text
    checked: int = 0  # citations compared


class Client:
    """One connection at a time to the server."""

    def __init__(self, url: str, seen: Seen) -> None:
        """`url` is that of the server."""
        self._host = urlsplit(url).netloc
        self._seen = seen

    def send(self, kind: str, path: str, body: object = None, accept: str = "text/html") -> bytes:
        """Send a request, note how long it took, and return the reply."""
        head = {"Accept": accept, "Content-Type": "application/json"}
        connection = HTTPConnection(self._host, timeout=_TIMEOUT_S)
        began = time.perf_counter()
        try:
            connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, head)
            reply = connection.getresponse()
            text = reply.read()
            if reply.status != 200:
                self._seen.errors.append(f"{kind} {path}: {reply.status} {text[:200]!r}")
        except OSError as error:
            self._seen.errors.append(f"{kind} {path}: {error!r}")
            return b""
        finally:
            connection.close()
        self._seen.seconds[kind].append(time.perf_counter() - began)
        return text


def read(client: Client, places: list[str], until: float, source: random.Random) -> None:
    """Open pages, as people do who follow links."""
    while time.monotonic() < until:
        client.send("page", source.choice(places))
        time.sleep(source.uniform(0.2, 1.0))


def ask(client: Client, seen: Seen, until: float, source: random.Random) -> None:
    """Ask, and compare every quotation with the stored text."""
    while time.monotonic() < until:
        text = client.send("ask", "/api/v1/ask", {"question": source.choice(_QUESTIONS)}, "application/json")
        for citation in json.loads(text or b"{}").get("evidence", ()):
            compare(client, seen, citation)
        time.sleep(_PAUSE_S)


def compare(client: Client, seen: Seen, citation: dict[str, Any]) -> None:
    """Note a citation that is not the stored text of its version."""
    info = citation["article"]
    text = client.send("article as data", f"/a/{info['id']}/{info['text_hash'][:12]}", accept="application/json")
    stored = json.loads(text or b"{}").get("text", "")
    seen.checked += 1
    if stored[citation["start"] : citation["end"]] != citation["text"]:
        seen.wrong.append(citation["ref"])


@contextmanager
def server(library: Path, *options: str) -> Iterator[tuple[str, int]]:
    """Run `assistant serve` with these options; yield its address and its process id."""
    command = [sys.executable, "-m", "assistant", "serve", *options, "--no-token", "--port", "0", "--json"]
    with subprocess.Popen(command, env=surroundings(library), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101
        try:
            yield json.loads(process.stdout.readline())["url"], process.pid
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def memory(pid: int) -> float:
    """Return the resident memory of a process in MB; 0 where that cannot be read."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


def places(url: str, seen: Seen) -> list[str]:
    """Return the pages that readers open."""
    found = json.loads(Client(url, seen).send("list", "/articles", accept="application/json"))
    return ["/", "/articles", "/chats", "/check", *(f"/a/{info['id']}" for info in found[:60])]


def load(library: Path, files: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of one run."""
    seen = Seen()
    with server(library, "--no-model") as (url, pid):
        client, pages = Client(url, seen), places(url, seen)
        ask_once = Client(url, Seen())
        ask_once.send("warm", "/api/v1/ask", {"question": _QUESTIONS[0]})
        until = time.monotonic() + options.seconds
        work: list[Callable[[], None]] = [
            *(lambda n=n: read(client, pages, until, random.Random(n)) for n in range(options.readers)),  # noqa: S311
            *(lambda n=n: ask(client, seen, until, random.Random(-n)) for n in range(options.askers)),  # noqa: S311
        ]
        threads = [threading.Thread(target=each) for each in work]
        for thread in threads:
            thread.start()
        time.sleep(min(10.0, options.seconds / 4))
        before = memory(pid)
        run_assistant("ingest", "--quiet", str(files), library=library)
        for thread in threads:
            thread.join()
        after = memory(pid)
    return {
        "seconds": options.seconds,
        "errors": seen.errors,
        "wrong citations": seen.wrong,
        "citations compared": seen.checked,
        "memory before and after, MB": [round(before), round(after)],
        "requests": {kind: (len(times), spread(times)) for kind, times in seen.seconds.items() if kind != "list"},
    }


def main() -> int:
    """Run, print and save; the exit code is 1 when anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--askers", type=int, default=4)
    parser.add_argument("--articles", type=int, default=500, help="ingested meanwhile")
    options = parser.parse_args()
    facts = machine()
    with tempfile.TemporaryDirectory() as folder:
        library, files = Path(folder) / "library", Path(folder) / "rows.jsonl"
        files.write_text("".join(json.dumps(row) + "\n" for row in articles(range(options.articles))), encoding="utf-8")
        run_assistant("ingest", "--quiet", str(EXAMPLES), library=library)
        found = load(library, files, options)
    rows = [
        (kind, str(count), *(f"{1000 * value:.0f}" for value in found_in))
        for kind, (count, found_in) in found["requests"].items()
    ]
    print(table(("request", "n", "median, ms", "95 %, ms"), rows))
    print({name: value for name, value in found.items() if name != "requests"})
    save("serving", f"python -m research.bench.serving --seconds {options.seconds}", facts, found)
    return 1 if found["errors"] or found["wrong citations"] else 0


if __name__ == "__main__":
    sys.exit(main())
