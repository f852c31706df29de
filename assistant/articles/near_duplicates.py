"""Near-duplicates: texts printed again, word for word or lightly edited, by another outlet or under another headline.

Two texts are compared by their shingles, runs of five words. A sketch of them (MinHash: Broder 1997, "On the
resemblance and containment of documents") is stored with each text; texts whose sketches agree in one of their bands
are then compared in full, so that no estimate decides. Near-duplicates are

- texts that share six tenths of their shingles, or of which the shorter one is nearly whole in the longer one,
- where the opening of at least one stands in the other: pages below which other articles are shown share those,
- of days that lie at most a month apart: a piece that is printed again each year has new facts in it,
- and not a page that was never captured: a placeholder for readers ("sign up to go on") stands word for word under many
  headlines of one outlet.

They are clustered into stories: a near-duplicate of a near-duplicate is of the same story. A story is named after the
smallest id of its articles, so that its name depends on what is in it and not on the order in which it came in.

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
from typing import NamedTuple

_HASHES, _BANDS = 64, 16
_HASHES_A_BAND = _HASHES // _BANDS
_SEED = 42
_WORDS_A_SHINGLE = 5
_SHARED = 0.6  # Jaccard of the shingles
_CONTAINED = 0.9  # share of the shorter text's shingles that the longer one has
_DAYS = 31
_OPENING = 100  # words
_OPENING_SHARED = 0.5  # of the opening's shingles that the other text has
_FEWEST = 40  # shingles; shorter texts are too alike to tell
_REMEMBERED = 256  # texts whose shingles are kept, about 100 kB each
_WORD = re.compile(r"\w+")


class Shingles(NamedTuple):
    """The shingles of a text, and those of its opening."""

    all: frozenset[str]
    opening: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterMember:
    """What decides, besides the text itself, which story a version of an article belongs to."""

    version_id: int  # by which its text is found
    story: str  # that it belongs to so far; its own id for none
    title: str
    outlet: str
    published: date | None
    text_hash: str  # the same for the same text


def shingles_of(text: str) -> Shingles:
    """Return what is compared of a text."""
    words = _words(text)
    return Shingles(_runs(words), _runs(words[:_OPENING]))


def shingles(text: str) -> frozenset[str]:
    """Return the runs of five words of a text, in small letters and without punctuation; none for a shorter text."""
    return _runs(_words(text))


def _words(text: str) -> list[str]:
    return list(map(str.lower, _WORD.findall(text)))


def _runs(words: Sequence[str]) -> frozenset[str]:
    return frozenset(map(" ".join, zip(*(words[i:] for i in range(_WORDS_A_SHINGLE)), strict=False)))


def sketch_bands(text: str) -> tuple[int, ...]:
    """Return the bands of a text's sketch, sixteen signed 64-bit numbers; none for a text of less than 40 shingles.

    Two texts that have one of them in common, at the same place, may be near-duplicates.
    """
    found = shingles(text)
    if len(found) < _FEWEST:
        return ()
    from rensa import RMinHash

    sketch = RMinHash(num_perm=_HASHES, seed=_SEED)
    sketch.update(list(found))
    hashes = sketch.digest()
    return tuple(_folded(hashes[band * _HASHES_A_BAND : (band + 1) * _HASHES_A_BAND]) for band in range(_BANDS))


def _folded(hashes: list[int]) -> int:
    """Fold four 32-bit numbers into one of 64 bits, by FNV-1a."""
    value = 0xCBF29CE484222325
    for byte in struct.pack(f"<{_HASHES_A_BAND}I", *hashes):
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return int(struct.unpack("<q", struct.pack("<Q", value))[0])


def are_comparable(one: ClusterMember, other: ClusterMember) -> bool:
    """Whether two articles can be near-duplicates, whatever their words: near in time, and no placeholder."""
    near = not (one.published and other.published) or abs((one.published - other.published).days) <= _DAYS
    return near and not share_a_placeholder(one, other)


def share_a_placeholder(one: ClusterMember, other: ClusterMember) -> bool:
    """Whether two articles hold what a page shows in place of its article, as to readers who have not signed up.

    The same words stand under two headlines of one outlet, on two days.
    """
    return (
        one.text_hash == other.text_hash
        and one.outlet.casefold() == other.outlet.casefold()
        and one.title.casefold() != other.title.casefold()
        and one.published != other.published
    )


def are_near_duplicates(one: Shingles, other: Shingles) -> bool:
    """Whether two texts with these shingles are near-duplicates."""
    fewer = min(len(one.all), len(other.all))
    if fewer < _FEWEST:
        return False
    shared = len(one.all & other.all)
    if shared < _SHARED * (len(one.all) + len(other.all) - shared) and shared < _CONTAINED * fewer:
        return False
    return _opens_in(one, other) or _opens_in(other, one)


def _opens_in(one: Shingles, other: Shingles) -> bool:
    return len(one.opening & other.all) >= _OPENING_SHARED * len(one.opening)


class Clustering:
    """Finds near-duplicates among the members, and joins their stories."""

    def __init__(self, text: Callable[[int], str], members: Iterable[ClusterMember]) -> None:
        """`text` returns the text of a version; it is called only where two members have to be compared in full."""
        self._placeholders = _placeholders(members)
        self._text = text
        self._leads: dict[str, str] = {}  # story -> the one that it was joined to
        self._shingles: OrderedDict[str, Shingles] = OrderedDict()  # by hash of the text
        self._verdicts: dict[frozenset[str], bool] = {}  # whether near-duplicates, by the hashes of both texts

    def compare(self, one: ClusterMember, other: ClusterMember) -> None:
        """Join the stories of both if they are near-duplicates; reads no text where they are of one story already."""
        mine, theirs = self.story(one.story), self.story(other.story)
        if mine == theirs or self.is_placeholder(one) or self.is_placeholder(other):
            return
        if are_comparable(one, other) and self._are_near_duplicates(one, other):
            first, last = sorted((mine, theirs))
            self._leads[last] = first

    def is_placeholder(self, member: ClusterMember) -> bool:
        """Whether its text is what the pages of its outlet show in place of articles."""
        return (member.text_hash, member.outlet.casefold()) in self._placeholders

    def story(self, name: str) -> str:
        """Return the story that the one of this name belongs to by now."""
        while name in self._leads:
            name = self._leads[name]
        return name

    def joined(self) -> Iterator[tuple[str, str]]:
        """Yield every story that was joined to another, with the one that it is now a part of."""
        yield from ((name, self.story(name)) for name in self._leads)

    def _are_near_duplicates(self, one: ClusterMember, other: ClusterMember) -> bool:
        pair = frozenset((one.text_hash, other.text_hash))
        if pair not in self._verdicts:
            self._verdicts[pair] = are_near_duplicates(self._shingles_of(one), self._shingles_of(other))
        return self._verdicts[pair]

    def _shingles_of(self, member: ClusterMember) -> Shingles:
        found = self._shingles.pop(member.text_hash, None)
        if found is None:
            found = shingles_of(self._text(member.version_id))
            if len(self._shingles) >= _REMEMBERED:
                self._shingles.popitem(last=False)
        self._shingles[member.text_hash] = found
        return found


def _placeholders(members: Iterable[ClusterMember]) -> set[tuple[str, str]]:
    """Return hash and outlet of the texts that stand under two headlines of an outlet on two days."""
    seen: defaultdict[tuple[str, str], list[ClusterMember]] = defaultdict(list)
    found = set()
    for member in members:
        place = (member.text_hash, member.outlet.casefold())
        if any(share_a_placeholder(member, other) for other in seen[place][:1] + seen[place][-1:]):
            found.add(place)
        seen[place].append(member)
    return found
