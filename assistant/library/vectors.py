"""The vector index, on Chroma: the only module that imports `chromadb`.

Chroma holds ids, vectors and the fields that filters need, no texts: everything in it can be rebuilt from the catalog.
Vectors have unit length and the space is cosine. The search width (`ef_search`) is set above Chroma's default of 100,
with which 3 of 239 questions lost their nearest passage at 62,000 vectors.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from assistant.library.days import day_to_int
from assistant.library.embedders.base import FloatMatrix, unit_rows
from assistant.records import Filters

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

Vector = np.ndarray[tuple[int], np.dtype[np.float32]]

_COLLECTION = "passages"
EF_SEARCH = 256
_PAGE = 20_000  # keys read at a time
_PROBED = 10  # passages that an index must find when it is opened, if it holds as many


class Hit(NamedTuple):
    """A passage found by an index."""

    key: int
    score: float  # higher is better; cosine -1..1 for vectors, BM25 >= 0 for terms


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterFields:
    """What the indexes know of a passage's article, for filters."""

    published: int | None  # yyyymmdd
    outlet: str
    authors: tuple[str, ...]


class VectorIndex(Protocol):
    """Where passage vectors are searched."""

    def count(self) -> int:
        """Number of passages held."""

    def upsert(self, keys: Sequence[int], vectors: Sequence[Vector], fields: Sequence[FilterFields]) -> None:
        """Add or replace passages; durable on return."""

    def delete(self, keys: Sequence[int]) -> None:
        """Remove passages; unknown keys are ignored."""

    def keys(self) -> list[int]:
        """The keys of all passages held."""

    def search(self, vector: Vector, limit: int, filters: Filters) -> list[Hit]:
        """The nearest passages, best first, that pass the filters."""

    def close(self) -> None:
        """Let go of the files."""


class Narrowing(Protocol):
    """How vectors are narrowed before they are kept; every embedder knows that of its own."""

    @property
    def width(self) -> int | None:
        """Numbers of a narrowed vector; None when it has as many as the whole one."""

    def narrow(self, vectors: FloatMatrix) -> FloatMatrix:
        """[n, d] -> [n, width]."""


class DamagedIndexError(Exception):
    """The index on disk cannot be read or written; it has to be rebuilt from the catalog."""


