"""A server under load on this machine: readers and askers at once, while another process ingests.

    python -m research.bench.serving [--seconds N] [--readers N] [--askers N] [--articles N]

Half of the askers are programs, half are people whose browser runs no scripts. Every citation that either is shown is
followed: the words behind it must be the stored text of the version that it names, and its permalink must open on a
page where just these words are marked. Askers keep to the server's limit of 30 questions a minute. Everything stays on
the loopback interface, and ends by itself. Printed beside its target is what serving is held to under load. Memory is
flat when the highest of the last third of its samples since the ingest is near the highest of the first third.
"""

from __future__ import annotations

import argparse
import html
import json
import os
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
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from research.bench.report import machine, save, spread, table
from research.tools.readme import EXAMPLES, run_assistant, surroundings
from research.torture.articles import articles

_PAUSE_S = 8.5  # of an asker: four of them stay below 30 questions a minute
_TIMEOUT_S = 60
_SAMPLE_S = 1.0  # between two looks at the server's memory
_READING_MS, _GROWTH = 150, 0.05  # targets: 95 of 100 pages, and how much more memory at the end
_FORM = "application/x-www-form-urlencoded"
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
    wrong: list[str] = field(default_factory=list)  # citations that do not lead to the words that they quote
    followed: int = 0  # citations


class Got(NamedTuple):
    """A reply."""

    status: int
    place: str  # where it leads, "" for nowhere
    text: str


class Client:
    """One connection at a time to the server."""

    def __init__(self, url: str, seen: Seen) -> None:
        """`url` is that of the server."""
        self._host = urlsplit(url).netloc
        self._seen = seen

    def send(
        self, kind: str, path: str, body: str | None = None, accept: str = "text/html", media: str = "application/json"
    ) -> Got:
        """Send a request, note how long it took, and return the reply; what is no success is noted as an error."""
        connection = HTTPConnection(self._host, timeout=_TIMEOUT_S)
        began = time.perf_counter()
        try:
            head = {"Accept": accept, "Content-Type": media}
            connection.request("POST" if body else "GET", path, body, head)
            reply = connection.getresponse()
            got = Got(reply.status, reply.headers.get("Location", ""), reply.read().decode())
        except OSError as error:
            self._seen.errors.append(f"{kind} {path}: {error!r}")
            return Got(0, "", "")
        finally:
            connection.close()
        if got.status not in (200, 303):
            self._seen.errors.append(f"{kind} {path}: {got.status} {got.text[:200]!r}")
        self._seen.seconds[kind].append(time.perf_counter() - began)
        return got

    def data(self, kind: str, path: str, body: str | None = None) -> Any:
        """Return what a program gets, {} after an error."""
        got = self.send(kind, path, body, accept="application/json")
        return json.loads(got.text) if got.status == 200 else {}


def read(client: Client, places: list[str], until: float, source: random.Random) -> None:
    """Open pages, as people do who follow links."""
    while time.monotonic() < until:
        client.send("page", source.choice(places))
        time.sleep(source.uniform(0.2, 1.0))


def ask_as_program(client: Client, seen: Seen, until: float, source: random.Random) -> None:
    """Ask, and follow every citation of the answer, and every sentence that was found for it."""
    while time.monotonic() < until:
        asked = json.dumps({"question": source.choice(_QUESTIONS)})
        for citation in client.data("ask", "/api/v1/ask", asked).get("evidence", ()):
            info = citation["article"]
            stored = client.data("article as data", f"/a/{info['id']}/{info['text_hash'][:12]}").get("text", "")
            if stored[citation["start"] : citation["end"]] != citation["text"]:
                seen.wrong.append(f"{citation['ref']}: not the stored text")
            follow(client, seen, citation["ref"], citation["text"])
        time.sleep(_PAUSE_S)


def ask_on_page(client: Client, seen: Seen, until: float, source: random.Random) -> None:
    """Ask with the form of the page, wait for the answer, and follow every source that is shown beside it."""
    while time.monotonic() < until:
        token = "".join(re.findall(r'name="form_token" value="([^"]*)"', client.send("page", "/").text)[:1])
        form = urlencode({"question": source.choice(_QUESTIONS), "form_token": token})
        place, got = "/ask", client.send("ask on the page", "/ask", form, media=_FORM)
        while got.place or 'http-equiv="refresh"' in got.text:
            place = got.place or place
            time.sleep(0 if got.place else 0.2)
            got = client.send("answer page", place.partition("#")[0])
        sources = re.findall(r'<article class="source".*?</article>', got.text, re.DOTALL)
        if not sources:
            seen.errors.append(f"ask on the page: no source on {place}")
        for shown in sources:
            follow(client, seen, re.findall(r'href="/s/([^"]+)"', shown)[0], marked(shown))
        time.sleep(_PAUSE_S)


def follow(client: Client, seen: Seen, ref: str, quoted: str) -> None:
    """Open a permalink, and note when the words that are marked there are not those that were quoted."""
    seen.followed += 1
    if (found := marked(client.send("sentence page", f"/s/{ref}").text)) != in_line(quoted):
        seen.wrong.append(f"{ref}: quoted {in_line(quoted)[:100]!r}, marked {found[:100]!r}")


