"""What fills a library and keeps it: the half of the public `Assistant` that answers nothing."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from assistant.articles import FieldMap, Given, Preview, check_paths, preview
from assistant.fetching.fetch import Fetcher, is_address, read_address
from assistant.fetching.news import OnStep, find_feeds
from assistant.library import following, removal
from assistant.library.history import history
from assistant.library.indexes import OnEmbedded
from assistant.library.ingest import OnProgress, ingest, look_ahead, with_outlet
from assistant.library.ingest_counts import IngestCounts
from assistant.library.library import Library
from assistant.library.workers import check_workers
from assistant.library_reports import FollowedFeed, IngestReport, LibraryHealth, UpdateReport
from assistant.records import ArticleInfo, ArticleVersion, Filters, RemovedArticle, StoredArticle
from assistant.settings import Settings


class Upkeep(ABC):
    """All that is done to a library, which is opened or made when it is first needed."""

    _settings: Settings
    _opened: Library | None

    @property
    @abstractmethod
    def _library(self) -> Library:
        """The open library."""

    @abstractmethod
    def article(self, article_id: str, version: int | None = None, *, text_hash: str = "") -> StoredArticle:
        """Return an article. Raises `UsageError` when there is none."""

    # -- filling the library

    def ingest(
        self,
        sources: Sequence[Path | str | Given],
        *,
        fields: FieldMap | None = None,
        outlet: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> IngestReport:
        """Read files, folders and web addresses into the library; articles that did not change cost nothing.

        Web addresses are fetched first, as by `fetch`. `outlet` is given to articles that name none, "" for no outlet;
        without it they keep the one given before. Raises `UsageError` when no path exists and `LibraryLocked` when
        another process writes. Ctrl-C stops cleanly, the report says so, and nothing that was recorded is lost.
        """
        check_workers(self._settings)
        fields = fields or FieldMap()
        started = time.monotonic()
        try:
            taken: Sequence[Path | Given] = self.fetch(sources, fields=fields)
            if self._opened is None:
                taken, nothing = look_ahead(taken, fields)
                if nothing is not None:
                    return nothing
            library = self._library
        except KeyboardInterrupt:  # before anything was recorded
            return IngestCounts().report(time.monotonic() - started, interrupted=True)
        return ingest(library, taken, fields, on_progress, outlet=outlet, workers=self._settings.workers)

    def preview(
        self, sources: Sequence[Path | str | Given], *, fields: FieldMap | None = None, outlet: str | None = None
    ) -> Preview:
        """Return what `ingest` would take from the first five rows or files; nothing is stored.

        Raises `UsageError` when no path exists.
        """
        fields = fields or FieldMap()
        found = self.fetch(sources, fields=fields)
        check_paths([source for source in found if isinstance(source, Path)])
        shown = preview(found, fields)
        return replace(shown, articles=tuple(with_outlet(article, outlet, None) for article in shown.articles))

    def fetch(
        self, sources: Sequence[Path | str | Given], *, fields: FieldMap | None = None, on_step: OnStep = lambda _: None
    ) -> list[Path | Given]:
        """Return the sources; each web address, told to `on_step`, becomes its content, or skipped with the reason."""
        return [self._source(source, fields or FieldMap(), on_step) for source in sources]

    def _source(self, source: Path | str | Given, fields: FieldMap, on_step: OnStep) -> Path | Given:
        if isinstance(source, str) and is_address(source):
            on_step(source)
            return Given(source, tuple(read_address(self._fetcher, source, fields)))
        return Path(source) if isinstance(source, str) else source

    def follow(self, place: str) -> list[FollowedFeed]:
        """Follow a feed, the feed that a page links to, or those of an OPML file; returns the new ones.

        Raises `FetchError`, or `UsageError` when there is no feed.
        """
        found = find_feeds(self._fetcher, place)
        return following.follow(self._library, found)

    def unfollow(self, url: str) -> FollowedFeed:
        """Stop following a feed; its articles stay. Raises `UsageError` for one that is not followed."""
        return following.unfollow(self._library, url)

    def followed(self) -> list[FollowedFeed]:
        """Return the feeds that the library follows."""
        return following.followed(self._library)

    def update(self, on_step: OnStep = lambda _: None) -> UpdateReport:
        """Ingest what is new in the followed feeds; `on_step` is called with each address. Ctrl-C stops cleanly."""
        return following.update(self._library, self._fetcher, on_step)

    @cached_property
    def _fetcher(self) -> Fetcher:
        return Fetcher(allow_private=self._settings.allow_private_addresses)

    def reembed(self, on_embedded: OnEmbedded = lambda _: None) -> int:
        """Rebuild all vectors with the embedder of the settings; return how many had to be computed."""
        return self._library.reembed(on_embedded)

    # -- keeping the library

    def named(self, name: str) -> list[ArticleInfo]:
        """Return the articles named by an id, reference, address, file or folder; removed ones too."""
        return removal.named(self._library, name)

    def within(self, limits: Filters) -> list[ArticleInfo]:
        """Return the articles within these limits, in the order of their ids."""
        return removal.within(self._library, limits)

    def removed(self, limits: Filters) -> list[RemovedArticle]:
        """Return the removed articles within these limits, those removed last first."""
        return removal.removed_within(self._library, limits)

    def remove(self, articles: Sequence[str], *, forget: bool = False) -> int:
        """Take articles, by id, out of search; their texts stay for permalinks unless `forget`. Return how many."""
        return removal.remove(self._library, articles, forget=forget)

    def finish_forgetting(self) -> bool:
        """Finish an interrupted `remove` with `forget`; return whether there was one. Any ingest does so too."""
        return removal.finish_forgetting(self._library)

    def bring_back(self, articles: Sequence[str]) -> int:
        """Make removed articles searchable again; return how many of these had been removed."""
        return removal.bring_back(self._library, articles)

    def history(self, article_id: str) -> tuple[ArticleVersion, ...]:
        """Return all versions of an article, oldest first. Raises `UsageError` when there is no such article."""
        found = history(self._library.catalog, article_id)
        if not found:
            self.article(article_id)  # says that there is none
        return found

    def came_in(self, since: date) -> int:
        """Return how many articles the library took in on this day or later, as far as it knows the days."""
        return self._library.catalog.came_in(since)

    def check_library(self) -> LibraryHealth:
        """Check every stored text, offset, hash and index entry; change nothing."""
        return self._library.check()

    def repair(self) -> LibraryHealth:
        """Repair what needs no sources: both indexes and unfinished articles. Nothing is embedded again."""
        return self._library.repair()

    def backup(self, file: Path | str) -> int:
        """Write the library to one new file, even while it is in use; return its size in bytes."""
        return self._library.backup(Path(file))
