"""The catalog in one schema of a PostgreSQL database, which several hosts may read and one process at a time writes.

The writer's lock is an advisory lock on the one connection that writes: a transaction there cannot be committed once
the lock is gone, since both end with the connection. What concerns the indexes is logged in the transaction that
changes it, for the hosts that keep indexes of their own.
"""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Text,
    any_,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.types import TypeEngine

from assistant.errors import DatabaseUnreachable, LibraryError, LibraryLocked, missing
from assistant.library import migrations, schema
from assistant.library.catalog import SEARCHABLE, Embedded, IndexChanges, StoredPassage
from assistant.library.disk import PATIENCE_S
from assistant.library.migrations import Hold, has_tables
from assistant.library.postgres_connection import ServerSilent, check_server, copy_in, open_reads, open_writes
from assistant.library.schema import INFO_COLUMNS, PASSAGE_COLUMNS, info_of, passage_of
from assistant.library.sql_catalog import SqlCatalog
from assistant.places import DatabasePlace

T = TypeVar("T")

_ID, _WRITER = "library_id", "writer"  # facts: what the library is called everywhere; who writes to it, since when
_KEPT = "7 days"  # that a change stays in the log, for hosts that were away
_RANDOM_BITS = 20  # of a stamp, the last ones
_AGAIN_S = 0.05  # between two tries to take the lock

