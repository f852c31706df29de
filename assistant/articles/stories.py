"""Stories: articles that print the same text, word for word or lightly edited, whichever outlet printed it.

Copies of a copy are of one story. A story is named after the smallest id of its articles, so that its name depends on
what is in it and not on the order in which it came in.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from assistant.articles.near_duplicates import Shingles, alike, comparable, shingles_of, shows_a_notice

_REMEMBERED = 256  # texts whose shingles are kept, about 100 kB each


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
