"""A library whose vectors stand on a server: everything works as in files, and a server that is away is only away."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.errors import IndexUnreachable
from assistant.library import nearest, removal
from assistant.library.chroma_server import ChromaServer, ServerPlaces
from assistant.library.homes import LibraryNeeds
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.nearest import nearest_passages
from assistant.places import place_of
from assistant.records import Filters
from research.tools.running_chroma import RunningChroma
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import write_article
from tests.library.postgres_server import PostgresServer

WORDS = ["bridge", "mayor", "river", "vote", "spill", "ferry", "cracks", "harbour", "strike", "school", "tram", "dam"]
ALL = Filters()
Open = Callable[..., Library]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Sixty short articles of three years, each seventh without a day."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for i in range(60):
        day = None if i % 7 == 0 else date(2022 + i % 3, 1 + i % 12, 1 + i % 28)
        words = f"{WORDS[i % 12]} {WORDS[i * 5 % 12]} {WORDS[i * 7 % 11]}"
        write_article(folder / f"{i}.txt", f"The {words} of number {i}.", outlet=f"Wire {i % 4}", day=day)
    return folder


@pytest.fixture
def open_on(tmp_path: Path) -> Iterator[Open]:
    """Opens a library of the test with its vectors on a server, as often as wanted; all are closed at the end."""
    opened: list[Library] = []

    def open_it(url: str, name: str = "library", timeout: float = 60.0, **given: object) -> Library:
        places = ServerPlaces(urls=(url,), timeout=timeout, most=20)
        embedder = given.pop("embedder", None) or BagOfWordsEmbedder()
        library = Library(tmp_path / name, embedder, create=True, places=places, **given)  # type: ignore[arg-type]
        opened.append(library)
        return library

    yield open_it
    for library in opened:
        library.close()


def take(library: Library, source: Path) -> None:
    ingest(library, [source], FieldMap())


def answers(library: Library, filters: Filters = ALL) -> list[list[int]]:
    """Return what each word finds. How near it is, is compared by the contract of the indexes."""
    library.ready()
    vectors = library.embedder.embed(WORDS)
    hits = (nearest_passages(library, vector, 60, filters) for vector in vectors)
    return [sorted(hit.passage_id for hit in some) for some in hits]


def names(url: str) -> set[str]:
    with closing(ChromaServer(url, "", 10.0)) as server:
        return {name for name, _ in server.collections()}


def held(library: Library) -> list[int]:
    return sorted(library.indexes.vectors.keys())


@pytest.fixture
def in_files(tmp_path: Path, articles: Path) -> Iterator[Library]:
    library = Library(tmp_path / "in-files", BagOfWordsEmbedder(), create=True)
    take(library, articles)
    yield library
    library.close()


@pytest.mark.parametrize("scanned", [nearest.SCANNED, 10])
def test_a_library_on_a_server_finds_what_one_in_files_finds(
    chroma: RunningChroma,
    open_on: Open,
    articles: Path,
    in_files: Library,
    monkeypatch: pytest.MonkeyPatch,
    scanned: int,
) -> None:
    monkeypatch.setattr(nearest, "SCANNED", scanned)
    library = open_on(chroma.url)
    take(library, articles)
    for filters in (
        Filters(),
        Filters(since=date(2023, 1, 1), until=date(2023, 12, 31)),
        Filters(since=date(2023, 5, 1), outlets=("wire 1", "Wire 2")),
    ):
        assert answers(library, filters) == answers(in_files, filters)
    write_article(articles / "5.txt", "The tram of number 5 is another one.", day=date(2024, 2, 2))
    write_article(articles / "7.txt", "The bridge mayor river of number 7.", outlet="Wire 3", day=date(2022, 2, 2))
    removed = [removal.named(library, str(articles / "9.txt"))[0].id]
    for changed in (library, in_files):
        take(changed, articles)
        removal.remove(changed, removed)
    assert answers(library) == answers(in_files)
    removal.remove(library, [removal.named(library, str(articles / "11.txt"))[0].id], forget=True)
    assert held(library) == sorted(library.catalog.passage_ids("searchable"))
    assert library.indexes.vectors.dead_count() == 0  # it was built anew, and the old collections are gone
    assert len([n for n in names(chroma.url) if n in str(library.catalog.fact("vector_collections"))]) == len(
        library.indexes.vectors.fingerprint()
    )
    assert [server.fault for server in library.servers()] == [""]
    assert library.servers()[0].passages == library.catalog.passage_count()
    assert not any(finding.fault for finding in library.check().findings)


def test_libraries_share_a_server_and_never_touch_what_belongs_to_another(
    chroma: RunningChroma, open_on: Open, articles: Path, tmp_path: Path
) -> None:
    first = open_on(chroma.url)
    take(first, articles)
    before, kept = answers(first), names(chroma.url)
    take(open_on(chroma.url, "second"), articles)
    first.close()
    shutil.copytree(tmp_path / "library", tmp_path / "copy")
    copied = open_on(chroma.url, "copy")
    assert answers(copied) == before
    removal.remove(copied, [article.id for article in copied.catalog.articles()][:30], forget=True)
    assert copied.reembed() == 0
    first.backup(tmp_path / "backup")
    places = ServerPlaces(urls=(chroma.url,))
    restored = Library.restore(tmp_path / "backup", tmp_path / "restored", BagOfWordsEmbedder(), places=places)
    assert answers(restored) == before
    restored.close()
    assert kept <= names(chroma.url)
    again = open_on(chroma.url)
    notices: list[str] = []
    assert (answers(again), notices) == (before, [])


def test_another_embedder_gets_collections_of_its_own(chroma: RunningChroma, open_on: Open, articles: Path) -> None:
    library = open_on(chroma.url)
    take(library, articles)
    library.close()
    other = open_on(chroma.url, embedder=BagOfWordsEmbedder(32))
    assert other.reembed() > 0
    assert held(other) == sorted(other.catalog.passage_ids("searchable"))
    assert all(len(hits) == 60 for hits in answers(other))


@pytest.fixture
def own_chroma(tmp_path: Path) -> Iterator[RunningChroma]:
    with RunningChroma(tmp_path / "server") as running:
        yield running


class Killing(BagOfWordsEmbedder):
    """An embedder that kills the server before the passages of its second batch are written."""

    def __init__(self, chroma: RunningChroma) -> None:
        super().__init__()
        self._chroma = chroma

    def embed_passages(self, *given: object) -> object:  # type: ignore[override]
        if len(self.embedded) > 40:
            self._chroma.kill()
        return super().embed_passages(*given)  # type: ignore[arg-type]


def test_a_server_killed_during_an_ingest_loses_nothing(
    own_chroma: RunningChroma, open_on: Open, articles: Path, in_files: Library, tmp_path: Path
) -> None:
    """F1: what was recorded is kept, the next run finishes it, and nothing is built anew."""
    first = tmp_path / "first"
    first.mkdir()
    for i in range(45):
        shutil.copy(articles / f"{i}.txt", first)
    library = open_on(own_chroma.url, embedder=Killing(own_chroma))
    take(library, first)
    with pytest.raises(IndexUnreachable, match=own_chroma.url):
        take(library, articles)
    assert library.catalog.version_ids("pending")
    with pytest.raises(IndexUnreachable):
        answers(library)
    assert library.servers()[0].fault
    library.close()
    own_chroma.start()
    notices: list[str] = []
    again = open_on(own_chroma.url, notify=notices.append)
    take(again, articles)
    assert not [notice for notice in notices if "rebuilt" in notice]
    assert held(again) == sorted(again.catalog.passage_ids("searchable"))
    assert not again.catalog.version_ids("pending")


def test_a_server_that_stands_still_is_an_error_in_time_and_works_again(
    own_chroma: RunningChroma, open_on: Open, articles: Path
) -> None:
    """F6: no hang; and after SIGCONT the same open library goes on."""
    library = open_on(own_chroma.url, timeout=1.5)
    take(library, articles)
    before = answers(library)
    own_chroma.send(signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(IndexUnreachable, match="does not answer in time"):
        answers(library)
    assert time.monotonic() - began < 1.5 + 5
    own_chroma.send(signal.SIGCONT)
    assert answers(library) == before


def test_a_server_started_anew_between_two_questions_goes_unnoticed(
    own_chroma: RunningChroma, open_on: Open, articles: Path
) -> None:
    library = open_on(own_chroma.url)
    take(library, articles)
    before = answers(library)
    own_chroma.kill()
    own_chroma.start()
    assert answers(library) == before


@pytest.mark.parametrize("gone", ["all", "one"])
def test_only_what_is_missing_is_built_and_nothing_is_embedded(
    own_chroma: RunningChroma, open_on: Open, articles: Path, gone: str
) -> None:
    """F8: an empty volume, and one collection deleted, also under an open library."""
    library = open_on(own_chroma.url)
    take(library, articles)
    before, stood = answers(library), names(own_chroma.url)
    if gone == "one":
        with closing(ChromaServer(own_chroma.url, "", 10.0)) as server:
            server.drop(sorted(stood)[0])
    else:
        own_chroma.kill()
        shutil.rmtree(own_chroma.folder)
        own_chroma.start()
    with pytest.raises(Exception, match="doctor --repair"):
        answers(library)
    library.close()
    embedder = BagOfWordsEmbedder()
    again = open_on(own_chroma.url, embedder=embedder)
    assert answers(again) == before
    assert embedder.embedded == WORDS  # the questions
    if gone == "one":
        assert stood - {sorted(stood)[0]} <= names(own_chroma.url)
    assert held(again) == sorted(again.catalog.passage_ids("searchable"))


def test_one_of_two_servers_away_is_named_and_the_other_one_does_not_answer_alone(
    own_chroma: RunningChroma, chroma: RunningChroma, articles: Path, tmp_path: Path
) -> None:
    """Without its address in the setting, what it held is filled into the other one."""

    def opened(*urls: str) -> Library:
        return Library(tmp_path / "library", BagOfWordsEmbedder(), create=True, places=ServerPlaces(urls=urls, most=20))

    with closing(opened(chroma.url, own_chroma.url)) as library:
        take(library, articles)
        before, shares = answers(library), [server.passages for server in library.servers()]
        assert (min(shares) > 0, sum(shares)) == (True, 60)
        own_chroma.kill()
        with pytest.raises(IndexUnreachable, match=own_chroma.url):
            answers(library)
        assert [bool(server.fault) for server in library.servers()] == [False, True]
    with closing(opened(chroma.url)) as alone:
        assert answers(alone) == before
        assert [server.passages for server in alone.servers()] == [60]


def test_who_asks_during_a_rebuild_is_answered(chroma: RunningChroma, open_on: Open, articles: Path) -> None:
    library, reader = open_on(chroma.url), open_on(chroma.url)
    take(library, articles)
    before = answers(reader)
    ends = threading.Event()

    def rebuild() -> None:
        for _ in range(3):
            library.purge()
        ends.set()

    running = threading.Thread(target=rebuild)
    running.start()
    vector = reader.embedder.embed(["bridge"])[0]
    rounds = 0
    while not ends.is_set():
        assert len(reader.indexes.vectors.search(vector, 60, Filters())) == 60
        rounds += 1
    running.join()
    assert rounds > 2
    assert answers(reader) == before


def test_hosts_that_follow_one_database_share_the_vectors_and_only_who_writes_changes_them(
    chroma: RunningChroma, postgres: PostgresServer, articles: Path, in_files: Library, tmp_path: Path
) -> None:
    place, notices = place_of(postgres.place()), list[str]()

    def host(name: str) -> Library:
        needs = LibraryNeeds(cache=tmp_path / name, timeout_s=20)
        places = ServerPlaces(urls=(chroma.url,), most=20)
        embedder = BagOfWordsEmbedder()
        return Library(place, embedder, create=True, notify=notices.append, needs=needs, places=places)

    with closing(host("one")) as one, closing(host("two")) as two:
        take(one, articles)
        made = set(one.indexes.vectors.fingerprint())
        assert answers(two) == answers(in_files)
        removed = [removal.named(two, str(articles / f"{i}.txt"))[0].id for i in (9, 10)]
        for library in (two, in_files):
            removal.remove(library, removed)
        assert answers(one) == answers(in_files)
        with closing(host("three")) as three:
            write_article(articles / "5.txt", "The tram of number 5 is another one.", day=date(2024, 2, 2))
            for library in (three, in_files):
                take(library, articles)
        assert answers(one) == answers(two) == answers(in_files)
        assert made <= set(one.indexes.vectors.fingerprint())
        assert not [notice for notice in notices if "chroma" in notice]
        with closing(ChromaServer(chroma.url, "", 10.0)) as server:
            server.drop(sorted(made)[0])
        one.close()
        with closing(host("one")) as again:
            assert answers(again) == answers(in_files)
        assert answers(two) == answers(in_files)
        assert held(two) == sorted(two.catalog.passage_ids("searchable"))
