"""How likely it is that the evidence holds an answer: what abstaining is decided by."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.retrieval.candidates import Candidate
from assistant.retrieval.query import Query
from assistant.retrieval.sentences import RankedSentence


def strength(query: Query, candidates: Sequence[Candidate], ranked: Sequence[RankedSentence]) -> float:
    """0..1."""
    return max((max(r.coverage, r.meaning) for r in ranked), default=0.0)
