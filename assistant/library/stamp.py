"""A note in the library's folder that both indexes hold exactly what the catalog says.

It is taken away before an index is changed and written again once the change is complete, so it is missing after a
crash. It names the files that were there and the catalog's own count of such notes: files that were touched since, or a
`library.db` that was put back from elsewhere, do not fit it. Where it fits, nothing need be counted or read through.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_NAME = "indexes.json"
_SMALL = 1_000_000  # bytes
_UNSTEADY = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".lock", "-journal")  # change by being opened


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the note says."""

    number: int  # of the note; the catalog has the same
    passages: int  # in the catalog and in each index
    files: dict[str, list[int]]  # below the library's folder: size, and checksum or time of the last change


def read_stamp(folder: Path) -> Stamp | None:
    """The note, None when there is none that can be read."""
    try:
        found = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        return Stamp(int(found["number"]), int(found["passages"]), dict(found["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def fits(stamp: Stamp, folder: Path, index: str) -> bool:
    """Whether the files of an index are those that the note names."""
    return {k: v for k, v in stamp.files.items() if k.startswith(f"{index}/")} == dict(_files(folder, index))


def write_stamp(folder: Path, number: int, passages: int, indexes: tuple[str, ...]) -> None:
    """Write the note in one step."""
    files = {name: facts for index in indexes for name, facts in _files(folder, index)}
    draft = folder / f"{_NAME}.new"
    draft.write_text(json.dumps({"number": number, "passages": passages, "files": files}), encoding="utf-8")
    draft.replace(folder / _NAME)


def remove_stamp(folder: Path) -> None:
    """Take the note away."""
    (folder / _NAME).unlink(missing_ok=True)


def _files(folder: Path, index: str) -> Iterator[tuple[str, list[int]]]:
    for file in sorted((folder / index).rglob("*")):
        if file.is_file() and not file.name.endswith(_UNSTEADY):
            yield file.relative_to(folder).as_posix(), _facts(file)


def _facts(file: Path) -> list[int]:
    """Size, and the time of the last change in nanoseconds; of a small file its CRC-32.

    Chroma writes the files of an empty graph again, unchanged, whenever it opens them.
    """
    found = file.stat()
    small = found.st_size <= _SMALL
    return [found.st_size, zlib.crc32(file.read_bytes()) if small else found.st_mtime_ns]
