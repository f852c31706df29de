"""A library folder: catalog, both indexes and the embedder, kept in step.

    library.db   the truth (`catalog`)
    chroma/      vectors of the searchable passages (`vectors`)
    tantivy/     their terms (`lexical`)

Writing is safe by order: record as pending -> embed, each batch cached at once -> upsert into both indexes -> drop the
passages of older versions -> mark searchable. Each step can be repeated: whoever comes next finishes what is pending.
An index that is damaged, missing or out of step with the catalog is built again from it, without embedding anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assistant.corpus.sentences import SPLITTER_VERSION, trimmed
from assistant.corpus.slugs import slug_words
from assistant.errors import EmbedderMismatch, LibraryError, LibraryLocked, LibraryMissing
from assistant.library import lexical, schema, vectors
from assistant.library.catalog import PENDING, SEARCHABLE, Catalog
from assistant.library.days import day_to_int
from assistant.library.embedders.base import Embedder
from assistant.library.faults import disk_faults
from assistant.library.lexical import LexicalIndex, TantivyIndex
from assistant.library.lock import WriterLock
from assistant.library.packing import pack, unpack_passage
from assistant.library.rows import NewVersion, StoredPassage, StoredText, chunks
from assistant.library.vectors import ChromaIndex, DamagedIndexError, FilterFields, Vector, VectorIndex
from assistant.records import LibraryStatus

EMBED_BATCH = 256  # passages embedded between two saves; a kill loses at most the work on these
INDEX_BATCH = 2048  # passages written to the indexes between two commits

OnEmbedded = Callable[[int], None]  # told the number of passages of each batch that was embedded


def _nothing(_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage with its text, on its way into the indexes."""

    stored: StoredPassage
    text: str
    spans: tuple[tuple[int, int], ...]  # of its sentences, within `text`


