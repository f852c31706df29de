"""How well a passage, and then a sentence, answers a question: sums of a few features, each explained here.

Articles are put in order by one sum and the sentences within an article by another (see `rerank`): what tells the
right article from others (its subject, its day) does not tell the right sentence in it, and one sum for both served
either badly.

The weights were chosen by hand on 149 news questions, on claims with gold sentences (WiCE, Multi-News) and on questions
about the example archive, all development sets, from a maximum likelihood fit as the beginning. A random search over a
thousand other weightings found none that does better on weeks of news that it was not chosen on: choosing the best
weighting on fifteen of sixteen weeks gives .82 MRR on the sixteenth, as much as these. `research/results/retrieval.md`
shows what each is worth; on the news questions only nearness in time moves a figure beyond its interval.

Nearness in time is a preference that must earn its place. Asked on the day, it brings the right article first for .75
of the questions instead of .55; but taken as it comes it would bury what is old. So it counts only as far as the
articles near the time asked about match the words nearly as well as the best match of any time does (`trust_in_time`),
and what matches best by its words is always read (`best_of_both`): asked half a year or four years later, as many right
articles are among the first ten as without it. Asked at the end of a small archive on one subject, where everything
matches, it still costs some right sentences: so it counts less where the question says nothing of time.
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
SHARE = 3.0  # share of the article's passages that are candidates: an article about it, not one that mentions it
NEARNESS = 12.0  # in time, see `nearness` and `trust_in_time`
OUTLET = 5.0  # the article is of an outlet that the question names
ROUND_UP = 3.0  # taken off where the article is a round-up of many subjects, see `candidates`

# Of a sentence.
COVERAGE = 4.0  # share of the question's weighted terms that it holds
MEANING = 4.0  # cosine with the question
NEIGHBOUR = 0.5  # coverage of the better one of the sentences beside it: "he said" needs the sentence before
ANSWER_TYPE = 1.0  # it holds a number where one is asked for, else a name that is not in the question

# What joins the two.
SENTENCE = 0.5  # part of a sentence's sum that counts for its article, beside the passage's
PASSAGE = 0.25  # part of a passage's sum that counts for the order of sentences within an article
REPEAT = 1.0  # taken off for each better sentence of the same article: a list of evidence is spread over articles

_UNASKED = 2 / 3  # of the weight of nearness where the question says nothing of time
_HALF_LIFE = 14  # days at which nearness is one half
_HALF_LIFE_UNASKED = 20  # the same where the question says nothing of time
_NEAR = 0.3  # nearness from which an article counts as near
_TOLERANCE = (
    4.0  # points by which a near article's words may match worse than the best match before trust falls to half
)
_ASKED = 2.0  # points of tolerance more when the question asks for the latest
_SOFTNESS = 1.5  # points over which trust falls
_AFTERMATH = timedelta(days=7)  # an event is reported in the days after it
_LONG = timedelta(days=31)  # a longer span than this is no time of one event
_LOOKING_BACK = 0.5  # nearness of an article of today to a question about a day long past


def highest() -> float:
    """Return the score of a sentence that is perfect in every feature."""
    passage = FUSED + LEAD + PAIRS + SHARE + NEARNESS
    return passage + SENTENCE * (COVERAGE + MEANING + NEIGHBOUR + ANSWER_TYPE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageFeatures:
    """The features of a candidate passage, each 0..1."""

    fused: float
    lead: float
    pairs: float
    share: float
    nearness: float
    outlet: float = 0.0
    round_up: float = 0.0


def text_score(features: PassageFeatures) -> float:
    """Return the weighted sum of the features that do not depend on time."""
    return (
        FUSED * features.fused
        + LEAD * features.lead
        + PAIRS * features.pairs
        + SHARE * features.share
        + OUTLET * features.outlet
        - ROUND_UP * features.round_up
    )


def passage_scores(candidates: Sequence[PassageFeatures], query: Query) -> list[float]:
    """Return the score of each candidate passage."""
    texts = [text_score(features) for features in candidates]
    weight = NEARNESS * trust_in_time(candidates, texts, query) * (1.0 if query.speaks_of_time else _UNASKED)
    return [text + weight * features.nearness for text, features in zip(texts, candidates, strict=True)]


def trust_in_time(candidates: Sequence[PassageFeatures], texts: Sequence[float], query: Query) -> float:
    """Return how much nearness counts, 0..1: a logistic function of how well the near articles match the question."""
    near = [text for text, features in zip(texts, candidates, strict=True) if features.nearness > _NEAR]
    if not near:
        return 0.0
    gap = max(texts) - max(near)
    tolerance = _TOLERANCE + (_ASKED if query.wants_recent else 0.0)
    return 1.0 / (1.0 + math.exp((gap - tolerance) / _SOFTNESS))


def nearness(published: date | None, query: Query) -> float:
    """Return how near an article is to the time that is asked about, 0..1: 1 / (1 + (days / 14)²).

    The form is Cauchy's: it tells this week from last month, but hardly one old year from another, so what is old stays
    findable. The time asked about is the span that the question names, with the week after it in which its events are
    reported. Two spans need more: in a long one that still runs ("over the past year") the end counts most, as figures
    about it are published there; and a day long past is written about again later, so articles near the day of asking
    get half. A question that says nothing of time is taken to ask about the day of asking, less strictly: half-life 20
    days. Articles of later days get nothing.
    """
    if published is None or published > query.asked_on:
        return 0.0
    first, last, asked_on = query.target_first, query.target_last, query.asked_on
    age = (asked_on - published).days
    if first is None and last is None:
        return _falling(age, _HALF_LIFE if query.wants_recent else _HALF_LIFE_UNASKED)
    today = _falling(age)
    too_early = (first - published).days if first else 0
    too_late = (published - last - _AFTERMATH).days if last else 0
    inside = _falling(max(too_early, too_late, 0))
    if last is not None and asked_on - last > _LONG:
        return max(inside, _LOOKING_BACK * today)
    if last in (None, asked_on) and first is not None and asked_on - first > _LONG:
        return inside * (1 + today) / 2
    return inside


def _falling(days: int, half_life: int = _HALF_LIFE) -> float:
    return 1.0 / (1.0 + (days / half_life) ** 2)


def best_of_both(scores: Sequence[float], texts: Sequence[float], limit: int) -> list[int]:
    """Return the indices of `limit` candidates, best first: the best by `scores`, and in any case the best by `texts`.

    Half as many are kept for their words as are kept in all, so that no preference for a time can push them out.
    """
    by_text = sorted(range(len(texts)), key=lambda i: -texts[i])[: limit // 2]
    kept = set(by_text)
    by_score = sorted(range(len(scores)), key=lambda i: -scores[i])
    others = [i for i in by_score if i not in kept][: limit - len(kept)]
    kept.update(others)
    return [i for i in by_score if i in kept]


def coverage(query: Query, terms: set[str]) -> float:
    """Return the share of the question's weighted terms that are among `terms`, 0..1."""
    total = sum(query.terms.values())
    held = terms.union(query.in_its_forms(terms)) if query.forms else terms
    return sum(weight for term, weight in query.terms.items() if term in held) / total if total else 0.0


def pair_share(query: Query, sequence: Sequence[str]) -> float:
    """Return the share of the question's neighbouring terms that are neighbours in `sequence` too, 0..1."""
    if not query.pairs:
        return 0.0
    return len(query.pairs.intersection(pairwise(query.in_its_forms(sequence)))) / len(query.pairs)
