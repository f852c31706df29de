"""A library on a medium that may only be read: it answers, and says clearly that nothing can be added."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.errors import LibraryError
from assistant.library import homes, lexical
from assistant.library.ingest import ingest
from assistant.library.library import Library
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import OpenLibrary, write_article
from tests.library.test_library import assert_whole


@pytest.fixture
def filled(open_library: OpenLibrary, clippings: Path) -> Path:
    library = open_library()
    ingest(library, [clippings], FieldMap())
    library.close()
    return library.folder


@pytest.fixture
def locked(filled: Path) -> Iterator[Path]:
    """The library on a read-only mount; for those who may not mount, with permissions taken away."""
    mounted = os.geteuid() == 0 and _mount(filled)
    if not mounted:
        _permit(filled, write=False)
        if os.access(filled, os.W_OK):
            pytest.skip("neither a read-only mount nor a read-only folder can be had here")
    yield filled
    if mounted:
        subprocess.run(["umount", str(filled)], check=True)
    else:
        _permit(filled, write=True)


def _mount(folder: Path) -> bool:
    if shutil.which("mount") is None or _run("mount", "--bind", folder, folder):
        return False
    if _run("mount", "-o", "remount,ro,bind", folder):
        _run("umount", folder)
        return False
    return True


def _run(*words: object) -> int:
    return subprocess.run([str(word) for word in words], capture_output=True, check=False).returncode


def _permit(folder: Path, *, write: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | 0o200 if write else mode & ~0o222)


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(p): (p.stat().st_size, p.stat().st_mtime_ns) for p in folder.rglob("*")}


def test_an_index_of_an_earlier_version_is_built_anew_beside_it(
    filled: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(lexical, "_ANALYSIS", "english")
        library = open_library()
        library.ready()
        library.close()
    before = snapshot(filled)
    monkeypatch.setattr(homes, "is_read_only", lambda _: True)
    embedder = BagOfWordsEmbedder()
    read = Library(filled, embedder)
    assert_whole(read)
    read.close()
    assert len(embedder.embedded) == 1  # the question of `assert_whole`
    assert snapshot(filled) == before


def test_it_can_be_asked_and_nothing_in_it_changes(locked: Path) -> None:
    before = snapshot(locked)
    library = Library(locked, BagOfWordsEmbedder())
    assert_whole(library)
    assert library.status().articles == 3
    library.close()
    assert snapshot(locked) == before


def test_nothing_is_left_behind(locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    library = Library(locked, BagOfWordsEmbedder())
    library.ready()
    assert any((tmp_path / "temporary").iterdir())
    library.close()
    assert not any((tmp_path / "temporary").iterdir())


def test_adding_to_it_says_that_it_may_not_be_written(locked: Path, clippings: Path) -> None:
    write_article(clippings / "new.txt", "A new article.")
    library = Library(locked, BagOfWordsEmbedder())
    with pytest.raises(LibraryError, match="may not be written here"):
        ingest(library, [clippings], FieldMap())
    with pytest.raises(LibraryError, match="may not be written here"):
        library.reembed()
    library.close()


@pytest.fixture
def believed_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what cannot be prepared on a medium that really is read-only."""
    monkeypatch.setattr(homes, "is_read_only", lambda _: True)


def test_a_damaged_index_is_mended_beside_it(filled: Path, believed_read_only: None) -> None:
    shutil.rmtree(filled / "chroma")
    before = snapshot(filled)
    library = Library(filled, BagOfWordsEmbedder())
    assert_whole(library)
    library.close()
    assert snapshot(filled) == before


def test_changes_that_wait_in_a_log_are_read_too(
    filled: Path, clippings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that was killed leaves a log beside the catalog, and then the folder is burned to a disc."""
    script = (
        "import os, sys; from pathlib import Path; from assistant.library.library import Library\n"
        "from tests.fakes.embedder import BagOfWordsEmbedder\n"
        "library = Library(Path(sys.argv[1]), BagOfWordsEmbedder())\n"
        "library.catalog.set_facts({'waiting': 'in the log'}); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(filled)], check=False)
    assert (filled / "library.db-wal").stat().st_size > 0
    before = snapshot(filled)
    monkeypatch.setattr(homes, "is_read_only", lambda _: True)
    library = Library(filled, BagOfWordsEmbedder())
    assert library.catalog.fact("waiting") == "in the log"
    assert_whole(library)
    library.close()
    assert snapshot(filled) == before
