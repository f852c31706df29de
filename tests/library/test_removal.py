"""Removed articles are found no more, whatever happens on the way; their texts stay until they are to be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.articles import FieldMap
from assistant.errors import LibraryError
from assistant.library import analysis, removal
from assistant.library.history import history
from assistant.library.indexes import Indexer
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.story_index import StoryIndex
from assistant.records import Filters, short_hash
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import OpenLibrary, write_article


class Killed(BaseException):
    """As abrupt as a kill: nothing tidies up after it."""


@pytest.fixture
def library(open_library: OpenLibrary, clippings: Path) -> Library:
    library = open_library()
    ingest(library, [clippings], FieldMap())
    return library


def bridge(clippings: Path) -> str:
    return short_hash(str((clippings / "bridge.txt").resolve()), 10)


def found(library: Library, word: str) -> int:
    library.ready()
    hits = library.indexes.lexical.search(analysis.terms(word), 10, Filters())
    return len(library.catalog.searchable_passages([hit.passage_id for hit in hits]))


def sound(library: Library) -> bool:
    health = library.check()
    assert health.sound, health.findings
    return True


def test_a_removed_article_leaves_the_indexes_and_its_text_stays(library: Library, clippings: Path) -> None:
    assert removal.remove(library, [bridge(clippings)]) == 1
    assert found(library, "cracks") == 0
    assert library.indexes.vectors.count() == library.indexes.lexical.count() == 2
    assert library.status().articles == 2
    kept = library.catalog.article(bridge(clippings))
    assert kept is not None
    assert (kept.removed, kept.current) == (True, False)
    assert "cracks" in kept.text
    assert sound(library)


def test_it_is_not_taken_in_again_but_can_be_brought_back(library: Library, clippings: Path) -> None:
    removal.remove(library, [bridge(clippings)])
    write_article(clippings / "bridge.txt", "Another text about the bridge with cracks.")
    report = ingest(library, [clippings], FieldMap())
    assert (report.added, report.updated, report.unchanged) == (0, 0, 2)
    assert "--undo" in report.skipped[0].reason
    embedder = library.embedder
    assert isinstance(embedder, BagOfWordsEmbedder)
    embedder.embedded.clear()
    assert removal.bring_back(library, [bridge(clippings)]) == 1
    assert embedder.embedded == []
    assert found(library, "cracks") == 1
    assert ingest(library, [clippings], FieldMap()).updated == 1
    assert sound(library)


def test_forgetting_leaves_no_word_of_it_in_the_files(library: Library, clippings: Path) -> None:
    write_article(clippings / "bridge.txt", "Now the zanzibarian bridge is open.")
    ingest(library, [clippings], FieldMap())
    assert removal.remove(library, [bridge(clippings)], forget=True) == 1
    assert library.catalog.article(bridge(clippings)) is None
    assert history(library.catalog, bridge(clippings)) == ()
    assert found(library, "zanzibarian") == 0
    assert sound(library)
    title = b"Bridge"
    library.close()
    files = [file for file in library.folder.rglob("*") if file.is_file()]
    assert not [file for file in files if b"zanzibarian" in file.read_bytes()]
    assert not [file for file in files if title in file.read_bytes() and file.name.startswith("library.db")]


@pytest.mark.parametrize("forget", [False, True])
@pytest.mark.parametrize("step", [StoryIndex.remove, Indexer.drop, Library.drop])
def test_killed_on_the_way_either_the_article_is_there_or_no_trace_is_found(
    open_library: OpenLibrary,
    library: Library,
    clippings: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: Callable[..., Any],
    forget: bool,
) -> None:
    owner: Any = {"StoryIndex.remove": StoryIndex, "Indexer.drop": Indexer, "Library.drop": Library}[step.__qualname__]

    def killed(*given: Any, **named: Any) -> None:
        if owner is StoryIndex:
            step(*given, **named)
        raise Killed

    monkeypatch.setattr(owner, step.__name__, killed)
    with pytest.raises(Killed):
        removal.remove(library, [bridge(clippings)], forget=forget)
    library.close()
    monkeypatch.undo()
    again = open_library()
    there = again.catalog.known([bridge(clippings)])
    held = bool(there) and not there[bridge(clippings)].removed
    assert held == (owner is StoryIndex)
    assert found(again, "cracks") == held
    assert again.indexes.vectors.count() == again.indexes.lexical.count() == 2 + held
    assert sound(again)


@pytest.mark.parametrize("step", [Library.drop, Library.purge, Indexer.rebuild])
@pytest.mark.parametrize("then", ["ask", "write", "finish"])
def test_what_failed_while_texts_were_deleted_is_finished_by_the_next_command(
    open_library: OpenLibrary,
    library: Library,
    clippings: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: Callable[..., Any],
    then: str,
) -> None:
    write_article(clippings / "bridge.txt", "Now the zanzibarian bridge is open.")
    ingest(library, [clippings], FieldMap())
    owner = Library if step.__qualname__.startswith("Library") else Indexer

    def fails(*_given: Any, **_named: Any) -> None:
        raise LibraryError("The disk is full.")

    with monkeypatch.context() as patched, pytest.raises(LibraryError):
        patched.setattr(owner, step.__name__, fails)
        removal.remove(library, [bridge(clippings)], forget=True)
    library.close()
    said: list[str] = []
    again = open_library(notices=said)
    if then == "ask":
        assert found(again, "zanzibarian") == 0
    elif then == "write":
        ingest(again, [clippings / "vote.txt"], FieldMap())
    else:
        assert removal.finish_forgetting(again)
    assert "interrupted" in said[-1]
    assert not removal.finish_forgetting(again)
    assert again.indexes.vectors.count() == again.indexes.lexical.count() == 2
    assert sound(again)
    again.close()
    files = [file for file in again.folder.rglob("*") if file.is_file()]
    assert not [file for file in files if b"zanzibarian" in file.read_bytes()]


def test_articles_are_named_in_every_way_a_person_may(library: Library, clippings: Path) -> None:
    article = bridge(clippings)
    for name in (article, f"{article}-0123ab-4", str(clippings / "bridge.txt")):
        assert [info.id for info in removal.named(library, name)] == [article]
    assert len(removal.named(library, str(clippings))) == 3
    assert removal.named(library, "bridge") == []
    assert removal.named(library, "%") == []


def test_limits_are_those_of_a_search(library: Library, clippings: Path) -> None:
    write_article(clippings / "undated.txt", "Nobody knows when.", day=None)
    ingest(library, [clippings], FieldMap())

    def titles(**limits: Any) -> set[str]:
        return {info.title for info in removal.within(library, Filters(**limits))}

    assert titles(outlets=("orrin wire",)) == {"Bridge", "Spill", "Undated"}
    assert titles(until=date(2025, 3, 31)) == {"Bridge", "Vote"}
    assert titles(since=date(2025, 4, 2)) == {"Spill"}


def test_history_knows_the_day_of_a_removal(library: Library, clippings: Path) -> None:
    removal.remove(library, [bridge(clippings)])
    (only,) = history(library.catalog, bridge(clippings))
    assert (only.state, only.removed) == ("removed", date.today())
    removal.bring_back(library, [bridge(clippings)])
    (only,) = history(library.catalog, bridge(clippings))
    assert (only.state, only.removed) == ("searchable", None)


def test_arrivals_are_counted_by_the_day_of_the_first_version(library: Library, clippings: Path) -> None:
    write_article(clippings / "bridge.txt", "The bridge at Orrin is open again.")
    ingest(library, [clippings], FieldMap())
    assert library.catalog.came_in(date.today()) == 3
    removal.remove(library, [bridge(clippings)])
    assert library.catalog.came_in(date.today()) == 2
    assert library.catalog.came_in(date.today() + timedelta(days=1)) == 0


def test_history_says_what_changed(library: Library, clippings: Path) -> None:
    text = "The bridge at Orrin was closed on Tuesday. Inspectors had found cracks. It opens in May."
    write_article(clippings / "bridge.txt", text)
    ingest(library, [clippings], FieldMap())
    first, second = history(library.catalog, bridge(clippings))
    assert (first.state, second.state) == ("replaced", "searchable")
    assert (second.changed, second.added, second.dropped, second.retitled) == (1, 1, 0, False)
    assert second.taken == date.today()
    assert (second.characters, second.sentences) == (len(text), 3)
