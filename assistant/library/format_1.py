"""From format 1 to 2: texts compressed, passages with one byte a number instead of two, sentences with half a one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection

from assistant.library.packing import pack_passages, pack_sentences

_ROWS = 500  # changed at a time

# The type of a column can't be changed: the table is made anew.
_NEW_VERSIONS = """
CREATE TABLE new_versions (
    id INTEGER NOT NULL PRIMARY KEY, article VARCHAR(10) NOT NULL, version INTEGER NOT NULL, state VARCHAR(10) NOT NULL,
    source TEXT NOT NULL, title TEXT NOT NULL, outlet TEXT NOT NULL, published INTEGER, authors TEXT NOT NULL,
    url TEXT NOT NULL, text_hash VARCHAR(64) NOT NULL, sentence_ends BLOB NOT NULL, text BLOB NOT NULL
)"""
_INTO_NEW = "INSERT INTO new_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INTO_PLACE = (
    "DROP TABLE versions",
    "ALTER TABLE new_versions RENAME TO versions",
    "CREATE UNIQUE INDEX versions_by_article ON versions (article, version)",
    "CREATE INDEX versions_by_text ON versions (text_hash)",
    "CREATE INDEX versions_by_state ON versions (state)",
)


def compact(connection: Connection) -> None:
    """Compress the texts, and pack the vectors more tightly."""
    connection.exec_driver_sql(_NEW_VERSIONS)
    columns = "article, version, state, source, title, outlet, published, authors, url, text_hash, sentence_ends, text"
    for rows in _batches(connection, "versions", columns):
        compressed = [(*row[:-1], zlib.compress(row[-1].encode("utf-8"))) for row in rows]
        connection.exec_driver_sql(_INTO_NEW, compressed)
    for statement in _INTO_PLACE:
        connection.exec_driver_sql(statement)
    for rows in _batches(connection, "embeddings", "vector, sentences"):
        packed = [(*_packed(vector, sentences), row) for row, vector, sentences in rows]
        connection.exec_driver_sql("UPDATE embeddings SET vector = ?, sentences = ? WHERE rowid = ?", packed)


def _batches(connection: Connection, table: str, columns: str) -> Iterator[Sequence[Any]]:
    """All rows of a table, each with its rowid before the columns asked for."""
    query = f"SELECT rowid, {columns} FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT {_ROWS}"  # noqa: S608  # our words
    last = 0
    while rows := connection.exec_driver_sql(query, (last,)).all():
        yield rows
        last = rows[-1][0]


def _packed(vector: bytes, sentences: bytes | None) -> tuple[bytes, bytes | None]:
    """float16 numbers and rows of int8, as the first format had them, in the form of the second."""
    passage = np.frombuffer(vector, dtype="<f2").astype(np.float32)
    packed = pack_passages(passage[np.newaxis]).tobytes()
    if sentences is None:
        return packed, None
    rows = np.frombuffer(sentences, dtype=np.int8).reshape(-1, len(passage)).astype(np.float32)
    return packed, pack_sentences(rows).tobytes()
