"""Names in a text: runs of capitalised words; and the names that texts hold, under any of their forms.

`find_names` reads a text closely, for the checks of statements. Three quick looks at capital letters serve what must be
cheap or may be loose: ranking a thousand sentences, and the words that name a speaker. `KnownNames` knows a place and
its people, initials, titles and their short forms. Its groups of names that mean the same are kept small: only what the
style book of every newsroom holds, nothing about the news of one time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from assistant.english.sentences import STARTERS, SUBJECTS
from assistant.english.words import STOP, Token, listed, tokens, word_list, word_set
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


GROUP = {name: number for number, line in enumerate(word_list("aliases")) for name in line.split()}
"""Folded name, its words joined by hyphens -> number of its group; names of one group mean the same."""
COURTESY = word_set("mr mrs ms miss mx sir dame lord lady messrs mme")
"""Titles that say nothing that could be wrong but the person's sex."""
_DEMONYM_ENDINGS = {""} | word_set("n an ian ean ese ish i is a y e o s ns ans ians ic")


class KnownNames:
    """The words of some texts, indexed so that a name can be looked up under any of its forms."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Read every text once, through caches."""
        self.words = [token for text in texts for token in tokens(text)]
        self.folded = frozenset(token.folded for token in self.words)
        self.acronyms = frozenset(t.folded.replace(".", "") for t in self.words if t.text.isupper())
        self.stems = frozenset(token.stem for token in self.words)
        self.runs = [name for text in texts for name in find_names(text)]

    @cached_property
    def groups(self) -> frozenset[int]:
        """Alias groups named in the texts, by single words or by two or three in a row."""
        words = [token.folded for token in self.words]
        keys = (("-".join(words[i : i + n])) for n in (1, 2, 3) for i in range(len(words) - n + 1))
        return frozenset(GROUP[key] for key in keys if key in GROUP)

    @cached_property
    def initials(self) -> frozenset[str]:
        """Initials of neighbouring words of names: "International Criminal Court" gives "icc", "ic", "cc"."""
        found = set()
        for letters in _initials(self.words):
            found |= {letters[i:j] for i in range(len(letters)) for j in range(i + 2, len(letters) + 1)}
        return frozenset(found)

    def abbreviates(self, token: Token) -> bool:
        """Whether the word is made of the initials of a name in the texts: "ICC"."""
        word = token.folded.replace(".", "")
        return token.text.isupper() and len(token.folded) > 1 and word in self.initials

    def holds(self, token: Token) -> bool:
        """Whether the texts hold the word, under this or another of its names."""
        word = token.folded
        if word in self.folded or word.replace(".", "") in self.folded or word in COURTESY or word in CALENDAR:
            return True
        if GROUP.get(word) in self.groups or (word.removesuffix("s") in self.folded and len(word) > 3):
            return True
        if self.abbreviates(token):
            return True
        return any(other.capital and same_root(word, other.folded) for other in self.words)

    def holds_together(self, name: Name) -> bool:
        """Whether the texts hold the whole name as initials or under another name: "European Union" for "EU"."""
        words = [token.folded for token in name.tokens]
        key = "-".join(words)
        initials = "".join(word[:1] for word in words)
        shouted = any(token.text.isupper() for token in name.tokens)  # "US Open" is not written "UO"
        return GROUP.get(key) in self.groups or (len(words) > 1 and initials in self.acronyms and not shouted)


def _initials(words: Sequence[Token]) -> Iterator[str]:
    """Yield the initials of capitalised words in a row, skipping small words between them; at most twelve."""
    letters = ""
    for word in words:
        if word.capital:
            letters += word.folded[:1]
        elif word.folded not in STOP and letters:
            yield letters[:12]
            letters = ""
    yield letters[:12]


def is_held(token: Token, stems: set[str], known: KnownNames) -> bool:
    """Whether a source has the word, in another form or under another name."""
    if token.stem in stems:
        return True
    return known.holds(token) if token.capital or token.folded in GROUP else False


def same_root(name: str, other: str) -> bool:
    """Whether two folded names are a place and its demonym: "cuba" and "cuban", not "iran" and "iraq"."""
    shared = 0
    for a, b in zip(name, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= 4 and name[shared:] in _DEMONYM_ENDINGS and other[shared:] in _DEMONYM_ENDINGS
