"""An index that does not answer is not taken for a damaged one: nothing is removed, nothing rebuilt."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.errors import IndexUnreachable
from assistant.library import vectors
from assistant.library.disk import IndexFolder, ReadOnlyCopy
from assistant.library.index import Projection
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.vectors import ChromaIndex
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import OpenLibrary, write_article
from tests.library.test_library import assert_whole


class Away(ChromaIndex):
    """The vector index, on a server that is away for as long as a file lies beside it."""

    def open(self) -> None:
        if (self._folder.home.parent / "away").exists():
            raise IndexUnreachable("The server of the vector index does not answer.")
        super().open()

    def check(self) -> str:
        if (self._folder.home.parent / "away").exists():
            raise IndexUnreachable("The server of the vector index does not answer.")
        return super().check()

    def remove(self) -> None:
        raise AssertionError("it was removed")


@pytest.fixture
def filled(open_library: OpenLibrary, clippings: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def index(
        folder: Path,
        projection: Projection,
        changing: Callable[[], AbstractContextManager[None]],
        copy: ReadOnlyCopy | None,
    ) -> Away:
        return Away(IndexFolder(folder / "chroma", (".sqlite3", ".lock"), copy), projection, changing)

    monkeypatch.setattr(vectors, "embedded_index", index)
    library = open_library()
    ingest(library, [clippings], FieldMap())
    library.close()
    (library.folder / "away").touch()
    return library.folder


def write(library: Library) -> None:
    write_article(library.folder.parent / "more.txt", "The ferry sails at noon.")
    ingest(library, [library.folder.parent / "more.txt"], FieldMap())


@pytest.mark.parametrize("is_marked", [True, False])
@pytest.mark.parametrize("use", [Library.ready, Library.check, Library.repair, write])
def test_the_error_reaches_the_caller_and_the_index_stays(
    filled: Path, open_library: OpenLibrary, use: Callable[[Library], object], *, is_marked: bool
) -> None:
    if not is_marked:
        (filled / "indexes.json").unlink()
    notices: list[str] = []
    library = open_library(notices=notices)
    with pytest.raises(IndexUnreachable, match="does not answer"):
        use(library)
    assert notices == []
    library.close()
    (filled / "away").unlink()
    embedder = BagOfWordsEmbedder()
    again = open_library(embedder, notices)
    again.ready()
    assert not [notice for notice in notices if "rebuilt" in notice]
    assert again.indexes.vectors.count() == again.indexes.lexical.count() == again.catalog.passage_count()
    if use is not write:
        assert_whole(again)
