"""The XML of feeds, as it is met: mended the way feed readers mend it, and parsed without trust.

Half the damage in feeds is HTML written as if it were XML: `&rsquo;` without a declaration, a stray `&`, `<br>` inside
a description. One pass over the text turns entities into their letters, escapes what is no markup of XML, and escapes
the HTML inside titles, descriptions and contents, so that it arrives as the text that it is. A recovering parser alone
drops whatever follows an unknown entity, and letters of tags end up in sentences. feedparser does the same by a second,
looser parser; the limits and the refusal of declared entities must come before either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from html.entities import html5
from typing import Any

from assistant.articles.charsets import decoded_markup
from assistant.articles.text import UnreadableError

_TAGS = 300_000  # of one feed
_JUNK = 10_000  # characters before the first element: warnings of a server, blank lines
_BEGIN = re.compile(r"<\?xml\b|<!DOCTYPE\b|<!--|<(?:rss|feed|rdf:RDF|opml)\b", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,500}>", re.IGNORECASE)
_END = re.compile(r"</(?:\w{1,20}:)?(?:rss|feed|rdf|opml)\s*>|<opml\b[^>]*/>", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML allows none of them
_TOKEN = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))"
    r"|(?P<comment><!--.*?(?:-->|\Z))"
    r"|(?P<doctype><!DOCTYPE\b[^\[>]{0,2000}+(?P<subset>\[)?>?)"
    r"|(?P<tag><(?P<end>/?)(?P<name>content:encoded|content|description|summary|subtitle|title|item|entry|channel|feed|rss)"
    r"(?P<attributes>(?:\s[^<>]{0,2000}|/)?)>)"
    r"|(?P<open><)"
    r"|(?P<close>\]\]>)"
    r"|(?P<reference>&(?:\#[0-9]{1,8}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});)"
    r"|(?P<ampersand>&)",
    re.IGNORECASE | re.DOTALL,
)
_HOLDERS = frozenset({"content:encoded", "content", "description", "summary", "subtitle", "title"})  # of text, or HTML
_MARKUP = re.compile(r"[A-Za-z_:/?]")  # after "<", where that opens a tag
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedXml:
    """A parsed file."""

    root: Any
    doubt: str  # why its letters may be the wrong ones
    is_whole: bool  # its root element is closed


def parse_xml(data: bytes, charset: str = "") -> FeedXml:
    """Return the root element and what is known of the file. No entity is expanded and nothing is loaded.

    `charset` is what the server declares. Raises `UnreadableError` for what is too large, hostile, or no XML at all.
    """
    from lxml import etree

    if not data.strip():
        raise UnreadableError("is empty")
    letters = decoded_markup(data, charset)
    if letters.text.count("<") > _TAGS:
        raise UnreadableError("has too many elements for a feed")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(mended(letters.text).encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as err:
        raise UnreadableError("is too damaged to be read as a feed; fetch it again") from err
    if root is None:
        raise UnreadableError("is no XML file that can be read; fetch it again")
    return FeedXml(root=root, doubt=letters.doubt, is_whole=bool(_END.search(letters.text)))


def mended(text: str) -> str:
    """Return XML whose entities are letters and whose stray marks are escaped. Raises `UnreadableError`.

    A document type that declares entities is refused; one that only names itself is left out.
    """
    text = _CONTROLS.sub("", text)
    begin = _BEGIN.search(text, 0, _JUNK)
    text = _DECLARATION.sub("", text[begin.start() if begin else 0 :], count=1)
    pieces: list[str] = []
    at = 0
    holder = ""  # the open element whose content is text, or HTML that stands for itself
    for token in _TOKEN.finditer(text):
        pieces.append(text[at : token.start()])
        at = token.end()
        if token["tag"]:
            piece, holder = _tag(token, holder)
        else:
            piece = _piece(token, text, in_holder=bool(holder))
        pieces.append(piece)
    return "".join((*pieces, text[at:])).strip()


def _tag(token: re.Match[str], holder: str) -> tuple[str, str]:
    """Return what is written for a tag, and the holder that is open after it."""
    name, is_end = token["name"].lower(), bool(token["end"])
    if holder:
        if is_end and name == holder:
            return f"</{holder}>", ""
        if name not in _HOLDERS and (is_end or name in ("item", "entry")):  # the holder was never closed
            return f"</{holder}>{token[0]}", ""
        return token[0].replace("<", "&lt;"), holder
    attributes = token["attributes"].lower()
    opens = name in _HOLDERS and not is_end and not attributes.endswith("/") and "xhtml" not in attributes
    return (token[0].replace(token["name"], name, 1) if opens else token[0]), name if opens else ""


def _piece(token: re.Match[str], text: str, *, in_holder: bool) -> str:
    """Return what is written for a mark or a section."""
    if token["cdata"]:
        return token[0] if token[0].endswith("]]>") else f"{token[0]}]]>"
    if token["subset"]:
        raise UnreadableError("declares entities of its own, which no feed needs and only hostile files use")
    if token["comment"] or token["doctype"]:
        return ""
    if token["open"]:
        return "&lt;" if in_holder or not _MARKUP.match(text, token.end()) else "<"
    return _reference(token[0]) if token["reference"] else token[0].replace("&", "&amp;").replace("]]>", "]]&gt;")


def _reference(written: str) -> str:
    """Return the letters of an entity or a number, as in HTML (`&#150;` is a dash); unknown entities stand as text."""
    if written[1] != "#" and written[1:] not in html5:
        return f"&amp;{written[1:]}"
    return "".join(_ESCAPED.get(char, char) for char in _CONTROLS.sub("", unescape(written)))
