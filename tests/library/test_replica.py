"""The index files of a host: how far they are behind, what they do when the log was cut, and many who ask at once."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.cli.main import main
from assistant.errors import DatabaseUnreachable, IndexUnreachable, LibraryError, UsageError
from assistant.library.chroma_server import ServerPlaces
from assistant.library.disk import MarkerFile
from assistant.library.homes import LibraryNeeds
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.removal import remove
from assistant.library_reports import MigrationProgress
from assistant.places import place_of
from assistant.records import Filters, short_hash
from assistant.retrieval.retriever import Retriever
from research.tools.running_chroma import RunningChroma
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import write_article
from tests.library.postgres_server import PostgresServer, postgres_server

OpenHost = Callable[..., Library]
_WITHIN_S = 5.0  # a new article is found by everybody


@pytest.fixture
def host(postgres: PostgresServer, tmp_path: Path) -> Iterator[OpenHost]:
    """Opens one library as a host of this name would, with files of its own and what it was told in `notices`."""
    at, opened = postgres.place(), list[Library]()

    def open_it(name: str, notices: list[str] | None = None) -> Library:
        needs = LibraryNeeds(cache=tmp_path / name, timeout_s=20)
        say = notices.append if notices is not None else lambda _: None
        opened.append(Library(place_of(at), BagOfWordsEmbedder(), create=True, needs=needs, notify=say))
        return opened[-1]

    yield open_it
    for library in opened:
        library.close()


def refs(library: Library, question: str) -> list[str]:
    found = Retriever(library).retrieve(question, limit=5, asked_on=date(2025, 4, 1), filters=Filters())
    return [evidence.ref for evidence in found.evidence]


def assert_current(library: Library) -> None:
    lag = library.lag()
    assert lag is not None and lag.current and library.check().sound
    passages = library.catalog.passage_count()
    assert library.indexes.vectors.count() == library.indexes.lexical.count() == passages


def test_how_far_a_host_is_behind_is_told_until_it_is_asked(host: OpenHost, clippings: Path) -> None:
    one, two = host("one"), host("two")
    ingest(one, [clippings / "bridge.txt"], FieldMap())
    lag = two.status().index_lag
    assert lag is not None and not lag.filled
    health = two.check()
    assert health.sound and "behind the database" in health.notices[0], "not filled yet is no fault"
    refs(two, "cracks in the bridge")
    assert_current(two)
    ingest(one, [clippings], FieldMap())
    time.sleep(0.1)
    lag = two.status().index_lag
    assert lag is not None and lag.filled and lag.changes >= 1 and 0.1 <= lag.seconds < 60
    assert two.check().sound
    assert refs(two, "Who won the vote?") == refs(one, "Who won the vote?") != []
    assert_current(two)


def test_files_that_the_log_does_not_reach_back_to_are_filled_anew_without_embedding(
    host: OpenHost, clippings: Path
) -> None:
    one, two = host("one"), host("two")
    ingest(one, [clippings / "bridge.txt"], FieldMap())
    refs(two, "bridge")
    two.close()
    ingest(one, [clippings], FieldMap())
    remove(one, [short_hash(str(clippings / "bridge.txt"), 10)])
    with one.catalog._transaction() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("DELETE FROM changes WHERE id < (SELECT max(id) FROM changes)")
    told: list[str] = []
    again = host("two", told)
    lag = again.status().index_lag
    assert lag is not None and not lag.filled
    assert refs(again, "Who won the vote?") == refs(one, "Who won the vote?") != []
    assert any("being rebuilt" in line for line in told)
    assert all(len(words) < 40 for words in again.embedder.embedded), "questions, no passage"  # type: ignore[attr-defined]
    assert_current(again)


def files_of(library: Library) -> dict[str, bytes]:
    """All files of a host's folder but those of locks."""
    files = (file for file in library.folder.rglob("*") if file.is_file() and file.suffix not in (".lock", ".pid"))
    return {file.relative_to(library.folder).as_posix(): file.read_bytes() for file in files}


def test_a_host_takes_the_index_files_of_another_one_and_catches_up(host: OpenHost, clippings: Path) -> None:
    one = host("one")
    ingest(one, [clippings / "bridge.txt"], FieldMap())
    two = host("two")
    refs(two, "bridge")  # files of its own, which will be behind
    ingest(one, [clippings / "vote.txt"], FieldMap())
    one.close()
    steps: list[MigrationProgress] = []
    assert two.take_files(one.folder, steps.append) == 2
    assert 0 < steps[0].done < steps[-1].done == steps[-1].total
    told: list[str] = []
    three = host("three", told)
    three.take_files(one.folder, lambda _: None)
    assert refs(three, "Who won the vote?") == refs(two, "Who won the vote?") != []
    writer = host("one")
    ingest(writer, [clippings], FieldMap())
    lag = two.lag()
    assert lag is not None and lag.filled and lag.changes == 1
    assert refs(two, "spill in the river") == refs(writer, "spill in the river") != []
    assert two.indexes.vectors.count() == two.indexes.lexical.count() == 3
    assert not (two.folder / "copying").exists()
    assert told == [], "nothing was built anew"


