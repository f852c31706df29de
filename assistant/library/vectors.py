"""The vector index, on Chroma: the only module that imports `chromadb`.

Chroma holds ids, vectors of unit length and the fields that filters need: all can be rebuilt from the catalog. The
search width (`ef_search`) is above Chroma's default of 100, with which 3 of 239 questions lost their nearest passage of
62,000.

Chroma writes its files anew after every 1,000 vectors, and inserts what came later whenever it is opened. More vectors
between two writes (`sync_threshold`) gained too little: 20,480 more to 163,000 took 17.5 s of the processor and 504 MB
with 1,000, 16.6 s and 290 MB with 4,000; 8,192 unwritten ones cost every process that opened the index 2.2 s.

Chroma reads its graph of vectors without looking: a file cut short or overwritten ends the whole process, or goes
unnoticed and finds nothing. So files that may be damaged are first opened by another process (`check`): a search for
everything walks every link of the graph's lowest level and measures every vector; of 100,000 in a sound graph it
reached 99,977. So a crash costs the next run this check, 4 s of the processor for 69,000 passages; where files are
damaged, also a rebuild from the catalog's vectors, 1.2 ms a passage.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from assistant.library.database import integrity_fault
from assistant.library.disk import Fingerprint, IndexFolder, ReadOnlyCopy, place_in, remove_places
from assistant.library.embedders.base import FloatMatrix, FloatVector, unit_rows
from assistant.library.index import (
    DamagedIndexError,
    FilterFields,
    Hit,
    IndexedPassage,
    IndexServer,
    Projection,
    Reach,
    VectorIndex,
    day_to_int,
)
from assistant.records import Filters

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

T = TypeVar("T")
_COLLECTION = "passages"
EF_SEARCH = 256
_PAGE = 20_000  # keys read at a time
_PROBED = 10  # passages that an index must find when it is opened, if it holds as many
# Files that change by being opened, and which no search reads: of an empty graph, lengths that were never set.
_UNSTEADY = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".lock", "-journal", "length.bin")
_UNSET = ("data_level0.bin", "link_lists.bin")  # the memory of a graph, never written while it has no links
_DEAD = "deleted"  # in the collection's metadata: how many vectors were deleted from its graph
_REACHED = 0.99  # that a search must reach, by the check; a sound graph leaves some passages without a link to them
_LOST = 0.1  # share of those tried that may not be found by their own vector; 2 % were not in a crowded sound graph
_TRIED = 500  # passages that must be found by their own vector, which walks the upper levels of the graph
_NEAR = 0.01  # cosine distance of a vector from itself, and how far outside of 0..2 rounding may bring a distance
_CHECK_S = 1800.0  # a check that takes longer will not end
_CHECK = (
    "import sys; sys.path[:] = sys.argv[2:]; from assistant.library import vectors; vectors.write_fault(sys.argv[1])"
)


def embedded_index(
    folder: Path,
    projection: Projection,
    changing: Callable[[], AbstractContextManager[None]],
    copy: ReadOnlyCopy | None = None,
) -> VectorIndex:
    """Return the vector index in its folder below a library's `folder`; see `ChromaIndex`."""
    return ChromaIndex(IndexFolder(folder / ChromaIndex.name, _UNSTEADY, copy, unset=_UNSET), projection, changing)


