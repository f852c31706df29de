"""The data format of `library.db`, and how a file of an earlier format is brought to the present one.

To change the format: change the tables in `schema`, raise `schema.FORMAT`, and add to `STEPS` the step that leads from
the old format to the new one. Each step runs in one transaction together with the new format's number, so a crash
leaves the file in one format or the other. `tests/library/formats/N.sql` keeps a small library of every earlier
format; the tests bring each of them up and compare it with a new file.

A step is written against the tables as they were, in SQL of its own: `schema` goes on changing, a step never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from assistant.errors import LibraryTooNew
from assistant.library import schema
from assistant.library.format_1 import compact
from assistant.library.format_2 import sketch
from assistant.library.format_3 import narrow

Step = Callable[[Connection], None]
Hold = Callable[[int], AbstractContextManager[None]]  # told the old format, keeps other writers out

STEPS: Mapping[int, Step] = {1: compact, 2: sketch, 3: narrow}  # format -> what leads from it to the next one


def prepare(engine: Engine, file: Path, hold: Hold) -> None:
    """Make the tables of a new file, or bring an older file to the present format.

    `hold` is entered with the old format for as long as a file is changed: it keeps other writers out. Raises
    `LibraryTooNew` for a file that a newer program made.
    """
    found = read_format(engine)
    if found is None:
        with _transaction(engine) as connection:
            if _format(connection) is None:  # nobody was faster
                schema.metadata.create_all(connection)
                _set_format(connection, schema.FORMAT)
    elif found > schema.FORMAT:
        raise LibraryTooNew(
            f"{file} was made by a newer version of this program (data format {found}, this one reads up to "
            f"{schema.FORMAT}): upgrade the program, then try again."
        )
    elif found < schema.FORMAT:
        with hold(found):
            _bring_up(engine)


def read_format(engine: Engine) -> int | None:
    """The format of the file, None when it has no tables yet."""
    with engine.connect() as connection:
        return _format(connection)


def _bring_up(engine: Engine) -> None:
    while True:
        with _transaction(engine) as connection:
            found = _format(connection) or schema.FORMAT
            if found >= schema.FORMAT:
                break
            STEPS[found](connection)
            _set_format(connection, found + 1)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")  # gives back what the old format took up


def _format(connection: Connection) -> int | None:
    tables = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'facts'"
    if not connection.exec_driver_sql(tables).scalar():
        return None
    number = connection.exec_driver_sql("SELECT value FROM facts WHERE name = 'format'").scalar()
    return int(number or 1)  # the first format named itself only once it held an article


def _set_format(connection: Connection, number: int) -> None:
    connection.exec_driver_sql("INSERT OR REPLACE INTO facts (name, value) VALUES ('format', ?)", (str(number),))


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction that holds changes of tables too, which the driver would otherwise commit by themselves."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:  # Ctrl-C too: the file stays in its old format, the error goes on
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")
