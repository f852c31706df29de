"""The tables of `library.db`, in SQLAlchemy Core so that the same statements can run on another database."""

from __future__ import annotations

import zlib

from sqlalchemy import BigInteger, Column, Dialect, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

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


facts = Table(
    "facts",  # one row a fact about the library: format, embedder, dimension, splitter
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

versions = Table(
    "versions",  # every text that an article ever had
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("article", String(10), nullable=False),  # id of the article: the same for all its versions
    Column("version", Integer, nullable=False),  # 1, 2, 3 …
    Column("state", String(10), nullable=False),  # pending -> searchable -> replaced, or removed by a person
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("published", Integer),  # yyyymmdd; null when unknown
    Column("authors", Text, nullable=False),  # one a line
    Column("url", Text, nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("updated", Integer),  # yyyymmdd, as the source declares it; null when it declares none
    Column("language", String(2), nullable=False),  # ISO 639-1; "" when it cannot be told
    Column("taken", Integer, nullable=False),  # yyyymmdd: when this text was taken in
    Column("removed", Integer),  # yyyymmdd: when a person took it out; null while it is in
    Column(
        "outlet_given", Integer, nullable=False
    ),  # 1: by the person who ingested it; 0: its source names it, or none does
    Column("story", String(10), nullable=False),  # smallest id of the articles that print it, see `stories`
    Column("notice_kind", String(20), nullable=False),  # of the gravest notice: "correction" …; "" for none
    Column("notice", Text, nullable=False),  # its words
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
    Column("embedder", String(120), primary_key=True),
    Column("text_hash", LargeBinary(16), primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # see `packing`
    Column("sentences", LargeBinary),  # see `packing`; null when the embedder gives none
)
