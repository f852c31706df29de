"""What the news interfaces and dumps write around rows, and into a row besides the article.

JSON that is not quite valid; the lists that hold the rows, under many names; marks of cut texts, removed articles,
abstracts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from assistant.articles.fields import (
    FieldMap,
    as_text,
    guessed_keys,
    is_empty,
    resolve_fields,
    value_at,
    without_trailing_commas,
)
from assistant.articles.text import UnreadableError
from assistant.english.words import word_set

# Keys under which an object holds its list of articles, and those that may hold such an object in turn.
_LIST_KEYS = (
    "articles", "items", "data", "results", "docs", "documents", "news", "stories", "entries", "rows", "posts", "value",
    "hits",
)  # fmt: skip
_OUTER_KEYS = ("response", "data", "result", "articles", "news", "hits")
_FEED_KEYS = ("feed", "channel", "meta")  # beside the list, under which the feed is described
_ROW_KEYS = ("_source", "_doc")  # under which databases give the row itself
_GAP = re.compile(r"[\s,\x1e]*")  # between objects that follow each other
_OUTLET = "feed_title"  # the key under which a row is given the title of its feed
# "… [+2314 chars]" as NewsAPI writes it, "... [1234 chars]" as GNews does, "[…]" as WordPress does; "(more…)".
_CUT = re.compile(
    r"\s*(?P<dots>(?<!\.)\.{3,4}|…)?\s*(?P<mark>\[\s*\+?\s*[0-9][0-9.,]{0,12}\s*(?:chars|characters)\s*\]"
    r"|[\[(]\s*(?:…|\.\.\.|&hellip;|&#8230;)\s*[\])]|\(more\s?(?:…|\.\.\.)\)|\[message clipped\][^\n]{0,60}"
    r"|(?:(?<=[.…!?”\"»\n])|(?<=[.…!?”\"»\n]\s))"
    r"(?:read|continue|view|see)\s(?:more|reading|full|the full|the rest)\b[^.!?\n]{0,100}[\s»→>.]*)?\s*\Z",
    re.IGNORECASE,
)
_END, _MARK = 500, 160  # characters at the end of a text that such marks have at most, with and without a footer
_EXCERPT = 2000  # characters of a text that is cut off where it ends in three dots; a longer one may end so
_BLOG_FOOTER = re.compile(r"\s*The post [^\n]{1,300} (?:appeared first on|first appeared on) [^\n]{1,100}\s*\Z")
_REMOVED = re.compile(r"\s*\[(?:removed|deleted)\]\s*", re.IGNORECASE)
_NOT_SOLD = re.compile(r"\s*only available in [\w ]{1,40}\W*", re.IGNORECASE)  # in place of the text: newsdata.io
_ABSTRACTS = (
    "abstract", "description", "summary", "leadparagraph", "shortdescription", "snippet", "trailtext",
    "fields.trailtext", "excerpt.rendered", "excerpt", "standfirst", "teaser",
)  # fmt: skip
_ARTICLE_PARTS = word_set("title url published")  # a row that has two of them describes an article


def parsed_row(line: str) -> object:
    """Return the JSON in a line, which may be left of a list. Raises `UnreadableError`."""
    return _parse(_without_list_marks(line))


def is_json_lines(text: str) -> bool:
    """Whether the first line of a text alone is an object."""
    first = text.lstrip().partition("\n")[0]
    try:
        return isinstance(parsed_row(first), dict)
    except UnreadableError:
        return False


def _without_list_marks(line: str) -> str:
    """Return a row without what is left of a list that was written one row a line: commas and the outer brackets."""
    row = line.strip().rstrip(",")
    if row.startswith("[{") and not row.endswith("]"):
        return row[1:]
    return row[:-1] if row.endswith("}]") and not row.startswith("[") else row


def _parse(text: str) -> object:
    try:
        return json.loads(text, strict=False)  # line breaks and tabs inside strings are common in home-made dumps
    except json.JSONDecodeError as err:
        if (mended := without_trailing_commas(text)) != text:
            return _parse(mended)
        place = f"column {err.colno}" if err.lineno == 1 else f"line {err.lineno}"
        raise UnreadableError(f"is not valid JSON ({err.msg}, {place})") from err
    except ValueError as err:
        raise UnreadableError("holds a number of thousands of digits") from err
    except RecursionError as err:
        raise UnreadableError("is nested too deeply to be read") from err


def parsed_json(text: str) -> object:
    """Return what a text holds; several objects one after the other, as some programs write them, as a list."""
    try:
        return _parse(text)
    except UnreadableError:
        if not (several := _several(text)):
            raise
        return several


def _several(text: str) -> list[object]:
    """Return the objects that follow each other in a text, the first over several lines; [] for anything else."""
    decoder, at, found = json.JSONDecoder(strict=False), 0, list[object]()
    while (at := _GAP.match(text, at).end()) < len(text):  # type: ignore[union-attr]  # it matches nothing too
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        if not isinstance(value, dict):
            return []
        found.append(value)
    return found


def rows_in(value: object, fields: FieldMap) -> list[Any] | None:
    """Return the rows of parsed JSON: those of a list, or of an object that holds one; None for a single row.

    Rows of a feed are given its title under a key of its own, for those that name no outlet.
    """
    found = value if isinstance(value, list) else _list_in(value, fields)
    title = _feed_title(value)
    return [{**row, _OUTLET: title} if isinstance(row, dict) else row for row in found] if found and title else found


def unwrapped(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as it is below the key under which databases give it ("_source"); else the row itself."""
    return next((row[key] for key in _ROW_KEYS if isinstance(row.get(key), dict)), row)


