"""From format 3 to 4: MiniLM's sentence vectors in half as many numbers, and the day when an article was removed.

The directions in `minilm_narrow` and the packed form of sentences never change: a test holds on to both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from assistant.library.embedders import minilm_narrow
from assistant.library.packing import pack_sentences, unpack_rows

_ROWS = 2000  # changed at a time
_DIMENSION = 384
_OF_MINILM = "embedder LIKE 'minilm-l6-v2/%' AND sentences IS NOT NULL"


def narrow(connection: Connection) -> None:
    """Narrow the sentence vectors; nothing vouches any more for the vector index, whose own are too wide by now."""
    connection.exec_driver_sql("UPDATE facts SET value = CAST(value AS INTEGER) + 1 WHERE name = 'index_stamp'")
    connection.exec_driver_sql("ALTER TABLE versions ADD COLUMN removed INTEGER")
    connection.exec_driver_sql("ALTER TABLE versions ADD COLUMN outlet_given INTEGER")
    for rows in _batches(connection):
        narrowed = [(_narrowed(sentences), row) for row, sentences in rows]
        connection.exec_driver_sql("UPDATE embeddings SET sentences = ? WHERE rowid = ?", narrowed)


def _batches(connection: Connection) -> Iterator[Sequence[Any]]:
    query = f"SELECT rowid, sentences FROM embeddings WHERE {_OF_MINILM} AND rowid > ? ORDER BY rowid LIMIT {_ROWS}"  # noqa: S608  # our words
    last = 0
    while rows := connection.exec_driver_sql(query, (last,)).all():
        yield rows
        last = rows[-1][0]


def _narrowed(sentences: bytes) -> bytes:
    return pack_sentences(minilm_narrow.narrow(unpack_rows(sentences, _DIMENSION))).tobytes()
