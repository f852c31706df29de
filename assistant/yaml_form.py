"""The border to YAML: text that must hold one mapping, values read back as they were given, the configuration file.

People write that file too: a setting is changed in its line, and all else stays as it is.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from assistant.errors import UsageError

_HEADER = "# Settings of Assistant; `assistant config` lists them all.\n"
_BARE = re.compile(r"[\w./~:-]+")


def read_mapping(text: str) -> dict[Any, Any] | None:
    """Return the mapping that `text` holds, an empty one for an empty text, None when it holds something else.

    Raises `ValueError` with the place and the parser's words (", line 2: …") when the text is not YAML.
    """
    if not text.strip():
        return {}
    import yaml

    try:
        content = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ValueError(_place(error)) from error
    except RecursionError:  # nested too deeply to be one of ours
        return None
    return content if isinstance(content, dict) else None


def scalar(value: str) -> str:
    """Return the value as YAML reads it back: bare where that is the same text, else in double quotes."""
    import yaml

    try:
        if _BARE.fullmatch(value) and str(yaml.safe_load(value)) == value:
            return value
    except yaml.YAMLError:  # such as ":"
        pass
    return str(yaml.safe_dump(value, default_style='"', width=1_000_000, allow_unicode=True)).strip()


def _place(error: Exception) -> str:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    return (f", line {mark.line + 1}" if mark else "") + (f": {problem}" if problem else "")


def edited_config(file: Path, name: str, value: str | None) -> str:
    """Return the text of `file` with one setting changed, or taken out for None; nothing is written.

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


def write_config(file: Path, text: str) -> None:
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


def config_in(file: Path) -> dict[str, Any]:
    """Return the lines of a configuration file, none when there is no such file. Raises `UsageError` for another."""
    return _loaded(_text(file), file)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise UsageError(f"The configuration file {file} is not in UTF-8; save it in UTF-8.") from error
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
