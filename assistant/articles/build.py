"""From what a reader found in a file to the `Article` record, cleaned the same way for every kind of file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.articles.fields import is_empty
from assistant.articles.language import language_of
from assistant.articles.publication_date import Dated, address_day, parse_day, publication_day
from assistant.articles.text import UnreadableError, normalise, one_line, unwrap
from assistant.articles.url_words import host
from assistant.records import Article, Skipped

ARTICLE_LIMIT = 20_000_000  # bytes of a file, or characters of a row: the longest text taken as one article
NAME_LIMIT = 120  # characters of an outlet's or an author's name
_URL_LIMIT = 2000  # characters; browsers accept about as much
_AUTHORS = 50  # taken from one article
_APART = timedelta(days=7)  # a declared day further than this from that of the address is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
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
    hint: str = ""  # said in a notice when there is no day: what might help to find it


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that the user should know of what was read; nothing was left out for it."""

    source: str  # path, or path and row
    text: str  # one line
    kind: str = ""  # notices of one kind are told together; "" for one that stands alone


Item = Article | Skipped | Notice


def to_article(found: Found, source: str) -> Article:
    """The article that `found` describes, its text normalised. Raises `UnreadableError` when there is no usable text.

    An outlet that is not named is the host of the URL ("cnn.com").
    """
    if len(found.text) > ARTICLE_LIMIT:
        raise too_long()
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
        authors=_names(found.authors),
        url=url,
        updated=parse_day(found.updated),
        language=language_of(text, found.language),
    )


def too_long() -> UnreadableError:
    """The refusal of a text over `ARTICLE_LIMIT`."""
    return UnreadableError(f"is over {ARTICLE_LIMIT // 1_000_000} MB; is it one article? split it")


def _dated(found: Found) -> Dated:
    return publication_day(
        declared=found.published, url=found.url, text=found.text, name=found.name, crawled=found.crawled
    )


def date_notice(found: Found, source: str) -> Notice | None:
    """A notice when the day of publication was given but not understood, or does not come from the article itself."""
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
        text = f"names no day of publication ({found.hint}); write the day into its name, as in 2025-11-27-title.pdf"
        return Notice(source=source, text=text, kind="hint")
    named = address_day(found.url)
    if by == "declared" and day and named and abs(day - named) > _APART:
        text = f"declares {day} as its day of publication, its address says {named}; the declared one was taken"
        return Notice(source=source, text=text, kind="two days")
    return None


_BETWEEN_NAMES = re.compile(r"[;\n|]|\s(?:and|&)\s", re.IGNORECASE)
_BY = re.compile(r"by:?\s+", re.IGNORECASE)


def _names(bylines: Iterable[str]) -> tuple[str, ...]:
    """Single names, each once. A comma parts names only when all are of two words: "Doe, Jane" is one name."""
    names: dict[str, None] = {}
    for byline in bylines:
        for piece in _BETWEEN_NAMES.split(byline[:10_000]):
            by_comma = piece.split(",")
            several = all(len(name.split()) > 1 for name in by_comma)
            names.update(dict.fromkeys(_name(name) for name in (by_comma if several else [piece])))
    return tuple(name for name in names if name)[:_AUTHORS]


def _name(piece: str) -> str:
    piece = piece.strip(" \t,")
    by = _BY.match(piece)
    return one_line(piece[by.end() :] if by else piece, NAME_LIMIT)
