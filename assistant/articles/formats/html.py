"""Saved web pages. The one module that knows trafilatura, which finds the article among menus and banners.

The day of publication is not taken from trafilatura: without metadata it takes any date in the text, so that a page
about a bridge opening on 2 March 2031 would count as published then. It is that of the first of these that names one:
`datePublished` of the article in the schema.org data (JSON-LD, then microdata), `meta` elements (the surest name
first), the day of the page or of its making in that data, a `time` element marked as the date of publication, what the
page shows (see `shown_days`).
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from itertools import islice, permutations
from typing import Any
from urllib.parse import urljoin

from assistant.articles.build import RawArticle
from assistant.articles.charsets import decoded_markup
from assistant.articles.fields import as_string, host, is_empty, names_in
from assistant.articles.formats.markup import is_markup, text_of_markup
from assistant.articles.formats.page_data import SchemaArticle, schema_article, text_in_scripts
from assistant.articles.formats.shown_days import shown_days
from assistant.articles.publication_date import is_clock_zero, parse_day
from assistant.articles.text import UnreadableError
from assistant.english.words import word_set

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
_ADVERTISEMENTS = ".//amp-ad | .//amp-embed | .//amp-consent | .//amp-sidebar"
_BESIDE = ("aside", "nav", "footer")
_SEARCHED = 2000  # elements, pieces of text or characters looked at
# Languages whose dates in figures begin with the day. Swedish, Hungarian and East Asian ones begin with the year; plain
# "en" and "en-US" are in the templates of pages of every country.
_DAY_FIRST = word_set(
    "bg ca cs da de el es et fi fr gl hr id is it lv nb nl nn no pl pt ro ru sk sl sq sr tr uk "
    "en-au en-gb en-ie en-in en-nz en-za"
)

_ELEMENTS = 100_000  # tags in a page: ten times a long front page; measured 18 s of work for 130,000
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")  # lxml refuses text that still declares an encoding
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,60};base64,[\w+/=%]*")  # pictures inside a page saved as one file
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s>]{1,2000})")  # written by browsers
_ADDED = re.compile(r"\s[|\-–—·•»]\s([^|\-–—·•»:]{3,40})$")  # the last part of a title
_DAMAGED = "is too damaged to be read as a web page; save it again, or as text"
_NO_SCRIPT = re.compile(r"<(/?)(?:noscript|template)\b[^>]{0,500}>", re.IGNORECASE)
_SHORT = 250  # characters of a text that may be all that a page shows without its scripts
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
    page = _page(html)
    if is_empty(page.text):
        raise UnreadableError("holds no article text that could be found; save the text itself as .txt")
    is_told = len(page.declared.schema.text) >= _SHORT  # the whole, for search engines
    if page.declared.schema.locked and len(page.text) < _TEASER and not is_told:
        raise UnreadableError("shows the beginning of a paid article only; save the page while signed in")
    declared, schema = page.declared, page.declared.schema
    saved_from = _SAVED_FROM.search(html[:5000])
    url = next((url for url in (page.url, declared.url, saved_from[1] if saved_from else "") if host(url)), "")
    is_guess = page.outlet.lower().removeprefix("www.") == host(url) or page.outlet == declared.handle
    outlet = (
        page.outlet if page.outlet and not is_guess else schema.outlet or _outlet_in_title(declared.titles, host(url))
    )
    return RawArticle(
        text=page.text,
        title=_without_outlet(_headline(page), outlet or page.outlet),
        outlet=outlet,
        published=declared.published,
        updated=declared.updated,
        language=declared.language,
        authors=schema.authors if names_in(schema.authors, outlet) else (page.author,),
        url=url,
        doubt=decoded.doubt,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What was found in a page; "" for what was not."""

    text: str
    title: str
    outlet: str
    author: str
    url: str
    declared: Declared


