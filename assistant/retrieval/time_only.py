"""Time-only queries: "What happened in June 2025?", "What did the Courant report last week?".

There are no words to search for, so the stories of that time are listed, each by the opening of its newest article:
those first that most articles tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from assistant.english.sentences import trimmed
from assistant.library.catalog import StoredPassage
from assistant.library.library import Library
from assistant.library.packing import Matrix, unpack_passage
from assistant.records import ArticleInfo, Filters
from assistant.retrieval.query import Query
from assistant.retrieval.rerank import RankedSentence, is_fragment

CONFIDENCE = 0.8  # of the evidence where there is any: articles of the time asked about are what is asked for

_LATELY = timedelta(days=7)  # what "the latest" means where no time is named
_MOST = 1000  # newest articles of the time that are compared
_ONE_STORY = 0.5  # cosine of two openings from which they tell one story


def time_only_search(library: Library, query: Query, limit: int) -> list[RankedSentence]:
    """Return the openings of the stories of the time asked about, at most `limit`; none without such articles."""
    limits = limits_of_time(query)
    if limits.since is None or limits.until is None:
        return []
    found = list(_first_prints(_openings(library, limits)))
    cached = library.catalog.cached(library.embedder.name, [opening.text_hash for opening in found])
    openings = [opening for opening in found if opening.text_hash in cached]
    if not openings:
        return []
    chosen = stories(np.stack([unpack_passage(cached[o.text_hash]) for o in openings]), limit)
    return list(_opening_sentences(library, [openings[i] for i in chosen]))


def _first_prints(openings: Iterable[StoredPassage]) -> Iterator[StoredPassage]:
    """Yield the first of each story that the catalog knows: a near-duplicate does not count as another article."""
    seen: set[str] = set()
    for opening in openings:
        story = opening.info.story or opening.info.id
        if story not in seen:
            seen.add(story)
            yield opening


def stories(openings: Matrix, limit: int) -> list[int]:
    """Return the first opening of each story, at most `limit`; the story with most openings first.

    `openings` are unit rows, [n, dimension]. Greedy: an opening that belongs to a chosen story starts no other.
    """
    alike = openings @ openings.T >= _ONE_STORY
    left = np.ones(len(openings), dtype=bool)
    chosen: list[int] = []
    while left.any() and len(chosen) < limit:
        sizes = np.where(left, (alike & left).sum(axis=1), 0)
        told = alike[int(sizes.argmax())] & left
        chosen.append(int(told.argmax()))
        left &= ~told
    return chosen


def limits_of_time(query: Query) -> Filters:
    """Return the user's filters, narrowed to the time and the outlets that the question names."""
    limits = query.filters
    last = query.target_last or query.asked_on
    open_since = date.min if query.target_last else None  # "before 10 March": from the first article on
    first = query.target_first or (last - _LATELY if query.wants_recent else open_since)
    if first is None:
        return limits
    return replace(
        limits,
        since=max(first, limits.since or date.min),
        until=min(last, limits.until or date.max),
        outlets=limits.outlets or query.outlets,
    )


def _openings(library: Library, limits: Filters) -> list[StoredPassage]:
    """Return the first passages of the articles within these limits, the newest first."""
    since, until = limits.since or date.min, limits.until or date.max
    return [opening for opening in library.catalog.openings(since, until, _MOST) if passes(opening.info, limits)]


def passes(info: ArticleInfo, limits: Filters) -> bool:
    """Whether an article lies within these limits; one without a date only where no day is set."""
    since, until = limits.since or date.min, limits.until or date.max
    in_time = since <= info.published <= until if info.published else not (limits.since or limits.until)
    outlets = {name.casefold() for name in limits.outlets}
    authors = {name.casefold() for name in limits.authors}
    named = not outlets or info.outlet.casefold() in outlets
    return in_time and named and (not authors or not authors.isdisjoint(name.casefold() for name in info.authors))


def _opening_sentences(library: Library, openings: Sequence[StoredPassage]) -> Iterator[RankedSentence]:
    """Yield the first whole sentence of each, with scores that only keep their order."""
    texts = library.catalog.texts([opening.version_id for opening in openings])
    for rank, opening in enumerate(p for p in openings if p.version_id in texts):  # not forgotten meanwhile
        article = texts[opening.version_id]
        sentences = article.sentences(opening.passage.first, opening.passage.last)
        spans = [(sentence, *trimmed(article.text, sentence)) for sentence in sentences]
        whole = (span for span in spans if not is_fragment(article.text[span[1] : span[2]]))
        sentence, start, end = next(whole, spans[0])
        yield RankedSentence(
            stored=opening,
            article=article,
            sentence=sentence,
            start=start,
            end=end,
            text=article.text[start:end],
            before="",
            score=1.0 / (1.0 + rank / 100),
            coverage=0.0,
            meaning=0.0,
        )
