"""`assistant config`: lists the settings, shows one, keeps one in the configuration file or takes it out."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import typer
from rich.text import Text

from assistant import settings
from assistant.cli.options import Common
from assistant.cli.output import write_json
from assistant.cli.terminal import messages, output, show_notes
from assistant.errors import UsageError
from assistant.safe_text import safe
from assistant.settings import LoadedSettings


def list_all(common: Common) -> None:
    """Lists every setting, its value and the place that it came from; keys are masked."""
    loaded = common.load()
    if common.as_json:
        write_json({name: _entry(loaded, name) for name in loaded.origins})
        return
    console = output()
    for row in _rows(loaded):
        console.print(row, soft_wrap=True)  # a path with a line break in it cannot be copied


def _rows(loaded: LoadedSettings) -> Iterator[Text]:
    width = max(map(len, loaded.origins))
    for name, origin in loaded.origins.items():
        value = str(settings.masked(name, getattr(loaded.settings, name)))
        yield Text(f"{name:<{width}}  {safe(value) or '-'}  ({safe(origin)})")
    file = settings.config_path()
    yield Text(f"Configuration file: {safe(str(file))}" + ("" if file.exists() else " (not there yet)"), "dim")


def show_one(common: Common, name: str) -> None:
    """Prints the value of one setting; of a key, only whether it is set."""
    loaded = common.load()
    if name not in loaded.origins:
        raise settings.unknown(name)
    entry = _entry(loaded, name)
    if common.as_json:
        write_json({name: entry})
    else:
        sys.stdout.write(f"{safe(str(entry['value']))}\n")


def _entry(loaded: LoadedSettings, name: str) -> dict[str, object]:
    return {"value": settings.masked(name, getattr(loaded.settings, name)), "from": loaded.origins[name]}


def keep(common: Common, name: str, value: str | None) -> None:
    """Keeps a setting in the configuration file, or takes it out for None; says what then wins."""
    file = settings.with_setting(name, value if value is None else _given(name, value))
    if common.quiet:
        return
    done = "taken out of" if value is None else "kept in"
    notes = [f"{name} is {done} {file}."]
    origin = common.load().origins[name]
    if value is not None and origin != str(file):
        notes.append(f"{origin} is set too, and wins over the file.")
    show_notes(messages(), notes)


def _given(name: str, value: str) -> str:
    """The value typed; "-" asks for it, so that a key is neither on the screen nor among the shell's past commands."""
    if value == "-":
        return (typer.prompt(name, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if settings.is_secret(name):
        raise UsageError(f"A key on the command line can be read by others. Type: assistant config {name} -")
    return value
