"""How well a passage, and then a sentence, answers a question: a sum of a few features, each explained here.

The weights of passages began as a maximum likelihood fit (softmax of the right article among all candidates) on 149
news questions, and were then rounded and chosen by hand on the same questions; those of sentences were chosen by hand.
`eval/results/retrieval.md` shows what each is worth: there, only nearness in time moves a figure beyond its interval.

Nearness in time is a preference that must earn its place. Asked on the day, it brings the right article first for .71
of the questions instead of .54; but taken as it comes it would bury what is old. So it counts only as far as the
articles near the time asked about match the words nearly as well as the best match of any time does (`trust_in_time`):
asked half a year or four years later, as many right articles are among the first ten as without it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from assistant.retrieval.query import Query

# Of a passage. All features are 0..1.
FUSED = 7.0  # dense and lexical score, each scaled to 0..1 among the candidates, 0.4 : 0.6
LEAD = 3.0  # share of the question's weighted terms in the article's title and first lines
PAIRS = 3.0  # share of the question's neighbouring terms that stand together in the passage
SHARE = 3.0  # share of the article's passages that are candidates: an article about it, not a digest that mentions it
NEARNESS = 8.0  # in time, see `nearness` and `trust_in_time`
OUTLET = 5.0  # the article is of an outlet that the question names

# Of a sentence, added to its passage's score.
COVERAGE = 2.0  # share of the question's weighted terms that it holds
MEANING = 2.0  # cosine with the question
NEIGHBOUR = 0.7  # coverage of the better one of the sentences beside it: "he said" needs the sentence before
ANSWER_TYPE = 0.7  # it holds a number where one is asked for, else a name that is not in the question

HIGHEST = FUSED + LEAD + PAIRS + SHARE + NEARNESS + COVERAGE + MEANING + NEIGHBOUR + ANSWER_TYPE

REPEAT = 1.0  # taken off for each better sentence of the same article: a list of evidence is spread over articles

_HALF_LIFE = 20  # days at which nearness is one half
_NEAR = 0.3  # nearness from which an article counts as near
_TOLERANCE = (
    4.0  # points by which a near article's words may match worse than the best match before trust falls to half
)
_ASKED = 2.0  # points of tolerance more when the question asks for the latest
_SOFTNESS = 1.5  # points over which trust falls
_AFTERMATH = timedelta(days=7)  # an event is reported in the days after it


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageFeatures:
    """What is known of a candidate passage; all 0..1."""

    fused: float
    lead: float
    pairs: float
    share: float
    nearness: float
    outlet: float = 0.0


def text_score(features: PassageFeatures) -> float:
    """The weighted sum of what does not depend on time, 0 or more."""
    return (
        FUSED * features.fused
        + LEAD * features.lead
        + PAIRS * features.pairs
        + SHARE * features.share
        + OUTLET * features.outlet
    )


def passage_scores(candidates: Sequence[PassageFeatures], query: Query) -> list[float]:
    """The score of each candidate passage, 0 or more."""
    texts = [text_score(features) for features in candidates]
    weight = NEARNESS * trust_in_time(candidates, texts, query)
    return [text + weight * features.nearness for text, features in zip(texts, candidates, strict=True)]


def trust_in_time(candidates: Sequence[PassageFeatures], texts: Sequence[float], query: Query) -> float:
    """How much nearness counts for this question, 0..1: a logistic function of how well the near articles match it."""
    near = [text for text, features in zip(texts, candidates, strict=True) if features.nearness > _NEAR]
    if not near:
        return 0.0
    gap = max(texts) - max(near)
    tolerance = _TOLERANCE + (_ASKED if query.wants_recent else 0.0)
    return 1.0 / (1.0 + math.exp((gap - tolerance) / _SOFTNESS))


def nearness(published: date | None, query: Query) -> float:
    """How near an article is to the time that is asked about, 0..1: 1 / (1 + (days / 20)²).

    The form is Cauchy's: it tells this week from last month, but hardly one old year from another, so what is old stays
    findable. The time asked about is the span that the question names, with the week after it in which its events are
    reported; without one it is the day of asking, and articles of later days get nothing.
    """
    if published is None:
        return 0.0
    if published > query.asked_on:
        return 0.0
    first, last = query.target_first, query.target_last
    if first is None and last is None:
        return _falling((query.asked_on - published).days)
    too_early = (first - published).days if first else 0
    too_late = (published - last - _AFTERMATH).days if last else 0
    return _falling(max(too_early, too_late, 0))


def _falling(days: int) -> float:
    return 1.0 / (1.0 + (days / _HALF_LIFE) ** 2)


def coverage(query: Query, terms: set[str]) -> float:
    """Share of the question's weighted terms among `terms`, 0..1."""
    total = sum(query.terms.values())
    return sum(weight for term, weight in query.terms.items() if term in terms) / total if total else 0.0


def pair_share(query: Query, sequence: Sequence[str]) -> float:
    """Share of the question's neighbouring terms that are neighbours in `sequence` too, 0..1."""
    if not query.pairs:
        return 0.0
    return len(query.pairs.intersection(pairwise(sequence))) / len(query.pairs)