def test_files_that_do_not_fit_are_refused_in_one_line_and_change_nothing(
    host: OpenHost, clippings: Path, tmp_path: Path
) -> None:
    one, two = host("one"), host("two")
    ingest(one, [clippings / "bridge.txt"], FieldMap())
    refs(two, "bridge")
    ingest(one, [clippings / "vote.txt"], FieldMap())
    for library in (one, two):
        library.close()
    again = host("two")
    before, held = files_of(again), json.loads((one.folder / "indexes.json").read_text())
    lexical_alone = {"files": {"tantivy": held["files"]["tantivy"]}}
    harms: dict[str, Callable[[Path], object]] = {
        "holds no index files": lambda folder: (folder / "indexes.json").unlink(),
        "another library": lambda folder: noted(folder, {"library": "0123-4567"}),
        "not complete": lambda folder: noted(folder, {"files": {}}),
        "lack the vector index": lambda folder: noted(folder, lexical_alone),
        "newer than the database": lambda folder: noted(folder, {"number": held["number"] * 9}),
        "older than what the database": lambda folder: noted(folder, {"number": 7}),
        "2 of 9 passages": lambda folder: noted(folder, {"passages": 9}),
        "not those that were written": lambda folder: next(folder.glob("tantivy/*.term")).unlink(),
        "damaged": lambda folder: next(folder.glob("chroma/**/chroma.sqlite3")).write_bytes(b"x" * 9000),
        "another index format": lambda folder: made_by_another_version(folder / "tantivy" / "meta.json"),
    }
    for number, (said, harm) in enumerate(harms.items()):
        source = tmp_path / f"source-{number}"
        shutil.copytree(one.folder, source)
        harm(source)
        with pytest.raises((UsageError, LibraryError), match=said) as refused:
            again.take_files(source, lambda _: None)
        assert "\n" not in str(refused.value)
        assert files_of(again) == before


def test_a_copy_that_is_stopped_or_gains_nothing_leaves_what_was_there(host: OpenHost, clippings: Path) -> None:
    one, two = host("one"), host("two")
    ingest(one, [clippings / "bridge.txt"], FieldMap())
    refs(two, "bridge")
    with pytest.raises(UsageError, match="no newer"):
        two.take_files(one.folder, lambda _: None)
    ingest(one, [clippings], FieldMap())
    two.close()
    two = host("two")
    before = files_of(two)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        two.take_files(one.folder, interrupt)
    assert files_of(two) == before
    with pytest.MonkeyPatch.context() as patch:  # the last step of all
        patch.setattr(MarkerFile, "write", interrupt)
        with pytest.raises(KeyboardInterrupt):
            two.take_files(one.folder, lambda _: None)
    assert files_of(two) == before
    assert refs(two, "Who won the vote?") == refs(one, "Who won the vote?") != []


def test_the_command_says_what_was_copied_and_how_far_it_is_behind(
    postgres: PostgresServer,
    clippings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    at = ["--library", postgres.place()]

    def run(cache: str, *arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path / cache))
        code = main([*arguments, *at])
        said = capsys.readouterr()
        return code, said.out + said.err

    assert run("one", "ingest", str(clippings / "bridge.txt"), "--quiet")[0] == 0
    (source,) = (tmp_path / "one" / "libraries").iterdir()
    code, said = run("two", "replica", "--copy-from", str(source), "--json")
    report = json.loads(said)
    assert (code, report["passages"], report["index_lag"]["changes"]) == (0, 1, 0)
    assert report["folder"] == str(tmp_path / "two" / "libraries" / source.name)
    code, said = run("two", "replica", "--copy-from", str(source))
    assert (code, "are no newer than those of this host" in said) == (2, True)
    assert run("two", "replica")[0] == 2
    Library(tmp_path / "folder", BagOfWordsEmbedder(), create=True).close()
    at = ["--library", str(tmp_path / "folder")]
    code, said = run("two", "replica", "--copy-from", str(source))
    assert (code, "hosts that share a database" in said) == (2, True)


def noted(folder: Path, changed: Mapping[str, object]) -> None:
    file = folder / "indexes.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changed))


def made_by_another_version(file: Path) -> None:
    assert "english+pairs-1" in file.read_text()
    file.write_text(file.read_text().replace("english+pairs-1", "english-0"))


