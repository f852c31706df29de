"""The schema.org data of a page (JSON-LD): what it says of the article that the page is about.

Pages describe related stories, films, comments and themselves in the same way, often first. The article meant is that
whose address is the page's, else whose headline is, else that which holds a text, else the first. Blocks that no strict
parser reads (wrapped in comments, with commas too many) are read as browsers' tools read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.articles.fields import as_name, is_empty, without_trailing_commas
from assistant.articles.url_words import host

_LIMIT = 1_000_000  # characters of one block
_NODES = 10_000  # of one page
_BLOCKS = 20
_INNER = ("@graph", "mainEntity", "mainEntityOfPage")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?://\s*)?(?:-->|\]\]>)\s*$|;\s*$"
)
_ARTICLES = ("Article", "Posting", "Report")  # ends of the names of types
_PAGES = ("WebPage", "ItemPage")
_OUTLETS = ("publisher", "sourceOrganization", "provider", "isPartOf")
_NOT_ALNUM = re.compile(r"[\W_]+")
_SAME = 15  # letters of a headline that another may begin with

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaArticle:
    """What the data says of the article; "" and () for what it does not say."""

    published: tuple[str, ...] = ()  # as written, the surest first
    created: tuple[str, ...] = ()  # of the article or the page, where nothing surer is said
    updated: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    outlet: str = ""
    url: str = ""
    text: str = ""
    locked: bool = False  # it says that it is not free to read


def schema_article(blocks: Sequence[str], titles: Collection[str], urls: Collection[str]) -> SchemaArticle:
    """Return what the blocks of JSON-LD say of the article with one of these headlines or addresses."""
    nodes = list(_nodes(blocks))
    by_id = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    pages = [node for node in nodes if _is_a(node, _PAGES)]
    article = _main([node for node in nodes if _is_a(node, _ARTICLES)], titles, urls)
    outlets = [as_name(_resolved(value, by_id)) for key in _OUTLETS if not is_empty(value := article.get(key))]
    outlet = next((name for name in outlets if name), "")
    return SchemaArticle(
        published=_texts([article], "datePublished"),
        created=(*_texts(pages, "datePublished"), *_texts([article], "dateCreated"), *_texts([article], "uploadDate")),
        updated=_texts([article], "dateModified"),
        authors=tuple(name for name in _authors(article, by_id) if name != outlet),
        outlet=outlet,
        url=next((url for url in _addresses(article) if host(url)), ""),
        text=next(iter(_texts([article], "articleBody")), ""),
        locked=str(article.get("isAccessibleForFree")).lower() == "false",
    )


def _nodes(blocks: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects of a page, outermost first; keys and types without the name of the vocabulary."""
    left = _NODES
    for block in blocks[:_BLOCKS]:
        waiting = [_parsed(block[:_LIMIT])]
        for node in waiting:  # grows while it is read
            if left <= 0:
                return
            left -= 1
            if isinstance(node, list):
                waiting.extend(node[:_NODES])
            elif isinstance(node, dict):
                plain = {str(key).removeprefix("schema:"): value for key, value in node.items()}
                yield plain
                waiting.extend(plain[key] for key in _INNER if key in plain)


def _parsed(block: str) -> Any:
    bare = _WRAPPING.sub("", _WRAPPING.sub("", block))
    for text in (block, bare, without_trailing_commas(bare)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):  # damaged, or nested to do harm: the page may still have `meta` dates
            continue
    return None


def _is_a(node: Node, ends: tuple[str, ...]) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and kind.endswith(ends) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _main(articles: Sequence[Node], titles: Collection[str], urls: Collection[str]) -> Node:
    """Return the article that the page is about, an empty one for none."""
    pages = {_page(url) for url in urls}
    headlines = [plain for plain in map(_plain, titles) if plain]
    tests: tuple[Callable[[Node], bool], ...] = (
        lambda node: any(_page(url) in pages for url in _addresses(node)),
        lambda node: any(_is_same(_plain(str(node.get(key) or "")), headlines) for key in ("headline", "name")),
        lambda node: isinstance(node.get("articleBody"), str),
        lambda _: True,
    )
    return next((node for test in tests for node in articles if test(node)), {})


def _page(url: str) -> str:
    """Return an address without what may differ between two that name one page."""
    return re.sub(r"^https?://(?:www\.)?|[?#].*$|/$", "", url.strip().lower())


def _plain(title: str) -> str:
    return _NOT_ALNUM.sub("", title[:500].casefold())


def _is_same(title: str, headlines: Sequence[str]) -> bool:
    """Whether a headline is one of these, or one begins with the other, as where the outlet is added."""
    return any(
        title == other
        or (min(len(title), len(other)) >= _SAME and (title.startswith(other) or other.startswith(title)))
        for other in headlines
    )


def _addresses(node: Node) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        value = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(value, str):
            yield value


def _authors(node: Node, by_id: Mapping[str, Node]) -> Iterator[str]:
    given = node.get("author") or node.get("creator") or []
    for author in given if isinstance(given, list) else [given]:
        names = as_name(_resolved(author, by_id))
        if "." not in names or " " in names:  # else the host of the address of a profile
            yield names


def _resolved(value: Any, by_id: Mapping[str, Node]) -> Any:
    """Return a value, or the object elsewhere on the page that it only points to."""
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict) and "name" not in value:
        return by_id.get(str(value.get("@id")), value.get("legalName", value))
    return value


def _texts(nodes: Sequence[Node], key: str) -> tuple[str, ...]:
    return tuple(node[key] for node in nodes if isinstance(node.get(key), str))
