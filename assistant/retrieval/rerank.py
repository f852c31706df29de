"""Rerank: from scored passages to ranked sentences, spread over articles, near-duplicates left out.

An article stands where its best passage and sentence put it; within it, its sentences follow by what each says. So the
score of a sentence is that of its article less what it says less than the article's best one.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from assistant.english.cjk import cut_runs
from assistant.english.names import names_inside
from assistant.english.sentences import trimmed
from assistant.english.words import points_back
from assistant.library.catalog import StoredPassage, StoredText
from assistant.library.embedders.base import FloatVector
from assistant.library.packing import unpack_sentences
from assistant.records import ArticleInfo, Sentence
from assistant.retrieval import scoring
from assistant.retrieval.candidates import Candidate
from assistant.retrieval.query import Query

PASSAGES = 40  # whose sentences are ranked: half for their words alone, the others the best by words and time

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|half"
    r"|third|quarter|monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|today)\b"
    r"|[一二三四五六七八九十百千万萬億亿两兩][一二三四五六七八九十百千万萬億亿人名个個年月日天时時円元米倍件]",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…。！？؟:;][\s\"'”’»)\]」』）】》]*$")
_FEWEST_WORDS = 4
_ALIKE = 0.85  # share of the words of two sentences that both have
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence, and the parts of its score."""

    stored: StoredPassage
    article: StoredText
    sentence: Sentence
    start: int  # of its words, in the article's text
    end: int
    text: str
    before: str  # the sentence before it, where this one points back to it
    score: float
    coverage: float  # share of the question's weighted terms that it holds, 0..1
    meaning: float  # cosine with the question
    earlier: str = ""  # the sentence before it, always
    answers: float | None = None  # log odds that it answers at all, by both words of the reader; None when not asked
    worth: float | None = None  # log odds that it answers, by the reader and its score; None when it was not read


class _Scored(NamedTuple):
    """A sentence of a candidate."""

    candidate: Candidate
    place: int  # in the candidate
    start: int
    end: int
    text: str
    sentence_score: float  # among the sentences of its article
    article_score: float  # of its article, if this is its best sentence
    coverage: float
    meaning: float


def rerank(candidates: Sequence[Candidate], query: Query, vector: FloatVector, limit: int) -> list[RankedSentence]:
    """Return the `limit` best sentences of the best passages; no two with the same words.

    The score of a sentence falls with each better one of its article in the list, so that the list is spread over
    articles, and scores fall along the list.
    """
    texts = [scoring.text_score(candidate.features) for candidate in candidates]
    chosen = scoring.best_of_both([candidate.score for candidate in candidates], texts, PASSAGES)
    found = [scored for i in chosen for scored in _sentences(candidates[i], query, vector)]
    level = _levels(found)
    order = sorted(
        ((level[s.candidate.stored.version_id] + s.sentence_score, s) for s in found),
        key=lambda pair: (-pair[0], pair[1].candidate.stored.passage_id, pair[1].start),
    )
    spread = _spread(_distinct(order, query.outlets), limit, query.outlets)
    return [_ranked(sentence, score) for score, sentence in spread]


def _sentences(candidate: Candidate, query: Query, vector: FloatVector) -> Iterator[_Scored]:
    text = candidate.article.text
    covered = [scoring.coverage(query, set(terms)) for terms in candidate.terms]
    meanings = _meanings(candidate, vector)
    for i, sentence in enumerate(candidate.sentences):
        start, end = trimmed(text, sentence)
        words = text[start:end]
        beside = max(covered[max(0, i - 1) : i] + covered[i + 1 : i + 2], default=0.0)
        says = (
            scoring.COVERAGE * covered[i]
            + scoring.MEANING * meanings[i]
            + scoring.NEIGHBOUR * beside
            + scoring.ANSWER_TYPE * _has_answer_type(words, query)
        )
        sentence_score = scoring.PASSAGE * candidate.score + says
        article_score = candidate.score + scoring.SENTENCE * says
        yield _Scored(candidate, i, start, end, words, sentence_score, article_score, covered[i], meanings[i])


def _levels(found: Sequence[_Scored]) -> dict[int, float]:
    """Return what raises the sentence scores of each article so that its best sentence has the score of the article."""
    article_score: dict[int, float] = {}
    sentence_score: dict[int, float] = {}
    for sentence in found:
        row = sentence.candidate.stored.version_id
        article_score[row] = max(article_score.get(row, sentence.article_score), sentence.article_score)
        sentence_score[row] = max(sentence_score.get(row, sentence.sentence_score), sentence.sentence_score)
    return {row: article_score[row] - sentence_score[row] for row in article_score}


