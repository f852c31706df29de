"""Rewrites the parts of README.md and docs/reference.md that the program itself can tell.

Commands, settings, an answer, figures:

    python -m research.tools.readme

Each part stands between two comments, `<!-- help -->` and `<!-- /help -->`; what is around them is written by hand. A
test fails when a file differs from what is made here.
"""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from research.bench import report

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
REFERENCE = ROOT / "docs" / "reference.md"
EXAMPLES = ROOT / "examples" / "articles"
QUESTION = "How many vehicles does the Pellin Bridge carry a day?"
_WIDTH = 100  # columns of the synopsis


def run_assistant(*arguments: str, library: Path | None = None, columns: int = 80, colour: bool = False) -> str:
    """What the program prints on standard output, away from the user's own settings. Raises when it fails."""
    env = surroundings(library, columns=columns, colour=colour)
    command = [sys.executable, "-m", "assistant", *arguments]
    return subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout  # noqa: S603


def surroundings(library: Path | None = None, *, columns: int = 80, colour: bool = False) -> dict[str, str]:
    """Return an environment without the user's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "ASSISTANT_"))}
    kept.pop("NO_COLOR", None)
    kept |= {name: os.environ[name] for name in ("ASSISTANT_CACHE",) if name in os.environ}
    kept |= {"ASSISTANT_CONFIG": os.devnull, "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8"}
    kept |= {"FORCE_COLOR": "1", "TERM": "xterm-256color"} if colour else {"TERM": "dumb"}
    return kept | ({"ASSISTANT_LIBRARY": str(library)} if library else {})


def example_answers(*questions: str, columns: int = 80, colour: bool = False) -> list[str]:
    """What `ask` prints for each question about the example archive."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        run_assistant("ingest", str(EXAMPLES), library=library)
        asked = [("ask", question) for question in questions]
        return [run_assistant(*words, library=library, columns=columns, colour=colour) for words in asked]


def help_block() -> str:
    """The program's own help and the synopsis of each command."""
    shown = run_assistant("--help")
    synopses = "\n".join(_synopsis(*words) for words in commands())
    return f"{_indented(shown)}\n\nWith all their options:\n\n{_indented(synopses)}"


def commands() -> Iterator[tuple[str, ...]]:
    """Every command in the order of the help, those of a group behind its name."""
    for name in _listed(run_assistant("--help")):
        inner = _listed(run_assistant(name, "--help"))
        yield from ((name, each) for each in inner) if inner else [(name,)]


def _listed(help_text: str) -> list[str]:
    return re.findall(r"^  ([a-z]+) ", help_text.partition("Commands:")[2], flags=re.MULTILINE)


