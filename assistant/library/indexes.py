"""Both search indexes of a library: opened when first used, only when they can be trusted; and how they are filled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from assistant.articles.fields import slug_words
from assistant.errors import LibraryError
from assistant.library import lexical, vectors
from assistant.library.catalog import SEARCHABLE, Catalog, IndexChanges, StoredPassage, StoredText, chunks
from assistant.library.chroma_server import ServerPlaces
from assistant.library.chunking import spans_within
from assistant.library.disk import ConsistencyMarker, IndexLock, MarkerFile, ReadOnlyCopy
from assistant.library.embedders.base import Embedder, FloatVector
from assistant.library.index import (
    DamagedIndexError,
    FilterFields,
    IndexedPassage,
    IndexServer,
    LexicalIndex,
    SearchIndex,
    VectorIndex,
)
from assistant.library.packing import CachedVectors, pack, unpack_passage
from assistant.library.server_index import ServerIndex
from assistant.records import ArticleInfo

I = TypeVar("I", bound=SearchIndex)  # noqa: E741  # an index

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
        follows: bool = False,
    ) -> None:
        """Nothing is opened yet. `is_written` says whether another process writes to the library.

        `changing` is held while what an index stores is changed or opened. `follows` says that other hosts change the
        catalog too, and that these indexes follow its log.
        """
        self.all: tuple[SearchIndex, ...] = (vector_index, lexical_index)
        self.changing = changing
        self._vectors = vector_index
        self._lexical = lexical_index
        self._catalog = catalog
        self._marker = marker
        self._is_read_only = is_read_only
        self._is_written = is_written
        self._follows = follows
        self._opened_at: dict[str, float] = {}

    @property
    def vectors(self) -> VectorIndex:
        """The vector index. Raises `DamagedIndexError` and `IndexUnreachable`."""
        return self.opened(self._vectors)

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index. Raises `DamagedIndexError` and `IndexUnreachable`."""
        return self.opened(self._lexical)

    @property
    def own(self) -> tuple[SearchIndex, ...]:
        """Those that no other host uses."""
        return tuple(index for index in self.all if not index.is_shared)

    def opened(self, index: I) -> I:
        """Return one of the indexes, open. Raises `DamagedIndexError` and `IndexUnreachable`."""
        if not index.is_open:
            with self.changing():
                if self._is_doubtful(index) and (fault := index.check()):
                    raise DamagedIndexError(fault)
                index.open()
            self._opened_at[index.name] = time.monotonic()
        return index

    def vector_servers(self) -> tuple[IndexServer, ...]:
        """Say how the servers stand that keep vectors; nothing is opened."""
        return self._vectors.servers()

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
        if marker is None or marker.number != self._catalog.stamp() or self.are_outdated():
            return None
        return marker.passages if all(_fits(marker, index) for index in self.all) else None

    def mark(self, passages: int, stamp: int | None = None) -> None:
        """Say that both indexes hold exactly the passages of the catalog, now or, where followed, as of a stamp."""
        for index in self.all if stamp is None else self.own:
            index.settle()
        number = self._catalog.new_stamp() if stamp is None else stamp
        self._marker.write(ConsistencyMarker(number, passages, {index.name: index.fingerprint() for index in self.all}))

    def withdraw_marker(self) -> None:
        """Called before anything is changed."""
        if not self._is_read_only:
            self._marker.remove()

    def went_back(self) -> bool:
        """Whether the catalog is older than the indexes: it was put back, or lost what was written last."""
        marker = self._marker.read()
        if marker is None:
            return self._follows  # whatever is there, it is not known of when it is
        return not self._catalog.knows_stamp(marker.number)

    def begin(self, stamp: int) -> None:
        """Note, where a log is followed, that the indexes are about to be filled with what the catalog says now."""
        if self._follows:
            self._marker.write(ConsistencyMarker(stamp, 0, {}))

    def unfollowed(self) -> IndexChanges | None:
        """Return what the catalog logged since the indexes last agreed with it, None where that is not known."""
        marker = self._marker.read()
        return None if marker is None else self._catalog.changes_since(marker.number)

    def are_whole(self, which: Sequence[SearchIndex]) -> bool:
        """Whether these are as they were when all last agreed with the catalog, whatever it says now."""
        marker = self._marker.read()
        return marker is not None and not self.are_outdated() and all(_fits(marker, index) for index in which)

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


