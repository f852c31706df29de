"""From what a reader found in a file to the `Article` record, cleaned the same way for every file format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.articles.fields import NAME_LIMIT, host, is_empty, names_in
from assistant.articles.formats import FileFormat
from assistant.articles.formats.paywalls import is_cut_off, stub_reason
from assistant.articles.language import language_of
from assistant.articles.publication_date import Dated, address_day, parse_day, publication_day
from assistant.articles.text import ARTICLE_LIMIT, UnreadableError, normalise, one_line, unwrap
from assistant.records import Article, Skipped

_URL_LIMIT = 2000  # characters; browsers accept about as much
_APART = timedelta(days=7)  # a declared day further than this from that of the address leads to a notice
_NAMED_SIGN = re.compile(r"shows '([^']+)' for a letter")  # in a doubt of `charsets`
_SUFFIXES = re.compile(r"(?:\.[A-Za-z0-9]{1,8}){1,2}$")
_NO_WORDS = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|[\W_]+")
_WORD = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """What a file says of one article, as written there."""

    text: str
    title: str = ""
    outlet: str = ""
    published: object = None  # as declared; anything, see `parse_day`
    updated: object = None  # the same
    authors: tuple[str, ...] = ()  # each may hold several names
    url: str = ""
    language: str = ""  # as declared, e.g. "en-GB"
    name: str = ""  # of the file, where that may hold a day
    crawled: date | None = None  # the day on which a crawler fetched it
    doubt: str = ""  # why its letters may be the wrong ones, see `charsets`
    doubt_of_order: str = ""  # why its lines may stand in another order than on paper
    notes: tuple[tuple[str, str], ...] = ()  # what else should be known of it: the kind and the words of notices
    left_out: str = ""  # what a notice says of parts that are no text of the article, such as a forwarder's note
    hint: str = ""  # said in a notice when there is no day: what might help to find it


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where some bytes come from."""

    source: str  # identifies the article
    name: str = ""  # of the file, "" when there is none
    url: str = ""  # where it was fetched
    charset: str = ""  # as the server declared it
    crawled: date | None = None  # the day on which a crawler fetched it


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that the user should know about what was read; nothing was left out because of it."""

    source: str  # path, or path and row
    text: str  # one line
    kind: str = ""  # notices of one kind are merged; "" for one that stands alone


Item = Article | Skipped | Notice


def read_single(data: bytes, known: FileFormat, origin: Origin) -> Iterator[Item]:
    """Yield the article in `data`, then notices about it. Raises `UnreadableError` when there is none.

    `known` is a format whose files hold one article.
    """
    if not data or data.isspace():
        raise UnreadableError("is empty")
    found: RawArticle = known.read(data, charset=origin.charset) if known.takes_charset else known.read(data)
    found = replace(
        found,
        title=found.title or _title_of(origin.name),
        name=origin.name,
        url=found.url or origin.url,
        crawled=origin.crawled,
    )
    yield from articles_of(found, origin.source, published_page=known.published_page)


def _title_of(name: str) -> str:
    """Return the words of a file's name, for an article that has no other title; "" when there are none."""
    stem = _NO_WORDS.sub(" ", _SUFFIXES.sub("", name)).strip()
    return stem if _WORD.search(stem) else ""


def articles_of(found: RawArticle, source: str, *, published_page: bool, recorded: bool = False) -> Iterator[Item]:
    """Yield the article of what was found, then notices.

    A `published_page` that shows a paywall's notice or the like is refused. Where a row with a headline or an address
    has `recorded` that such an article was printed, it is kept, with a notice: headline and address can be found.
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
    if article.doubt:
        yield Notice(source=source, text=article.doubt, kind="letters")
    if found.left_out:
        yield Notice(source=source, text=found.left_out, kind="left out")
    if found.doubt_of_order:
        yield Notice(source=source, text=found.doubt_of_order, kind="order")
    for kind, text in found.notes:
        yield Notice(source=source, text=text, kind=kind)
    if notice := date_notice(found, source):
        yield notice


def to_article(found: RawArticle, source: str) -> Article:
    """Return the article that `found` describes, its text normalised. Raises `UnreadableError` when there is no text.

    An outlet that is not named is the host of the URL ("cnn.com").
    """
    if len(found.text) > ARTICLE_LIMIT.size:
        raise ARTICLE_LIMIT.refusal()
    text = normalise(unwrap(normalise(found.text)))
    if not text:
        raise UnreadableError("holds no text")
    url = one_line(found.url, _URL_LIMIT)
    outlet = one_line(found.outlet, NAME_LIMIT)
    return Article(
        source=source,
        text=text,
        title=one_line(found.title),
        outlet=outlet or host(url),
        outlet_is_host=not outlet and bool(host(url)),
        published=_dated(found).day,
        authors=names_in(found.authors, outlet or host(url)),
        url=url,
        updated=parse_day(found.updated),
        language=language_of(text, found.language),
        doubt=found.doubt if _concerns(found.doubt, f"{found.title}\n{text}") else "",
    )


def _concerns(doubt: str, text: str) -> bool:
    """Whether a doubt about the letters of a file is one about these: they hold the signs that it names, or accents."""
    signs = ["\ufffd"] if "\ufffd" in doubt else _NAMED_SIGN.findall(doubt)
    return any(sign in text for sign in signs) if signs else not text.isascii()


def _dated(found: RawArticle) -> Dated:
    return publication_day(
        declared=found.published, url=found.url, text=found.text, name=found.name, crawled=found.crawled
    )


def date_notice(found: RawArticle, source: str) -> Notice | None:
    """Return a notice when the day of publication was not understood, or does not come from the article itself."""
    day, by = _dated(found)
    given = "" if is_empty(found.published) else one_line(str(found.published)[:200], 60)
    if given and by != "declared":
        instead = f"the day is that of its {by}, {day}" if day else "so it has none; write it as YYYY-MM-DD"
        text = f"the date {given!r} is ambiguous, in the future or not understood, {instead}"
        return Notice(source=source, text=text, kind="unclear")
    if by in ("file name", "crawl"):
        whence = "the file's name" if by == "file name" else "the crawl"
        return Notice(source=source, text=f"names no day of publication; {day} is that of {whence}", kind=by)
    if day is None and found.hint:
        text = f"names no day of publication ({found.hint}); write the day into its name, as in 2025-11-27-title"
        return Notice(source=source, text=text, kind="hint")
    named = address_day(found.url)
    if by == "declared" and day and named and abs(day - named) > _APART:
        text = f"declares {day} as its day of publication, its address says {named}; the declared one was taken"
        return Notice(source=source, text=text, kind="two days")
    return None
