"""Both search indexes of a library folder: opened when they are first used, and only when their files are whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Literal

from assistant.library import lexical, vectors
from assistant.library.catalog import Catalog
from assistant.library.disk import IndexLock, Marker, MarkerFile, ReadOnlyCopy, fingerprint
from assistant.library.index_files import term_files_fault, vector_files_fault, vectors_on_disk
from assistant.library.lexical import LexicalIndex, TantivyIndex
from assistant.library.vectors import ChromaIndex, DamagedIndexError, Narrowing, VectorIndex

Name = Literal["chroma", "tantivy"]
NAMES: tuple[Name, ...] = ("chroma", "tantivy")

_UNSTEADY = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".lock", "-journal")  # change by being opened
_STAMP = "index_stamp"  # the fact in the catalog that names the last note (see `disk.MarkerFile`)
_WORN_SHARE = 0.5  # deleted vectors for each living one
_WORN_LEAST = 1000
_STALE_S = 20.0  # while another process writes, a reader looks for new vectors this often


class Indexes:
    """The indexes in `chroma/` and `tantivy/` of a library's folder, or of a copy where it may only be read."""

    def __init__(
        self,
        folder: Path,
        catalog: Catalog,
        narrowing: Narrowing,
        copy: ReadOnlyCopy | None,
        is_written: Callable[[], bool],
    ) -> None:
        """Nothing is opened yet. `is_written` tells whether another process writes to the library."""
        self._home = folder
        self._narrowing = narrowing
        self._catalog = catalog
        self._copy = copy
        self._marker = MarkerFile(folder)
        self._is_written = is_written
        self._lock = IndexLock(folder)
        self._places: dict[Name, Path] = {}
        self._vectors: VectorIndex | None = None
        self._lexical: LexicalIndex | None = None
        self._opened = 0.0

    @property
    def vectors(self) -> VectorIndex:
        """The vector index. Raises `DamagedIndexError`."""
        if self._vectors is None:
            with self.changing():
                self._refuse(vector_files_fault(self.place("chroma"), thorough=self._is_doubtful("chroma")))
                self._vectors = ChromaIndex(lambda: self.place("chroma"), self._narrowing, self.changing)
                self._opened = time.monotonic()
        return self._vectors

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index. Raises `DamagedIndexError`."""
        if self._lexical is None:
            place = self.place("tantivy")
            if self._is_doubtful("tantivy"):
                self._refuse(term_files_fault(place))
            self._lexical = TantivyIndex(place)
        return self._lexical

    def of(self, name: Name) -> VectorIndex | LexicalIndex:
        """The index with this name."""
        return self.vectors if name == "chroma" else self.lexical

    def are_outdated(self) -> bool:
        """Whether an earlier version of this program made them, so that they must be built anew; opens nothing."""
        return lexical.is_outdated(self._home / "tantivy")

    def changing(self) -> AbstractContextManager[None]:
        """Held while the files of the vector index are changed or opened."""
        return nullcontext() if self._copy else self._lock.held()

    def close(self) -> None:
        """Let go of all files."""
        for part in (self._vectors, self._lexical):
            if part is not None:
                part.close()
        self._vectors = self._lexical = None

    def look_again(self) -> None:
        """See what other processes wrote since the indexes were opened."""
        if self._lexical is not None:
            self._lexical.refresh()
        fresh = time.monotonic() - self._opened < _STALE_S
        if self._vectors is not None and not (fresh and self._is_written()):
            self._vectors.close()
            self._vectors = None

    def remove(self, name: Name) -> None:
        """Delete an index, so that it can be built anew."""
        self.forget_stamp()
        folder = self._folder(name)
        if name == "chroma":
            if self._vectors is not None:
                self._vectors.close()
            self._vectors = None
            vectors.remove_index(folder)
        else:
            if self._lexical is not None:
                self._lexical.close()
            self._lexical = None
            lexical.remove_index(folder)

    def is_worn(self, passages: int) -> bool:
        """Whether so many vectors were deleted from the graph that it should be built anew.

        Deleted vectors stay in it: they take up disk, and every search walks past them.
        """
        return vectors_on_disk(self.place("chroma")) - passages > max(_WORN_SHARE * passages, _WORN_LEAST)

    # -- whether they hold what the catalog says

    def stamped(self) -> int | None:
        """The number of passages in catalog and indexes, where a note vouches that they agree; else None.

        Never for an index whose terms were made otherwise than they are now.
        """
        stamp = self._marker.read()
        if stamp is None or str(stamp.number) != self._catalog.fact(_STAMP):
            return None
        if self.are_outdated():
            return None
        return stamp.passages if all(self._fits(stamp, name) for name in NAMES) else None

    def stamp(self, passages: int) -> None:
        """Vouch that both indexes hold exactly the passages of the catalog."""
        if self._lexical is not None:
            self._lexical.settle()
        number = int(self._catalog.fact(_STAMP) or 0) + 1
        self._catalog.set_facts({_STAMP: str(number)})
        self._marker.write(Marker(number, passages, {n: fingerprint(self._home / n, _UNSTEADY) for n in NAMES}))

    def forget_stamp(self) -> None:
        """Called before anything is changed."""
        if self._copy is None:
            self._marker.remove()

    def went_back(self) -> bool:
        """Whether the catalog is older than the indexes: it was put back, or lost what was written last."""
        stamp = self._marker.read()
        return stamp is not None and stamp.number > int(self._catalog.fact(_STAMP) or 0)

    def _is_doubtful(self, name: Name) -> bool:
        """Whether the files may be in any state. What a live process writes is whole whenever the lock is free."""
        stamp = self._marker.read()
        return not (stamp is not None and self._fits(stamp, name)) and not self._is_written()

    def _fits(self, marker: Marker, name: Name) -> bool:
        return marker.indexes.get(name) == fingerprint(self._home / name, _UNSTEADY)

    def place(self, name: Name) -> Path:
        """The folder where the index stands, or its mirror."""
        folder = self._folder(name)
        return vectors.place_in(folder) if name == "chroma" else folder

    def _folder(self, name: Name) -> Path:
        if self._copy is None:
            return self._home / name
        if name not in self._places:
            self._places[name] = self._copy.take(self._home / name, _UNSTEADY)
        return self._places[name]

    @staticmethod
    def _refuse(fault: str) -> None:
        if fault:
            raise DamagedIndexError(fault)
