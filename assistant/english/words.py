"""Words of a text, folded so that two spellings of one word compare equal. Linear in any text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from assistant.english.word_lists import listed, word_list, word_set

LONGEST = 4_000  # characters of a text that are read; sentences of news have at most some 1,000

_WORD = re.compile(r"(?:[^\W\d_]\.){2,12}|[^\W_]++(?:['’][^\W_]++)*+")
_POSSESSIVE = re.compile(r"['’]s?$")
_VOWEL = re.compile(r"[aeiouy]")

STOP = listed("stop_words", "stop_words_in_statements")
"""Folded words that carry too little to prove anything."""
IRREGULAR = {
    form: base for base, forms in (entry.split(":") for entry in word_list("irregular_forms")) for form in forms.split()
}
"""Irregular form -> its plain form."""
_NO_VERBS = word_set("person man woman child good bad few low high")  # of these forms, those of no verb
_NOUNS = word_set("dead death deaths dying")
VERBS = frozenset(IRREGULAR.values()) - _NO_VERBS  # irregular ones, in their plain form
_SUFFIXES = ("ation", "ment", "ing", "ion", "ed", "ly")


class Token(NamedTuple):
    """One word of a text."""

    text: str  # as written, without the possessive ending
    folded: str  # small letters, no accents; "U.S." is "u.s."
    stem: str
    start: int  # characters
    end: int

    @property
    def content(self) -> bool:
        """Whether the word says something by itself."""
        return self.folded not in STOP and (len(self.folded) > 1 or self.folded.isdigit())

    @property
    def capital(self) -> bool:
        """Whether it is written as names are, with a capital: "Lind", "EU", "iPhone"."""
        return any(c.isupper() for c in self.text)


@lru_cache(maxsize=1024)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of the first `LONGEST` characters, in order. Words joined by a hyphen are separate words."""
    return tuple(Token(*_forms(found[0]), *found.span()) for found in _WORD.finditer(text, 0, LONGEST))


@lru_cache(maxsize=16_384)  # words of news repeat: a long story has some 30,000, and a tenth as many different ones
def _forms(word: str) -> tuple[str, str, str]:
    """Return a word without its possessive ending, folded, and its stem."""
    text = _POSSESSIVE.sub("", word) or word
    folded = fold(text)
    return text, folded, stem(folded)


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Return a word in small letters without accents and curly apostrophes. "US" becomes "u.s.", unlike "us"."""
    if word in {"US", "U.S"}:
        return "u.s."
    decomposed = unicodedata.normalize("NFD", word.casefold().replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Strip the endings of number, tense and adverb from a folded word: lightly, so that few different words meet."""
    word = IRREGULAR.get(word, word)
    if not word.isalpha() or len(word) < 4:
        return word
    word = _singular(word)
    for suffix in _SUFFIXES:
        rest = word[: -len(suffix)]
        if word.endswith(suffix) and len(rest) >= 3 and _VOWEL.search(rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    word = word.removesuffix("e") if len(word) > 3 else word
    return word[:-1] + "i" if word.endswith("y") else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def is_past(token: Token) -> bool:
    """Whether the word has the form of the past, which "closed" in "is closed" has too."""
    word = token.folded
    if word in IRREGULAR:
        return IRREGULAR[word] in VERBS and not word.endswith("ing") and word not in _NOUNS
    return word.endswith("ed") and len(word) > 4


def clipped(text: str, longest: int = 80) -> str:
    """Return words for a reader on one line, cut at a length."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


@lru_cache(maxsize=512)
def content_words(text: str) -> tuple[Token, ...]:
    """Return the words of a text that say something by themselves."""
    return tuple(token for token in tokens(text) if token.content)
