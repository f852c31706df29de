"""Records as JSON and back: exactly their fields, in their order. Only the standard library is used.

`to_json` is what `--json`, saved sessions and evaluation runs hold; `from_json` makes the same record again. A field
that a newer program added is filled with its default when it is missing; a field that is not known is ignored, so that
what one version wrote another can read.

msgspec (0.23 was tried) would do most of this, but it writes a named tuple as an array, reads nothing else for one, and
has no hook there: sentences, dates and findings, which are objects in every saved session, would lose their names.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

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
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    if isinstance(value, (StrEnum, Path)):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):  # bool is an int
        return value
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def json_text(value: object, *, indent: int | None = None, escape: bool = False) -> str:
    """One JSON document; with `escape` in ASCII alone. Characters that a terminal would obey are always escaped.

    Raises `ValueError` for a number that is not finite: JSON has none.
    """
    text = json.dumps(to_json(value), ensure_ascii=escape, indent=indent, allow_nan=False)
    return _ACTIVE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def from_json(kind: type[T], value: Any) -> T:
    """The value of type `kind` that `to_json` gave `value` for.

    Raises `ValueError` when `value` does not fit: another type, a missing field without a default, an unknown name.
    """
    try:
        return _read(kind, value)  # type: ignore[no-any-return]  # `_read` follows `kind`, which mypy cannot
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a {getattr(kind, '__name__', kind)}: {error}") from error


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if kind is Any:
        return value
    if origin in {Union, types.UnionType}:
        return _read_union(get_args(kind), value)
    if origin is tuple:
        return _read_tuple(get_args(kind), value)
    if origin is not None:
        return _read_generic(origin, get_args(kind), value)
    return _read_plain(kind, value) if _names(kind) is None else _read_record(kind, value)


def _names(kind: Any) -> frozenset[str] | None:
    """The fields of a record, None for what is no record."""
    if dataclasses.is_dataclass(kind):
        return frozenset(f.name for f in dataclasses.fields(kind) if f.init)
    return frozenset(kind._fields) if hasattr(kind, "_fields") else None


def _read_record(kind: Any, value: Any) -> Any:
    given = (_names(kind) or frozenset()) & value.keys()
    return kind(**{name: _read(hint, value[name]) for name, hint in _hints(kind) if name in given})


@cache
def _hints(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(get_type_hints(kind).items())


def _read_union(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in kinds:
        return None
    others = [k for k in kinds if k is not type(None)]
    if len(others) != 1:
        if not isinstance(value, tuple(k for k in others if isinstance(k, type))):
            raise TypeError(f"{value!r} fits none of {others}")
        return value
    return _read(others[0], value)


def _read_tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} instead of a list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], item) for item in value)
    return tuple(_read(kind, item) for kind, item in zip(kinds, value, strict=True))


def _read_generic(origin: Any, kinds: tuple[Any, ...], value: Any) -> Any:
    if issubclass(origin, Mapping):
        return {name: _read(kinds[1], item) for name, item in value.items()}
    return origin(_read(kinds[0], item) for item in value)  # list, frozenset


def _read_plain(kind: Any, value: Any) -> Any:
    if kind in {date, datetime}:
        return kind.fromisoformat(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if issubclass(kind, (StrEnum, Path)):
        return kind(value)
    if type(value) is not kind:
        raise TypeError(f"{type(value).__name__} instead of {kind.__name__}")
    return value
