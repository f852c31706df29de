"""From a question to a short list of evidence sentences.

question -> Query -> candidate passages -> their sentences, ranked -> Evidence
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from assistant.english.dates.find import find_dates
from assistant.english.question_parts import question_parts
from assistant.english.speakers import speaker_of
from assistant.errors import LibraryMissing, UsageError
from assistant.library.catalog import PENDING
from assistant.library.library import Library
from assistant.records import ArticleInfo, Evidence, Filters, Retrieved
from assistant.retrieval.candidates import find_candidates
from assistant.retrieval.confidence import strength
from assistant.retrieval.overview import STRENGTH, overview
from assistant.retrieval.query import LONGEST_QUESTION, Query, understand
from assistant.retrieval.rerank import RankedSentence, rank_sentences
from assistant.retrieval.scoring import highest


class Retriever:
    """Searches one library, which must be ready (see `Library.ready`)."""

    def __init__(self, library: Library) -> None:
        """Nothing is loaded yet."""
        self._library = library

    def understand(self, question: str, *, asked_on: date, filters: Filters) -> Query:
        """The query behind a question. Raises `UsageError` for an unusable question, `LibraryMissing` when empty."""
        _check(question, self._library)
        return understand(question, asked_on, filters, self._library.lexical, self._library.outlets)

    def retrieve(self, question: str, *, limit: int, asked_on: date, filters: Filters, compared: int = 0) -> Retrieved:
        """The `limit` best sentences, best first, no text twice; scores fall along the list.

        With `compared` above `limit`, the sentences up to that rank are in `further`. A question about several things
        is searched part by part, and the parts take turns in the list; their strength is that of the best-supported
        one.
        """
        found = [
            self._retrieve_one(part, limit, max(limit, compared), asked_on, filters)
            for part in question_parts(question)
        ]
        ranked = _taking_turns([part.evidence for part in found]) if len(found) > 1 else found[0].evidence
        return Retrieved(
            evidence=ranked[:limit],
            strength=max(part.strength for part in found),
            missing=tuple(dict.fromkeys(word for part in found for word in part.missing)),
            further=ranked[limit : max(limit, compared)],
        )

    def _retrieve_one(self, question: str, limit: int, wanted: int, asked_on: date, filters: Filters) -> Retrieved:
        """The `wanted` best sentences for one part of a question; their strength is that of the first `limit`."""
        query = self.understand(question, asked_on=asked_on, filters=filters)
        if query.only_time and (listed := overview(self._library, query, wanted)):
            return Retrieved(evidence=tuple(_evidence(s, s.score) for s in listed), strength=STRENGTH)
        vectors = self._library.embedder.embed([question])
        candidates = find_candidates(self._library, query, vectors[0])
        ranked = rank_sentences(candidates, query, self._library.embedder.narrow(vectors)[0], wanted)
        return Retrieved(
            evidence=tuple(_evidence(s, s.score / highest()) for s in ranked),
            strength=strength(query, candidates, ranked[:limit], self._library.embedder.calibration),
            missing=query.missing,
        )


def _taking_turns(lists: Sequence[Sequence[Evidence]]) -> tuple[Evidence, ...]:
    """The best of each list, then the second best of each …, no sentence twice.

    Each list's scores are scaled so that all lists begin with the same one: none counts for less than another.
    """
    best = max((found[0].score for found in lists if found), default=0.0)
    level = [_scaled(found, best / found[0].score) for found in lists if found and found[0].score > 0]
    chosen: dict[str, Evidence] = {}
    for rank in zip_longest(*level):
        for evidence in rank:
            if evidence is not None:
                chosen.setdefault(evidence.ref, evidence)
    return tuple(chosen.values())


def _scaled(found: Sequence[Evidence], factor: float) -> list[Evidence]:
    return [replace(evidence, score=evidence.score * factor) for evidence in found]


def _check(question: str, library: Library) -> None:
    if not question.strip():
        raise UsageError("The question is empty.")
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} are searched. Shorten it."
        )
    if library.size == 0 and library.catalog.version_ids(PENDING):
        raise LibraryMissing(f"The library {library.folder} is being filled. Ask again in a minute.")
    if library.size == 0:
        raise LibraryMissing(f"The library {library.folder} holds no articles. Add some: assistant ingest FOLDER")


def _evidence(ranked: RankedSentence, score: float) -> Evidence:
    info = ranked.stored.info
    return Evidence(
        ref=reference(info, ranked.sentence.index),
        article=info,
        sentence=ranked.sentence.index,
        start=ranked.start,
        end=ranked.end,
        text=ranked.text,
        score=min(1.0, max(0.0, score)),
        dates=find_dates(ranked.text, info.published),
        before=ranked.before,
        words=ranked.coverage,
        meaning=ranked.meaning,
        speaker=str(speaker_of(ranked.article_text, ranked.start, ranked.end) or ""),
    )


def reference(info: ArticleInfo, sentence: int) -> str:
    """The stable reference of a sentence: it names the text, so it means the same in every library that holds it."""
    return f"{info.id}-{info.text_hash[:6]}-{sentence + 1}"
