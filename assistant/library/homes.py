"""Where the parts of a library stand: all of it in one folder, or the catalog in a database and the indexes beside it.

The indexes of a library in a database are files of each host that uses it, in the user's cache folder: they hold
nothing that is not in the catalog, and follow its log.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from assistant.errors import LibraryError, UsageError, missing
from assistant.fetching.follows import FeedStore
from assistant.library.backups import FEEDS, restore_catalog, write_backup
from assistant.library.catalog import Catalog
from assistant.library.database import database_file, is_read_only, is_there
from assistant.library.disk import FileWriterLock, ReadOnlyCopy, WriterLock, disk_faults
from assistant.library.migrations import Hold
from assistant.library.sqlite_catalog import SqliteCatalog
from assistant.places import DatabasePlace, LibraryPlace
from assistant.records import short_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryNeeds:
    """What a library in a database needs to know."""

    cache: Path = field(default_factory=Path)  # folder below which the index files stand
    timeout_s: float = 60.0  # for one statement


class Home(Protocol):
    """Where one library stands."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def folder(self) -> Path:
        """The folder of the index files; known once the catalog is open."""

    @property
    def copy(self) -> ReadOnlyCopy | None:
        """Where the files are opened if they may only be read."""

    @property
    def lock(self) -> WriterLock:
        """Of the catalog; there once it is open."""

    @property
    def files(self) -> WriterLock:
        """Of the index files; there once the catalog is open."""

    @property
    def follows(self) -> bool:
        """Whether other hosts change the catalog too, so that the indexes follow its log."""

    def is_there(self) -> bool:
        """Whether a library is known to be there before it is opened."""

    def open_catalog(self, hold: Hold, *, create: bool) -> Catalog:
        """Open the catalog, or make it if `create` allows it. Raises `LibraryError`."""

    def feeds(self, catalog: Catalog) -> Path | FeedStore:
        """Where the list of followed feeds is kept."""

    def backup(self, file: Path) -> int:
        """Write all that cannot be rebuilt to a new file; returns its size in bytes."""

    def restore(self, file: Path) -> None:
        """Make the catalog from such a file."""


class FolderHome:
    """`Home` of a library in a folder."""

    follows = False

    def __init__(self, folder: Path) -> None:
        """Nothing is opened yet."""
        self.folder = folder
        self.name = str(folder)
        self.lock: WriterLock = FileWriterLock(folder)
        self.files = self.lock
        self.copy: ReadOnlyCopy | None = None

    def is_there(self) -> bool:
        """Whether the folder holds a library."""
        return is_there(self.folder)

    def open_catalog(self, hold: Hold, *, create: bool) -> Catalog:
        """Open the catalog's file, or make it."""
        if not create and not self.is_there():
            raise missing(self.folder)
        file = database_file(self.folder)
        if is_read_only(self.folder):
            self.copy = ReadOnlyCopy()
            try:
                return SqliteCatalog.of_read_only(file, self.copy)
            except LibraryError:
                self.copy.close()
                raise
        with disk_faults(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        return SqliteCatalog(file, hold)

    def feeds(self, catalog: Catalog) -> Path | FeedStore:  # noqa: ARG002  # a file, which a person may edit
        """The folder, for the file in it."""
        return self.folder

    def backup(self, file: Path) -> int:
        """Write catalog and list of feeds to a new file; returns its size in bytes."""
        return write_backup(self.folder, file)

    def restore(self, file: Path) -> None:
        """Make the catalog from such a file."""
        restore_catalog(file, self.folder)


class DatabaseHome:
    """`Home` of a library in a PostgreSQL database."""

    follows = True
    copy = None
    folder: Path
    lock: WriterLock
    files: WriterLock

    def __init__(self, place: DatabasePlace, embedder: str, needs: LibraryNeeds) -> None:
        """Nothing is opened yet. Vectors of two embedders never share a folder."""
        self._place = place
        self.name = str(place)
        self._embedder = embedder
        self._needs = needs

    def is_there(self) -> bool:
        """Opening the catalog tells."""
        return False

    def open_catalog(self, hold: Hold, *, create: bool) -> Catalog:
        """Open the catalog, or make its tables; and the folder of the index files."""
        try:
            from assistant.library.postgres_catalog import PostgresCatalog
        except ModuleNotFoundError as error:
            if error.name != "psycopg":
                raise
            raise UsageError(
                "A library on PostgreSQL needs its driver. Install it: pip install 'assistant[postgres]'"
            ) from error
        catalog = PostgresCatalog(self._place, self._needs.timeout_s)
        self.lock = catalog.writer
        try:
            catalog.prepare(hold, create=create)
        except LibraryError:
            catalog.close()
            raise
        self.folder = self._needs.cache / "libraries" / f"{_safe(catalog.id)}-{short_hash(self._embedder, 6)}"
        self.files = FileWriterLock(self.folder)
        with disk_faults(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        return catalog

    def feeds(self, catalog: Catalog) -> Path | FeedStore:
        """A fact of the catalog, for all hosts."""
        return _FeedFact(catalog, f"of {self._place}")

    def backup(self, file: Path) -> int:
        """Refuse: the server has better means."""
        raise UsageError(f"{self._place} is backed up by its server's own means: pg_dump --format=custom --file={file}")

    def restore(self, file: Path) -> None:
        """Refuse: the server has better means."""
        raise UsageError(f"{file} is put into {self._place} by the server's own means: pg_restore (docs/servers.md)")


@dataclass(frozen=True, slots=True)
class _FeedFact:
    """A `FeedStore` in the catalog."""

    catalog: Catalog
    name: str

    def read(self) -> bytes | None:
        return _as_bytes(self.catalog.fact(FEEDS))

    def change(self, made: Callable[[bytes | None], bytes]) -> None:
        """Try until nobody changed it in between."""
        while True:
            old = self.catalog.fact(FEEDS)
            if self.catalog.swap_fact(FEEDS, old, made(_as_bytes(old)).decode("utf-8")):
                return


def _as_bytes(fact: str | None) -> bytes | None:
    return None if fact is None else fact.encode("utf-8")


def home_of(place: LibraryPlace, embedder: str, needs: LibraryNeeds) -> Home:
    """Return the home of the library at a place; nothing is opened yet."""
    return FolderHome(place) if isinstance(place, Path) else DatabaseHome(place, embedder, needs)


def _safe(name: str) -> str:
    """A name from the database as the name of a folder."""
    return re.sub(r"[^0-9a-f]", "", name)[:16] or "unnamed"
