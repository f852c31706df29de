"""The configuration file: flat lines such as `model: NAME`, in YAML, read and edited in place.

Editing keeps every other line, comments too, as the person wrote it. The file may hold keys: it is written so that only
its owner can read it, and as a whole or not at all.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.yaml_form import read_mapping, scalar

_HEADER = "# Settings of Assistant; `assistant config` lists them all.\n"


def read(file: Path, known: Collection[str]) -> dict[str, Any]:
    """The settings in `file`, none when there is no such file; those without a value ("model:") are left out.

    Raises `UsageError` for a file that cannot be read or is not a list of known settings.
    """
    content = _loaded(_text(file), file)
    if unknown := [str(name) for name in content if name not in known]:
        raise UsageError(f"{file}: unknown setting {unknown[0]!r}; known are {', '.join(known)}.")
    return {name: value for name, value in content.items() if value is not None}


def edited(file: Path, name: str, value: str | None) -> str:
    """The text of `file` with one setting changed, or taken out for None; nothing is written.

    Raises `UsageError` when the line cannot be changed safely, e.g. because its value runs over several lines.
    """
    text = _text(file) or _HEADER
    changed = _replaced(text, name, None if value is None else f"{name}: {scalar(value)}")
    expected = {key: item for key, item in _loaded(text, file).items() if key != name}
    found = _loaded(changed, file)
    kept = found.pop(name, None)
    if found != expected or (value is not None and str(kept) != value):
        raise UsageError(f"The setting {name} in {file} cannot be changed here; edit the file by hand.")
    return changed


def _replaced(text: str, name: str, new: str | None) -> str:
    """The text with `new` where the line of this setting stood, else at the end."""
    lines = text.splitlines()
    old = [number for number, line in enumerate(lines) if _name_in(line) == name]
    at = old[0] if old else len(lines)
    kept = [line for number, line in enumerate(lines) if number not in old]
    return "\n".join(kept if new is None else [*kept[:at], new, *kept[at:]]) + "\n"


def write(file: Path, text: str) -> None:
    """Put `text` in the place of the file at once, readable by its owner alone. Raises `UsageError` if that fails."""
    try:
        file = file.resolve()  # a link to the file stays a link
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".config-")  # made with mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(temporary).replace(file)
    except OSError as error:
        raise UsageError(f"The configuration file {file} cannot be written ({error.strerror}).") from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise UsageError(f"The configuration file {file} is not in UTF-8; save it anew.") from error
    except OSError as error:
        raise UsageError(f"The configuration file {file} cannot be read ({error.strerror}).") from error


def _loaded(text: str, file: Path) -> dict[str, Any]:
    try:
        content = read_mapping(text)
    except ValueError as error:
        raise UsageError(f"The configuration file {file} is not valid YAML{error}.") from error
    if content is None:
        raise UsageError(f"The configuration file {file} must hold lines such as 'model: NAME'.")
    return content


def _name_in(line: str) -> str:
    """The setting that a line sets, "" for a comment, an empty line or the continuation of another."""
    name, colon, _ = line.partition(":")
    return name.strip("\"'") if colon and line[:1] not in {" ", "\t", "#", ""} else ""