def _page(html: str) -> _Page:
    """Return the longest of the text that is shown, that in its JSON and that which it shows without scripts."""
    page = _extracted(html)
    told = page.declared.schema.text
    told = text_of_markup(told) if is_markup(told) else told
    if told.split() == page.text.split():  # taken from there, its paragraphs run together
        return replace(page, text=told)
    if len(page.text) >= _SHORT:
        return page
    texts = [page.text, told, text_in_scripts(_tree(html), page.declared.titles)]
    if len(longest := max(texts, key=len)) < _SHORT and _NO_SCRIPT.search(html):
        longest = max(longest, _extracted(_NO_SCRIPT.sub(r"<\1div>", html)).text, key=len)
    return replace(page, text=longest) if len(longest) > 2 * len(page.text) else page


def _headline(page: _Page) -> str:
    """Return the headline that was found, or where it is none of the page's own, the only one of the first rank."""
    shown, headlines = page.declared.titles, page.declared.headlines
    is_own = any(page.title and (page.title in title or title in page.title) for title in shown)
    return page.title if is_own or len(headlines) != 1 else headlines[0]


def _without_outlet(title: str, outlet: str) -> str:
    """Return a headline without the outlet's name, which templates add: "Harbour reopens | Skarby Post"."""
    if not outlet:
        return title
    name = rf"(?:the\s+)?{re.escape(outlet)}"
    bare = re.sub(rf"\s+[|\-–—·•:»]+\s+{name}\W*$|^{name}\s*[|:–—·•»]+\s+", "", title, flags=re.IGNORECASE)
    return bare or title


def _outlet_in_title(titles: tuple[str, ...], site: str) -> str:
    """Return the outlet that the window's title adds to the headline, "" where it may be a section ("| News")."""
    for headline, title in permutations(titles[:4], 2):
        if headline and title.startswith(headline) and (added := _ADDED.search(title[len(headline) :])):
            name = added[1].strip()
            if " " in name or name.casefold() in site:
                return name
    return ""


def _tree(html: str) -> Any:
    """Return the parsed page. Raises `UnreadableError` for one that cannot be read."""
    import trafilatura

    _keep_quiet()
    try:
        tree = trafilatura.load_html(html)
    except (ValueError, RecursionError) as err:  # from lxml on invalid characters, and on deep nesting
        raise UnreadableError(_DAMAGED) from err
    if tree is None:
        raise UnreadableError("holds no article text that could be found; save the text itself as .txt")
    return tree


def _extracted(html: str) -> _Page:
    """Return what trafilatura finds, and what the page declares."""
    import trafilatura

    tree = _tree(html)
    try:
        declared = declared_by(tree)  # before the extraction, which takes the tree apart
        _leave_main_article(tree)
        page = trafilatura.bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False},  # the day found is not used
        )
    except (ValueError, RecursionError) as err:
        raise UnreadableError(_DAMAGED) from err
    found = {name: as_string(getattr(page, name, "")) for name in ("title", "sitename", "author", "url")}
    return _Page(
        text=as_string(getattr(page, "text", "")).replace("\n", "\n\n"),
        title=found["title"],  # hostile metadata can make any of these a list
        outlet=found["sitename"],
        author=found["author"],
        url=found["url"],
        declared=declared,
    )


def _leave_main_article(tree: Any) -> None:
    """Take out what is not the article: advertisements, and other articles where one holds the only first headline."""
    for advertisement in tree.xpath(_ADVERTISEMENTS)[:_SEARCHED]:
        advertisement.drop_tree()
    headlines = tree.xpath(".//h1")
    main = next(iter(headlines[0].iterancestors("article")), None) if len(headlines) == 1 else None
    if main is None:
        return
    kept = {main, *main.iterancestors(), *main.iterdescendants("article")}
    for other in tree.xpath(".//article")[:_SEARCHED]:
        if other not in kept and other.getparent() is not None:
            other.drop_tree()


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
    schema: SchemaArticle
    titles: tuple[str, ...]  # its headlines and the title of the window
    headlines: tuple[str, ...]  # of the first rank
    handle: str  # its name at a network, as trafilatura writes it where it finds no other; "" for none


