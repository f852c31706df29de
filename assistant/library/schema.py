"""The tables of `library.db`, in SQLAlchemy Core so that the same statements can run on another database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

FORMAT = 1  # of the data; a library with a higher number was made by a newer program

metadata = MetaData()

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
    Column("state", String(10), nullable=False),  # pending -> searchable -> replaced
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("published", Integer),  # yyyymmdd; null when unknown
    Column("authors", Text, nullable=False),  # one a line
    Column("url", Text, nullable=False),
    Column("text_hash", String(64), nullable=False),
    # The long columns come last: SQLite reads a row from its beginning, and most queries need no text.
    Column("sentence_ends", LargeBinary, nullable=False),  # unsigned 32-bit little-endian, one a sentence
    Column("text", Text, nullable=False),  # normalised, never edited
    Index("versions_by_article", "article", "version", unique=True),
    Index("versions_by_text", "text_hash"),
    Index("versions_by_state", "state"),
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
    Column("vector", LargeBinary, nullable=False),  # float16, unit length
    Column("sentences", LargeBinary),  # int8 rows, direction only; null when the embedder gives none
)
