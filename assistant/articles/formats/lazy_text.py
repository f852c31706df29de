"""The text of pages that show it by a script: it lies in JSON, which no browser shows without running the page.

Sites keep it under names such as "articleBody", as HTML, or as a list of paragraphs. The longest that stands beside the
page's own headline is taken, else the longest of all: related stories are there with their first lines only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from assistant.articles.formats.markup import is_markup, text_of_markup
from assistant.articles.text import UnreadableError

_SCRIPTS = 100
_LIMIT = 5_000_000  # characters of one script
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
        for is_own, text in _texts(_data(script[:_LIMIT]), wanted):
            best = max(best, (is_own, len(text), text))
    return best[2]


def _data(script: str) -> Any:
    """Return the JSON that a script is, or assigns; None for none."""
    assigned = _ASSIGNED.search(script[:_FEWEST])
    try:
        return json.JSONDecoder(strict=False).raw_decode(script[assigned.end() if assigned else 0 :].lstrip())[0]
    except (ValueError, RecursionError):
        return None


def _texts(data: Any, titles: Collection[str]) -> Iterator[tuple[bool, str]]:
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
            text = _plain(held) if isinstance(held, str) else _joined(held) if isinstance(held, list) else ""
            if len(text) >= _FEWEST:
                yield is_own, text


def _joined(paragraphs: list[Any]) -> str:
    pieces = [piece for paragraph in paragraphs if (piece := _paragraph(paragraph))]
    return "\n\n".join(pieces) if len(pieces) >= _PARAGRAPHS else ""


def _paragraph(value: Any) -> str:
    if isinstance(value, dict):
        inner = next((value[key] for key in _WORDS if isinstance(value.get(key), (str, dict))), "")
        value = next((inner[key] for key in _WORDS if key in inner), "") if isinstance(inner, dict) else inner
    return _plain(value) if isinstance(value, str) and " " in value.strip() else ""


def _plain(text: str) -> str:
    try:
        return text_of_markup(text).strip() if is_markup(text) else text.strip()
    except UnreadableError:  # too damaged, or not of an article
        return ""
