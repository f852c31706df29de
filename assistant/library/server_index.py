"""The vector index on servers: `VectorIndex` over collections by days, each of them on one of the servers.

What is there can be rebuilt from the catalog, and what is missing is: a collection that is gone, or all of them on a
server that was emptied. A server that is away is not taken for one that holds nothing (`IndexUnreachable`), and there
is no answer from the rest. Built anew, everything goes into new collections; then the table of them is changed, and
then the old ones are deleted, so that who asks meanwhile is answered from the old ones.

A collection bears the id of its library and its embedder. One that bears another is never read, written or deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import numpy as np

from assistant.errors import IndexUnreachable, LibraryError, LibraryLocked
from assistant.library.catalog import Catalog
from assistant.library.chroma_server import (
    ENGINE,
    About,
    ChromaServer,
    CollectionGone,
    ServerCollection,
    ServerPlaces,
)
from assistant.library.disk import Fingerprint
from assistant.library.embedders.base import FloatMatrix, FloatVector, unit_rows
from assistant.library.index import FilterFields, Hit, IndexedPassage, IndexServer, Projection, Reach
from assistant.library.vector_spans import Table, VectorSpan
from assistant.records import Filters

A = TypeVar("A")
B = TypeVar("B")
Held = Mapping[str, object]  # the fields of a passage, as a collection holds them

_TABLE = "vector_collections"  # the fact in the catalog that holds the table
_THREADS = 8  # for each server
# What is noted in a collection:
_LIBRARY, _EMBEDDER, _WIDTH = "library", "embedder", "width"
_DEAD = "deleted"  # how many vectors were deleted: they stay in the graph
_CHANGES = "changes"  # a number that grows with every change that was completed


class ServerIndex:
    """`VectorIndex` on servers; it keeps projected vectors."""

    name = ENGINE
    kind = "vector index"
    keeps_vectors = True
    is_one_piece = False
    is_shared = True
    has_places = False
    refresh_s = 1.0

    def __init__(
        self,
        places: ServerPlaces,
        catalog: Catalog,
        projection: Projection,
        *,
        embedder: str,
        place: str,
        is_read_only: bool = False,
    ) -> None:
        """`place` is where the catalog is."""
        self._servers = {server.url: server for server in places.servers()}
        self._catalog = catalog
        self._projection = projection
        self._embedder = embedder
        self._place = place
        self._is_read_only = is_read_only
        self._most = places.most
        self._threads: ThreadPoolExecutor | None = None
        self._is_rebuilt = False  # what is written goes into new collections, which the catalog does not name yet
        self._opened: dict[str, ServerCollection] | None = None  # by name
        self._table = Table.new(place, embedder)
        self._known: str | None = None  # the table as the catalog held it when it was last read or written
        self._gone: tuple[str, ...] = ()  # collections that the table names and no server has
        self._changed: set[str] = set()  # collections written to since the last `settle`

    # -- before it is open

    def check(self) -> str:
        """Return "": what a server holds cannot be looked through from here. Raises `IndexUnreachable`."""
        self._each(ChromaServer.version, self._servers.values())
        return ""

    def is_outdated(self) -> bool:
        """Whether an earlier version made it: there is none."""
        return False

    def fingerprint(self) -> Fingerprint:
        """Return for each collection how many passages it holds and how often it was changed; asks the servers."""
        found = self._found(self._stored_table().spans)
        counts = self._each(lambda one: [one.count(), int(one.about.get(_CHANGES, 0))] if one else [-1], found.values())
        return dict(zip(found, counts, strict=True))

    @property
    def is_open(self) -> bool:
        """Whether it can be used."""
        return self._opened is not None

    def open(self) -> None:
        """Find the collections that the table names; none is made before there is a passage for it."""
        self._known = self._catalog.fact(_TABLE)
        if not self._is_rebuilt:
            self._table = self._stored_table()
        found = self._found(self._table.spans)
        self._opened = {name: one for name, one in found.items() if one is not None}
        self._gone = tuple(name for name in found if name not in self._opened)
        self._table = self._table.with_spans([self._moved(s) for s in self._table.spans if s.name in self._opened])

    def _stored_table(self) -> Table:
        """The table as the catalog holds it; a new one for a copy of the library that it was made for."""
        text = self._catalog.fact(_TABLE)
        table = Table.read(text) if text else None
        if table is None or not (self._is_read_only or table.place == self._place):
            return Table.new(self._place, self._embedder)
        return table if table.embedder == self._embedder else replace(table, embedder=self._embedder, spans=())

    def _found(self, spans: Sequence[VectorSpan]) -> dict[str, ServerCollection | None]:
        """By name the collections of these spans; None for one that no server has."""
        return dict(zip((span.name for span in spans), self._each(self._find, spans), strict=True))

    def _find(self, span: VectorSpan) -> ServerCollection | None:
        """Look where it was put, and then on the other servers: it may have been moved with its files."""
        for server in sorted(self._servers.values(), key=lambda one: one.url != span.url):
            found = server.find(span.name)
            if found is not None and self._is_own(found):
                return found
        return None

    def _is_own(self, collection: ServerCollection) -> bool:
        about = collection.about
        bears = (about.get(_EMBEDDER), about.get(_WIDTH)) == (self._embedder, self._projection.width or 0)
        return bears and collection.name.startswith(f"assistant-{about.get(_LIBRARY)}-")

    def _moved(self, span: VectorSpan) -> VectorSpan:
        return replace(span, url=self._collections[span.name].server.url)

    @property
    def _collections(self) -> dict[str, ServerCollection]:
        if self._opened is None:
            self.open()
        assert self._opened is not None  # noqa: S101  # just opened
        return self._opened

    def _catch_up(self) -> None:
        """Find the collections anew where another process changed the table since it was read."""
        if not self._is_rebuilt and self._catalog.fact(_TABLE) != self._known:
            self._opened = None

    # -- while it is open

    def count(self) -> int:
        """Return the number of passages held."""
        self._catch_up()
        return sum(self._each(ServerCollection.count, self._collections.values()))

    def keys(self) -> list[int]:
        """Return the keys of all passages held."""
        self._catch_up()
        return [key for part in self._each(ServerCollection.keys, self._collections.values()) for key in part]

    def upsert(self, passages: Sequence[IndexedPassage]) -> None:
        """Add passages, durable at once; of those held already only the fields are replaced.

        One whose day has changed so that it belongs to another collection is put there and then taken out of the old
        one: for a moment it is in both, and found once.
        """
        self._refuse_if_read_only()
        self._catch_up()
        size = min((server.batch_size() for server in self._servers.values()), default=1)
        for at in range(0, len(passages), size):
            self._upsert({p.passage_id: p for p in passages[at : at + size]})

    def _upsert(self, passages: Mapping[int, IndexedPassage]) -> None:
        held = self._held(list(passages))
        holders = {key: name for name, rows in held.items() for key in rows}
        targets = {key: self._assign(p.fields.published, holders.get(key, "")) for key, p in passages.items()}
        self._save_table()
        for name in dict.fromkeys(targets.values()):
            here = {key: passages[key] for key, target in targets.items() if target == name}
            self._write(self._collections[name], here, held.get(name, {}))
        for name, rows in held.items():
            if left := [key for key in rows if targets[key] != name]:
                self._delete(self._collections[name], left)

    def _held(self, keys: Sequence[int]) -> dict[str, dict[int, Held]]:
        """For each collection those of these passages that are in it, with their fields."""
        found = self._each(lambda one: one.held(keys), self._collections.values())
        return dict(zip(self._collections, found, strict=True))

    def _assign(self, day: int | None, holder: str) -> str:
        """Return the name of the collection that takes a passage of this day, and note in the table that it does."""
        stays = next((s for s in self._table.spans if s.name == holder and s.may_take(day)), None)
        span = stays or self._table.place_for(day, self._most) or self._new_span(day)
        grown = span.with_one(day, added=0 if stays else 1)
        self._table = self._table.with_spans([grown if s.name == span.name else s for s in self._table.spans])
        self._changed.add(span.name)
        return span.name

    def _new_span(self, day: int | None) -> VectorSpan:
        """Make a collection for passages of this day; its name may be taken by one that a crash left unnamed."""
        table = self._table
        while True:
            table = table.with_span(day, list(self._servers))
            span = table.spans[-1]
            server = self._servers[span.url]
            if server.find(span.name) is None:
                break
            table = table.with_spans(table.spans[:-1])
        about: About = {_LIBRARY: table.library, _EMBEDDER: self._embedder, _WIDTH: self._projection.width or 0}
        self._collections[span.name] = server.create(span.name, about)
        self._table = table
        return span

    def _write(
        self, collection: ServerCollection, passages: Mapping[int, IndexedPassage], held: Mapping[int, Held]
    ) -> None:
        fields: Mapping[int, FilterFields] = {key: p.fields for key, p in passages.items()}
        if known := {key: row for key, row in fields.items() if key in held}:
            collection.relabel(known, held)
        if new := {key: row for key, row in fields.items() if key not in held}:
            vectors = [vector for key in new if (vector := passages[key].vector) is not None]
            collection.add(new, self._projected(vectors))

    def delete(self, keys: Sequence[int]) -> None:
        """Remove passages, unknown keys are ignored; durable at once."""
        self._refuse_if_read_only()
        self._catch_up()
        size = min((server.batch_size() for server in self._servers.values()), default=1)
        for at in range(0, len(keys), size):
            for name, rows in self._held(keys[at : at + size]).items():
                if rows:
                    self._delete(self._collections[name], list(rows))

    def _delete(self, collection: ServerCollection, keys: Sequence[int]) -> None:
        collection.delete(keys)
        about = collection.about
        collection.note({**about, _DEAD: int(about.get(_DEAD, 0)) + len(keys)})
        self._changed.add(collection.name)

    def commit(self) -> None:
        """Does nothing: every change is durable at once."""

    def refresh(self) -> None:
        """Close it: which collections there are is read again when it is opened. An unfinished rebuild is given up."""
        self._opened, self._is_rebuilt = None, False

    def settle(self) -> None:
        """Note the changes that were completed; what was built anew takes the place of what was there before."""
        if not (self._changed or self._gone or self._is_rebuilt):
            return
        counts = dict(
            zip(self._collections, self._each(ServerCollection.count, self._collections.values()), strict=True)
        )
        for name in self._changed.intersection(self._collections):
            about = self._collections[name].about
            self._collections[name].note({**about, _CHANGES: int(about.get(_CHANGES, 0)) + 1})
        self._changed.clear()
        self._table = self._table.with_spans([replace(s, passages=counts[s.name]) for s in self._table.spans])
        was_rebuilt, self._is_rebuilt = self._is_rebuilt, False
        self._save_table()
        if was_rebuilt:
            self._drop_replaced()

    def _save_table(self) -> None:
        """Keep the table in the catalog where it differs; not that of a rebuild before it is complete."""
        if not self._is_rebuilt and self._catalog.fact(_TABLE) != self._table.text():
            self._known = self._table.text()
            self._catalog.set_facts({_TABLE: self._known})
            self._gone = ()

    def _drop_replaced(self) -> None:
        """Delete the library's collections that its table no longer names."""
        kept = {span.name for span in self._table.spans}
        for server in self._servers.values():
            for name, about in list(server.collections()):
                is_own = name.startswith(self._table.prefix) and about.get(_LIBRARY) == self._table.library
                if is_own and name not in kept:
                    server.drop(name)

    def dead_count(self) -> int:
        """Return the number of vectors that were deleted and stay in the graphs."""
        return sum(int(one.about.get(_DEAD, 0)) for one in self._collections.values())

    def reach(self, filters: Filters, held: int) -> Reach:  # noqa: ARG002  # the table knows
        """Return what a search within the days of the filters goes through; by the counts of the table."""
        touched = self._touched(filters)
        scanned = sum(span.passages for span in touched if span.left_of(filters) != Filters())
        return Reach(sum(span.passages for span in touched), scanned)

    def search(self, vector: FloatVector, limit: int, filters: Filters, *, loosely: bool = False) -> list[Hit]:
        """Return the nearest passages of all collections that the days touch, by cosine, best first."""
        try:
            return self._search(vector, limit, filters, loosely=loosely)
        except CollectionGone:  # another process built it anew since it was opened
            self.refresh()
        try:
            return self._search(vector, limit, filters, loosely=loosely)
        except CollectionGone as error:
            raise self._incomplete() from error

    def _search(self, vector: FloatVector, limit: int, filters: Filters, *, loosely: bool) -> list[Hit]:
        collections = self._collections
        if self._gone:
            raise self._incomplete()
        asked = self._projected([vector])

        def ask(span: VectorSpan) -> list[Hit]:
            return collections[span.name].search(asked, limit, Filters() if loosely else span.left_of(filters))

        found = self._each(ask, self._touched(filters))
        best: dict[int, float] = {}
        for hit in (hit for hits in found for hit in hits):
            best.setdefault(hit.passage_id, hit.score)
        hits = [Hit(key, score) for key, score in best.items()]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:limit]

    def _incomplete(self) -> LibraryError:
        return LibraryLocked(
            "A part of the vector index is gone from its server, or is being built anew. Ask again in a minute; "
            "if nobody builds it: assistant doctor --repair"
        )

    def _touched(self, filters: Filters) -> list[VectorSpan]:
        if self._opened is None:
            self.open()
        return [span for span in self._table.spans if span.is_touched(filters)]

    def _projected(self, vectors: Sequence[FloatVector]) -> FloatMatrix:
        return unit_rows(self._projection.narrow(np.stack(vectors)))

    def servers(self) -> tuple[IndexServer, ...]:
        """Say how each server stands: whether it answers, and what it holds of the library."""
        return tuple(map(self._state_of, self._servers.values()))

    def _state_of(self, server: ChromaServer) -> IndexServer:
        try:
            version = server.version()
            spans = [span for span in self._stored_table().spans if span.url == server.url]
            held = [one.count() for span in spans if (one := server.find(span.name)) and self._is_own(one)]
        except IndexUnreachable as error:
            return IndexServer(url=server.url, fault=str(error))
        return IndexServer(url=server.url, version=version, collections=len(held), passages=sum(held))

    # -- its end

    def close(self) -> None:
        """Let go of the connections."""
        self.refresh()
        if self._threads is not None:
            self._threads.shutdown()
            self._threads = None
        for server in self._servers.values():
            server.close()

    def remove(self) -> None:
        """Begin anew: what is written from now on goes into new collections, which replace the old ones in the end."""
        self._refuse_if_read_only()
        self._table = self._stored_table().with_spans(())
        self._is_rebuilt, self._opened, self._gone = True, None, ()

    def _refuse_if_read_only(self) -> None:
        if self._is_read_only:
            raise LibraryError(
                "The vector index on its server is not in step with the archive, which may only be read from here. "
                "Run any command where it may be written."
            )

    def _each(self, do: Callable[[A], B], things: Iterable[A]) -> list[B]:
        """Do something with each, at once where there are several."""
        several = list(things)
        if len(several) < 2:
            return [do(one) for one in several]
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS * len(self._servers), thread_name_prefix="vectors")
        return list(self._threads.map(do, several))
