"""The catalog in one SQLite file, `library.db`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NoReturn, Self

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError

from assistant.errors import AssistantError, LibraryError
from assistant.library import migrations
from assistant.library.database import open_database
from assistant.library.disk import ReadOnlyCopy
from assistant.library.migrations import Hold, Step
from assistant.library.sql_catalog import SqlCatalog


class SqliteCatalog(SqlCatalog):
    """A `Catalog` in one file."""

    def __init__(
        self,
        file: Path,
        hold: Hold = lambda _: nullcontext(),
        *,
        fixed: bool = False,
        steps: Sequence[Step] = migrations.STEPS,
    ) -> None:
        """Open or create the file, bringing an older one to the present format.

        `hold` keeps other writers out while that is done (see `migrations`); `fixed` is for a file that may only be
        read. Raises `LibraryTooNew`, `LibraryOutdated` or `LibraryError` when the file can't be used.
        """
        super().__init__(open_database(file, fixed=fixed), insert)
        try:
            migrations.prepare(self._engine, file, hold, steps)
            self._watch = self._engine.connect()  # of its own: a connection does not notice its own writes
        except AssistantError:
            self._engine.dispose()
            raise
        except DatabaseError as error:
            self._engine.dispose()
            raise LibraryError(f"{file} is no library ({error.orig}). Restore it from a backup.") from error

    @classmethod
    def of_read_only(cls, file: Path, copy: ReadOnlyCopy, steps: Sequence[Step] = migrations.STEPS) -> Self:
        """Open a file that may only be read.

        Where changes wait beside it in a log, they can only be read from a copy of both.
        """
        log = file.with_name(f"{file.name}-wal")
        if not log.exists() or not log.stat().st_size:
            return cls(file, lambda _: _outdated(file), fixed=True, steps=steps)
        for part in (file, log):
            copy.copy(part)
        return cls(copy.folder / file.name, steps=steps)

    def close(self) -> None:
        self._watch.close()
        self._engine.dispose()

    @property
    def name(self) -> str:
        return "library.db"

    def server(self) -> str:
        return ""

    def size(self) -> int:
        return 0

    def flush(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def revision(self) -> int:
        number: int = self._watch.exec_driver_sql("PRAGMA data_version").scalar_one()
        self._watch.rollback()
        return number

    def fault(self) -> str:
        try:
            with self._engine.connect() as connection:
                found = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one())
        except LibraryError as error:
            return str(error)
        return "" if found == "ok" else found.splitlines()[-1]

    def _overwrite_what_is_deleted(self, connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def _outdated(file: Path) -> NoReturn:
    raise LibraryError(
        f"{file} is of an older data format and may not be written here. Open it once where you may write it, or copy "
        "the library's folder to such a place."
    )
