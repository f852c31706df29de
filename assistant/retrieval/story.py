"""From a subject to its story: the articles that are about it, not those that mention it.

Both indexes are searched for the subject once, and each article that they find is measured: how much of the subject its
title and first lines hold, how near its best passage comes, and how near it is, in meaning and in time, to the few that
are most surely about it. The weights are those of a logistic regression on the articles of 12 running stories of 2022,
rounded; fitted on half of the stories they find .96 of the articles of the other half, with a precision of .96.

Where the subject is whatever there is ("What happened?"), a small archive is its own story, and of a large one the
newest stories are taken, each by one article.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from assistant.articles.fields import slug_words
from assistant.library import analysis
from assistant.library.catalog import SEARCHABLE, StoredPassage, StoredText
from assistant.library.embedders.base import FloatVector
from assistant.library.library import Library
from assistant.library.nearest import nearest_passages
from assistant.library.packing import CachedVectors, cosines, unpack_passage
from assistant.records import ArticleInfo
from assistant.retrieval.candidates import fuse_scores
from assistant.retrieval.query import Query
from assistant.retrieval.rerank import stands_for
from assistant.retrieval.scoring import coverage
from assistant.retrieval.time_only import limits_of_time, passes, stories

_HITS = 200  # of each index
MOST = 40  # articles of a story: more would say little that is new, and time and memory stay bounded
_READ = 80  # articles whose first lines are read
_LEAD = 600  # characters at the beginning of an article that say what it is about
_SEEDS = 4  # articles that are most surely about the subject
_NEAR = 3  # articles that are named where none is about the subject
_LATELY = timedelta(days=30)  # what "What happened?" means in a large archive

_FUSED, _IN_LEAD, _IN_TITLE, _INSIDE, _LIKE, _GAP, _CONSTANT = 2.3, 1.7, 2.3, 0.4, 6.3, -0.86, -4.6
_HELD = 0.6  # share of the subject's weight that the best article must hold …
_PARTLY, _MEANING = 0.25, 0.42  # … or this much of it, when a passage also comes as near as this in meaning
_NAMED = 0.45  # share of the weight of its names


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """An article of a story."""

    version_id: int
    info: ArticleInfo
    text: StoredText
    about: float = 0.0  # log-odds that it is about the subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The articles about a subject."""

    query: Query
    articles: tuple[StoryArticle, ...]  # the surest first; of those that print one story, one
    copies: int = 0  # further prints of them
    unread: tuple[ArticleInfo, ...] = ()  # articles about it beyond `MOST`
    more: bool = False  # there may be more of them: not all articles that were found were measured
    near: tuple[ArticleInfo, ...] = ()  # the nearest where none is about it
    one_each: bool = False  # each article stands for a story of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """An article that was found, and what was measured of it; shares and cosines."""

    article: StoryArticle
    fused: float  # of its best passage
    lead: float  # share of the subject's weighted terms in its title and first lines
    title: float  # … in its title
    inside: float  # … in its title and the passages found
    named: float  # the same of the subject's names; 1 where it holds none
    meaning: float  # of its best passage with the subject
    vector: FloatVector  # mean of the passages found


def find_story(library: Library, query: Query, vector: FloatVector) -> Story:
    """Return the story of the subject that `query` holds; `vector` is that of the subject."""
    measured = _measured(library, query, vector)
    found = [f for f in measured if not _is_later(f.article.info, query)]
    if not _is_known(found):
        nearest = sorted(found, key=lambda f: -f.meaning)[:_NEAR]
        return Story(query=query, articles=(), near=tuple(f.article.info for f in nearest))
    about = sorted((a for a in _judged(found) if a.about > 0), key=lambda a: -a.about)
    firsts = _first_prints(about, query.outlets)
    return Story(
        query=query,
        articles=tuple(firsts[:MOST]),
        copies=len(about) - len(firsts),
        unread=tuple(article.info for article in firsts[MOST:]),
        more=len(measured) == _READ and len(firsts) > MOST,
    )


def _is_later(info: ArticleInfo, query: Query) -> bool:
    """Whether an article lies outside the time of a question: after its day, or before the days that it names."""
    if info.published is None:
        return False
    too_early = query.target_first is not None and info.published < query.target_first
    too_late = query.target_last is not None and info.published > query.target_last + timedelta(days=7)
    return info.published > query.asked_on or too_early or too_late


def _measured(library: Library, query: Query, vector: FloatVector) -> list[_Found]:
    terms = list(query.terms)
    hits = library.indexes.lexical.search(terms, _HITS, query.filters, query.phrases)
    lexical = {hit.passage_id: hit.score for hit in hits}
    dense = [] if query.phrases else nearest_passages(library, vector, _HITS, query.filters)
    wanted = list({hit.passage_id for hit in dense} | lexical.keys())
    known, cached = library.catalog.embedded(library.embedder.name, wanted)
    lexical |= library.indexes.lexical.scores(terms, [s.passage_id for s in known if s.passage_id not in lexical])
    meanings = cosines([cached[s.text_hash] for s in known], vector)
    fused = fuse_scores(meanings, [lexical.get(s.passage_id, 0.0) for s in known])
    return _articles(library, query, list(zip(known, fused, meanings, strict=True)), cached)


