"""From scored passages to ranked sentences, spread over articles, each text once."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.corpus.sentences import trimmed
from assistant.library.packing import unpack_sentences
from assistant.library.rows import StoredPassage
from assistant.library.vectors import Vector
from assistant.records import Sentence
from assistant.retrieval import scoring
from assistant.retrieval.candidates import Candidate
from assistant.retrieval.query import Query

PASSAGES = 40  # best passages whose sentences are ranked

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|half"
    r"|third|quarter|monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|today)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…。！？؟:;][\s\"'”’»)\]]*$")
_FEWEST_WORDS = 4
_ALIKE = 0.85  # share of the words of two sentences that both have
_WORD = re.compile(r"\w+")
_POINTING = re.compile(
    r"[“\"‘']*(?:but |and |yet |still, |then |later,? )?"
    r"(?:he|she|it|they|his|her|its|their|this|that|these|those|both|such|the (?:two|pair|latter|former))\b",
    re.IGNORECASE,
)
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


def rank_sentences(candidates: Sequence[Candidate], query: Query, vector: Vector, limit: int) -> list[RankedSentence]:
    """The `limit` best sentences of the best passages; no two with the same words.

    The score of a sentence falls with each better one of its article in the list, so that the list is spread over
    articles, and scores fall along the list.
    """
    found = [r for candidate in candidates[:PASSAGES] for r in _sentences(candidate, query, vector)]
    return _spread(_distinct(sorted(found, key=lambda r: (-r.score, r.stored.key, r.start))), limit)


def _sentences(candidate: Candidate, query: Query, vector: Vector) -> Iterator[RankedSentence]:
    text = candidate.article.text
    spans = [trimmed(text, sentence) for sentence in candidate.sentences]
    texts = [text[start:end] for start, end in spans]
    covered = [scoring.coverage(query, set(terms)) for terms in candidate.terms]
    meanings = _meanings(candidate, vector)
    for i, sentence in enumerate(candidate.sentences):
        beside = max(covered[max(0, i - 1) : i] + covered[i + 1 : i + 2], default=0.0)
        score = (
            candidate.score
            + scoring.COVERAGE * covered[i]
            + scoring.MEANING * meanings[i]
            + scoring.NEIGHBOUR * beside
            + scoring.ANSWER_TYPE * _has_answer_type(texts[i], query)
        )
        before = _before(candidate, sentence) if points_back(texts[i]) else ""
        words = (*spans[i], texts[i], before)
        yield RankedSentence(candidate.stored, text, sentence, *words, score, covered[i], meanings[i])


def points_back(text: str) -> bool:
    """Whether a sentence can hardly be understood without the one before, since it opens with "He", "But they" or so.

    Only the opening counts, within quotation marks too; "it" further on mostly means something in the sentence.
    """
    return bool(_POINTING.match(text))


def is_fragment(text: str) -> bool:
    """Whether this is no whole sentence: without an end mark, or of fewer than four words."""
    return not _ENDED.search(text) or len(text.split()) < _FEWEST_WORDS


def _before(candidate: Candidate, sentence: Sentence) -> str:
    if sentence.index == 0:
        return ""
    (earlier,) = candidate.article.sentences(sentence.index - 1, sentence.index - 1)
    start, end = trimmed(candidate.article.text, earlier)
    return candidate.article.text[start:end]


def _meanings(candidate: Candidate, vector: Vector) -> list[float]:
    """Cosine of each sentence with the question; that of the passage for an embedder without sentence vectors."""
    matrix = unpack_sentences(candidate.vectors)
    if matrix is None or len(matrix) != len(candidate.sentences):
        return [candidate.cosine] * len(candidate.sentences)
    cosines: list[float] = (matrix @ vector).tolist()
    return cosines


def _has_answer_type(text: str, query: Query) -> bool:
    """Whether the sentence holds what could be an answer: a number or a day where one is asked, else a new name."""
    if query.wants_number:
        return any(match[0].casefold() not in query.question.casefold() for match in _NUMBER.finditer(text))
    return any(name.casefold() not in query.names for name in _NAME.findall(text))


def _distinct(ranked: Sequence[RankedSentence]) -> list[RankedSentence]:
    """Each text once, the best-ranked one: a syndicated sentence is no second piece of evidence."""
    first: dict[str, RankedSentence] = {}
    for sentence in ranked:
        first.setdefault(" ".join(sentence.text.casefold().split()), sentence)
    return list(first.values())


def nearly_the_same(one: str, other: str) -> bool:
    """Whether two sentences say the same in almost the same words, as reprints do; other numbers are never the same."""
    if not 0.8 < len(one) / len(other) < 1.25:
        return False
    a, b = (frozenset(_WORD.findall(text.casefold())) for text in (one, other))
    numbers_differ = any(word[0].isdigit() for word in a ^ b)
    return not numbers_differ and len(a & b) >= _ALIKE * len(a | b)


def _spread(ranked: Sequence[RankedSentence], limit: int) -> list[RankedSentence]:
    """The best `limit`, no two nearly the same, where each counts `REPEAT` less for every better one of its article."""
    waiting: dict[int, list[RankedSentence]] = {}
    for sentence in ranked:
        waiting.setdefault(sentence.stored.row, []).append(sentence)
    queue = [(-sentences[0].score, row, 0) for row, sentences in waiting.items()]
    heapq.heapify(queue)
    chosen: list[RankedSentence] = []
    while queue and len(chosen) < limit:
        lowered, row, place = heapq.heappop(queue)
        sentence = waiting[row][place]
        if not any(nearly_the_same(sentence.text, other.text) for other in chosen):
            chosen.append(replace(sentence, score=-lowered))
        if place + 1 < len(waiting[row]):
            following = waiting[row][place + 1]
            heapq.heappush(queue, (scoring.REPEAT * (place + 1) - following.score, row, place + 1))
    return chosen
