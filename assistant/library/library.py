"""A library folder: catalog, both indexes and the embedder, kept in step.

    library.db     the truth (`catalog`)
    chroma/        vectors of the searchable passages (`vectors`)
    tantivy/       their terms (`lexical`)
    indexes.json   a note that the three agree (`stamp`); missing while something is written, and after a crash

The catalog may stand in a database instead (`homes`); the other files are then in a folder of each host.

Writing is safe by order: record as pending -> embed, each batch cached at once -> upsert into both indexes -> mark
searchable -> drop the passages of older versions. Each step can be repeated: whoever comes next finishes what is
pending. An index that is damaged, missing or out of step is mended from the catalog, without embedding anything.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from assistant.english.sentences import SPLITTER_VERSION
from assistant.errors import EmbedderMismatch, LibraryError, LibraryLocked, UsageError
from assistant.fetching.follows import Follows
from assistant.library import migrating, migrations
from assistant.library.backups import FilesOfAnotherHost
from assistant.library.catalog import PENDING, PURGE, NewVersion, chunks, record_with_vectors
from assistant.library.chroma_server import ServerPlaces
from assistant.library.disk import PATIENCE_S, disk_faults, may_not_be_written, size_on_disk
from assistant.library.embedders.base import Embedder
from assistant.library.homes import LibraryNeeds, home_of
from assistant.library.index import DamagedIndexError, IndexServer, SearchIndex
from assistant.library.indexes import Indexer, Indexes, OnEmbedded, embedded_indexes, index_faults, silent
from assistant.library.maintenance import health, index_lag
from assistant.library_reports import IndexLag, LibraryHealth, LibraryStatus, MigrationProgress
from assistant.places import LibraryPlace

_UPGRADE_WAIT_S = 600.0  # for another process that brings the library to the present format


class Library:
    """An open library. Opening is cheap: indexes and embedder are loaded when they are first used.

    For several threads: what opens, mends, changes or searches the indexes holds `lock`, writing for as long as it
    takes. The catalog needs none: its database gives every thread a connection of its own.
    """

    def __init__(
        self,
        place: LibraryPlace,
        embedder: Embedder,
        *,
        create: bool = False,
        notify: Callable[[str], None] = silent,
        needs: LibraryNeeds | None = None,
        places: ServerPlaces | None = None,
    ) -> None:
        """Open the library; its vectors are in its folder, or at `places`. Raises `LibraryMissing` unless `create`.

        A folder that may not be written can be read and asked; what is written then raises `LibraryError`. `needs` is
        for a library in a database.
        """
        self.place = place
        self.embedder = embedder
        self.lock = threading.RLock()
        self._notify = notify
        self._home = home_of(place, embedder.name, needs or LibraryNeeds())
        self.catalog = self._home.open_catalog(self._upgrading, create=create)
        self._copy = self._home.copy
        self._refuse_unfinished()
        self._indexes_in: Callable[[Path], Indexes] = lambda folder: embedded_indexes(
            *(folder, self.catalog, embedder, self._copy, self._is_written_elsewhere, places),
            follows=self._home.follows,
        )
        self.indexes = self._indexes_in(self.folder)
        self._indexer = Indexer(self.catalog, self.indexes, embedder, notify)
        self._revision: int | None = None  # of the catalog, when the indexes were last known to agree with it
        self.size = 0  # searchable passages, as of the last `ready`
        self._outlets: tuple[str, ...] | None = None

    @contextmanager
    def _upgrading(self, found: int) -> Iterator[None]:
        self._notify(f"Bringing the library from data format {found} to {migrations.DATA_FORMAT}. This is done once.")
        with self._home.lock.held(_UPGRADE_WAIT_S):
            yield

    def _refuse_unfinished(self) -> None:
        """Raise `LibraryError` for a library that a migration has not filled yet."""
        if source := migrating.unfinished(self.catalog):
            self.catalog.close()
            if self._copy is not None:
                self._copy.close()
            raise LibraryError(
                f"{self.place} is a copy of {source} that is not complete. "
                f"Complete it: assistant migrate --library '{source}' --to '{self.place}'"
            )

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Keep other writers out and change nothing. Raises `LibraryLocked`."""
        with nullcontext() if self._copy is not None else self._held():
            yield

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the writer's lock of the catalog, and that of the index files where it is another one."""
        with ExitStack() as stack:
            stack.enter_context(self.lock)
            for lock in dict.fromkeys((self._home.lock, self._home.files)):
                stack.enter_context(lock.held(PATIENCE_S))
            yield

    def close(self) -> None:
        """Let go of all files."""
        with self.lock:
            self.indexes.close()
            self.catalog.close()
            if self._copy is not None:
                self._copy.close()

    @property
    def follows(self) -> Follows:
        """The list of feeds that the library follows."""
        return Follows(self._home.feeds(self.catalog))

    @property
    def outlets(self) -> tuple[str, ...]:
        """The outlets that the library holds, as of the last `ready`."""
        if self._outlets is None:
            self._outlets = self.catalog.outlets()
        return self._outlets

    @property
    def folder(self) -> Path:
        """Where the files of the indexes are, and all others that this library has on this host."""
        return self._home.folder

    # -- opening for use

    def check_embedder(self) -> None:
        """Refuse an embedder other than the one that the library was made with."""
        made_with = self.catalog.fact("embedder")
        if made_with not in (None, self.embedder.name):
            raise EmbedderMismatch(
                f"The library {self.place} was embedded with {made_with}, but the settings ask for "
                f"{self.embedder.name}. Set the embedder back, or embed everything anew: assistant reembed"
            )

    def ready(self) -> None:
        """Make both indexes agree with the catalog before they are searched.

        While another process writes, they are used as they are: it will finish what is pending.
        """
        with self.lock:
            if self.catalog.revision() != self._revision:
                self._make_ready()

    def _make_ready(self) -> None:
        self.check_embedder()
        self.indexes.refresh()
        stamped = self.indexes.marked()
        if stamped is None or not self._counts(stamped) or self.catalog.version_ids(PENDING):
            self._put_right()
            stamped = self.catalog.passage_count()
        self.size = stamped
        self._outlets = None
        self._revision = self.catalog.revision()
        if self._home.follows and self.indexes.marked() is None:
            self._revision = None  # more was changed elsewhere meanwhile

    def _counts(self, passages: int) -> bool:
        """Whether both indexes hold so many passages; if not, no note shall say so."""
        try:
            if self.indexes.vectors.count() == self.indexes.lexical.count() == passages:
                return True
        except DamagedIndexError:
            pass
        if not self._is_written_elsewhere():
            self.indexes.withdraw_marker()
        return False

    def _put_right(self) -> None:
        if self._copy is not None:
            with index_faults(self.folder):
                self._mend()
            return
        if self._home.follows:
            self._follow()
            is_short = self.indexes.own != self.indexes.all and self.indexes.marked() is None  # on the server
            if not (is_short or self.catalog.version_ids(PENDING)) or self._home.lock.is_held_elsewhere():
                return
        if not self._is_written_elsewhere():
            with suppress(LibraryLocked), self.writing():
                return
        if self.indexes.are_outdated():
            raise LibraryLocked(
                f"Another process is rebuilding the search indexes in {self.folder}. Ask again in a minute."
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock, with nothing pending and both indexes in step. Raises `LibraryLocked`."""
        if self._copy is not None:
            raise may_not_be_written(self.place)
        with self._held():
            self.check_embedder()
            if self.indexes.marked() is None:
                with index_faults(self.folder), self.indexes.changing():
                    self._mend()
            if pending := len(self.catalog.version_ids(PENDING)):
                self._notify(f"Finishing {pending} article{'s' * (pending > 1)} that an interrupted run left recorded.")
            self.index_pending()
            if self.catalog.fact(PURGE):
                self._notify("Finishing a removal that was interrupted: words of deleted texts may be in the indexes.")
                self.purge()
            yield
            self._settle()

    def _mend(self, which: Sequence[SearchIndex] = ()) -> list[str]:
        """Mend both indexes or these, and rebuild them where they know more than the catalog; returns what was done.

        Whole ones that follow a catalog elsewhere only take in what it logged. One that other hosts use too is compared
        with the catalog, but never built anew because this host knows nothing of it.
        """
        which = which or self.indexes.all
        if self.indexes.went_back():
            stamp = self.catalog.stamp()
            for index in self.indexes.own if self._home.follows else which:
                self.indexes.remove(index)
            self.indexes.begin(stamp)
        changes = self.indexes.unfollowed()
        are_whole = changes is not None and self.indexes.are_whole(which)
        done = [] if are_whole else [done for index in which if (done := self._indexer.mend(index))]
        if changes is not None:
            self._indexer.follow(changes)
        return done

    def _follow(self) -> None:
        """Bring the index files of this host up to what the catalog says now; unless another process here does."""
        with suppress(LibraryLocked), self._home.files.held(), index_faults(self.folder):
            stamp = self.catalog.stamp()
            with self.indexes.changing():
                self._mend(self.indexes.own)
            if self.indexes.vectors.count() == self.indexes.lexical.count():
                self.indexes.mark(self.indexes.lexical.count(), stamp)

    def _settle(self) -> None:
        """Vouch for the indexes, if anything was changed and nothing is pending."""
        if self.indexes.marked() is not None or self.catalog.version_ids(PENDING):
            return
        passages = self.catalog.passage_count()
        for index in self.indexes.all:
            if self.indexes.is_worn(index, passages):
                self._notify(f"The {index.kind} is being built anew: much of it was replaced.")
                with index_faults(self.folder):
                    self._indexer.rebuild(index)
        with disk_faults(self.folder):
            self.indexes.mark(passages)
        self._revision = None

    def _is_written_elsewhere(self) -> bool:
        return self._copy is None and self._home.files.is_held_elsewhere()

    # -- writing

    def record(self, new: Sequence[NewVersion]) -> int:
        """Record articles as pending; the first fix the embedder. Returns how many passages have come embedded."""
        if self.catalog.fact("embedder") is None:
            self.catalog.set_facts({"embedder": self.embedder.name, "splitter": SPLITTER_VERSION})
        return record_with_vectors(self.catalog, self.embedder.name, new)

    def index_pending(self, on_embedded: OnEmbedded = silent) -> tuple[int, int]:
        """Make everything pending searchable. Returns (passages indexed, of those embedded now)."""
        indexed = embedded = 0
        for rows in chunks(self.catalog.version_ids(PENDING)):
            with index_faults(self.folder):
                counts = self._indexer.add(rows, on_embedded)
                old = self.catalog.superseded(rows)
                self.catalog.mark_searchable(rows)
                self._indexer.drop(old)
            indexed, embedded = indexed + counts[0], embedded + counts[1]
        return indexed, embedded

    def fill(self, on_indexed: OnEmbedded) -> None:
        """Fill the indexes of a copied catalog; `on_indexed` is told the passages of each batch, for each index."""
        self._indexer.on_added = on_indexed
        with self.writing():
            pass

    def drop(self, keys: Sequence[int]) -> None:
        """Take passages that the catalog no longer holds out of both indexes."""
        with index_faults(self.folder):
            self._indexer.drop(keys)

    def purge(self) -> None:
        """Rebuild both indexes, and write over what the catalog's log still holds of deleted texts."""
        with index_faults(self.folder):
            for index in self.indexes.all:
                self._indexer.rebuild(index)
        self.catalog.flush()
        self.catalog.set_facts({PURGE: ""})

    def reembed(self, on_embedded: OnEmbedded = silent) -> int:
        """Embed every passage again with the present embedder; what it embedded before comes from the cache."""
        if self._copy is not None:
            raise may_not_be_written(self.place)
        with self._held():
            old = [index for index in self.indexes.all if index.keeps_vectors]
            for index in old:  # before anything else: vectors of two embedders must never stand together
                self.indexes.remove(index)
            self.catalog.set_facts({"embedder": self.embedder.name})
            with index_faults(self.folder):
                embedded = sum(self._indexer.rebuild(index, on_embedded) for index in old)
                for index in self.indexes.all:
                    if index not in old:
                        self._indexer.mend(index)
            embedded += self.index_pending(on_embedded)[1]
            self._settle()
            return embedded

    # -- health

    def check(self) -> LibraryHealth:
        """Look at everything that is stored; changes nothing."""
        embedder = self.catalog.fact("embedder") or self.embedder.name
        if self._is_written_elsewhere():
            return health(self.catalog, None, embedder)
        with self.lock:
            self.indexes.close()
            lag = self.lag()
            return health(self.catalog, self.indexes, embedder, are_current=lag is None or lag.current)

    def repair(self) -> LibraryHealth:
        """Mend what can be mended from the catalog: both indexes, and what an interrupted run left unfinished.

        Faults of the catalog itself are only reported: its texts are nowhere else. Raises `LibraryLocked`.
        """
        if self._copy is not None:
            raise may_not_be_written(self.place)
        with self._held():
            self.check_embedder()
            self.indexes.close()
            self.indexes.withdraw_marker()
            with index_faults(self.folder), self.indexes.changing():
                repaired = self._mend()
            if embedded := self._indexer.complete_cache():
                repaired.append(f"{embedded:,} lost embeddings were computed again")
            if pending := len(self.catalog.version_ids(PENDING)):
                repaired.append(f"{pending:,} unfinished articles were made searchable")
            with self.writing():
                pass
            after = self.check()
        return LibraryHealth(findings=after.findings, repaired=tuple(repaired), notices=after.notices)

    def backup(self, file: Path) -> int:
        """Write the library to a new file, also while it is being written to; returns its size in bytes."""
        return self._home.backup(file)

    def take_files(self, source: Path, on_copied: Callable[[MigrationProgress], None]) -> int:
        """Take index files of another host for those of this one; returns their passages. See `FilesOfAnotherHost`."""
        if not self._home.follows:
            raise UsageError(f"{self.place} is a folder: index files are copied between hosts that share a database.")
        with self.lock, self._home.files.held():
            self.indexes.close()
            self._revision = None
            return FilesOfAnotherHost(source, self.folder, self.catalog, self._indexes_in).take(on_copied).passages

    @classmethod
    def restore(
        cls,
        file: Path,
        place: LibraryPlace,
        embedder: Embedder,
        *,
        notify: Callable[[str], None] = silent,
        places: ServerPlaces | None = None,
    ) -> Library:
        """Make a library in a folder from a backup, with both indexes; embeds nothing that was embedded before."""
        home_of(place, embedder.name, LibraryNeeds()).restore(file)
        library = cls(place, embedder, notify=notify, places=places)
        with library.writing():
            pass
        return library

    # -- reading

    def status(self) -> LibraryStatus:
        """Figures about the library."""
        embedder = self.catalog.fact("embedder") or self.embedder.name
        held = self.catalog.status(str(self.place), embedder, size_on_disk(self.folder) + self.catalog.size())
        return replace(held, server=self.catalog.server(), index_lag=self.lag())

    def lag(self) -> IndexLag | None:
        """How far the index files of this host are behind the catalog; None where no other host changes it."""
        return index_lag(self.catalog, self.folder) if self._home.follows else None

    def servers(self) -> tuple[IndexServer, ...]:
        """Say how the servers stand that keep its vectors; none where they are in its folder."""
        return self.indexes.vector_servers()
