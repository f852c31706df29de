"""The turn in progress: a self-contained question, the day it is asked on, and the numbers given so far."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count

from assistant.records import Citation, Evidence

SentenceKey = tuple[str, int, int]  # reference, start and end: tells one sentence, or piece of one, from every other


def sentence_key(evidence: Evidence) -> SentenceKey:
    """Return what tells a sentence from every other."""
    return evidence.ref, evidence.start, evidence.end


def others_than(shown: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence without the sentences in `shown`."""
    there = {sentence_key(e) for e in shown}
    return [e for e in evidence if sentence_key(e) not in there]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedSoFar:
    """The numbers that earlier turns of a conversation gave to sentences."""

    numbers: Mapping[SentenceKey, int] = field(default_factory=dict)  # of all sentences offered so far
    highest: int = 0  # number given out so far, which may be that of a sentence forgotten since
    just_shown: Container[str] = ()  # references of the sentences that a follow-up need not repeat

    def cite(self, evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
        """Return each sentence under the number that it has, or else under the next free one."""
        free = count(max((self.highest, *self.numbers.values())) + 1)
        keys = [sentence_key(e) for e in evidence]
        known = [self.numbers[key] if key in self.numbers else next(free) for key in keys]
        return tuple(Citation.of(e, number) for e, number in zip(evidence, known, strict=True))

    def after(self, offered: Sequence[Citation]) -> NumberedSoFar:
        """Return these numbers and those of `offered`."""
        return replace(self, numbers={**self.numbers, **{sentence_key(c): c.number for c in offered}})


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnInProgress:
    """One question of a conversation, or a single one, while it is being answered."""

    question: str  # self-contained
    asked_on: date  # the day from which "last week" counts
    numbered: NumberedSoFar = NumberedSoFar()
