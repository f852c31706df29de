"""Copies: the same story printed again, word for word or lightly edited, by another outlet or under another headline.

Two texts are compared by their shingles, runs of five words. A sketch of them (MinHash: Broder 1997, "On the
resemblance and containment of documents") is stored with each text; texts whose sketches agree in one of their bands
are then compared in full, so that no estimate decides. Copies are

- texts that share six tenths of their shingles, or of which the shorter one is nearly whole in the longer one,
- where the opening of at least one stands in the other: pages below which other articles are shown share those,
- of days that lie at most a month apart: a piece that is printed anew each year has new facts in it,
- and not a page that was never captured: a notice for readers ("sign up to go on") stands word for word under many
  headlines of one outlet.

Copies of a copy are of one story. A story is named after the smallest id of its articles, so that its name depends on
what is in it and not on the order in which it came in.

Sketch and bands: 64 hashes in 16 bands of 4 find a pair that shares .6 of its shingles with probability
1 - (1 - .6**4)**16 = .89, one that shares .8 with .9998.
"""

from __future__ import annotations

import re
import struct
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from assistant.records import short_hash

_REMEMBERED = 256  # texts whose shingles are kept, about 100 kB each

SKETCH_VERSION = 1  # changes whenever sketches may
_HASHES, _BANDS = 64, 16
_ROWS = _HASHES // _BANDS
_SEED = 42
_WORDS_A_SHINGLE = 5
_SHARED = 0.6  # Jaccard of the shingles
_CONTAINED = 0.9  # share of the shorter text's shingles that the longer one has
_DAYS = 31
_OPENING = 100  # words
_OPENING_SHARED = 0.5  # of the opening's shingles that the other text has
_FEWEST = 40  # shingles; shorter texts are too alike to tell
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """One article as it was printed."""

    text: str
    title: str
    outlet: str
    published: date | None

    @property
    def text_hash(self) -> str:
        """Stands for the text."""
        return short_hash(self.text, 64)


class Shingles(NamedTuple):
    """The shingles of a text, and those of its opening."""

    all: frozenset[str]
    opening: frozenset[str]


def shingles_of(text: str) -> Shingles:
    """What decides whether two texts are alike."""
    words = _words(text)
    return Shingles(_runs(words), _runs(words[:_OPENING]))


def shingles(text: str) -> frozenset[str]:
    """The runs of five words of a text, in small letters and without punctuation; none for less than five words."""
    return _runs(_words(text))


def _words(text: str) -> list[str]:
    return list(map(str.lower, _WORD.findall(text)))


def _runs(words: Sequence[str]) -> frozenset[str]:
    return frozenset(map(" ".join, zip(*(words[i:] for i in range(_WORDS_A_SHINGLE)), strict=False)))


def bands(text: str) -> tuple[int, ...]:
    """Sixteen signed 64-bit numbers; two texts that have one of them in common, at the same place, may be copies.

    A text of less than 40 shingles has none.
    """
    found = shingles(text)
    if len(found) < _FEWEST:
        return ()
    from rensa import RMinHash

    sketch = RMinHash(num_perm=_HASHES, seed=_SEED)
    sketch.update(list(found))
    hashes = sketch.digest()
    return tuple(_folded(hashes[band * _ROWS : (band + 1) * _ROWS]) for band in range(_BANDS))


def _folded(hashes: list[int]) -> int:
    """Four 32-bit numbers as one of 64 bits, by FNV-1a."""
    value = 0xCBF29CE484222325
    for byte in struct.pack(f"<{_ROWS}I", *hashes):
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return int(struct.unpack("<q", struct.pack("<Q", value))[0])


class Printed(Protocol):
    """What is known of an article, besides its words, that decides whether it can be a copy of another one."""

    @property
    def title(self) -> str:
        """The headline."""

    @property
    def outlet(self) -> str:
        """Who printed it."""

    @property
    def published(self) -> date | None:
        """The day, None when it is not known."""

    @property
    def text_hash(self) -> str:
        """The same for the same text."""


