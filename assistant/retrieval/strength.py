"""How likely it is that the evidence holds an answer: what abstaining is decided by.

A logistic regression on three features, fitted on 149 answerable and 150 unanswerable news questions together with
questions on the example archive, coefficients rounded. On the same news questions, refusing 3 % of the answerable ones
refuses 65 % of the others, and 10 % refuses 83 % (`python -m eval.experiments.abstention`). Questions about people and
events that the archive does know, but to which it has no answer, are mostly not told apart: only reading can do that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from assistant.retrieval.candidates import Candidate
from assistant.retrieval.query import Query
from assistant.retrieval.scoring import coverage
from assistant.retrieval.sentences import RankedSentence


@dataclass(frozen=True, slots=True)
class _Coefficients:
    meaning: float  # of the best cosine of a sentence with the question
    covered: float  # of the share of the question's weighted terms in the best passage, 0..1
    lead: float  # of the share of them in the title and first lines of the best article, 0..1
    constant: float


_MINILM = _Coefficients(6.3, 3.4, 1.9, -6.5)
_WORDS_ALONE = _Coefficients(0.0, 4.7, 2.6, -3.8)  # cosines of another embedder lie elsewhere


def strength(
    query: Query,
    candidates: Sequence[Candidate],
    ranked: Sequence[RankedSentence],
    embedder: str,
) -> float:
    """0..1; 0 without evidence."""
    if not candidates or not ranked:
        return 0.0
    w = _MINILM if embedder.startswith("minilm-l6-v2/") else _WORDS_ALONE
    covered = coverage(query, set(chain.from_iterable(candidates[0].terms)))
    lead = max(candidate.features.lead for candidate in candidates)
    meaning = max(sentence.meaning for sentence in ranked)
    return 1 / (1 + math.exp(-(w.meaning * meaning + w.covered * covered + w.lead * lead + w.constant)))
