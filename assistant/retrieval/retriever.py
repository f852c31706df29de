"""From a question to a short list of evidence sentences.

    question -> Query -> candidate passages (hybrid search) -> their sentences, reranked -> Evidence, and how confident
    one may be that it holds an answer

`annotated` adds the dates that a sentence names, who says it, and the sentence before. Reading dates and speakers takes
longer than ranking a sentence, so it is done for the few that are offered, shown or compared and not for all that were
found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, zip_longest

from assistant.english.dates.find import find_dates
from assistant.english.questions import asked_otherwise, question_parts
from assistant.english.sentences import trimmed
from assistant.english.speakers import speaker_of
from assistant.english.words import content_words
from assistant.errors import LibraryMissing, UsageError
from assistant.library.catalog import PENDING
from assistant.library.embedders.base import FloatMatrix
from assistant.library.library import Library
from assistant.reader.protocol import Reader
from assistant.records import Evidence, Filters, Retrieved
from assistant.retrieval.candidates import Candidate, hybrid_search
from assistant.retrieval.confidence import confidence, needed_confidence
from assistant.retrieval.evidence import (
    AMONG,
    MOST_TOGETHER,
    evidence_of,
    needed_around,
    read_again,
    reference,
    retells_an_error,
    with_also_in,
)
from assistant.retrieval.query import LONGEST_QUESTION, Query, understand
from assistant.retrieval.rerank import RankedSentence, rerank
from assistant.retrieval.scoring import highest
from assistant.retrieval.spelling import as_printed
from assistant.retrieval.time_only import CONFIDENCE, time_only_search


class Retriever:
    """Searches one library."""

    def __init__(self, library: Library, reader: Reader | None = None) -> None:
        """Nothing is loaded yet. A reader, where there is one, reads the best sentences once more."""
        self._library = library
        self._reader = reader

    def understand(self, question: str, *, asked_on: date, filters: Filters) -> Query:
        """Return the query behind a question.

        Raises `UsageError` for an unusable question and `LibraryMissing` when there are no articles.
        """
        with self._library.lock:
            self._library.ready()
            _check(question, self._library)
            return understand(question, asked_on, filters, self._library.indexes.lexical, self._library.outlets)

    def retrieve(self, question: str, *, limit: int, asked_on: date, filters: Filters, compared: int = 0) -> Retrieved:
        """Return the `limit` best sentences, best first, no text twice; scores fall along the list.

        The next best, up to rank `compared`, are in `further`. A question about several things is searched part by
        part, one that reports say otherwise in their words too; these take turns in the list, and the confidence in
        them is that in the best-supported one.
        """
        wanted = max(limit, compared)
        otherwise = asked_otherwise(question)
        asked = [*question_parts(question), *([otherwise] if otherwise else [])]
        queries = [self.understand(part, asked_on=asked_on, filters=filters) for part in asked]
        found = [self._retrieve(query, limit, wanted) for query in queries]
        if otherwise and not _says_so(found[-1], question, otherwise):
            found.pop()
        ranked = _taking_turns([part.evidence for part in found])[:wanted] if len(found) > 1 else found[0].evidence
        copies = self._library.catalog.prints([e.article for e in ranked])
        ranked = tuple(with_also_in(e, copies) for e in ranked)
        return Retrieved(
            evidence=ranked[:limit],
            confidence=max(part.confidence for part in found),
            enough=needed_confidence(self._library.size, read=self._reader is not None),
            missing=tuple(dict.fromkeys(word for part in found for word in part.missing)),
            worth=_best_of_each(part.worth for part in found),
            further=ranked[limit:],
            texts={article: text for part in found for article, text in part.texts.items()},
            sentences={article: tiles for part in found for article, tiles in part.sentences.items()},
            copies=copies,
        )

    def _retrieve(self, query: Query, limit: int, wanted: int) -> Retrieved:
        """Return the `wanted` best sentences for one query, and the confidence in the first `limit` of them."""
        with self._library.lock:
            if query.only_time and (listed := time_only_search(self._library, query, wanted)):
                return _retrieved(listed, 1.0, CONFIDENCE, ())
            vectors = self._library.embedder.embed([query.question])
            candidates = hybrid_search(self._library, query, vectors[0])
        return self._ranked(query, candidates, vectors, limit, wanted)

    def retrieve_statements(
        self, statements: Sequence[str], *, limit: int, asked_on: date, filters: Filters, in_a_row: bool = False
    ) -> Iterator[Retrieved]:
        """Yield the `limit` best sentences for each statement of a text; the statements are embedded together.

        Each is searched as one statement, without the parts that a question is read for. With `in_a_row`, only passages
        count that hold its quoted words in a row, where there are any.
        """
        queries = [self.understand(text, asked_on=asked_on, filters=filters) for text in statements]
        with self._library.lock:
            vectors = self._library.embedder.embed([query.question for query in queries])
        for query, vector in zip(queries, vectors, strict=True):
            searched = replace(query, asks=False, phrases=query.phrases if in_a_row else ())
            with self._library.lock:
                candidates = hybrid_search(self._library, searched, vector)
            found = self._ranked(searched, candidates, vector[None], limit, limit)
            copies = self._library.catalog.prints([e.article for e in found.evidence])
            yield replace(found, evidence=tuple(with_also_in(e, copies) for e in found.evidence), copies=copies)

    def _ranked(
        self, query: Query, candidates: Sequence[Candidate], vectors: FloatMatrix, limit: int, wanted: int
    ) -> Retrieved:
        """Return the `wanted` best sentences of the candidates for a query, whose vector is the row of `vectors`."""
        embedder = self._library.embedder
        ranked = rerank(candidates, query, embedder.narrow(vectors)[0], max(wanted, AMONG) if self._reader else wanted)
        if self._reader is not None:
            asked = as_printed(query.question, query.spelling, (s.text for s in ranked))
            ranked = read_again(ranked, candidates, asked, self._reader)[:wanted]
        likely = confidence(query, candidates, ranked[:limit], embedder.calibration)
        return _retrieved(ranked, highest(), likely, query.missing)


def _says_so(found: Retrieved, question: str, otherwise: str) -> bool:
    """Whether the best sentence has one of the words that a question was put in: else they brought nothing."""
    added = {t.stem for t in content_words(otherwise)} - {t.stem for t in content_words(question)}
    return any(t.stem in added for e in found.evidence[:1] for t in content_words(e.text))


def _retrieved(ranked: Sequence[RankedSentence], best: float, confidence: float, missing: tuple[str, ...]) -> Retrieved:
    """Return ranked sentences as evidence; `best` is the score that becomes 1."""
    evidence = tuple(evidence_of(sentence, sentence.score / best) for sentence in ranked)
    read = {e.ref: sentence.worth for e, sentence in zip(evidence, ranked, strict=True) if sentence.worth is not None}
    most = max(read.values(), default=0.0)
    return Retrieved(
        evidence=evidence,
        confidence=confidence,
        missing=missing,
        worth={ref: worth - most for ref, worth in read.items()},
        texts={sentence.stored.info.id: sentence.article.text for sentence in ranked},
        sentences={s.stored.info.id: s.article.all_sentences() for s in ranked},
    )


def _best_of_each(worths: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Return what each sentence is worth to the part of the question to which it is worth most."""
    best: dict[str, float] = {}
    for ref, worth in chain.from_iterable(each.items() for each in worths):
        best[ref] = max(worth, best.get(ref, worth))
    return best