def _synopsis(*command: str) -> str:
    shown = run_assistant(*command, "--help", columns=200)
    usage = shown.partition("\n")[0].removeprefix("Usage: ").replace("{", "").replace("}", "")
    listed = re.findall(r"^  (-.+?)(?:  |$)", shown.partition("Options:")[2], flags=re.MULTILINE)
    options = [f"[{option}]".replace(" ", "\0") for option in listed if "--help" not in option]
    before, _, after = usage.partition(" [OPTIONS]")
    words = " ".join([before, after.strip(), *options]).replace("  ", " ")
    indent = " " * (len("assistant ") + 4)
    lines = textwrap.wrap(words, _WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    return "\n".join(lines).replace("\0", " ")


def settings_block() -> str:
    """A table of all settings."""
    lines = ["| setting | variable | default | |", "|---|---|---|---|"]
    for field in dataclasses.fields(Settings):
        about = field.metadata["about"].replace("|", "\\|")
        lines.append(f"| `{field.name}` | `{field.metadata['env']}` | {_default(field)} | {about} |")
    return "\n".join(lines)


def _default(field: dataclasses.Field[Any]) -> str:
    if (place := field.metadata["place"]) is not None:
        return str(place.words)
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default:g}`" if isinstance(field.default, float) else f"`{field.default}`" if field.default else ""


def answer_block() -> str:
    """A question and what the program answers to it."""
    (answer,) = example_answers(QUESTION)
    return _indented(f'$ assistant ask "{QUESTION}"\n{answer}')


def figures_block() -> str:
    """A table of what the benchmarks found; those that were never run are left out."""
    makers: dict[str, Callable[[Mapping[str, Any]], Iterator[tuple[str, str, str]]]] = {
        "startup": _startup_rows,
        "retrieval": _retrieval_rows,
        "scale": _scale_rows,
        "filters": _filters_rows,
        "ingest": _ingest_rows,
    }
    lines = ["| | Assistant | beside it | measured by |", "|---|---|---|---|"]
    machines: dict[str, list[str]] = {}
    for name, rows in makers.items():
        if found := report.load(name):
            lines += [f"| {' | '.join(row)} | `{found['command']}` |" for row in rows(found["figures"])]
            machines.setdefault(_machine(found["machine"]), []).append(name)
    notes = (f"Measured on {machine}." for machine in machines)
    return "\n".join([*lines, "", *notes])


def _startup_rows(figures: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    def wall(name: str) -> str:
        return f"{figures[name]['wall_s']['median']:.2f} s"

    yield "`assistant --help`", wall("assistant --help"), f"Python alone: {wall('python -c pass')}"
    chroma = wall("python -c 'import chromadb'")
    yield "`assistant ask` in a new process", wall("assistant ask"), f"`import chromadb` alone: {chroma}"


def _retrieval_rows(figures: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    def both(side: str) -> str:
        return " / ".join(f"{figures['search_ms'][side][name]:.0f}" for name in ("median", "p95")) + " ms"

    what = f"a search among {figures['articles']:,} articles once the library is open, median / 95 % within"
    yield what, both("assistant"), f"`query` of Chroma alone: {both('plain_chroma')}"


def _scale_rows(figures: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    largest = max(figures.values(), key=lambda of: int(of["passages"]))
    times = " / ".join(f"{largest['search_ms'][name]:.0f}" for name in ("median", "p95"))
    what = f"the same among {largest['articles']:,} articles, variants of those ({largest['passages']:,} passages)"
    yield what, f"{times} ms", ""


def _filters_rows(figures: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    largest = max(figures.values(), key=lambda of: int(of["passages"]))
    times, before = (
        [found[name] for found in largest["filters"].values() if name in found] for name in ("ratio", "ratio_before")
    )
    what = f"processor time of a search within limits to one without, among {largest['passages']:,} passages"
    held = f"six limits, {max(times[1:]):.2f} times at most"
    yield what, held, f"Chroma's own filter: {min(before):.1f} to {max(before):.1f} times"


def _ingest_rows(figures: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    ours, plain = figures["assistant"], figures["plain_chroma"]
    stored = sum(ours["parts_s"][part] for part in ("vector index", "lexical index", "catalog"))
    rate, share = ours["passages"] / ours["seconds"], ours["parts_s"]["embed"] / ours["seconds"]
    what = f"ingest of {ours['articles']:,} articles ({ours['passages']:,} passages)"
    yield what, f"{rate:.0f} passages/s, {share:.0%} of the time for embedding", ""
    beside = f"Chroma alone, with texts: {plain['passages'] / plain['seconds']:,.0f} passages/s"
    yield "… storing and indexing alone", f"{ours['passages'] / stored:,.0f} passages/s", beside
    yield "… peak memory", f"{ours['peak_memory_bytes'] / 1e6:,.0f} MB", ""
    kilobytes = [size / ours["passages"] / 1000 for size in (sum(ours["disk_bytes"].values()), plain["disk_bytes"])]
    yield (
        "… on disk, a passage, vectors of its sentences included",
        f"{kilobytes[0]:.1f} kB",
        f"Chroma alone, with texts: {kilobytes[1]:.1f} kB",
    )


def _machine(facts: Mapping[str, Any]) -> str:
    busy = ", which also did other work" if facts["load"] > 0.5 else ""
    return f"{facts['cores']} cores ({facts['processor']}), {facts['system']}, Python {facts['python']}{busy}"


def _indented(text: str) -> str:
    return textwrap.indent(text.strip("\n"), "    ")


BLOCKS: dict[Path, dict[str, Callable[[], str]]] = {
    README: {"answer": answer_block, "figures": figures_block},
    REFERENCE: {"help": help_block, "settings": settings_block},
}
"""The files, and what makes each of their parts."""


def block(document: str, name: str) -> str:
    """One part of a file as it stands. Raises `ValueError` when the comments around it are missing."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", document, re.DOTALL)
    if found is None:
        raise ValueError(f"the file lacks <!-- {name} --> and <!-- /{name} -->")
    return found[1].strip("\n")


def rewritten(document: str, makers: Mapping[str, Callable[[], str]]) -> str:
    """A file's text with all these parts made anew."""
    for name, make in makers.items():
        old, new = block(document, name), make()
        if not same(old, new):
            before, start, rest = document.partition(f"<!-- {name} -->\n")
            _, end, after = rest.partition(f"<!-- /{name} -->")
            document = f"{before}{start}\n{new}\n\n{end}{after}"
    return document


def same(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but ids of articles: a file's id is made from where the checkout lies."""
    ids = re.compile(r"\b[0-9a-f]{10}(?=-[0-9a-f]{6}-\d)")
    return ids.sub("", one) == ids.sub("", other)


def main() -> None:
    """Rewrite the files."""
    for file, makers in BLOCKS.items():
        file.write_text(rewritten(file.read_text(encoding="utf-8"), makers), encoding="utf-8")


if __name__ == "__main__":
    main()
