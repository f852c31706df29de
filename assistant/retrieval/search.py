"""From a question to a short list of evidence sentences.

question -> Query -> candidate passages -> their sentences, ranked -> Evidence
"""

from __future__ import annotations

from datetime import date

from assistant.corpus.dates import find_dates
from assistant.errors import LibraryMissing, UsageError
from assistant.library.library import Library
from assistant.records import ArticleInfo, Evidence, Filters, Retrieved
from assistant.retrieval.candidates import find_candidates
from assistant.retrieval.query import LONGEST_QUESTION, Query, understand
from assistant.retrieval.scoring import HIGHEST
from assistant.retrieval.sentences import RankedSentence, rank_sentences
from assistant.retrieval.strength import strength


class Retriever:
    """Searches one library, which must be ready (see `Library.ready`)."""

    def __init__(self, library: Library) -> None:
        """Nothing is loaded yet."""
        self._library = library

    def understand(self, question: str, *, asked_on: date, filters: Filters) -> Query:
        """The query behind a question. Raises `UsageError` for an unusable question, `LibraryMissing` when empty."""
        _check(question, self._library)
        return understand(question, asked_on, filters, self._library.lexical, self._library.outlets)

    def retrieve(self, question: str, *, limit: int, asked_on: date, filters: Filters) -> Retrieved:
        """The `limit` best sentences, best first, no text twice; scores fall along the list."""
        query = self.understand(question, asked_on=asked_on, filters=filters)
        vector = self._library.embedder.embed([question])[0]
        candidates = find_candidates(self._library, query, vector)
        ranked = rank_sentences(candidates, query, vector, self._library.lexical.terms, limit)
        return Retrieved(
            evidence=tuple(_evidence(sentence) for sentence in ranked),
            strength=strength(query, candidates, ranked, self._library.lexical.terms, self._library.embedder.name),
            missing=query.missing,
        )


def _check(question: str, library: Library) -> None:
    if not question.strip():
        raise UsageError("The question is empty.")
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} can be searched for."
        )
    if library.size == 0:
        raise LibraryMissing(f"The library {library.folder} holds no articles. Add some: assistant ingest FOLDER")


def _evidence(ranked: RankedSentence) -> Evidence:
    info = ranked.stored.info
    return Evidence(
        ref=reference(info, ranked.sentence.index),
        article=info,
        sentence=ranked.sentence.index,
        start=ranked.start,
        end=ranked.end,
        text=ranked.text,
        score=min(1.0, max(0.0, ranked.score / HIGHEST)),
        dates=find_dates(ranked.text, info.published),
        before=ranked.before,
    )


def reference(info: ArticleInfo, sentence: int) -> str:
    """The stable reference of a sentence: it names the text, so it means the same in every library that holds it."""
    return f"{info.id}-{info.text_hash[:6]}-{sentence + 1}"
