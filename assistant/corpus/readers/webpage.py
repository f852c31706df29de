"""Saved web pages. The one module that knows trafilatura, which finds the article among menus and banners.

The day of publication is not taken from trafilatura: without metadata it takes any date in the text, so that a page
about a bridge opening on 2 March 2031 would count as published then. Here only what the page declares counts:
schema.org data, `meta` elements, and a `time` element marked as the date of publication.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

from assistant.corpus.readers.fields import is_empty
from assistant.corpus.readers.found import Found
from assistant.corpus.readers.values import string
from assistant.corpus.text import UnreadableError, decode

_ELEMENTS = 100_000  # tags in a page: ten times a long front page; measured 18 s of work for 130,000
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*((?:windows|iso|cp|koi8|latin|mac|shift|sjis|euc|gb|big5|us-ascii|tis)[\w:.-]{0,40})""",
    re.IGNORECASE,
)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")  # lxml refuses text that still declares an encoding
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,60};base64,[\w+/=%]*")  # pictures inside a page saved as one file
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s>]{1,2000})")  # written by browsers
_JSON_LD_LIMIT = 1_000_000  # characters of one block

_META_DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date_published",
    "article.published", "published-date", "publish-date", "publish_date", "publication_date", "pubdate", "pdate",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "dc.date", "citation_publication_date", "cxenseparse:recs:publishtime", "date",
)  # fmt: skip


def read_web_page(data: bytes) -> Found:
    """The main text and the metadata of a web page; paragraphs are parted by blank lines.

    Raises `UnreadableError` when there is no article in it.
    """
    import trafilatura

    _keep_quiet()
    html = _EMBEDDED.sub("", _XML_DECLARATION.sub("", _decode_page(data), count=1))
    if html.count("<") > _ELEMENTS:
        raise UnreadableError("has too many elements for one article; save the article's own page")
    try:
        tree = trafilatura.load_html(html)
        published = None if tree is None else _published(tree)
        page: Any = (
            None
            if tree is None
            else trafilatura.bare_extraction(
                tree,
                include_comments=False,
                with_metadata=True,
                date_extraction_params={"extensive_search": False},  # the day found is not used
            )
        )
    except (ValueError, RecursionError) as err:  # from lxml on invalid characters, and on deep nesting
        raise UnreadableError("is too damaged to be read as a web page; save it again, or as text") from err
    if page is None or is_empty(page.text):
        raise UnreadableError("holds no article text that could be found; save the text itself as .txt")
    saved_from = _SAVED_FROM.search(html[:5000])
    return Found(
        text=page.text.replace("\n", "\n\n"),
        title=string(page.title),  # hostile metadata can make any of these a list
        outlet=string(page.sitename),
        published=published,
        authors=(string(page.author),),
        url=string(page.url) or (saved_from[1] if saved_from else ""),
    )


def _keep_quiet() -> None:
    """Keep the library's warnings off the terminal of a program that has not set up logging."""
    for library in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(library).addHandler(_SILENCE)


_SILENCE = logging.NullHandler()


def _decode_page(data: bytes) -> str:
    """Text of a page: UTF-8 when it is that, else in the character set that it declares in its first 2,000 bytes."""
    declared = _DECLARED.search(data[:2000])
    if declared and b"\0" not in data and not _is_utf8(data):
        try:
            return data.decode(declared[1].decode("ascii"), "replace")
        except LookupError:  # unknown to Python
            pass
    return decode(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _published(tree: Any) -> str | None:
    """The date of publication that a page declares, as written; None when it declares none."""
    candidates = (*_schema_dates(tree), *_meta_dates(tree), *_marked_times(tree))
    return next((day for day in candidates if not is_empty(day)), None)


def _schema_dates(tree: Any) -> Iterator[str]:
    """`datePublished` of the articles in the schema.org data of a page, outermost first."""
    for script in tree.xpath('.//script[@type="application/ld+json"]')[:20]:
        try:
            waiting = [json.loads((script.text or "")[:_JSON_LD_LIMIT], strict=False)]
        except (ValueError, RecursionError):  # damaged, or nested to do harm: the page may still have `meta` dates
            continue
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting.extend(node)
            elif isinstance(node, dict):
                if _is_article(node) and isinstance(node.get("datePublished"), str):
                    yield node["datePublished"]
                waiting.extend(node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.endswith(("Article", "Posting", "Report")) for kind in kinds)


def _meta_dates(tree: Any) -> Iterator[str]:
    """`meta` dates, the surest name first."""
    given: dict[str, str] = {}
    for meta in tree.iterfind(".//meta[@content]"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        given.setdefault(key.lower(), meta.get("content"))
    yield from (given[key] for key in _META_DATES if key in given)


def _marked_times(tree: Any) -> list[str]:
    return [str(day) for day in tree.xpath('.//time[@pubdate or @itemprop="datePublished"]/@datetime')]
