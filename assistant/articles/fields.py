"""Which keys of a JSON row hold the text, the title and the rest: named by the user, else guessed from common names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import isfinite, isnan

from assistant.articles.text import one_line
from assistant.articles.url_words import host
from assistant.errors import UsageError

_TEXT_KEYS = ("value", "text", "content")  # of an object that stands for a paragraph, or for a whole text
_NAME_KEYS = ("name", "title", "original", "id", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """The key of each part of an article; None means "guess it from the row"."""

    text: str | None = None
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    outlet: str | None = None
    url: str | None = None
    id: str | None = None
    authors: str | None = None

    def used(self) -> dict[str, str]:
        """Return the parts that have a key, with their keys."""
        named = {part: getattr(self, part) for part in PARTS}
        return {part: key for part, key in named.items() if key is not None}


PARTS = tuple(f.name for f in fields(FieldMap))
GUESS = FieldMap()

# Best first, compared without case, "-", "_" and spaces; "a.b" is the key b of the object under a. From the dumps of
# NewsAPI, GNews, GDELT, Event Registry, WordPress, the Guardian and New York Times interfaces, news-please, newspaper,
# Common Crawl News, feeds and schema.org. Summaries are no article text.
_COMMON_KEYS = {
    "text": (
        "ctext", "text", "body", "content.rendered", "content", "fields.bodytext", "fields.body", "article", "maintext",
        "fulltext", "articletext", "articlebody", "bodytext", "contenttext", "contenthtml", "articlecontent", "rawtext",
        "cleantext", "story", "document",
    ),
    "title": (
        "title.rendered", "headline.main", "title", "headline", "headlines", "heading", "articletitle", "webtitle",
        "fields.headline", "name",
    ),
    "published": (
        "published", "date", "publishedat", "publisheddate", "publishdate", "datepublish", "datepublished",
        "publicationdate", "publicationtime", "pubdate", "pubtime", "datetime", "timestamp", "firstpublicationdate",
        "webpublicationdate", "seendate", "time", "created", "createdat", "day",
    ),
    "updated": (
        "updated", "updatedat", "modified", "modifiedat", "datemodify", "datemodified", "modificationdate",
        "dateupdated", "updateddate", "lastmodified", "lastupdated", "lastpublicationdate",
    ),
    "outlet": (
        "outlet", "publisher", "publication", "source", "sourcename", "sourcedomain", "sitename", "site", "newspaper",
        "website", "domain", "provider", "fields.publication", "source.name", "source.title", "publisher.name",
        "cleanurl", "feedtitle",
    ),
    "url": ("url", "link", "canonical", "canonicalurl", "canonicallink", "articleurl", "weburl", "sourceurl", "uri"),
    "id": ("id", "articleid", "docid", "documentid", "uuid", "guid", "key"),
    "authors": (
        "authors", "author", "byline.original", "author.name", "byline", "bylines", "creator", "writer", "writers",
        "fields.byline",
    ),
}  # fmt: skip

_KEYS_SHOWN = 30  # in a message
_INNER_KEYS = 50  # of an object in which keys are guessed
_NOTHING = frozenset(
    {"", "-", "#", "n/a", "na", "nan", "nat", "none", "null", "unknown"}
)  # how exports write "no value"


def resolve_fields(row: Mapping[str, object], fields: FieldMap = GUESS) -> FieldMap:
    """Return which key of `row` is used for which part; None where the row has none.

    A key named in `fields` is taken as it is. Guesses pass over empty values, so a row with an empty `text` and a
    full `body` gives its body.
    """
    plain = _plain_keys(row)
    guesses = {part: _guess(part, plain) for part in PARTS if getattr(fields, part) is None}
    return replace(fields, **guesses)


def guessed_keys(row: Mapping[str, object], names: Sequence[str]) -> list[str]:
    """Return the keys of a row with one of these plain names, in the order of the names."""
    plain = _plain_keys(row)
    return [plain[name] for name in names if name in plain]


def value_at(row: Mapping[str, object], key: str | None) -> object:
    """Return what a row holds under a key, or under a.b.c within objects and lists; None for nothing."""
    if key is None or key in row:
        return row.get(key) if key is not None else None
    value: object = row
    for part in key.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isascii() and part.isdigit() and len(part) < 6 and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _plain_keys(row: Mapping[str, object]) -> dict[str, str]:
    """Return the keys of a row with values, and those of the objects in it, by their plain names."""
    plain: dict[str, str] = {}
    for key, value in row.items():  # the first of two equal keys wins
        if isinstance(value, dict) and len(value) <= _INNER_KEYS:
            for inner in value:
                if isinstance(inner, str) and not is_empty(value[inner]):
                    plain.setdefault(f"{_plain(key)}.{_plain(inner)}", f"{key}.{inner}")
        if not is_empty(value):
            plain.setdefault(_plain(key), key)
    return plain


def check_fields(row: Mapping[str, object], fields: FieldMap) -> None:
    """Raise `UsageError`, naming the keys of `row`, when a key named by the user is not among them."""
    for part, key in fields.used().items():
        if key not in row and value_at(row, key) is None:
            raise UsageError(f"No key {one_line(key, 100)!r} for the {part} in the first row; it has: {key_list(row)}")


def key_list(row: Mapping[str, object]) -> str:
    """Return the keys of a row, for a message."""
    shown = [one_line(key, 50) for key in list(row)[:_KEYS_SHOWN]]
    return ", ".join(shown + ["…"] * (len(row) > _KEYS_SHOWN)) or "no keys"


def is_empty(value: object) -> bool:
    """Whether nothing was given: null, NaN, white space, an empty list or object, or a word such as "n/a"."""
    if isinstance(value, str):
        return value.isspace() or (len(value) < 10 and value.strip().casefold() in _NOTHING)
    if isinstance(value, float):
        return isnan(value)
    return value is None or value in ([], {})


def _plain(key: str) -> str:
    return key.casefold().replace("_", "").replace("-", "").replace(" ", "")


def _guess(part: str, plain: Mapping[str, str]) -> str | None:
    return next((plain[name] for name in _COMMON_KEYS[part] if name in plain), None)


def as_string(value: object) -> str:
    """Return a string or number as a string; "" for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return ""
    return str(value)


def as_name(value: object) -> str:
    """Return a name given as a string or in an object such as {"name": …}; the host, when it is a web address."""
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        value = next((value[key] for key in _NAME_KEYS if not is_empty(value.get(key))), "")
    words = as_string(value)
    return host(words.strip()) or words


def as_names(value: object) -> tuple[str, ...]:
    """Return names given as one or as a list of them."""
    return tuple(as_name(item) for item in value) if isinstance(value, list) else (as_name(value),)


def as_text(value: object) -> str:
    """Return a text given whole or as a list of paragraphs; "" for anything else."""
    if isinstance(value, list):
        inner = (
            item.get("value", item.get("text", item.get("content"))) if isinstance(item, dict) else item
            for item in value
        )
        return "\n\n".join(item for item in inner if isinstance(item, str))
    return value if isinstance(value, str) else ""


_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+"?|,(?=\s*[\]}])', re.DOTALL)


def without_trailing_commas(text: str) -> str:
    """Return JSON without the commas before a closing bracket, which scripts allow and JSON does not."""
    return _STRING_OR_COMMA.sub(lambda found: "" if found[0] == "," else found[0], text)
