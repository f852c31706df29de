"""Articles at web addresses: a page is fetched, and read by its format."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.articles import FieldMap, read_document
from assistant.articles.build import Item
from assistant.articles.fields import GUESS
from assistant.articles.formats import FileFormat, format_by_bytes, format_by_name, format_by_type
from assistant.articles.raw_document import of_bytes
from assistant.errors import FetchError
from assistant.fetching.fetch import Fetched, Fetcher
from assistant.records import Skipped

_WEB_PAGE = ("text/html", "application/xhtml+xml")  # feeds and PDF files are often served under these names
_NO_ARTICLES = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "application/javascript")


def is_address(place: str) -> bool:
    """Whether what a user names is a web address rather than a path."""
    return place.lower().startswith(("http://", "https://"))


def without_fragment(url: str) -> str:
    """Return the address as an article's name: without its fragment, which the server never sees."""
    return url.strip().partition("#")[0]


def read_address(fetcher: Fetcher, url: str, fields: FieldMap = GUESS) -> Iterator[Item]:
    """Yield the articles at a web address. One that cannot be fetched, or holds none, is `Skipped` with the reason."""
    try:
        page = fetcher.fetch(url)
    except FetchError as err:
        yield Skipped(source=without_fragment(url), reason=str(err))
        return
    yield from read_fetched(page, without_fragment(url), fields)


def read_fetched(page: Fetched, source: str, fields: FieldMap = GUESS) -> Iterator[Item]:
    """Yield the articles of a fetched page, identified by `source`, the address that was asked for."""
    if page.content_type.startswith(_NO_ARTICLES):
        yield Skipped(source=source, reason=f"is {page.content_type}, not an article")
        return
    name = page.url.partition("?")[0].rpartition("/")[2]
    known = format_of_page(page, name)
    document = of_bytes(page.body, name, source, known_format=known, url=page.url, charset=page.charset, fields=fields)
    yield from read_document(document)


def format_of_page(page: Fetched, name: str) -> FileFormat:
    """Return the format of what a server sent: as declared, else by the name, else by the first bytes.

    The first bytes come first for formats that servers send as web pages.
    """
    declared = format_by_type(page.content_type)
    begins = format_by_bytes(page.body)
    if begins.mislabelled and (declared is None or page.content_type in _WEB_PAGE):
        return begins
    by_name = format_by_name(name) if page.content_type in ("", "application/octet-stream") else None
    return declared or by_name or begins
