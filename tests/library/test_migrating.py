"""An archive moved from a folder to servers and back: all of it, nothing embedded, and its source untouched."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.app import Assistant, _vector_places
from assistant.articles import FieldMap
from assistant.cli.main import main
from assistant.errors import LibraryError, UsageError
from assistant.fetching.follows import Follow
from assistant.library import sql_reader
from assistant.library.catalog import COPIED, MIGRATION, CatalogReader
from assistant.library.homes import LibraryNeeds, home_of
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.migrating import copy_catalog
from assistant.library.removal import bring_back, remove
from assistant.library_reports import MigrationProgress, MigrationReport
from assistant.places import LibraryPlace, place_of
from assistant.records import short_hash
from assistant.settings import load
from research.tools.running_chroma import RunningChroma
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import write_article
from tests.library.postgres_server import PostgresServer

Use = Callable[..., Assistant]


@pytest.fixture
def use(tmp_path: Path) -> Iterator[Use]:
    """Opens the archive at a place, as `assistant` does but with an embedder that needs nothing."""
    used: list[Assistant] = []

    def open_it(place: LibraryPlace | str, host: str = "one", chroma: str = "") -> Assistant:
        settings = load({}, library=place, cache=tmp_path / host, chroma=chroma, reader="off").settings
        where, needs = place_of(place), LibraryNeeds(cache=settings.cache, timeout_s=20)
        places, embedder = _vector_places(settings), BagOfWordsEmbedder()
        used.append(Assistant(lambda: Library(where, embedder, create=True, needs=needs, places=places), settings))
        return used[-1]

    yield open_it
    for assistant in used:
        assistant.close()


@pytest.fixture
def source(use: Use, tmp_path: Path, clippings: Path) -> Assistant:
    """An archive in a folder with all that a history leaves: versions, a removed and a forgotten article, a feed."""
    assistant = use(tmp_path / "library")
    library = assistant._library
    write_article(clippings / "gone.txt", "A ferry sank off Orrin. All were saved.")
    write_article(clippings / "tower.txt", "Correction: the tower of Orrin leans by a foot, not a yard.")
    ingest(library, [clippings], FieldMap())
    write_article(clippings / "bridge.txt", "The bridge at Orrin was closed on Monday. Inspectors had found 14 cracks.")
    ingest(library, [clippings], FieldMap())
    remove(library, [id_of(clippings / "vote.txt")])
    remove(library, [id_of(clippings / "gone.txt")], forget=True)
    library.follows.add([Follow(url="https://orrin.example/feed", title="Küste", seen=("a",))])
    return assistant


def id_of(file: Path) -> str:
    return short_hash(str(file), 10)


def content(catalog: CatalogReader) -> dict[str, list[dict[str, object]]]:
    """Everything that a catalog holds, but for what is its own."""
    return {name: [dict(row) for page in catalog.rows_after(name, None) for row in page] for name in COPIED}


def files(folder: Path) -> dict[str, str]:
    """The contents of all files that hold something; SQLite's shared memory is made again by who reads."""
    found = (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.endswith(("-shm", ".lock")))
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in found}


def spoil(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "library.db")) as connection, connection:
        connection.execute(statement)


def assert_complete(report: MigrationReport) -> None:
    assert not report.interrupted
    assert (report.articles, report.versions, report.feeds) == (3, 5, 1)
    assert report.compared_versions == report.versions
    assert report.questions and report.same_answers == report.questions


def test_to_servers_and_back_nothing_is_lost_embedded_or_changed(
    source: Assistant, use: Use, postgres: PostgresServer, chroma: RunningChroma, clippings: Path, tmp_path: Path
) -> None:
    at, held = postgres.place(), content(source._library.catalog)
    bridge = id_of(clippings / "bridge.txt")
    ref = source.search("bridge at Orrin closed")[0].ref
    source._library.embedder.embedded.clear()  # type: ignore[attr-defined]
    before = files(tmp_path / "library")
    told: list[MigrationProgress] = []
    report = source.migrate(at, chroma=chroma.url, on_migrated=told.append)
    assert_complete(report)
    assert report.target == at and report.copied == sum(map(len, held.values()))
    asked = source._library.embedder.embedded  # type: ignore[attr-defined]
    assert set(asked) <= {"Bridge", "Spill", "Tower"}, "titles that were asked, and no passage"
    assert files(tmp_path / "library") == before
    assert all(0 <= now.done <= now.total for now in told) and {now.step for now in told} >= {"Filling the indexes"}

    moved = use(at, "two", chroma.url)  # as another host, which has no files yet
    assert content(moved._library.catalog) == held
    assert moved.search("bridge at Orrin closed")[0].ref == ref
    assert moved.check_library().sound
    assert moved.permalink(ref) == source.permalink(ref) and moved.article(bridge, 1) == source.article(bridge, 1)
    assert [server.passages for server in moved.servers()] == [report.passages]
    vote = id_of(clippings / "vote.txt")
    assert moved.article(vote).removed and bring_back(moved._library, [vote]) == 1
    write_article(clippings / "dam.txt", "The dam above Orrin is safe, engineers said.")
    assert moved.ingest([clippings / "dam.txt"]).added == 1  # ids go on behind the copied ones
    third = use(at, "three", chroma.url)
    third.search("dam")
    moved.remove([vote])
    assert third.search("mayor votes Orrin", limit=1)[0].article.id != vote  # its own log is followed

    back = moved.migrate(tmp_path / "back")
    assert (back.articles, back.versions) == (4, 6) and back.same_answers == back.questions > 0
    home = use(tmp_path / "back")
    assert content(home._library.catalog) == content(moved._library.catalog)
    assert home._library.follows.all() == source._library.follows.all() and home.check_library().sound
    assert [embedded for embedded in home._library.embedder.embedded if embedded] == []  # type: ignore[attr-defined]


