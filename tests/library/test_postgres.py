"""A library in a database: two hosts that share it, and a server that dies, stands still or is held by another."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from assistant.articles import FieldMap
from assistant.errors import DatabaseUnreachable, LibraryError, LibraryLocked, LibraryMissing, UsageError
from assistant.fetching.follows import Follow
from assistant.library.catalog import PENDING, SEARCHABLE
from assistant.library.homes import LibraryNeeds
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.removal import remove
from assistant.places import place_of
from assistant.records import Evidence, Filters, short_hash
from assistant.retrieval.retriever import Retriever
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import write_article
from tests.library.postgres_server import PostgresServer

OpenHost = Callable[..., Library]


@pytest.fixture
def at(postgres: PostgresServer) -> str:
    return postgres.place()


@pytest.fixture
def host(at: str, tmp_path: Path) -> Iterator[OpenHost]:
    """Opens the library as a host of this name would, with files of its own."""
    opened: list[Library] = []

    def open_it(name: str = "one", *, create: bool = True, timeout_s: float = 20) -> Library:
        needs = LibraryNeeds(cache=tmp_path / name, timeout_s=timeout_s)
        opened.append(Library(place_of(at), BagOfWordsEmbedder(), create=create, needs=needs))
        return opened[-1]

    yield open_it
    for library in opened:
        library.close()


def found(library: Library, words: str) -> list[str]:
    """The titles of the articles found by these words, by meaning and by terms."""
    library.ready()
    vector = library.embedder.embed([words])[0]
    keys = [hit.passage_id for hit in library.indexes.vectors.search(vector, 1, Filters())]
    keys += [hit.passage_id for hit in library.indexes.lexical.search(words.lower().split(), 5, Filters())]
    return sorted({stored.info.title for stored in library.catalog.searchable_passages(keys).values()})


def assert_whole(library: Library, articles: int) -> None:
    library.ready()
    count = library.catalog.passage_count()
    assert library.indexes.vectors.count() == library.indexes.lexical.count() == count
    assert len(library.catalog.version_ids(SEARCHABLE)) == len(library.catalog.articles()) == articles
    assert library.catalog.version_ids(PENDING) == []
    assert [finding.fault for finding in library.check().findings if finding.fault] == []


def test_a_second_host_finds_what_the_first_took_in_changed_and_removed(host: OpenHost, clippings: Path) -> None:
    one = host("one")
    assert ingest(one, [clippings], FieldMap()).added == 3
    two = host("two", create=False)
    assert found(two, "cracks bridge") == ["Bridge"]
    assert two.embedder.embedded == ["cracks bridge"]  # type: ignore[attr-defined]  # no passage again
    assert two.folder != one.folder
    write_article(clippings / "tower.txt", "The tower of Orrin leans by a yard.")
    write_article(clippings / "spill.txt", "A spill reached the river. Two were hurt.")
    assert ingest(one, [clippings], FieldMap()).updated == 1
    assert found(two, "tower leans") == ["Tower"]
    remove(one, [short_hash(str(clippings / "bridge.txt"), 10)], forget=True)
    assert "Bridge" not in found(two, "cracks bridge")
    write_article(clippings / "vote.txt", "Voters in Orrin chose a new mayor. She won by 81 votes.", outlet="Another")
    ingest(two, [clippings / "vote.txt"], FieldMap())  # and the other way round
    one.ready()
    assert one.indexes.lexical.count_within(Filters(outlets=("Another",))) == 1
    for library in (one, two):
        assert_whole(library, 3)
    two.follows.add([Follow(url="https://orrin.example/feed")])
    assert list(one.follows.all()) == ["https://orrin.example/feed"]


def test_a_search_asks_the_database_six_times(host: OpenHost, clippings: Path) -> None:
    write_article(clippings / "again.txt", "The bridge at Orrin was closed on Monday. Inspectors had found cracks.")
    library, asked = host(), list[str]()
    ingest(library, [clippings], FieldMap())
    retriever = Retriever(library)

    def search() -> Sequence[Evidence]:
        day = date(2025, 4, 1)
        return retriever.retrieve("cracks in the bridge", limit=5, asked_on=day, filters=Filters()).evidence

    search()
    event.listen(library.catalog._engine, "before_cursor_execute", lambda *told: asked.append(told[2]))  # type: ignore[attr-defined]
    assert search()[0].article.title in ("Again", "Bridge")
    assert len(asked) <= 6, asked


def test_index_files_that_were_left_half_written_or_are_of_another_history_are_put_right(
    host: OpenHost, clippings: Path
) -> None:
    one = host()
    ingest(one, [clippings], FieldMap())
    one.indexes.withdraw_marker()  # as before a change that a crash cut short
    one.close()
    again = host()
    assert_whole(again, 3)
    marker = again.folder / "indexes.json"
    again.close()
    marker.write_text(marker.read_text().replace('"number": ', '"number": 7'))  # of a database that was put back
    assert_whole(host(), 3)


@pytest.mark.parametrize("moment", ["record", "cache", "mark_searchable"])
def test_killed_while_it_writes_the_server_loses_nothing_that_was_acknowledged(
    moment: str, postgres: PostgresServer, host: OpenHost, clippings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = host()
    ingest(library, [clippings / "bridge.txt"], FieldMap())
    write = getattr(library.catalog, moment)

    def killed(*arguments: object) -> None:
        postgres.kill()
        write(*arguments)

    monkeypatch.setattr(library.catalog, moment, killed)
    with pytest.raises(DatabaseUnreachable, match=r"(?s)The database postgresql://.* (cannot be reached|was lost)"):
        ingest(library, [clippings], FieldMap())
    with pytest.raises(DatabaseUnreachable, match="cannot be reached"):
        library.ready()
    postgres.start()
    library.close()
    again = host()
    pending = len(again.catalog.version_ids(PENDING))
    assert pending == (0 if moment == "record" else 2)
    assert ingest(again, [clippings], FieldMap()).added == 2 - pending
    assert_whole(again, 3)


WRITER = """
import sys, time
from pathlib import Path
from assistant.library.homes import LibraryNeeds
from assistant.library.library import Library
from assistant.places import place_of
from tests.fakes.embedder import BagOfWordsEmbedder