def _articles(
    library: Library,
    query: Query,
    passages: Sequence[tuple[StoredPassage, float, float]],
    cached: Mapping[bytes, CachedVectors],
) -> list[_Found]:
    of: dict[int, list[tuple[StoredPassage, float, float]]] = {}
    for found in passages:
        of.setdefault(found[0].version_id, []).append(found)
    best = sorted(of, key=lambda row: -max(score for _, score, _ in of[row]))[:_READ]
    texts = library.catalog.texts(sorted(best))
    return [_found(query, texts[row], of[row], cached) for row in best if row in texts]  # not forgotten meanwhile


def _found(
    query: Query,
    text: StoredText,
    hits: Sequence[tuple[StoredPassage, float, float]],
    cached: Mapping[bytes, CachedVectors],
) -> _Found:
    info = hits[0][0].info
    title = set(analysis.terms(f"{info.title} {slug_words(info.url)}"))
    passages = " ".join(text.text[s.passage.start : s.passage.end] for s, _, _ in hits)
    held = title | set(analysis.terms(passages))
    return _Found(
        article=StoryArticle(version_id=hits[0][0].version_id, info=info, text=text),
        fused=max(score for _, score, _ in hits),
        lead=coverage(query, title | set(analysis.terms(text.text[:_LEAD]))),
        title=coverage(query, title),
        inside=coverage(query, held),
        named=_share_of_names(query, held),
        meaning=max(meaning for _, _, meaning in hits),
        vector=_unit(np.sum([unpack_passage(cached[s.text_hash]) for s, _, _ in hits], axis=0)),
    )


def _share_of_names(query: Query, held: set[str]) -> float:
    """Return the share of the weight of the subject's names that these terms hold; 1 where it has no names."""
    named = {term for name in query.names for term in analysis.terms(name)}
    names = {term: weight for term, weight in query.terms.items() if query.spelling.get(term, term) in named}
    total = sum(names.values())
    return sum(weight for term, weight in names.items() if term in held) / total if total else 1.0


def _unit(vector: FloatVector) -> FloatVector:
    unit: FloatVector = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit


def _is_known(found: Sequence[_Found]) -> bool:
    """Whether any article holds the subject: most of its words, or some of them in a passage that is near in meaning.

    And most of its names: floods are no floods of the Yellowstone. Judged by each article alone, so that it holds for
    an archive of one.
    """
    near = (f for f in found if f.inside >= _HELD or (f.inside >= _PARTLY and f.meaning >= _MEANING))
    return any(f.named >= _NAMED for f in near)


def _judged(found: Sequence[_Found]) -> list[StoryArticle]:
    """Return the articles with the log-odds that each is about the subject."""
    seeds = sorted(found, key=lambda f: -(f.fused + f.lead + f.inside))[:_SEEDS]
    centre = _unit(np.sum([f.vector for f in seeds], axis=0))
    days = [f.article.info.published for f in seeds if f.article.info.published]
    return [_with_odds(f, float(f.vector @ centre), _gap(f.article.info.published, days)) for f in found]


def _with_odds(found: _Found, like: float, gap: int) -> StoryArticle:
    odds = (
        _FUSED * found.fused
        + _IN_LEAD * found.lead
        + _IN_TITLE * found.title
        + _INSIDE * found.inside
        + _LIKE * like
        + _GAP * math.log1p(gap)
        + _CONSTANT
    )
    a = found.article
    return StoryArticle(version_id=a.version_id, info=a.info, text=a.text, about=odds)


def _gap(day: date | None, days: Iterable[date]) -> int:
    """Return the days from an article to the nearest seed."""
    return min((abs((day - other).days) for other in days), default=0) if day else 0


def _first_prints(articles: Sequence[StoryArticle], outlets: Sequence[str]) -> list[StoryArticle]:
    """Return one article of each set of near-duplicates, in the place of the best."""
    kept: dict[str, StoryArticle] = {}
    for article in articles:
        key = article.info.story or article.info.id
        held = kept.setdefault(key, article)
        if stands_for(article.info, held.info, outlets):
            kept[key] = article
    return list(kept.values())


# -- whatever there is


def whole_archive(library: Library, query: Query, limit: int) -> Story:
    """Return all articles of a small archive as one story; of a large one, its newest stories by one article each."""
    rows = library.catalog.version_ids(SEARCHABLE)
    limits = limits_of_time(query)
    if len(rows) <= MOST:
        passages = [p for p in library.catalog.passages_of(rows) if p.passage.start == 0 and passes(p.info, limits)]
        kept = [p for p in passages if not _is_later(p.info, query)] or passages
        return _story_of(library, query, kept, one_each=False)
    last = min(limits.until or date.max, query.asked_on, library.catalog.status("", "", 0).last or date.max)
    since = limits.since or (last - _LATELY if last < date.max else date.min)
    openings = [p for p in library.catalog.openings(since, last, 1000) if passes(p.info, limits)]
    cached = library.catalog.cached(library.embedder.name, [p.text_hash for p in openings])
    known = [p for p in openings if p.text_hash in cached]
    if not known:
        return Story(query=query, articles=())
    chosen = stories(np.stack([unpack_passage(cached[p.text_hash]) for p in known]), limit)
    return _story_of(library, query, [known[i] for i in chosen], one_each=True)


def _story_of(library: Library, query: Query, openings: Sequence[StoredPassage], *, one_each: bool) -> Story:
    texts = library.catalog.texts([p.version_id for p in openings])
    kept = (p for p in openings if p.version_id in texts)  # not forgotten meanwhile
    found = [StoryArticle(version_id=p.version_id, info=p.info, text=texts[p.version_id]) for p in kept]
    firsts = _first_prints(found, query.outlets)
    return Story(query=query, articles=tuple(firsts), copies=len(found) - len(firsts), one_each=one_each)
