"""Which collection on which server a passage stands in, and which of them a search within days has to ask.

There is one collection at first for all days, and one for passages without a day. One that is full takes no more: from
then on each year gets its own, and a second one when that is full, on the server that holds least. Of each the first
and the last day that it holds are kept, so what an agency takes in day after day ends up in collections of some days or
weeks, an old archive in collections of years, and a small one stays in one piece: every collection costs a request.

The table of them is a fact in the catalog. It names the library by an id of its own, so that two libraries can share a
server, and the place of the library: a copy of it (`cp -r`, a backup that was restored elsewhere) gets an id of its own
and never writes to the collections of the one that it was copied from.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Self

from assistant.library.index import day_to_int
from assistant.records import Filters

MOST_IN_ONE = 4_000_000  # passages in one collection: a hosted Chroma takes 5,000,000 in one
UNDATED, ALL = "undated", "all"  # what a collection takes; else a year


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorSpan:
    """A collection, and the days that it holds."""

    name: str
    url: str
    takes: str  # UNDATED, ALL days, or the days of a year, such as "2024"
    first: int = 0  # the first day that it holds, yyyymmdd; 0 while it holds none
    last: int = 0
    passages: int = 0

    def may_take(self, day: int | None) -> bool:
        """Whether passages of this day, None for none, belong here."""
        if day is None or self.takes == UNDATED:
            return day is None and self.takes == UNDATED
        return self.takes in (ALL, _year(day))

    def with_one(self, day: int | None, added: int = 1) -> Self:
        """Return the span with a passage of this day in it."""
        first, last = (min(self.first or day, day), max(self.last, day)) if day else (self.first, self.last)
        return replace(self, first=first, last=last, passages=self.passages + added)

    def is_touched(self, filters: Filters) -> bool:
        """Whether some of its passages may have a day within the filters."""
        if not (filters.since or filters.until):
            return True
        since, until = _days(filters)
        return self.takes != UNDATED and self.first <= until and self.last >= since

    def left_of(self, filters: Filters) -> Filters:
        """Return what of the filters its passages must still be held to: no days when all of its days lie within."""
        since, until = _days(filters)
        is_inside = self.takes != UNDATED and since <= self.first and self.last <= until
        return replace(filters, since=None, until=None) if is_inside else filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The collections of a library."""

    library: str  # its id
    place: str  # where its catalog is
    embedder: str
    last_number: int = 0  # of its collections
    spans: tuple[VectorSpan, ...] = ()

    @classmethod
    def new(cls, place: str, embedder: str) -> Self:
        """Return the table of a library that has no collection yet.

        Its id is a random one, the only such in the program: two libraries of the same articles must differ in it.
        """
        return cls(library=secrets.token_hex(6), place=place, embedder=embedder)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the table from the form in which it is kept."""
        found = json.loads(text)
        return cls(**found | {"spans": tuple(VectorSpan(**span) for span in found["spans"])})

    def text(self) -> str:
        """Return the form in which it is kept."""
        return json.dumps(asdict(self))

    @property
    def prefix(self) -> str:
        """How the names of all its collections begin."""
        return f"assistant-{self.library}-"

    def with_span(self, day: int | None, urls: Sequence[str]) -> Self:
        """Return the table with one more collection, for passages of this day, on the server that holds least."""
        number = self.last_number + 1
        mark = hashlib.sha256(self.embedder.encode()).hexdigest()[:6]
        held = {url: sum(span.passages for span in self.spans if span.url == url) for url in urls}
        span = VectorSpan(
            name=f"{self.prefix}{mark}-{number}",
            url=min(urls, key=lambda url: (held[url], urls.index(url))),
            takes=self._taken(day),
        )
        return replace(self, last_number=number, spans=(*self.spans, span))

    def with_spans(self, spans: Sequence[VectorSpan]) -> Self:
        """Return the table with these in the place of its spans."""
        return replace(self, spans=tuple(spans))

    def place_for(self, day: int | None, most: int = MOST_IN_ONE) -> VectorSpan | None:
        """Return the collection that takes a passage of this day next, None when a new one is due."""
        open_ones = [span for span in self.spans if span.may_take(day) and span.passages < most]
        return open_ones[-1] if open_ones else None

    def _taken(self, day: int | None) -> str:
        if day is None:
            return UNDATED
        return _year(day) if any(span.takes == ALL for span in self.spans) else ALL


def _year(day: int) -> str:
    return str(day // 10_000)


def _days(filters: Filters) -> tuple[int, int]:
    """The first and the last day of the filters, as numbers."""
    return day_to_int(filters.since) if filters.since else 0, day_to_int(filters.until) if filters.until else 99_999_999
