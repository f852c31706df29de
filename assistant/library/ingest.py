"""Ingest: files -> articles -> sentences -> passages -> a searchable library.

Articles go through in batches; whatever happens, a batch that was recorded is finished sooner or later, and one that
was not is read again from its file. Unchanged articles cost a look-up and nothing else. Where there is much to take in,
other processes read and cut the next batch while one is written to the indexes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from assistant.corpus.readers import (
    FieldMap,
    Given,
    Item,
    check_paths,
    find_files,
    holds_one_article,
    read_file,
    read_single_file,
)
from assistant.corpus.spreading import Spread
from assistant.library.cutting import cut_up
from assistant.library.library import Library
from assistant.library.outlets import with_outlet
from assistant.library.rows import KnownArticle, NewVersion, label_of
from assistant.library.workers import workers_for
from assistant.records import Article, IngestProgress, IngestReport, Skipped

BATCH_ARTICLES = 100
BATCH_CHARACTERS = 2_000_000  # a few very long articles fill a batch too: memory stays bounded

_LARGE = 250_000  # bytes that one article has at most in memory, whatever the size of its file: nearly always

OnProgress = Callable[[IngestProgress], None]
_Source = Path | Given | Skipped
_Read = Iterator[tuple[_Source, Iterable[Item]]]


class _New(NamedTuple):
    """An article with a text to be recorded."""

    article: Article
    is_first: bool  # the library holds no version of it yet


@dataclass(slots=True)
class _Tally:
    """What has happened so far in one ingest."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    undated: int = 0
    passages: int = 0
    embedded: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    notices: list[Skipped] = field(default_factory=list)
    fields: str = ""
    seen: dict[str, str] = field(default_factory=dict)  # article id -> hash of its text, in this run

    @property
    def articles(self) -> int:
        return self.added + self.updated + self.unchanged + len(self.skipped)

    def report(self, seconds: float, interrupted: bool) -> IngestReport:
        return IngestReport(
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            skipped=tuple(self.skipped),
            notices=tuple(self.notices),
            undated=self.undated,
            passages=self.passages,
            embedded=self.embedded,
            fields=self.fields,
            seconds=seconds,
            interrupted=interrupted,
        )


def ingest(
    library: Library,
    sources: Sequence[Path | Given],
    fields: FieldMap,
    on_progress: OnProgress | None = None,
    *,
    outlet: str = "",
) -> IngestReport:
    """Read all of `sources` into the library. Ctrl-C stops it cleanly: the report says so, nothing recorded is lost.

    `outlet` is that of articles whose source names none.

    Raises `UsageError` when none of the paths exists, before anything is read, and `LibraryLocked` when another
    process writes.
    """
    check_paths(_paths(sources))
    started = time.monotonic()
    tally = _Tally()
    interrupted = False
    try:
        with library.writing():
            _Ingest(library, tally, on_progress, outlet).take(sources, fields)
    except KeyboardInterrupt:
        interrupted = True
    return tally.report(time.monotonic() - started, interrupted)