def _list_in(value: object, fields: FieldMap) -> list[Any] | None:
    """Return the list of articles inside an object that is none itself; None when there is no such list."""
    if not isinstance(value, dict) or as_text(value_at(value, resolve_fields(value, fields).text)):
        return None
    for key in _LIST_KEYS:
        items = value.get(key)
        if isinstance(items, list) and all(isinstance(item, dict) for item in items):
            return items
    inner = (_list_in(value[key], fields) for key in _OUTER_KEYS if isinstance(value.get(key), dict))
    return next((items for items in inner if items is not None), None) or _numbered(value)


def _numbered(value: dict[str, Any]) -> list[Any] | None:
    """Return the rows of an object that numbers them, or holds columns that do, as pandas writes tables."""
    columns = [inner for inner in value.values() if isinstance(inner, dict)]
    if not columns or len(columns) < len(value):
        return None
    if all(key.isdigit() for key in value):
        return columns
    numbers = columns[0].keys()
    if numbers and all(key.isdigit() for key in numbers) and all(inner.keys() == numbers for inner in columns):
        return [{name: column[number] for name, column in value.items()} for number in numbers]
    return None


def _feed_title(value: object) -> str:
    """Return the title of the feed that an object describes beside its rows; "" for none."""
    if not isinstance(value, dict):
        return ""
    said: dict[str, Any] = next((value[key] for key in _FEED_KEYS if isinstance(value.get(key), dict)), {})
    is_feed = "jsonfeed" in str(value.get("version", ""))
    title = value.get("title") if is_feed else said.get("title")
    return title if isinstance(title, str) else ""


def bare(value: object) -> object:
    """Return a value without the type that databases write around it, as in {"$date": "2025-03-04T10:00:00Z"}."""
    while isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("$"):
        value = next(iter(value.values()))
        value = (
            int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else value
        )
    return value


def cut_mark(text: str) -> tuple[str, str]:
    """Return a text without the mark that says that it was cut off, and that mark; "" when it has none."""
    text = text[:-_END] + _BLOG_FOOTER.sub("", text[-_END:])
    found = _CUT.search(text, max(0, len(text) - _MARK))
    if found is None or not (found["mark"] or (found["dots"] and len(text) < _EXCERPT)):
        return text, ""
    kept = text[: found.start("mark")].rstrip() if found["mark"] else text
    return kept, " ".join((found["mark"] or found["dots"]).split())


def is_removed(text: str, title: str) -> bool:
    """Whether the interface says that the article was taken back."""
    return bool(_REMOVED.fullmatch(text[:100]) or (_REMOVED.fullmatch(title[:100]) and len(text) < 100))


def is_no_text(text: str) -> bool:
    """Whether a text only says that the text is not given."""
    return is_empty(text) or (len(text) < 100 and bool(_NOT_SOLD.fullmatch(text)))


def abstract_of(row: Mapping[str, Any], found: Mapping[str, str]) -> str:
    """Return the longest summary in a row that describes an article; "" when there is none.

    `found` holds the keys of the parts that the row has.
    """
    if len(_ARTICLE_PARTS & found.keys()) < 2:
        return ""
    texts = (as_text(value_at(row, key)).strip() for key in guessed_keys(row, _ABSTRACTS))
    return max((text for text in texts if not is_no_text(text)), key=len, default="")
