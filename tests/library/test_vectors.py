"""What the vector index notices about its own files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.library.disk import place_in, remove_places
from assistant.library.index import DamagedIndexError, FilterFields
from assistant.records import Filters
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.indexed import vector_index, with_vectors

COUNT = 1200  # above 1,000 Chroma writes its graph of vectors into files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = np.random.default_rng(7).normal(size=(COUNT, 16)).astype(np.float32)
    vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    index = vector_index(tmp_path, BagOfWordsEmbedder())
    index.upsert(with_vectors(range(COUNT), list(vectors)))
    assert index.search(vectors[5], 1, Filters())[0].passage_id == 5
    index.close()
    return tmp_path


def test_a_sound_index_opens_again(folder: Path) -> None:
    index = vector_index(folder, BagOfWordsEmbedder())
    assert index.count() == COUNT
    index.close()


def test_an_index_built_anew_never_stands_where_one_was_deleted(tmp_path: Path) -> None:
    """A process that has the deleted one open would undo, by its name, what is being written to the new one."""
    folder, places = tmp_path / "chroma", set()
    for _ in range(4):
        places.add(place_in(folder))
        remove_places(folder)
        assert list(folder.iterdir()) == [place_in(folder)]
    assert len(places) == 4


def test_vectors_that_were_not_narrowed_are_noticed(folder: Path) -> None:
    """As an earlier version kept them: they must be made anew, not searched with narrowed questions."""
    with pytest.raises(DamagedIndexError, match="16 numbers where 8"):
        vector_index(folder, BagOfWordsEmbedder(16, narrowed=True))


def test_narrowed_vectors_are_found_by_whole_ones(tmp_path: Path) -> None:
    embedder = BagOfWordsEmbedder(16, narrowed=True)
    vectors = embedder.embed([f"word{i}" for i in range(20)])
    index = vector_index(tmp_path, embedder)
    index.upsert(with_vectors(range(20), list(vectors)))
    assert [index.search(vector, 1, Filters())[0].passage_id for vector in vectors] == list(range(20))
    index.close()


@pytest.mark.parametrize("length", [0, 5])
def test_a_graph_cut_short_is_noticed_though_the_count_is_right(folder: Path, length: int) -> None:
    """Otherwise searches would find nothing by meaning, or fail in the middle of an answer."""
    (file,) = folder.rglob("header.bin")
    with file.open("r+b") as stream:
        stream.truncate(length)
    with pytest.raises(DamagedIndexError):
        vector_index(folder, BagOfWordsEmbedder())


def test_passages_written_again_get_their_new_fields_and_stay_within_reach(tmp_path: Path) -> None:
    """Chroma's graph may lose vectors that are written a second time, as after a crash or with a new label."""
    rows = np.random.default_rng(0).normal(size=(90 + 800 + COUNT, 64)).astype(np.float32) + 0.7
    vectors = list(rows / np.linalg.norm(rows, axis=1, keepdims=True))
    keys = range(len(vectors))
    index = vector_index(tmp_path, BagOfWordsEmbedder())
    before = FilterFields(published=20250304, outlet="Wire", authors=("Ada", "Bo"))
    after = FilterFields(published=None, outlet="Post", authors=("Bo",))
    for fields in (before, before, after):
        index.upsert(with_vectors(keys, vectors, fields))
    assert index.count() == len(vectors)
    assert all(index.search(vector, 3, Filters())[0].passage_id == key for key, vector in enumerate(vectors))
    counts = {
        name: len(index.search(vectors[0], 5, filters))
        for name, filters in {
            "old outlet": Filters(outlets=("Wire",)),
            "old author": Filters(authors=("Ada",)),
            "old day": Filters(since=date(2025, 1, 1)),
            "new outlet": Filters(outlets=("Post",)),
            "kept author": Filters(authors=("Bo",)),
        }.items()
    }
    assert counts == {"old outlet": 0, "old author": 0, "old day": 0, "new outlet": 5, "kept author": 5}
    index.close()