class _Ingest:
    """One run of `ingest`."""

    def __init__(self, library: Library, tally: _Tally, on_progress: OnProgress | None, outlet: str) -> None:
        self._library = library
        self._outlet = outlet
        self._tally = tally
        self._on_progress = on_progress
        self._total = 0
        self._done = 0  # bytes of the files that were read so far
        self._current = ""
        self._twins: dict[tuple[str, ...], str] = {}  # text and label -> source, in this run
        self._embedding = 0  # passages embedded so far in the batch at hand

    def take(self, sources: Sequence[Path | Given], fields: FieldMap) -> None:
        """Read, record and index everything, a batch at a time."""
        files = [*find_files(_paths(sources)), *(source for source in sources if isinstance(source, Given))]
        self._total = sum(_size(file) for file in files if isinstance(file, Path))
        with workers_for(self._total) as workers:
            for batch in _batches(self._read(files, fields, workers.spread)):
                new = list(self._sort_out(batch))
                cut = workers.spread(
                    partial(cut_up, embedder=self._library.embedder), [n.article for n in new], _length
                )
                if workers.count:
                    self._index()  # the batch before, while they cut this one
                self._record(new, cut)
                if not workers.count:
                    self._index()
                self._tell()
            self._index()
        self._tell()

    def _read(self, files: Iterable[_Source], fields: FieldMap, spread: Spread) -> Iterator[Article]:
        """The articles of all files; what is no article goes into the tally."""
        for singly, some in groupby(files, _holds_one):
            for file, items in (self._singly if singly else self._one_after_another)(some, fields, spread):
                before = self._done
                for found in items:
                    if isinstance(found, Article):
                        yield found
                    elif isinstance(found, Skipped):
                        self._tally.skipped.append(found)
                    else:
                        self._tally.notices.append(Skipped(source=found.source, reason=found.text))
                self._done = before + _size(file)

    def _singly(self, files: Iterable[Any], fields: FieldMap, spread: Spread) -> _Read:
        """Files of one article each: these may be read at the same time."""
        paths = list(files)
        found = spread(partial(read_single_file, fields=fields), paths, lambda path: min(_size(path), _LARGE))
        for path in paths:
            self._current = str(path)
            yield path, next(found)

    def _one_after_another(self, files: Iterable[_Source], fields: FieldMap, spread: Spread) -> _Read:
        for file in files:
            if isinstance(file, Skipped):
                yield file, (file,)
                continue
            self._current = str(file)
            yield file, file.items if isinstance(file, Given) else read_file(file, fields, self._on_bytes, spread)

    def _record(self, new: Sequence[_New], cut: Iterator[NewVersion]) -> None:
        """Record what is new in a batch, and count it."""
        if not new:
            return
        self._library.record(list(cut))
        for article, is_first in new:
            self._tally.added += is_first
            self._tally.updated += not is_first
            self._tally.undated += article.published is None

    def _index(self) -> None:
        """Make what is recorded searchable."""
        indexed, embedded = self._library.index_pending(self._on_embedded)
        self._tally.passages += indexed
        self._tally.embedded += embedded
        self._embedding = 0

    def _sort_out(self, batch: Sequence[Article]) -> Iterator[_New]:
        """The articles with a text to be recorded; the others are counted, and relabelled where that changed."""
        known = self._library.catalog.known([article.id for article in batch])
        twins = self._library.catalog.with_text([article.text_hash for article in batch])
        for read in batch:
            before = known.get(read.id)
            article = with_outlet(read, self._outlet, before)
            if self._seen_otherwise(article):
                self._skip(article, "an earlier row of this ingest has the same id but another text")
            elif before is not None and before.removed:
                self._skip(
                    article, f"it was removed from the archive; to have it again: assistant remove --undo {article.id}"
                )
            elif before is not None and before.text_hash == article.text_hash:
                self._keep(article, before)
            elif before is None and (twin := self._twin(article, twins.get(article.text_hash, ()))):
                self._skip(article, f"the same article is in the library already, from {twin}")
            elif article.id in self._tally.seen:
                self._tally.unchanged += 1
            else:
                self._tally.seen[article.id] = article.text_hash
                yield _New(article, is_first=before is None)

    def _seen_otherwise(self, article: Article) -> bool:
        return self._tally.seen.get(article.id, article.text_hash) != article.text_hash

    def _keep(self, article: Article, before: KnownArticle) -> None:
        self._tally.seen[article.id] = article.text_hash
        if before.label == label_of(article):
            self._tally.unchanged += 1
        else:
            self._library.catalog.relabel(before.row, article)
            self._tally.updated += 1

    def _twin(self, article: Article, others: Sequence[KnownArticle]) -> str:
        """The source of an article with the same text, title, outlet and date; "" when there is none.

        The same text from another outlet, or of another day, is a copy worth keeping: it says who printed it.
        """
        mine = (article.text_hash, *label_of(article)[:3])
        in_library = (other.source for other in others if other.label[:3] == mine[1:])
        twin = next(in_library, "") or self._twins.get(mine, "")
        self._twins.setdefault(mine, article.source)
        return "" if twin == article.source else twin

    def _skip(self, article: Article, reason: str) -> None:
        self._tally.skipped.append(Skipped(source=article.source, reason=reason))

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
                articles=self._tally.articles,
                passages=self._tally.embedded + self._embedding,
                bytes_read=self._done,
                bytes_total=self._total,
                current=self._current,
            )
        )


def _paths(sources: Sequence[Path | Given]) -> list[Path]:
    return [source for source in sources if isinstance(source, Path)]


def _holds_one(file: _Source) -> bool:
    return isinstance(file, Path) and holds_one_article(file)


def _length(article: Article) -> int:
    return len(article.text)


def _size(file: _Source) -> int:
    if not isinstance(file, Path):
        return 0  # nothing is read from the disk
    try:
        return file.stat().st_size
    except OSError:  # it vanished; reading it will say so
        return 0


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    batch: list[Article] = []
    characters = 0
    for article in articles:
        batch.append(article)
        characters += len(article.text)
        if len(batch) >= BATCH_ARTICLES or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    yield batch
