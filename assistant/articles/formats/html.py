"""Saved web pages. The one module that knows trafilatura, which finds the article among menus and banners.

The day of publication is not taken from trafilatura: without metadata it takes any date in the text, so that a page
about a bridge opening on 2 March 2031 would count as published then. See `pagefacts` for what counts.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from assistant.articles.build import Found, host
from assistant.articles.fields import is_empty
from assistant.articles.formats.page_metadata import declared_by
from assistant.articles.text import UnreadableError, decode
from assistant.articles.values import string

_ELEMENTS = 100_000  # tags in a page: ten times a long front page; measured 18 s of work for 130,000
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*((?:windows|iso|cp|koi8|latin|mac|shift|sjis|euc|gb|big5|us-ascii|tis)[\w:.-]{0,40})""",
    re.IGNORECASE,
)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")  # lxml refuses text that still declares an encoding
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,60};base64,[\w+/=%]*")  # pictures inside a page saved as one file
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s>]{1,2000})")  # written by browsers
_TEASER = 400  # characters; of a page that declares itself paid, fewer are the beginning shown to everybody


def read_web_page(data: bytes, *, charset: str = "") -> Found:
    """The main text and the metadata of a web page; paragraphs are parted by blank lines.

    `charset` is what the server declares, "" for nothing: it counts before what the page declares. Raises
    `UnreadableError` when there is no article in it.
    """
    import trafilatura

    _keep_quiet()
    html = _EMBEDDED.sub("", _XML_DECLARATION.sub("", _decode_page(data, charset), count=1))
    if html.count("<") > _ELEMENTS:
        raise UnreadableError("has too many elements for one article; save the article's own page")
    try:
        tree = trafilatura.load_html(html)
        declared = None if tree is None else declared_by(tree)
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
    if page is None or declared is None or is_empty(page.text):
        raise UnreadableError("holds no article text that could be found; save the text itself as .txt")
    if declared.locked and len(page.text) < _TEASER:
        raise UnreadableError("shows the beginning of a paid article only; save the page while signed in")
    saved_from = _SAVED_FROM.search(html[:5000])
    site, url = string(page.sitename), string(page.url)
    is_guess = site.lower().removeprefix("www.") == host(url)  # trafilatura's, by the address
    return Found(
        text=page.text.replace("\n", "\n\n"),
        title=string(page.title),  # hostile metadata can make any of these a list
        outlet="" if is_guess else site,
        published=declared.published,
        updated=declared.updated,
        language=declared.language,
        authors=(string(page.author),),
        url=url or (saved_from[1] if saved_from else ""),
    )


def _keep_quiet() -> None:
    """Keep the library's warnings off the terminal of a program that has not set up logging."""
    for library in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(library).addHandler(_SILENCE)


_SILENCE = logging.NullHandler()


def _decode_page(data: bytes, charset: str) -> str:
    """Text of a page: UTF-8 when it is that, else in the character set that the server or the page declares."""
    declared = _DECLARED.search(data[:2000])
    named = charset or (declared[1].decode("ascii") if declared else "")
    if named and b"\0" not in data and not _is_utf8(data):
        try:
            return data.decode(named, "replace")
        except (LookupError, ValueError):  # unknown to Python; "hex" and the like are no character sets
            pass
    return decode(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
