"""Feeds (RSS, Atom, RDF) and lists of feeds (OPML).

The reader is our own, on the XML that `feed_xml` mends and parses. Elements are known by their local names, with or
without a prefix. Addresses are resolved by `xml:base`, else by the address of the site or of the feed; one that stays
relative names no page, since the same words stand for another page elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from assistant.articles.build import Item, Notice, RawArticle, articles_of
from assistant.articles.fields import host
from assistant.articles.formats.feed_xml import FeedXml, parse_xml
from assistant.articles.formats.markup import is_markup, plain_title, text_of_markup, words_of_element
from assistant.articles.publication_date import is_clock_zero
from assistant.articles.raw_document import RawDocument, whole
from assistant.articles.text import UnreadableError, one_line
from assistant.records import Skipped, short_hash
from assistant.wording import plural

_ENTRIES = 10_000
_WHOLE_TEXT = 1500  # characters of a description that is taken for the whole text
_CONTENT = 400  # the same of an element that is meant for the whole text; summaries get there too
_URL = 2000  # characters
_XHTML = "{http://www.w3.org/1999/xhtml}"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_FULL_ADDRESS = re.compile(r"https?://[^/\s]", re.IGNORECASE)


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
    doubt: str = ""  # why its letters may be the wrong ones


def read_feed(document: RawDocument) -> Iterator[Item]:
    """Yield the articles of a feed. An entry with only a summary is left out, with the remedy."""
    xml = parse_xml(whole(document), document.charset)
    if _local(xml.root) == "opml":
        listed = plural(len(outlines(xml.root, document.url)), "feed")
        raise UnreadableError(f"lists {listed} and holds no article; follow them with: assistant follow FILE")
    feed = feed_of(xml, document.url)
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
    if not xml.is_whole:
        yield Notice(source=document.source, text="ends too early, so its last entry may be cut off; fetch it again")


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
        doubt=feed.doubt,
    )


def parse_feed(data: bytes, url: str = "", charset: str = "") -> Feed:
    """Return the feed in `data`, fetched from `url` as `charset`. Raises `UnreadableError` for anything else."""
    return feed_of(parse_xml(data, charset), url)


def parse_outlines(data: bytes, url: str = "") -> list[str]:
    """Return the addresses of the feeds in an OPML file. Raises `UnreadableError` for anything else."""
    tree = parse_xml(data).root
    if _local(tree) != "opml":
        raise UnreadableError("is no list of feeds (OPML)")
    return outlines(tree, url)


def outlines(tree: Any, url: str) -> list[str]:
    """Return the addresses of the feeds in a parsed OPML file, each once."""
    addresses = (_attribute(outline, "xmlurl") for outline in tree.iter() if _local(outline) == "outline")
    return list(dict.fromkeys(urljoin(url, address) for address in addresses if address))


def feed_of(xml: FeedXml, url: str) -> Feed:
    """Return the feed in a parsed file, fetched from `url`. Raises `UnreadableError` for other XML files."""
    tree = xml.root
    if _local(tree) not in ("rss", "feed", "rdf"):
        raise UnreadableError(
            f"is XML of another kind ({one_line(_local(tree), 40)}), neither a feed nor a list of feeds"
        )
    channel = next((child for child in tree if _local(child) == "channel"), tree)
    holders = (tree, channel) if channel is not tree else (tree,)
    entries = [child for holder in holders for child in holder if _local(child) in ("item", "entry")][:_ENTRIES]
    base = _link(channel, url) or url or _link(channel, url, "self")
    return Feed(
        title=one_line(plain_title(_text(channel, "title")), 120),
        url=base,
        language=_text(channel, "language") or str(tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""),
        entries=tuple(_entry(element, base) for element in entries),
        doubt=xml.doubt,
    )


def _entry(element: Any, base: str) -> Entry:
    link = _link(element, base)
    name = _text(element, "guid", "id") or str(element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or "")
    guid = next((child for child in element if _local(child) == "guid"), None)
    if not link and (guid is None or guid.get("isPermaLink") != "false"):
        is_relative = guid is not None and guid.get("isPermaLink") == "true"
        link = _resolved(guid, base, name) if is_relative else name if host(name) else ""
    text, complete = _body(element)
    published = _text(element, "published", "pubdate", "issued", "date", "created")
    return Entry(
        url=one_line(link, _URL),
        id=name or link,
        title=one_line(plain_title(_text(element, "title"))),
        text=text,
        complete=complete,
        published="" if is_clock_zero(published) else published,
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
            is_markup_itself = any(isinstance(inner.tag, str) for inner in child)
            texts.append(_xhtml_words(child) if is_markup_itself else _html_words("".join(child.itertext())))
    return max(texts, key=len, default="")


def _xhtml_words(element: Any) -> str:
    for inner in element.iter():
        if isinstance(inner.tag, str) and inner.tag.startswith(_XHTML):  # others may be damaged names
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


def _link(element: Any, base: str, relation: str = "alternate") -> str:
    """Return the address of an element's page: RSS writes it as text, Atom as an attribute."""
    for child in element:
        if _local(child) != "link":
            continue
        written = (child.text or "").strip() or str(child.get("href") or "").strip()
        if written and child.get("rel", "alternate") == relation and (found := _resolved(child, base, written)):
            return found
    return ""


def _resolved(element: Any, base: str, address: str) -> str:
    """Return an address as seen from an element, by every `xml:base` around it; "" for one that stays relative.

    One without its protocol ("www.bay.example/1", "//bay.example/1") is completed.
    """
    address = f"https://{address}" if address.lower().startswith("www.") else address
    for around in (*reversed(list(element.iterancestors())), element):
        if further := around.get(_BASE):
            base = _absolute(base, further.strip())
    found = _absolute(base, address)
    found = f"https:{found}" if re.match(r"//[^/\s]", found) else found
    return found if _FULL_ADDRESS.match(found) else ""


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
    return str(element.tag).startswith(("{http://search.yahoo.com/mrss", "media:", "itunes:"))


def _attribute(element: Any, name: str) -> str:
    return next((str(value).strip() for key, value in element.attrib.items() if str(key).lower() == name), "")


def _local(element: Any) -> str:
    """Return the name of an element in lower case, without any prefix; "" for comments and the like."""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(element.tag, str) else ""
