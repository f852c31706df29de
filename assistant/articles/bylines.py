"""Bylines: the names of those who wrote an article, without what templates and news desks write around them.

"By Ida Lov and Tom Vale, Political Editors | Updated 4 March" names two people. Months, roles, "Submitted", "Username"
and the outlet itself are no authors, nor are those who took the pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from assistant.articles.text import one_line
from assistant.articles.url_words import host
from assistant.english.word_lists import listed, word_set

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
