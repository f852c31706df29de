"""A library as one file, taken while it is in use, and a library made from such a file.

The file is a copy of the catalog, made by SQLite itself: whole articles, as they were when it was begun, whatever a
writer does meanwhile. The list of followed feeds lies in it as one more fact. The indexes are left out, since they are
built from it without embedding anything.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from assistant.errors import LibraryError, UsageError
from assistant.fetching.follows import Follows
from assistant.library import migrations
from assistant.library.database import SQLITE_FAULTS, database_file
from assistant.library.disk import disk_faults
from assistant.library.maintenance import catalog_findings
from assistant.library.sqlite_catalog import SqliteCatalog

FEEDS = "feeds"  # the fact that holds the list, in a backup and in a database


def write_backup(folder: Path, target: Path) -> int:
    """Copy the catalog and the list of feeds into a new file; returns its size in bytes.

    Raises `UsageError` when the file exists already, and `LibraryError` when it cannot be written.
    """
    if target.exists():
        raise UsageError(f"{target} exists already. Name another file, or remove it first.")
    draft = target.with_name(f"{target.name}.part")
    feeds = Follows(folder).content()  # first: what was seen of a feed is never ahead of its articles
    with disk_faults(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        try:
            _copy(database_file(folder), draft)
            _put_in(draft, feeds)
            draft.replace(target)
        except sqlite3.Error as error:
            raise LibraryError(_named(error, target)) from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        return target.stat().st_size


def restore_catalog(backup: Path, folder: Path) -> None:
    """Make the catalog in a folder from a backup, once every text in it was found whole, and the list of feeds.

    Raises `UsageError` when there is no such file or the folder holds a library, and `LibraryError` when the backup is
    damaged or of a data format that this program cannot read; the folder is then left without a library, or not made
    at all.
    """
    if database_file(folder).exists():
        raise UsageError(f"There is a library in {folder} already. Restore into another folder: --library FOLDER")
    if not backup.is_file():
        raise UsageError(f"There is no file {backup}.")
    _refuse_unknown(backup)
    draft = folder / "restoring.db"
    is_new = not folder.exists()
    try:
        with disk_faults(folder):
            folder.mkdir(parents=True, exist_ok=True)
            draft.unlink(missing_ok=True)
            _copy(backup, draft)
        _look_through(draft, backup)
        if feeds := _taken_out(draft):
            Follows(folder).put_back(feeds)
        with disk_faults(folder):
            draft.replace(database_file(folder))
    except sqlite3.Error as error:
        raise LibraryError(_named(error, folder)) from error
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                draft.with_name(draft.name + end).unlink(missing_ok=True)
        if is_new:
            with suppress(OSError):  # it holds a library now
                folder.rmdir()


def _put_in(draft: Path, feeds: bytes) -> None:
    """Make this the list of feeds in a copy of the catalog, whichever was in it."""
    with closing(sqlite3.connect(draft)) as connection, connection:
        connection.execute("DELETE FROM facts WHERE name = ?", (FEEDS,))
        if feeds:
            connection.execute("INSERT INTO facts (name, value) VALUES (?, ?)", (FEEDS, feeds))


def _taken_out(draft: Path) -> bytes:
    """Return the list of feeds in a copy of a backup, and take it out of the copy."""
    with closing(sqlite3.connect(draft)) as connection, connection:
        found = connection.execute("SELECT CAST(value AS BLOB) FROM facts WHERE name = ?", (FEEDS,)).fetchone()
        connection.execute("DELETE FROM facts WHERE name = ?", (FEEDS,))
    return bytes(found[0]) if found else b""


def _copy(source: Path, target: Path) -> None:
    """Copy a database in one step, and leave one file behind."""
    with closing(_read_only(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")


def _read_only(file: Path) -> sqlite3.Connection:
    address = f"{file.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=30)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:  # on a read-only medium, where SQLite cannot make its files beside it
        connection.close()
        connection = sqlite3.connect(f"{address}&immutable=1", uri=True)
    return connection


def _refuse_unknown(backup: Path) -> None:
    """Raise unless this program can read the backup."""
    try:
        with closing(_read_only(backup)) as connection:
            found = connection.execute("SELECT value FROM facts WHERE name = ?", (migrations.FACT,)).fetchone()
    except sqlite3.Error as error:
        raise LibraryError(f"{backup} is no backup of a library ({error}).") from error
    migrations.refuse_unreadable(int(found[0]) if found else None, backup)


def _look_through(draft: Path, backup: Path) -> None:
    catalog = SqliteCatalog(draft)
    try:
        findings = list(catalog_findings(catalog, catalog.fact("embedder") or ""))
    finally:
        catalog.close()
    if faults := [f"{f.what}: {f.fault}" for f in findings if f.fault]:
        raise LibraryError(f"{backup} is damaged and was not restored ({faults[0]}). Use another backup.")


def _named(error: sqlite3.Error, place: Path) -> str:
    words = SQLITE_FAULTS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "{} cannot be used.")
    return words.format(place)