def test_stopped_at_any_moment_it_goes_on_from_there(
    source: Assistant, use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_reader, "_PAGE", 2)
    steps = ["Copying articles", "Copying passages", "Copying embeddings", "Comparing"]
    left = [*steps, "Filling the indexes", "Asking both"]

    def stop(now: MigrationProgress) -> None:
        if now.step in left:
            left.remove(now.step)
            raise KeyboardInterrupt

    for step in list(left):
        report = source.migrate(tmp_path / "copy", on_migrated=stop)
        assert report.interrupted and step not in left
        if step in steps:
            with pytest.raises(LibraryError, match=r"is not complete\. Complete it: assistant migrate --library"):
                use(tmp_path / "copy").search("bridge")
    report = source.migrate(tmp_path / "copy", on_migrated=stop)
    assert_complete(report)
    assert report.copied == 0
    copy = use(tmp_path / "copy")
    assert content(copy._library.catalog) == content(source._library.catalog) and copy.check_library().sound


def test_a_source_that_changed_since_is_copied_anew(
    source: Assistant, use: Use, clippings: Path, tmp_path: Path
) -> None:
    def stop(now: MigrationProgress) -> None:
        if now.step == "Copying embeddings":
            raise KeyboardInterrupt

    assert source.migrate(tmp_path / "copy", on_migrated=stop).interrupted
    source.remove([id_of(clippings / "tower.txt")])
    source.ingest([clippings / "tower.txt", clippings / "spill.txt"])
    report = source.migrate(tmp_path / "copy")
    assert report.copied == sum(map(len, content(source._library.catalog).values()))
    assert content(use(tmp_path / "copy")._library.catalog) == content(source._library.catalog)


def test_what_may_not_be_written_over_is_refused(source: Assistant, use: Use, clippings: Path, tmp_path: Path) -> None:
    taken = use(tmp_path / "taken")
    taken.ingest([clippings / "spill.txt"])
    held = content(taken._library.catalog)
    with pytest.raises(UsageError, match=r"There is a library in .* already, and a copy needs a place of its own"):
        source.migrate(tmp_path / "taken")
    assert content(taken._library.catalog) == held and taken._library.catalog.fact(MIGRATION) is None
    with pytest.raises(UsageError, match="is this library itself"):
        source.migrate(tmp_path / "library")

    def stop(_: MigrationProgress) -> None:
        raise KeyboardInterrupt

    assert source.migrate(tmp_path / "copy", on_migrated=stop).interrupted
    with pytest.raises(UsageError, match=r"is an unfinished copy of .*library\. Complete that one"):
        taken.migrate(tmp_path / "copy")
    source.migrate(tmp_path / "copy")
    write_article(clippings / "dam.txt", "The dam above Orrin is safe, engineers said.")
    use(tmp_path / "copy").ingest([clippings / "dam.txt"])
    with pytest.raises(UsageError, match="There is a library"):
        source.migrate(tmp_path / "copy")


def test_a_damaged_text_is_not_copied_and_unfinished_work_is_named(
    source: Assistant, use: Use, clippings: Path, tmp_path: Path
) -> None:
    catalog = source._library.catalog
    (last,) = catalog.last_key("versions") or ()
    spoil(tmp_path / "library", f"UPDATE versions SET text_hash = 'f' WHERE id = {last}")
    with pytest.raises(LibraryError, match=rf"is damaged \(text {last} is not the one"):
        source.migrate(tmp_path / "copy")
    spoil(tmp_path / "library", f"UPDATE versions SET state = 'pending' WHERE id = {last}")
    with pytest.raises(LibraryError, match="Finish it first: assistant doctor --repair"):
        source.migrate(tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_copy_that_differs_is_told_and_cannot_be_used(source: Assistant, use: Use, tmp_path: Path) -> None:
    def change(now: MigrationProgress) -> None:
        if now == MigrationProgress(step="Comparing", done=0, total=1):
            spoil(tmp_path / "copy", "UPDATE versions SET title = 'Another' WHERE id = (SELECT max(id) FROM versions)")

    catalog = source._library.catalog
    with pytest.raises(LibraryError, match=r"The copy differs from library in its articles, and cannot be used\. libr"):
        copy_catalog(catalog, "library", b"", home_of(tmp_path / "copy", "", LibraryNeeds()), change)
    with pytest.raises(LibraryError, match="is not complete"):
        use(tmp_path / "copy").status()


def test_the_command_says_what_was_copied_and_how_the_copy_is_used(
    tmp_path: Path, examples: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    chosen = next(file for file in sorted(examples.rglob("*")) if file.suffix in (".txt", ".md"))
    at = ["--library", str(tmp_path / "library")]
    assert main(["ingest", str(chosen), *at, "--quiet"]) == 0
    capsys.readouterr()
    assert main(["migrate", *at, "--to", str(tmp_path / "copy"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["articles"] == 1 and report["same_answers"] == report["questions"] == 1
    assert main(["migrate", *at, "--to", str(tmp_path / "copy")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "they are the same. Asked of both: the same sentences in the same order for 1 of 1 title." in shown
    assert "is as it was." in shown and "assistant config library" in shown
    assert main(["migrate", *at, "--to", "postgresql://me:secret@db/news"]) == 2
    assert "leave the password out here" in capsys.readouterr().err
    assert main(["migrate", *at, "--to", str(tmp_path / "x"), "--chroma", "db.example"]) == 2
    assert "chroma must be http://HOST:PORT" in capsys.readouterr().err
    assert main(["migrate", "--library", str(tmp_path / "none"), "--to", str(tmp_path / "y")]) == 3
    assert not (tmp_path / "y").exists()
