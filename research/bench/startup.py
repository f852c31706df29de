"""How long a person waits for a fresh process: the help, and a first question to the example archive.

    python -m research.bench.startup [--rounds N]

Each round starts each command once, in turn, so that other work on the machine touches all alike. Wall time is what a
person waits; processor time hardly depends on what else runs. The files lie in the disk cache, as on a second start.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from assistant import Assistant
from research.bench.report import machine, save, spread, table

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "articles"
QUESTION = "How many vehicles does the Pellin Bridge carry a day?"


class Start(NamedTuple):
    """One start of a process, in seconds."""

    wall: float
    processor: float  # user and system together


def commands(library: Path) -> dict[str, list[str]]:
    """What is started, by the name under which it is reported."""
    program = [sys.executable, "-m", "assistant"]
    return {
        "assistant --help": [*program, "--help"],
        "assistant ask": [*program, "ask", "--no-model", "--library", str(library), QUESTION],
        "assistant search": [*program, "search", "--library", str(library), QUESTION],
        "python -c 'import chromadb'": [sys.executable, "-c", "import chromadb"],
        "python -c pass": [sys.executable, "-c", "pass"],
    }


def start(command: Sequence[str]) -> Start:
    """Run a command to its end. Raises `CalledProcessError` when it fails: a failure is no figure."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)  # noqa: S603  # a command of our own
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Start(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(rounds: int) -> dict[str, list[Start]]:
    """All starts, by name; one round before the first that counts."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        with Assistant.open(library) as assistant:
            assistant.ingest([EXAMPLES])
        starts: dict[str, list[Start]] = {name: [] for name in commands(library)}
        for number in range(rounds + 1):
            for name, command in commands(library).items():
                taken = start(command)
                if number:
                    starts[name].append(taken)
    return starts


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, keep the results."""
    parser = argparse.ArgumentParser(description="Wall time of fresh processes.")
    parser.add_argument("--rounds", type=int, default=9, help="starts of each command")
    rounds = parser.parse_args(arguments).rounds
    for name in [name for name in os.environ if name.startswith("OPENAI_")]:
        del os.environ[name]
    facts, figures = machine(), {}
    for name, starts in measure(rounds).items():
        wall, processor = spread([s.wall for s in starts]), spread([s.processor for s in starts])
        fastest = min(s.wall for s in starts)
        figures[name] = {"wall_s": wall, "fastest_s": fastest, "processor_s": processor.median, "starts": rounds}
    rows = [
        (name, *(f"{value:.2f}" for value in (*f["wall_s"], f["fastest_s"], f["processor_s"])))
        for name, f in figures.items()
    ]
    sys.stdout.write(table(("seconds", "median", "p95", "fastest", "processor"), rows))
    save("startup", "python -m research.bench.startup", facts, figures)


if __name__ == "__main__":
    main()
