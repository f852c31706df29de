"""Reading the catalog from a SQL database: passages and texts for the indexes and answers, articles for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Select,
    bindparam,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from assistant.library import schema
from assistant.library.catalog import (
    COPIED,
    PENDING,
    REMOVED,
    REPLACED,
    SEARCHABLE,
    Embedded,
    Key,
    KnownArticle,
    StoredPassage,
    StoredText,
    StoredVersion,
    chunks,
)
from assistant.library.index import day_to_int, int_to_day
from assistant.library.packing import CachedVectors
from assistant.library.schema import (
    INFO_COLUMNS,
    KNOWN_COLUMNS,
    PASSAGE_COLUMNS,
    PRESENT,
    VERSION_COLUMNS,
    info_of,
    known_of,
    passage_of,
    stored_of,
    version_of,
)
from assistant.library.story_index import other_prints
from assistant.library_reports import LibraryStatus
from assistant.records import ArticleInfo, RemovedArticle, StoredArticle

T = TypeVar("T")

_PAGE = 2000  # rows that are copied at a time
_v, _p, _e = schema.versions.c, schema.passages.c, schema.embeddings.c
_JOINED = schema.passages.join(schema.versions, _p.version == _v.id)


class SqlReader:
    """A `CatalogReader`, in statements that every SQL database understands."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def fact(self, name: str) -> str | None:
        value: str | None = self._scalar(select(schema.facts.c.value).where(schema.facts.c.name == name))
        return value

    # -- versions and passages, for the indexes and for answers

    def version_ids(self, state: str) -> list[int]:
        return self._scalars(select(_v.id).where(_v.state == state).order_by(_v.id))

    def passage_ids(self, state: str) -> list[int]:
        return self._scalars(select(_p.key).select_from(_JOINED).where(_v.state == state))

    def passage_ids_outside(self, state: str) -> list[int]:
        return self._scalars(select(_p.key).select_from(_JOINED).where(_v.state != state))

    def passages_of(self, version_ids: Sequence[int]) -> list[StoredPassage]:
        infos = {row.id: info_of(row) for row in self._rows(select(_v.id, *INFO_COLUMNS), _v.id, version_ids)}
        query = select(*PASSAGE_COLUMNS).order_by(_p.version, _p.start)
        rows = self._rows(query, _p.version, version_ids)
        return [passage_of(row, infos[row.version_id]) for row in rows if row.version_id in infos]

    def searchable_passages(self, passage_ids: Sequence[int]) -> dict[int, StoredPassage]:
        # Two queries: a join would fetch what is known of an article once for each of its passages, and with the state
        # among its conditions SQLite would start from the index of states and read half the library.
        rows = self._rows(select(*PASSAGE_COLUMNS), _p.key, passage_ids)
        query = select(_v.id, _v.state, *INFO_COLUMNS)
        articles = self._rows(query, _v.id, sorted({row.version_id for row in rows}))
        infos = {row.id: info_of(row) for row in articles if row.state == SEARCHABLE}
        return {row.key: passage_of(row, infos[row.version_id]) for row in rows if row.version_id in infos}

    def embedded(self, embedder: str, passage_ids: Sequence[int]) -> tuple[list[StoredPassage], Embedded]:
        """Those of `searchable_passages` with vectors, in three queries: see there."""
        found = self.searchable_passages(passage_ids)
        vectors = self.cached(embedder, [stored.text_hash for stored in found.values()])
        return [found[key] for key in sorted(found) if found[key].text_hash in vectors], vectors

    def sampled_vectors(
        self, embedder: str, version_ids: Sequence[int], fewest: int, most: int
    ) -> dict[int, list[CachedVectors]]:
        """The vectors of passages evenly chosen from each of these versions, which are few, in one query."""
        given = {"versions": list(version_ids), "embedder": embedder, "fewest": fewest, "most": most}
        found: dict[int, list[CachedVectors]] = {}
        for row in self._read(lambda connection: connection.execute(_SAMPLED, given).all()):
            found.setdefault(row.version, []).append((row.vector, None))
        return found

    def texts(self, version_ids: Sequence[int]) -> dict[int, StoredText]:
        query = select(_v.id, _v.text, _v.sentence_ends)
        return {row.id: StoredText(row.text, row.sentence_ends) for row in self._rows(query, _v.id, version_ids)}

    def text_hashes(self, version_ids: Sequence[int]) -> dict[int, str]:
        return {row.id: row.text_hash for row in self._rows(select(_v.id, _v.text_hash), _v.id, version_ids)}

    def passage_counts(self, version_ids: Sequence[int]) -> dict[int, int]:
        query = select(_p.version, func.count().label("passages")).group_by(_p.version)
        return {row.version: row.passages for row in self._rows(query, _p.version, version_ids)}

    def passage_hashes(self, version_ids: Sequence[int]) -> dict[int, list[bytes]]:
        query = select(_p.version, _p.text_hash).order_by(_p.version, _p.start)
        found: dict[int, list[bytes]] = {}
        for row in self._rows(query, _p.version, version_ids):
            found.setdefault(row.version, []).append(row.text_hash)
        return found

    def passage_count(self) -> int:
        number: int = self._scalar(select(func.count()).select_from(_JOINED).where(_v.state == SEARCHABLE))
        return number

    def stray_passages(self) -> Iterator[str]:
        joined = schema.passages.outerjoin(schema.versions, _p.version == _v.id)
        query = select(_p.key).select_from(joined).where(_v.id.is_(None) | _v.state.in_((REPLACED, REMOVED)))
        yield from (f"passage {id_}" for id_ in self._scalars(query))

    def openings(self, since: date, until: date, limit: int) -> list[StoredPassage]:
        days = _v.published.between(day_to_int(since), day_to_int(until))
        query = (
            select(*PASSAGE_COLUMNS, *INFO_COLUMNS)
            .select_from(_JOINED)
            .where(_p.start == 0, _v.state == SEARCHABLE, days)
        )
        rows = self._all(query.order_by(_v.published.desc(), _v.id).limit(limit))
        return [passage_of(row, info_of(row)) for row in rows]

    def superseded(self, version_ids: Sequence[int]) -> list[int]:
        queries = (select(_p.key).where(_p.version.in_(older_versions(part))) for part in chunks(version_ids))
        return [id_ for query in queries for id_ in self._scalars(query)]

    def cached(self, embedder: str, hashes: Sequence[bytes]) -> Embedded:
        query = select(_e.text_hash, _e.vector, _e.sentences).where(_e.embedder == embedder)
        return {row.text_hash: (row.vector, row.sentences) for row in self._rows(query, _e.text_hash, hashes)}

    def passage_vectors(self, embedder: str, passage_ids: Sequence[int]) -> dict[int, CachedVectors]:
        joined = schema.passages.join(schema.embeddings, (_e.text_hash == _p.text_hash) & (_e.embedder == embedder))
        rows = self._rows(select(_p.key, _e.vector).select_from(joined), _p.key, passage_ids)
        return {row.key: (row.vector, None) for row in rows}

    # -- articles, for ingest and for people

    def known(self, article_ids: Sequence[str]) -> dict[str, KnownArticle]:
        rows = self._rows(select(*KNOWN_COLUMNS).order_by(_v.version), _v.article, article_ids)
        return {row.article: known_of(row) for row in rows}

    def with_text(self, text_hashes: Sequence[str]) -> dict[str, list[KnownArticle]]:
        found: dict[str, list[KnownArticle]] = {}
        for row in self._rows(select(*KNOWN_COLUMNS).where(PRESENT), _v.text_hash, text_hashes):
            found.setdefault(row.text_hash, []).append(known_of(row))
        return found

    def article(self, article_id: str, version: int | None = None, text_hash: str = "") -> StoredArticle | None:
        other = schema.versions.alias()
        removed = exists().where(other.c.article == article_id, other.c.state == REMOVED).label("removed")
        query = select(_v.state, removed, _v.text, _v.sentence_ends, *INFO_COLUMNS).where(_v.article == article_id)
        if version is not None:
            query = query.where(_v.version == version)
        if text_hash:
            query = query.where(_v.text_hash.startswith(text_hash, autoescape=True))
        rows = self._all(query.order_by(_v.version.desc()).limit(1))
        return stored_of(rows[0], removed=bool(rows[0].removed)) if rows else None

    def articles(self) -> list[ArticleInfo]:
        return self._infos(select(*INFO_COLUMNS).where(_v.state == SEARCHABLE).order_by(_v.article))

    def find(self, *, ids: Sequence[str] = (), places: Sequence[str] = (), folder: str = "") -> list[ArticleInfo]:
        below = [_v.source.startswith(folder.rstrip("/") + "/", autoescape=True)] if folder else []
        by_place = [_v.source.in_(places), _v.url.in_(places)] if places else []
        by_id = [_v.article.in_(ids)] if ids else []  # none of the others beside it: it has an index, they have not
        query = select(*INFO_COLUMNS).where(or_(false(), *by_id, *by_place, *below))
        found = self._infos(query.order_by(_v.published.nulls_first(), _v.article, _v.version))
        return list({info.id: info for info in found}.values())

    def versions(self, article_id: str) -> list[StoredVersion]:
        query = select(*VERSION_COLUMNS).where(_v.article == article_id).order_by(_v.version)
        return [version_of(row) for row in self._all(query)]

    def removed(self, article_ids: Sequence[str]) -> list[StoredVersion]:
        query = select(*VERSION_COLUMNS).where(_v.state == REMOVED)
        return [version_of(row) for row in self._rows(query, _v.article, article_ids)]

    def removed_articles(self) -> list[RemovedArticle]:
        query = select(_v.removed, *INFO_COLUMNS).where(_v.state == REMOVED)
        rows = self._all(query.order_by(_v.removed.desc().nulls_last(), _v.id))
        return [RemovedArticle(article=info_of(row), removed=int_to_day(row.removed)) for row in rows]

    def came_in(self, since: date) -> int:
        present = select(_v.article).where(PRESENT)
        first = (_v.version == 1, _v.taken >= day_to_int(since), _v.article.in_(present))
        number: int = self._scalar(select(func.count()).where(*first))
        return number

    def prints(self, articles: Sequence[ArticleInfo]) -> dict[str, tuple[StoredArticle, ...]]:
        return self._read(lambda connection: other_prints(connection, articles))

    def outlets(self) -> tuple[str, ...]:
        query = select(_v.outlet).where(PRESENT, _v.outlet != "").distinct()
        return tuple(self._scalars(query.order_by(_v.outlet)))

    def authors(self) -> tuple[str, ...]:
        lists = self._scalars(select(_v.authors).where(PRESENT, _v.authors != "").distinct())
        return tuple(sorted({name for authors in lists for name in authors.splitlines()}))

    def titled(self, words: Sequence[str], limit: int) -> list[ArticleInfo]:
        held = [_v.title.icontains(word, autoescape=True) for word in words]
        query = select(*INFO_COLUMNS).where(PRESENT, _v.title != "", *held)
        return self._infos(query.order_by(_v.published.desc().nulls_last(), _v.id).limit(limit))

    def status(self, folder: str, embedder: str, bytes_on_disk: int) -> LibraryStatus:
        count = func.count().label("articles")
        grouped = self._all(select(_v.outlet, _v.language, count).where(PRESENT).group_by(_v.outlet, _v.language))
        (row,) = self._all(_totals())
        return LibraryStatus(
            folder=folder,
            articles=row.articles,
            versions=self._scalar(select(func.count()).select_from(schema.versions)) or 0,
            sentences=int(row.sentences or 0),
            passages=self.passage_count(),
            pending=row.pending,
            undated=row.undated,
            first=int_to_day(row.first),
            last=int_to_day(row.last),
            outlets=_most_first((each.outlet, each.articles) for each in grouped),
            embedder=embedder,
            bytes_on_disk=bytes_on_disk,
            splitter=self.fact("splitter") or "",
            newest_taken_in=int_to_day(row.newest),
            languages=_most_first((each.language, each.articles) for each in grouped if each.language),
        )

    # -- whole rows, for a copy in another database

    def rows_after(self, table: str, last: Key | None) -> Iterator[list[Mapping[str, Any]]]:
        copied = schema.metadata.tables[table]
        keys = list(copied.primary_key.columns)
        query = select(copied).order_by(*keys).limit(_PAGE)
        while True:
            behind = tuple_(*keys) > tuple_(*map(literal, last or (), (key.type for key in keys)))
            rows = [row._mapping for row in self._all(query if last is None else query.where(behind))]
            if not rows:
                return
            yield rows
            last = tuple(rows[-1][key.name] for key in keys)

    def last_key(self, table: str) -> Key | None:
        keys = list(schema.metadata.tables[table].primary_key.columns)
        found = self._all(select(*keys).order_by(*(key.desc() for key in keys)).limit(1))
        return tuple(found[0]) if found else None

    def version_rows(self, version_ids: Sequence[int]) -> list[Mapping[str, Any]]:
        rows = self._rows(select(schema.versions).order_by(_v.id), _v.id, version_ids)
        return [row._mapping for row in rows]

    def totals(self) -> dict[str, int]:
        states = self._all(select(_v.state, func.count(), func.sum(_v.id)).group_by(_v.state))
        found = {f"{row[0]} versions{what}": int(row[at]) for row in states for at, what in ((1, ""), (2, ", ids"))}
        counts = {name: select(func.count()).select_from(schema.metadata.tables[name]) for name in COPIED}
        return found | {name: int(self._scalar(count)) for name, count in counts.items()}

    def _infos(self, query: Select[Any]) -> list[ArticleInfo]:
        return [info_of(row) for row in self._all(query)]

    def _scalar(self, query: Select[Any]) -> Any:
        return self._read(lambda connection: connection.scalar(query))

    def _scalars(self, query: Select[Any]) -> list[Any]:
        return self._read(lambda connection: list(connection.scalars(query)))

    def _all(self, query: Select[Any]) -> Sequence[Any]:
        return self._read(lambda connection: connection.execute(query).all())

    def _rows(self, query: Select[Any], column: ColumnElement[Any], values: Sequence[Any]) -> Sequence[Any]:
        """Rows of `query` with `column` among `values`, however many they are."""
        parts = [query.where(column.in_(part)) for part in chunks(values)]
        return self._read(lambda connection: [row for part in parts for row in connection.execute(part)])

    def _read(self, work: Callable[[Connection], T]) -> T:
        """What `work` reads over a connection."""
        with self._engine.connect() as connection:
            return work(connection)


