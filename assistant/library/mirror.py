"""For a library that may only be read: a temporary folder where its files stand by reference.

Chroma, Tantivy and SQLite all write beside what they read: locks, logs of changes, notes. They do so in the mirror. Big
files are linked to, databases copied; both vanish when the library is closed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_COPIED = (".sqlite3", ".json", ".lock")
_SMALL = 1_000_000  # bytes; copied too, since Chroma writes the files of a graph that is still empty when it opens them


def is_read_only(folder: Path) -> bool:
    """Whether the library in this folder may be read but not written."""
    file = folder / "library.db"
    return file.exists() and not (os.access(folder, os.W_OK | os.X_OK) and os.access(file, os.W_OK))


class Mirror:
    """A temporary folder, removed by `close` or with this object."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="assistant-")
        self.folder = Path(self._temporary.name)

    def take(self, path: Path) -> Path:
        """A file, or all files of a folder, as they stand in the mirror under the same name."""
        if path.is_dir():
            for inner in path.rglob("*"):
                if inner.is_file():
                    _stand_in(inner, self.folder / inner.relative_to(path.parent))
        elif path.exists():
            _stand_in(path, self.folder / path.name)
        return self.folder / path.name

    def copy(self, file: Path) -> None:
        """Put a copy of a file into the mirror."""
        shutil.copyfile(file, self.folder / file.name)

    def close(self) -> None:
        """Remove the folder."""
        self._temporary.cleanup()


def _stand_in(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if not file.name.endswith(_COPIED) and file.stat().st_size > _SMALL:
        try:
            place.symlink_to(file.absolute())
            return
        except OSError:  # not everywhere may everybody make links
            pass
    shutil.copyfile(file, place)
