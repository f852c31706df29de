"""Words of a text, folded so that two spellings of one word compare equal. Linear in the text, whatever it holds."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple


def word_set(text: str) -> frozenset[str]:
    """The words of a table, written with spaces between them."""
    return frozenset(text.split())


LONGEST = 4_000  # characters of a text that are read; sentences of news have at most some 1,000

_WORD = re.compile(r"(?:[^\W\d_]\.){2,12}|[^\W_]++(?:['’][^\W_]++)*+")
_POSSESSIVE = re.compile(r"['’]s?$")
_VOWEL = re.compile(r"[aeiouy]")

STOP = word_set(
    "a an the this that these those of in on at by for from with to into onto over under about as than then and"
    " or but nor so"
    " if when while where which who whom whose what how why is are was were be been being am do does did doing"
    " done has have"
    " had having will would shall should can could may might must it its he she they them his her him their our"
    " we us you i"
    " my your me there here also just very too only even such own same some any each both all more most other"
    " another not no"
    " it's he's she's they're there's that's who's one's after before during between through against because out"
    " up down off"
    " again once further until upon within without across along among amid per via like still yet however"
    " although though"
    " since whether either neither else say says said saying according"
)  # words that carry too little to prove anything; "said" too, since news hangs it on every fact
IRREGULAR = {
    form: base
    for base, forms in {
        "rise": "rose risen rising",
        "fall": "fell fallen",
        "say": "said",
        "tell": "told",
        "win": "won winning",
        "lose": "lost losing",
        "buy": "bought",
        "sell": "sold",
        "hold": "held",
        "meet": "met",
        "lead": "led",
        "leave": "left leaving",
        "take": "took taken taking",
        "give": "gave given giving",
        "make": "made making",
        "go": "went gone",
        "come": "came coming",
        "become": "became becoming",
        "begin": "began begun beginning",
        "grow": "grew grown",
        "know": "knew known",
        "show": "shown",
        "see": "saw seen",
        "speak": "spoke spoken",
        "write": "wrote written writing",
        "drive": "drove driven driving",
        "choose": "chose chosen choosing",
        "fight": "fought",
        "find": "found",
        "think": "thought",
        "bring": "brought",
        "teach": "taught",
        "catch": "caught",
        "seek": "sought",
        "keep": "kept",
        "feel": "felt",
        "send": "sent",
        "spend": "spent",
        "build": "built",
        "pay": "paid",
        "stand": "stood",
        "strike": "struck stricken striking",
        "shoot": "shot",
        "sink": "sank sunk",
        "shrink": "shrank shrunk",
        "slide": "slid sliding",
        "throw": "threw thrown",
        "withdraw": "withdrew withdrawn",
        "break": "broke broken",
        "steal": "stole stolen",
        "hide": "hid hidden",
        "run": "ran",
        "swim": "swam swum",
        "sing": "sang sung",
        "die": "died dying dead death deaths",
        "person": "people persons",
        "man": "men",
        "woman": "women",
        "child": "children",
        "good": "better best",
        "bad": "worse worst",
        "few": "fewer fewest",
        "low": "lower lowest lowered lowering",
        "high": "higher highest",
    }.items()
    for form in forms.split()
}
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
        """Whether it is written as names are: "Lind", "EU", "iPhone"."""
        return any(c.isupper() for c in self.text)


@lru_cache(maxsize=1024)
def tokens(text: str) -> tuple[Token, ...]:
    """The words of the first `LONGEST` characters, in order. Words joined by a hyphen are separate words."""
    return tuple(_token(found) for found in _WORD.finditer(text, 0, LONGEST))


def _token(found: re.Match[str]) -> Token:
    text = _POSSESSIVE.sub("", found[0]) or found[0]
    folded = fold(text)
    return Token(text, folded, stem(folded), found.start(), found.end())


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Small letters without accents, curly apostrophes made straight. "US" is "u.s.", to tell it from "us"."""
    if word in {"US", "U.S"}:
        return "u.s."
    decomposed = unicodedata.normalize("NFD", word.casefold().replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A folded word without the endings of number, tense and adverb: light, so that few different words meet."""
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
    """Words shown to a reader, cut at a length, always on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
