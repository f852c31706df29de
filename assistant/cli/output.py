"""Records as JSON, for `--json`: exactly their fields, in their order."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

# Control and direction-changing characters that JSON allows as they are, and a terminal would obey. They stand within
# strings only, where an escape means the same.
_ACTIVE = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def to_json(value: object) -> Any:
    """The value in the types of JSON: records as objects, tuples and sets as lists, days as YYYY-MM-DD.

    Raises `TypeError` for anything else, rather than print what no program could read back.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: to_json(item) for name, item in zip(value._fields, value, strict=True)}
    if isinstance(value, Mapping):
        return {str(name): to_json(item) for name, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_json(item) for item in value)
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    return _plain(value)


def _plain(value: object) -> str | int | float | None:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (StrEnum, Path)):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):  # bool is an int
        return value
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def write_json(value: object) -> None:
    """Prints one JSON document on standard output, readable by people where the output can carry UTF-8."""
    escape = not (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf8")
    text = json.dumps(to_json(value), ensure_ascii=escape, indent=2, allow_nan=False)
    sys.stdout.write(_ACTIVE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")
