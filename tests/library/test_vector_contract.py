"""What every vector index does, in files or on a server; on the server also cut into many small collections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library import vectors
from assistant.library.chroma_server import ServerPlaces
from assistant.library.embedders.base import unit_rows
from assistant.library.index import FilterFields, IndexedPassage, VectorIndex, day_to_int
from assistant.library.server_index import ServerIndex
from assistant.library.sqlite_catalog import SqliteCatalog
from assistant.library.vector_spans import UNDATED, Table
from assistant.records import Filters
from tests.fakes.embedder import BagOfWordsEmbedder

COUNT, WIDTH = 240, 16
FIRST = date(2023, 9, 1)
VECTORS = unit_rows(np.random.default_rng(3).normal(size=(COUNT, WIDTH)).astype(np.float32))
OUTLETS, AUTHORS = ("Orrin Wire", "The Courant", "Ärzte Heute"), ("Ada Brel", "Élodie Mor", "Bo Tam")
FILTERS = {
    "none": Filters(),
    "year": Filters(since=date(2024, 1, 1), until=date(2024, 12, 31)),
    "days": Filters(since=date(2024, 2, 3), until=date(2024, 4, 9)),
    "since": Filters(since=date(2024, 11, 20)),
    "until": Filters(until=date(2023, 9, 30)),
    "no day": Filters(since=date(2031, 1, 1)),
    "outlet": Filters(outlets=("ÄRZTE heute", "the courant")),
    "author": Filters(authors=("Bo Tam",)),
    "all": Filters(since=date(2023, 10, 1), outlets=("Orrin Wire",), authors=("ada brel", "Élodie Mor")),
}


def fields_of(key: int) -> FilterFields:
    """Every seventh passage has no day; the others are spread over some 19 months, in no order."""
    day = None if key % 7 == 0 else day_to_int(FIRST + timedelta(days=key * 89 % 560))
    authors = (AUTHORS[key % 3],) if key % 4 else (AUTHORS[0], AUTHORS[1])
    return FilterFields(published=day, outlet=OUTLETS[key // 2 % 3], authors=authors if key % 5 else ())


def passages(keys: Sequence[int], fields: Callable[[int], FilterFields] = fields_of) -> list[IndexedPassage]:
    return [IndexedPassage(passage_id=key, text="", vector=VECTORS[key], fields=fields(key)) for key in keys]


def passes(fields: FilterFields, filters: Filters) -> bool:
    day, wanted = fields.published, {name.casefold() for name in filters.authors}
    within = (not filters.since or (day is not None and day >= day_to_int(filters.since))) and (
        not filters.until or (day is not None and day <= day_to_int(filters.until))
    )
    outlets = {name.casefold() for name in filters.outlets}
    named = not wanted or not wanted.isdisjoint({name.casefold() for name in fields.authors})
    return within and named and (not outlets or fields.outlet.casefold() in outlets)


def nearest(question: int, keys: Sequence[int], limit: int) -> list[int]:
    return sorted(keys, key=lambda key: -float(VECTORS[key] @ VECTORS[question]))[:limit]


@pytest.fixture(params=["in files", "on a server", "in many collections"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], VectorIndex]]:
    """Makes the index of the test, as often as wanted: each time the same one, not open yet."""
    made: list[VectorIndex] = []
    catalog = SqliteCatalog(tmp_path / "library.db")

    def one() -> VectorIndex:
        embedder = BagOfWordsEmbedder(WIDTH)
        index: VectorIndex
        if request.param == "in files":
            index = vectors.embedded_index(tmp_path, embedder, nullcontext)
        else:
            url = request.getfixturevalue("chroma").url
            places = ServerPlaces(urls=(url,), most=4_000_000 if request.param == "on a server" else 30)
            index = ServerIndex(places, catalog, embedder, embedder=embedder.name, place=str(tmp_path))
        index.open()
        made.append(index)
        return index

    yield one
    for index in made:
        index.close()
    catalog.close()


@pytest.fixture
def index(make: Callable[[], VectorIndex]) -> VectorIndex:
    made = make()
    made.upsert(passages(range(COUNT)))
    made.commit()
    made.settle()
    return made


def test_it_finds_what_exact_search_within_the_filter_finds(index: VectorIndex) -> None:
    for name, filters in FILTERS.items():
        inside = [key for key in range(COUNT) if passes(fields_of(key), filters)]
        for question in (3, 50, 77):
            found = index.search(VECTORS[question], 12, filters)
            assert [hit.passage_id for hit in found] == nearest(question, inside, 12), name
            assert [hit.score for hit in found] == pytest.approx(
                [float(VECTORS[hit.passage_id] @ VECTORS[question]) for hit in found], abs=1e-5
            )


def test_a_loose_search_finds_at_least_what_passes_and_goes_through_what_it_says(index: VectorIndex) -> None:
    for name, filters in FILTERS.items():
        reach = index.reach(filters, COUNT)
        found = [hit.passage_id for hit in index.search(VECTORS[9], COUNT, filters, loosely=True)]
        assert {key for key in range(COUNT) if passes(fields_of(key), filters)} <= set(found), name
        assert len(found) == reach.passages
        assert reach.scanned <= reach.passages
    assert index.reach(Filters(), COUNT) == (COUNT, 0)


def test_what_was_deleted_is_found_no_more(index: VectorIndex) -> None:
    index.delete([5, 6, 999_999])
    index.commit()
    assert sorted(index.keys()) == [key for key in range(COUNT) if key not in (5, 6)]
    assert index.count() == COUNT - 2
    assert index.dead_count() in (2, 3)  # in files, keys that it never held are counted too
    assert 5 not in [hit.passage_id for hit in index.search(VECTORS[5], 20, Filters())]


def test_a_passage_with_another_day_is_found_by_it_alone_and_once(index: VectorIndex) -> None:
    def later(key: int) -> FilterFields:
        return FilterFields(published=20300501, outlet="New", authors=())

    index.upsert(passages([8, 14], later))  # 14 had no day
    index.settle()
    assert sorted(index.keys()) == list(range(COUNT))
    only = Filters(since=date(2030, 1, 1))
    assert {hit.passage_id for hit in index.search(VECTORS[8], 9, only)} == {8, 14}
    assert not {8, 14} & {hit.passage_id for hit in index.search(VECTORS[8], COUNT, FILTERS["year"])}
    assert [hit.passage_id for hit in index.search(VECTORS[14], 5, Filters())].count(14) == 1


def test_it_is_the_same_when_opened_again_and_its_fingerprint_tells_a_change(
    index: VectorIndex, make: Callable[[], VectorIndex]
) -> None:
    before = index.fingerprint()
    index.close()
    again = make()
    assert again.fingerprint() == before
    assert sorted(again.keys()) == list(range(COUNT))
    again.delete([11])
    again.upsert(passages([11]))
    again.settle()
    assert again.fingerprint() != before or not isinstance(again, ServerIndex)  # a small graph is not written to files


def test_built_anew_it_holds_only_what_came_after(index: VectorIndex, make: Callable[[], VectorIndex]) -> None:
    index.remove()
    index.open()
    assert index.count() == 0
    index.upsert(passages(range(100, 130)))
    index.settle()
    index.close()
    assert sorted(make().keys()) == list(range(100, 130))


DAYS = st.none() | st.dates(date(2019, 1, 1), date(2024, 12, 31)).map(day_to_int)


@given(st.lists(DAYS, max_size=60), st.integers(1, 20), st.tuples(st.dates(), st.dates()))
def test_every_passage_has_a_place_that_the_search_for_its_day_asks(
    days: list[int | None], most: int, around: tuple[date, date]
) -> None:
    table, placed = Table.new("here", "an embedder"), []
    urls = ("http://a", "http://b")
    for day in days:
        if table.place_for(day, most) is None:
            table = table.with_span(day, urls)
        span = table.place_for(day, most)
        assert span is not None
        placed.append((day, span.name))
        table = table.with_spans([s.with_one(day) if s == span else s for s in table.spans])
    spans = {span.name: span for span in table.spans}
    assert len(spans) == len(table.spans)
    assert all(span.passages <= most for span in table.spans)
    assert sum(span.passages for span in table.spans) == len(days)
    filters = Filters(since=min(around), until=max(around))
    for day, name in placed:
        span = spans[name]
        assert (span.takes == UNDATED) == (day is None)
        is_within = day is not None and day_to_int(min(around)) <= day <= day_to_int(max(around))
        assert span.is_touched(Filters())
        assert not is_within or span.is_touched(filters)
        assert is_within or not span.is_touched(filters) or span.left_of(filters) == filters
    assert Table.read(table.text()) == table
