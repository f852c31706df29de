"""The catalog: what the library knows, in SQLite. Everything else on disk can be rebuilt from it.

An article's text is recorded as *pending* in one transaction, becomes *searchable* once its passages are in both
indexes, and *replaced* when a newer version is searchable. What a crash left pending is finished by the next writer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
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

from assistant.errors import LibraryError, LibraryTooNew
from assistant.library import schema
from assistant.library.database import open_database
from assistant.library.days import int_to_day
from assistant.library.packing import CachedVectors
from assistant.library.rows import (
    INFO,
    LABEL,
    KnownArticle,
    NewVersion,
    StoredPassage,
    StoredText,
    chunks,
    info_of,
    label_columns,
    passage_columns,
    row_label,
    sentences_of,
    version_columns,
)
from assistant.records import Article, ArticleInfo, LibraryStatus, Passage, StoredArticle

PENDING, SEARCHABLE, REPLACED = "pending", "searchable", "replaced"

_v, _p, _e = schema.versions.c, schema.passages.c, schema.embeddings.c
_PASSAGE = (_p.key, _p.version.label("row"), _p.first, _p.last, _p.start, _p.end, _p.text_hash.label("passage_hash"))
_JOINED = schema.passages.join(schema.versions, _p.version == _v.id)


class Catalog:
    """The catalog in one SQLite file."""

    def __init__(self, file: Path) -> None:
        """Open or create the file. Raises `LibraryTooNew` or `LibraryError` when it can't be used."""
        self._engine = open_database(file)
        try:
            schema.metadata.create_all(self._engine)
            made_with = int(self.fact("format") or schema.FORMAT)
            self._watch = self._engine.connect()  # of its own: a connection does not notice its own writes
        except DatabaseError as error:
            raise LibraryError(f"{file} is no library ({error.orig}). Restore it from a backup.") from error
        if made_with > schema.FORMAT:
            raise LibraryTooNew(f"{file} was made by a newer version of this program: upgrade it, then try again.")

    def close(self) -> None:
        """Let go of the file."""
        self._watch.close()
        self._engine.dispose()

    def revision(self) -> int:
        """A number that changes whenever anybody, in this process or another, has written to the file."""
        number: int = self._watch.exec_driver_sql("PRAGMA data_version").scalar_one()
        self._watch.rollback()
        return number

    # -- facts about the library

    def fact(self, name: str) -> str | None:
        """The value of one fact, None when it was never set."""
        with self._engine.connect() as connection:
            return connection.scalar(select(schema.facts.c.value).where(schema.facts.c.name == name))

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """Set facts; old values are replaced."""
        with self._engine.begin() as connection:
            for name, value in facts.items():
                statement = upsert(schema.facts).values(name=name, value=value)
                connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    # -- writing

    def known(self, article_ids: Sequence[str]) -> dict[str, KnownArticle]:
        """The newest recorded version of each of these articles, where there is one."""
        query = select(_v.id, _v.article, _v.source, _v.text_hash, *LABEL).order_by(_v.version)
        return {row.article: _known(row) for row in self._rows(query, _v.article, article_ids)}

    def with_text(self, text_hashes: Sequence[str]) -> dict[str, list[KnownArticle]]:
        """For each text, the articles whose present text it is."""
        query = select(_v.id, _v.source, _v.text_hash, *LABEL).where(_v.state != REPLACED)
        found: dict[str, list[KnownArticle]] = {}
        for row in self._rows(query, _v.text_hash, text_hashes):
            found.setdefault(row.text_hash, []).append(_known(row))
        return found

    def record(self, new: Sequence[NewVersion]) -> None:
        """Record texts as pending, all or none."""
        with self._engine.begin() as connection:
            for version in new:
                _record(connection, version)

    def relabel(self, row: int, article: Article) -> None:
        """Give a recorded text a new title, outlet, date, authors or URL; it has to be indexed again."""
        with self._engine.begin() as connection:
            values = label_columns(article) | {"state": PENDING}
            connection.execute(update(schema.versions).where(_v.id == row).values(values))

    def in_state(self, state: str) -> list[int]:
        """Rows of `versions` in this state, oldest first."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(_v.id).where(_v.state == state).order_by(_v.id)))

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
                connection.execute(update(schema.versions).where(_v.id.in_(old)).values(state=REPLACED))
                connection.execute(update(schema.versions).where(_v.id.in_(part)).values(state=SEARCHABLE))

    def mark_all_pending(self) -> None:
        """Everything searchable has to be indexed again: for a rebuild, or for another embedder."""
        with self._engine.begin() as connection:
            connection.execute(update(schema.versions).where(_v.state == SEARCHABLE).values(state=PENDING))

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

    # -- reading

    def passages_of(self, rows: Sequence[int]) -> list[StoredPassage]:
        """All passages of these rows of `versions`, in the order of their text."""
        query = _passages().order_by(_p.version, _p.start)
        return [_passage(row, info_of(row)) for row in self._rows(query, _p.version, rows)]

    def searchable_passages(self, keys: Sequence[int]) -> dict[int, StoredPassage]:
        """Those of these passages whose article's present text they belong to."""
        # Two queries: a join would fetch what is known of an article once for each of its passages, and with the state
        # among its conditions SQLite would start from the index of states and read half the library.
        rows = list(self._rows(select(*_PASSAGE), _p.key, keys))
        query = select(_v.id, _v.state, *INFO)
        articles = self._rows(query, _v.id, sorted({row.row for row in rows}))
        infos = {row.id: info_of(row) for row in articles if row.state == SEARCHABLE}
        return {row.key: _passage(row, infos[row.row]) for row in rows if row.row in infos}

    def texts(self, rows: Sequence[int]) -> dict[int, StoredText]:
        """Text and sentences of these rows of `versions`."""
        query = select(_v.id, _v.text, _v.sentence_ends)
        return {row.id: StoredText(row.text, row.sentence_ends) for row in self._rows(query, _v.id, rows)}

    def article(self, article_id: str, version: int | None = None, text_hash: str = "") -> StoredArticle | None:
        """A version of an article: the newest, or the one with this number or this beginning of its text hash."""
        query = select(_v.state, _v.text, _v.sentence_ends, *INFO).where(_v.article == article_id)
        if version is not None:
            query = query.where(_v.version == version)
        if text_hash:
            query = query.where(_v.text_hash.startswith(text_hash, autoescape=True))
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(_v.version.desc()).limit(1)).first()
        if row is None:
            return None
        sentences = sentences_of(row.sentence_ends)
        return StoredArticle(info=info_of(row), text=row.text, sentences=sentences, current=row.state != REPLACED)

    def outlets(self) -> tuple[str, ...]:
        """The names of all outlets, unknown ones left out."""
        with self._engine.connect() as connection:
            query = select(_v.outlet).where(_v.state != REPLACED, _v.outlet != "").distinct()
            return tuple(connection.scalars(query.order_by(_v.outlet)))

    def passage_counts(self, rows: Sequence[int]) -> dict[int, int]:
        """Number of passages of each of these rows of `versions`."""
        query = select(_p.version, func.count().label("passages")).group_by(_p.version)
        return {row.version: row.passages for row in self._rows(query, _p.version, rows)}

    def passage_count(self) -> int:
        """Number of passages that the indexes should hold."""
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(_JOINED).where(_v.state == SEARCHABLE)
            return connection.scalar(query) or 0

    def status(self, folder: str, embedder: str, bytes_on_disk: int) -> LibraryStatus:
        """Figures about the whole library."""
        count = func.count().label("articles")
        outlets = (
            select(_v.outlet, count).where(_v.state != REPLACED).group_by(_v.outlet).order_by(count.desc(), _v.outlet)
        )
        with self._engine.connect() as connection:
            row = connection.execute(_totals()).one()
            return LibraryStatus(
                folder=folder,
                articles=row.articles,
                versions=connection.scalar(select(func.count()).select_from(schema.versions)) or 0,
                sentences=row.sentences or 0,
                passages=self.passage_count(),
                pending=row.pending,
                undated=row.undated,
                first=int_to_day(row.first),
                last=int_to_day(row.last),
                outlets=tuple((o.outlet, o.articles) for o in connection.execute(outlets)),
                embedder=embedder,
                bytes_on_disk=bytes_on_disk,
            )

    def _rows(self, query: Select[Any], column: ColumnElement[Any], values: Sequence[Any]) -> Iterator[Any]:
        """Rows of `query` with `column` among `values`, however many they are."""
        with self._engine.connect() as connection:
            for part in chunks(values):
                yield from connection.execute(query.where(column.in_(part)))


