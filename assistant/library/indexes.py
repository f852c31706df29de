"""Both search indexes of a library: opened when they are first used, and only when what they store can be trusted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from assistant.errors import LibraryError
from assistant.library import lexical, vectors
from assistant.library.catalog import Catalog
from assistant.library.disk import IndexLock, Marker, MarkerFile, ReadOnlyCopy
from assistant.library.index import DamagedIndexError, LexicalIndex, Projection, SearchIndex, VectorIndex

I = TypeVar("I", bound=SearchIndex)  # noqa: E741  # an index

_MARKER = "index_stamp"  # the fact in the catalog that numbers the last marker (see `disk.MarkerFile`)
_WORN_SHARE = 0.5  # deleted passages for each living one
_WORN_LEAST = 1000


class Indexes:
    """The indexes of one library, and the marker which says that they agree with its catalog."""

    def __init__(
        self,
        vector_index: VectorIndex,
        lexical_index: LexicalIndex,
        catalog: Catalog,
        marker: MarkerFile,
        *,
        changing: Callable[[], AbstractContextManager[None]] = nullcontext,
        is_read_only: bool = False,
        is_written: Callable[[], bool],
    ) -> None:
        """Nothing is opened yet. `is_written` says whether another process writes to the library.

        `changing` is held while what an index stores is changed or opened.
        """
        self.all: tuple[SearchIndex, ...] = (vector_index, lexical_index)
        self.changing = changing
        self._vectors = vector_index
        self._lexical = lexical_index
        self._catalog = catalog
        self._marker = marker
        self._is_read_only = is_read_only
        self._is_written = is_written
        self._opened_at: dict[str, float] = {}

    @property
    def vectors(self) -> VectorIndex:
        """The vector index. Raises `DamagedIndexError` and `IndexUnreachable`."""
        return self.opened(self._vectors)

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index. Raises `DamagedIndexError` and `IndexUnreachable`."""
        return self.opened(self._lexical)

    def opened(self, index: I) -> I:
        """Return one of the indexes, open. Raises `DamagedIndexError` and `IndexUnreachable`."""
        if not index.is_open:
            with self.changing():
                if self._is_doubtful(index) and (fault := index.check()):
                    raise DamagedIndexError(fault)
                index.open()
            self._opened_at[index.name] = time.monotonic()
        return index

    def are_outdated(self) -> bool:
        """Whether an earlier version of this program made one, so that it must be rebuilt; opens nothing."""
        return any(index.is_outdated() for index in self.all)

    def close(self) -> None:
        """Let go of everything."""
        for index in self.all:
            index.close()

    def refresh(self) -> None:
        """See what other processes wrote since the indexes were opened."""
        is_written = self._is_written()
        for index in self.all:
            is_fresh = time.monotonic() - self._opened_at.get(index.name, 0.0) < index.refresh_s
            if index.is_open and not (is_fresh and is_written):
                index.refresh()

    def remove(self, index: SearchIndex) -> None:
        """Delete an index, so that it can be rebuilt."""
        self.withdraw_marker()
        index.remove()

    def is_worn(self, index: SearchIndex, passages: int) -> bool:
        """Whether so much was deleted from an index that it should be rebuilt.

        Deleted vectors stay in their graph: they take up disk, and every search walks past them.
        """
        return self.opened(index).dead_count() > max(_WORN_SHARE * passages, _WORN_LEAST)

    # -- whether they hold what the catalog says

    def marked(self) -> int | None:
        """Return the number of passages in catalog and indexes, where a valid marker says that they agree; else None.

        None too for an index that an earlier version of this program made.
        """
        marker = self._marker.read()
        if marker is None or str(marker.number) != self._catalog.fact(_MARKER) or self.are_outdated():
            return None
        return marker.passages if all(_fits(marker, index) for index in self.all) else None

    def mark(self, passages: int) -> None:
        """Say that both indexes hold exactly the passages of the catalog."""
        for index in self.all:
            index.settle()
        number = int(self._catalog.fact(_MARKER) or 0) + 1
        self._catalog.set_facts({_MARKER: str(number)})
        self._marker.write(Marker(number, passages, {index.name: index.fingerprint() for index in self.all}))

    def withdraw_marker(self) -> None:
        """Called before anything is changed."""
        if not self._is_read_only:
            self._marker.remove()

    def went_back(self) -> bool:
        """Whether the catalog is older than the indexes: it was put back, or lost what was written last."""
        marker = self._marker.read()
        return marker is not None and marker.number > int(self._catalog.fact(_MARKER) or 0)

    def _is_doubtful(self, index: SearchIndex) -> bool:
        """Whether it may be in any state. What a live process writes is whole whenever the lock is free."""
        marker = self._marker.read()
        return not (marker is not None and _fits(marker, index)) and not self._is_written()


@contextmanager
def index_faults(folder: Path) -> Iterator[None]:
    """Raise `LibraryError` for what is still damaged after an index was rebuilt."""
    try:
        yield
    except DamagedIndexError as error:
        raise LibraryError(
            f"The search indexes in {folder} cannot be written ({error}). Make sure that the disk has space "
            "and that you may write there, then run the same command again: nothing that was recorded is lost."
        ) from error


def _fits(marker: Marker, index: SearchIndex) -> bool:
    return marker.indexes.get(index.name) == index.fingerprint()


def embedded_indexes(
    folder: Path,
    catalog: Catalog,
    projection: Projection,
    copy: ReadOnlyCopy | None,
    is_written: Callable[[], bool],
) -> Indexes:
    """Return the indexes in a library's own folder; where that may only be read, `copy` is where they are opened."""
    changing = IndexLock(folder).held if copy is None else nullcontext
    return Indexes(
        vectors.embedded_index(folder, projection, changing, copy),
        lexical.embedded_index(folder, copy),
        catalog,
        MarkerFile(folder),
        changing=changing,
        is_read_only=copy is not None,
        is_written=is_written,
    )
