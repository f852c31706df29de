"""A reader that reads no pair twice, and reads ahead.

A claim's proof and the search for what contradicts it ask about the same sentences, one claim after the other. Asked
about those of several claims at once, a reader has work for all cores.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.reader.protocol import Reader, Support
from assistant.records import Evidence

_Pair = tuple[str, Sequence[Evidence]]


class RememberingReader:
    """Another reader whose readings of statements are remembered as long as this lives."""

    def __init__(self, reader: Reader) -> None:
        """Nothing was read yet."""
        self._reader = reader
        self._known: dict[tuple[str, tuple[str, ...]], Support] = {}

    @property
    def name(self) -> str:
        """That of the other reader."""
        return self._reader.name

    def support(self, pairs: Sequence[_Pair]) -> list[Support]:
        """Read statements; see `Reader`."""
        new = {key: pair for pair in pairs if (key := _key(pair)) not in self._known}
        if new:
            self._known.update(zip(new, self._reader.support(list(new.values())), strict=True))
        return [self._known[_key(pair)] for pair in pairs]

    def answers(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """Read sentences as answers; see `Reader`."""
        return self._reader.answers(pairs)


def _key(pair: _Pair) -> tuple[str, tuple[str, ...]]:
    return pair[0], tuple(sentence.ref for sentence in pair[1])
