"""Confidence (answerability): how likely it is that the evidence holds an answer; what abstention is decided by.

A logistic regression, its coefficients rounded by hand, of how near the best sentences and passages come to the
question, and of three things that say how much that nearness is worth:

- Names come cheaply. An archive that knows a bridge has its name in a hundred sentences, whatever is asked about it;
  the more of a question is names, the less it says that its words are found.
- An archive that holds the answer mostly holds it in one article, which then brings many of the best sentences; a
  question without an answer draws one from here and one from there.
- Where a question names days, a sentence that answers it mostly speaks of one of them.

Fitted on 149 answerable and 150 unanswerable news questions together with half of those on the example archive; in
ten-fold cross-validation the area under the curve is .97 on those of the news and .89 on those of the examples (.93 and
.68 without these three). `python -m research.experiments.abstention` shows what the threshold costs on the same
news questions (`research/results/retrieval.md`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import chain

from assistant.english.dates.find import find_dates, find_window
from assistant.english.words import word_set
from assistant.library.embedders.base import Calibration
from assistant.records import DateMention
from assistant.retrieval.candidates import Candidate
from assistant.retrieval.query import Query
from assistant.retrieval.rerank import RankedSentence
from assistant.retrieval.scoring import coverage

ENOUGH = 0.36  # confidence below which nothing is answered from a small library
_SMALL = 100  # passages
_TENFOLD = 0.2  # log odds that it takes more for each ten times as many
_BEST = 5  # passages, and sentences, of which one may hold the answer
_FEW_DAYS = timedelta(days=7)  # a longer span than this is no time of one event
_LOOKED_AT = 10  # sentences whose articles are counted
_MOST_OF_ONE = 0.6  # share of them from which more of one article says nothing more
# Among the candidates: with fewer, that few articles hold the best sentences says nothing, nor that a name is found.
_FEW_ARTICLES = 5
_USUAL = 0.4  # share of the best sentences in one article where it says nothing
_USUAL_NAMES = 0.3  # share of names in a question where capitals say nothing
# Words that hardly any English question is without. Other languages write more than names with a capital.
_ENGLISH = word_set("the of is did does what who whom whose how when which where why are to")
_READ_POINTS, _READ_ODDS, _READ_CONSTANT = 0.6, 0.4, -0.1  # round numbers near the fit: `needed_confidence`
_STEM = 3  # letters that a stem has of its word, at least
_ENDING = 6  # letters that a word has more than its stem, fewer than this
_WORD = re.compile(r"[^\W_]+")


def confidence(
    query: Query,
    candidates: Sequence[Candidate],
    ranked: Sequence[RankedSentence],
    w: Calibration,
) -> float:
    """Return 0..1; 0 without evidence. `w` are the weights for the embedder in use.

    Where a reader has read the sentences, its best word counts as well: it holds for an archive of one article as for a
    million.
    """
    if not candidates or not ranked:
        return 0.0
    found = points(query, candidates, ranked, w)
    odds = [sentence.answers for sentence in ranked if sentence.answers is not None]
    if odds:
        found = _READ_POINTS * found + _READ_ODDS * max(odds) + _READ_CONSTANT
    return 1 / (1 + math.exp(-found))


def needed_confidence(passages: int, *, read: bool) -> float:
    """Return the confidence from which a question is answered, in a library of so many passages.

    Among many sentences some come near to any question by chance, so the same confidence is worth less in a large
    library. Refused of the answerable and of the unanswerable questions, at `ENOUGH` and with this:

        example archive, 112 passages       .04 and .70    .04 and .70
        4,931 articles of news, 86,130      .00 and .69    .02 and .80

    Where no reader has read the sentences the threshold stays: it was chosen on a large library.
    """
    if not read or passages <= _SMALL:
        return ENOUGH
    odds = math.log(ENOUGH / (1 - ENOUGH)) + _TENFOLD * math.log10(passages / _SMALL)
    return 1 / (1 + math.exp(-odds))


def points(query: Query, candidates: Sequence[Candidate], ranked: Sequence[RankedSentence], w: Calibration) -> float:
    """Return the log odds of an answer by words, nearness and time alone."""
    covered = max(coverage(query, set(chain.from_iterable(c.terms))) for c in candidates[:_BEST])
    return (
        w.meaning * max(sentence.meaning for sentence in ranked)
        + w.covered * covered
        + w.lead * candidates[0].features.lead
        + w.pairs * max(candidate.features.pairs for candidate in candidates)
        + w.names * _names(query, candidates)
        + w.concentrated * _concentrated(candidates, ranked)
        + w.days * _days(query, ranked)
        + w.constant
    )


def _names(query: Query, candidates: Sequence[Candidate]) -> float:
    """Return the share of the terms that are names: words with a capital, not the first word, not those of time."""
    words = _WORD.findall(query.question.casefold())
    if not _ENGLISH.intersection(words) or _few_articles(candidates):
        return _USUAL_NAMES
    window = find_window(query.question, query.asked_on)
    time = frozenset(_WORD.findall(window.words.casefold())) if window else frozenset()
    terms = [term for term in query.terms if not _is_of(term, time)]
    names = query.names - {words[0]}
    return sum(_is_of(term, names) for term in terms) / len(terms) if terms else _USUAL_NAMES


def _is_of(term: str, words: frozenset[str]) -> bool:
    """Whether a term is the stem of one of these; a stem may end differently ("daubri" of "daubry"), or be shorter."""
    return term in words or any(
        word.startswith(term[: max(_STEM, len(term) - 1)]) and len(word) - len(term) < _ENDING for word in words
    )


def _concentrated(candidates: Sequence[Candidate], ranked: Sequence[RankedSentence]) -> float:
    """Return the share of the best sentences that come from one article, the one with most; 0..`_MOST_OF_ONE`."""
    if _few_articles(candidates):
        return _USUAL
    rows = Counter(sentence.stored.version_id for sentence in ranked[:_LOOKED_AT])
    return min(_MOST_OF_ONE, max(rows.values()) / rows.total())


def _few_articles(candidates: Sequence[Candidate]) -> bool:
    return len({candidate.stored.version_id for candidate in candidates}) < _FEW_ARTICLES


def _days(query: Query, ranked: Sequence[RankedSentence]) -> int:
    """Return 1 or -1 where days are asked about, as one of the best sentences names one of them or not; otherwise 0."""
    asked = _few(find_dates(query.question, query.asked_on))
    if not asked:
        return 0
    said = chain.from_iterable(_few(find_dates(s.text, s.stored.info.published)) for s in ranked[:_BEST])
    return 1 if any(m.first <= a.last and a.first <= m.last for m in said for a in asked) else -1


def _few(mentions: Sequence[DateMention]) -> list[DateMention]:
    return [mention for mention in mentions if mention.last - mention.first <= _FEW_DAYS]
