"""Names in a text: runs of capitalised words.

`find_names` reads a text closely, for the checks of statements. Three quick looks at capital letters serve what must be
cheap or may be loose: ranking a thousand sentences, and the words that name a speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from assistant.english.boundaries import STARTERS, SUBJECTS
from assistant.english.word_lists import listed, word_set
from assistant.english.words import STOP, Token, tokens
from assistant.wording import MONTHS, WEEKDAYS

PARTICLES = word_set("of the de da di do dos del della der den du la le el al bin ibn van von y e and")
"""Small words within names: "the Bank of Orrin", "Marie du Pont"."""

_CONNECTORS = PARTICLES | {"for"}  # "the Centre for Policy"; before a verb "for" begins something else
_GLUE = re.compile(r"\s|\s?[-‑–/&]\s?|\.?['’]s?\s|\.\s?")
_OPENS = re.compile(r"(?:^|[.!?:;…]['\"”’)]*\s|\n|[“\"‘(\[•*]|[-–—]\s)\s*['\"“‘(]*\Z")
_SUBJECTS = SUBJECTS | word_set(  # common words that open statements; never taken for names there
    "Former New Local Foreign Heavy High Low Big Sure Yes Okay Next Note Please Hello Using Rather Additional Sorry"
)
_NO_NAMES = listed("marks_of_time_and_degree")
CALENDAR = (
    word_set(" ".join((*MONTHS, *WEEKDAYS)).lower())
    | frozenset(name[:3].lower() for name in (*MONTHS, *WEEKDAYS))
    | word_set("sept tues wed thur thurs")
)
"""Names of days and months, folded: the check of dates reads them."""


_CAPITALISED = re.compile(r"[A-Z][\w’'-]+")
_INSIDE = re.compile(r"(?<=[a-z,;:’'\"“”(] )[A-Z][\w’'-]+")
_WHOLE = re.compile(r"(?:[A-Z][\w’'.-]*\.?\s+)*[A-Z][\w’'-]+")


class Name(NamedTuple):
    """A run of capitalised words, as far as one name may reach."""

    tokens: tuple[Token, ...]  # capitalised words only, the "of" between them left out
    opening: bool  # its first word opens a sentence, so its capital letter may mean nothing

    @property
    def start(self) -> int:
        """Characters."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Characters, excluded."""
        return self.tokens[-1].end


def capitalised_words(text: str) -> list[str]:
    """Return the words of a text that begin with a capital letter, including its first word."""
    return _CAPITALISED.findall(text)


def names_inside(sentence: str) -> list[str]:
    """Return the words of a sentence whose capital letter does not just mark a beginning."""
    return _INSIDE.findall(sentence)


def is_name(words: str) -> bool:
    """Whether these words are a name as a whole: "Ana Varga", "Sen. Varga"."""
    return _WHOLE.fullmatch(words) is not None


@lru_cache(maxsize=1024)
def find_names(text: str) -> tuple[Name, ...]:
    """Return the runs of capitalised words in the first 4,000 characters, in order."""
    return tuple(_runs(text))


def _runs(text: str) -> Iterator[Name]:
    words = tokens(text)
    i = 0
    while i < len(words):
        if not _may_name(text, words[i]):
            i += 1
            continue
        run = [words[i]]
        i += 1
        while (step := _step(text, words, i)) and len(run) < 24:
            run.append(words[i + step - 1])
            i += step
        yield Name(tuple(run), _opens(text, run[0]))


def _may_name(text: str, token: Token) -> bool:
    """Whether a word can be (the beginning of) a name."""
    if not token.capital or token.folded in CALENDAR | _NO_NAMES or token.text[0].isdigit():
        return False
    if token.text in _SUBJECTS and _opens(text, token):
        return False
    common = token.folded in STOP or token.text in STARTERS
    return not (common and (len(token.text) < 2 or not token.text.isupper() or _opens(text, token)))


def _step(text: str, words: tuple[Token, ...], i: int) -> int:
    """Return how many words further a run continues from word `i`: 0 when it ends, more than 1 over "of the"."""
    for over in range(3):
        if i + over >= len(words) or not _GLUE.fullmatch(text, words[i + over - 1].end, words[i + over].start):
            return 0
        if "." in text[words[i + over - 1].end : words[i + over].start] and not _abbreviated(words[i + over - 1]):
            return 0
        word = words[i + over]
        if word.capital and _may_name(text, word) and word.folded not in _CONNECTORS:
            return over + 1
        if word.folded not in _CONNECTORS or word.folded in {"and", "for"}:
            return 0
    return 0


def _abbreviated(token: Token) -> bool:
    return len(token.text) <= 4 and token.text[0].isupper()


def _opens(text: str, token: Token) -> bool:
    """Whether a sentence, a quotation or a list item begins with the word."""
    return _OPENS.search(text[max(0, token.start - 8) : token.start]) is not None if token.start else True