def _taking_turns(lists: Sequence[Sequence[Evidence]]) -> tuple[Evidence, ...]:
    """Return the best of each list, then the second best of each …, no sentence twice.

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
        raise LibraryMissing(f"The library {library.place} is being filled. Ask again in a minute.")
    if library.size == 0:
        raise LibraryMissing(f"The library {library.place} holds no articles. Add some: assistant ingest FOLDER")


def with_prints(library: Library, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the same evidence, each with the other prints of its story that have its sentences too."""
    copies = library.catalog.prints([e.article for e in evidence])
    return [with_also_in(e, copies) for e in evidence]


def annotated(evidence: Sequence[Evidence], texts: Mapping[str, str]) -> list[Evidence]:
    """Return the evidence with its dates and speakers; `texts` are those of its articles, by id.

    A sentence whose article is not among them stays as it is.
    """
    return [_annotated(e, texts[e.article.id]) if e.article.id in texts else e for e in evidence]


def with_sentences_before(found: Retrieved) -> list[Evidence]:
    """Return the annotated evidence, each sentence that points back followed by the one before it, none twice.

    A statement that names a person is borne out by "She said …" only together with the sentence that names her, so a
    model must be able to cite both.
    """
    chosen: dict[str, Evidence] = {}
    for sentence in annotated(found.evidence, found.texts):
        chosen.setdefault(sentence.ref, sentence)
        if sentence.before and sentence.article.id in found.texts:
            earlier = with_also_in(sentence_before(sentence, found.texts[sentence.article.id]), found.copies)
            chosen.setdefault(earlier.ref, earlier)
    return list(chosen.values())


