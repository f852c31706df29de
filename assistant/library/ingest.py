"""Ingest: files -> articles -> sentences -> passages -> a searchable library.

Articles go through in batches; whatever happens, a batch that was recorded is finished sooner or later, and one that
was not is read again from its file. Unchanged articles cost a look-up and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.corpus.readers import FieldMap, Given, check_paths, find_files, read_file
from assistant.library.cutting import cut_up
from assistant.library.library import Library
from assistant.library.rows import KnownArticle, label_of
from assistant.records import Article, IngestProgress, IngestReport, Skipped

BATCH_ARTICLES = 100
BATCH_CHARACTERS = 2_000_000  # a few very long articles fill a batch too: memory stays bounded

OnProgress = Callable[[IngestProgress], None]


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
    library: Library, sources: Sequence[Path | Given], fields: FieldMap, on_progress: OnProgress | None = None
) -> IngestReport:
    """Read all of `sources` into the library. Ctrl-C stops it cleanly: the report says so, nothing recorded is lost.

    Raises `UsageError` when none of the paths exists, before anything is read, and `LibraryLocked` when another
    process writes.
    """
    check_paths(_paths(sources))
    started = time.monotonic()
    tally = _Tally()
    interrupted = False
    try:
        with library.writing():
            _Ingest(library, tally, on_progress).take(sources, fields)
    except KeyboardInterrupt:
        interrupted = True
    return tally.report(time.monotonic() - started, interrupted)


class _Ingest:
    """One run of `ingest`."""

    def __init__(self, library: Library, tally: _Tally, on_progress: OnProgress | None) -> None:
        self._library = library
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
        for batch in _batches(self._read(files, fields)):
            self._index(batch)
            self._tell()
        self._tell()

    def _read(self, files: Iterable[Path | Given | Skipped], fields: FieldMap) -> Iterator[Article]:
        """The articles of all files; what is no article goes into the tally."""
        for file in files:
            if isinstance(file, Skipped):
                self._tally.skipped.append(file)
                continue
            self._current, before = str(file), self._done
            items = file.items if isinstance(file, Given) else read_file(file, fields, self._on_bytes)
            for found in items:
                if isinstance(found, Article):
                    yield found
                elif isinstance(found, Skipped):
                    self._tally.skipped.append(found)
                else:
                    self._tally.notices.append(Skipped(source=found.source, reason=found.text))
            self._done = before + _size(file)

    def _index(self, batch: Sequence[Article]) -> None:
        """Record what is new in the batch and make it searchable."""
        new = list(self._sort_out(batch))
        if new:
            self._library.record([cut_up(article, self._library.embedder) for article in new])
        indexed, embedded = self._library.index_pending(self._on_embedded)
        self._tally.passages += indexed
        self._tally.embedded += embedded
        self._embedding = 0

    def _sort_out(self, batch: Sequence[Article]) -> Iterator[Article]:
        """The articles with a text to be recorded; the others are counted, and relabelled where that changed."""
        known = self._library.catalog.known([article.id for article in batch])
        twins = self._library.catalog.with_text([article.text_hash for article in batch])
        for article in batch:
            before = known.get(article.id)
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
                yield self._take(article, is_new=before is None)

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

    def _take(self, article: Article, *, is_new: bool) -> Article:
        self._tally.seen[article.id] = article.text_hash
        self._tally.added += is_new
        self._tally.updated += not is_new
        self._tally.undated += article.published is None
        return article

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


def _size(file: Path | Given) -> int:
    if isinstance(file, Given):
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
