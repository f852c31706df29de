"""Fields of the rows of a suite file: each is of its kind, or an error says which is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assistant.errors import UsageError


def known_fields(row: Mapping[str, Any], names: frozenset[str], place: str) -> Mapping[str, Any]:
    """Return the row. Raises `UsageError`, which begins with `place`, for a field that is not among `names`."""
    if unknown := [str(name) for name in row if name not in names]:
        raise UsageError(f"{place}: unknown field {unknown[0]!r}; known are {', '.join(sorted(names))}.")
    return row


def flag_field(value: Any, name: str) -> bool:
    """Return true or false. Raises `TypeError` for anything else."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be true or false")
    return value


def text_field(value: Any, name: str) -> str:
    """Return a text without space around it. Raises `TypeError` for anything else."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text, not {json.dumps(value)}")
    return value.strip()


def list_field(value: Any, name: str) -> list[Any]:
    """Return a list. Raises `TypeError` for anything else."""
    if not isinstance(value, list):
        raise TypeError(f"{name} must be a list, not {json.dumps(value)}")
    return value


def texts_field(value: Any, name: str) -> tuple[str, ...]:
    """Return texts, given as a list or as one. Raises `TypeError` for anything else."""
    return tuple(text_field(item, name) for item in ([value] if isinstance(value, str) else list_field(value, name)))
