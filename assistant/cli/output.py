"""Results as JSON on standard output, for `--json`."""

from __future__ import annotations

import sys

from assistant.json_form import json_text


def write_json(value: object) -> None:
    """Prints one JSON document on standard output, readable by people where the output can carry UTF-8."""
    escape = not (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf8")
    sys.stdout.write(json_text(value, indent=2, escape=escape) + "\n")