def marked(page: str) -> str:
    """Return the words that are marked on a page, on one line, without those for screen readers alone."""
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)
    seen = [re.sub(r'<span class="visually-hidden".*?</span>', "", mark, flags=re.DOTALL) for mark in marks]
    return in_line(html.unescape(" ".join(re.sub(r"<[^>]+>", "", mark) for mark in seen)))


def in_line(text: str) -> str:
    """Return the text on one line."""
    return " ".join(text.split())


@contextmanager
def server(library: Path, *options: str) -> Iterator[tuple[str, int]]:
    """Run `assistant serve` with these options; yield its address and its process id."""
    command = [sys.executable, "-m", "assistant", "serve", *options, "--no-token", "--port", "0", "--json"]
    around = {**surroundings(library), "ASSISTANT_SESSIONS": str(library.parent / "sessions")}
    with subprocess.Popen(command, env=around, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
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


def places(client: Client) -> list[str]:
    """Return the pages that readers open."""
    articles = [info["id"] for info in client.data("list", "/articles.json")][:60]
    found = client.data("list", "/api/v1/search?q=bridge&limit=60")
    read = [*(f"/a/{name}" for name in articles), *(f"/s/{each['ref']}" for each in found)]
    return ["/", "/articles", "/chats", "/check", "/search", *read]


@dataclass
class Memory:
    """The server's memory once a second, in MB."""

    pid: int
    samples: list[float] = field(default_factory=list)

    def watch(self, until: float) -> None:
        """Look until then."""
        while time.monotonic() < until:
            self.samples.append(memory(self.pid))
            time.sleep(_SAMPLE_S)

    def growth(self, start: int) -> float:
        """Return by which share the highest of the last third of the samples from `start` on is above the first's."""
        kept = self.samples[start:]
        third = max(1, len(kept) // 3)
        return max(kept[-third:]) / max(kept[:third]) - 1 if kept else 0.0


def load(library: Path, files: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of one run."""
    seen = Seen()
    with server(library, "--no-model") as (url, pid):
        client = Client(url, seen)
        pages, held = places(client), Memory(pid)
        Client(url, Seen()).data("warm", "/api/v1/ask", json.dumps({"question": _QUESTIONS[0]}))
        before = client.data("list", "/api/v1/overview")["articles"]
        until = time.monotonic() + options.seconds
        askers = (ask_as_program, ask_on_page)
        work: list[Callable[[], None]] = [
            partial(held.watch, until),
            *(partial(read, client, pages, until, random.Random(n)) for n in range(options.readers)),  # noqa: S311
            *(partial(askers[n % 2], client, seen, until, random.Random(-n)) for n in range(options.askers)),  # noqa: S311
        ]
        threads = [threading.Thread(target=each) for each in work]
        for thread in threads:
            thread.start()
        time.sleep(min(10.0, options.seconds / 4))
        run_assistant("ingest", "--quiet", str(files), library=library)
        ingested, taken = len(held.samples), client.data("list", "/api/v1/overview")["articles"] - before
        for thread in threads:
            thread.join()
    return {
        "seconds": options.seconds,
        "errors": seen.errors,
        "wrong citations": seen.wrong,
        "citations followed": seen.followed,
        "articles ingested meanwhile": taken,
        "seconds until they were in": ingested * _SAMPLE_S,
        "memory, MB": {
            "first": held.samples[0],
            "after the ingest": held.samples[min(ingested, len(held.samples) - 1)],
            "last": held.samples[-1],
            "highest": max(held.samples),
        },
        "memory growth after the ingest": held.growth(ingested),
        "requests": {kind: (len(times), spread(times)) for kind, times in seen.seconds.items() if kind != "list"},
    }


def held_to(found: dict[str, Any], articles: int) -> list[tuple[str, str, str, str]]:
    """Return what serving is held to under load: name, figure, target, and "missed" where it is missed."""
    reading = 1000 * found["requests"]["page"][1].p95
    growth = 100 * found["memory growth after the ingest"]
    lines = (
        ("errors", len(found["errors"]), 0, ""),
        ("wrong citations", len(found["wrong citations"]), 0, f" of {found['citations followed']:,}"),
        ("articles that are not in", articles - found["articles ingested meanwhile"], 0, ""),
        ("seconds until the articles were in", round(found["seconds until they were in"]), found["seconds"], ""),
        ("95 of 100 pages, ms", round(reading), _READING_MS, ""),
        ("memory growth after the ingest, %", round(growth, 1), 100 * _GROWTH, ""),
    )
    return [
        (name, f"{value}{more}", f"{most:g}", "missed" if value > most else "") for name, value, most, more in lines
    ]


def main() -> int:
    """Run, print and save; the exit code is 1 when anything failed or a target was missed."""
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
    for line in (*found["errors"][:20], *found["wrong citations"][:20]):
        print(line)
    print(f"memory, MB: {found['memory, MB']}; the ingest took {found['seconds until they were in']:.0f} s")
    print(f"load: {facts['load']} before, {os.getloadavg()[0]:.1f} after, on {facts['cores']} cores\n")
    checks = held_to(found, options.articles)
    print(table(("held to", "here", "at most", ""), checks))
    save("serving", f"python -m research.bench.serving --seconds {options.seconds}", facts, found)
    return 1 if any(missed for *_, missed in checks) else 0


if __name__ == "__main__":
    sys.exit(main())
