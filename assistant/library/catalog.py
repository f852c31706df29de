"""The catalog: what the library knows, in SQLite. Everything else on disk can be rebuilt from it.

An article's text is recorded as *pending* in one transaction, becomes *searchable* once its passages are in both
indexes, and *replaced* when a newer version is searchable; *removed* when a person took the article out. What a crash
left pending is finished by the next writer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, Self

from sqlalchemy import (
    Connection,
    Select,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError

from assistant.errors import LibraryError
from assistant.library import migrations, schema, stories
from assistant.library.catalog_reader import CatalogReader
from assistant.library.database import open_database
from assistant.library.days import day_to_int
from assistant.library.disk import ReadOnlyCopy
from assistant.library.migrations import Hold, Step
from assistant.library.packing import CachedVectors
from assistant.library.rows import (
    LABEL,
    KnownArticle,
    NewVersion,
    chunks,
    label_columns,
    passage_columns,
    row_label,
    version_columns,
)
from assistant.library.states import PENDING, PRESENT, REMOVED, REPLACED, SEARCHABLE
from assistant.records import Article

__all__ = ["PENDING", "REMOVED", "REPLACED", "SEARCHABLE", "Catalog"]

_v, _p, _e = schema.versions.c, schema.passages.c, schema.embeddings.c


class Catalog(CatalogReader):
    """The catalog in one SQLite file."""

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
        super().__init__(open_database(file, fixed=fixed))
        try:
            migrations.prepare(self._engine, file, hold, steps)
            self._watch = self._engine.connect()  # of its own: a connection does not notice its own writes
        except DatabaseError as error:
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
        """Let go of the file."""
        self._watch.close()
        self._engine.dispose()

    def flush(self) -> None:
        """Bring the log into the file and empty it, unless a reader still needs it."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def revision(self) -> int:
        """A number that changes whenever anybody, in this process or another, has written to the file."""
        number: int = self._watch.exec_driver_sql("PRAGMA data_version").scalar_one()
        self._watch.rollback()
        return number

    def fault(self) -> str:
        """What SQLite's own check finds wrong with the file, "" when nothing."""
        try:
            with self._engine.connect() as connection:
                found = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one())
        except LibraryError as error:
            return str(error)
        return "" if found == "ok" else found.splitlines()[-1]

    # -- facts about the library

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """Set facts; old values are replaced."""
        with self._engine.begin() as connection:
            for name, value in facts.items():
                statement = upsert(schema.facts).values(name=name, value=value)
                connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    # -- writing

    def transaction(self) -> AbstractContextManager[Connection]:
        """One transaction, for what is kept in other modules (`removal`)."""
        return self._engine.begin()

    def known(self, article_ids: Sequence[str]) -> dict[str, KnownArticle]:
        """The newest recorded version of each of these articles, where there is one."""
        query = select(_v.id, _v.article, _v.source, _v.text_hash, _v.state, *LABEL).order_by(_v.version)
        return {row.article: _known(row) for row in self._rows(query, _v.article, article_ids)}

    def with_text(self, text_hashes: Sequence[str]) -> dict[str, list[KnownArticle]]:
        """For each text, the articles whose present text it is."""
        query = select(_v.id, _v.source, _v.text_hash, _v.state, *LABEL).where(PRESENT)
        found: dict[str, list[KnownArticle]] = {}
        for row in self._rows(query, _v.text_hash, text_hashes):
            found.setdefault(row.text_hash, []).append(_known(row))
        return found

    def record(self, new: Sequence[NewVersion]) -> None:
        """Record texts as pending, all or none."""
        with self._engine.begin() as connection:
            _record(connection, new)

    def relabel(self, row: int, article: Article) -> None:
        """Give a recorded text a new title, outlet, date, authors or URL; it has to be indexed again."""
        with self._engine.begin() as connection:
            values = label_columns(article) | {"state": PENDING}
            connection.execute(update(schema.versions).where(_v.id == row).values(values))
            stories.again(connection, [row])

    def superseded(self, rows: Sequence[int]) -> list[int]:
        """Keys of the passages that leave the indexes when `rows` become searchable."""
        with self._engine.connect() as connection:
            queries = (select(_p.key).where(_p.version.in_(_older(part))) for part in chunks(rows))
            return [key for query in queries for key in connection.scalars(query)]

    def mark_searchable(self, rows: Sequence[int]) -> None:
        """The indexes hold these rows now; older versions of their articles become replaced, in one transaction."""
        with self._engine.begin() as connection:
            for part in chunks(rows):
                old = list(connection.scalars(_older(part)))
                connection.execute(delete(schema.passages).where(_p.version.in_(old)))
                connection.execute(
                    update(schema.versions).where(_v.id.in_(old)).values(state=REPLACED, story=_v.article)
                )
                connection.execute(update(schema.versions).where(_v.id.in_(part)).values(state=SEARCHABLE))

    # -- the cache of embeddings

    def cached(self, embedder: str, hashes: Sequence[bytes]) -> dict[bytes, CachedVectors]:
        """What `embedder` once computed for passages with these texts."""
        query = select(_e.text_hash, _e.vector, _e.sentences).where(_e.embedder == embedder)
        return {row.text_hash: (row.vector, row.sentences) for row in self._rows(query, _e.text_hash, hashes)}

    def cache(self, embedder: str, vectors: Mapping[bytes, CachedVectors]) -> None:
        """Keep computed embeddings; a text that is there already keeps its own."""
        values = [
            {"embedder": embedder, "text_hash": key, "vector": vector, "sentences": sentences}
            for key, (vector, sentences) in vectors.items()
        ]
        if values:
            with self._engine.begin() as connection:
                connection.execute(upsert(schema.embeddings).on_conflict_do_nothing(), values)


def _outdated(file: Path) -> NoReturn:
    raise LibraryError(
        f"{file} is of an older data format and may not be written here. Open it once where you may write it, or copy "
        "the library's folder to such a place."
    )


def _record(connection: Connection, new: Sequence[NewVersion]) -> None:
    numbers: dict[str, int] = {}
    newest = select(_v.article, func.max(_v.version)).group_by(_v.article)
    for part in chunks([version.article.id for version in new]):
        numbers.update((row[0], row[1]) for row in connection.execute(newest.where(_v.article.in_(part))))
    values = []
    for version in new:
        number = numbers[version.article.id] = numbers.get(version.article.id, 0) + 1
        values.append(version_columns(version, number) | {"state": PENDING, "taken": day_to_int(date.today())})
    ids = connection.scalars(insert(schema.versions).returning(_v.id, sort_by_parameter_order=True), values).all()
    rows = [row for version, number in zip(new, ids, strict=True) for row in passage_columns(version, number)]
    # A page that was changed back has passages with the keys of its older version: they move to the new row.
    for keys in chunks([row["key"] for row in rows]):
        connection.execute(delete(schema.passages).where(_p.key.in_(keys)))
    connection.execute(insert(schema.passages), rows)
    stories.enter(connection, {number: version.bands for version, number in zip(new, ids, strict=True)})


def _older(rows: Sequence[int]) -> Select[tuple[int]]:
    """Rows of `versions` that hold an older version of the articles of `rows` and aren't replaced yet."""
    newer = schema.versions.alias()
    same = (newer.c.article == _v.article) & (newer.c.version > _v.version) & newer.c.id.in_(rows)
    return select(_v.id).join_from(schema.versions, newer, same).where(_v.state != REPLACED)


def _known(row: Any) -> KnownArticle:
    removed = row.state == REMOVED
    return KnownArticle(row=row.id, source=row.source, text_hash=row.text_hash, label=row_label(row), removed=removed)
