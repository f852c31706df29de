"""Connections to a PostgreSQL server: how long they wait, and its faults as errors that say what to do.

A server that is gone and one that stands still must both end in an error in time. The server itself stops a statement
that takes too long; one that stands still cannot, so the client waits a little longer and then closes the connection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from assistant.errors import DatabaseUnreachable, LibraryError
from assistant.library.disk import AGAIN, FORBIDDEN
from assistant.places import DatabasePlace

_CONNECT_S = 5
_LONGER_S = 2.0  # that the client waits after the server should have stopped a statement
_READERS = 4  # connections kept open for reading
_OLDEST = 13  # version of the server
_CLIENT_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
_SERVER_KEEPALIVE = {
    "tcp_keepalives_idle": 10,  # seconds; by default a client cut off would keep the writer's lock for two hours
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}
_UNREACHABLE = (
    "The database {} cannot be reached ({}). See that its server runs, and that host, user and password are right "
    "(PGPASSWORD or PGPASSFILE), " + AGAIN
)
# Beginnings of codes, the longest first: https://www.postgresql.org/docs/current/errcodes-appendix.html
_FAULTS = {
    "57014": "The database {} did not answer in time. Try again, or give it longer: assistant config timeout SECONDS",
    "53100": f"The disk of the database {{}} is full. Make space on its server, {AGAIN}",
    "25006": FORBIDDEN.replace("another folder", "another library"),
    "42501": "The database {} refuses this to its user. Give the user the rights, or make the library as another one.",
    "3F000": "The database {} has no such schema, and none can be made. Name another one, or make it there.",
    "55P03": "The database {} is being changed by another process. Wait until it is done, then try again.",
    "53": f"The server of the database {{}} has no room for this (connections, memory). Wait, {AGAIN}",
    "XX": "The database {} reports that its data is damaged. Restore it from a backup.",
}
_SILENT = "it did not answer in time"
_MISSING = re.compile(r'database "[^"]*" does not exist')


class ServerSilent(DatabaseUnreachable):
    """It takes what is sent and says nothing: asking again would only wait once more."""


class WatchedConnection(psycopg.Connection[Any]):
    """A connection that gives up on a server which says nothing for longer than it may."""

    patience_s = 60.0

    def cursor(self, *arguments: Any, **named: Any) -> Any:
        """Return a cursor that takes results as they are stored: a vector in hexadecimal is twice as long."""
        cursor = super().cursor(*arguments, **named)
        cursor.format = psycopg.pq.Format.BINARY
        return cursor

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Drive what talks with the server; close the connection when the server stays silent."""
        try:
            return super().wait(gen, interval, timeout=self.patience_s if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if error.sqlstate is None and not self.closed:  # it says nothing: what it does is not known
                self.close()
                raise psycopg.OperationalError(_SILENT) from None
            raise


def open_reads(place: DatabasePlace, timeout_s: float) -> Engine:
    """An engine whose statements each stand for themselves: no BEGIN and ROLLBACK around every read."""
    options = {
        "poolclass": QueuePool,
        "pool_size": _READERS,
        "pool_timeout": timeout_s,
        "isolation_level": "AUTOCOMMIT",
    }
    return _engine(place, timeout_s, **options)


def open_writes(place: DatabasePlace, timeout_s: float) -> Engine:
    """An engine that keeps no connection: a closed one lets go of its locks."""
    return _engine(place, timeout_s, poolclass=NullPool)


def check_server(engine: Engine, place: DatabasePlace) -> str:
    """Return the server and its version. Raises `LibraryError` for one that cannot hold a library."""
    with engine.connect() as connection:
        version, number, encoding = connection.exec_driver_sql(
            "SELECT current_setting('server_version'), current_setting('server_version_num'), "
            "current_setting('server_encoding')"
        ).one()
    if int(number) < _OLDEST * 10_000:
        raise LibraryError(f"The database {place} is on PostgreSQL {version}; {_OLDEST} or later is needed.")
    if encoding != "UTF8":
        raise LibraryError(
            f"The database {place} is in {encoding}, and a library needs UTF-8. Make another one: {_createdb(place)}"
        )
    return f"PostgreSQL {version.split()[0]}"


def copy_in(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store whole rows of a table by COPY, which takes a third of the time that INSERT takes."""
    columns, dialect = list(table.columns), connection.dialect
    stored = [column.type.bind_processor(dialect) or _as_it_is for column in columns]
    names = ", ".join(dialect.identifier_preparer.quote(column.name) for column in columns)
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copying:  # names of our own
        for row in rows:
            copying.write_row([store(row[column.name]) for column, store in zip(columns, stored, strict=True)])


def _as_it_is(value: Any) -> Any:
    return value


def _engine(place: DatabasePlace, timeout_s: float, **options: Any) -> Engine:
    settings = {**_SERVER_KEEPALIVE, "statement_timeout": round(timeout_s * 1000), "client_encoding": "UTF8"}
    if place.schema:
        settings["search_path"] = place.schema
    given: dict[str, Any] = {
        **_CLIENT_KEEPALIVE,
        **place.options,
        "dbname": place.database,
        "connect_timeout": _CONNECT_S,
        "application_name": "assistant",
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
    }
    if place.has_password:
        given["password"] = place.password()

    def connect() -> psycopg.Connection[Any]:
        connection = WatchedConnection.connect(**given)
        connection.patience_s = timeout_s + _LONGER_S
        return connection

    engine = create_engine(
        "postgresql+psycopg://", creator=connect, hide_parameters=True, use_native_hstore=False, **options
    )
    event.listen(engine, "handle_error", lambda context: _named(place, context), retval=True)
    return engine


def _named(place: DatabasePlace, context: Any) -> LibraryError | None:
    """The error to raise for a fault of the server; None for a mistake in a statement, which stays as it is."""
    original = context.original_exception
    if not isinstance(original, psycopg.Error):
        return None
    code = original.sqlstate or ""
    lines = [line for line in str(original).splitlines() if line.strip() and not line.startswith("\t")]
    said = re.split(r"failed: |FATAL: ", lines[0])[-1].strip() if lines else "no answer"
    if _MISSING.search(said):
        return LibraryError(f"The server has no database for {place}. Make it: {_createdb(place)}")
    if code.startswith(("08", "57P")) or (not code and isinstance(original, psycopg.OperationalError)):
        named = ServerSilent if said == _SILENT else DatabaseUnreachable
        return named(_UNREACHABLE.format(place, said))
    fault = next((text for start, text in _FAULTS.items() if code.startswith(start)), None)
    return LibraryError(fault.format(place)) if fault else None


def _createdb(place: DatabasePlace) -> str:
    at = "".join(f" --{name}={place.options[name]}" for name in ("host", "port") if name in place.options)
    owner = f" --owner={place.options['user']}" if "user" in place.options else ""
    return f"createdb{at}{owner} --encoding=UTF8 --locale=C --template=template0 {place.database}"
