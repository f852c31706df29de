"""The data format of the catalog, and the steps that bring a file of an earlier format to the present one.

To change the format: change the tables in `schema`, and append to `STEPS` the step that leads from the old format to
the new one, with a test that brings a file of the old format up and compares its tables with those of a new file. Each
step runs in one transaction together with the new format's number, so a crash leaves the file in one format or the
other. A step is written against the tables as they were, in SQL of its own: `schema` goes on changing, a step never
does.

Format 1 is that of the first release. Development versions before it wrote other formats, numbered in a fact of
another name, so a file without `FACT` is one of theirs: it is refused and has to be built again from its sources.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection, Engine, inspect, select, update
from sqlalchemy import insert as insert_row

from assistant.errors import LibraryOutdated, LibraryTooNew
from assistant.library import schema
from assistant.library.database import give_back_space, table_transaction

Step = Callable[[Connection], None]
Hold = Callable[[int], AbstractContextManager[None]]  # given the old format, keeps other writers out

STEPS: Sequence[Step] = ()  # the first one leads from format 1 to 2, and so on
DATA_FORMAT = 1 + len(STEPS)
FACT = "data_format"  # the fact that holds the number

_number = select(schema.facts.c.value).where(schema.facts.c.name == FACT)


def prepare(
    engine: Engine,
    place: object,
    hold: Hold,
    steps: Sequence[Step] = STEPS,
    *,
    transaction: Callable[[Engine], AbstractContextManager[Connection]] = table_transaction,
    tidy: Callable[[Engine], None] = give_back_space,
) -> None:
    """Make the tables of a new file or database, or bring an older one to the present format.

    `place` is what messages call it. `hold` is entered with the old format for as long as it is changed: it keeps other
    writers out. Raises `LibraryTooNew` or `LibraryOutdated` for one that this program cannot read.
    """
    present = 1 + len(steps)
    with engine.connect() as connection:
        is_new = not has_tables(connection)
        found = None if is_new else _format(connection)
    if is_new:
        with transaction(engine) as connection:
            if not has_tables(connection):  # no other process was faster
                schema.metadata.create_all(connection)
                connection.execute(insert_row(schema.facts), {"name": FACT, "value": str(present)})
        return
    refuse_unreadable(found, place, present)
    if found is not None and found < present:
        with hold(found):
            _bring_up(engine, steps, transaction)
        tidy(engine)


def refuse_unreadable(found: int | None, place: object, present: int = DATA_FORMAT) -> None:
    """Raise `LibraryTooNew` or `LibraryOutdated` unless a file of the format `found`, None without one, can be read."""
    if found is None:
        raise LibraryOutdated(
            f"{place} was made by a development version of this program, in a data format that is no longer read. "
            "Build it again from its sources: assistant ingest --library NEW-FOLDER SOURCES"
        )
    if found > present:
        raise LibraryTooNew(
            f"{place} was made by a newer version of this program (data format {found}, this one reads up to "
            f"{present}): upgrade the program, then try again."
        )


def _bring_up(
    engine: Engine, steps: Sequence[Step], transaction: Callable[[Engine], AbstractContextManager[Connection]]
) -> None:
    while True:
        with transaction(engine) as connection:
            found = _format(connection)
            if found is None or found > len(steps):
                break
            steps[found - 1](connection)
            number = update(schema.facts).where(schema.facts.c.name == FACT).values(value=str(found + 1))
            connection.execute(number)


def has_tables(connection: Connection) -> bool:
    """Whether there is a catalog, whatever its format."""
    return inspect(connection).has_table(schema.facts.name)


def _format(connection: Connection) -> int | None:
    number = connection.scalar(_number)
    return None if number is None else int(number)