def with_neighbours(evidence: Sequence[Evidence], found: Retrieved) -> list[Evidence]:
    """Return each sentence as one with those that it can't be understood without; none within another of them.

    Those that only point back ("He said …") stay alone: the sentence before is shown beside them.
    """
    spans = [_with_neighbours(e, found) for e in evidence]
    return [s for i, s in enumerate(spans) if not any(_holds(other, s) for other in spans[:i])]


def with_corrections(found: Retrieved) -> Retrieved:
    """Return what was found, each sentence that retells an error as one with what puts it right."""
    whole = [_with_neighbours(e, found) if retells_an_error(e.text) else e for e in found.evidence]
    kept = (e for e in whole if not any(_holds(other, e) for other in whole if other is not e))
    return replace(found, evidence=tuple(kept))


def _with_neighbours(evidence: Evidence, found: Retrieved) -> Evidence:
    tiles, text = found.sentences.get(evidence.article.id, ()), found.texts.get(evidence.article.id, "")
    first = max(0, evidence.sentence - MOST_TOGETHER + 1)
    around = tiles[first : evidence.sentence + MOST_TOGETHER]
    if not around:
        return evidence
    words = [text[slice(*trimmed(text, tile))] for tile in around]
    before, after = needed_around(words, evidence.sentence - first, back=False)
    if not before + after:
        return evidence
    start, _ = trimmed(text, tiles[evidence.sentence - before])
    _, end = trimmed(text, tiles[evidence.sentence + after])
    span = replace(
        evidence,
        ref=reference(evidence.article, evidence.sentence - before, before + after + 1),
        sentence=evidence.sentence - before,
        sentences=before + after + 1,
        start=start,
        end=end,
        text=text[start:end],
        before="" if before else evidence.before,
    )
    return with_also_in(span, found.copies)


def _holds(one: Evidence, other: Evidence) -> bool:
    """Whether a sentence, or several, stand within a span of several."""
    places = range(one.sentence, one.sentence + one.sentences)
    same = (one.article.id, one.article.version) == (other.article.id, other.article.version)
    return one.sentences > 1 and same and other.sentence in places and other.sentence + other.sentences - 1 in places


def sentence_before(evidence: Evidence, article_text: str) -> Evidence:
    """Return the sentence before one that points back, as evidence as good as the one that it explains."""
    start = article_text.rindex(evidence.before, 0, evidence.start)
    return Evidence(
        ref=reference(evidence.article, evidence.sentence - 1),
        article=evidence.article,
        sentence=evidence.sentence - 1,
        start=start,
        end=start + len(evidence.before),
        text=evidence.before,
        score=evidence.score,
        dates=find_dates(evidence.before, evidence.article.published),
    )


def _annotated(evidence: Evidence, article_text: str) -> Evidence:
    speaker = speaker_of(article_text, evidence.start, evidence.end)
    dates = find_dates(evidence.text, evidence.article.published)
    return replace(evidence, dates=dates, speaker=str(speaker or ""))
