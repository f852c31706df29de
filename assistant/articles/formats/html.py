"""Saved web pages. The one module that knows trafilatura, which finds the article among menus and banners.

The day of publication is not taken from trafilatura: without metadata it takes any date in the text, so that a page
about a bridge opening on 2 March 2031 would count as published then. It is that of the first of these that names one:
`datePublished` of the article in the schema.org data (JSON-LD, then microdata), `meta` elements (the surest name
first), a `time` element marked as the date of publication, the only day that the `time` elements around the headline
name, the only day of an element whose class says that it holds the date. A date anywhere else in the text is no day of
publication.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin

from assistant.articles.build import RawArticle
from assistant.articles.charsets import decoded_markup
from assistant.articles.fields import as_string, is_empty
from assistant.articles.publication_date import days_within, is_clock_zero, parse_day
from assistant.articles.text import UnreadableError
from assistant.articles.url_words import host

_JSON_LD_LIMIT = 1_000_000  # characters of one block
_JSON_LD_NODES = 10_000  # of one page
_META_DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "og:pubdate", "datepublished",
    "date_published", "article.published", "article:published", "published-date", "publish-date", "publish_date",
    "publishdate", "publication_date", "publicationdate", "pubdate", "pdate", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date",
    "citation_publication_date", "citation_online_date", "cxenseparse:recs:publishtime", "bt:pubdate",
    "originalpublicationdate", "article_date_original", "date",
)  # fmt: skip
_META_UPDATES = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "date_modified",
    "article.updated", "last-modified", "lastmod", "dcterms.modified", "dc.date.modified", "bt:moddate", "revised",
)  # fmt: skip
_UPDATE_WORDS = re.compile(
    r"updat|modif|last change|aktualis|geändert|stand\b|mis à jour|actualiza|aggiornat|atualizad|bijgewerkt|更新",
    re.IGNORECASE,
)
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:publish(?:ed)?|pub|post(?:ed)?|entry|article|story|news|byline|creation|"
    r"release)[_-]?_?(?:date|time|on)"
    r"|(?:^|\s)(?:date(?:line)?|datum|fecha|timestamp|pubdate|meta[_-]date|date[_-]published)(?:$|\s)",
    re.IGNORECASE,
)
_DATE_LENGTH = 120  # characters of an element that holds a date and little else
_SEARCHED = 2000  # looked at

_ELEMENTS = 100_000  # tags in a page: ten times a long front page; measured 18 s of work for 130,000
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")  # lxml refuses text that still declares an encoding
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,60};base64,[\w+/=%]*")  # pictures inside a page saved as one file
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s>]{1,2000})")  # written by browsers
_TEASER = 400  # characters; of a page that declares itself paid, fewer are the beginning shown to everybody


def read_web_page(data: bytes, *, charset: str = "") -> RawArticle:
    """Return the main text and the metadata of a web page; blank lines separate its paragraphs.

    `charset` is what the server declares, "" for nothing: it comes before what the page declares. Raises
    `UnreadableError` when there is no article in it.
    """
    decoded = decoded_markup(data, charset)
    html = _EMBEDDED.sub("", _XML_DECLARATION.sub("", decoded.text, count=1))
    if html.count("<") > _ELEMENTS:
        raise UnreadableError("has too many elements for one article; save the article's own page")
    page, declared = _extracted(html)
    if page is None or declared is None or is_empty(page.text):
        raise UnreadableError("holds no article text that could be found; save the text itself as .txt")
    if declared.locked and len(page.text) < _TEASER:
        raise UnreadableError("shows the beginning of a paid article only; save the page while signed in")
    saved_from = _SAVED_FROM.search(html[:5000])
    url = next((url for url in (as_string(page.url), declared.url) if host(url)), "")
    site = as_string(page.sitename)
    is_guess = site.lower().removeprefix("www.") == host(url)  # trafilatura's, by the address
    return RawArticle(
        text=page.text.replace("\n", "\n\n"),
        title=as_string(page.title),  # hostile metadata can make any of these a list
        outlet="" if is_guess else site,
        published=declared.published,
        updated=declared.updated,
        language=declared.language,
        authors=(as_string(page.author),),
        url=url or (saved_from[1] if saved_from else ""),
        doubt=decoded.doubt,
    )


def _extracted(html: str) -> tuple[Any, Declared | None]:
    """Return trafilatura's document and what the page declares, None where there is none."""
    import trafilatura

    _keep_quiet()
    try:
        tree = trafilatura.load_html(html)
        if tree is None:
            return None, None
        declared = declared_by(tree)  # before the extraction, which takes the tree apart
        page = trafilatura.bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False},  # the day found is not used
        )
    except (ValueError, RecursionError) as err:  # from lxml on invalid characters, and on deep nesting
        raise UnreadableError("is too damaged to be read as a web page; save it again, or as text") from err
    return page, declared


def _keep_quiet() -> None:
    """Keep the library's warnings off the terminal of a program that has not set up logging."""
    for library in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(library).addHandler(_SILENCE)


