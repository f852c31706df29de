"""The frozen records that tell of a library: how far an ingest is, what it or an update did, what it holds or lacks.

No stage reads them; they are for people and programs that look on. Only the standard library is imported here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from assistant.records import Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestProgress:
    """How far an ingest is; reported after every batch."""

    articles: int  # read so far, whether taken or not
    passages: int  # embedded so far, in this ingest
    bytes_read: int  # of the files, as they lie on disk
    bytes_total: int
    current: str  # the file being read


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What an ingest did. Every article read is counted once in added, updated, unchanged or `skipped`."""

    added: int
    updated: int  # the text changed: a new version
    unchanged: int  # cost no embedding
    skipped: tuple[Skipped, ...]
    notices: tuple[Skipped, ...]  # taken, but with something to know, e.g. a date that could not be read
    undated: int  # of those added or updated, how many have no date
    passages: int  # added to the indexes
    embedded: int  # of those, how many were not in the cache of embeddings
    seconds: float
    interrupted: bool = False  # stopped by Ctrl-C: what is recorded is complete, the rest was not read


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedFeed:
    """A feed that a library follows."""

    url: str
    title: str = ""
    site: str = ""  # the site that it belongs to
    checked: str = ""  # when it was fetched the last time, ISO 8601 in UTC; "" for never
    fault: str = ""  # why that failed; "" when it did not


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedUpdate:
    """What an update did for one feed."""

    feed: FollowedFeed  # its `fault` says why nothing could be fetched
    report: IngestReport | None  # None when there was nothing new


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport:
    """What an update of the followed feeds did."""

    feeds: tuple[FeedUpdate, ...]
    seconds: float
    interrupted: bool = False  # stopped by Ctrl-C: what is recorded is complete, the rest was not fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexLag:
    """How far the index files of one host are behind the database that they follow. The next question catches up."""

    filled: bool  # False: they are built anew, since nothing is known of them or the log does not go back so far
    changes: int  # logged and not taken in yet
    seconds: float  # since the first of these was logged; 0 where there is none

    @property
    def current(self) -> bool:
        """Whether they hold all of it."""
        return self.filled and not self.changes


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryStatus:
    """What a library holds."""

    folder: str
    articles: int
    versions: int
    sentences: int
    passages: int
    pending: int  # articles recorded but not yet searchable; finished by the next ingest
    undated: int
    first: date | None  # earliest publication day
    last: date | None
    outlets: tuple[tuple[str, int], ...]  # with their number of articles, most first
    embedder: str
    bytes_on_disk: int
    splitter: str = ""  # version of the sentence splitter it was made with, "" before the first article
    server: str = ""  # the database server that holds the catalog, and its version; "" for a folder
    newest_taken_in: date | None = None  # the last day on which a present text came in
    languages: tuple[tuple[str, int], ...] = ()  # by code, with their number of articles, most first
    index_lag: IndexLag | None = None  # of the index files on this host; None for a folder


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationProgress:
    """How far a migration, or a copy of index files, is; reported after every batch or file."""

    step: str  # what is being done, in words
    done: int  # rows, passages, questions or bytes
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaReport:
    """Index files that were copied from another host."""

    source: str
    folder: str  # of the index files of this host
    passages: int
    bytes_on_disk: int
    index_lag: IndexLag  # how far they are behind the database
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationReport:
    """What a migration did. Everything was compared by counts; some of it byte for byte."""

    source: str
    target: str
    articles: int = 0
    versions: int = 0  # of articles, removed ones too
    passages: int = 0
    embeddings: int = 0
    feeds: int = 0
    copied: int = 0  # rows, in this run
    compared_versions: int = 0  # byte for byte
    compared_embeddings: int = 0
    questions: int = 0  # titles of articles that both were asked
    same_answers: int = 0  # of those, how many found the same sentences in the same order
    seconds: float = 0.0
    interrupted: bool = False  # stopped by Ctrl-C: the next run goes on from there


class LibraryFinding(NamedTuple):
    """One thing that was checked in a library, and what is wrong with it."""

    what: str
    fault: str  # one line, "" when nothing is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryHealth:
    """What a check or a repair of a library found, in the order in which it was checked."""

    findings: tuple[LibraryFinding, ...]  # as things are now; after a repair, as it left them
    repaired: tuple[str, ...] = ()  # what a repair rebuilt or corrected, one line each
    notices: tuple[str, ...] = ()  # not faults: what could not be checked, and why

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not any(finding.fault for finding in self.findings)