class ChromaIndex:
    """`VectorIndex` on Chroma's embedded client, in a folder of its own; it keeps projected vectors."""

    name = "chroma"
    kind = "vector index"
    keeps_vectors = True
    is_one_piece = True
    is_shared = False
    has_places = True
    refresh_s = 20.0  # Chroma keeps the graph that it once read: it has to be read again

    def __init__(
        self,
        folder: IndexFolder,
        projection: Projection,
        changing: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """`changing` is entered while files are changed or opened, so that no process reads a file half written."""
        self._folder = folder
        self._projection = projection
        self._changing = changing
        self._opened: tuple[ClientAPI, Collection] | None = None

    # -- before it is open

    def check(self) -> str:
        """Return what another process finds wrong with the files, "" when nothing."""
        place = self._place()
        if not place.is_dir() or not any(place.iterdir()):
            return ""
        command = [sys.executable, "-c", _CHECK, str(place), *sys.path]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_CHECK_S, check=False)  # noqa: S603  # our own
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"its files cannot be checked: {error}"
        if done.returncode:
            return f"opening it ends the process (exit code {done.returncode})"
        return done.stdout.decode("utf-8", "replace").strip()

    def is_outdated(self) -> bool:
        """Whether an earlier version made it: `open` finds out, by the dimension of the vectors."""
        return False

    def fingerprint(self) -> Fingerprint:
        """Return sizes and times of change of the files."""
        return self._folder.fingerprint()

    @property
    def is_open(self) -> bool:
        """Whether it can be used."""
        return self._opened is not None

    def open(self) -> None:
        """Open or create the index; also refuses vectors that are not projected as they are now."""
        with self._changing():
            self._opened = _open(self._place(), self._projection.width)

    @property
    def _collection(self) -> Collection:
        if self._opened is None:
            raise DamagedIndexError("it is not open")
        return self._opened[1]

    # -- while it is open

    def count(self) -> int:
        """Return the number of passages held."""
        with _faults():
            return self._collection.count()

    def upsert(self, passages: Sequence[IndexedPassage]) -> None:
        """Add passages, durable at once; of those it holds already, only the fields are replaced.

        A key stands for one text and so for one vector. To write the same vector again would do harm: hnswlib then
        links its neighbours anew, and may leave a vector that no other one leads to.
        """
        with self._changing():
            for batch in self._batches(passages):
                with _faults():
                    self._upsert({str(passage.passage_id): passage for passage in batch})

    def _upsert(self, passages: Mapping[str, IndexedPassage]) -> None:
        found = self._collection.get(ids=list(passages), include=["metadatas"])
        held = dict(zip(found["ids"], found["metadatas"] or [], strict=True))
        if held:
            # What is not named would stay as it was: fields that are no longer known are taken away.
            changed: Any = [dict.fromkeys(row or {}) | _metadata(passages[key].fields) for key, row in held.items()]
            self._collection.update(ids=list(held), metadatas=changed)
        if new := {key: passage for key, passage in passages.items() if key not in held}:
            self._collection.upsert(
                ids=list(new),
                embeddings=self._projected([p.vector for p in new.values() if p.vector is not None]),
                metadatas=[_metadata(passage.fields) for passage in new.values()],
            )

    def delete(self, keys: Sequence[int]) -> None:
        """Remove passages, unknown keys are ignored; durable at once."""
        with self._changing():
            for batch in self._batches(keys):
                with _faults():
                    deleted = self._collection.delete(ids=[str(key) for key in batch])["deleted"]
                    if deleted:
                        self._collection.modify(metadata={_DEAD: self.dead_count() + deleted})

    def _batches(self, things: Sequence[T]) -> Iterator[Sequence[T]]:
        """As large as Chroma takes them."""
        size = self._opened[0].get_max_batch_size() if self._opened else len(things)
        return (things[at : at + size] for at in range(0, len(things), size))

    def commit(self) -> None:
        """Does nothing: every change is durable at once."""

    settle = commit  # nothing happens in the background

    def refresh(self) -> None:
        """Close it: what other processes wrote is seen when it is opened again."""
        self.close()

    def dead_count(self) -> int:
        """Return the number of vectors that were deleted since the graph was built: they stay in it."""
        found = (self._collection.metadata or {}).get(_DEAD, 0)
        return int(found) if isinstance(found, int) else 0

    def keys(self) -> list[int]:
        """Return the keys of all passages held, read a page at a time."""
        found: list[int] = []
        with _faults():
            while page := self._collection.get(limit=_PAGE, offset=len(found), include=[])["ids"]:
                found += [int(key) for key in page]
        return found

    def reach(self, filters: Filters, held: int) -> Reach:
        """Return that all passages are gone through."""
        return Reach(held, held if filters != Filters() else 0)

    def servers(self) -> tuple[IndexServer, ...]:
        """Return none."""
        return ()

    def search(self, vector: FloatVector, limit: int, filters: Filters, *, loosely: bool = False) -> list[Hit]:
        """Return the nearest passages by cosine of the projected vectors, best first."""
        filters = Filters() if loosely else filters
        try:
            return self._search(vector, limit, filters)
        except DamagedIndexError:  # another process rebuilt the index since it was opened
            with self._changing():
                self.close()
                self.open()
        return self._search(vector, limit, filters)

    def _search(self, vector: FloatVector, limit: int, filters: Filters) -> list[Hit]:
        with _faults():
            found = self._collection.query(
                query_embeddings=self._projected([vector]),
                n_results=limit,
                where=_where(filters),
                include=["distances"],
            )
        distances = (found["distances"] or [[]])[0]
        return [Hit(int(key), 1.0 - distance) for key, distance in zip(found["ids"][0], distances, strict=True)]

    def _projected(self, vectors: Sequence[FloatVector]) -> FloatMatrix:
        """Unit rows, by which damaged vectors are noticed."""
        return unit_rows(self._projection.narrow(np.stack(vectors)))

    # -- its end

    def close(self) -> None:
        """Let go of the files."""
        if self._opened is not None:
            _close(self._opened[0])
        self._opened = None

    def remove(self) -> None:
        """Delete the index, and make another place where it can be rebuilt; see `place_in`."""
        self.close()
        remove_places(self._folder.path)

    def _place(self) -> Path:
        return place_in(self._folder.path)


