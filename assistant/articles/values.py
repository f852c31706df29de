"""Values of JSON rows and YAML headers as strings."""

from __future__ import annotations

from math import isfinite

from assistant.articles.build import host
from assistant.articles.fields import is_empty

_NAME_KEYS = ("name", "title", "id", "text")


def string(value: object) -> str:
    """A string or number as a string; "" for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return ""
    return str(value)


def name(value: object) -> str:
    """A name given as a string or in an object such as {"name": …}; the host, when the name is a web address."""
    if isinstance(value, dict):
        value = next((value[key] for key in _NAME_KEYS if not is_empty(value.get(key))), "")
    words = string(value)
    return host(words.strip()) or words


def names(value: object) -> tuple[str, ...]:
    """Names given as one or as a list of them."""
    return tuple(name(item) for item in value) if isinstance(value, list) else (name(value),)


def prose(value: object) -> str:
    """A text given whole or as a list of paragraphs; "" for anything else."""
    if isinstance(value, list):
        return "\n\n".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""
