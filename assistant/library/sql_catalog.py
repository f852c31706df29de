"""Writing the catalog into a SQL database, in statements that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, update

from assistant.library import schema
from assistant.library.catalog import (
    COPIED,
    PENDING,
    PURGE,
    REMOVED,
    REPLACED,
    SEARCHABLE,
    IndexChanges,
    NewVersion,
    chunks,
)
from assistant.library.index import day_to_int
from assistant.library.packing import CachedVectors
from assistant.library.schema import PRESENT, label_columns, notice_columns, passage_columns, version_columns
from assistant.library.sql_reader import SqlReader, older_versions
from assistant.library.story_index import StoryIndex
from assistant.records import Article

_STAMP = "index_stamp"  # the fact that numbers the last consistency marker (see `disk.MarkerFile`)

_v, _p, _e = schema.versions.c, schema.passages.c, schema.embeddings.c


class SqlCatalog(SqlReader):
    """A `Catalog`, but for what is particular to a database: `sqlite_catalog` adds that."""

    def __init__(self, engine: Engine, upsert: Callable[[Table], Any]) -> None:
        """`upsert` is the database's own INSERT, which can say what is done on a conflict."""
        super().__init__(engine)
        self._upsert = upsert

    def set_facts(self, facts: Mapping[str, str]) -> None:
        with self._transaction() as connection:
            self._set_facts(connection, facts)
            if "embedder" in facts:
                self._log(connection, [], [])

    def swap_fact(self, name: str, old: str | None, new: str) -> bool:
        with self._transaction() as connection:
            if old is None:
                change = self._upsert(schema.facts).values(name=name, value=new).on_conflict_do_nothing()
            else:
                is_old = (schema.facts.c.name == name) & (schema.facts.c.value == old)
                change = update(schema.facts).where(is_old).values(value=new)
            return connection.execute(change.returning(schema.facts.c.name)).first() is not None

    def record(self, new: Sequence[NewVersion]) -> None:
        with self._transaction() as connection:
            numbers = _last_numbers(connection, [version.article.id for version in new])
            values = []
            for version in new:
                number = numbers[version.article.id] = numbers.get(version.article.id, 0) + 1
                values.append(version_columns(version, number))
            inserted = insert(schema.versions).returning(_v.id, sort_by_parameter_order=True)
            _store_passages(connection, dict(zip(connection.scalars(inserted, values), new, strict=True)))

    def relabel(self, version_id: int, article: Article) -> None:
        with self._transaction() as connection:
            values = label_columns(article) | notice_columns(article) | {"state": PENDING}
            connection.execute(update(schema.versions).where(_v.id == version_id).values(values))
            StoryIndex(connection).relabel([version_id])

    def mark_searchable(self, version_ids: Sequence[int]) -> None:
        with self._transaction() as connection:
            left: list[int] = []
            for part in chunks(version_ids):
                old = list(connection.scalars(older_versions(part)))
                left += self._dropped(connection, old)
                replaced = {"state": REPLACED, "story": _v.article}
                connection.execute(update(schema.versions).where(_v.id.in_(old)).values(replaced))
                connection.execute(update(schema.versions).where(_v.id.in_(part)).values(state=SEARCHABLE))
            self._log(connection, version_ids, left)

    def remove(self, article_ids: Sequence[str], *, forget: bool = False) -> list[int]:
        with self._transaction() as connection:
            if forget:
                self._overwrite_what_is_deleted(connection)
            passage_ids = _take_out(connection, article_ids)
            if forget:
                _delete_texts(connection, article_ids)
                self._set_facts(connection, {PURGE: "wanted"})
            self._log(connection, [], passage_ids, purged=forget)
        return passage_ids

    def restore(self, versions: Mapping[int, NewVersion]) -> None:
        with self._transaction() as connection:
            for part in chunks(list(versions)):
                pending = {"state": PENDING, "removed": None}
                connection.execute(update(schema.versions).where(_v.id.in_(part)).values(pending))
            _store_passages(connection, versions)

    def cache(self, embedder: str, vectors: Mapping[bytes, CachedVectors]) -> None:
        values = [
            {"embedder": embedder, "text_hash": key, "vector": vector, "sentences": sentences}
            for key, (vector, sentences) in vectors.items()
        ]
        if values:
            with self._transaction() as connection:
                connection.execute(self._upsert(schema.embeddings).on_conflict_do_nothing(), values)

    def put_rows(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        with self._transaction() as connection:
            self._put(connection, schema.metadata.tables[table], rows)

    def clear(self) -> None:
        with self._transaction() as connection:
            for name in COPIED:
                connection.execute(delete(schema.metadata.tables[name]))

    def stamp(self) -> int:
        return int(self.fact(_STAMP) or 0)

    def new_stamp(self) -> int:
        number = self.stamp() + 1
        self.set_facts({_STAMP: str(number)})
        return number

    def knows_stamp(self, number: int) -> bool:
        return number <= self.stamp()

    def changes_since(self, stamp: int) -> IndexChanges | None:  # noqa: ARG002  # a database of one process keeps no log
        return None

    def lag(self, stamp: int) -> tuple[int, float]:  # noqa: ARG002  # a file is never behind
        return 0, 0.0

    def _transaction(self) -> AbstractContextManager[Connection]:
        """One transaction of the writer."""
        return self._engine.begin()

    def _dropped(self, connection: Connection, version_ids: Sequence[int]) -> list[int]:
        """Delete the passages of versions; returns their ids where `_log` wants them."""
        connection.execute(delete(schema.passages).where(_p.version.in_(version_ids)))
        return []

    def _log(
        self, connection: Connection, version_ids: Sequence[int], left: Sequence[int], *, purged: bool = False
    ) -> None:
        """Log, where other hosts follow, that versions became searchable and passages have to leave the indexes."""

    def _set_facts(self, connection: Connection, facts: Mapping[str, str]) -> None:
        for name, value in facts.items():
            statement = self._upsert(schema.facts).values(name=name, value=value)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def _put(self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store rows of another catalog as they are."""
        connection.execute(insert(table), list(map(dict, rows)))

    def _overwrite_what_is_deleted(self, connection: Connection) -> None:
        """Have the database write over what is deleted in this transaction, where it can."""


def _last_numbers(connection: Connection, article_ids: Sequence[str]) -> dict[str, int]:
    """For each of these articles that is known, the number of its newest version."""
    newest = select(_v.article, func.max(_v.version)).group_by(_v.article)
    found: dict[str, int] = {}
    for part in chunks(article_ids):
        found.update((row[0], row[1]) for row in connection.execute(newest.where(_v.article.in_(part))))
    return found


def _store_passages(connection: Connection, versions: Mapping[int, NewVersion]) -> None:
    """Store the passages and bands of versions, by their ids."""
    rows = [row for version_id, version in versions.items() for row in passage_columns(version, version_id)]
    # A page that was changed back has passages with the ids of its older version: they move to the new one.
    for passage_ids in chunks([row["key"] for row in rows]):
        connection.execute(delete(schema.passages).where(_p.key.in_(passage_ids)))
    if rows:
        connection.execute(insert(schema.passages), rows)
    StoryIndex(connection).add({version_id: version.bands for version_id, version in versions.items()})


def _take_out(connection: Connection, article_ids: Sequence[str]) -> list[int]:
    """Mark what is present of these articles as removed; returns the ids of their passages."""
    present = select(_v.id).where(PRESENT)
    ids = [id_ for part in chunks(article_ids) for id_ in connection.scalars(present.where(_v.article.in_(part)))]
    StoryIndex(connection).remove(ids)
    passage_ids: list[int] = []
    for part in chunks(ids):
        passage_ids += connection.scalars(select(_p.key).where(_p.version.in_(part)))
        connection.execute(delete(schema.passages).where(_p.version.in_(part)))
        values = {"state": REMOVED, "story": _v.article, "removed": day_to_int(date.today())}
        connection.execute(update(schema.versions).where(_v.id.in_(part)).values(values))
    return passage_ids


def _delete_texts(connection: Connection, article_ids: Sequence[str]) -> None:
    """Delete all versions of these articles, and the embeddings that no passage needs.

    Every embedding is looked at, not those of the deleted passages alone: earlier versions of an article have no
    passages any more, and theirs must go too.
    """
    for part in chunks(article_ids):
        connection.execute(delete(schema.versions).where(_v.article.in_(part)))
    connection.execute(delete(schema.embeddings).where(_e.text_hash.not_in(select(_p.text_hash))))
