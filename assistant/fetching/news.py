"""Feeds: finding them, and fetching what is new in them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from assistant.articles.build import Item, articles_of, to_article
from assistant.articles.charsets import decode
from assistant.articles.formats import FEED, OPML, format_by_bytes
from assistant.articles.formats.feed import Entry, Feed, found_in, parse_feed, parse_outlines
from assistant.articles.text import UnreadableError
from assistant.errors import FetchError, FetchFailed, UsageError
from assistant.fetching.fetch import Fetched, Fetcher, Validators, is_address, read_fetched, without_fragment
from assistant.fetching.follows import Follow
from assistant.records import Article, Skipped

OnStep = Callable[[str], None]  # called with what is being fetched

PAUSE_S = 0.5  # between two pages of one feed: they come from one server
_ENTRIES = 500  # looked at in one feed at a time
_LINKS = 1000  # elements of a page's head that are looked at
_OPML = 5_000_000  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new in a feed."""

    follow: Follow  # with what is now known of it; to be written down once the articles are recorded
    items: tuple[Item, ...]


def find_feeds(fetcher: Fetcher, place: str) -> list[Follow]:
    """Return the feeds at `place`: a feed's address, a page that links to its feeds, or an OPML file's path.

    Raises `FetchError`, or `UsageError` when there is no feed.
    """
    if not is_address(place):
        return [Follow(url=without_fragment(url)) for url in _listed(Path(place))]
    page = fetcher.fetch(place)
    try:
        if format_by_bytes(page.body) in (FEED, OPML):
            return [_followed(page, without_fragment(place))]
        return [_found_feed(fetcher, url) for url in _linked(page)[:1]]
    except UnreadableError as err:
        raise UsageError(f"{place} {err}.") from err


def _listed(path: Path) -> list[str]:
    try:
        if path.stat().st_size > _OPML:
            raise UsageError(f"{path} is too large for a list of feeds.")
        return [url for url in parse_outlines(path.read_bytes()) if is_address(url)]
    except UnreadableError as err:
        raise UsageError(f"{path} {err}.") from err
    except OSError as err:
        raise UsageError(
            f"{path} cannot be read ({err.strerror}); give the address of a feed, or an OPML file."
        ) from err


def _followed(page: Fetched, url: str) -> Follow:
    feed = parse_feed(page.body, page.url, page.charset)
    return Follow(url=url, title=feed.title, site=feed.url)


def _found_feed(fetcher: Fetcher, url: str) -> Follow:
    return _followed(fetcher.fetch(url), url)


def _linked(page: Fetched) -> list[str]:
    """Return the feeds that a page links to in its head. Raises `UsageError` for none."""
    from lxml import etree, html

    try:
        tree: Any = html.fromstring(decode(page.body))
    except (etree.ParserError, ValueError) as err:
        raise UsageError(f"{page.url} is no page that can be read.") from err
    links = tree.xpath(".//link[@href]")[:_LINKS]
    found = [link.get("href") for link in links if (link.get("type") or "").strip().lower() in FEED.content_types]
    if not found:
        raise UsageError(f"{page.url} is no feed and links to none; look for the address of its RSS or Atom feed.")
    return list(dict.fromkeys(without_fragment(urljoin(page.url, address)) for address in found))


def read_news(fetcher: Fetcher, follow: Follow, on_step: OnStep, *, pause_s: float = PAUSE_S) -> News:
    """Return what is new in a feed. Failures are in the result: as its `fault`, or as skipped articles.

    An entry that the feed holds whole is taken from it; for the others the page is fetched. One whose page could not
    be fetched is tried again the next time.
    """
    on_step(follow.url)
    checked = replace(follow, checked=datetime.now(UTC).isoformat(timespec="seconds"), fault="")
    try:
        page = fetcher.fetch(follow.url, Validators(etag=follow.etag, modified=follow.modified))
        if page.unchanged:
            return News(follow=checked, items=())
        feed = parse_feed(page.body, page.url, page.charset)
    except (FetchError, UnreadableError) as err:
        return News(follow=replace(checked, fault=str(err)), items=())
    items: list[Item] = []
    seen: list[str] = []
    failed = False
    for entry in feed.entries[:_ENTRIES]:
        if entry.version in follow.seen:
            seen.append(entry.version)
            continue
        try:
            items += _read_entry(fetcher, feed, entry, on_step, pause_s)
            seen.append(entry.version)
        except FetchFailed as err:
            failed = True
            items.append(Skipped(source=_name(entry, follow), reason=f"{err}; the next update tries again"))
    # With the old marks the server would say "unchanged", and the pages that failed would never be tried again.
    marks = {} if failed else {"etag": page.etag, "modified": page.modified}
    known = replace(checked, title=feed.title or follow.title, site=feed.url or follow.site, etag="", modified="")
    # A feed that is empty for once was cut off, or is being rebuilt: what was seen before is worth keeping.
    kept = tuple(seen) if feed.entries else follow.seen
    return News(follow=replace(known, seen=kept, **marks), items=tuple(items))


def _read_entry(
    fetcher: Fetcher, feed: Feed, entry: Entry, on_step: OnStep, pause_s: float
) -> Iterator[Item] | list[Item]:
    """Return the article of an entry. Raises `FetchFailed` when its page cannot be fetched this time."""
    source = _name(entry, feed)
    if entry.complete:
        try:
            return list(articles_of(found_in(entry, feed), source, published_page=True))
        except UnreadableError as err:
            return [Skipped(source=source, reason=str(err))]
    if not is_address(entry.url):
        return [Skipped(source=source, reason="the feed holds only a summary of it and no address of a page")]
    on_step(entry.url)
    time.sleep(pause_s)
    try:
        page = fetcher.fetch(entry.url)
    except FetchFailed:
        raise
    except FetchError as err:  # it may not be fetched, now or later
        return [Skipped(source=source, reason=str(err))]
    return [_completed(item, entry, feed) for item in read_fetched(page, source)]


def _completed(item: Item, entry: Entry, feed: Feed) -> Item:
    """Add to an article what only the feed says of it."""
    if not isinstance(item, Article):
        return item
    by_feed = to_article(replace(found_in(entry, feed), text=item.text), item.source)
    return replace(
        item,
        title=item.title or by_feed.title,
        published=item.published or by_feed.published,
        updated=item.updated or by_feed.updated,
        authors=item.authors or by_feed.authors,
    )


def _name(entry: Entry, feed: Feed | Follow) -> str:
    return without_fragment(entry.url) or f"{feed.url}#{entry.id or entry.version}"
