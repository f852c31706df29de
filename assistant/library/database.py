"""The SQLite file behind the catalog, opened the way the library needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

from assistant.library.faults import name_database_faults


def open_database(file: Path, *, fixed: bool = False) -> Engine:
    """An engine for `file`, which is made when it is first used; faults of the file are raised as `LibraryError`.

    `fixed` is for a file that may only be read and that nobody writes: SQLite then makes no files beside it.
    """
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
