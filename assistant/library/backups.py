"""A library as one file, taken while it is in use, and a library made from such a file; a copy of a host's index files.

The file is a copy of the catalog, made by SQLite itself: whole articles, as they were when it was begun, whatever a
writer does meanwhile. The list of followed feeds lies in it as one more fact. The indexes are left out, since they are
built from it without embedding anything.

Where hosts follow a database with index files of their own (`homes`), one that has none, or old ones, may take those of
another one, which is faster than filling them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import LibraryError, UsageError
from assistant.fetching.follows import Follows
from assistant.library import migrations
from assistant.library.catalog import Catalog
from assistant.library.database import SQLITE_FAULTS, database_file
from assistant.library.disk import (
    ConsistencyMarker,
    IndexLock,
    MarkerFile,
    disk_faults,
    is_copy,
    next_place,
    place_in,
)
from assistant.library.index import DamagedIndexError, SearchIndex
from assistant.library.indexes import Indexes
from assistant.library.maintenance import catalog_findings
from assistant.library.sqlite_catalog import SqliteCatalog
from assistant.library_reports import MigrationProgress

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


# --------------------------------------------------------------------------------------------------------------------
# Index files of another host


@dataclass(frozen=True, slots=True)
class FilesOfAnotherHost:
    """Index files of another host, on their way into the folder of this one, which nobody else changes meanwhile."""

    source: Path
    folder: Path
    catalog: Catalog
    indexes_in: Callable[[Path], Indexes]  # those in a folder, not opened

    def take(self, on_copied: Callable[[MigrationProgress], None]) -> ConsistencyMarker:
        """Copy them beside those of this host, check the copy, and put it in their place; returns what it holds.

        Until the last step, which renames folders, what is here stays as it is. Raises `UsageError` for files that do
        not fit or would gain nothing, and `LibraryError` for damaged ones.
        """
        marker = self._fitting()
        beside = self.folder / "copying"
        with disk_faults(self.folder):
            shutil.rmtree(beside, ignore_errors=True)  # of a run that was killed
            try:
                self._copy(beside, on_copied)
                self._check(beside, marker)
                self._put_in_place(beside, marker)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
        return marker

    def _fitting(self) -> ConsistencyMarker:
        marker = MarkerFile(self.source).read()
        if marker is None:
            raise UsageError(
                f"{self.source} holds no index files of a host: there is no indexes.json in it that can be read. "
                f"Name the folder {self.folder.name} of another host, or a copy of it."
            )
        if why := self._misfit(marker):
            raise UsageError(f"The index files in {self.source} {why} Nothing was changed.")
        return marker

    def _misfit(self, marker: ConsistencyMarker) -> str:
        """Why these files cannot be taken, "" where they can."""
        there = self.indexes_in(self.source).own
        if marker.library != self.folder.name:
            return "are of another library, or were made with another embedder."
        if not marker.indexes:
            return "are not complete: they are being changed, or that was cut short. Ask on their host, then try again."
        if missing := [index.kind for index in there if index.name not in marker.indexes]:
            return f"lack the {missing[0]}."
        if any(index.is_outdated() for index in there):
            return "are of another index format, which another version of this program made."
        return self._out_of_step(marker)

    def _out_of_step(self, marker: ConsistencyMarker) -> str:
        """Why files as of this marker cannot follow the log, or need not be taken; "" for neither."""
        own = MarkerFile(self.folder).read()
        if marker.number > self.catalog.stamp():
            return "are newer than the database, which was put back or is another one."
        if not self.catalog.knows_stamp(marker.number):
            return "are older than what the database has logged, or of another history."
        if own and own.indexes and self.catalog.knows_stamp(own.number) and own.number >= marker.number:
            return "are no newer than those of this host."
        return ""

    def _copy(self, beside: Path, on_copied: Callable[[MigrationProgress], None]) -> None:
        names = [index.name for index in self.indexes_in(self.source).own]
        files = [file for name in names for file in sorted((self.source / name).rglob("*")) if file.is_file()]
        sizes = [file.stat().st_size for file in files]
        done = 0
        for file, size in zip(files, sizes, strict=True):
            if not os.access(file, os.R_OK):
                raise LibraryError(f"{file} may not be read. Give yourself the permission.")
            target = beside / file.relative_to(self.source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target)
            done += size
            on_copied(MigrationProgress(step="Copying index files", done=done, total=sum(sizes)))

    def _check(self, beside: Path, marker: ConsistencyMarker) -> None:
        """Raise `LibraryError` unless the copy is whole, and was not changed at its source meanwhile."""
        if MarkerFile(self.source).read() != marker:
            raise LibraryError(f"The index files in {self.source} were changed meanwhile. Try again.")
        copied = self.indexes_in(beside)
        with closing(copied):
            for index in copied.own:
                if fault := _fault(copied, index, marker):
                    raise LibraryError(
                        f"The {index.kind} in {self.source} is damaged or incomplete ({fault}). Nothing was changed: "
                        "take the files of another host, or ask a question, which fills those of this one."
                    )

    def _put_in_place(self, beside: Path, marker: ConsistencyMarker) -> None:
        """Rename the folders, all or none, and say what they hold. A kill in between is mended from the catalog."""
        with IndexLock(self.folder).held(), ExitStack() as undo:
            here = self.indexes_in(self.folder).own
            for index in here:
                home, copy = self.folder / index.name, beside / index.name
                if index.has_places:  # another process may have the one before still open
                    copy = beside / "places"
                    copy.mkdir()
                    place_in(beside / index.name).rename(copy / next_place(home).name)
                if home.exists():
                    old = home.rename(beside / f"{index.name}.old")
                    undo.callback(old.rename, home)
                copy.rename(home)
                undo.callback(home.rename, copy)
            files = {**marker.indexes, **{index.name: index.fingerprint() for index in here}}
            MarkerFile(self.folder, keeps_number=True).write(ConsistencyMarker(marker.number, marker.passages, files))
            undo.pop_all()


def _fault(copied: Indexes, index: SearchIndex, marker: ConsistencyMarker) -> str:
    if not is_copy(index.fingerprint(), marker.indexes[index.name]):
        return "its files are not those that were written"
    try:
        count = copied.opened(index).count()  # which checks it first: nothing vouches for it
    except DamagedIndexError as error:
        return str(error)
    return "" if count == marker.passages else f"it holds {count:,} of {marker.passages:,} passages"