class Library:
    """An open library. Opening is cheap: indexes and embedder are loaded when they are first used."""

    def __init__(
        self, folder: Path, embedder: Embedder, *, create: bool = False, notify: Callable[[str], None] = _nothing
    ) -> None:
        """Open `folder`. Raises `LibraryMissing` unless `create`, and `EmbedderMismatch` for another embedder."""
        if not create and not (folder / "library.db").exists():
            raise LibraryMissing(f"There is no library in {folder}. Make one: assistant ingest FOLDER-OF-ARTICLES")
        with disk_faults(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.embedder = embedder
        self.catalog = Catalog(folder / "library.db")
        self._lock = WriterLock(folder)
        self._notify = notify
        self._revision: int | None = None  # of the catalog, when the indexes were last known to agree with it
        self.size = 0  # searchable passages, as of the last `ready`
        self._vectors: VectorIndex | None = None
        self._lexical: LexicalIndex | None = None

    def close(self) -> None:
        """Let go of all files."""
        for part in (self._vectors, self._lexical, self.catalog):
            if part is not None:
                part.close()
        self._vectors = self._lexical = None

    @property
    def vectors(self) -> VectorIndex:
        """The vector index, opened on first use."""
        if self._vectors is None:
            self._vectors = ChromaIndex(self.folder / "chroma")
        return self._vectors

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index, opened on first use."""
        if self._lexical is None:
            self._lexical = TantivyIndex(self.folder / "tantivy")
        return self._lexical

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """The outlets that the library holds, as of the first time it is asked."""
        return self.catalog.outlets()

    # -- opening for use

    def check_embedder(self) -> None:
        """Refuse an embedder other than the one that the library was made with."""
        made_with = self.catalog.fact("embedder")
        if made_with not in (None, self.embedder.name):
            raise EmbedderMismatch(
                f"The library {self.folder} was embedded with {made_with}, but the settings ask for "
                f"{self.embedder.name}. Set the embedder back, or embed everything anew: assistant reembed"
            )

    def ready(self) -> None:
        """Make both indexes agree with the catalog before they are searched.

        While another process writes, they are used as they are: it will finish what is pending.
        """
        revision = self.catalog.revision()
        if revision == self._revision:
            return
        self.check_embedder()
        if not self._in_step():
            with suppress(LibraryLocked), self.writing():
                pass
        self.size = self.catalog.passage_count()
        self._revision = self.catalog.revision()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock, with nothing pending and both indexes in step. Raises `LibraryLocked`."""
        with self._lock.held():
            self.check_embedder()
            with self._index_faults():
                self._mend()
            if pending := len(self.catalog.in_state(PENDING)):
                self._notify(f"Finishing {pending} article{'s' * (pending > 1)} that an interrupted run left recorded.")
            self.index_pending()
            yield

    @contextmanager
    def _index_faults(self) -> Iterator[None]:
        """For what still fails after an index was made anew."""
        try:
            yield
        except DamagedIndexError as error:
            raise LibraryError(
                f"The search indexes in {self.folder} cannot be written ({error}). Make sure that the disk has space "
                "and that you may write there, then run the same command again: nothing that was recorded is lost."
            ) from error

    def _in_step(self) -> bool:
        try:
            self.lexical.refresh()
            count = self.catalog.passage_count()
            in_step = self.vectors.count() == count and self.lexical.count() == count
        except DamagedIndexError:
            return False
        return in_step and not self.catalog.in_state(PENDING)

    def _mend(self) -> None:
        """Build an index again that cannot be read, or that holds fewer or more passages than it should."""
        pending = self.catalog.in_state(PENDING)
        expected = self.catalog.passage_count()
        allowed = expected + len(self.catalog.passages_of(pending))  # a crash may have left some of these in an index
        for name in ("chroma", "tantivy"):
            try:
                index = self.vectors if name == "chroma" else self.lexical
                if expected <= index.count() <= allowed:
                    continue
            except DamagedIndexError:
                pass
            self._rebuild(name)

    def _rebuild(self, name: str) -> None:
        self._notify(f"The search index {self.folder / name} is being rebuilt from the catalog.")
        self._remove_index(name)
        rows = self.catalog.in_state(SEARCHABLE)
        for part in chunks(rows):
            self._index(part, only=name)

    def _remove_index(self, name: str) -> None:
        if name == "chroma":
            if self._vectors is not None:
                self._vectors.close()
            self._vectors = None
            vectors.remove_index(self.folder / name)
        else:
            if self._lexical is not None:
                self._lexical.close()
            self._lexical = None
            lexical.remove_index(self.folder / name)

    # -- writing

    def record(self, new: Sequence[NewVersion]) -> None:
        """Record articles as pending; the first ones fix the library's embedder."""
        if self.catalog.fact("embedder") is None:
            self.catalog.set_facts(
                {"format": str(schema.FORMAT), "embedder": self.embedder.name, "splitter": SPLITTER_VERSION}
            )
        self.catalog.record(new)

    def index_pending(self, on_embedded: OnEmbedded = _nothing) -> tuple[int, int]:
        """Make everything pending searchable. Returns (passages indexed, of those embedded now)."""
        indexed = embedded = 0
        for rows in chunks(self.catalog.in_state(PENDING)):
            with self._index_faults():
                counts = self._index(rows, on_embedded=on_embedded)
                self._drop(self.catalog.superseded(rows))
            self.catalog.mark_searchable(rows)
            indexed, embedded = indexed + counts[0], embedded + counts[1]
        return indexed, embedded

    def _drop(self, keys: Sequence[int]) -> None:
        if keys:
            self.vectors.delete(keys)
            self.lexical.delete(keys)
            self.lexical.commit()

    def reembed(self, on_embedded: OnEmbedded = _nothing) -> int:
        """Make all vectors anew with the present embedder; what it embedded before comes from the cache."""
        with self._lock.held():
            self.catalog.set_facts({"embedder": self.embedder.name})
            self._remove_index("chroma")
            rows = self.catalog.in_state(SEARCHABLE)
            with self._index_faults():
                embedded = sum(self._index(part, only="chroma", on_embedded=on_embedded)[1] for part in chunks(rows))
            return embedded + self.index_pending(on_embedded)[1]

    def _index(self, rows: Sequence[int], *, only: str = "", on_embedded: OnEmbedded = _nothing) -> tuple[int, int]:
        """Put the passages of these versions into the indexes, or into one of them."""
        passages = self._with_text(self.catalog.passages_of(rows))
        embedded = 0
        for at in range(0, len(passages), INDEX_BATCH):
            batch = passages[at : at + INDEX_BATCH]
            keys = [row.stored.key for row in batch]
            fields = [_filter_fields(row.stored) for row in batch]
            if only != "tantivy":
                found, new = self._passage_vectors(batch, on_embedded)
                self.vectors.upsert(keys, found, fields)
                embedded += new
            if only != "chroma":
                self.lexical.upsert(keys, [_searched(row) for row in batch], fields)
        if only != "chroma":
            self.lexical.commit()
        return len(passages), embedded

    def _with_text(self, passages: Sequence[StoredPassage]) -> list[_Row]:
        texts = self.catalog.texts(sorted({p.row for p in passages}))
        return [_row(p, texts[p.row]) for p in passages]

    def _passage_vectors(self, batch: Sequence[_Row], on_embedded: OnEmbedded) -> tuple[list[Vector], int]:
        """A unit vector for each passage, from the cache or computed and cached now; and how many were computed."""
        name = self.embedder.name
        known = self.catalog.cached(name, [row.stored.text_hash for row in batch])
        missing = {row.stored.text_hash: row for row in batch if row.stored.text_hash not in known}
        todo = sorted(missing.values(), key=lambda row: len(row.text))  # alike lengths together: little padding
        for at in range(0, len(todo), EMBED_BATCH):
            part = todo[at : at + EMBED_BATCH]
            computed = self.embedder.embed_passages([row.text for row in part], [row.spans for row in part])
            packed = {row.stored.text_hash: pack(v) for row, v in zip(part, computed, strict=True)}
            self.catalog.cache(name, packed)
            known.update(packed)
            on_embedded(len(part))
        return [unpack_passage(known[row.stored.text_hash]) for row in batch], len(todo)

    # -- reading

    def status(self) -> LibraryStatus:
        """Figures about the library."""
        files = (f for f in self.folder.rglob("*") if f.is_file())
        embedder = self.catalog.fact("embedder") or self.embedder.name
        return self.catalog.status(str(self.folder), embedder, sum(f.stat().st_size for f in files))


def _row(stored: StoredPassage, article: StoredText) -> _Row:
    p = stored.passage
    spans = (trimmed(article.text, s) for s in article.sentences(p.first, p.last))
    inside = ((max(start, p.start) - p.start, min(end, p.end) - p.start) for start, end in spans)
    return _Row(stored, article.text[p.start : p.end], tuple(inside))


def _searched(row: _Row) -> str:
    """What the lexical index reads: the title helps it, whichever passage of the article is asked for."""
    info = row.stored.info
    return f"{info.title}\n{slug_words(info.url)}\n{row.text}"


def _filter_fields(stored: StoredPassage) -> FilterFields:
    info = stored.info
    published = day_to_int(info.published) if info.published else None
    return FilterFields(published=published, outlet=info.outlet, authors=info.authors)
