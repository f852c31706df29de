"""Fetched pages to articles."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.articles import FieldMap, read_document
from assistant.articles.build import Item
from assistant.articles.fields import GUESS
from assistant.articles.kinds import Kind, kind_of, sniff
from assistant.articles.raw_document import Document, of_bytes
from assistant.errors import FetchError
from assistant.fetching.fetch import Fetched, Fetcher
from assistant.records import Skipped

_KINDS = {
    "text/html": Kind.WEB_PAGE,
    "application/xhtml+xml": Kind.WEB_PAGE,
    "application/pdf": Kind.PDF,
    "application/json": Kind.JSON,
    "application/ld+json": Kind.JSON,
    "application/x-ndjson": Kind.JSON_LINES,
    "application/rss+xml": Kind.XML,
    "application/atom+xml": Kind.XML,
    "application/rdf+xml": Kind.XML,
    "text/x-opml": Kind.XML,
    "text/markdown": Kind.MARKDOWN,
    "message/rfc822": Kind.MAIL,
    "multipart/related": Kind.PAGE_ARCHIVE,
    "application/zip": Kind.ZIP,
    "application/x-tar": Kind.TAR,
}
_NO_ARTICLES = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "application/javascript")


def is_address(place: str) -> bool:
    """Whether what a user names is a web address rather than a path."""
    return place.lower().startswith(("http://", "https://"))


def named(url: str) -> str:
    """The address as an article's name: without its fragment, which the server never sees."""
    return url.strip().partition("#")[0]


def read_address(fetcher: Fetcher, url: str, fields: FieldMap = GUESS) -> Iterator[Item]:
    """The articles at a web address. One that cannot be fetched, or holds none, is `Skipped` with the reason."""
    try:
        page = fetcher.fetch(url)
    except FetchError as err:
        yield Skipped(source=named(url), reason=str(err))
        return
    yield from read_fetched(page, named(url), fields)


def read_fetched(page: Fetched, source: str, fields: FieldMap = GUESS) -> Iterator[Item]:
    """The articles of a fetched page, identified by `source`, the address that was asked for."""
    if page.content_type.startswith(_NO_ARTICLES):
        yield Skipped(source=source, reason=f"is {page.content_type}, not an article")
        return
    yield from read_document(document_of(page, source), fields)


def document_of(page: Fetched, source: str) -> Document:
    """What a server sent, as a document; what it is, the server says, else the name, else its first bytes."""
    name = page.url.partition("?")[0].rpartition("/")[2]
    told = _KINDS.get(page.content_type)
    begins = sniff(page.body)
    if told in (None, Kind.WEB_PAGE) and begins in (Kind.XML, Kind.PDF):  # feeds served as text/html
        told = begins
    kind = told or (kind_of(name) if page.content_type in ("", "application/octet-stream") else None) or begins
    return of_bytes(page.body, name, source, kind=kind, url=page.url, charset=page.charset)
