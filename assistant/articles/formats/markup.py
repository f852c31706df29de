"""HTML that is the text itself (in a row of JSON, an entry of a feed, a mail) as plain text.

Nothing is left out but what no reader sees: scripts, styles, forms and hidden elements. For whole pages, where the
article must be found among menus, there is `html`.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5
from typing import Any

from assistant.articles.text import UnreadableError

# A tag that news uses, closed or not; "a < b" and "<unknown>" are no markup.
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|h[1-6]|ul|ol|li|img|figure|blockquote|table|tr|td|section|article|sup|sub)"
    r"(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_LEGACY = frozenset(name for name in html5 if not name.endswith(";"))  # which browsers know without a semicolon
_ENTITY = re.compile(r"&(#[0-9]{2,6};|#[xX][0-9a-fA-F]{2,5};|[A-Za-z][A-Za-z0-9]{1,31}(?:;|(?![\w=;])))")
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol",
    "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_UNSEEN = frozenset((
    "script", "style", "template", "noscript", "head", "title", "form", "button", "select", "textarea", "svg",
    "iframe", "object", "math",
))  # fmt: skip
_PARAGRAPH_END = re.compile(r"</(?:p|div|li|h[1-6])>|<br\s*/?>", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\f\v\n\xa0]+")
_BREAK = "\x00"  # no text holds it: `normalise` and lxml refuse it
_ELEMENTS = 100_000  # tags of one text


def is_markup(text: str) -> bool:
    """Whether a text that should be plain holds HTML tags or entities."""
    return bool(("<" in text and _TAG.search(text)) or ("&" in text and _has_entity(text)))


def _has_entity(text: str) -> bool:
    return any(found[1][0] == "#" or found[1] in html5 for found in _ENTITY.finditer(text))


def plain_title(title: str) -> str:
    """Return a title without tags and entities."""
    return unescape(_TAG.sub("", title[:5000])) if is_markup(title[:5000]) else title


def text_of_markup(html: str) -> str:
    """Return the words of an HTML fragment; blank lines separate paragraphs, `br` breaks the line.

    Raises `UnreadableError` when it has more elements than an article can have.
    """
    if not _TAG.search(html):
        plain = unescape(html)
        return text_of_markup(plain) if len(_PARAGRAPH_END.findall(plain)) > 1 else plain  # it was escaped twice
    if html.count("<") > _ELEMENTS:
        raise UnreadableError("has too many elements for one article; save the text itself")
    if not re.search(r"<(?:p|br|div|li|tr|h[1-6])[\s/>]", html, re.IGNORECASE):
        html = html.replace("\n\n", "<p>")  # inline tags within text whose paragraphs blank lines separate
    from lxml import etree
    from lxml import html as parser

    try:
        tree = parser.fromstring(f"<div>{html.replace(_BREAK, '')}</div>")
    except (etree.ParserError, ValueError) as err:  # nothing in it; invalid characters
        raise UnreadableError("is too damaged to be read as HTML; save the text itself") from err
    return words_of_element(tree)


def words_of_element(tree: Any) -> str:
    """Return the words of an lxml element, as `text_of_markup` does."""
    pieces: list[str] = []
    waiting: list[tuple[Any, bool]] = [(tree, False)]  # a stack: an element may be nested deeply
    while waiting:
        element, is_end = waiting.pop()
        name = element.tag if isinstance(element.tag, str) else ""
        block = name in _BLOCKS
        if is_end:
            pieces += [_BREAK * 2] * block + [_SPACES.sub(" ", element.tail or "")]
            continue
        waiting.append((element, True))
        if not name or name in _UNSEEN or _HIDDEN.search(element.get("style") or "") or "hidden" in element.attrib:
            continue
        pieces += [_BREAK * 2] * block + [_BREAK] * (name == "br") + [_SPACES.sub(" ", element.text or "")]
        waiting.extend((child, False) for child in reversed(element))
    lines = "".join(pieces).replace(_BREAK, "\n").split("\n")
    return re.sub("\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()