def are_copies(one: Print, other: Print) -> bool:
    """Whether both print the same story."""
    return comparable(one, other) and alike(shingles_of(one.text), shingles_of(other.text))


def comparable(one: Printed, other: Printed) -> bool:
    """Whether two articles can be copies, whatever their words: near in time, and no page that was never captured."""
    near = not (one.published and other.published) or abs((one.published - other.published).days) <= _DAYS
    return near and not shows_a_notice(one, other)


def shows_a_notice(one: Printed, other: Printed) -> bool:
    """Whether two articles hold what a page shows in place of its article, as to readers who have not signed up.

    The same words stand under two headlines of one outlet, on two days.
    """
    return (
        one.text_hash == other.text_hash
        and one.outlet.casefold() == other.outlet.casefold()
        and one.title.casefold() != other.title.casefold()
        and one.published != other.published
    )


def alike(one: Shingles, other: Shingles) -> bool:
    """Whether two texts with these shingles are the same story."""
    fewer = min(len(one.all), len(other.all))
    if fewer < _FEWEST:
        return False
    shared = len(one.all & other.all)
    if shared < _SHARED * (len(one.all) + len(other.all) - shared) and shared < _CONTAINED * fewer:
        return False
    return _opens_in(one, other) or _opens_in(other, one)


def _opens_in(one: Shingles, other: Shingles) -> bool:
    return len(one.opening & other.all) >= _OPENING_SHARED * len(one.opening)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article that may be one of a story."""

    row: int  # by which its text is found
    story: str  # that it belongs to so far; its own id for none
    title: str
    outlet: str
    published: date | None
    text_hash: str


class Grouping:
    """Finds which members print one story, and joins their stories."""

    def __init__(self, text: Callable[[int], str], members: Iterable[Member]) -> None:
        """`text` gives the text of a row; it is asked only where two of the members have to be compared in full."""
        self._notices = _notices(members)
        self._text = text
        self._leads: dict[str, str] = {}  # story -> the one that it was joined to
        self._shingles: OrderedDict[str, Shingles] = OrderedDict()  # by hash of the text
        self._alike: dict[frozenset[str], bool] = {}  # by the hashes of both texts

    def compare(self, one: Member, other: Member) -> None:
        """Join the stories of both if they are copies; asks nothing where they are of one story already."""
        mine, theirs = self.story(one.story), self.story(other.story)
        if mine == theirs or self.is_notice(one) or self.is_notice(other):
            return
        if comparable(one, other) and self._are_alike(one, other):
            first, last = sorted((mine, theirs))
            self._leads[last] = first

    def is_notice(self, member: Member) -> bool:
        """Whether its text is what the pages of its outlet show in place of articles."""
        return (member.text_hash, member.outlet.casefold()) in self._notices

    def story(self, name: str) -> str:
        """The story that the one of this name belongs to by now."""
        while name in self._leads:
            name = self._leads[name]
        return name

    def joined(self) -> Iterator[tuple[str, str]]:
        """Every story that is no more, and the one that it is a part of."""
        yield from ((name, self.story(name)) for name in self._leads)

    def _are_alike(self, one: Member, other: Member) -> bool:
        pair = frozenset((one.text_hash, other.text_hash))
        if pair not in self._alike:
            self._alike[pair] = alike(self._shingles_of(one), self._shingles_of(other))
        return self._alike[pair]

    def _shingles_of(self, member: Member) -> Shingles:
        found = self._shingles.pop(member.text_hash, None)
        if found is None:
            found = shingles_of(self._text(member.row))
            if len(self._shingles) >= _REMEMBERED:
                self._shingles.popitem(last=False)
        self._shingles[member.text_hash] = found
        return found


def _notices(members: Iterable[Member]) -> set[tuple[str, str]]:
    """Hash and outlet of the texts that stand under two headlines of an outlet on two days."""
    seen: defaultdict[tuple[str, str], list[Member]] = defaultdict(list)
    found = set()
    for member in members:
        place = (member.text_hash, member.outlet.casefold())
        if any(shows_a_notice(member, other) for other in seen[place][:1] + seen[place][-1:]):
            found.add(place)
        seen[place].append(member)
    return found
