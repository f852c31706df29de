"""What sources write into fields: which key is which, the names in a byline, the host and the words of an address.

"By Ida Lov and Tom Vale, Political Editors | Updated 4 March" names two people. Months, roles, "Submitted", "Username"
and the outlet itself are no authors, nor are those who took the pictures. The words of an address are often the
headline, and all that is left of one without a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from math import isfinite, isnan
from urllib.parse import unquote, urlsplit

from assistant.articles.text import one_line
from assistant.english.words import listed, word_set
from assistant.errors import UsageError

_URL_WORD = re.compile(r"[^\W\d_]{2,}|(?<!\d)(?:19|20)\d\d(?!\d)")
_PAGE = re.compile(r"\.\w{2,5}$")
_PLUMBING = word_set("index html htm php aspx amp www com org net news article articles story stories")
_LONGEST = 300  # characters of an address that are read


def slug_words(address: str) -> str:
    """Return the words of the last parts of an address's path, without numbers but years: "ford recall 2022".

    "" for what is no web address, or has no path.
    """
    if not address.startswith(("http://", "https://")):
        return ""
    try:
        path = unquote(urlsplit(address[:_LONGEST]).path)
    except ValueError:
        return ""
    parts = [part for part in path.split("/") if part]
    words = [word for part in parts[-3:] for word in _URL_WORD.findall(_PAGE.sub("", part))]
    return " ".join(word for word in words if word.casefold() not in _PLUMBING)


def host(url: str) -> str:
    """Return the host of a web address without "www.", "" when it has none."""
    if not url.startswith(("http://", "https://")):
        return ""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # "http://[": a broken IPv6 address
        return ""


NAME_LIMIT = 120  # characters of an outlet's or an author's name
_AUTHORS = 50  # taken from one article
_BYLINES, _LONGEST = 200, 500  # of one article, and characters of one
_WORDS = 8  # of a name: an organisation has no more
_BETWEEN_NAMES = re.compile(r"[;\n|•·]|\s(?:and|&|und|et|with)\s|\s[-–—]\s", re.IGNORECASE)
_BY = re.compile(
    r"(?:(?:(?:words|text|story|report(?:ing|ed)?|written|posted|submitted|published|contributed)\s+)?by\b:?"
    r"|(?:author|autor|autorin|auteur|autore|byline|words|text|story)s?\s*:)\s*",
    re.IGNORECASE,
)
_BY_ELSEWHERE = re.compile(r"(?:von|par|por|di|da|door|av|af|text)\s*:?\s+(?=\S+\s+\S)", re.IGNORECASE)
_NO_WRITER = re.compile(
    r"(?:photo|picture|image|video|graphic|illustration|edit|translat|produc|foto|bild)\w*(?:\s*:|\s+(?:by|von|par|por)\b)",
    re.IGNORECASE,
)
# What follows a name: a time, a place, an outlet, a sentence about the author.
_AFTER = re.compile(
    r"\s*[(,:–—-]?\s*(?:\b(?:last\s+)?(?:updated|published|posted|modified|submitted|created|aktualisiert|veröffentlicht"
    r"|stand|publié|mis à jour|publicado|actualizado|pubblicato|aggiornato)\b|\b[0-9]).*"
    r"|(?-i:\s(?:in|for|at|is|was|are|covers|writes|reports|has|für|pour|para|per)\s).*",
    re.IGNORECASE | re.DOTALL,
)
_NO_NAME = re.compile(r"\S+@\S*|@\S+|https?://\S+|\([^()]*\)?|\b(?:twitter|follow)\s*:?\s*(?=@)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][^\W\d_'’.-]*")
_PARTICLES = word_set(
    "al ap ben bin bint da das dal de degli dei del della den der des di dos du e el het ibn la le lo och og op "
    "san ten ter the of und van ver von y zu zum zur"
)


def names_in(bylines: Iterable[str], outlet: str = "") -> tuple[str, ...]:
    """Return the authors that bylines name, each once.

    A comma separates names only when all have two words: "Doe, Jane" is one name. `outlet` is no author of its own.
    """
    names = (name for byline in islice(bylines, _BYLINES) for name in _names(byline[:_LONGEST], outlet.casefold()))
    return tuple(dict.fromkeys(names))[:_AUTHORS]


def _names(byline: str, outlet: str) -> Iterator[str]:
    if host(byline.strip()):  # the address of a profile
        return
    byline = "\n".join(" ".join(line.split()) for line in byline.split("\n"))
    for piece in _BETWEEN_NAMES.split(byline):
        if _NO_WRITER.match(piece.strip(" \t,")):
            continue
        parts = [part for part in _without_label(piece).split(",") if not _is_no_writer(part)]
        several = all(len(part.split()) > 1 for part in parts)
        for written in parts if several else [", ".join(part.strip() for part in parts)]:
            name = _cleaned(written)
            if name and name.casefold() not in (outlet, host(f"https://{outlet}")):
                yield name


def _is_no_writer(part: str) -> bool:
    return _names_nobody(part) or bool(_NO_WRITER.match(part.strip()) or _AFTER.match(f" {part.strip()}"))


def _without_label(piece: str) -> str:
    piece = piece.strip(" \t,")
    found = _BY.match(piece) or _BY_ELSEWHERE.match(piece)
    return piece[found.end() :] if found else piece


def _cleaned(written: str) -> str:
    """Return a name without what follows it; "" for what is none."""
    written = _without_label(_NO_NAME.sub(" ", written))
    after = _AFTER.search(written)
    words = (written[: after.start()] if after else written).strip(" \t,:–—-*/").split()
    while len(words) > 2 and _is_nobody(words[-1]):  # "Ida Lov Political Editor"
        words.pop()
    return "" if _is_sentence(words) or _names_nobody(" ".join(words)) else one_line(" ".join(words), NAME_LIMIT)


def _names_nobody(words: str) -> bool:
    named = _WORD.findall(words)
    return all(_is_nobody(word) for word in named)


def _is_nobody(word: str) -> bool:
    return word.casefold().strip(".") in listed("no_authors")


def _is_sentence(words: list[str]) -> bool:
    """Whether words are prose: too many of them, or several in small letters among others in capitals."""
    small = [word for word in words if word[0].islower() and word.casefold() not in _PARTICLES]
    return len(words) > _WORDS or (len(small) > 1 and len(small) < len(words))


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
