"""From a question to a short list of evidence sentences.

question -> Query -> hits of both indexes -> fused passages -> their sentences, ranked -> Evidence
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.corpus.dates import find_dates
from assistant.corpus.sentences import trimmed
from assistant.errors import LibraryMissing, UsageError
from assistant.library.library import Library
from assistant.library.packing import CachedVectors, unpack_sentences
from assistant.library.rows import StoredPassage
from assistant.library.vectors import Hit, Vector
from assistant.records import ArticleInfo, Evidence, Filters, Retrieved, Sentence
from assistant.retrieval.fusion import CANDIDATES, fuse
from assistant.retrieval.query import LONGEST_QUESTION, Query, understand

PASSAGES = 40  # best passages whose sentences are ranked

# Weights of a sentence's score; they add to 1.
_OF_PASSAGE = 0.45  # fused score of its passage, 0..1
_OF_MEANING = 0.30  # cosine with the question, negative ones as 0
_OF_TERMS = 0.25  # share of the question's weighted terms that the sentence holds


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence of a found passage."""

    info: ArticleInfo
    sentence: Sentence
    start: int
    end: int
    text: str
    score: float
    shared: float
    meaning: float


class Retriever:
    """Searches one library."""

    def __init__(self, library: Library) -> None:
        """`library` must be ready (see `Library.ready`)."""
        self._library = library

    def retrieve(self, question: str, *, limit: int, asked_on: date, filters: Filters) -> Retrieved:
        """The `limit` best sentences, best first, no text twice. Raises `UsageError` for an unusable question."""
        _check(question, self._library)
        query = understand(question, asked_on, filters, self._library.lexical)
        vector = self._library.embedder.embed([question])[0]
        passages = self._passages(query, vector)
        ranked = sorted(self._candidates(query, vector, passages), key=lambda c: (-c.score, c.info.id, c.start))
        best = _distinct(ranked)[:limit]
        return Retrieved(
            evidence=tuple(_evidence(candidate) for candidate in best),
            strength=self._strength(query, vector, best),
            missing=(),
        )

    def _strength(self, query: Query, vector: Vector, best: Sequence[_Candidate]) -> float:
        return max((max(c.shared, c.meaning) for c in best), default=0.0)

    def _passages(self, query: Query, vector: Vector) -> list[tuple[StoredPassage, float]]:
        """The best passages with their fused score, best first."""
        dense = self._library.vectors.search(vector, CANDIDATES, query.filters)
        lexical = self._library.lexical.search(list(query.terms), CANDIDATES, query.filters)
        best: Sequence[Hit] = fuse(dense, lexical)[:PASSAGES]
        stored = self._library.catalog.searchable_passages([hit.key for hit in best])
        return [(stored[hit.key], hit.score) for hit in best if hit.key in stored]

    def _candidates(
        self, query: Query, vector: Vector, passages: Sequence[tuple[StoredPassage, float]]
    ) -> Iterator[_Candidate]:
        catalog = self._library.catalog
        texts = catalog.texts(sorted({stored.row for stored, _ in passages}))
        cached = catalog.cached(self._library.embedder.name, [stored.text_hash for stored, _ in passages])
        for stored, passage_score in passages:
            text, sentences = texts[stored.row]
            inside = sentences[stored.passage.first : stored.passage.last + 1]
            meanings = _cosines(cached.get(stored.text_hash), vector, len(inside), passage_score)
            for sentence, meaning in zip(inside, meanings, strict=True):
                start, end = trimmed(text, sentence)
                words = text[start:end]
                shared = self._shared(query, words)
                score = _OF_PASSAGE * passage_score + _OF_MEANING * max(meaning, 0.0) + _OF_TERMS * shared
                yield _Candidate(stored.info, sentence, start, end, words, score, shared, meaning)

    def _shared(self, query: Query, words: str) -> float:
        """Share of the question's weighted terms that occur in `words`, 0..1."""
        total = sum(query.terms.values())
        if not total:
            return 0.0
        present = set(self._library.lexical.terms(words))
        return sum(weight for term, weight in query.terms.items() if term in present) / total


def _check(question: str, library: Library) -> None:
    if not question.strip():
        raise UsageError("The question is empty.")
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} can be searched for."
        )
    if library.catalog.passage_count() == 0:
        raise LibraryMissing(f"The library {library.folder} holds no articles. Add some: assistant ingest FOLDER")


def _cosines(cached: CachedVectors | None, vector: Vector, sentences: int, otherwise: float) -> Sequence[float]:
    """Cosine of each sentence with the question; `otherwise` for an embedder that gives no sentence vectors."""
    matrix = unpack_sentences(cached) if cached else None
    if matrix is None or len(matrix) != sentences:
        return [otherwise] * sentences
    cosines: list[float] = (matrix @ vector).tolist()
    return cosines


def _distinct(ranked: Sequence[_Candidate]) -> list[_Candidate]:
    """Each text once, the best-ranked one: a syndicated sentence is no second piece of evidence."""
    first: dict[str, _Candidate] = {}
    for candidate in ranked:
        first.setdefault(" ".join(candidate.text.casefold().split()), candidate)
    return list(first.values())


def _evidence(candidate: _Candidate) -> Evidence:
    info = candidate.info
    return Evidence(
        ref=reference(info, candidate.sentence.index),
        article=info,
        sentence=candidate.sentence.index,
        start=candidate.start,
        end=candidate.end,
        text=candidate.text,
        score=min(1.0, max(0.0, candidate.score)),
        dates=find_dates(candidate.text, info.published),
    )


def reference(info: ArticleInfo, sentence: int) -> str:
    """The stable reference of a sentence: it names the text, so it means the same in every library that holds it."""
    return f"{info.id}-{info.text_hash[:6]}-{sentence + 1}"
