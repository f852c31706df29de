"""`assistant doctor`: looks at everything an answer depends on, and says what to do about what is wrong.

Nothing is changed and nothing is sent but a request for the list of models to the server that the settings name
(`--offline` leaves that out). A finding is ok, a warning (answers come, but something is worth knowing) or a failure.
"""

from __future__ import annotations

import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

import assistant
from assistant import settings, wording
from assistant.cli.invocation import Opener, opened
from assistant.cli.options import Common
from assistant.cli.output import write_json
from assistant.cli.reports import published, size
from assistant.cli.terminal import hanging, output, show
from assistant.errors import AssistantError, LibraryError, LibraryMissing, ModelError
from assistant.safe_text import safe
from assistant.settings import LoadedSettings, Settings

if TYPE_CHECKING:
    from assistant.app import Assistant
    from assistant.llm.server_facts import ServerFacts

_LOW_DISK = 1_000_000_000  # bytes; an archive of 5,000 articles takes half of it
_MODELS_SHOWN = 8
_CHANCES = "Give a server with OPENAI_BASE_URL (Ollama: http://localhost:11434/v1) or a key with OPENAI_API_KEY."


class State(StrEnum):
    """How one thing stands."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    state: State
    found: str  # what was found, one line
    remedy: str = ""  # what to do about it; "" when nothing is to be done


_Check = Callable[[], Iterator[Finding]]


def doctor(opener: Opener, common: Common, *, offline: bool, repair: bool) -> int:
    """Looks at everything and tells it as it is found; returns 1 when something failed, else 0.

    `repair` mends what can be mended from the stored texts.
    """
    findings = []
    for finding in _all(opener, common, offline=offline, repair=repair):
        findings.append(finding)
        if not common.as_json:
            show(output(), _lines(output(), finding))
    if common.as_json:
        write_json(findings)
    return 1 if any(f.state is State.FAILURE for f in findings) else 0


def _all(opener: Opener, common: Common, *, offline: bool, repair: bool) -> Iterator[Finding]:
    yield _program()
    try:
        loaded = common.load()
    except AssistantError as error:
        yield Finding(name="settings", state=State.FAILURE, found=str(error))
        return
    yield from _settings(loaded)
    yield from _library(opener, common, loaded.settings, repair=repair)
    yield from _model(loaded.settings, offline=offline)
    yield _terminal()


def _program() -> Finding:
    versions = f"Assistant {assistant.__version__}, Python {platform.python_version()}, {platform.platform(terse=True)}"
    return Finding(name="program", state=State.OK, found=versions)


def _settings(loaded: LoadedSettings) -> Iterator[Finding]:
    file = settings.config_path()
    there = str(file) if file.exists() else f"{file} (not there: all is as by default or as the environment says)"
    yield Finding(name="settings", state=State.OK, found=there)
    for name, origin in loaded.origins.items():
        if origin != "default":
            value = settings.masked(name, getattr(loaded.settings, name))
            yield Finding(name="setting", state=State.OK, found=f"{name} = {value} (from {origin})")
    for notice in loaded.notices:
        yield Finding(name="settings", state=State.WARNING, found=notice)


def _library(opener: Opener, common: Common, used: Settings, *, repair: bool) -> Iterator[Finding]:
    remedy = "Fill it with: assistant ingest FOLDER"
    try:
        with opened(opener, common) as held:
            status = held.status()
            count = wording.plural(status.articles, "article")
            articles = f"{count}, {published(status)}, {size(status.bytes_on_disk)}"
            state = State.OK if status.articles else State.WARNING
            yield Finding(
                name="library",
                state=state,
                found=f"{used.library}: {articles}",
                remedy="" if status.articles else remedy,
            )
            yield _disk(used.library)
            if status.articles:
                yield from _integrity(held, repair=repair)
                yield from _questions(held)
    except LibraryMissing as error:
        yield Finding(name="library", state=State.WARNING, found=str(error))
    except LibraryError as error:
        yield Finding(name="library", state=State.FAILURE, found=str(error))


def _integrity(held: Assistant, *, repair: bool) -> Iterator[Finding]:
    """Whether every stored text, offset and index entry is as it was written."""
    health = held.repair() if repair else held.check()
    for line in health.repaired:
        yield Finding(name="repaired", state=State.OK, found=line)
    for notice in health.notices:
        yield Finding(name="integrity", state=State.WARNING, found=notice)
    faults = [finding for finding in health.findings if finding.fault]
    for finding in faults:
        remedy = "Restore the library from a backup, or ingest anew." if repair else "Try: assistant doctor --repair"
        yield Finding(name="integrity", state=State.FAILURE, found=f"{finding.what}: {finding.fault}", remedy=remedy)
    if not faults:
        yield Finding(name="integrity", state=State.OK, found="every stored text, sentence and index entry is whole")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    low = free < _LOW_DISK
    return Finding(
        name="disk",
        state=State.WARNING if low else State.OK,
        found=f"{size(free)} free",
        remedy="An ingest needs about 12 times the size of the text." if low else "",
    )


def _questions(held: Assistant) -> Iterator[Finding]:
    began = time.perf_counter()
    try:
        held.warm_up()
    except AssistantError as error:
        yield Finding(name="embedder", state=State.FAILURE, found=str(error))
        return
    ready = f"{held.status().embedder}, ready after {time.perf_counter() - began:.1f} s"
    yield Finding(name="embedder", state=State.OK, found=ready)


def _model(used: Settings, *, offline: bool) -> Iterator[Finding]:
    if not used.model_configured:
        yield Finding(name="model", state=State.OK, found="none; answers are quoted sentences", remedy=_CHANCES)
        return
    where = used.base_url or "OpenAI's own server"
    if offline:
        yield Finding(name="model", state=State.OK, found=f"{used.model or 'the only one'} at {where}, not asked")
        return
    try:
        facts = _asked(used)
    except AssistantError as error:
        state = State.FAILURE if isinstance(error, ModelError) else State.WARNING
        yield Finding(name="model", state=state, found=str(error), remedy="Until then: --no-model quotes sentences.")
        return
    yield _served(used, where, facts)
    yield _context(used, facts)


def _asked(used: Settings) -> ServerFacts:
    from assistant.llm.connection import connect
    from assistant.llm.server_facts import server_facts

    client = connect(used.base_url or None, used.api_key or None, timeout_s=used.timeout)
    return server_facts(client, used.model)


def _served(used: Settings, where: str, facts: ServerFacts) -> Finding:
    if facts.models is None:
        return Finding(name="model", state=State.WARNING, found=f"{where} answers, but has no list of models")
    if used.model in facts.models or (not used.model and len(facts.models) == 1):
        return Finding(name="model", state=State.OK, found=f"{used.model or facts.models[0]} at {where}")
    shown = ", ".join(facts.models[:_MODELS_SHOWN]) or "none"
    missing = f"has no model {used.model!r}" if used.model else "has several models and none is named"
    return Finding(
        name="model",
        state=State.FAILURE,
        found=f"{where} {missing}; it has {shown}",
        remedy="Name one of them: assistant config model NAME",
    )


def _context(used: Settings, facts: ServerFacts) -> Finding:
    needed = used.prompt_tokens + used.answer_tokens
    if facts.context is None:
        return Finding(
            name="context",
            state=State.WARNING,
            found=f"the server does not say how many tokens the model reads; a question takes up to {needed:,}",
            remedy="Ollama cuts longer prompts silently: set its num_ctx, or OLLAMA_CONTEXT_LENGTH, above that.",
        )
    found = f"{facts.context:,} tokens ({facts.context_from}); a question takes up to {needed:,}"
    if facts.context >= needed:
        return Finding(name="context", state=State.OK, found=found)
    room = max(200, facts.context - used.answer_tokens)
    return Finding(
        name="context", state=State.FAILURE, found=found, remedy=f"Shorten it: assistant config prompt_tokens {room}"
    )


def _terminal() -> Finding:
    console, encoding = output(), sys.stdout.encoding or "unknown"
    colour = f"colour: {console.color_system or 'off'}"
    found = f"{encoding}, {console.width} columns, {colour}"
    able = encoding.lower().replace("-", "").startswith("utf8")
    return Finding(
        name="terminal",
        state=State.OK if able else State.WARNING,
        found=found,
        remedy="" if able else "Characters that it lacks are shown as ?. Set PYTHONIOENCODING=utf-8.",
    )


_MARKS = {State.OK: ("ok   ", "green"), State.WARNING: ("note ", "yellow"), State.FAILURE: ("FAULT", "bold red")}


def _lines(console: Console, finding: Finding) -> Iterator[Text]:
    mark, style = _MARKS[finding.state]
    label = f"{mark}  {finding.name:<10}"
    yield hanging(console, label, Text(safe(finding.found)), style=style)
    if finding.remedy:
        yield hanging(console, " " * len(label), Text(f"-> {safe(finding.remedy)}"))
