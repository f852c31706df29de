"""`assistant doctor`: look at everything an answer depends on, and say what to do about what is wrong.

Nothing is changed and nothing is sent but a request for the list of models to the server that the settings name
(`--offline` leaves that out). A finding is ok, a warning (answers come, but something is worth knowing) or a failure.
"""

from __future__ import annotations

import platform
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import assistant
from assistant import settings
from assistant.cli.invocation import Invocation
from assistant.cli.options import Common, with_options
from assistant.errors import AssistantError, LibraryError, LibraryMissing, ModelError
from assistant.library_reports import LibraryStatus
from assistant.safe_text import safe
from assistant.settings import LoadedSettings, Settings

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from assistant.app import Assistant
    from assistant.library.index import IndexServer
    from assistant.llm.server_facts import ServerFacts

_LOW_DISK = 1_000_000_000  # bytes; an archive of 5,000 articles takes half of it
_LATE_S = 60  # that index files may be behind the database before it is worth a note
_MODELS_SHOWN = 8
_CHANCES = "Give a server with OPENAI_BASE_URL (Ollama: http://localhost:11434/v1) or a key with OPENAI_API_KEY."


class Severity(StrEnum):
    """Whether a finding is fine, worth knowing, or a fault."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing that was looked at."""

    name: str
    state: Severity
    found: str  # what was found, one line
    remedy: str = ""  # what to do about it; "" when nothing is to be done


@with_options(without="quiet")
def doctor(
    ctx: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the model's server.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Mend the archive's indexes from its texts.")] = False,
    *,
    common: Common,
) -> None:
    """Look at everything an answer depends on.

    Settings, archive, embedder, model and terminal; each fault comes with its remedy. Nothing is changed without
    --repair.
    """
    from assistant.cli.terminal import output, print_parts, write_json

    findings = []
    for finding in _all(ctx, replace(common, quiet=True), offline=offline, repair=repair):
        findings.append(finding)
        if not common.as_json:  # each as it is found: some take seconds
            print_parts(output(), _lines(output(), finding))
    if common.as_json:
        write_json(findings)
    raise typer.Exit(1 if any(found.state is Severity.FAILURE for found in findings) else 0)


def _all(ctx: typer.Context, common: Common, *, offline: bool, repair: bool) -> Iterator[Diagnosis]:
    yield _program()
    try:
        invocation = Invocation.of(ctx, common)
    except AssistantError as error:
        yield Diagnosis(name="settings", state=Severity.FAILURE, found=str(error))
        return
    yield from _settings(invocation.loaded)
    yield from _library(invocation, repair=repair)
    yield from _model(invocation.settings, offline=offline)
    yield _token()
    yield _own_server(offline=offline)
    yield _terminal()


def _program() -> Diagnosis:
    versions = f"Assistant {assistant.__version__}, Python {platform.python_version()}, {platform.platform(terse=True)}"
    return Diagnosis(name="program", state=Severity.OK, found=versions)


def _settings(loaded: LoadedSettings) -> Iterator[Diagnosis]:
    file = settings.config_path()
    there = str(file) if file.exists() else f"{file} (not there: all is as by default or as the environment says)"
    yield Diagnosis(name="settings", state=Severity.OK, found=there)
    for name, origin in loaded.origins.items():
        if origin != "default":
            value = settings.masked(name, getattr(loaded.settings, name))
            yield Diagnosis(name="setting", state=Severity.OK, found=f"{name} = {value} (from {origin})")
    for notice in loaded.notices:
        yield Diagnosis(name="settings", state=Severity.WARNING, found=notice)


def _library(invocation: Invocation, *, repair: bool) -> Iterator[Diagnosis]:
    try:
        with invocation.opened() as held:
            status = held.status()
            yield _contents(status)
            yield from _disk(invocation.settings, status)
            yield from _index_files(status)
            servers = [_server(status, server) for server in held.servers()]
            yield from servers
            if status.articles and all(server.state is not Severity.FAILURE for server in servers):
                yield from _integrity(held, repair=repair)
                yield from _questions(held)
    except LibraryMissing as error:
        yield Diagnosis(name="library", state=Severity.WARNING, found=str(error))
    except LibraryError as error:
        yield Diagnosis(name="library", state=Severity.FAILURE, found=str(error))


