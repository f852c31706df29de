"""The catalog: what the library knows, and what can be asked of it and changed in it.

It is the truth: everything else on disk can be rebuilt from it. This module is the contract that a database fulfils,
with the records that go in and out; `sqlite_catalog` and `postgres_catalog` are the two that there are.

An article's text is recorded as *pending* in one transaction, becomes *searchable* once its passages are in both
indexes, and *replaced* when a newer version is searchable; *removed* when a person took the article out. What a crash
left pending is finished by the next writer.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol, TypeVar

from assistant.articles.corrections import LETTERS, gravest_notice
from assistant.library.packing import CachedVectors
from assistant.library_reports import LibraryStatus
from assistant.records import Article, ArticleInfo, Passage, RemovedArticle, Sentence, StoredArticle, short_hash

T = TypeVar("T")
Key = tuple[Any, ...]  # of a row: its primary key
Embedded = dict[bytes, CachedVectors]  # what an embedder computed, by the hash of the passage's text

PENDING, SEARCHABLE, REPLACED, REMOVED = "pending", "searchable", "replaced", "removed"  # states of a version
PURGE = "purge"  # the fact that texts were deleted, of which the other files may still hold words; else "" or missing
MIGRATION = "migration"  # the fact that a library was made from another one, see `migrating`; missing otherwise
COPIED = ("versions", "passages", "bands", "embeddings")  # tables that a copy of a library takes over row by row
_CHUNK = 500  # values in one query


class Label(NamedTuple):
    """What is known about an article besides its text; a change of it is no new version."""

    title: str
    outlet: str
    published: date | None
    authors: str  # one a line
    url: str
    updated: date | None
    outlet_given: bool  # by the person who ingested it
    doubt: str = ""  # why its letters may be the wrong ones, unless a graver notice stands in its text


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """An article cut up and ready to be recorded."""

    article: Article
    sentences: Sequence[Sentence]
    passages: Sequence[Passage]
    notice: tuple[str, str]  # kind and words of the gravest notice in the text; "" and "" for none
    bands: Sequence[int] = ()  # of the text, by which near-duplicates are found
    vectors: Mapping[bytes, CachedVectors] = field(default_factory=dict)  # by `hash_passage`; none: not embedded yet


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """A recorded version of an article, for telling what changed."""

    version_id: int
    source: str
    text_hash: str
    label: Label
    removed: bool = False  # by a person; its text is only kept

    @property
    def id(self) -> str:
        """Of its article, as in `Article.id`."""
        return short_hash(self.source, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage with what retrieval needs to know of its article."""

    passage_id: int
    version_id: int
    passage: Passage
    text_hash: bytes  # of the passage's text
    info: ArticleInfo


