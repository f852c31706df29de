"""Whether a library is whole: every text, offset and hash of the catalog, and both indexes against it. Only reads."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from assistant.errors import LibraryError
from assistant.library.catalog import (
    PENDING,
    REMOVED,
    REPLACED,
    SEARCHABLE,
    Catalog,
    StoredPassage,
    StoredText,
    chunks,
    hash_passage,
)
from assistant.library.disk import MarkerFile
from assistant.library.index import DamagedIndexError, SearchIndex
from assistant.library.indexes import Indexes
from assistant.library_reports import IndexLag, LibraryFinding, LibraryHealth
from assistant.records import short_hash

_NAMED = 3  # faults of one kind that are named; the others are counted


def index_lag(catalog: Catalog, folder: Path) -> IndexLag:
    """Return how far the index files in a folder are behind the log of a database."""
    marker = MarkerFile(folder).read()
    if marker is None or not marker.indexes or not catalog.knows_stamp(marker.number):
        return IndexLag(filled=False, changes=0, seconds=0.0)
    changes, seconds = catalog.lag(marker.number)
    return IndexLag(filled=True, changes=changes, seconds=seconds)


def health(catalog: Catalog, indexes: Indexes | None, embedder: str, *, are_current: bool = True) -> LibraryHealth:
    """Look at everything that is stored; changes nothing. `indexes` is None while another process writes to them.

    Index files of this host that are not current lack what was changed elsewhere, and are left out.
    """
    found = list(catalog_findings(catalog, embedder))
    if any(finding.fault for finding in found[:1]):
        return LibraryHealth(findings=tuple(found))
    notices = []
    if indexes is None:
        notices.append("Another process is writing: the search indexes were not looked at.")
    else:
        found += index_findings(catalog, [i for i in indexes.all if are_current or i.is_shared], indexes)
        if not are_current:
            notices.append("The index files of this host are behind the database; the next question brings them up.")
    if pending := len(catalog.version_ids(PENDING)):
        notices.append(f"{pending:,} articles are recorded but not yet searchable; the next ingest finishes them.")
    return LibraryHealth(findings=tuple(found), notices=tuple(notices))


def catalog_findings(catalog: Catalog, embedder: str) -> Iterator[LibraryFinding]:
    """What was looked at in the catalog, and what is wrong with it."""
    fault = catalog.fault()
    yield LibraryFinding(f"{catalog.name}, its tables and indexes", fault)
    if fault:
        return
    yield _finding("passages that belong to no article, or to a text that was replaced", catalog.stray_passages())
    rows = [row for state in (PENDING, SEARCHABLE, REPLACED, REMOVED) for row in catalog.version_ids(state)]
    yield _finding("texts: their hashes, and sentences that join to the whole", _text_faults(catalog, rows))
    yield _finding("passages: their places and hashes", _passage_faults(catalog, rows))
    yield _finding("embeddings of all searchable passages", _embedding_faults(catalog, embedder))


def index_findings(catalog: Catalog, which: Sequence[SearchIndex], indexes: Indexes) -> Iterator[LibraryFinding]:
    """What is wrong with these indexes: their files, and whether they hold the catalog's passages once each."""
    wanted, pending = set(catalog.passage_ids(SEARCHABLE)), set(catalog.passage_ids(PENDING))
    for index in which:
        fault = index.check() or _key_fault(indexes, index, wanted, pending)
        yield LibraryFinding(f"{index.kind}, its files and passages", fault)


def _key_fault(indexes: Indexes, index: SearchIndex, wanted: set[int], pending: set[int]) -> str:
    try:
        held = indexes.opened(index).keys()
    except DamagedIndexError as error:
        return f"it cannot be read ({error})"
    missing, surplus = len(wanted.difference(held)), len(set(held) - wanted - pending)
    twice = len(held) - len(set(held))
    if not (missing or surplus or twice):
        return ""
    return f"{missing:,} passages are missing, {surplus:,} too many, {twice:,} there twice"


def _text_faults(catalog: Catalog, rows: Sequence[int]) -> Iterator[str]:
    for part in chunks(rows):
        hashes = catalog.text_hashes(part)
        for row in part:
            try:
                text = catalog.texts([row])[row]
            except (zlib.error, UnicodeDecodeError):
                yield f"text {row} cannot be unpacked"
                continue
            if short_hash(text.text, 64) != hashes[row]:
                yield f"text {row} is not the one that was recorded"
            elif not _tiles(text):
                yield f"the sentences of text {row} do not join to it"


def _tiles(stored: StoredText) -> bool:
    """Whether every sentence is longer than nothing and the last one ends where the text does."""
    count = len(stored.ends) // 4
    sentences = stored.sentences(0, count - 1) if count else ()
    return bool(sentences) and sentences[-1].end == len(stored.text) and all(s.start < s.end for s in sentences)


def _passage_faults(catalog: Catalog, rows: Sequence[int]) -> Iterator[str]:
    for part in chunks(rows):
        passages = catalog.passages_of(part)
        try:
            texts = catalog.texts(sorted({p.version_id for p in passages}))
        except (zlib.error, UnicodeDecodeError):  # said already
            continue
        yield from (
            f"passage {p.passage_id} of text {p.version_id}" for p in passages if not _fits(p, texts[p.version_id])
        )


def _fits(stored: StoredPassage, article: StoredText) -> bool:
    p, count = stored.passage, len(article.ends) // 4
    if not (0 <= p.first <= p.last < count and p.start < p.end):
        return False
    inside = article.sentences(p.first, p.last)
    in_place = inside[0].start <= p.start and p.end <= inside[-1].end
    return in_place and hash_passage(article.text[p.start : p.end]) == stored.text_hash


def _embedding_faults(catalog: Catalog, embedder: str) -> Iterator[str]:
    width = 0
    for part in chunks(catalog.version_ids(SEARCHABLE)):
        hashes = {p.text_hash for p in catalog.passages_of(part)}
        cached = catalog.cached(embedder, sorted(hashes))
        yield from ("one is missing" for _ in range(len(hashes) - len(cached)))
        for vector, _ in cached.values():
            width = width or len(vector)
            if len(vector) != width:
                yield f"one has {len(vector)} numbers instead of {width}"


def _finding(what: str, faults: Iterable[str]) -> LibraryFinding:
    """A finding that names the first faults and counts the rest."""
    faults = iter(faults)
    try:
        named = list(islice(faults, _NAMED))
        more = sum(1 for _ in faults)
    except LibraryError as error:
        return LibraryFinding(what, str(error))
    return LibraryFinding(what, "; ".join(named) + (f"; and {more:,} more" if more else ""))
