"""From a query to scored passages by hybrid search: the vector index and the lexical index, their scores fused.

A third search, of the lexical index in the weeks before the time that is asked about, brings recent articles that share
few words with the question: without it 2 % of the right articles of news questions were not among the candidates.

Round-ups, such as "5 things to know" or "News from around our 50 states", mention what other articles are about, often
in the words of a question, so they are ranked below them. A round-up is told by how little its passages have in common:
the mean cosine between any two of them is .12 to .19 in nine round-ups of ten, and above .38 in three of four among all
articles (3,900 news articles, MiniLM).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

import numpy as np

from assistant.articles.fields import slug_words
from assistant.library import analysis
from assistant.library.catalog import StoredPassage, StoredText
from assistant.library.embedders.base import FloatVector
from assistant.library.library import Library
from assistant.library.nearest import nearest_passages
from assistant.library.packing import CachedVectors, Matrix, cosines, unpack_passage
from assistant.records import ArticleInfo, Filters, Sentence
from assistant.retrieval.query import Query
from assistant.retrieval.scoring import (
    PassageFeatures,
    best_of_both,
    coverage,
    nearness,
    pair_share,
    passage_scores,
    text_score,
)

HITS = 100  # of each index; the gold facts are among the first hundred in .91 of questions
RECENT_HITS = 60
_RECENT = timedelta(days=14)
_READ = 60  # candidates whose text is read, for the features that need it; half of them for their words alone
_LEADING = 6  # best articles that are looked at for round-ups
_LEAD = 600  # characters at the beginning of an article that say what it is about
_DENSE, _LEXICAL = 0.4, 0.6  # of the fused score; see `fuse_scores`
_FEWEST = 4  # passages, or an article is too short for a round-up
_COMPARED = 8  # passages of an article that are compared, evenly chosen
_ALIKE = 0.2  # mean cosine below which the passages have no subject in common


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may hold the answer."""

    stored: StoredPassage
    article: StoredText
    sentences: Sequence[Sentence]  # of the passage
    terms: Sequence[Sequence[str]]  # of each of them, as the lexical index holds them
    vectors: CachedVectors
    cosine: float  # with the question
    features: PassageFeatures
    score: float = 0.0


def hybrid_search(library: Library, query: Query, vector: FloatVector) -> list[Candidate]:
    """Return the best passages of both indexes, best first; at most `_READ`."""
    at_large, lexical = _hits(library, query, vector)
    known, cached = library.catalog.embedded(library.embedder.name, list(at_large | lexical.keys()))
    meanings = cosines([cached[s.text_hash] for s in known], vector)
    unscored = [s.passage_id for s in known if s.passage_id not in lexical]
    lexical |= library.indexes.lexical.scores(query.searched, unscored)
    fused = fuse_scores(meanings, [lexical.get(s.passage_id, 0.0) for s in known])
    features = _features(library, query, known, fused, at_large)
    texts = [text_score(f) for f in features]
    best = best_of_both(passage_scores(features, query), texts, _READ)
    found = list(_read(library, query, [(known[i], features[i], meanings[i]) for i in best], cached))
    scores = passage_scores([candidate.features for candidate in found], query)
    marked = _round_ups(library, found, scores)
    if marked:
        found = [_as_round_up(c) if c.stored.version_id in marked else c for c in found]
        scores = passage_scores([candidate.features for candidate in found], query)
    scored = (replace(candidate, score=score) for candidate, score in zip(found, scores, strict=True))
    return sorted(scored, key=lambda c: (-c.score, c.stored.passage_id))


def _round_ups(library: Library, found: Sequence[Candidate], scores: Sequence[float]) -> frozenset[int]:
    """Return the round-ups among the best articles."""
    order = sorted(range(len(found)), key=lambda i: -scores[i])
    leading = list(dict.fromkeys(found[i].stored.version_id for i in order))[:_LEADING]
    return round_ups(library, leading)


def _as_round_up(candidate: Candidate) -> Candidate:
    return replace(candidate, features=replace(candidate.features, round_up=1.0))


