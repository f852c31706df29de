"""Passages on their way from the catalog into the indexes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.articles.url_words import slug_words
from assistant.english.sentences import trimmed
from assistant.library.catalog import SEARCHABLE, Catalog, StoredPassage, StoredText, chunks
from assistant.library.embedders.base import Embedder, FloatVector
from assistant.library.index import DamagedIndexError, FilterFields, IndexedPassage, SearchIndex, day_to_int
from assistant.library.indexes import Indexes
from assistant.library.packing import CachedVectors, pack, unpack_passage
from assistant.records import ArticleInfo

EMBED_BATCH = (
    128  # passages embedded between two saves: all that a kill can lose; more of them is no faster by over 1 %
)
INDEX_BATCH = 2048  # passages written to the indexes between two commits

OnEmbedded = Callable[[int], None]  # told the number of passages of each batch that was embedded


def nobody(_: object) -> None:
    """Listens to nothing."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage with its text, on its way into the indexes."""

    stored: StoredPassage
    text: str
    article: StoredText

    def spans(self) -> tuple[tuple[int, int], ...]:
        """Of its sentences, within `text`."""
        p = self.stored.passage
        spans = (trimmed(self.article.text, s) for s in self.article.sentences(p.first, p.last))
        return tuple((max(start, p.start) - p.start, min(end, p.end) - p.start) for start, end in spans)


class Indexer:
    """Writes passages into the indexes, embedding those whose vectors the catalog does not hold yet."""

    def __init__(
        self, catalog: Catalog, indexes: Indexes, embedder: Embedder, notify: Callable[[str], None] = nobody
    ) -> None:
        self._catalog = catalog
        self._indexes = indexes
        self._embedder = embedder
        self._notify = notify

    def add(self, rows: Sequence[int], on_embedded: OnEmbedded = nobody) -> tuple[int, int]:
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

    def rebuild(self, index: SearchIndex, on_embedded: OnEmbedded = nobody) -> int:
        """Remove an index and fill it again; returns how many passages had to be embedded for it."""
        with self._indexes.changing():  # a reader must not find the folder gone, and make it in its turn
            self._indexes.remove(index)
            self._indexes.opened(index)
        passages = (self._catalog.passages_of(part) for part in chunks(self._catalog.version_ids(SEARCHABLE)))
        return sum(self._add(some, (index,), on_embedded)[1] for some in passages)

    def complete_cache(self) -> int:
        """Embed the searchable passages whose vectors were lost from the catalog; returns how many."""
        return sum(
            self._passage_vectors(self._with_text(self._catalog.passages_of(part)), nobody)[1]
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
        if twice or (missing and 2 * len(missing) >= len(wanted)):
            return self._announced_rebuild(index, "it held nothing" if not held else "it held something else")
        self._drop(sorted(surplus), index)
        for part in chunks(sorted(missing)):
            self._add(list(self._catalog.searchable_passages(part).values()), (index,), nobody)
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
        fields = {row: _filter_fields(info) for row, info in infos.items()}
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
        for index in to:
            index.commit()
        return len(passages), embedded

    def _with_text(self, stored: Sequence[StoredPassage]) -> list[_Row]:
        texts = self._catalog.texts(sorted({p.version_id for p in stored}))
        return [_Row(p, texts[p.version_id].text[p.passage.start : p.passage.end], texts[p.version_id]) for p in stored]

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


def _filter_fields(info: ArticleInfo) -> FilterFields:
    published = day_to_int(info.published) if info.published else None
    return FilterFields(published=published, outlet=info.outlet, authors=info.authors)
