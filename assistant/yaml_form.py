"""The border to YAML: text that must hold one mapping, and values that are read back as they were given."""

from __future__ import annotations

import re
from typing import Any

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
