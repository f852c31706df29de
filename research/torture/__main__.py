"""Kills and damages libraries and says whether anything was lost.

    python -m research.torture [--kills N] [--articles N] [--embedder cheap|minilm] [--only kills|faults|servers]

The exit code is 0 when nothing was lost, 1 otherwise. Needs some 300 MB of temporary disk.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.settings import load
from research.bench.report import table
from research.torture.faults import run_all
from research.torture.kills import Kills, Tally
from research.torture.servers import ServerFaults

_STOPPED_S = 60.0  # a server that keeps the vectors, once


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; returns the exit code."""
    parser = argparse.ArgumentParser(description="Kills, full disks and damaged files.")
    parser.add_argument("--kills", type=int, default=200, help="how often an ingest or a removal is killed")
    parser.add_argument("--articles", type=int, default=200, help="how many articles each library is to hold")
    parser.add_argument("--embedder", choices=("cheap", "minilm"), default="cheap")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    parser.add_argument("--only", choices=("kills", "faults", "servers"))
    chosen = parser.parse_args(arguments)
    cache = str(load().settings.cache)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="torture-") as place:
        if chosen.only == "servers":
            faults = ServerFaults(Path(place), count=chosen.articles, seed=chosen.seed)
            outcomes = list(faults.run(chosen.kills, _STOPPED_S))
            sys.stdout.write(table(("fault of the vector server", "outcome"), [(o.fault, o.verdict) for o in outcomes]))
            return int(any(not o.good for o in outcomes))
        if chosen.only != "faults":
            (Path(place) / "kills").mkdir()
            kills = Kills(
                Path(place) / "kills",
                articles=chosen.articles,
                embedder=chosen.embedder,
                cache=cache,
                seed=chosen.seed,
            )
            began = time.monotonic()
            bad += _report(kills.run(chosen.kills, _progress), time.monotonic() - began)
        if chosen.only != "kills":
            outcomes = run_all(Path(place), articles=chosen.articles, embedder=chosen.embedder, cache=cache)
            sys.stdout.write("\n" + table(("fault", "outcome"), [(o.fault, o.verdict) for o in outcomes]))
            bad += sum(not o.good for o in outcomes)
    sys.stdout.write("\nNothing was lost.\n" if not bad else f"\n{bad} of these failed.\n")
    return 1 if bad else 0


def _progress(tally: Tally) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{tally.kills} kills, {len(tally.problems)} problems")
        sys.stderr.flush()


def _report(tally: Tally, seconds: float) -> int:
    rows = [
        ("kills", f"{tally.kills}"),
        ("of these during an ingest with a worker", f"{tally.in_spread}"),
        ("of these during a removal, or while articles were brought back", f"{tally.in_removals}"),
        ("ingests, updates and removals that came to their end", f"{tally.finished}"),
        ("articles lost", f"{tally.missing}"),
        ("removed articles that came back", f"{tally.risen}"),
        ("things out of step after a kill", f"{len(tally.problems)}"),
        ("stored vectors computed a second time", f"{tally.twice}"),
        ("vectors computed and not yet stored when a kill came", f"{tally.lost}"),
        ("seconds", f"{seconds:.0f}"),
    ]
    sys.stdout.write(table(("kill -9", ""), rows))
    for problem in tally.problems[:20]:
        sys.stdout.write(f"  {problem}\n")
    return bool(tally.missing) + bool(tally.risen) + bool(tally.problems) + bool(tally.twice)


if __name__ == "__main__":
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    sys.exit(main())
