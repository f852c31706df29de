"""From format 2 to 3: what is told from each text besides its passages, namely language, notice, sketch and story."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from assistant.corpus.copies import bands
from assistant.corpus.corrections import Kind, find_notices
from assistant.corpus.readers.language import language_of
from assistant.corpus.stories import Grouping, Member
from assistant.library.days import int_to_day

_ROWS = 500  # changed at a time
_NEIGHBOURS = 8  # texts with a band in common that a text is compared with; copies of a copy are joined by it

_NEW_VERSIONS = """
CREATE TABLE new_versions (
    id INTEGER NOT NULL PRIMARY KEY, article VARCHAR(10) NOT NULL, version INTEGER NOT NULL, state VARCHAR(10) NOT NULL,
    source TEXT NOT NULL, title TEXT NOT NULL, outlet TEXT NOT NULL, published INTEGER, authors TEXT NOT NULL,
    url TEXT NOT NULL, text_hash VARCHAR(64) NOT NULL, updated INTEGER, language VARCHAR(2) NOT NULL, taken INTEGER,
    story VARCHAR(10) NOT NULL, notice_kind VARCHAR(20) NOT NULL, notice TEXT NOT NULL, sentence_ends BLOB NOT NULL,
    text BLOB NOT NULL
)"""
_OLD = "id, article, version, state, source, title, outlet, published, authors, url, text_hash, sentence_ends, text"
_INTO_NEW = "INSERT INTO new_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, NULL, ?, ?, ?, ?, ?)"
_INTO_PLACE = (
    "DROP TABLE versions",
    "ALTER TABLE new_versions RENAME TO versions",
    "CREATE UNIQUE INDEX versions_by_article ON versions (article, version)",
    "CREATE INDEX versions_by_text ON versions (text_hash)",
    "CREATE INDEX versions_by_state ON versions (state)",
    "CREATE INDEX versions_by_story ON versions (story)",
    "CREATE INDEX bands_by_version ON bands (version)",
)
_BANDS = """
CREATE TABLE bands (
    band INTEGER NOT NULL, value BIGINT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (band, value, version)
) WITHOUT ROWID"""
_NEWEST = "SELECT max(id) FROM versions WHERE state != 'replaced' GROUP BY article"
_MEMBERS = (
    "SELECT id, article, title, outlet, published, text_hash FROM versions WHERE id IN (SELECT version FROM bands)"
)


def sketch(connection: Connection) -> None:
    """Tell language, notice and sketch from the stored texts, and put the articles together into stories."""
    connection.exec_driver_sql(_BANDS)
    connection.exec_driver_sql(_NEW_VERSIONS)
    newest = set(connection.exec_driver_sql(_NEWEST).scalars())
    for rows in _batches(connection):
        connection.exec_driver_sql(_INTO_NEW, [_with_what_is_told(row) for row in rows])
        places = [place for row in rows if row[0] in newest for place in _places(row)]
        if places:
            connection.exec_driver_sql("INSERT INTO bands VALUES (?, ?, ?)", places)
    for statement in _INTO_PLACE:
        connection.exec_driver_sql(statement)
    _group(connection)


def _batches(connection: Connection) -> Iterator[Sequence[Any]]:
    query = f"SELECT {_OLD} FROM versions WHERE id > ? ORDER BY id LIMIT {_ROWS}"  # noqa: S608  # our words
    last = 0
    while rows := connection.exec_driver_sql(query, (last,)).all():
        yield rows
        last = rows[-1][0]


def _with_what_is_told(row: Any) -> tuple[Any, ...]:
    text = _unpacked(row[-1])
    notices = find_notices(text)
    gravest = min(notices, key=lambda notice: list(Kind).index(notice.kind), default=None)
    notice = ("", "") if gravest is None else (str(gravest.kind), " ".join(text[gravest.start : gravest.end].split()))
    return (*row[:11], language_of(text), row[1], *notice, *row[11:])


def _places(row: Any) -> list[tuple[int, int, int]]:
    return [(band, value, row[0]) for band, value in enumerate(bands(_unpacked(row[-1])))]


def _unpacked(text: bytes) -> str:
    return zlib.decompress(text).decode("utf-8")


def _group(connection: Connection) -> None:
    members, articles = {}, {}
    for row, article, title, outlet, published, text_hash in connection.exec_driver_sql(_MEMBERS):
        articles[row] = article
        members[row] = Member(
            row=row, story=article, title=title, outlet=outlet, published=int_to_day(published), text_hash=text_hash
        )
    grouping = Grouping(lambda row: _unpacked(_text(connection, row)), members.values())
    for one, other in _pairs(connection):
        grouping.compare(members[one], members[other])
    changes = [(story, row) for row, article in articles.items() if (story := grouping.story(article)) != article]
    if changes:
        connection.exec_driver_sql("UPDATE versions SET story = ? WHERE id = ?", changes)


def _pairs(connection: Connection) -> set[tuple[int, int]]:
    """Each text with those that come next after it among the texts with the same band."""
    found: set[tuple[int, int]] = set()
    place: tuple[int, int] | None = None
    before: list[int] = []
    for band, value, row in connection.exec_driver_sql("SELECT * FROM bands ORDER BY band, value, version").all():
        before = before[-_NEIGHBOURS:] if place == (band, value) else []
        place = (band, value)
        found.update((other, row) for other in before)
        before.append(row)
    return found


def _text(connection: Connection, row: int) -> bytes:
    text: bytes = connection.exec_driver_sql("SELECT text FROM versions WHERE id = ?", (row,)).scalar_one()
    return text
