"""The catalog does the same over every database: each test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.library.catalog import PENDING, REMOVED, REPLACED, SEARCHABLE, Catalog
from assistant.library.chunking import cut_up
from assistant.library.homes import LibraryNeeds, home_of
from assistant.places import LibraryPlace
from assistant.records import Article, short_hash
from tests.fakes.embedder import BagOfWordsEmbedder

EMBEDDER = BagOfWordsEmbedder()


@pytest.fixture
def catalog(place: LibraryPlace, tmp_path: Path) -> Iterator[Catalog]:
    home = home_of(place, EMBEDDER.name, LibraryNeeds(cache=tmp_path / "cache", timeout_s=20))
    opened = home.open_catalog(lambda _: pytest.fail("nothing is to be upgraded"), create=True)
    yield opened
    opened.close()


def article(
    source: str, text: str, *, title: str = "Bridge", outlet: str = "Orrin Wire", day: int | None = 4
) -> Article:
    published = date(2025, 3, day) if day else None
    return Article(source=source, text=text, title=title, outlet=outlet, published=published, authors=("Ana Varga",))


def taken_in(catalog: Catalog, *articles: Article) -> list[int]:
    """Record articles and say that the indexes hold them; returns the ids of their versions."""
    catalog.record([cut_up(each, EMBEDDER) for each in articles])
    rows = catalog.version_ids(PENDING)
    catalog.mark_searchable(rows)
    return rows


def id_of(source: str) -> str:
    return short_hash(source, 10)


def test_what_is_recorded_is_pending_then_searchable_then_replaced(catalog: Catalog) -> None:
    catalog.record([cut_up(article("/a", "The bridge is shut. It has cracks."), EMBEDDER)])
    (row,) = catalog.version_ids(PENDING)
    assert catalog.passage_count() == 0
    assert catalog.passage_ids(SEARCHABLE) == []
    before = catalog.revision()
    catalog.mark_searchable([row])
    assert catalog.version_ids(SEARCHABLE) == [row]
    (key,) = catalog.passage_ids(SEARCHABLE)
    assert catalog.searchable_passages([key, 1])[key].info.title == "Bridge"
    assert catalog.texts([row])[row].text == "The bridge is shut. It has cracks."
    assert catalog.passage_counts([row]) == {row: 1}

    catalog.record([cut_up(article("/a", "The bridge is open again."), EMBEDDER)])
    (new,) = catalog.version_ids(PENDING)
    assert catalog.superseded([new]) == [key]
    catalog.mark_searchable([new])
    assert catalog.version_ids(REPLACED) == [row]
    assert catalog.searchable_passages([key]) == {}
    assert [v.state for v in catalog.versions(id_of("/a"))] == [REPLACED, SEARCHABLE]
    assert list(catalog.stray_passages()) == []
    assert catalog.revision() > before or not catalog.server()
    assert catalog.fault() == ""


def test_dates_names_and_titles_are_ordered_and_found_alike(catalog: Catalog) -> None:
    taken_in(
        *(catalog, article("/b/one", "One is here.", title="Ärger in ORRIN", outlet="orrin", day=9)),
        *(article("/b/two", "Two is here.", title="Zebra of Orrin", outlet="Orrin", day=None),),
        *(article("/c/x_y", "Three is here.", title="100% orrin", outlet="Äther", day=7),),
    )
    assert catalog.outlets() == ("Orrin", "orrin", "Äther")  # by bytes, not by a language
    assert [info.title for info in catalog.titled(["orrin"], 5)] == ["Ärger in ORRIN", "100% orrin", "Zebra of Orrin"]
    assert [info.title for info in catalog.titled(["0%"], 5)] == ["100% orrin"]
    assert [info.title for info in catalog.find(folder="/b")] == ["Zebra of Orrin", "Ärger in ORRIN"]
    assert [info.title for info in catalog.find(places=["/c/x_y"])] == ["100% orrin"]
    assert catalog.find(folder="/c/x") == catalog.find() == []
    assert [p.info.title for p in catalog.openings(date(2025, 3, 1), date(2025, 3, 8), 5)] == ["100% orrin"]
    assert catalog.authors() == ("Ana Varga",)
    figures = catalog.status("there", "some", 7)
    assert (figures.articles, figures.sentences, figures.undated, figures.pending) == (3, 3, 1, 0)
    assert (figures.first, figures.last, figures.bytes_on_disk) == (date(2025, 3, 7), date(2025, 3, 9), 7)
    assert figures.outlets == (("Orrin", 1), ("orrin", 1), ("Äther", 1))
    assert [info.id for info in catalog.articles()] == sorted(info.id for info in catalog.articles())


def test_an_article_is_removed_brought_back_and_forgotten(catalog: Catalog) -> None:
    kept, gone = taken_in(catalog, article("/a", "Alpha is here."), article("/b", "Beta is there."))
    (hashed,) = catalog.passage_hashes([gone])[gone]
    catalog.cache("e", {hashed: (b"1234", None)})
    catalog.cache("e", {hashed: (b"other", None)})
    assert catalog.cached("e", [hashed, b"?" * 16]) == {hashed: (b"1234", None)}
    keys = catalog.passage_ids(SEARCHABLE)
    left = catalog.remove([id_of("/b")])
    assert len(left) == 1
    assert set(left) < set(keys)
    assert catalog.version_ids(REMOVED) == [gone]
    assert catalog.known([id_of("/b")])[id_of("/b")].removed
    (removed,) = catalog.removed([id_of("/b")])
    (listed,) = catalog.removed_articles()
    assert (listed.article.id, listed.removed) == (id_of("/b"), date.today())
    catalog.restore({removed.version_id: cut_up(article("/b", removed.text), EMBEDDER, removed.sentences)})
    assert catalog.version_ids(PENDING) == [gone]
    assert catalog.removed_articles() == []
    catalog.mark_searchable([gone])
    assert set(catalog.passage_ids(SEARCHABLE)) == set(keys)
    assert catalog.passage_vectors("e", left) == {left[0]: (b"1234", None)}
    catalog.remove([id_of("/b")], forget=True)
    assert catalog.article(id_of("/b")) is None
    assert catalog.cached("e", [hashed]) == {}
    assert catalog.version_ids(SEARCHABLE) == [kept]


def test_the_sample_of_an_article_is_evenly_chosen_from_what_was_embedded(catalog: Catalog) -> None:
    long = "\n\n".join(f"Part {n}. " + f"word{n} " * 300 for n in range(11))
    row, short = taken_in(catalog, article("/a", long), article("/b", "Beta is there."))
    hashes = catalog.passage_hashes([row])[row]
    assert len(hashes) >= 11
    vectors = {hashed: (bytes([n, 1]), b"s") for n, hashed in enumerate(hashes)}
    catalog.cache("e", {hashed: vectors[hashed] for hashed in hashes if hashed != hashes[0]})
    catalog.cache("other", vectors)
    for most in range(1, len(hashes) + 2):
        expected = [(vectors[hashed][0], None) for hashed in hashes[:: -(-len(hashes) // most)][1:]]
        assert catalog.sampled_vectors("e", [row, short], 2, most).get(row, []) == expected
    assert (
        catalog.sampled_vectors("e", [row, short], len(hashes) + 1, 8) == catalog.sampled_vectors("e", [], 1, 8) == {}
    )
    keys = catalog.passage_ids(SEARCHABLE)
    known, computed = catalog.embedded("e", [1, *reversed(keys)])
    stored = catalog.searchable_passages(keys)
    assert known == [stored[key] for key in sorted(keys) if stored[key].text_hash in hashes[1:]]
    assert computed == {hashed: vectors[hashed] for hashed in hashes[1:]}


def test_prints_of_one_story_know_each_other(catalog: Catalog) -> None:
    text = " ".join(f"Sentence {n} tells what happened at the bridge in Orrin on that day." for n in range(12))
    taken_in(
        catalog, article("/a", text), article("/b", f"{text} It goes on.", outlet="The Courant"), article("/c", "No.")
    )
    infos = {info.source: info for info in catalog.articles()}
    prints = catalog.prints(list(infos.values()))
    assert [(other.info.source, other.current) for other in prints[infos["/a"].id]] == [("/b", True)]
    assert prints[infos["/b"].id][0].text == text
    assert catalog.prints([infos["/b"]]) == {infos["/b"].id: prints[infos["/b"].id]}
    assert infos["/c"].id not in prints


def test_facts_are_replaced_and_swapped(catalog: Catalog) -> None:
    catalog.set_facts({"embedder": "a"})
    catalog.set_facts({"embedder": "b"})
    assert catalog.fact("embedder") == "b"
    assert catalog.swap_fact("feeds", None, "one")
    assert not catalog.swap_fact("feeds", None, "two")
    assert not catalog.swap_fact("feeds", "none", "two")
    assert catalog.swap_fact("feeds", "one", "two")
    assert catalog.fact("feeds") == "two"


def test_a_new_label_is_pending_again_and_many_values_are_asked_at_once(catalog: Catalog) -> None:
    many = [article(f"/n/{n}", f"Number {n} is in the list.") for n in range(620)]  # more than one part of a query
    rows = taken_in(catalog, *many)
    assert len(catalog.texts(rows)) == len(catalog.known([id_of(each.source) for each in many])) == 620
    assert len(catalog.passages_of(rows)) == catalog.passage_count() == 620
    catalog.relabel(rows[0], article("/n/0", many[0].text, title="Another"))
    assert catalog.version_ids(PENDING) == rows[:1]
    assert catalog.known([id_of("/n/0")])[id_of("/n/0")].label.title == "Another"
