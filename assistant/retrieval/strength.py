"""How likely it is that the evidence holds an answer: what abstaining is decided by.

A logistic regression on four features, fitted on 149 answerable and 150 unanswerable news questions together with 117
on the example archive, coefficients rounded. `python -m eval.experiments.abstention` shows what it costs on the same
news questions (`eval/results/retrieval.md`); in ten-fold cross-validation the area under the curve is .947 on those of
the news and .650 on those of the examples. The latter is low because most of their unanswerable questions are about
people and events that the archive does know, which are hardly told apart without reading.
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
    covered: float  # of the share of the question's weighted terms in one of the best passages, 0..1
    lead: float  # of the share of them in the title and first lines of the best passage's article, 0..1
    pairs: float  # of the share of its neighbouring terms that are neighbours in some candidate, 0..1
    constant: float


_MINILM = _Coefficients(6.2, 2.9, 2.3, 1.5, -6.4)
_WORDS_ALONE = _Coefficients(0.0, 3.9, 2.6, 2.0, -3.8)  # cosines of another embedder lie elsewhere
_BEST = 5  # passages, of which one may hold the answer


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
    covered = max(coverage(query, set(chain.from_iterable(c.terms))) for c in candidates[:_BEST])
    points = (
        w.meaning * max(sentence.meaning for sentence in ranked)
        + w.covered * covered
        + w.lead * candidates[0].features.lead
        + w.pairs * max(candidate.features.pairs for candidate in candidates)
    )
    return 1 / (1 + math.exp(-(points + w.constant)))
