"""Following feeds: what is new in them goes into the library, one feed after the other."""

from __future__ import annotations

import time

from assistant.articles import FieldMap, Given
from assistant.fetching.fetch import Fetcher
from assistant.fetching.follows import Follow
from assistant.fetching.news import OnStep, read_news
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library_reports import FeedUpdate, FollowedFeed, UpdateReport


def follow(library: Library, feeds: list[Follow]) -> list[FollowedFeed]:
    """Follow these feeds (see `fetching.news.find_feeds`); returns those that were not followed before."""
    return [_shown(new) for new in library.follows.add(feeds)]


def unfollow(library: Library, url: str) -> FollowedFeed:
    """Follow a feed no longer; its articles stay. Raises `UsageError` for one that is not followed."""
    return _shown(library.follows.remove(url))


def followed(library: Library) -> list[FollowedFeed]:
    """The feeds that the library follows, in the order in which they were added."""
    return [_shown(known) for known in library.follows.all().values()]


def update(library: Library, fetcher: Fetcher, on_step: OnStep) -> UpdateReport:
    """Take in what is new in the followed feeds. The report names a feed that fails; the others go on.

    Ctrl-C stops it: what is recorded stays, and the feeds that were not reached keep their state.
    """
    follows = library.follows
    started = time.monotonic()
    done: list[FeedUpdate] = []
    interrupted = False
    try:
        for known in follows.all().values():
            news = read_news(fetcher, known, on_step)
            report = ingest(library, [Given(known.url, news.items)], FieldMap()) if news.items else None
            if report is not None and report.interrupted:
                done.append(FeedUpdate(feed=_shown(news.follow), report=report))
                raise KeyboardInterrupt
            follows.save(news.follow)  # after its articles are recorded: a crash before costs a second look at them
            done.append(FeedUpdate(feed=_shown(news.follow), report=report))
    except KeyboardInterrupt:
        interrupted = True
    return UpdateReport(feeds=tuple(done), seconds=time.monotonic() - started, interrupted=interrupted)


def _shown(known: Follow) -> FollowedFeed:
    return FollowedFeed(url=known.url, title=known.title, site=known.site, checked=known.checked, fault=known.fault)
