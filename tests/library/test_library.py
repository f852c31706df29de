"""What a library does when it was damaged, is in use elsewhere, or belongs to another embedder."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import event

from assistant.articles import FieldMap
from assistant.errors import EmbedderMismatch, LibraryError, LibraryLocked, LibraryMissing
from assistant.library import analysis
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.sqlite_catalog import SqliteCatalog
from assistant.records import Filters
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import OpenLibrary


@pytest.fixture
def filled(open_library: OpenLibrary, clippings: Path) -> Path:
    """The folder of a library with three articles, closed."""
    library = open_library()
    ingest(library, [clippings], FieldMap())
    library.close()
    return library.folder


def assert_whole(library: Library) -> None:
    library.ready()
    expected = library.catalog.passage_count()
    assert library.indexes.vectors.count() == library.indexes.lexical.count() == expected == 3
    vector = library.embedder.embed(["The bridge at Orrin was closed on Monday. Inspectors had found cracks."])[0]
    best = library.indexes.vectors.search(vector, 1, Filters())[0]
    assert best.score == pytest.approx(1.0, abs=1e-3)
    assert library.catalog.searchable_passages([best.passage_id])[best.passage_id].info.title == "Bridge"
    assert [h.passage_id for h in library.indexes.lexical.search(analysis.terms("cracks"), 3, Filters())] == [
        best.passage_id
    ]


@pytest.mark.parametrize("index", ["chroma", "tantivy"])
def test_a_missing_index_is_rebuilt_without_embedding(filled: Path, open_library: OpenLibrary, index: str) -> None:
    shutil.rmtree(filled / index)
    embedder = BagOfWordsEmbedder()
    notices: list[str] = []
    library = open_library(embedder, notices)
    library.ready()
    assert embedder.embedded == []
    assert any(index in notice for notice in notices)
    assert_whole(library)


@pytest.mark.parametrize("index", ["chroma", "tantivy"])
def test_an_index_overwritten_with_noise_is_rebuilt(filled: Path, index: str) -> None:
    """In a process of its own, since the index libraries keep open what they once opened."""
    for file in (filled / index).rglob("*"):
        if file.is_file() and "lock" not in file.name:
            file.write_bytes(os.urandom(max(64, file.stat().st_size)))
    script = (
        "import sys; from pathlib import Path; from assistant.library.library import Library\n"
        "from tests.fakes.embedder import BagOfWordsEmbedder; from tests.library.test_library import assert_whole\n"
        "library = Library(Path(sys.argv[1]), BagOfWordsEmbedder())\n"
        "assert_whole(library); library.close()"
    )
    done = subprocess.run([sys.executable, "-c", script, str(filled)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_index_that_lost_passages_is_rebuilt(filled: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    keys = [p.passage_id for p in library.catalog.passages_of(library.catalog.version_ids("searchable"))]
    library.indexes.vectors.delete(keys[:1])
    library.close()
    assert_whole(open_library())


def test_a_second_writer_is_refused_with_the_process_id(filled: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from assistant.library.disk import FileWriterLock\n"
        "with FileWriterLock(Path(sys.argv[1])).held():\n    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(filled)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        library = Library(filled, BagOfWordsEmbedder())
        with pytest.raises(LibraryLocked, match=str(holder.pid)), library.writing():
            pass
        library.ready()  # reading goes on
        library.close()
        holder.communicate("")
    library = Library(filled, BagOfWordsEmbedder())
    with library.writing():
        pass
    library.close()


def test_a_library_that_is_not_there_is_not_made_by_asking(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="assistant ingest"):
        Library(tmp_path / "none", BagOfWordsEmbedder())
    assert not (tmp_path / "none").exists()


def test_another_embedder_is_refused_with_the_command_that_mends_it(filled: Path, open_library: OpenLibrary) -> None:
    with pytest.raises(EmbedderMismatch, match="assistant reembed"):
        open_library(BagOfWordsEmbedder(32)).ready()


def test_reembedding_changes_the_embedder(filled: Path, open_library: OpenLibrary) -> None:
    library = open_library(BagOfWordsEmbedder(32))
    assert library.reembed() == 3
    assert library.catalog.fact("embedder") == "bag-of-words/32"
    assert_whole(library)
    library.close()
    back = open_library(BagOfWordsEmbedder(64))
    assert back.reembed() == 0, "what was embedded before comes from the cache"


def test_a_catalog_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(os.urandom(8192))
    with pytest.raises(LibraryError, match=r"library\.db"):
        Library(tmp_path, BagOfWordsEmbedder())


@pytest.mark.parametrize("index", ["chroma", "tantivy"])
def test_a_file_in_the_place_of_an_index_is_replaced(filled: Path, open_library: OpenLibrary, index: str) -> None:
    shutil.rmtree(filled / index)
    (filled / index).write_text("x")
    assert_whole(open_library())


def test_an_index_that_opens_but_cannot_count_is_rebuilt(filled: Path, open_library: OpenLibrary) -> None:
    """Chroma keeps the opened client of a folder and would hand it out again for the new index."""
    with sqlite3.connect(filled / "chroma" / "chroma.sqlite3") as connection:
        connection.execute("DROP TABLE embeddings_queue")
    connection.close()
    assert_whole(open_library())


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_a_file_is_no_place_for_a_library(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="--library"):
        Library(tmp_path / folder, BagOfWordsEmbedder(), create=True)


def test_a_catalog_damaged_in_the_middle_is_named(filled: Path, open_library: OpenLibrary) -> None:
    file = filled / "library.db"
    content = bytearray(file.read_bytes())
    content[3 * 16384 :] = os.urandom(len(content) - 3 * 16384)
    file.write_bytes(content)
    library = open_library()
    with pytest.raises(LibraryError, match="is damaged"):
        library.status()


@pytest.mark.parametrize(
    ("code", "words"), [("FULL", "full"), ("READONLY_DIRECTORY", "permission"), ("BUSY", "in use"), ("IOERR", "fault")]
)
def test_faults_of_the_disk_under_the_catalog_say_what_to_do(open_library: OpenLibrary, code: str, words: str) -> None:
    library = open_library()

    def fail(*_: object) -> None:
        error = sqlite3.OperationalError("no")
        error.sqlite_errorcode = getattr(sqlite3, f"SQLITE_{code}")
        raise error

    assert isinstance(library.catalog, SqliteCatalog)
    event.listen(library.catalog._engine, "before_cursor_execute", fail)
    with pytest.raises(LibraryError, match=words):
        library.catalog.passage_count()
    event.remove(library.catalog._engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("index", ["chroma", "tantivy"])
def test_an_index_that_cannot_be_made_is_one_line(
    filled: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch, index: str
) -> None:
    shutil.rmtree(filled / index)
    make = Path.mkdir

    def mkdir(path: Path, *args: object, **kwargs: object) -> None:
        if path.name == index:
            raise OSError(errno.ENOSPC, "No space left on device")
        make(path, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with pytest.raises(LibraryError, match=r"No space left.*nothing that was recorded is lost"):
        open_library().ready()


def test_a_full_disk_under_the_lock_is_one_line(
    filled: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_library()

    def write_text(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", write_text)
    with pytest.raises(LibraryError, match="full"), library.writing():
        pass
    monkeypatch.undo()
    with library.writing():
        pass  # the lock was let go


def test_looking_at_a_small_library_leaves_its_marker_valid(filled: Path, open_library: OpenLibrary) -> None:
    """Chroma writes some files of an empty graph whenever it opens them, and not always the same."""
    for _ in range(3):
        library = open_library()
        assert library.check().sound
        library.ready()
        library.close()
        assert library.folder == filled
        assert open_library().indexes.marked() == 3
