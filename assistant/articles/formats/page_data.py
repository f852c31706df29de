"""The data of a page, in JSON within it: what schema.org (JSON-LD) says of its article, and text for its scripts.

Pages describe related stories, films, comments and themselves in the same way, often first. The article meant is that
whose address is the page's, else whose headline is, else that which holds a text, else the first. Blocks that no strict
parser reads (wrapped in comments, with commas too many) are read as browsers' tools read them.

Other sites keep the text, which no browser shows without running the page, under names such as "articleBody", as HTML,
or as a list of paragraphs. The longest that stands beside the page's own headline is taken, else the longest of all:
related stories are there with their first lines only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.articles.fields import as_name, host, is_empty, without_trailing_commas
from assistant.articles.formats.markup import is_markup, text_of_markup
from assistant.articles.text import UnreadableError

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


_SCRIPTS = 100
_SCRIPT_LIMIT = 5_000_000  # characters of one script
_VALUES = 100_000  # of one page
_FEWEST = 250  # characters of a text
_PARAGRAPHS = 3  # in a list that is a text
_ASSIGNED = re.compile(r"=\s*(?=[{\[])")  # window.__DATA__ = {…
_BODIES = frozenset((
    "articlebody", "article", "body", "bodyhtml", "bodytext", "content", "contenthtml", "fulltext", "articletext",
    "maintext", "storybody", "text", "html", "blocks", "paragraphs", "elements", "components",
))  # fmt: skip
_WORDS = ("text", "content", "html", "value", "paragraph", "data")  # of a paragraph
_TITLES = ("headline", "title", "name")


def text_in_scripts(tree: Any, titles: Collection[str]) -> str:
    """Return the article's text from the data in a parsed page's scripts, "" for none; `titles` are the page's."""
    wanted = {" ".join(title.casefold().split()) for title in titles}
    best = (False, 0, "")
    for script in tree.xpath(".//script[not(@src)]/text()")[:_SCRIPTS]:
        for is_own, text in _lazy_texts(_data(script[:_SCRIPT_LIMIT]), wanted):
            best = max(best, (is_own, len(text), text))
    return best[2]


def _data(script: str) -> Any:
    """Return the JSON that a script is, or assigns; None for none."""
    assigned = _ASSIGNED.search(script[:_FEWEST])
    try:
        return json.JSONDecoder(strict=False).raw_decode(script[assigned.end() if assigned else 0 :].lstrip())[0]
    except (ValueError, RecursionError):
        return None


def _lazy_texts(data: Any, titles: Collection[str]) -> Iterator[tuple[bool, str]]:
    """Yield the texts in parsed JSON, and of each whether one of the titles stands beside it."""
    waiting: list[tuple[Any, bool]] = [(data, False)]
    for value, is_own in waiting:  # grows while it is read
        if len(waiting) > _VALUES:
            return
        if isinstance(value, list):
            waiting.extend((item, is_own) for item in value)
        elif isinstance(value, dict):
            own = is_own or any(" ".join(str(value.get(key, "")).casefold().split()) in titles for key in _TITLES)
            yield from _of(value, is_own=own)
            waiting.extend((item, own) for item in value.values())


def _of(value: dict[str, Any], *, is_own: bool) -> Iterator[tuple[bool, str]]:
    for key, held in value.items():
        if key.lower().replace("_", "") in _BODIES:
            text = _plain_text(held) if isinstance(held, str) else _joined(held) if isinstance(held, list) else ""
            if len(text) >= _FEWEST:
                yield is_own, text


def _joined(paragraphs: list[Any]) -> str:
    pieces = [piece for paragraph in paragraphs if (piece := _paragraph(paragraph))]
    return "\n\n".join(pieces) if len(pieces) >= _PARAGRAPHS else ""


def _paragraph(value: Any) -> str:
    if isinstance(value, dict):
        inner = next((value[key] for key in _WORDS if isinstance(value.get(key), (str, dict))), "")
        value = next((inner[key] for key in _WORDS if key in inner), "") if isinstance(inner, dict) else inner
    return _plain_text(value) if isinstance(value, str) and " " in value.strip() else ""


def _plain_text(text: str) -> str:
    try:
        return text_of_markup(text).strip() if is_markup(text) else text.strip()
    except UnreadableError:  # too damaged, or not of an article
        return ""