@dataclass(frozen=True, slots=True)
class StoredText:
    """A recorded text; its sentences are decoded as they are asked for, since most are not."""

    text: str
    ends: bytes  # of its sentences: unsigned 32-bit little-endian, one a sentence

    def all_sentences(self) -> tuple[Sentence, ...]:
        """All its sentences."""
        return self.sentences(0, len(self.ends) // 4 - 1)

    def sentences(self, first: int, last: int) -> tuple[Sentence, ...]:
        """The sentences from `first` to `last`, both included."""
        before = min(first, 1)  # where the first of them begins, the one before it ends
        stops = struct.unpack_from(f"<{before + last + 1 - first}I", self.ends, 4 * (first - before))
        starts = stops if before else (0, *stops)
        return tuple(map(Sentence, range(first, last + 1), starts, starts[1:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """A version of an article, replaced and removed ones too."""

    version_id: int
    info: ArticleInfo
    state: str
    taken: date  # the day it was taken in
    removed: date | None  # the day a person took it out
    text: str
    sentences: tuple[Sentence, ...]


class IndexChanges(NamedTuple):
    """What changed for the indexes since they last agreed with the catalog."""

    versions: tuple[int, ...]  # that became searchable, and may have been replaced or removed since
    left: tuple[int, ...]  # passages that had to leave, and may have come back since
    purged: bool  # texts were deleted whose words no file may hold any longer


class CatalogReader(Protocol):
    """What can be asked of the catalog without changing it."""

    def fact(self, name: str) -> str | None:
        """The value of one fact about the library, None when it was never set."""

    # -- versions and passages, for the indexes and for answers

    def version_ids(self, state: str) -> list[int]:
        """The versions in this state, oldest first."""

    def passage_ids(self, state: str) -> list[int]:
        """All passages whose version is in this state."""

    def passage_ids_outside(self, state: str) -> list[int]:
        """All passages whose version is in another state."""

    def passages_of(self, version_ids: Sequence[int]) -> list[StoredPassage]:
        """All passages of these versions, in the order of their text."""

    def searchable_passages(self, passage_ids: Sequence[int]) -> dict[int, StoredPassage]:
        """Those of these passages whose article's present text they belong to."""

    def embedded(self, embedder: str, passage_ids: Sequence[int]) -> tuple[list[StoredPassage], Embedded]:
        """Those of `searchable_passages` that `embedder` has embedded, in the order of ids; and what it computed."""

    def sampled_vectors(
        self, embedder: str, version_ids: Sequence[int], fewest: int, most: int
    ) -> dict[int, list[CachedVectors]]:
        """What `embedder` computed for at most `most` passages, evenly chosen, of each version with at least `fewest`.

        In the order of the text and without their sentences. The versions are few.
        """

    def texts(self, version_ids: Sequence[int]) -> dict[int, StoredText]:
        """Text and sentences of these versions."""

    def text_hashes(self, version_ids: Sequence[int]) -> dict[int, str]:
        """The recorded hash of the text of each of these versions."""

    def passage_counts(self, version_ids: Sequence[int]) -> dict[int, int]:
        """Number of passages of each of these versions."""

    def passage_hashes(self, version_ids: Sequence[int]) -> dict[int, list[bytes]]:
        """For each of these versions, the hashes of its passages' texts, in the order of the text."""

    def passage_count(self) -> int:
        """Number of passages that the indexes should hold."""

    def stray_passages(self) -> Iterator[str]:
        """Passages without a version, or of one that was replaced or removed; there should be none."""

    def openings(self, since: date, until: date, limit: int) -> list[StoredPassage]:
        """The first passages of the searchable articles published on these days, both included; the newest first."""

    def superseded(self, version_ids: Sequence[int]) -> list[int]:
        """The passages that leave the indexes when these versions become searchable."""

    def cached(self, embedder: str, hashes: Sequence[bytes]) -> Embedded:
        """What `embedder` once computed for passages with these texts."""

    def passage_vectors(self, embedder: str, passage_ids: Sequence[int]) -> dict[int, CachedVectors]:
        """What `embedder` computed for these passages, without their sentences; those without a vector are left out."""

    # -- articles, for ingest and for people

    def known(self, article_ids: Sequence[str]) -> dict[str, KnownArticle]:
        """The newest recorded version of each of these articles, where there is one."""

    def with_text(self, text_hashes: Sequence[str]) -> dict[str, list[KnownArticle]]:
        """For each text, the articles whose present text it is."""

    def article(self, article_id: str, version: int | None = None, text_hash: str = "") -> StoredArticle | None:
        """A version of an article: the newest, or the one with this number or this beginning of its text hash."""

    def articles(self) -> list[ArticleInfo]:
        """What is known of every searchable article, in the order of their ids."""

    def find(self, *, ids: Sequence[str] = (), places: Sequence[str] = (), folder: str = "") -> list[ArticleInfo]:
        """Articles with one of these ids, at one of these places (source or URL), or with a source below the folder.

        Removed ones too, in their newest version; those without a date first, then by date.
        """

    def versions(self, article_id: str) -> list[StoredVersion]:
        """All versions of an article, the first one first; none for an unknown one."""

    def removed(self, article_ids: Sequence[str]) -> list[StoredVersion]:
        """The versions that a person took out of search with these articles."""

    def removed_articles(self) -> list[RemovedArticle]:
        """All articles that a person took out of search, those taken out last first."""

    def came_in(self, since: date) -> int:
        """How many of the present articles were first taken in on this day or later."""

    def prints(self, articles: Sequence[ArticleInfo]) -> dict[str, tuple[StoredArticle, ...]]:
        """For each of these articles, by id, the others that print its story now; nothing where there are none."""

    def outlets(self) -> tuple[str, ...]:
        """The names of all outlets, unknown ones left out."""

    def authors(self) -> tuple[str, ...]:
        """The names of all authors."""

    def titled(self, words: Sequence[str], limit: int) -> list[ArticleInfo]:
        """Articles whose title holds all these words or beginnings of words, the newest first."""

    def status(self, folder: str, embedder: str, bytes_on_disk: int) -> LibraryStatus:
        """Figures about the whole library."""

    # -- whole rows, for a copy in another database

    def rows_after(self, table: str, last: Key | None) -> Iterator[list[Mapping[str, Any]]]:
        """The rows of a table of `COPIED` behind the one with this key, in the order of keys, a page at a time."""

    def last_key(self, table: str) -> Key | None:
        """The key of the last row of such a table, None for an empty one."""

    def version_rows(self, version_ids: Sequence[int]) -> list[Mapping[str, Any]]:
        """Those of these versions that there are, whole, the first one first."""

    def totals(self) -> dict[str, int]:
        """Figures in which a copy agrees: rows of each table, and of the versions in each state the sum of ids."""


class Catalog(CatalogReader, Protocol):
    """A catalog that can be written. Each method that writes is one transaction: all of it is stored, or nothing."""

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """Set facts; old values are replaced."""

    def swap_fact(self, name: str, old: str | None, new: str) -> bool:
        """Set a fact that still has its `old` value, None for one that was never set; whether it had."""

    def record(self, new: Sequence[NewVersion]) -> None:
        """Record texts as pending."""

    def relabel(self, version_id: int, article: Article) -> None:
        """Give a recorded text a new title, outlet, date, authors or URL; it has to be indexed again."""

    def mark_searchable(self, version_ids: Sequence[int]) -> None:
        """The indexes hold these versions now; older versions of their articles become replaced."""

    def remove(self, article_ids: Sequence[str], *, forget: bool = False) -> list[int]:
        """Take articles out of search; returns the passages that have to leave the indexes.

        With `forget` all their texts are deleted and written over, and the embeddings that no other passage needs; the
        fact `PURGE` is set until the other files hold no words of them.
        """

    def restore(self, versions: Mapping[int, NewVersion]) -> None:
        """Make removed versions, by their ids, pending again, cut up as given."""

    def cache(self, embedder: str, vectors: Mapping[bytes, CachedVectors]) -> None:
        """Keep computed embeddings; a text that is there already keeps its own."""

    def put_rows(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store rows of another catalog as they are."""

    def clear(self) -> None:
        """Delete all rows of the tables of `COPIED`."""

    # -- whether the indexes agree with it

    def stamp(self) -> int:
        """The number that the consistency marker of indexes which hold all of the catalog must have."""

    def new_stamp(self) -> int:
        """The number of a new marker; each host's is the same where they have indexes of their own and none writes."""

    def knows_stamp(self, number: int) -> bool:
        """Whether the catalog ever gave this number out; if not, it was put back, and the indexes know more than it."""

    def changes_since(self, stamp: int) -> IndexChanges | None:
        """What the indexes have to take in and let go of since this stamp, None where no log of that is kept."""

    def lag(self, stamp: int) -> tuple[int, float]:
        """How many changes were logged after this stamp, and how many seconds ago the first of them was."""

    # -- the database behind it

    @property
    def name(self) -> str:
        """What a report on its state calls it."""

    def server(self) -> str:
        """The server and its version, "" for a file."""

    def size(self) -> int:
        """Bytes that it takes up, 0 for a file, which is counted with its folder."""

    def revision(self) -> int:
        """A number that changes whenever this or another process has written to the catalog."""

    def fault(self) -> str:
        """What the database's own check finds wrong, "" when nothing."""

    def flush(self) -> None:
        """Bring what waits in a log into place and empty it, unless a reader still needs it."""

    def close(self) -> None:
        """Let go of all files and connections."""


def label_of(article: Article) -> Label:
    """What is known about an article besides its text."""
    kind, words = gravest_notice(article.text, article.doubt) if article.doubt else ("", "")
    return Label(
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        authors="\n".join(article.authors),
        url=article.url,
        updated=article.updated,
        outlet_given=article.outlet_given,
        doubt=words if kind == LETTERS else "",
    )


def hash_passage(text: str) -> bytes:
    """Sixteen bytes that stand for a passage's text in the cache of embeddings."""
    return hashlib.sha256(text.encode("utf-8")).digest()[:16]


def passage_id(article: str, text_hash: str, passage: Passage) -> int:
    """63 bits made from content: the same passage of the same text of an article always has the same id."""
    name = f"{article}/{text_hash}/{passage.first}/{passage.start}"
    return int.from_bytes(hashlib.sha256(name.encode("ascii")).digest()[:8], "big") >> 1


def chunks(values: Sequence[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """The values in parts of `size`, by default small enough for one query."""
    for at in range(0, len(values), size):
        yield values[at : at + size]


def record_with_vectors(catalog: Catalog, embedder: str, new: Sequence[NewVersion]) -> int:
    """Record articles, keeping the vectors that come with them; returns how many of these were not there before."""
    vectors = {key: vector for version in new for key, vector in version.vectors.items()}
    before = catalog.cached(embedder, list(vectors)) if vectors else ()
    if vectors:
        catalog.cache(embedder, vectors)  # first: what is recorded need not be embedded any more
    catalog.record(new)
    return len(vectors) - len(before)
