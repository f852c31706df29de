"""What the program asks of a reader: whether sentences support a statement, whether a sentence answers a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from assistant.records import Evidence


class Support(NamedTuple):
    """How a reader divides its belief about one statement; the three add up to 1."""

    supported: float
    refuted: float
    unknown: float  # the sentences neither bear it out nor speak against it


class Reader(Protocol):
    """Reads pairs of texts. What it says of a pair never depends on the other pairs, to the last bit."""

    @property
    def name(self) -> str:
        """How it is called in reports, and under which its calibration is kept."""

    def support(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Support]:
        """Read each statement beside the one or more sentences that may support it."""

    def answers(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """The log odds, about -6..6, that each sentence answers its question; `before` is read as its context."""