def _contents(status: LibraryStatus) -> Diagnosis:
    from assistant.cli.reports import in_short

    found = f"{status.folder}: {in_short(status)}"
    if status.articles:
        return Diagnosis(name="library", state=Severity.OK, found=found)
    remedy = "Fill it with: assistant ingest FOLDER"
    return Diagnosis(name="library", state=Severity.WARNING, found=found, remedy=remedy)


def _index_files(status: LibraryStatus) -> Iterator[Diagnosis]:
    """Say how far the index files of this host are behind a database that others change too."""
    from assistant.cli.reports import lag_in_short

    lag = status.index_lag
    if lag is not None:
        state = Severity.OK if lag.filled and lag.seconds <= _LATE_S else Severity.WARNING
        yield Diagnosis(name="indexes", state=state, found=lag_in_short(lag))


def _server(status: LibraryStatus, server: IndexServer) -> Diagnosis:
    """Say whether a server that keeps vectors answers. What is missing there is found by looking at the index."""
    from assistant.cli.reports import server_in_short

    if server.fault:
        remedy = "Start it again. Nothing needs to be repaired: what it holds is most likely whole."
        return Diagnosis(name="vectors", state=Severity.FAILURE, found=server.fault, remedy=remedy)
    found = f"{server_in_short(server)}; the archive has {status.passages:,}"
    return Diagnosis(name="vectors", state=Severity.OK, found=found)


def _integrity(held: Assistant, *, repair: bool) -> Iterator[Diagnosis]:
    """Say whether every stored text, offset and index entry is as it was written."""
    health = held.repair() if repair else held.check_library()
    for line in health.repaired:
        yield Diagnosis(name="repaired", state=Severity.OK, found=line)
    for notice in health.notices:
        yield Diagnosis(name="integrity", state=Severity.WARNING, found=notice)
    faults = [finding for finding in health.findings if finding.fault]
    for finding in faults:
        remedy = "Restore the library from a backup, or ingest anew." if repair else "Try: assistant doctor --repair"
        yield Diagnosis(
            name="integrity", state=Severity.FAILURE, found=f"{finding.what}: {finding.fault}", remedy=remedy
        )
    if not faults:
        yield Diagnosis(
            name="integrity", state=Severity.OK, found="every stored text, sentence and index entry is whole"
        )


def _disk(used: Settings, status: LibraryStatus) -> Iterator[Diagnosis]:
    """Say whether there is room where this host keeps files; that of a database is its server's own."""
    from assistant.cli.reports import size

    if status.server:
        found = f"{status.server} answers; its disk is not looked at, only the one of the indexes here"
        yield Diagnosis(name="database", state=Severity.OK, found=found)
    free = shutil.disk_usage(used.library if isinstance(used.library, Path) else used.cache).free
    low = free < _LOW_DISK
    yield Diagnosis(
        name="disk",
        state=Severity.WARNING if low else Severity.OK,
        found=f"{size(free)} free",
        remedy="An ingest needs about 12 times the size of the text." if low else "",
    )


def _questions(held: Assistant) -> Iterator[Diagnosis]:
    began = time.perf_counter()
    try:
        held.warm_up()
    except AssistantError as error:
        yield Diagnosis(name="embedder", state=Severity.FAILURE, found=str(error))
        return
    ready = f"{held.status().embedder}, ready after {time.perf_counter() - began:.1f} s"
    yield Diagnosis(name="embedder", state=Severity.OK, found=ready)
    yield _reader(held)


def _reader(held: Assistant) -> Diagnosis:
    decides = held.reading is None or held.reading.calibration is not None
    remedy = "" if decides else "Its thresholds are made by: python -m research.reader.calibrate (docs/reader.md)"
    state = Severity.OK if decides and "missing" not in held.reader_name else Severity.WARNING
    return Diagnosis(name="reader", state=state, found=held.reader_name, remedy=remedy)


def _model(used: Settings, *, offline: bool) -> Iterator[Diagnosis]:
    if not used.model_configured:
        yield Diagnosis(name="model", state=Severity.OK, found="none; answers are quoted sentences", remedy=_CHANCES)
        return
    where = used.base_url or "OpenAI's own server"
    if offline:
        yield Diagnosis(name="model", state=Severity.OK, found=f"{used.model or 'the only one'} at {where}, not asked")
        return
    try:
        facts = _asked(used)
    except AssistantError as error:
        state = Severity.FAILURE if isinstance(error, ModelError) else Severity.WARNING
        yield Diagnosis(name="model", state=state, found=str(error), remedy="Until then: --no-model quotes sentences.")
        return
    yield _served(used, where, facts)
    yield _context(used, facts)