def _read(
    library: Library,
    query: Query,
    best: Sequence[tuple[StoredPassage, PassageFeatures, float]],
    cached: Mapping[bytes, CachedVectors],
) -> Iterator[Candidate]:
    """Yield the candidates with the features that need their text, not scored yet."""
    texts = library.catalog.texts(sorted({s.version_id for s, _, _ in best}))
    infos = {s.version_id: s.info for s, _, _ in best}
    leads = {row: _lead(query, infos[row], stored.text) for row, stored in texts.items()}
    for s, known, cosine in best:
        if s.version_id not in texts:  # it was forgotten meanwhile, by another process
            continue
        article, p = texts[s.version_id], s.passage
        inside = article.sentences(p.first, p.last)
        terms = [analysis.terms(article.text[i.start : i.end]) for i in inside]
        full = replace(known, lead=leads[s.version_id], pairs=pair_share(query, list(chain.from_iterable(terms))))
        yield Candidate(s, article, inside, terms, cached[s.text_hash], cosine, full)


def fuse_scores(cosines: Sequence[float], lexical: Sequence[float]) -> list[float]:
    """Score fusion: return both scores of each candidate, scaled to 0..1 among the candidates and added.

    Measured on news questions this beat reciprocal rank fusion with k=60 by .061 [.038, .091] MRR on questions over
    several articles and .027 [.011, .043] on short ones.
    """
    pairs = zip(_scaled(cosines), _scaled(lexical), strict=True)
    return [_DENSE * dense + _LEXICAL * sparse for dense, sparse in pairs]


def _scaled(values: Sequence[float]) -> list[float]:
    """Return the values scaled from 0 (the lowest) to 1; equal values become 1."""
    if not values:
        return []
    low, high = min(values), max(values)
    return [(value - low) / (high - low) if high > low else 1.0 for value in values]


def _hits(library: Library, query: Query, vector: FloatVector) -> tuple[set[int], dict[int, float]]:
    """Return the passages that a search of all times finds, and the lexical scores of those found by their terms.

    The latter include what the search of the time asked about finds. With a quoted phrase, every passage has it.
    """
    terms = query.searched
    lexical = library.indexes.lexical.search(terms, HITS, query.filters, query.phrases)
    recent = library.indexes.lexical.search(terms, RECENT_HITS, _lately(query), query.phrases)
    dense = [] if query.phrases else nearest_passages(library, vector, HITS, query.filters)
    return {hit.passage_id for hit in (*dense, *lexical)}, {hit.passage_id: hit.score for hit in (*lexical, *recent)}


def _lately(query: Query) -> Filters:
    """Return the user's filters, narrowed to the two weeks up to the time that is asked about."""
    last = query.target_last or query.asked_on
    first = (query.target_first or last) - _RECENT
    limits = query.filters
    return replace(
        limits,
        since=max(first, limits.since or date.min),
        until=min(last + (_RECENT if query.target_last else timedelta()), limits.until or date.max),
    )


def _features(
    library: Library,
    query: Query,
    known: Sequence[StoredPassage],
    fused: Iterable[float],
    at_large: set[int],
) -> list[PassageFeatures]:
    """Return the features that need no text. Passages found only by the search of one time add nothing to `share`."""
    found = Counter(s.version_id for s in known if s.passage_id in at_large)
    near = {s.version_id: nearness(s.info.published, query) for s in known}
    counted = library.catalog.passage_counts(list(near))
    passages = {row: counted.get(row) or found[row] or 1 for row in near}  # one may have been replaced this moment
    return [
        PassageFeatures(
            fused=score,
            lead=0.0,
            pairs=0.0,
            share=found[s.version_id] / passages[s.version_id],
            nearness=near[s.version_id],
            outlet=float(s.info.outlet in query.outlets),
        )
        for s, score in zip(known, fused, strict=True)
    ]


def _lead(query: Query, info: ArticleInfo, text: str) -> float:
    return coverage(query, set(analysis.terms(f"{info.title} {slug_words(info.url)} {text[:_LEAD]}")))


def round_ups(library: Library, rows: Collection[int]) -> frozenset[int]:
    """Return those of these rows of `versions` that are round-ups."""
    found = library.catalog.sampled_vectors(library.embedder.name, sorted(rows), _FEWEST, _COMPARED)
    return frozenset(row for row, sample in found.items() if is_round_up(sample))


def is_round_up(passages: Sequence[CachedVectors]) -> bool:
    """Whether the passages of one article have no subject in common."""
    return len(passages) >= _FEWEST and likeness(np.stack([unpack_passage(p) for p in passages])) < _ALIKE


def likeness(vectors: Matrix) -> float:
    """Return the mean cosine between any two of these vectors, [n, dimension], unit rows, n above 1."""
    n = len(vectors)
    total = vectors.sum(axis=0)
    return float((total @ total - n) / (n * (n - 1)))