def _most_first(counted: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Add up the counts of each name."""
    totals: Counter[str] = Counter()
    for name, articles in counted:
        totals[name] += articles
    return tuple(sorted(totals.items(), key=lambda total: (-total[1], total[0])))


def older_versions(version_ids: Sequence[int]) -> Select[int]:
    """Select the versions that these replace: older ones of the same articles that aren't replaced yet."""
    newer = schema.versions.alias()
    same = (newer.c.article == _v.article) & (newer.c.version > _v.version) & newer.c.id.in_(version_ids)
    return select(_v.id).join_from(schema.versions, newer, same).where(_v.state != REPLACED)


def _sampled() -> Select[*tuple[Any, ...]]:
    place = (func.row_number().over(partition_by=_p.version, order_by=_p.start) - 1).label("place")
    number = func.count().over(partition_by=_p.version).label("number")
    those = _p.version.in_(bindparam("versions", expanding=True))
    of = select(_p.version, _p.text_hash, place, number).where(those).subquery()
    is_its = (_e.text_hash == of.c.text_hash) & (_e.embedder == bindparam("embedder"))
    most = bindparam("most", type_=Integer)
    return (
        select(of.c.version, _e.vector)
        .join_from(of, schema.embeddings, is_its)
        .where(of.c.number >= bindparam("fewest"), of.c.place % ((of.c.number + most - 1) // most) == 0)
        .order_by(of.c.version, of.c.place)
    )


_SAMPLED = _sampled()  # made once: that takes longer than SQLite takes to answer it


def _totals() -> Select[*tuple[Any, ...]]:
    return select(
        func.count(func.distinct(_v.article)).label("articles"),
        (func.coalesce(func.sum(func.length(_v.sentence_ends)), 0) // 4).label("sentences"),
        func.min(_v.published).label("first"),
        func.max(_v.published).label("last"),
        func.max(_v.taken).label("newest"),
        func.count().filter(_v.published.is_(None)).label("undated"),
        func.count().filter(_v.state == PENDING).label("pending"),
    ).where(PRESENT)
