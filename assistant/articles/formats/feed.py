"""Feeds (RSS, Atom, RDF) and lists of feeds (OPML).

The reader is our own, on lxml, which is here for web pages anyway. A stranger chooses what a feed holds, so the limits
on its size and its elements and the refusal of entities must come before any parser. Behind them feedparser could do
the rest; the two have not been compared. Elements are known by their local names, with or without a prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from assistant.articles.build import Item, RawArticle, articles_of
from assistant.articles.formats.markup import is_markup, plain_title, text_of_markup, words_of_element
from assistant.articles.raw_document import RawDocument, whole
from assistant.articles.text import UnreadableError, one_line
from assistant.articles.url_words import host
from assistant.records import Skipped, short_hash
from assistant.wording import plural

_TAGS = 300_000  # of one feed
_ENTRIES = 10_000
_WHOLE_TEXT = 1500  # characters of a description that is taken for the whole text
_CONTENT = 400  # the same of an element that is meant for the whole text; summaries get there too
_URL = 2000  # characters
_XHTML = "{http://www.w3.org/1999/xhtml}"
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]{0,1000}\[", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed."""

    url: str  # of its page, "" when it names none
    id: str  # what the feed calls it; its URL when it has no other name
    title: str
    text: str  # plain; the whole article when `complete`, else a summary
    complete: bool
    published: str
    updated: str
    authors: tuple[str, ...]

    @property
    def version(self) -> str:
        """Sixteen hexadecimal digits that change when the feed says that the entry has changed."""
        return short_hash("\0".join((self.id, self.url, self.title, self.published, self.updated)), 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as read."""

    title: str
    url: str  # of the site, "" when it names none
    language: str
    entries: tuple[Entry, ...]


def read_feed(document: RawDocument) -> Iterator[Item]:
    """Yield the articles of a feed. An entry with only a summary is left out, with the remedy."""
    tree = parse_xml(whole(document))
    if _local(tree) == "opml":
        listed = plural(len(outlines(tree, document.url)), "feed")
        raise UnreadableError(f"lists {listed} and holds no article; follow them with: assistant follow FILE")
    feed = feed_of(tree, document.url)
    if not feed.entries:
        raise UnreadableError("is a feed without entries")
    for entry in feed.entries:
        source = entry.url or f"{document.source}#{one_line(entry.id, _URL) or short_hash(entry.title, 16)}"
        if not entry.complete:
            reason = "the feed holds only a summary of it; fetch the page itself with: assistant ingest URL"
            yield Skipped(source=source, reason=reason)
            continue
        try:
            yield from articles_of(found_in(entry, feed), source, published_page=True)
        except UnreadableError as err:
            yield Skipped(source=source, reason=str(err))


def found_in(entry: Entry, feed: Feed) -> RawArticle:
    """Return an entry of a feed as an article."""
    return RawArticle(
        text=entry.text,
        title=entry.title,
        outlet=feed.title,
        published=entry.published,
        updated=entry.updated,
        authors=entry.authors,
        url=entry.url,
        language=feed.language,
    )


def parse_feed(data: bytes, url: str = "") -> Feed:
    """Return the feed in `data`, fetched from `url`. Raises `UnreadableError` for anything else."""
    return feed_of(parse_xml(data), url)


def parse_outlines(data: bytes, url: str = "") -> list[str]:
    """Return the addresses of the feeds in an OPML file. Raises `UnreadableError` for anything else."""
    tree = parse_xml(data)
    if _local(tree) != "opml":
        raise UnreadableError("is no list of feeds (OPML)")
    return outlines(tree, url)


def outlines(tree: Any, url: str) -> list[str]:
    """Return the addresses of the feeds in a parsed OPML file, each once."""
    addresses = (_attribute(outline, "xmlurl") for outline in tree.iter() if _local(outline) == "outline")
    return list(dict.fromkeys(urljoin(url, address) for address in addresses if address))


def parse_xml(data: bytes) -> Any:
    """Return the root element. No entity is expanded and nothing is loaded. Raises `UnreadableError`."""
    from lxml import etree

    if not data.strip():
        raise UnreadableError("is empty")
    if data.count(b"<") > _TAGS:
        raise UnreadableError("has too many elements for a feed")
    if _DOCTYPE.search(data[:10_000]):
        raise UnreadableError("declares entities of its own, which no feed needs and only hostile files use")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        tree = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as err:
        raise UnreadableError("is too damaged to be read as a feed; fetch it again") from err
    if tree is None:
        raise UnreadableError("is no XML file that can be read; fetch it again")
    return tree


def feed_of(tree: Any, url: str) -> Feed:
    """Return the feed in a parsed file, fetched from `url`. Raises `UnreadableError` for other XML files."""
    if _local(tree) not in ("rss", "feed", "rdf"):
        raise UnreadableError(
            f"is XML of another kind ({one_line(_local(tree), 40)}), neither a feed nor a list of feeds"
        )
    channel = next((child for child in tree if _local(child) == "channel"), tree)
    holders = (tree, channel) if channel is not tree else (tree,)
    entries = [child for holder in holders for child in holder if _local(child) in ("item", "entry")][:_ENTRIES]
    base = _link(channel, url) or url
    return Feed(
        title=one_line(plain_title(_text(channel, "title")), 120),
        url=base,
        language=_text(channel, "language") or str(tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""),
        entries=tuple(_entry(element, base) for element in entries),
    )


def _entry(element: Any, base: str) -> Entry:
    link = _link(element, base)
    name = _text(element, "guid", "id") or str(element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or "")
    guid = next((child for child in element if _local(child) == "guid"), None)
    if not link and host(name) and (guid is None or guid.get("isPermaLink") != "false"):
        link = name
    text, complete = _body(element)
    return Entry(
        url=one_line(link, _URL),
        id=name or link,
        title=one_line(plain_title(_text(element, "title"))),
        text=text,
        complete=complete,
        published=_text(element, "published", "pubdate", "issued", "date", "created"),
        updated=_text(element, "updated", "modified"),
        authors=_authors(element),
    )


def _body(element: Any) -> tuple[str, bool]:
    """Return the longest text of an entry, plain, and whether it is the whole article."""
    content, summary = _plain(element, "encoded", "content"), _plain(element, "description", "summary")
    if len(content) >= max(_CONTENT, len(summary)):
        return content, True
    longest = max(content, summary, key=len)
    return longest, len(longest) >= _WHOLE_TEXT


def _plain(element: Any, *names: str) -> str:
    """Return the words of the longest child with one of these names."""
    texts = []
    for child in element:
        if _local(child) in names and not _is_media(child):
            xhtml = next((inner for inner in child if str(inner.tag).startswith(_XHTML)), None)
            texts.append(_xhtml_words(xhtml) if xhtml is not None else _html_words("".join(child.itertext())))
    return max(texts, key=len, default="")


def _xhtml_words(element: Any) -> str:
    for inner in element.iter():
        if isinstance(inner.tag, str):
            inner.tag = inner.tag.removeprefix(_XHTML)
    return words_of_element(element)


def _html_words(text: str) -> str:
    return text_of_markup(text) if is_markup(text) else text.strip()


def _authors(element: Any) -> tuple[str, ...]:
    """Return names of people; RSS writes "jane@example.com (Jane Doe)"."""
    names = []
    for child in element:
        if _local(child) in ("author", "creator"):
            name = _text(child, "name") or "".join(child.itertext())
            in_brackets = re.fullmatch(r"\s*\S+@\S+\s*\((.{1,200})\)\s*", name)
            names.append(in_brackets[1] if in_brackets else "" if "@" in name else name)
    return tuple(name.strip() for name in names if name.strip())


def _link(element: Any, base: str) -> str:
    """Return the address of an element's page: RSS writes it as text, Atom as an attribute."""
    found = ""
    for child in element:
        if _local(child) != "link":
            continue
        address = (child.text or "").strip() or str(child.get("href") or "").strip()
        if address and child.get("rel", "alternate") == "alternate":
            found = found or _absolute(base, address)
    return found


def _absolute(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # "http://[": a broken IPv6 address
        return ""


def _text(element: Any, *names: str) -> str:
    """Return the text of the first child with one of these names, in the order of the names."""
    for name in names:
        for child in element:
            if _local(child) != name or _is_media(child):
                continue
            if words := " ".join("".join(child.itertext()).split()):
                return words[:5000]
    return ""


def _is_media(element: Any) -> bool:
    """Whether an element describes a picture or a film, whose title and text are not those of the entry."""
    return str(element.tag).startswith("{http://search.yahoo.com/mrss")


def _attribute(element: Any, name: str) -> str:
    return next((str(value).strip() for key, value in element.attrib.items() if str(key).lower() == name), "")


def _local(element: Any) -> str:
    """Return the name of an element without its prefix, in lower case; "" for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