_SILENCE = logging.NullHandler()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a page says of itself, as written there."""

    published: object  # text, or a day; None when nothing is declared
    updated: str | None
    language: str
    url: str  # its canonical address, resolved by `<base>`; "" for one that stays relative
    locked: bool  # it says that it is not free to read


def declared_by(tree: Any) -> Declared:
    """Return what a parsed page declares."""
    nodes = [node for node in _schema_nodes(tree) if _is_article(node)]
    metas = _metas(tree)
    published = (
        *_texts(nodes, "datePublished"),
        *_microdata(tree, "datePublished"),
        *(metas[key] for key in _META_DATES if key in metas),
        *(str(day) for day in tree.xpath(".//time[@pubdate]/@datetime")),
        *_shown_days(tree),
    )
    updated = (
        *_texts(nodes, "dateModified"),
        *_microdata(tree, "dateModified"),
        *(metas[key] for key in _META_UPDATES if key in metas),
    )
    given = [day for day in published if not is_empty(day) and not is_clock_zero(day)]
    return Declared(
        published=next((day for day in given if parse_day(day)), given[0] if given else None),
        updated=next((day for day in updated if parse_day(day)), None),
        language=str(tree.get("lang") or metas.get("og:locale") or ""),
        url=_canonical(tree),
        locked=any(str(node.get("isAccessibleForFree")).lower() == "false" for node in nodes),
    )


def _canonical(tree: Any) -> str:
    addresses = tree.xpath('.//link[@rel="canonical"]/@href | .//meta[@property="og:url"]/@content')[:_SEARCHED]
    base = next(iter(tree.xpath(".//base/@href")), "")
    try:
        found = (urljoin(base.strip(), address.strip()) for address in addresses)
        return next((url for url in found if host(url)), "")
    except ValueError:  # "http://[": a broken IPv6 address
        return ""


def _schema_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects in the schema.org data of a page, outermost first."""
    left = _JSON_LD_NODES
    for script in tree.xpath('.//script[contains(@type, "ld+json")]')[:20]:
        try:
            waiting = [json.loads((script.text or "")[:_JSON_LD_LIMIT], strict=False)]
        except (ValueError, RecursionError):  # damaged, or nested to do harm: the page may still have `meta` dates
            continue
        for node in waiting:  # grows while it is read
            if left <= 0:
                return
            left -= 1
            if isinstance(node, list):
                waiting.extend(node[:_JSON_LD_NODES])
            elif isinstance(node, dict):
                yield node
                waiting.extend(node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.endswith(("Article", "Posting", "Report")) for kind in kinds)


def _texts(nodes: list[dict[str, Any]], key: str) -> list[str]:
    return [node[key] for node in nodes if isinstance(node.get(key), str)]


def _metas(tree: Any) -> dict[str, str]:
    """Return the `meta` elements by name, the first of each; names in lower case."""
    given: dict[str, str] = {}
    for meta in tree.iterfind(".//meta[@content]"):
        for key in ("property", "name", "itemprop", "http-equiv"):
            if name := meta.get(key):
                given.setdefault(name.strip().lower(), meta.get("content"))
    return given


def _microdata(tree: Any, name: str) -> list[str]:
    found = tree.xpath(f'.//*[contains(@itemprop, "{name}") and not(self::meta)]')[:20]
    return [str(element.get("datetime") or element.get("content") or _words(element)) for element in found]


def _shown_days(tree: Any) -> Iterator[date]:
    """Yield the day shown with the headline, when all that is shown there names one day."""
    headline = next(iter(tree.xpath(".//h1")), None)
    around = [] if headline is None else list(headline.iterancestors("header", "article", "main", "section"))
    for area in (*around[:3], tree):
        times = area.xpath(".//time[@datetime]")[:_SEARCHED]
        days = {parse_day(time.get("datetime")) for time in times if not _UPDATE_WORDS.search(_context(time))}
        if len(days - {None}) == 1:
            yield from (day for day in days if day is not None)
            return
    shown = {day for element in _dated_elements(tree) for day in days_within(_words(element))}
    if len(shown) == 1:
        yield from shown


def _dated_elements(tree: Any) -> Iterator[Any]:
    """Yield elements whose class or id says that they hold the date, and that hold little else."""
    for element in tree.xpath(".//*[@class or @id]")[:_SEARCHED]:
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        if _DATE_CLASS.search(named[:300]):
            words = _words(element)
            if len(words) <= _DATE_LENGTH and not _UPDATE_WORDS.search(words):
                yield element


def _words(element: Any) -> str:
    words: list[str] = []
    length = 0
    for piece in element.itertext():
        words.append(piece)
        length += len(piece)
        if length > 2 * _DATE_LENGTH:
            break
    return " ".join(" ".join(words).split())


def _context(element: Any) -> str:
    """Return the words in and just before an element, and its class: "Updated 28 November"."""
    parent = element.getparent()
    before = element.getprevious()
    lead = (before.tail or "") if before is not None else (parent.text or "") if parent is not None else ""
    return f"{element.get('class') or ''} {element.get('itemprop') or ''} {lead[-40:]} {_words(element)}"
