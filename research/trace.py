"""How much of the program one question and one ingest enter: modules, functions, calls.

    python -m research.trace [--list] [--json]

Each scenario runs in a process of its own on the example archive, without a model: `Assistant.ask` in an open library,
the command `assistant ask`, and the command `assistant ingest`. Counted are the functions of `assistant` by the file
and name of their code. Lambdas, comprehensions and whatever runs while a module is imported are left out, and a
generator counts as one call however often it is resumed.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import CodeType, FrameType

from research.bench.report import table
from research.tools.readme import EXAMPLES, QUESTION, ROOT, run_assistant, surroundings

_PACKAGE = str(ROOT / "assistant")
_IMPORT = "<module>"
_BEFORE = "When did Tomas Grell die?"


@dataclass(slots=True)
class Trace:
    """The functions of `assistant` that were entered, as `module:name`, and how often."""

    calls: Counter[str] = field(default_factory=Counter)

    @property
    def modules(self) -> list[str]:
        """The modules that were entered, sorted."""
        return sorted({name.partition(":")[0] for name in self.calls})

    def summary(self) -> dict[str, int]:
        """Return the three figures."""
        return {"modules": len(self.modules), "functions": len(self.calls), "calls": self.calls.total()}


class _Profiler:
    """Counts calls in every thread, but for those made while a module is imported."""

    def __init__(self) -> None:
        self.codes: Counter[CodeType] = Counter()
        self._importing = threading.local()

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event not in {"call", "return"}:
            return
        code = frame.f_code
        if code.co_name == _IMPORT:
            self._importing.depth = self._depth() + (1 if event == "call" else -1)
        elif event == "call" and code.co_filename.startswith(_PACKAGE) and not self._depth() and _begins(frame):
            self.codes[code] += 1

    def _depth(self) -> int:
        return getattr(self._importing, "depth", 0)


def _begins(frame: FrameType) -> bool:
    """Whether a function is called here, not a generator resumed: the bytecode RESUME has the argument 0 then."""
    return frame.f_code.co_code[frame.f_lasti + 1] == 0


@contextlib.contextmanager
def tracing() -> Iterator[Trace]:
    """Fill the trace with what runs in the block."""
    profiler, trace = _Profiler(), Trace()
    threading.setprofile(profiler)
    sys.setprofile(profiler)
    try:
        yield trace
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    for code, count in profiler.codes.items():
        if "<" not in code.co_name:
            module = Path(code.co_filename).relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
            trace.calls[f"{module}:{code.co_qualname}"] += count


def ask_in_an_open_library(library: Path) -> Trace:
    """Trace `Assistant.ask`, after another question has opened the indexes and the model."""
    from assistant.app import Assistant
    from assistant.settings import load

    with Assistant.open(library, settings=replace(load().settings, model="")) as assistant:
        assistant.ask(_BEFORE)
        with tracing() as trace:
            assistant.ask(QUESTION)
    return trace


def ask_command(library: Path) -> Trace:
    """Trace the command `assistant ask` from its start to its end."""
    return traced_command("ask", "--library", str(library), "--no-model", QUESTION)


def ingest_command(library: Path) -> Trace:
    """Trace the command `assistant ingest` on the example archive."""
    return traced_command("ingest", "--library", str(library.with_name("new")), str(EXAMPLES))


def traced_command(*arguments: str) -> Trace:
    """Trace one command line. Raises `RuntimeError` when it fails."""
    from assistant.cli.main import main

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), tracing() as trace:
        code = main(arguments)
    if code:
        raise RuntimeError(f"assistant {arguments[0]} ended with {code}.")
    return trace


SCENARIOS: dict[str, Callable[[Path], Trace]] = {
    "Assistant.ask": ask_in_an_open_library,
    "assistant ask": ask_command,
    "assistant ingest": ingest_command,
}


def traces() -> dict[str, Trace]:
    """Run every scenario in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        run_assistant("ingest", str(EXAMPLES), library=library)
        return {name: _in_a_process(name, library) for name in SCENARIOS}


def _in_a_process(name: str, library: Path) -> Trace:
    command = [sys.executable, "-m", "research.trace", "--scenario", name, "--library", str(library)]
    done = subprocess.run(command, env=surroundings(), cwd=ROOT, stdout=subprocess.PIPE, check=True)  # noqa: S603
    return Trace(Counter(json.loads(done.stdout)))


def main(arguments: list[str]) -> None:
    """Print the figures of each scenario."""
    parser = argparse.ArgumentParser(prog="python -m research.trace", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--list", action="store_true", help="also print the modules and functions entered")
    parser.add_argument("--json", action="store_true", help="print figures and names as JSON")
    parser.add_argument("--scenario", choices=SCENARIOS, help=argparse.SUPPRESS)
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.scenario:
        print(json.dumps(SCENARIOS[chosen.scenario](chosen.library).calls))
        return
    found = traces()
    if chosen.json:
        print(json.dumps({name: {**t.summary(), "names": sorted(t.calls)} for name, t in found.items()}, indent=2))
        return
    rows = [(name, *(f"{n:,}" for n in trace.summary().values())) for name, trace in found.items()]
    print(table(("", "modules", "functions", "calls"), rows), end="")
    for name, trace in found.items() if chosen.list else ():
        print(f"\n{name}")
        print("\n".join(f"{count:7}  {function}" for function, count in sorted(trace.calls.items())))


if __name__ == "__main__":
    main(sys.argv[1:])
