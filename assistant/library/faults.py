"""Faults of the disk, and of what is stored on it, as errors that say what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, event

from assistant.errors import LibraryError

_AGAIN = "then run the same command again: nothing that was recorded is lost."
_FULL = f"The disk with {{}} is full. Make space, {_AGAIN}"
_FORBIDDEN = "{} may not be written here. Give yourself the permission, or choose another folder with --library."
_NO_FOLDER = "{} cannot be a folder: there is a file of that name. Choose another folder with --library."
_BY_NUMBER = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: _FORBIDDEN,
    errno.EEXIST: _NO_FOLDER,
    errno.ENOTDIR: _NO_FOLDER,
}
SQLITE_FAULTS = {  # primary result codes of SQLite, https://sqlite.org/rescode.html
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: "{} cannot be opened. Check that it is a file and that you may write it and its folder.",
    sqlite3.SQLITE_PERM: _FORBIDDEN,
    sqlite3.SQLITE_BUSY: "{} is in use by another process. Wait until it is done, or stop it, then try again.",
    sqlite3.SQLITE_IOERR: f"The disk with {{}} reports a fault. Check it, and that it has space, {_AGAIN}",
    sqlite3.SQLITE_CORRUPT: "{} is damaged. Restore it from a backup, or move it away and ingest the articles again.",
    sqlite3.SQLITE_NOTADB: "{} is no library. Choose another folder with --library, or restore it from a backup.",
}


def may_not_be_written(place: Path) -> LibraryError:
    """What to raise when something is to be written where only reading is allowed."""
    return LibraryError(_FORBIDDEN.format(place))


@contextmanager
def disk_faults(place: Path) -> Iterator[None]:
    """Raises `LibraryError` for an `OSError` inside the block; `place` is what was to be written."""
    try:
        yield
    except OSError as error:
        words = _BY_NUMBER.get(error.errno or 0)
        why = words.format(place) if words else f"{place} cannot be used ({error.strerror or error})."
        raise LibraryError(why) from error


def name_database_faults(engine: Engine, file: Path) -> None:
    """Makes the engine raise `LibraryError` for faults of its file; mistakes in statements stay as they are."""

    @event.listens_for(engine, "handle_error", retval=True)
    def _name(context: object) -> LibraryError | None:
        original = getattr(context, "original_exception", None)
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF  # without the details of extended codes
        return LibraryError(SQLITE_FAULTS[code].format(file)) if code in SQLITE_FAULTS else None
