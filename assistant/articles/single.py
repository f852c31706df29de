"""One article from the bytes of one document: a file, a record of a WARC file, a fetched page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from assistant.articles.build import Found, Item, Notice, date_notice, to_article
from assistant.articles.formats.html import read_web_page
from assistant.articles.formats.mail import read_mail, read_page_archive
from assistant.articles.formats.markdown import read_markdown
from assistant.articles.formats.paywalls import is_cut_off, stub_reason
from assistant.articles.formats.pdf import read_pdf
from assistant.articles.formats.plain import read_plain
from assistant.articles.kinds import Kind
from assistant.articles.text import UnreadableError

_READERS: dict[Kind, Callable[[bytes], Found]] = {
    Kind.TEXT: read_plain,
    Kind.MARKDOWN: read_markdown,
    Kind.PDF: read_pdf,
    Kind.MAIL: read_mail,
    Kind.PAGE_ARCHIVE: read_page_archive,
    Kind.WEB_PAGE: read_web_page,
}
_SUFFIXES = re.compile(r"(?:\.[A-Za-z0-9]{1,8}){1,2}$")
_NO_WORDS = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|[\W_]+")
_WORD = re.compile(r"[^\W\d_]{3}")
_PUBLISHED_PAGES = (Kind.WEB_PAGE, Kind.PAGE_ARCHIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where some bytes come from."""

    source: str  # identifies the article
    name: str = ""  # of the file, "" when there is none
    url: str = ""  # where it was fetched
    charset: str = ""  # as the server declared it
    crawled: date | None = None  # the day on which a crawler fetched it


def read_single(data: bytes, kind: Kind, origin: Origin) -> Iterator[Item]:
    """The article, then notices of what to know about it. Raises `UnreadableError` when there is none."""
    if not data or data.isspace():
        raise UnreadableError("is empty")
    found = read_web_page(data, charset=origin.charset) if kind is Kind.WEB_PAGE else _READERS[kind](data)
    found = replace(
        found,
        title=found.title or _title_of(origin.name),
        name=origin.name,
        url=found.url or origin.url,
        crawled=origin.crawled,
    )
    yield from articles_of(found, origin.source, published_page=kind in _PUBLISHED_PAGES)


def _title_of(name: str) -> str:
    """The words of a file's name, for an article that has no other title; "" when there are none."""
    stem = _NO_WORDS.sub(" ", _SUFFIXES.sub("", name)).strip()
    return stem if _WORD.search(stem) else ""


def articles_of(found: Found, source: str, *, published_page: bool, recorded: bool = False) -> Iterator[Item]:
    """The article of what was found, and notices.

    `published_page`: it may be a paywall's notice or the like, and is refused then. But where it is `recorded`, by a
    row with a headline or an address, that such an article was printed, headline and address can still be found: it is
    kept, with a notice.
    """
    article = to_article(found, source)
    stub = stub_reason(article.text, article.title) if published_page else ""
    if stub and not (recorded and (found.title or found.url)):
        raise UnreadableError(stub)
    yield article
    if stub:
        yield Notice(source=source, text=f"its text {stub}; only its headline and address can be found", kind="stub")
    elif published_page and is_cut_off(article.text):
        yield Notice(source=source, text="ends with a paywall's notice, so it may be cut off there", kind="cut off")
    if notice := date_notice(found, source):
        yield notice
