"""A search by meaning within a filter finds what exact search within the filter finds, whichever way it goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.library import nearest as module
from assistant.library.embedders.base import FloatVector, unit_rows
from assistant.library.index import day_to_int
from assistant.library.library import Library
from assistant.library.nearest import nearest_passages
from assistant.library.packing import cosines
from assistant.records import ArticleInfo, Filters
from tests.fakes.written import written_library

ARTICLES = 240
FIRST = date(2025, 1, 1)
OUTLETS = ("Orrin Wire", "The Courant", "Ärzte Heute", "")
AUTHORS = ("Ada Brel", "Élodie Mor", "Bo Tam")
# What a passage costs when it is computed, and when it is walked to: each way is the cheaper one once.
WAYS = {
    "computed": (0.0, 1.0),
    "walked": (1.0, 0.0),
    "the cheaper": (module.COMPUTED_US, module.WALKED_US),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Some articles of random words; every ninth has no day, some have no outlet and some two authors."""
    files = {}
    rng = np.random.default_rng(5)
    for i in range(ARTICLES):
        head = f"Title: Report {i}\n"
        head += f"Outlet: {OUTLETS[i % 4]}\n" if OUTLETS[i % 4] else ""
        head += f"Date: {FIRST + timedelta(days=i // 3)}\n" if i % 9 else ""
        head += f"Author: {AUTHORS[i % 3]}\n" if i % 5 else f"Author: {AUTHORS[0]}, {AUTHORS[1]}\n"
        words = " ".join(f"word{w}" for w in rng.integers(60, size=12))
        files[str(i)] = f"{head}\nThe {words} of number {i}.\n"
    with written_library(tmp_path_factory.mktemp("archive"), files) as opened:
        yield opened


def passes(info: ArticleInfo, filters: Filters) -> bool:
    """In the words of `Filters`: days with both ends, names without regard to case, no day within no range."""
    day = day_to_int(info.published) if info.published else None
    if filters.since and (day is None or day < day_to_int(filters.since)):
        return False
    if filters.until and (day is None or day > day_to_int(filters.until)):
        return False
    if filters.outlets and info.outlet.casefold() not in {name.casefold() for name in filters.outlets}:
        return False
    held = {name.casefold() for name in info.authors}
    return not filters.authors or not held.isdisjoint({name.casefold() for name in filters.authors})


def exact(library: Library, vector: FloatVector, limit: int, filters: Filters) -> list[float]:
    keys = library.indexes.vectors.keys()
    inside = [s for s in library.catalog.searchable_passages(keys).values() if passes(s.info, filters)]
    cached = library.catalog.cached(library.embedder.name, [s.text_hash for s in inside])
    return sorted(cosines([cached[s.text_hash] for s in inside], vector), reverse=True)[:limit]


DAYS = st.none() | st.integers(-5, ARTICLES // 3 + 5).map(lambda n: FIRST + timedelta(days=n))
NAMES = st.sampled_from([(), *((name,) for name in AUTHORS), (AUTHORS[0].upper(), AUTHORS[2]), ("Nobody",)])
SOURCES = st.sampled_from([(), *((name,) for name in OUTLETS[:3]), ("ÄRZTE heute", "the courant"), ("Nowhere",)])
FILTERS = st.builds(Filters, since=DAYS, until=DAYS, outlets=SOURCES, authors=NAMES)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS, seed=st.integers(0, 10_000), limit=st.integers(1, 150))
def test_what_is_found_within_a_filter_is_what_exact_search_finds(
    library: Library, monkeypatch: pytest.MonkeyPatch, way: str, filters: Filters, seed: int, limit: int
) -> None:
    monkeypatch.setattr(module, "SCANNED", 0)
    monkeypatch.setattr(module, "COMPUTED_US", WAYS[way][0])
    monkeypatch.setattr(module, "WALKED_US", WAYS[way][1])
    vector = unit_rows(np.random.default_rng(seed).normal(size=(1, 64)).astype(np.float32))[0]
    found = nearest_passages(library, vector, limit, filters)
    assert len({hit.passage_id for hit in found}) == len(found)
    assert [hit.score for hit in found] == pytest.approx(exact(library, vector, limit, filters), abs=1e-5)
    stored = library.catalog.searchable_passages([hit.passage_id for hit in found])
    assert all(passes(s.info, filters) for s in stored.values())
    assert len(stored) == len(found)


def test_a_small_library_is_searched_as_ever(library: Library) -> None:
    """By the vector index with its own filter: the same passages, with the same scores to the last bit."""
    vector = library.embedder.embed(["word1 word2"])[0]
    filters = Filters(since=date(2025, 2, 1), outlets=("The Courant",))
    assert nearest_passages(library, vector, 20, filters) == library.indexes.vectors.search(vector, 20, filters)


def test_the_lexical_index_counts_and_lists_what_lies_within(library: Library) -> None:
    lexical = library.indexes.lexical
    filters = Filters(until=date(2025, 1, 20), authors=("élodie mor",))
    within = lexical.within(filters)
    assert len(within) == lexical.count_within(filters) > 0
    assert sorted(lexical.within(filters, [*within[:3], 12345])) == sorted(within[:3])
    assert sorted(lexical.within(Filters())) == sorted(lexical.keys())
    assert lexical.within(filters, []) == []
    assert lexical.within(Filters(outlets=("Nowhere",))) == []
