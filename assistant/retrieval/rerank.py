"""From scored passages to ranked sentences, spread over articles, each text once.

An article stands where its best passage and sentence put it; within it, its sentences follow by what each says. So the
score of a sentence is that of its article less what it says less than the article's best one.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.english.cjk import cut_runs
from assistant.english.pronouns import points_back
from assistant.english.sentences import trimmed
from assistant.library.catalog import StoredPassage
from assistant.library.packing import unpack_sentences
from assistant.library.vectors import Vector
from assistant.records import ArticleInfo, Sentence
from assistant.retrieval import scoring
from assistant.retrieval.candidates import Candidate
from assistant.retrieval.copies import stands_for
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
_NAME = re.compile(r"(?<=[a-z,;:’'\"“”(] )[A-Z][\w’'-]+")  # a capital that does not begin the sentence


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence with what its rank is made of."""

    stored: StoredPassage
    article_text: str
    sentence: Sentence
    start: int  # of its words, in the article's text
    end: int
    text: str
    before: str  # the sentence before it, where this one points back to it
    score: float
    coverage: float  # share of the question's weighted terms that it holds, 0..1
    meaning: float  # cosine with the question


class _Scored(NamedTuple):
    """A sentence of a candidate."""

    candidate: Candidate
    place: int  # in the candidate
    start: int
    end: int
    text: str
    merit: float  # among the sentences of its article
    standing: float  # of its article, if this is its best sentence
    coverage: float
    meaning: float


def rank_sentences(candidates: Sequence[Candidate], query: Query, vector: Vector, limit: int) -> list[RankedSentence]:
    """The `limit` best sentences of the best passages; no two with the same words.

    The score of a sentence falls with each better one of its article in the list, so that the list is spread over
    articles, and scores fall along the list.
    """
    texts = [scoring.text_score(candidate.features) for candidate in candidates]
    chosen = scoring.best_of_both([candidate.score for candidate in candidates], texts, PASSAGES)
    found = [scored for i in chosen for scored in _sentences(candidates[i], query, vector)]
    level = _levels(found)
    order = sorted(
        ((level[s.candidate.stored.version_id] + s.merit, s) for s in found),
        key=lambda pair: (-pair[0], pair[1].candidate.stored.passage_id, pair[1].start),
    )
    spread = _spread(_distinct(order, query.outlets), limit, query.outlets)
    return [_ranked(sentence, score) for score, sentence in spread]


def _sentences(candidate: Candidate, query: Query, vector: Vector) -> Iterator[_Scored]:
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
        merit = scoring.PASSAGE * candidate.score + says
        standing = candidate.score + scoring.SENTENCE * says
        yield _Scored(candidate, i, start, end, words, merit, standing, covered[i], meanings[i])


def _levels(found: Sequence[_Scored]) -> dict[int, float]:
    """What the merits of an article's sentences are raised by, so that its best one has the standing of the article."""
    standing: dict[int, float] = {}
    merit: dict[int, float] = {}
    for sentence in found:
        row = sentence.candidate.stored.version_id
        standing[row] = max(standing.get(row, sentence.standing), sentence.standing)
        merit[row] = max(merit.get(row, sentence.merit), sentence.merit)
    return {row: standing[row] - merit[row] for row in standing}


def _ranked(scored: _Scored, score: float) -> RankedSentence:
    candidate = scored.candidate
    sentence = candidate.sentences[scored.place]
    before = _before(candidate, sentence) if points_back(scored.text) else ""
    return RankedSentence(
        stored=candidate.stored,
        article_text=candidate.article.text,
        sentence=sentence,
        start=scored.start,
        end=scored.end,
        text=scored.text,
        before=before,
        score=score,
        coverage=scored.coverage,
        meaning=scored.meaning,
    )


def is_fragment(text: str) -> bool:
    """Whether this is no whole sentence: without an end mark, or of fewer than four words.

    Of what is written without spaces two letters count as a word, as in the index.
    """
    return not _ENDED.search(text) or len(cut_runs(text).split()) < _FEWEST_WORDS


def _before(candidate: Candidate, sentence: Sentence) -> str:
    if sentence.index == 0:
        return ""
    (earlier,) = candidate.article.sentences(sentence.index - 1, sentence.index - 1)
    start, end = trimmed(candidate.article.text, earlier)
    return candidate.article.text[start:end]


def _meanings(candidate: Candidate, vector: Vector) -> list[float]:
    """Cosine of each sentence with the question; that of the passage for an embedder without sentence vectors."""
    matrix = unpack_sentences(candidate.vectors, len(vector))
    if matrix is None or len(matrix) != len(candidate.sentences):
        return [candidate.cosine] * len(candidate.sentences)
    cosines: list[float] = (matrix @ vector).tolist()
    return cosines


def _has_answer_type(text: str, query: Query) -> bool:
    """Whether the sentence holds what could be an answer: a number or a day where one is asked, else a new name."""
    if not query.asks:
        return False
    if query.wants_number:
        return any(match[0].casefold() not in query.question.casefold() for match in _NUMBER.finditer(text))
    return any(name.casefold() not in query.names for name in _NAME.findall(text))


_Placed = tuple[float, _Scored]  # its score, and a sentence


def _distinct(ranked: Sequence[_Placed], outlets: Collection[str]) -> list[_Placed]:
    """Each text once, in the place of the best-ranked one: a syndicated sentence is no second piece of evidence."""
    first: dict[str, _Placed] = {}
    for score, sentence in ranked:
        words = " ".join(sentence.text.casefold().split())
        held = first.setdefault(words, (score, sentence))
        if stands_for(_info(sentence), _info(held[1]), outlets):
            first[words] = (held[0], sentence)
    return list(first.values())


def _info(sentence: _Scored) -> ArticleInfo:
    return sentence.candidate.stored.info


def nearly_the_same(one: str, other: str) -> bool:
    """Whether two sentences say the same in almost the same words, as reprints do; other numbers are never the same."""
    if not 0.8 < len(one) / len(other) < 1.25:
        return False
    a, b = (frozenset(_WORD.findall(text.casefold())) for text in (one, other))
    numbers_differ = any(word[0].isdigit() for word in a ^ b)
    return not numbers_differ and len(a & b) >= _ALIKE * len(a | b)


def _spread(ranked: Sequence[_Placed], limit: int, outlets: Collection[str]) -> list[_Placed]:
    """The best `limit`, no two nearly the same, where each counts `REPEAT` less for every better one of its story."""
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