def _record(connection: Connection, new: NewVersion) -> None:
    last = connection.scalar(select(func.max(_v.version)).where(_v.article == new.article.id)) or 0
    values = version_columns(new, last + 1) | {"state": PENDING}
    row = connection.execute(insert(schema.versions).values(values)).inserted_primary_key
    rows = passage_columns(new, row[0] if row else 0)
    # A page that was changed back has passages with the keys of its older version: they move to the new row.
    connection.execute(delete(schema.passages).where(_p.key.in_([r["key"] for r in rows])))
    connection.execute(insert(schema.passages), rows)


def _older(rows: Sequence[int]) -> Select[tuple[int]]:
    """Rows of `versions` that hold an older version of the articles of `rows` and aren't replaced yet."""
    newer = schema.versions.alias()
    same = (newer.c.article == _v.article) & (newer.c.version > _v.version) & newer.c.id.in_(rows)
    return select(_v.id).join_from(schema.versions, newer, same).where(_v.state != REPLACED)


def _totals() -> Select[*tuple[Any, ...]]:
    return select(
        func.count(func.distinct(_v.article)).label("articles"),
        (func.coalesce(func.sum(func.length(_v.sentence_ends)), 0) // 4).label("sentences"),
        func.min(_v.published).label("first"),
        func.max(_v.published).label("last"),
        func.count().filter(_v.published.is_(None)).label("undated"),
        func.count().filter(_v.state == PENDING).label("pending"),
    ).where(_v.state != REPLACED)


def _passages() -> Select[Any]:
    return select(*_PASSAGE, *INFO).select_from(_JOINED)


def _passage(row: Any, info: ArticleInfo) -> StoredPassage:
    passage = Passage(row.first, row.last, row.start, row.end)
    return StoredPassage(key=row.key, row=row.row, passage=passage, text_hash=row.passage_hash, info=info)


def _known(row: Any) -> KnownArticle:
    return KnownArticle(row=row.id, source=row.source, text_hash=row.text_hash, label=row_label(row))
