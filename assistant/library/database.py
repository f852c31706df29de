"""The SQLite file behind the catalog: where it stands, how it is opened, and its faults as errors that say what to do.

The only module that knows the file's name.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import LibraryError
from assistant.library.disk import AGAIN, FORBIDDEN, FULL

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

SQLITE_FAULTS = {  # primary result codes of SQLite, https://sqlite.org/rescode.html
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: "{} cannot be opened. Check that it is a file and that you may write it and its folder.",
    sqlite3.SQLITE_PERM: FORBIDDEN,
    sqlite3.SQLITE_BUSY: "{} is in use by another process. Wait until it is done, or stop it, then try again.",
    sqlite3.SQLITE_IOERR: f"The disk with {{}} reports a fault. Check it, and that it has space, {AGAIN}",
    sqlite3.SQLITE_CORRUPT: "{} is damaged. Restore it from a backup, or move it away and ingest the articles again.",
    sqlite3.SQLITE_NOTADB: "{} is no library. Choose another folder with --library, or restore it from a backup.",
}


def database_file(folder: Path) -> Path:
    """Return where the catalog's file of a library's folder is, or will be."""
    return folder / "library.db"


def is_there(folder: Path) -> bool:
    """Whether the folder holds a library."""
    return database_file(folder).exists()


def is_read_only(folder: Path) -> bool:
    """Whether the library in this folder may be read but not written."""
    file = database_file(folder)
    return file.exists() and not (os.access(folder, os.W_OK | os.X_OK) and os.access(file, os.W_OK))


def open_database(file: Path, *, fixed: bool = False) -> Engine:
    """An engine for `file`, which is made when it is first used; faults of the file are raised as `LibraryError`.

    `fixed` is for a file that may only be read and is not being written: SQLite then makes no files beside it.
    """
    from sqlalchemy import create_engine, event

    where = f"file:{file.absolute().as_uri()[len('file:') :]}?mode=ro&immutable=1&uri=true" if fixed else str(file)
    engine = create_engine(f"sqlite:///{where}", connect_args={"timeout": 30})
    name_database_faults(engine, file)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA mmap_size={8 << 30}")  # read in place: nothing is copied through SQLite's cache
        if fixed:
            return
        connection.execute("PRAGMA page_size=16384")  # of a new file: many embeddings a page, where 4096 holds few
        connection.execute("PRAGMA journal_mode=WAL")  # readers go on while one writes
        # With WAL a power cut may lose the last commit, never the file.
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


@contextmanager
def table_transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction that holds changes of tables too, which the driver would otherwise commit by themselves."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:  # Ctrl-C too: the file stays as it was, the error goes on
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def give_back_space(engine: Engine) -> None:
    """Shrink the file by what was deleted from it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")


def name_database_faults(engine: Engine, file: Path) -> None:
    """Makes the engine raise `LibraryError` for faults of its file; mistakes in statements stay as they are."""
    from sqlalchemy import event

    @event.listens_for(engine, "handle_error", retval=True)
    def _name(context: object) -> LibraryError | None:
        original = getattr(context, "original_exception", None)
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF  # without the details of extended codes
        return LibraryError(SQLITE_FAULTS[code].format(file)) if code in SQLITE_FAULTS else None


def integrity_fault(file: Path) -> str:
    """Return what SQLite's own check finds wrong with a file, "" when nothing."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        return f"{file.name}: {error}"
    return "" if found == "ok" else f"{file.name}: {found.splitlines()[0]}"