class _Askers:
    """Threads that ask hosts until they are stopped; what went wrong is kept."""

    def __init__(self, hosts: list[Library], threads: int) -> None:
        self.errors: list[BaseException] = []
        self.asked = 0
        self.going = self.removed = ""  # the article that is being forgotten, and was
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(one,)) for one in hosts for _ in range(threads)]

    def __enter__(self) -> _Askers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, host: Library) -> None:
        try:
            while not self._done.is_set():
                removed = self.removed
                found = Retriever(host).retrieve("Guide number7", limit=5, asked_on=date.today(), filters=Filters())
                self.asked += 1
                for evidence in found.evidence:
                    stored = host.catalog.article(evidence.article.id, evidence.article.version)
                    if stored is None:  # forgotten since it was found
                        assert evidence.article.id == self.going
                        continue
                    assert stored.text[evidence.start : evidence.end] == evidence.text
                    assert evidence.article.id != removed
                time.sleep(0.3)
        except BaseException as error:
            self.errors.append(error)
            raise


def test_two_hosts_with_four_threads_each_ask_while_a_third_takes_in_removes_and_builds_anew(
    host: OpenHost, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()

    def take_in(first: int, last: int) -> None:
        for i in range(first, last):
            write_article(folder / f"{i}.txt", f"The tower of Orrin was seen by group{i}. Guide number{i} led them.")
        ingest(writer, [folder], FieldMap())

    writer, readers = host("writer"), [host("two"), host("three")]
    take_in(0, 10)
    with _Askers(readers, 4) as askers:
        take_in(10, 20)
        wanted = short_hash(str(folder / "19.txt"), 10)
        for reader in readers:
            began = time.monotonic()
            while not any(ref.startswith(wanted) for ref in refs(reader, "Guide number19")):
                assert time.monotonic() - began < _WITHIN_S and not askers.errors
        gone = short_hash(str(folder / "7.txt"), 10)
        assert refs(readers[0], "Guide number7")[0].startswith(gone)
        (folder / "7.txt").unlink()
        askers.going = gone
        remove(writer, [gone], forget=True)  # which builds the indexes anew
        askers.removed = gone
        take_in(20, 30)
        asked = askers.asked
        while askers.asked < asked + 4 and not askers.errors:
            time.sleep(0.01)
    assert askers.errors == []
    for library in (writer, *readers):
        refs(library, "tower")
        assert_current(library)
    assert len(writer.catalog.articles()) == 29


@pytest.fixture
def small_disk() -> Iterator[Callable[[int], Path]]:
    """Makes a disk of some megabytes, in memory; skips the test where that is not allowed."""
    made, folders = list[Path](), list[Path]()

    def make(megabytes: int) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="assistant-disk-"))  # pytest's own folder is closed to other users
        folders.append(folder)
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("needs the right to mount a small disk")
        made.append(folder)
        folder.chmod(0o755)
        return folder

    yield make
    for folder in made:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
    for folder in folders:
        folder.rmdir()


def fill_up(disk: Path) -> Path:
    """Leave no space on a disk; returns the file that takes it up."""
    file = disk / "filler"
    with file.open("wb", buffering=0) as stream:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while stream.write(b"x" * size):
                    pass
            except OSError:
                continue
    return file


def test_a_full_disk_under_the_database_is_named_and_nothing_is_lost(
    small_disk: Callable[[int], Path], clippings: Path, tmp_path: Path
) -> None:
    disk = small_disk(120)
    needs = LibraryNeeds(cache=tmp_path / "host", timeout_s=20)
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server(disk))
        library = Library(place_of(server.place()), BagOfWordsEmbedder(), create=True, needs=needs)
        stack.callback(library.close)
        ingest(library, [clippings / "bridge.txt"], FieldMap())
        filler = fill_up(disk)
        rows = [f"Line {i} of the minutes, as the clerk of Orrin wrote it down that day." for i in range(9000)]
        write_article(clippings / "long.txt", "\n\n".join(rows))
        with pytest.raises((DatabaseUnreachable, LibraryError), match=r"disk of the database .* is full"):
            ingest(library, [clippings], FieldMap())
        filler.unlink()
        report = ingest(library, [clippings], FieldMap())
        assert report.added + report.unchanged == 4
        assert_current(library)


def test_a_full_disk_under_the_vector_server_is_named_and_nothing_is_lost(
    small_disk: Callable[[int], Path], clippings: Path, tmp_path: Path
) -> None:
    disk = small_disk(16)
    with RunningChroma(disk / "chroma") as server:
        places = ServerPlaces(urls=(server.url,), timeout=20)
        with closing(Library(tmp_path / "library", BagOfWordsEmbedder(), create=True, places=places)) as library:
            ingest(library, [clippings / "bridge.txt"], FieldMap())
            filler = fill_up(disk)
            for i in range(40):
                write_article(clippings / f"{i}.txt", " ".join(f"word{i} and word{j}." for j in range(400)))
            with pytest.raises(IndexUnreachable, match=server.url):
                ingest(library, [clippings], FieldMap())
            filler.unlink()
            assert ingest(library, [clippings], FieldMap()).skipped == ()
            library.ready()
            assert library.indexes.vectors.count() == library.catalog.passage_count()
            assert library.check().sound