def _ranked(scored: _Scored, score: float) -> RankedSentence:
    candidate = scored.candidate
    sentence = candidate.sentences[scored.place]
    earlier = _before(candidate, sentence)
    return RankedSentence(
        stored=candidate.stored,
        article=candidate.article,
        sentence=sentence,
        start=scored.start,
        end=scored.end,
        text=scored.text,
        before=earlier if points_back(scored.text) else "",
        score=score,
        coverage=scored.coverage,
        meaning=scored.meaning,
        earlier=earlier,
    )


def is_fragment(text: str) -> bool:
    """Whether this is not a whole sentence: it has no end mark, or fewer than four words.

    In text written without spaces two letters count as a word, as in the index.
    """
    return not _ENDED.search(text) or len(cut_runs(text).split()) < _FEWEST_WORDS


def _before(candidate: Candidate, sentence: Sentence) -> str:
    if sentence.index == 0:
        return ""
    (earlier,) = candidate.article.sentences(sentence.index - 1, sentence.index - 1)
    start, end = trimmed(candidate.article.text, earlier)
    return candidate.article.text[start:end]


def _meanings(candidate: Candidate, vector: FloatVector) -> list[float]:
    """Return the cosine of each sentence with the question; that of the passage if there are no sentence vectors."""
    matrix = unpack_sentences(candidate.vectors, len(vector))
    if matrix is None or len(matrix) != len(candidate.sentences):
        return [candidate.cosine] * len(candidate.sentences)
    cosines: list[float] = (matrix @ vector).tolist()
    return cosines


def _has_answer_type(text: str, query: Query) -> bool:
    """Whether the sentence could hold the answer: a number or day where one is asked for, else a new name."""
    if not query.asks:
        return False
    if query.wants_number:
        return any(match[0].casefold() not in query.question.casefold() for match in _NUMBER.finditer(text))
    return any(name.casefold() not in query.names for name in names_inside(text))


_Placed = tuple[float, _Scored]  # its score, and a sentence


def _distinct(ranked: Sequence[_Placed], outlets: Collection[str]) -> list[_Placed]:
    """Return each text once, in the place of the best-ranked one: a syndicated sentence is no second evidence."""
    first: dict[str, _Placed] = {}
    for score, sentence in ranked:
        words = " ".join(sentence.text.casefold().split())
        held = first.setdefault(words, (score, sentence))
        if held[1] is not sentence and stands_for(_info(sentence), _info(held[1]), outlets):
            first[words] = (held[0], sentence)
    return list(first.values())


def _info(sentence: _Scored) -> ArticleInfo:
    return sentence.candidate.stored.info


def nearly_the_same(one: str, other: str) -> bool:
    """Whether two sentences are near-duplicates, as in reprints; with other numbers they never are."""
    if not 0.8 < len(one) / len(other) < 1.25:
        return False
    a, b = _word_set(one), _word_set(other)
    numbers_differ = any(word[0].isdigit() for word in a ^ b)
    return not numbers_differ and len(a & b) >= _ALIKE * len(a | b)


@lru_cache(maxsize=2048)
def _word_set(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _spread(ranked: Sequence[_Placed], limit: int, outlets: Collection[str]) -> list[_Placed]:
    """Return the best `limit`, no near-duplicates; each counts `REPEAT` less for every better one of its story."""
    waiting: dict[str, list[_Placed]] = {}
    for placed in ranked:
        info = _info(placed[1])
        waiting.setdefault(info.story or info.id, []).append(placed)
    queue = [(-sentences[0][0], story, 0) for story, sentences in waiting.items()]
    heapq.heapify(queue)
    chosen: list[_Placed] = []
    while queue and len(chosen) < limit:
        lowered, story, place = heapq.heappop(queue)
        _, sentence = waiting[story][place]
        twin = next((i for i, (_, other) in enumerate(chosen) if nearly_the_same(sentence.text, other.text)), None)
        if twin is None:
            chosen.append((-lowered, sentence))
        elif stands_for(_info(sentence), _info(chosen[twin][1]), outlets):
            chosen[twin] = (chosen[twin][0], sentence)
        if place + 1 < len(waiting[story]):
            following, _ = waiting[story][place + 1]
            heapq.heappush(queue, (scoring.REPEAT * (place + 1) - following, story, place + 1))
    return chosen


def stands_for(one: ArticleInfo, other: ArticleInfo, outlets: Collection[str]) -> bool:
    """Whether a sentence that two near-duplicate articles share is cited from `one` rather than from `other`.

    First comes a print of an outlet that the question names, then one that was not retracted, then a dated one, then
    the earliest, then one whose outlet is known; last the smaller id decides. False for articles of two stories.
    """
    return bool(one.story) and one.story == other.story and _order(one, outlets) < _order(other, outlets)


def _order(info: ArticleInfo, outlets: Collection[str]) -> tuple[bool, bool, bool, date, bool, str]:
    return (
        info.outlet not in outlets,
        info.notice_kind == "retraction",
        info.published is None,
        info.published or date.max,
        not info.outlet,
        info.id,
    )