def _asked(used: Settings) -> ServerFacts:
    from assistant.llm.connection import connect
    from assistant.llm.server_facts import server_facts

    client = connect(used.base_url or None, used.api_key or None, timeout_s=used.timeout)
    return server_facts(client, used.model)


def _served(used: Settings, where: str, facts: ServerFacts) -> Diagnosis:
    if facts.models is None:
        return Diagnosis(name="model", state=Severity.WARNING, found=f"{where} answers, but has no list of models")
    if used.model in facts.models or (not used.model and len(facts.models) == 1):
        return Diagnosis(name="model", state=Severity.OK, found=f"{used.model or facts.models[0]} at {where}")
    shown = ", ".join(facts.models[:_MODELS_SHOWN]) or "none"
    missing = f"has no model {used.model!r}" if used.model else "has several models and none is named"
    return Diagnosis(
        name="model",
        state=Severity.FAILURE,
        found=f"{where} {missing}; it has {shown}",
        remedy="Name one of them: assistant config model NAME",
    )


def _context(used: Settings, facts: ServerFacts) -> Diagnosis:
    needed = used.prompt_tokens + used.answer_tokens
    if facts.context is None:
        return Diagnosis(
            name="context",
            state=Severity.WARNING,
            found=f"the server does not say how many tokens the model reads; a question takes up to {needed:,}",
            remedy="Ollama cuts longer prompts silently: set its num_ctx, or OLLAMA_CONTEXT_LENGTH, above that.",
        )
    found = f"{facts.context:,} tokens ({facts.context_from}); a question takes up to {needed:,}"
    if facts.context >= needed:
        return Diagnosis(name="context", state=Severity.OK, found=found)
    room = max(200, facts.context - used.answer_tokens)
    return Diagnosis(
        name="context", state=Severity.FAILURE, found=found, remedy=f"Shorten it: assistant config prompt_tokens {room}"
    )


def _token() -> Diagnosis:
    """Say whether the token of `assistant serve` is kept as it should be; none is made here."""
    from assistant.serve.access import read_token
    from assistant.serve.launch import token_file

    file = token_file()
    if not file.exists():
        return Diagnosis(name="token", state=Severity.OK, found="none yet; assistant serve makes one")
    try:
        read_token(file)
    except AssistantError as error:
        return Diagnosis(name="token", state=Severity.FAILURE, found=str(error))
    return Diagnosis(name="token", state=Severity.OK, found=f"{file}, for its owner alone")


def _own_server(*, offline: bool) -> Diagnosis:
    """Say whether `assistant serve` answers at its usual address."""
    from assistant.serve.launch import PORT, is_served

    place = f"http://127.0.0.1:{PORT}"
    if offline:
        return Diagnosis(name="server", state=Severity.OK, found=f"{place}, not asked")
    served = is_served(PORT)
    if served is None:
        return Diagnosis(name="server", state=Severity.OK, found="not running; start it with: assistant serve")
    if served:
        return Diagnosis(name="server", state=Severity.OK, found=f"answers at {place}")
    found = f"another program answers at {place}"
    return Diagnosis(
        name="server",
        state=Severity.WARNING,
        found=found,
        remedy=f"Take another port: assistant serve --port {PORT + 1}",
    )


def _terminal() -> Diagnosis:
    from assistant.cli.terminal import output

    console, encoding = output(), sys.stdout.encoding or "unknown"
    colour = f"colour: {console.color_system or 'off'}"
    found = f"{encoding}, {console.width} columns, {colour}"
    able = encoding.lower().replace("-", "").startswith("utf8")
    return Diagnosis(
        name="terminal",
        state=Severity.OK if able else Severity.WARNING,
        found=found,
        remedy="" if able else "Characters that it lacks are shown as ?. Set PYTHONIOENCODING=utf-8.",
    )


_MARKS = {
    Severity.OK: ("ok   ", "green"),
    Severity.WARNING: ("note ", "yellow"),
    Severity.FAILURE: ("FAULT", "bold red"),
}


def _lines(console: Console, finding: Diagnosis) -> Iterator[Text]:
    from rich.text import Text

    from assistant.cli.terminal import hanging

    mark, style = _MARKS[finding.state]
    label = f"{mark}  {finding.name:<10}"
    yield hanging(console, label, Text(safe(finding.found)), style=style)
    if finding.remedy:
        yield hanging(console, " " * len(label), Text(f"-> {safe(finding.remedy)}"))
