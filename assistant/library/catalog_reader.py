"""Reading the catalog: passages and texts for the indexes and for answers, and figures about the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, exists, func, select

from assistant.library import schema
from assistant.library.days import day_to_int, int_to_day
from assistant.library.rows import (
    INFO,
    StoredPassage,
    StoredText,
    chunks,
    info_of,
    sentences_of,
)
from assistant.library.states import PENDING, PRESENT, REMOVED, REPLACED, SEARCHABLE
from assistant.library.stories import also_in
from assistant.records import ArticleInfo, LibraryStatus, Passage, StoredArticle

_v, _p = schema.versions.c, schema.passages.c
_PASSAGE = (_p.key, _p.version.label("row"), _p.first, _p.last, _p.start, _p.end, _p.text_hash.label("passage_hash"))
_JOINED = schema.passages.join(schema.versions, _p.version == _v.id)


class CatalogReader:
    """What can be asked of the catalog without changing it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def fact(self, name: str) -> str | None:
        """The value of one fact, None when it was never set."""
        with self._engine.connect() as connection:
            return connection.scalar(select(schema.facts.c.value).where(schema.facts.c.name == name))

    def in_state(self, state: str) -> list[int]:
        """Rows of `versions` in this state, oldest first."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(_v.id).where(_v.state == state).order_by(_v.id)))

    def keys(self, state: str) -> list[int]:
        """Keys of all passages whose version is in this state."""
        return self._keys(_v.state == state)

    def keys_but(self, state: str) -> list[int]:
        """Keys of all passages whose version is in another state."""
        return self._keys(_v.state != state)

    def _keys(self, condition: ColumnElement[bool]) -> list[int]:
        with self._engine.connect() as connection:
            return list(connection.scalars(select(_p.key).select_from(_JOINED).where(condition)))

    def passages_of(self, rows: Sequence[int]) -> list[StoredPassage]:
        """All passages of these rows of `versions`, in the order of their text."""
        infos = {row.id: info_of(row) for row in self._rows(select(_v.id, *INFO), _v.id, rows)}
        query = select(*_PASSAGE).order_by(_p.version, _p.start)
        return [_passage(row, infos[row.row]) for row in self._rows(query, _p.version, rows) if row.row in infos]

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
        other = schema.versions.alias()
        removed = exists().where(other.c.article == article_id, other.c.state == REMOVED).label("removed")
        query = select(_v.state, removed, _v.text, _v.sentence_ends, *INFO).where(_v.article == article_id)
        if version is not None:
            query = query.where(_v.version == version)
        if text_hash:
            query = query.where(_v.text_hash.startswith(text_hash, autoescape=True))
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(_v.version.desc()).limit(1)).first()
        if row is None:
            return None
        sentences = sentences_of(row.sentence_ends)
        return StoredArticle(
            info=info_of(row),
            text=row.text,
            sentences=sentences,
            current=row.state not in (REPLACED, REMOVED),
            removed=bool(row.removed),
        )

    def also_in(self, articles: Sequence[ArticleInfo]) -> dict[str, tuple[str, ...]]:
        """For each of these articles, by id, where else its story is printed: see `ArticleInfo.also_in`."""
        with self._engine.connect() as connection:
            return also_in(connection, articles)

    def articles(self) -> list[ArticleInfo]:
        """What is known of every searchable article, in the order of their ids."""
        with self._engine.connect() as connection:
            query = select(*INFO).where(_v.state == SEARCHABLE).order_by(_v.article)
            return [info_of(row) for row in connection.execute(query)]

    def text_hashes(self, rows: Sequence[int]) -> dict[int, str]:
        """The recorded hash of the text of each of these rows of `versions`."""
        return {row.id: row.text_hash for row in self._rows(select(_v.id, _v.text_hash), _v.id, rows)}

    def stray_passages(self) -> list[str]:
        """Passages without a version, or of one that was replaced or removed; there should be none."""
        joined = schema.passages.outerjoin(schema.versions, _p.version == _v.id)
        query = select(_p.key).select_from(joined).where(_v.id.is_(None) | _v.state.in_((REPLACED, REMOVED)))
        with self._engine.connect() as connection:
            return [f"passage {key}" for key in connection.scalars(query)]

    def outlets(self) -> tuple[str, ...]:
        """The names of all outlets, unknown ones left out."""
        with self._engine.connect() as connection:
            query = select(_v.outlet).where(PRESENT, _v.outlet != "").distinct()
            return tuple(connection.scalars(query.order_by(_v.outlet)))

    def authors(self) -> tuple[str, ...]:
        """The names of all authors."""
        with self._engine.connect() as connection:
            lists = connection.scalars(select(_v.authors).where(PRESENT, _v.authors != "").distinct())
            return tuple(sorted({name for authors in lists for name in authors.splitlines()}))

    def titled(self, words: Sequence[str], limit: int) -> list[ArticleInfo]:
        """Articles whose title holds all these words or beginnings of words, the newest first."""
        held = [_v.title.icontains(word, autoescape=True) for word in words]
        query = select(*INFO).where(PRESENT, _v.title != "", *held).order_by(_v.published.desc(), _v.id)
        with self._engine.connect() as connection:
            return [info_of(row) for row in connection.execute(query.limit(limit))]

    def passage_counts(self, rows: Sequence[int]) -> dict[int, int]:
        """Number of passages of each of these rows of `versions`."""
        query = select(_p.version, func.count().label("passages")).group_by(_p.version)
        return {row.version: row.passages for row in self._rows(query, _p.version, rows)}

    def openings(self, since: date, until: date, limit: int) -> list[StoredPassage]:
        """The first passages of the searchable articles published on these days, both included; the newest first."""
        days = _v.published.between(day_to_int(since), day_to_int(until))
        query = _passages().where(_p.start == 0, _v.state == SEARCHABLE, days)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_v.published.desc(), _v.id).limit(limit))
            return [_passage(row, info_of(row)) for row in rows]

    def passage_hashes(self, rows: Sequence[int]) -> dict[int, list[bytes]]:
        """For each of these rows of `versions`, the hashes of its passages' texts, in the order of the text."""
        query = select(_p.version, _p.text_hash).order_by(_p.version, _p.start)
        found: dict[int, list[bytes]] = {}
        for row in self._rows(query, _p.version, rows):
            found.setdefault(row.version, []).append(row.text_hash)
        return found

    def passage_count(self) -> int:
        """Number of passages that the indexes should hold."""
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(_JOINED).where(_v.state == SEARCHABLE)
            return connection.scalar(query) or 0

    def status(self, folder: str, embedder: str, bytes_on_disk: int) -> LibraryStatus:
        """Figures about the whole library."""
        count = func.count().label("articles")
        outlets = select(_v.outlet, count).where(PRESENT).group_by(_v.outlet).order_by(count.desc(), _v.outlet)
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
                splitter=self.fact("splitter") or "",
            )

    def _rows(self, query: Select[Any], column: ColumnElement[Any], values: Sequence[Any]) -> Iterator[Any]:
        """Rows of `query` with `column` among `values`, however many they are."""
        with self._engine.connect() as connection:
            for part in chunks(values):
                yield from connection.execute(query.where(column.in_(part)))


def _totals() -> Select[*tuple[Any, ...]]:
    return select(
        func.count(func.distinct(_v.article)).label("articles"),
        (func.coalesce(func.sum(func.length(_v.sentence_ends)), 0) // 4).label("sentences"),
        func.min(_v.published).label("first"),
        func.max(_v.published).label("last"),
        func.count().filter(_v.published.is_(None)).label("undated"),
        func.count().filter(_v.state == PENDING).label("pending"),
    ).where(PRESENT)


def _passages() -> Select[Any]:
    return select(*_PASSAGE, *INFO).select_from(_JOINED)


def _passage(row: Any, info: ArticleInfo) -> StoredPassage:
    passage = Passage(row.first, row.last, row.start, row.end)
    return StoredPassage(key=row.key, row=row.row, passage=passage, text_hash=row.passage_hash, info=info)
