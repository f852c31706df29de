"""Ingest: files -> articles -> sentences -> passages -> a searchable library.

Articles go through in batches. A batch that was recorded is finished sooner or later, also after a crash; one that was
not is read again from its file. Unchanged articles cost a look-up and nothing else. Where there is much to take in,
worker processes read and cut the next batch while one is written to the indexes; those of a Ray cluster embed it too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any, NamedTuple

from assistant.articles import (
    FieldMap,
    Given,
    Item,
    Notice,
    check_paths,
    find_files,
    holds_one_article,
    memory_needed,
    read_file,
    read_single_file,
)
from assistant.articles.raw_document import ParallelMap
from assistant.errors import AssistantError
from assistant.library.catalog import KnownArticle, NewVersion, chunks, label_of
from assistant.library.chunking import cut_and_embed, cut_up
from assistant.library.ingest_counts import IngestCounts
from assistant.library.library import Library
from assistant.library.workers import AUTO, WorkerPool, workers_for
from assistant.library_reports import IngestProgress, IngestReport
from assistant.records import Article, Skipped

BATCH_ARTICLES = 100
BATCH_CHARACTERS = 2_000_000  # a few very long articles fill a batch too: memory stays bounded
_EMBEDDED = 25  # articles recorded at once where workers embed: what a crash loses of their work takes them seconds

OnProgress = Callable[[IngestProgress], None]
_Source = Path | Given | Skipped
_Read = Iterator[tuple[_Source, Iterable[Item]]]


class _New(NamedTuple):
    """An article with a text to be recorded."""

    article: Article
    is_first: bool  # the library holds no version of it yet


_Prepared = tuple[list[_New], Iterator[NewVersion]]


def ingest(
    library: Library,
    sources: Sequence[Path | Given],
    fields: FieldMap,
    on_progress: OnProgress | None = None,
    *,
    outlet: str | None = None,
    workers: str = AUTO,
) -> IngestReport:
    """Read all of `sources` into the library. Ctrl-C stops it cleanly: the report says so, nothing recorded is lost.

    `outlet` is that of articles whose source names none, "" for none; None keeps what was given before. `workers` is
    who helps where there is much to do, see `workers_for`.

    Raises `UsageError` when none of the paths exists, before anything is read, and `LibraryLocked` when another
    process writes.
    """
    check_paths(_paths(sources))
    started = time.monotonic()
    counts = IngestCounts()
    interrupted = False
    try:
        with library.writing():
            _Ingest(library, counts, on_progress, outlet).take(sources, fields, workers)
    except KeyboardInterrupt:
        interrupted = True
    return counts.report(time.monotonic() - started, interrupted=interrupted)


class _Ingest:
    """One run of `ingest`."""

    def __init__(
        self, library: Library, counts: IngestCounts, on_progress: OnProgress | None, outlet: str | None
    ) -> None:
        self._library = library
        self._outlet = outlet
        self._counts = counts
        self._on_progress = on_progress
        self._total = 0
        self._done = 0  # bytes of the files that were read so far
        self._current = ""
        self._embedding = 0  # passages embedded so far in the current batch

    def take(self, sources: Sequence[Path | Given], fields: FieldMap, choice: str) -> None:
        """Read, record and index everything, a batch at a time."""
        files = [*find_files(_paths(sources)), *(source for source in sources if isinstance(source, Given))]
        self._total = sum(_size(file) for file in files if isinstance(file, Path))
        with workers_for(self._total, choice) as workers:
            for new, cut in self._indexed_at_an_error(self._prepared(files, fields, workers)):
                if workers.count:
                    self._index()  # the batch before, while they cut this one
                self._record(new, cut, _EMBEDDED if workers.embeds else BATCH_ARTICLES)
                if not workers.count:
                    self._index()
                self._tell()
            self._index()
        self._tell()

    def _prepared(self, files: Iterable[_Source], fields: FieldMap, workers: WorkerPool) -> Iterator[_Prepared]:
        """Batches of new texts, and the same cut up."""
        cutting = partial(cut_and_embed if workers.embeds else cut_up, embedder=self._library.embedder)
        for batch in _batches(self._read(files, fields, workers.map_files), workers):
            new = list(self._sort_out(batch))
            yield new, workers.map(cutting, [n.article for n in new], _length, _named)

    def _indexed_at_an_error(self, batches: Iterator[_Prepared]) -> Iterator[_Prepared]:
        """The same batches; at an error, what is recorded becomes searchable before the error goes on."""
        try:
            yield from batches
        except AssistantError:
            self._index()
            raise

    def _read(self, files: Iterable[_Source], fields: FieldMap, parallel_map: ParallelMap) -> Iterator[Article]:
        """The articles of all files; what was left out, and notices, go into the counts."""
        for singly, some in groupby(files, _holds_one):
            for file, items in (self._singly if singly else self._one_after_another)(some, fields, parallel_map):
                before = self._done
                for found in items:
                    if isinstance(found, Article):
                        yield found
                    elif isinstance(found, Skipped):
                        self._counts.skipped.append(found)
                    else:
                        self._counts.notices.append(Skipped(source=found.source, reason=found.text))
                self._done = before + _size(file)

    def _singly(self, files: Iterable[Any], fields: FieldMap, parallel_map: ParallelMap) -> _Read:
        """Read files of one article each, several at the same time."""
        paths = list(files)
        found = parallel_map(partial(read_single_file, fields=fields), paths, _weight, str)
        for path in paths:
            self._current = str(path)
            yield path, next(found)

    def _one_after_another(self, files: Iterable[_Source], fields: FieldMap, parallel_map: ParallelMap) -> _Read:
        for file in files:
            if isinstance(file, Skipped):
                yield file, (file,)
                continue
            self._current = str(file)
            yield file, file.items if isinstance(file, Given) else read_file(file, fields, self._on_bytes, parallel_map)

    def _record(self, new: Sequence[_New], cut: Iterator[NewVersion], most: int) -> None:
        """Record what is new in a batch, `most` articles at once, and count it."""
        told = self._told(cut)
        for some in chunks(new, most):
            self._counts.embedded += self._library.record(list(islice(told, len(some))))
            for article, is_first in some:
                self._counts.added += is_first
                self._counts.updated += not is_first
                self._counts.undated += article.published is None
        self._embedding = 0

    def _told(self, cut: Iterator[NewVersion]) -> Iterator[NewVersion]:
        """The same articles; those embedded already are told as they come."""
        for version in cut:
            if version.vectors:
                self._on_embedded(len(version.vectors))
            yield version

    def _index(self) -> None:
        """Make what is recorded searchable."""
        indexed, embedded = self._library.index_pending(self._on_embedded)
        self._counts.passages += indexed
        self._counts.embedded += embedded
        self._embedding = 0

    def _sort_out(self, batch: Sequence[Article]) -> Iterator[_New]:
        """The articles with a text to be recorded; the others are counted, and relabelled where that changed."""
        known = self._library.catalog.known([article.id for article in batch])
        same_text = self._library.catalog.with_text([article.text_hash for article in batch])
        self._counts.next_batch()
        for read in batch:
            before = known.get(read.id)
            article = with_outlet(read, self._outlet, before)
            if self._counts.seen_otherwise(article.id, article.text_hash):
                self._counts.skip(article, "an earlier row of this ingest has the same id but another text")
            elif before is not None and before.removed:
                self._counts.skip(
                    article, f"it was removed from the archive; to have it again: assistant remove --undo {article.id}"
                )
            elif before is not None and before.text_hash == article.text_hash:
                self._keep(article, before)
            elif before is None and (other := self._counts.duplicate_of(article, same_text.get(article.text_hash, ()))):
                self._counts.skip(article, f"the same article is in the library already, from {other}")
            elif article.id in self._counts.seen:
                self._counts.unchanged += 1
            else:
                self._counts.take(article)
                yield _New(article, is_first=before is None)

    def _keep(self, article: Article, before: KnownArticle) -> None:
        self._counts.seen[article.id] = article.text_hash
        if before.label == label_of(article):
            self._counts.unchanged += 1
        else:
            self._library.catalog.relabel(before.version_id, article)
            self._counts.updated += 1

    def _on_bytes(self, taken: int) -> None:
        self._done += taken

    def _on_embedded(self, passages: int) -> None:
        self._embedding += passages
        self._tell()

    def _tell(self) -> None:
        if self._on_progress is None:
            return
        self._on_progress(
            IngestProgress(
                articles=self._counts.articles,
                passages=self._counts.embedded + self._embedding,
                bytes_read=self._done,
                bytes_total=self._total,
                current=self._current,
            )
        )


def with_outlet(article: Article, given: str | None, before: KnownArticle | None) -> Article:
    """Return the article with the outlet that its source names; else the one `given`; else the one once given for it.

    So an outlet that a person gave is not lost when the same files are taken in again without it (None), until it is
    taken back ("") or the source names one. What the source named before counts no more once it names it no more. The
    host of an address is the last resort.
    """
    if article.outlet and not article.outlet_is_host:
        return article
    kept = before.label.outlet if before and before.label.outlet_given else ""
    outlet = kept if given is None else given
    return replace(article, outlet=outlet, outlet_is_host=False, outlet_given=True) if outlet else article


# -- before there is a library


def look_ahead(sources: Sequence[Path | Given], fields: FieldMap) -> tuple[Sequence[Path | Given], IngestReport | None]:
    """Read `sources` up to their first article, so that no library is made for sources that hold none.

    Returns them for the ingest, or the report where there is no article. What was read is among the sources returned
    and is not read again, but for a file of many articles: it is begun again, so that workers can read it. Raises
    `UsageError` when none of the paths exists.
    """
    started = time.monotonic()
    paths = _paths(sources)
    check_paths(paths)
    files = [*find_files(paths), *(source for source in sources if isinstance(source, Given))]
    passed: list[Item] = []
    for at, file in enumerate(files):
        if isinstance(file, Skipped):
            passed.append(file)
        elif (first := _with_article(file, fields, passed)) is not None:
            passed += (item for item in files[at + 1 :] if isinstance(item, Skipped))
            rest = [item for item in files[at + 1 :] if not isinstance(item, Skipped)]
            return [first, *rest, Given("", passed)], None
    return sources, _report(passed, time.monotonic() - started)


def _with_article(file: Path | Given, fields: FieldMap, passed: list[Item]) -> Path | Given | None:
    """The source, as if nothing of it had been read, when it holds an article; else its items go to `passed`."""
    items = iter(read_file(file, fields) if isinstance(file, Path) else file.items)
    read: list[Item] = []
    for item in items:
        read.append(item)
        if isinstance(item, Article):
            return file if isinstance(file, Path) and not _holds_one(file) else Given(str(file), chain(read, items))
    passed += read
    return None


def _report(passed: Sequence[Item], seconds: float) -> IngestReport:
    counts = IngestCounts(skipped=[item for item in passed if isinstance(item, Skipped)])
    counts.notices += [Skipped(source=item.source, reason=item.text) for item in passed if isinstance(item, Notice)]
    return counts.report(seconds)


# -- small things


def _paths(sources: Sequence[Path | Given]) -> list[Path]:
    return [source for source in sources if isinstance(source, Path)]


def _holds_one(file: _Source) -> bool:
    return isinstance(file, Path) and holds_one_article(file)


def _length(article: Article) -> int:
    return len(article.text)


def _named(article: Article) -> str:
    return article.source


def _weight(path: Path) -> int:
    return memory_needed(path, _size(path))


def _size(file: _Source) -> int:
    if not isinstance(file, Path):
        return 0  # nothing is read from the disk
    try:
        return file.stat().st_size
    except OSError:  # it vanished; reading it will say so
        return 0


def _batches(articles: Iterable[Article], workers: WorkerPool) -> Iterator[list[Article]]:
    """The articles in batches; where workers embed, which takes long, in such that each of them has a share."""
    batch: list[Article] = []
    characters = 0
    for article in articles:
        batch.append(article)
        characters += len(article.text)
        times = workers.count if workers.embeds else 1
        if len(batch) >= times * BATCH_ARTICLES or characters >= times * BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    yield batch
