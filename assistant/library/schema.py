"""The tables of the catalog, and their rows as records: in SQLAlchemy Core, so that another database can hold them."""

from __future__ import annotations

import zlib
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

from assistant.articles.corrections import LETTERS, gravest_notice
from assistant.library.catalog import (
    PENDING,
    REMOVED,
    REPLACED,
    KnownArticle,
    Label,
    NewVersion,
    StoredPassage,
    StoredVersion,
    hash_passage,
    label_of,
    passage_id,
)
from assistant.library.index import day_to_int, int_to_day
from assistant.records import Article, ArticleInfo, Passage, Sentence, StoredArticle

metadata = MetaData()


class Compressed(TypeDecorator[str]):
    """Text that is stored compressed: articles shrink to two fifths, and unpacking one takes some 70 microseconds."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002  # SQLAlchemy's own
        """As it is stored."""
        return None if value is None else zlib.compress(value.encode("utf-8"))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's own
        """As it was."""
        return None if value is None else zlib.decompress(value).decode("utf-8")


_C = "C"  # text is compared byte by byte, as SQLite does by itself
_TEXT = Text().with_variant(Text(collation=_C), "postgresql")


def _short(length: int) -> String:
    """The type of a text of so many characters at most."""
    return String(length).with_variant(String(length, collation=_C), "postgresql")


facts = Table(
    "facts",  # one row a fact about the library: format, embedder, dimension, splitter
    metadata,
    Column("name", _short(40), primary_key=True),
    Column("value", _TEXT, nullable=False),
)

versions = Table(
    "versions",  # every text that an article ever had
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("article", _short(10), nullable=False),  # id of the article: the same for all its versions
    Column("version", Integer, nullable=False),  # 1, 2, 3 …
    Column("state", _short(10), nullable=False),  # pending -> searchable -> replaced, or removed by a person
    Column("source", _TEXT, nullable=False),
    Column("title", _TEXT, nullable=False),
    Column("outlet", _TEXT, nullable=False),
    Column("published", Integer),  # yyyymmdd; null when unknown
    Column("authors", _TEXT, nullable=False),  # one a line
    Column("url", _TEXT, nullable=False),
    Column("text_hash", _short(64), nullable=False),
    Column("updated", Integer),  # yyyymmdd, as the source declares it; null when it declares none
    Column("language", _short(2), nullable=False),  # ISO 639-1; "" when unknown
    Column("taken", Integer, nullable=False),  # yyyymmdd: when this text was taken in
    Column("removed", Integer),  # yyyymmdd: when a person took it out; null while it is in
    Column(
        "outlet_given", Integer, nullable=False
    ),  # 1: by the person who ingested it; 0: its source names it, or none does
    Column("story", _short(10), nullable=False),  # smallest id of the articles that print it, see `story_index`
    Column("notice_kind", _short(20), nullable=False),  # of the gravest notice: "correction" …; "" for none
    Column("notice", _TEXT, nullable=False),  # its words
    # The long columns come last: SQLite reads a row from its beginning, and most queries need no text.
    Column("sentence_ends", LargeBinary, nullable=False),  # unsigned 32-bit little-endian, one a sentence
    Column("text", Compressed, nullable=False),  # normalised, never edited
    Index("versions_by_article", "article", "version", unique=True),
    Index("versions_by_text", "text_hash"),
    Index("versions_by_state", "state"),
    Index("versions_by_story", "story"),
)

bands = Table(
    "bands",  # of the sketch of each article's newest text, for finding copies: see `articles.near_duplicates`
    metadata,
    Column("band", Integer, primary_key=True, autoincrement=False),  # its place in the sketch, 0 to 15
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),  # versions.id
    Index("bands_by_version", "version"),
    sqlite_with_rowid=False,
)

passages = Table(
    "passages",  # of the versions that are or will be searchable
    metadata,
    Column(
        "key", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    ),  # 63 bits, from content
    Column("version", Integer, nullable=False),  # versions.id
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text_hash", LargeBinary(16), nullable=False),  # of the passage's text: key into `embeddings`
    Index("passages_by_version", "version"),
)

embeddings = Table(
    "embeddings",  # what an embedder once computed; nothing is embedded twice
    metadata,
    Column("embedder", _short(120), primary_key=True),
    Column("text_hash", LargeBinary(16), primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # see `packing`
    Column("sentences", LargeBinary),  # see `packing`; null when the embedder gives none
)

_v, _p = versions.c, passages.c
_SHOWN = (_v.title, _v.outlet, _v.published, _v.authors, _v.url, _v.updated)
INFO_COLUMNS = (
    *(_v.article, _v.version, _v.source, _v.text_hash, *_SHOWN),
    *(_v.language, _v.story, _v.notice_kind, _v.notice),
)
KNOWN_COLUMNS = (
    *(_v.id, _v.article, _v.source, _v.text_hash, _v.state, *_SHOWN),
    *(_v.outlet_given, _v.notice_kind, _v.notice),
)
PASSAGE_COLUMNS = (
    *(_p.key, _p.version.label("version_id")),
    *(_p.first, _p.last, _p.start, _p.end, _p.text_hash.label("hash")),
)
VERSION_COLUMNS = (_v.id, _v.state, _v.taken, _v.removed, _v.text, _v.sentence_ends, *INFO_COLUMNS)
PRESENT = _v.state.not_in((REPLACED, REMOVED))  # so worded, SQLite does not start from the index of states


def label_columns(article: Article) -> dict[str, object]:
    """The columns of `versions` that may change without a new version."""
    label = {name: value for name, value in label_of(article)._asdict().items() if name != "doubt"}
    days = {name: day_to_int(label[name]) if label[name] else None for name in ("published", "updated")}
    return label | days | {"outlet_given": int(article.outlet_given)}


def notice_columns(article: Article) -> dict[str, object]:
    """The columns of `versions` that a change of the doubt about its letters changes."""
    return dict(zip(("notice_kind", "notice"), gravest_notice(article.text, article.doubt), strict=True))


def version_columns(new: NewVersion, number: int) -> dict[str, object]:
    """All columns of a new row of `versions`."""
    article = new.article
    return label_columns(article) | {
        "state": PENDING,
        "taken": day_to_int(date.today()),
        "notice_kind": new.notice[0],
        "notice": new.notice[1],
        "article": article.id,
        "version": number,
        "source": article.source,
        "text": article.text,
        "text_hash": article.text_hash,
        "language": article.language,
        "story": article.id,
        "sentence_ends": np.array([s.end for s in new.sentences], dtype="<u4").tobytes(),
    }


def passage_columns(new: NewVersion, version_id: int) -> list[dict[str, object]]:
    """Rows of `passages` for a version."""
    text, article, text_hash = new.article.text, new.article.id, new.article.text_hash
    return [
        p._asdict()
        | {
            "key": passage_id(article, text_hash, p),
            "version": version_id,
            "text_hash": hash_passage(text[p.start : p.end]),
        }
        for p in new.passages
    ]


def info_of(row: Row[*tuple[Any, ...]]) -> ArticleInfo:
    """The columns of `INFO_COLUMNS` as a record."""
    return ArticleInfo(
        id=row.article,
        version=row.version,
        source=row.source,
        title=row.title,
        outlet=row.outlet,
        published=int_to_day(row.published),
        authors=tuple(row.authors.splitlines()),
        url=row.url,
        text_hash=row.text_hash,
        updated=int_to_day(row.updated),
        language=row.language,
        notice_kind=row.notice_kind,
        notice=row.notice,
        story=row.story,
    )


def known_of(row: Row[*tuple[Any, ...]]) -> KnownArticle:
    """The columns of `KNOWN_COLUMNS` as a record."""
    label = Label(
        title=row.title,
        outlet=row.outlet,
        published=int_to_day(row.published),
        authors=row.authors,
        url=row.url,
        updated=int_to_day(row.updated),
        outlet_given=bool(row.outlet_given),
        doubt=row.notice if row.notice_kind == LETTERS else "",
    )
    return KnownArticle(
        version_id=row.id,
        source=row.source,
        text_hash=row.text_hash,
        label=label,
        removed=row.state == REMOVED,
    )


def passage_of(row: Row[*tuple[Any, ...]], info: ArticleInfo) -> StoredPassage:
    """The columns of `PASSAGE_COLUMNS` as a record."""
    return StoredPassage(
        passage_id=row.key,
        version_id=row.version_id,
        passage=Passage(row.first, row.last, row.start, row.end),
        text_hash=row.hash,
        info=info,
    )


def stored_of(row: Row[*tuple[Any, ...]], *, removed: bool = False) -> StoredArticle:
    """The columns `state`, `text`, `sentence_ends` and those of `INFO_COLUMNS` as a record."""
    return StoredArticle(
        info=info_of(row),
        text=row.text,
        sentences=sentences_of(row.sentence_ends),
        current=row.state not in (REPLACED, REMOVED),
        removed=removed,
    )


def version_of(row: Row[*tuple[Any, ...]]) -> StoredVersion:
    """The columns of `VERSION_COLUMNS` as a record."""
    taken = int_to_day(row.taken)
    assert taken is not None  # noqa: S101  # the column is never null
    return StoredVersion(
        version_id=row.id,
        info=info_of(row),
        state=row.state,
        taken=taken,
        removed=int_to_day(row.removed),
        text=row.text,
        sentences=sentences_of(row.sentence_ends),
    )


def sentences_of(ends: bytes) -> tuple[Sentence, ...]:
    """The tiles of a text from the column `sentence_ends`."""
    stops = np.frombuffer(ends, dtype="<u4").tolist()
    return tuple(Sentence(i, *span) for i, span in enumerate(zip([0, *stops[:-1]], stops, strict=True)))