needs = LibraryNeeds(cache=Path(sys.argv[2]), timeout_s=20)
library = Library(place_of(sys.argv[1]), BagOfWordsEmbedder(), create=True, needs=needs)
with library.writing():
    print("writing", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_told_who_writes_and_goes_on_when_that_one_is_killed(
    at: str, host: OpenHost, clippings: Path, tmp_path: Path
) -> None:
    mine = host("mine")
    ingest(mine, [clippings], FieldMap())
    command = [sys.executable, "-c", WRITER, at, str(tmp_path / "other")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        began = time.monotonic()
        with pytest.raises(LibraryLocked, match=rf"process {other.pid} on .+, since 20\d\d-"), mine.writing():
            pass
        assert time.monotonic() - began < 5
        assert found(mine, "cracks bridge") == ["Bridge"]  # reading goes on
        other.kill()
    began = time.monotonic()
    while True:
        try:
            with mine.writing():
                break
        except LibraryLocked:
            assert time.monotonic() - began < 5
    assert_whole(mine, 3)


def test_a_writer_whose_connection_was_cut_writes_nothing_more(host: OpenHost, clippings: Path) -> None:
    first, second = host("first"), host("second")
    ingest(first, [clippings], FieldMap())
    with pytest.raises(DatabaseUnreachable), first.writing():
        second.catalog.fact("embedder")
        cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1"
        second.catalog._read(lambda c: c.exec_driver_sql(cut).all())  # type: ignore[attr-defined]
        with second.writing():
            with pytest.raises(DatabaseUnreachable):
                first.catalog.set_facts({"splitter": "first"})
            with pytest.raises(DatabaseUnreachable, match="the writer's lock"):
                first.catalog.set_facts({"splitter": "first"})
            second.catalog.set_facts({"splitter": "second"})
        first.catalog.set_facts({"splitter": "first"})
    assert second.catalog.fact("splitter") == "second"


def test_a_server_that_stands_still_is_an_error_in_time(
    postgres: PostgresServer, host: OpenHost, clippings: Path
) -> None:
    library = host(timeout_s=1)
    ingest(library, [clippings], FieldMap())
    found(library, "cracks")
    with postgres.standing_still():
        began = time.monotonic()
        with pytest.raises(DatabaseUnreachable, match="did not answer in time"):
            library.catalog.outlets()
        with pytest.raises(DatabaseUnreachable):
            library.catalog.set_facts({"splitter": "x"})
        assert time.monotonic() - began < 20
    assert library.catalog.outlets() == ("Orrin Wire", "The Courant")
    assert found(library, "cracks bridge") == ["Bridge"]


def test_a_server_that_was_started_anew_is_asked_again(postgres: PostgresServer, host: OpenHost) -> None:
    library = host()
    assert library.catalog.fact("format") is None
    postgres.kill()
    postgres.start()
    assert library.catalog.outlets() == ()


def test_what_cannot_be_used_is_said_in_one_line_without_the_password(postgres: PostgresServer, at: str) -> None:
    secret = at.replace("assistant@", "assistant:swordfish@")

    def opened(url: str, **more: object) -> Library:
        return Library(place_of(url), BagOfWordsEmbedder(), needs=LibraryNeeds(timeout_s=5), **more)  # type: ignore[arg-type]

    for url, error, words in (
        (secret, LibraryMissing, "There is no library in postgresql://assistant@127"),
        (secret.replace("/news", "/olds"), LibraryError, "createdb --host=127.0.0.1 .* olds"),
        ("postgresql://assistant:swordfish@127.0.0.1:1/news", DatabaseUnreachable, "refused"),
    ):
        with pytest.raises(error, match=words) as told:
            opened(url)
        assert "swordfish" not in f"{told.value!r} {told.value}"
    assert "swordfish" not in repr(place_of(secret))
    for url in ("postgresql://h/", "postgresql://h:x/d", "mysql://u:swordfish@h/d", "postgresql://h/d?schema=A-b",
                "postgresql://u:swordfish@h/d?password=swordfish"):  # fmt: skip
        with pytest.raises(UsageError) as refused:
            place_of(url)
        assert "swordfish" not in str(refused.value)