def declared_by(tree: Any) -> Declared:
    """Return what a parsed page declares."""
    metas = _metas(tree)
    language = str(tree.get("lang") or metas.get("og:locale") or "")
    titles = [_text(element) for element in tree.xpath(".//h1 | .//title")[:10]]
    blocks = tree.xpath('.//script[contains(@type, "ld+json")]/text()')
    canonical = _canonical(tree)
    schema = schema_article(blocks, [*titles, metas.get("og:title", "")], [canonical] if canonical else [])
    day_first = _writes_day_first(language)
    published = (
        *schema.published,
        *_microdata(tree, "datePublished"),
        *(metas[key] for key in _META_DATES if key in metas),
        *schema.created,
        *_microdata(tree, "dateCreated"),
        *(str(day) for day in tree.xpath(".//time[@pubdate]/@datetime")),
        *shown_days(tree, day_first=day_first),
    )
    updated = (
        *schema.updated,
        *_microdata(tree, "dateModified"),
        *(metas[key] for key in _META_UPDATES if key in metas),
    )
    given = [day for day in published if not is_empty(day) and not is_clock_zero(day)]
    days = (parse_day(day, day_first=day_first) for day in given)
    return Declared(
        published=next((day for day in days if day), given[0] if given else None),
        updated=next((day for day in updated if parse_day(day)), None),
        language=language,
        url=canonical or schema.url,
        schema=schema,
        titles=tuple(filter(None, titles)),
        headlines=tuple(filter(None, map(_text, tree.xpath(".//h1")[:10]))),
        handle=metas.get("twitter:site", "").lstrip("@").capitalize(),
    )


def _writes_day_first(language: str) -> bool:
    """Whether 04.03.2025 is 4 March: not where the page may be American, or names no language."""
    code = language.strip().lower().replace("_", "-")
    return code.partition("-")[0] in _DAY_FIRST or code in _DAY_FIRST


def _canonical(tree: Any) -> str:
    links = [link.get("href") for link in tree.xpath(".//link[@rel and @href]") if _is_canonical(link)]
    addresses = [*links, *tree.xpath('.//meta[@property="og:url"]/@content')][:_SEARCHED]
    base = next(iter(tree.xpath(".//base/@href")), "").strip()
    try:
        found = (urljoin(base, re.sub(r"^www\.", "https://www.", address.strip())) for address in addresses)
        return next((url for url in found if host(url)), "")
    except ValueError:  # "http://[": a broken IPv6 address
        return ""


def _is_canonical(link: Any) -> bool:
    return "canonical" in link.get("rel").lower().split()


def _metas(tree: Any) -> dict[str, str]:
    """Return the `meta` elements by name, the first of each; names in lower case."""
    given: dict[str, str] = {}
    for meta in tree.iterfind(".//meta[@content]"):
        is_of_page = "itemprop" not in meta.attrib or meta.getparent().tag == "head"  # else see `_microdata`
        for key in ("property", "name", "itemprop", "http-equiv") if is_of_page else ():
            if name := meta.get(key):
                given.setdefault(name.strip().lower(), meta.get("content"))
    return given


def _microdata(tree: Any, name: str) -> list[str]:
    """Return the values of a property: those of the article that holds the headline, else those of the page itself."""
    found = tree.xpath(f'.//*[contains(@itemprop, "{name}") and not(self::meta[ancestor::head])]')[:20]
    headlines = set(tree.xpath(".//h1"))
    own = [element for element in found if headlines & _in_scope(element)]
    outside = [element for element in found if next(element.iterancestors(*_BESIDE), None) is None]
    return [str(one.get("datetime") or one.get("content") or _text(one)) for one in own or outside]


def _in_scope(element: Any) -> set[Any]:
    """Return the headlines of the thing that a property is of."""
    scope = next((around for around in element.iterancestors() if "itemscope" in around.attrib), None)
    return set() if scope is None else set(scope.xpath(".//h1"))


def _text(element: Any) -> str:
    return " ".join("".join(islice(element.itertext(), _SEARCHED)).split())[:_SEARCHED]
