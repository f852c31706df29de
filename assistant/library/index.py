"""The contract of a search index: its whole life, from the first opening to its removal, and what is kept in it.

An index holds nothing that cannot be rebuilt from the catalog. Two faults are kept apart: what is stored is damaged
(`DamagedIndexError`), and the index is rebuilt; or it cannot be asked at the moment (`IndexUnreachable`, for an index
on a server), and then nothing may be removed or rebuilt, since it is most likely whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from assistant.library.disk import Fingerprint
from assistant.library.embedders.base import FloatMatrix, FloatVector
from assistant.records import ArticleInfo, Filters


class DamagedIndexError(Exception):
    """What is stored cannot be read or written; the index has to be rebuilt from the catalog."""


class Hit(NamedTuple):
    """A passage found by an index."""

    passage_id: int
    score: float  # higher is better; cosine -1..1 for vectors, BM25 >= 0 for terms


class Reach(NamedTuple):
    """What a search by meaning within some filters goes through."""

    passages: int  # of what the days of the filters touch, whether they pass or not
    scanned: int  # of those, whose fields are looked at one by one to tell which pass


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexServer:
    """How a server that keeps an index stands."""

    url: str
    version: str = ""  # as it says
    collections: int = 0  # of this library
    passages: int = 0  # in them
    fault: str = ""  # why it could not be asked, in one line; "" when it answers


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterFields:
    """What the indexes know of a passage's article, for filters."""

    published: int | None  # yyyymmdd
    outlet: str
    authors: tuple[str, ...]

    @classmethod
    def of(cls, info: ArticleInfo) -> FilterFields:
        """Return those of an article."""
        published = day_to_int(info.published) if info.published else None
        return cls(published=published, outlet=info.outlet, authors=info.authors)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedPassage:
    """A passage as the indexes take it in."""

    passage_id: int
    text: str  # with its article's title before it
    vector: FloatVector | None  # [d], unit length; None where no index that takes it in keeps vectors
    fields: FilterFields


class SearchIndex(Protocol):
    """What the vector index and the lexical index have in common. It is made without touching anything that is stored.

    What it does while it is open raises `DamagedIndexError` and `IndexUnreachable`.
    """

    @property
    def name(self) -> str:
        """Name of the engine, in one word: for the folder of its files, and for messages."""

    @property
    def kind(self) -> str:
        """As reports call it: "vector index"."""

    @property
    def keeps_vectors(self) -> bool:
        """Whether passages are taken in with their vectors."""

    @property
    def is_one_piece(self) -> bool:
        """Whether it is better built anew than mended where half of it is missing."""

    @property
    def is_shared(self) -> bool:
        """Whether all hosts use the same one, so that only who holds the catalog's lock changes it."""

    @property
    def has_places(self) -> bool:
        """Whether each new one stands in a place of its own below its folder, see `disk.place_in`."""

    @property
    def refresh_s(self) -> float:
        """While another process writes, `refresh` is called this often at most."""

    # -- before it is open

    def check(self) -> str:
        """Return what is wrong with what is stored, "" when nothing is, without endangering this process.

        Costs more than `open`; for what may be damaged.
        """

    def is_outdated(self) -> bool:
        """Whether an earlier version of this program made it in a way that no longer fits; opens nothing."""

    def fingerprint(self) -> Fingerprint:
        """Return what differs after any change of what is stored; opens nothing and is cheap."""

    @property
    def is_open(self) -> bool:
        """Whether it can be used."""

    def open(self) -> None:
        """Open what is stored, or make an empty index."""

    # -- while it is open

    def count(self) -> int:
        """Return the number of passages held."""

    def keys(self) -> list[int]:
        """Return the keys of all passages held; more than once for one that is held more than once."""

    def upsert(self, passages: Sequence[IndexedPassage]) -> None:
        """Add or replace passages; durable after `commit`."""

    def delete(self, keys: Sequence[int]) -> None:
        """Remove passages, unknown keys are ignored; durable after `commit`."""

    def commit(self) -> None:
        """Make what was upserted and deleted durable and searchable."""

    def refresh(self) -> None:
        """See what other processes wrote. An index that can only do so by opening again is closed."""

    def settle(self) -> None:
        """Return once what was written stands: nothing in the background changes it, what it replaces is gone."""

    def dead_count(self) -> int:
        """Return the number of deleted passages that still take up room, and time in every search."""

    # -- its end

    def close(self) -> None:
        """Let go of what is stored; closing twice is allowed."""

    def remove(self) -> None:
        """Delete all that is stored, closing it first, so that `open` makes an empty index."""


class VectorIndex(SearchIndex, Protocol):
    """Where passage vectors are searched."""

    def search(self, vector: FloatVector, limit: int, filters: Filters, *, loosely: bool = False) -> list[Hit]:
        """Return the nearest passages by cosine, best first, that pass the filters.

        `loosely`: of all that the days of the filters touch (`Reach.passages`), whether they pass or not.
        """

    def reach(self, filters: Filters, held: int) -> Reach:
        """Return what a search within the filters goes through, where `held` passages are held in all."""

    def servers(self) -> tuple[IndexServer, ...]:
        """Say how the servers stand that it uses; none for an index in files."""


class LexicalIndex(SearchIndex, Protocol):
    """Where the terms of passages are searched (`analysis.terms`)."""

    def search(
        self, terms: Sequence[str], limit: int, filters: Filters, phrases: Sequence[Sequence[str]] = ()
    ) -> list[Hit]:
        """Return passages with any of the terms and all of the phrases by BM25, best first, that pass the filters."""

    def holding(self, phrase: Sequence[str]) -> list[int]:
        """Return the keys of all passages that hold these terms in a row."""

    def scores(self, terms: Sequence[str], keys: Sequence[int]) -> dict[int, float]:
        """Return the BM25 score of those of these passages that hold any of the terms."""

    def within(self, filters: Filters, keys: Sequence[int] | None = None) -> list[int]:
        """Return the keys of the passages that pass the filters, of these or of all."""

    def count_within(self, filters: Filters) -> int:
        """Return the number of passages that pass the filters."""

    def frequency(self, term: str) -> int:
        """Return the number of passages that hold the term."""

    def terms_beginning(self, prefix: str) -> dict[str, int]:
        """Return all terms of the index that begin so, with the number of passages that hold them."""


class Projection(Protocol):
    """How vectors are narrowed before they are kept; every embedder knows that of its own."""

    @property
    def width(self) -> int | None:
        """Dimension after the projection; None when vectors are not projected."""

    def narrow(self, vectors: FloatMatrix) -> FloatMatrix:
        """Project vectors: [n, d] -> [n, width]."""


def day_to_int(day: date) -> int:
    """Return a day as filters compare it, 2025-11-27 -> 20251127: sorts like the day, and reads like it too."""
    return day.year * 10_000 + day.month * 100 + day.day


def int_to_day(number: int | None) -> date | None:
    """Return the day of such a number, 20251127 -> 2025-11-27; None stays None."""
    return None if number is None else date(number // 10_000, number // 100 % 100, number % 100)
