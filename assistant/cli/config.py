"""`assistant config`: list the settings, show one, keep one in the configuration file or take it out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import settings
from assistant.cli.options import Common, load_settings, with_options
from assistant.errors import UsageError
from assistant.safe_text import safe
from assistant.settings import LoadedSettings

if TYPE_CHECKING:
    from rich.text import Text


@with_options()
def config(
    name: Annotated[str | None, typer.Argument(metavar="NAME", hidden=True)] = None,
    value: Annotated[str | None, typer.Argument(metavar="VALUE", hidden=True)] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Take NAME out of the configuration file.")] = False,
    *,
    common: Common,
) -> None:
    """List the settings and where each comes from, or keep one.

    With NAME its value is shown, with NAME and VALUE it is kept in the configuration file. A VALUE of - is asked for,
    or read from standard input: the way to give a key.
    """
    if unset and (name is None or value is not None):
        raise UsageError("--unset needs the NAME of a setting and nothing else.")
    if name is None:
        _list_all(load_settings(common), as_json=common.as_json)
    elif value is not None or unset:
        _keep(common, name, value)
    else:
        _show_one(load_settings(common), name, as_json=common.as_json)


def _list_all(loaded: LoadedSettings, *, as_json: bool) -> None:
    """List every setting, its value and the place that it came from; keys are masked."""
    from assistant.cli.terminal import output, write_json

    if as_json:
        write_json({name: _entry(loaded, name) for name in loaded.origins})
        return
    console = output()
    for row in _rows(loaded):
        console.print(row, soft_wrap=True)  # a path with a line break in it cannot be copied


def _rows(loaded: LoadedSettings) -> Iterator[Text]:
    from rich.text import Text

    width = max(map(len, loaded.origins))
    for name, origin in loaded.origins.items():
        value = str(settings.masked(name, getattr(loaded.settings, name)))
        yield Text(f"{name:<{width}}  {safe(value) or '-'}  ({safe(origin)})")
    file = settings.config_path()
    yield Text(f"Configuration file: {safe(str(file))}" + ("" if file.exists() else " (not there yet)"), "dim")


def _show_one(loaded: LoadedSettings, name: str, *, as_json: bool) -> None:
    """Print the value of one setting; of a key, only whether it is set."""
    from assistant.cli.terminal import write_json

    if name not in loaded.origins:
        raise settings.unknown(name)
    entry = _entry(loaded, name)
    if as_json:
        write_json({name: entry})
    else:
        sys.stdout.write(f"{safe(str(entry['value']))}\n")


def _entry(loaded: LoadedSettings, name: str) -> dict[str, object]:
    return {"value": settings.masked(name, getattr(loaded.settings, name)), "from": loaded.origins[name]}


def _keep(common: Common, name: str, value: str | None) -> None:
    """Keep a setting in the configuration file, or take it out for None; say what then wins."""
    from assistant.cli.terminal import messages, show_notes

    file = settings.with_setting(name, value if value is None else _given(name, value))
    if common.quiet:
        return
    done = "taken out of" if value is None else "kept in"
    notes = [f"{name} is {done} {file}."]
    origin = load_settings(common).origins[name]
    if value is not None and origin != str(file):
        notes.append(f"{origin} is set too, and wins over the file.")
    show_notes(messages(), notes)


def _given(name: str, value: str) -> str:
    """Return the value typed; "-" asks for it, so that a key is neither on the screen nor in the shell's history."""
    if value == "-":
        return (typer.prompt(name, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if settings.is_secret(name):
        raise UsageError(f"A key on the command line can be read by others. Type: assistant config {name} -")
    return value
