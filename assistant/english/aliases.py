"""The names that texts hold, under any of their forms: a place and its people, initials, titles and their short forms.

The groups of names that mean the same are kept small: only what the style book of every newsroom holds, nothing about
the news of one time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from assistant.english.names import CALENDAR, Name, find_names
from assistant.english.word_lists import word_list, word_set
from assistant.english.words import STOP, Token, tokens

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