def write_fault(place: str) -> None:
    """Write what is wrong with the index at a place to standard output, nothing when nothing is; for `check`."""
    sys.stdout.write(_fault(Path(place)))


def _fault(place: Path) -> str:
    for file in place.glob("*.sqlite3"):
        if fault := integrity_fault(file):
            return fault
    try:
        client, collection = _open(place, None)
        try:
            with _faults():
                return _graph_fault(collection)
        finally:
            _close(client)
    except DamagedIndexError as error:
        return str(error)


def _graph_fault(collection: Collection) -> str:
    held = collection.count()
    if not held:
        return ""
    found = collection.query(
        query_embeddings=np.ones(_width(collection), np.float32), n_results=held, include=["distances"]
    )
    reached, distances = found["ids"][0], np.array((found["distances"] or [[]])[0])
    if held - len(set(reached)) > max((1 - _REACHED) * held, min(2, held // 10)):
        return f"a search for everything finds {len(set(reached)):,} of {held:,} passages"
    if not (np.abs(distances - 1) < 1 + _NEAR).all():
        return "a vector is damaged"
    doubtful = _never_written(collection, reached, distances)
    if doubtful and not _are_unit(_vectors(collection, doubtful)):
        return "a vector is damaged"
    tried = _vectors(collection, reached[:: -(-held // _TRIED)])
    nearest = collection.query(query_embeddings=tried, n_results=1, include=["distances"])["distances"] or []
    lost = sum(not row or row[0] > _NEAR for row in nearest)
    if lost > _LOST * len(nearest) or not _are_unit(tried):
        return f"{lost} of {len(nearest)} passages are not found by their own vector"
    return ""


def _never_written(collection: Collection, reached: Sequence[str], distances: FloatVector) -> list[str]:
    """Some of the passages whose vector may be all zeros: at a right angle to any other vector, or not reached."""
    found = [key for key, distance in zip(reached, distances, strict=True) if distance == 1.0]
    if len(reached) < collection.count():
        found += set(collection.get(include=[])["ids"]).difference(reached)
    return found[:_TRIED]


def _vectors(collection: Collection, ids: Sequence[str]) -> FloatMatrix:
    return np.array(collection.get(ids=list(dict.fromkeys(ids)), include=["embeddings"])["embeddings"], np.float32)


def _are_unit(vectors: FloatMatrix) -> bool:
    return bool((np.abs(np.linalg.norm(vectors, axis=1) - 1) < _NEAR).all())


def _open(folder: Path, width: int | None) -> tuple[ClientAPI, Collection]:
    import chromadb
    from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration
    from chromadb.config import Settings
    from chromadb.errors import ChromaError

    client: ClientAPI | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        hnsw = CreateHNSWConfiguration(space="cosine", max_neighbors=16, ef_construction=128, ef_search=EF_SEARCH)
        collection = client.get_or_create_collection(
            _COLLECTION, embedding_function=None, configuration=CreateCollectionConfiguration(hnsw=hnsw)
        )
        _probe(collection, width)
    except (ChromaError, OSError, sqlite3.DatabaseError, ValueError, RuntimeError, KeyError, AttributeError) as error:
        # AttributeError: Chroma 1.5 trips over itself when it gives up on a file that is no database. What it then
        # keeps of the client it hands out again for the same folder, which an index that is rebuilt never has.
        if client is not None:
            _close(client)
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