def _fits(marker: ConsistencyMarker, index: SearchIndex) -> bool:
    return marker.indexes.get(index.name) == index.fingerprint()


def embedded_indexes(
    folder: Path,
    catalog: Catalog,
    embedder: Embedder,
    copy: ReadOnlyCopy | None,
    is_written: Callable[[], bool],
    places: ServerPlaces | None = None,
    *,
    follows: bool = False,
) -> Indexes:
    """Return the indexes in a library's own folder, but for the vectors where servers keep them (`places`).

    Where the folder may only be read, `copy` is where they are opened. Where others follow the catalog too, the folder
    bears its id, by which every host knows the same collections for its own.
    """
    changing = IndexLock(folder).held if copy is None else nullcontext
    vector_index: VectorIndex
    if places is None:
        vector_index = vectors.embedded_index(folder, embedder, changing, copy)
    else:
        vector_index = ServerIndex(
            *(places, catalog, embedder),
            embedder=embedder.name,
            place=folder.name if follows else str(folder.resolve()),
            is_read_only=copy is not None,
        )
    return Indexes(
        vector_index,
        lexical.embedded_index(folder, copy),
        catalog,
        MarkerFile(folder, keeps_number=follows),
        changing=changing,
        is_read_only=copy is not None,
        is_written=is_written,
        follows=follows,
    )


EMBED_BATCH = 128  # passages embedded between two saves: all that a kill can lose; more are no faster by over 1 %
INDEX_BATCH = 2048  # passages written to the indexes between two commits

OnEmbedded = Callable[[int], None]  # told the number of passages of each batch that was embedded


def silent(_: object) -> None:
    """Take no notice."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage with its text, on its way into the indexes."""

    stored: StoredPassage
    text: str
    article: StoredText

    def spans(self) -> tuple[tuple[int, int], ...]:
        """Of its sentences, within `text`."""
        p = self.stored.passage
        return spans_within(self.article.text, p, self.article.sentences(p.first, p.last))