_log = MetaData()
_changes = Table(
    "changes",  # what the indexes of each host have to follow, one row a transaction
    _log,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # in the order of commit, see `_next_stamp`
    Column("versions", ARRAY(Integer), nullable=False),  # that became searchable
    Column("left", ARRAY(BigInteger), nullable=False),  # passages that left
    Column("purged", Boolean, nullable=False),  # texts were deleted for good
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
_c, _p, _e = _changes.c, schema.passages.c, schema.embeddings.c
_SEARCHABLE = (
    select(*PASSAGE_COLUMNS, *INFO_COLUMNS)
    .join_from(schema.passages, schema.versions, _p.version == schema.versions.c.id)
    .where(schema.versions.c.state == SEARCHABLE)
)
_ARRAYS: dict[type, type[TypeEngine[Any]]] = {int: BigInteger, str: Text, bytes: LargeBinary}
_newest = select(func.coalesce(func.max(_c.id), 0))


class DatabaseWriterLock:
    """`WriterLock` on a connection of its own, which is the one that writes as long as the lock is held."""

    def __init__(self, engine: Engine, reads: Engine, place: DatabasePlace) -> None:
        """Nothing is locked yet."""
        self._engine = engine
        self._reads = reads
        self._place = place
        self._using = threading.RLock()
        self._held: Connection | None = None
        name = f"assistant library {place.schema or 'public'}"
        self.key = int.from_bytes(hashlib.sha256(name.encode("ascii")).digest()[:8], "big", signed=True)

    @property
    def is_held(self) -> bool:
        """Whether this process holds it."""
        return self._held is not None

    @contextmanager
    def held(self, wait_s: float = PATIENCE_S) -> Iterator[None]:
        """Hold the lock; within one process it may be taken again inside. Raises `LibraryLocked` if it stays taken."""
        if self._held is not None:
            yield
            return
        with self._engine.connect() as connection:
            self._acquire(connection, wait_s)
            self._held = connection
            try:
                self._say_who()
                yield
            finally:
                with suppress(LibraryError), self._using:  # closing the connection lets go of it, too
                    if not connection.invalidated:
                        connection.rollback()
                        connection.execute(select(func.pg_advisory_unlock(self.key)))
                self._held = None

    def is_held_elsewhere(self) -> bool:
        """Whether another process writes at this moment, here or on another host."""
        if self._held is not None:
            return False
        with self._reads.connect() as connection:
            return bool(connection.scalar(_IS_HELD, _halves(self.key)))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction, under the lock where this process holds it."""
        with self._using:
            if self._held is None:
                with self._engine.begin() as connection:
                    yield connection
                return
            if self._held.invalidated:  # another connection would write without the lock
                raise DatabaseUnreachable(
                    f"The connection to the database {self._place} was lost, and with it the writer's lock. Run the "
                    "same command again: nothing that was recorded is lost."
                )
            with self._held.begin():
                yield self._held

    def _acquire(self, connection: Connection, wait_s: float) -> None:
        end = time.monotonic() + wait_s
        while True:
            taken = connection.scalar(select(func.pg_try_advisory_lock(self.key)))
            connection.commit()  # the lock is the session's, not the transaction's
            if taken:
                return
            if time.monotonic() >= end:
                raise LibraryLocked(
                    f"Another process{self._holder()} is writing to the library {self._place}. "
                    "Wait until it is done, or stop it, then try again."
                )
            time.sleep(_AGAIN_S)

    def _say_who(self) -> None:
        who = f"process {os.getpid()} on {platform.node()}, since {time.strftime('%Y-%m-%d %H:%M:%S')}"
        with self.transaction() as connection:
            statement = upsert(schema.facts).values(name=_WRITER, value=who)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": who}))

    def _holder(self) -> str:
        with self._reads.connect() as connection:
            found = connection.scalar(select(schema.facts.c.value).where(schema.facts.c.name == _WRITER))
        return f" ({found})" if found else ""


_IS_HELD = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
    "AND classid = CAST(:high AS bigint)::oid AND objid = CAST(:low AS bigint)::oid "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)


def _halves(key: int) -> dict[str, int]:
    """The two 32-bit numbers by which the server lists an advisory lock."""
    return {"high": key >> 32 & 0xFFFFFFFF, "low": key & 0xFFFFFFFF}


class PostgresCatalog(SqlCatalog):
    """A `Catalog` in a database."""

    def __init__(self, place: DatabasePlace, timeout_s: float) -> None:
        """Nothing is asked yet; `timeout_s` is how long one statement may take."""
        super().__init__(open_reads(place, timeout_s), upsert)
        self._place = place
        self._writes = open_writes(place, timeout_s)
        self.writer = DatabaseWriterLock(self._writes, self._engine, place)
        self._version = ""

    def prepare(self, hold: Hold, *, create: bool) -> None:
        """See that a library is there, making its tables when `create` allows it.

        Raises `LibraryMissing`, `DatabaseUnreachable`, `LibraryTooNew`, `LibraryOutdated`, or `LibraryError` for a
        server that cannot hold a library.
        """
        self._version = check_server(self._engine, self._place)
        if not create and not self._read(has_tables):
            raise missing(self._place)
        migrations.prepare(self._engine, self._place, hold, transaction=self._changing_tables, tidy=lambda _: None)
        if self.fact(_ID) is None:
            self.swap_fact(_ID, None, secrets.token_hex(8))

    @contextmanager
    def _changing_tables(self, _: Engine) -> Iterator[Connection]:
        """One transaction in which no other process makes or changes the tables."""
        with self.writer.transaction() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self.writer.key + 1})
            if self._place.schema:
                connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {self._place.schema}"))  # a checked name
            _log.create_all(connection)
            yield connection

    @property
    def id(self) -> str:
        """What this library is called on every host, 16 hexadecimal digits."""
        return self.fact(_ID) or ""

    # -- reading

    def _read(self, work: Callable[[Connection], T]) -> T:
        """What `work` reads; once more over a new connection when the server closed this one, e.g. to start anew."""
        try:
            return super()._read(work)
        except ServerSilent:
            raise
        except DatabaseUnreachable:
            return super()._read(work)

    def searchable_passages(self, passage_ids: Sequence[int]) -> dict[int, StoredPassage]:
        # In one query, unlike on a file: the way to the server costs more than an article that comes twice.
        return {stored.passage_id: stored for stored in _passages(self._rows(_SEARCHABLE, _p.key, passage_ids))}

    def embedded(self, embedder: str, passage_ids: Sequence[int]) -> tuple[list[StoredPassage], Embedded]:
        """Those of `searchable_passages` with vectors, in one query."""
        is_its = (_e.text_hash == _p.text_hash) & (_e.embedder == embedder)
        query = _SEARCHABLE.add_columns(_e.vector, _e.sentences).join(schema.embeddings, is_its).order_by(_p.key)
        rows = self._rows(query, _p.key, passage_ids)
        return _passages(rows), {row.hash: (row.vector, row.sentences) for row in rows}

    def _rows(self, query: Select[Any], column: ColumnElement[Any], values: Sequence[Any]) -> Sequence[Any]:
        if not values:
            return []
        among = literal(list(values), ARRAY(_ARRAYS[type(values[0])]))  # one statement, however many they are
        return self._all(query.where(column == any_(among)))

    # -- the log of what the indexes have to follow

    def stamp(self) -> int:
        number: int = self._scalar(_newest)
        return number

    def new_stamp(self) -> int:
        return self.stamp()

    def knows_stamp(self, number: int) -> bool:
        """Whether it is in the log: one that was trimmed away, or of another history, is not."""
        return bool(self._scalar(select(func.count()).where(_c.id == number))) or number == self.stamp() == 0

    def changes_since(self, stamp: int) -> IndexChanges | None:
        rows = self._all(select(_c.versions, _c.left, _c.purged).where(_c.id > stamp).order_by(_c.id))
        versions = dict.fromkeys(id_ for row in rows for id_ in row.versions)
        left = dict.fromkeys(key for row in rows for key in row.left)
        return IndexChanges(tuple(versions), tuple(left), any(row.purged for row in rows))

    def lag(self, stamp: int) -> tuple[int, float]:
        age = func.coalesce(func.extract("epoch", func.now() - func.min(_c.at)), 0)
        counted = select(func.count(), age).where(_c.id > stamp)
        count, seconds = self._read(lambda connection: connection.execute(counted).one())
        return count, float(seconds)

    def _transaction(self) -> Any:
        return self.writer.transaction()

    def _dropped(self, connection: Connection, version_ids: Sequence[int]) -> list[int]:
        gone = delete(schema.passages).where(_p.version.in_(version_ids)).returning(_p.key)
        return list(connection.scalars(gone)) if version_ids else []

    def _log(
        self, connection: Connection, version_ids: Sequence[int], left: Sequence[int], *, purged: bool = False
    ) -> None:
        newest: int = connection.scalar(_newest) or 0
        values = {"id": _next_stamp(newest), "versions": list(version_ids), "left": list(left), "purged": purged}
        connection.execute(delete(_changes).where(_c.at < func.now() - text(f"interval '{_KEPT}'"), _c.id < newest))
        connection.execute(insert(_changes), values)

    def _put(self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        copy_in(connection, table, rows)
        if table is schema.versions:  # those that follow are numbered after them
            last = select(func.max(schema.versions.c.id)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))

    # -- the database behind it

    @property
    def name(self) -> str:
        return "the database"

    def server(self) -> str:
        return f"{self._version} at {self._place.server}"

    def size(self) -> int:
        tables = [*schema.metadata.tables, *_log.tables]
        sizes = (func.pg_total_relation_size(func.to_regclass(name)) for name in tables)
        return int(sum(self._all(select(*(func.coalesce(size, 0) for size in sizes)))[0]))

    def revision(self) -> int:
        return self.stamp()

    def fault(self) -> str:
        try:
            self.stamp()
        except LibraryError as error:
            return str(error)
        return ""

    def flush(self) -> None:
        """Nothing: the server brings its log into place by itself."""

    def close(self) -> None:
        self._engine.dispose()
        self._writes.dispose()


def _passages(rows: Sequence[Any]) -> list[StoredPassage]:
    infos = {row.version_id: info_of(row) for row in {row.version_id: row for row in rows}.values()}
    return [passage_of(row, infos[row.version_id]) for row in rows]


def _next_stamp(newest: int) -> int:
    """The number of the next change. Its last bits are random: the one after a restored backup is not taken for it."""
    return ((newest >> _RANDOM_BITS) + 1 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