class ChromaIndex:
    """`VectorIndex` on Chroma's embedded client, in a folder of its own; it keeps narrowed vectors."""

    def __init__(
        self,
        place: Callable[[], Path],
        narrowing: Narrowing,
        opening: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Open or create the index in the folder that `place` names at the time.

        `opening` is entered while the files are opened again, to keep them from being changed meanwhile. Raises
        `DamagedIndexError` when the folder holds something unreadable, or vectors that are not narrowed like this.
        """
        self._place = place
        self._narrowing = narrowing
        self._opening = opening
        self._client, self._collection = _open(place(), narrowing.width)
        self._batch = self._client.get_max_batch_size()

    def count(self) -> int:
        """Number of passages held."""
        with _faults():
            return self._collection.count()

    def upsert(self, keys: Sequence[int], vectors: Sequence[Vector], fields: Sequence[FilterFields]) -> None:
        """Add passages, in batches as large as Chroma takes; of those it holds already, only the fields are replaced.

        A key stands for one text and so for one vector. To write the same vector again would do harm: hnswlib then
        links its neighbours anew, and may leave a vector that no other one leads to.
        """
        for at in range(0, len(keys), self._batch):
            ids = [str(key) for key in keys[at : at + self._batch]]
            rows = [_metadata(f) for f in fields[at : at + self._batch]]
            with _faults():
                found = self._collection.get(ids=ids, include=["metadatas"])
                held = dict(zip(found["ids"], found["metadatas"] or [], strict=True))
                known = [i for i, name in enumerate(ids) if name in held]
                new = [i for i, name in enumerate(ids) if name not in held]
                if known:
                    # What is not named would stay as it was: fields that are no longer known are taken away.
                    changed: Any = [dict.fromkeys(held[ids[i]] or {}) | rows[i] for i in known]
                    self._collection.update(ids=[ids[i] for i in known], metadatas=changed)
                if new:
                    self._collection.upsert(
                        ids=[ids[i] for i in new],
                        embeddings=self._narrowed([vectors[at + i] for i in new]),
                        metadatas=[rows[i] for i in new],
                    )

    def delete(self, keys: Sequence[int]) -> None:
        """Remove passages; unknown keys are ignored."""
        for at in range(0, len(keys), self._batch):
            with _faults():
                self._collection.delete(ids=[str(key) for key in keys[at : at + self._batch]])

    def keys(self) -> list[int]:
        """The keys of all passages held, read a page at a time."""
        found: list[int] = []
        with _faults():
            while page := self._collection.get(limit=_PAGE, offset=len(found), include=[])["ids"]:
                found += [int(key) for key in page]
        return found

    def search(self, vector: Vector, limit: int, filters: Filters) -> list[Hit]:
        """The nearest passages by cosine of the narrowed vectors, best first."""
        try:
            return self._search(vector, limit, filters)
        except DamagedIndexError:  # another process built the index anew since it was opened
            with self._opening():
                _close(self._client)
                self._client, self._collection = _open(self._place(), self._narrowing.width)
        return self._search(vector, limit, filters)

    def _search(self, vector: Vector, limit: int, filters: Filters) -> list[Hit]:
        with _faults():
            found = self._collection.query(
                query_embeddings=self._narrowed([vector]), n_results=limit, where=_where(filters), include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        return [Hit(int(key), 1.0 - distance) for key, distance in zip(found["ids"][0], distances, strict=True)]

    def _narrowed(self, vectors: Sequence[Vector]) -> FloatMatrix:
        """Unit rows, by which a damaged file is told (see `index_files`)."""
        return unit_rows(self._narrowing.narrow(np.stack(vectors)))

    def close(self) -> None:
        """Let go of the files."""
        _close(self._client)


def _open(folder: Path, width: int | None) -> tuple[ClientAPI, Collection]:
    import chromadb
    from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings
    from chromadb.errors import ChromaError

    make_index_folder(folder)
    client: ClientAPI | None = None
    try:
        client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        hnsw = CreateHNSWConfiguration(space="cosine", max_neighbors=16, ef_construction=128, ef_search=EF_SEARCH)
        collection = client.get_or_create_collection(
            _COLLECTION, embedding_function=None, configuration=CreateCollectionConfiguration(hnsw=hnsw)
        )
        _probe(collection, width)
    except (ChromaError, sqlite3.DatabaseError, ValueError, RuntimeError, KeyError, AttributeError) as error:
        # AttributeError: Chroma 1.5 trips over itself when it gives up on a file that is no database.
        # Else Chroma would hand out what is left of the client again, for the index that is made in its place.
        if client is not None:
            _close(client)
        else:
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise DamagedIndexError(str(error)) from error
    return client, collection


def _probe(collection: Collection, width: int | None) -> None:
    """Raise `ValueError` when the graph of vectors finds less than it must, or its vectors have another width.

    The count comes from another file: with its graph cut short, an index may count rightly, find nothing and not fail.
    """
    wanted = min(collection.count(), _PROBED)
    if wanted:
        held = _width(collection)
        if width not in (None, held):
            raise ValueError(f"its vectors have {held} numbers where {width} are kept now")
        found = collection.query(query_embeddings=np.ones(held, np.float32), n_results=wanted)
        if len(found["ids"][0]) < wanted:
            raise ValueError("it finds fewer passages than it holds")


def _width(collection: Collection) -> int:
    one = collection.get(limit=1, include=["embeddings"])["embeddings"]
    return len(one[0]) if one is not None and len(one) else 0


def _close(client: ClientAPI) -> None:
    client.close()  # type: ignore[attr-defined]  # it exists; Chroma's own annotation hides it


@contextmanager
def _faults() -> Iterator[None]:
    from chromadb.errors import InternalError, NotFoundError

    try:
        yield
    except (InternalError, NotFoundError) as error:  # a full disk, a missing permission, a damaged or removed file
        raise DamagedIndexError(str(error)) from error


def make_index_folder(folder: Path) -> None:
    """Make the folder of an index. Raises `DamagedIndexError` when that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DamagedIndexError(str(error)) from error


def place_in(folder: Path) -> Path:
    """Where in the folder for vector indexes the present one stands: each that is built anew has a place of its own.

    Another process may have the one before still open. SQLite takes the log of changes beside a database by its name:
    that process would find the log of the new database beside the old one, which is deleted, and undo what it holds.
    """
    number = _newest(folder)
    return folder / str(number) if number else folder


def remove_index(folder: Path) -> None:
    """Delete all that is in the folder for vector indexes, and make a place in it where one can be built anew.

    The place comes first: after a crash in between, its number is not given out again.
    """
    fresh = folder / str(_newest(folder) + 1)
    with suppress(OSError):  # making it anew will meet the same fault and name it
        if not folder.is_dir():
            folder.unlink(missing_ok=True)
        fresh.mkdir(parents=True)
        for inner in folder.iterdir():
            if inner.is_dir() and inner != fresh:
                shutil.rmtree(inner, ignore_errors=True)
            elif inner != fresh:
                inner.unlink()


def _newest(folder: Path) -> int:
    """The number of the newest place, 0 when none has a number."""
    return max((int(place.name) for place in folder.glob("*") if place.name.isdecimal()), default=0)


def _metadata(fields: FilterFields) -> dict[str, str | int | bool]:
    """Filter fields as Chroma takes them. An author is a key of its own, since lists cannot be filtered."""
    row: dict[str, str | int | bool] = {"outlet": fields.outlet.casefold()}
    if fields.published is not None:
        row["published"] = fields.published
    row.update({f"author:{author.casefold()}": True for author in fields.authors})
    return row


def _where(filters: Filters) -> Any:
    terms: list[dict[str, Any]] = []
    if filters.since:
        terms.append({"published": {"$gte": day_to_int(filters.since)}})
    if filters.until:
        terms.append({"published": {"$lte": day_to_int(filters.until)}})
    if filters.outlets:
        terms.append({"outlet": {"$in": [outlet.casefold() for outlet in filters.outlets]}})
    if filters.authors:
        authors: list[dict[str, Any]] = [{f"author:{author.casefold()}": True} for author in filters.authors]
        terms.append(authors[0] if len(authors) == 1 else {"$or": authors})
    if len(terms) > 1:
        return {"$and": terms}
    return terms[0] if terms else None
