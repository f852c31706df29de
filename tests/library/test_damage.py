"""Damaged indexes are noticed before anything reads them, and mended without embedding.

Each library is opened in a process of its own: what Chroma makes of a damaged graph ends the process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.library import lexical, vectors
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.records import Filters
from research.torture.articles import write_articles
from tests.fakes.embedder import BagOfWordsEmbedder

COUNT = 420  # articles of three passages: above 1,000 vectors Chroma writes its graph into files
GRAPH = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")


def empty(file: Path) -> None:
    os.truncate(file, 0)


def halve(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def shorten(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 5)


def lose_the_last(file: Path) -> None:
    """As a crash may leave it while the newest vectors are being written."""
    os.truncate(file, file.stat().st_size * 998 // 1000)


def overwrite(file: Path) -> None:
    file.write_bytes(os.urandom(file.stat().st_size))


def spoil_the_middle(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.seek(file.stat().st_size // 2)
        stream.write(os.urandom(64))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that is large enough for a graph on disk, closed."""
    folder = tmp_path_factory.mktemp("sound")
    write_articles(folder / "articles.jsonl", COUNT)
    library = Library(folder / "library", BagOfWordsEmbedder(16, narrowed=True), create=True)
    ingest(library, [folder / "articles.jsonl"], FieldMap())
    assert library.catalog.passage_count() > 1000
    library.close()
    return folder / "library"


@pytest.fixture
def damaged(sound: Path, tmp_path: Path) -> Path:
    """A copy of it, times of change and all, to be damaged."""
    return Path(shutil.copytree(sound, tmp_path / "library"))


def check_in_its_own_process(folder: Path) -> None:
    """Open, search, and see that everything is found and nothing was embedded again."""
    script = (
        "import sys; from pathlib import Path; from tests.library.test_damage import check\ncheck(Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])


def check(folder: Path) -> None:
    embedder = BagOfWordsEmbedder(16, narrowed=True)
    library = Library(folder, embedder)
    embedder.embed_passages = None  # type: ignore[method-assign, assignment]  # nothing is to be embedded
    library.ready()
    keys = library.catalog.passage_ids("searchable")
    assert sorted(library.indexes.vectors.keys()) == sorted(library.indexes.lexical.keys()) == sorted(keys)
    for stored in list(library.catalog.searchable_passages(keys[::10]).values()):
        text = library.catalog.texts([stored.version_id])[stored.version_id].text[
            stored.passage.start : stored.passage.end
        ]
        near = library.indexes.vectors.search(embedder.embed([text])[0], 3, Filters())
        assert max(hit.score for hit in near) == pytest.approx(1.0, abs=2e-3)
    library.close()


def vector_fault(folder: Path) -> str:
    return vectors.embedded_index(folder, BagOfWordsEmbedder(16), nullcontext).check()


@pytest.mark.parametrize("damage", [empty, halve, shorten, lose_the_last, overwrite, spoil_the_middle, Path.unlink])
@pytest.mark.parametrize("name", GRAPH)
def test_damage_to_a_file_of_the_graph_is_seen_or_does_no_harm(
    damaged: Path, name: str, damage: Callable[[Path], None]
) -> None:
    """Where too little is lost to be seen, all passages are still found by their vectors."""
    (file,) = (damaged / "chroma").rglob(name)
    damage(file)
    if not vector_fault(damaged):
        assert name in ("length.bin", "link_lists.bin") or damage in (shorten, lose_the_last)
        check_in_its_own_process(damaged)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("data_level0.bin", empty),
        ("link_lists.bin", shorten),
        ("data_level0.bin", overwrite),
        ("index_metadata.pickle", halve),
        ("index_metadata.pickle", overwrite),
        ("index_metadata.pickle", Path.unlink),
        ("chroma.sqlite3", empty),
        ("chroma.sqlite3", halve),
        ("chroma.sqlite3", overwrite),
        ("chroma.sqlite3", Path.unlink),
    ],
)
def test_a_damaged_vector_index_is_rebuilt(damaged: Path, name: str, damage: Callable[[Path], None]) -> None:
    (file,) = (damaged / "chroma").rglob(name)
    damage(file)
    check_in_its_own_process(damaged)


@pytest.mark.parametrize("damage", [halve, spoil_the_middle, Path.unlink])
def test_a_damaged_list_of_terms_is_rebuilt(damaged: Path, damage: Callable[[Path], None]) -> None:
    for file in (damaged / "tantivy").glob("*.*"):
        if not file.name.endswith(".lock"):
            damage(file)
    check_in_its_own_process(damaged)


def test_a_copy_without_its_times_of_change_needs_no_rebuilding(sound: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(sound, copy, copy_function=shutil.copyfile)
    notices: list[str] = []
    library = Library(copy, BagOfWordsEmbedder(16, narrowed=True), notify=notices.append)
    library.ready()
    assert notices == []
    library.close()


def test_sound_files_are_found_sound(sound: Path) -> None:
    assert vector_fault(sound) == ""
    assert lexical.embedded_index(sound).check() == ""


def test_what_is_known_to_agree_is_not_counted_again(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(sound, BagOfWordsEmbedder(16, narrowed=True))
    monkeypatch.setattr(type(library.catalog), "passage_count", lambda _: pytest.fail("counted"))
    monkeypatch.setattr(type(library.catalog), "passage_ids", lambda *_: pytest.fail("counted"))
    with library.writing():
        pass
    library.ready()
    library.close()