class Indexer:
    """Writes passages into the indexes, embedding those whose vectors the catalog does not hold yet."""

    def __init__(
        self, catalog: Catalog, indexes: Indexes, embedder: Embedder, notify: Callable[[str], None] = silent
    ) -> None:
        self._catalog = catalog
        self._indexes = indexes
        self._embedder = embedder
        self._notify = notify
        self.on_added: OnEmbedded = silent  # told how many passages of a batch went into an index, for each index

    def add(self, rows: Sequence[int], on_embedded: OnEmbedded = silent) -> tuple[int, int]:
        """Put all passages of these versions into both indexes. Returns how many, and how many were embedded now."""
        return self._add(self._catalog.passages_of(rows), self._indexes.all, on_embedded)

    def drop(self, keys: Sequence[int]) -> None:
        """Take passages out of both indexes."""
        for index in self._indexes.all:
            self._drop(keys, index)

    def _drop(self, keys: Sequence[int], index: SearchIndex) -> None:
        if keys:
            self._indexes.withdraw_marker()
            self._indexes.opened(index).delete(keys)
            index.commit()

    def rebuild(self, index: SearchIndex, on_embedded: OnEmbedded = silent) -> int:
        """Remove an index and fill it again; returns how many passages had to be embedded for it."""
        with self._indexes.changing():  # a reader must not find the folder gone, and make it in its turn
            self._indexes.remove(index)
            self._indexes.opened(index)
        passages = (self._catalog.passages_of(part) for part in chunks(self._catalog.version_ids(SEARCHABLE)))
        embedded = sum(self._add(some, (index,), on_embedded)[1] for some in passages)
        index.settle()
        return embedded

    def follow(self, changes: IndexChanges) -> None:
        """Take in what other hosts changed, but where they did so themselves. Doing it again is harmless."""
        back = self._catalog.searchable_passages(changes.left)
        for index in self._indexes.own:
            self._drop([key for key in changes.left if key not in back], index)
        for part in chunks(changes.versions):
            if passages := self._catalog.passages_of(part):
                self._add(passages, self._indexes.own, silent)

    def complete_cache(self) -> int:
        """Embed the searchable passages whose vectors were lost from the catalog; returns how many."""
        return sum(
            self._passage_vectors(self._with_text(self._catalog.passages_of(part)), silent)[1]
            for part in chunks(self._catalog.version_ids(SEARCHABLE))
        )

    def mend(self, index: SearchIndex) -> str:
        """Make an index hold what the catalog says, and no more; returns what was done, "" for nothing.

        It is compared passage by passage. Passages of pending articles may be in it: they are written again.
        """
        wanted = set(self._catalog.passage_ids(SEARCHABLE))
        try:
            held = self._indexes.opened(index).keys()
        except DamagedIndexError as error:
            return self._announced_rebuild(index, f"it could not be read ({error})" if wanted else "")
        twice = len(held) - len(set(held))
        missing = wanted.difference(held)
        surplus = set(held) - wanted
        if surplus:
            surplus -= set(self._catalog.passage_ids_outside(SEARCHABLE))
        is_mostly_missing = 2 * len(missing) >= len(wanted) and (index.is_one_piece or not held)
        if twice or (missing and is_mostly_missing):
            return self._announced_rebuild(index, "it held nothing" if not held else "it held something else")
        self._drop(sorted(surplus), index)
        for part in chunks(sorted(missing)):
            self._add(list(self._catalog.searchable_passages(part).values()), (index,), silent)
        if not (missing or surplus):
            return ""
        return f"{index.name}: {len(missing)} passages were missing and {len(surplus)} too many"

    def _announced_rebuild(self, index: SearchIndex, why: str) -> str:
        self._notify(f"The search index {index.name} is being rebuilt from the catalog.")
        self.rebuild(index)
        return f"{index.name}: rebuilt, {why}" if why else ""

    def _add(
        self, stored: Sequence[StoredPassage], to: Sequence[SearchIndex], on_embedded: OnEmbedded
    ) -> tuple[int, int]:
        self._indexes.withdraw_marker()
        passages = self._with_text(stored)
        infos = {p.version_id: p.info for p in stored}
        fields = {row: FilterFields.of(info) for row, info in infos.items()}
        headings = {row: _heading(info) for row, info in infos.items()}
        embedded = 0
        for at in range(0, len(passages), INDEX_BATCH):
            batch = passages[at : at + INDEX_BATCH]
            vectors: Sequence[FloatVector | None] = [None] * len(batch)
            if any(index.keeps_vectors for index in to):
                vectors, new = self._passage_vectors(batch, on_embedded)
                embedded += new
            taken_in = [
                IndexedPassage(
                    passage_id=row.stored.passage_id,
                    text=headings[row.stored.version_id] + row.text,
                    vector=vector,
                    fields=fields[row.stored.version_id],
                )
                for row, vector in zip(batch, vectors, strict=True)
            ]
            for index in reversed(to):  # the lexical one first: it works on a thread of its own, beside the other one
                self._indexes.opened(index).upsert(taken_in)
                self.on_added(len(batch))
        for index in to:
            index.commit()
        return len(passages), embedded

    def _with_text(self, stored: Sequence[StoredPassage]) -> list[_Row]:
        texts = self._catalog.texts(sorted({p.version_id for p in stored}))
        found = ((p, texts[p.version_id]) for p in stored if p.version_id in texts)  # not forgotten meanwhile
        return [_Row(p, text.text[p.passage.start : p.passage.end], text) for p, text in found]

    def _passage_vectors(self, batch: Sequence[_Row], on_embedded: OnEmbedded) -> tuple[list[FloatVector], int]:
        """A unit vector for each passage, from the cache or computed and cached now; and how many were computed."""
        known = self._catalog.cached(self._embedder.name, [row.stored.text_hash for row in batch])
        missing = {row.stored.text_hash: row for row in batch if row.stored.text_hash not in known}
        todo = sorted(missing.values(), key=lambda row: len(row.text))  # alike lengths together: little padding
        for at in range(0, len(todo), EMBED_BATCH):
            part = todo[at : at + EMBED_BATCH]
            known.update(self._embed(part))
            on_embedded(len(part))
        return [unpack_passage(known[row.stored.text_hash]) for row in batch], len(todo)

    def _embed(self, part: Sequence[_Row]) -> dict[bytes, CachedVectors]:
        """Embed passages and cache what comes out."""
        computed = self._embedder.embed_passages([row.text for row in part], [row.spans() for row in part])
        packed = dict(zip((row.stored.text_hash for row in part), pack(computed), strict=True))
        self._catalog.cache(self._embedder.name, packed)
        return packed


def _heading(info: ArticleInfo) -> str:
    """What the lexical index reads before each passage: the title helps it, whichever passage is asked for."""
    return f"{info.title}\n{slug_words(info.url)}\n"
