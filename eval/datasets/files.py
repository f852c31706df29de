"""The folder of the measuring data, and a reader of its files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from assistant.errors import UsageError

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def rows(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines, gzipped or not. Raises `UsageError` if it does not exist."""
    if not path.exists():
        raise UsageError(f"There is no measuring data at {path}: put it there, or name another file.")
    stored = path.read_bytes()
    text = (gzip.decompress(stored) if path.suffix == ".gz" else stored).decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line]
