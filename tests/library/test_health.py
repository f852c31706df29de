"""A check finds what is wrong and changes nothing; a repair mends it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.library.ingest import ingest
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import OpenLibrary
from tests.library.test_library import assert_whole


@pytest.fixture
def filled(open_library: OpenLibrary, clippings: Path) -> Path:
    library = open_library()
    ingest(library, [clippings], FieldMap())
    library.close()
    return library.folder


def change(statement: str) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "library.db")) as connection:
            connection.execute(statement)
            connection.commit()

    return run


def test_a_sound_library_is_found_sound(filled: Path, open_library: OpenLibrary) -> None:
    health = open_library().check()
    assert health.sound
    assert len(health.findings) == 7


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (change("UPDATE versions SET text = (SELECT text FROM versions WHERE id = 2) WHERE id = 1"), "texts"),
        (change("UPDATE versions SET text = x'00' WHERE id = 1"), "texts"),
        (change("UPDATE versions SET sentence_ends = x'01000000' WHERE id = 1"), "texts"),
        (change("UPDATE passages SET start = start + 1 WHERE version = 1"), "passages"),
        (change("DELETE FROM versions WHERE id = 1"), "passages that belong to no article"),
        (change("DELETE FROM embeddings"), "embeddings"),
        (lambda folder: shutil.rmtree(folder / "chroma"), "vector index"),
        (lambda folder: shutil.rmtree(folder / "tantivy"), "lexical index"),
    ],
)
def test_each_fault_is_found_under_its_name(
    filled: Path, open_library: OpenLibrary, damage: Callable[[Path], None], what: str
) -> None:
    damage(filled)
    health = open_library().check()
    assert not health.sound
    assert next(finding.what for finding in health.findings if finding.fault).startswith(what)


@pytest.mark.parametrize("index", ["chroma", "tantivy"])
def test_a_repair_says_what_it_built_and_embeds_nothing(filled: Path, open_library: OpenLibrary, index: str) -> None:
    shutil.rmtree(filled / index)
    embedder = BagOfWordsEmbedder()
    library = open_library(embedder)
    health = library.repair()
    assert health.sound
    assert any(index in line for line in health.repaired)
    assert embedder.embedded == []
    assert_whole(library)


def test_a_repair_of_a_sound_library_does_nothing(filled: Path, open_library: OpenLibrary) -> None:
    health = open_library().repair()
    assert health.sound
    assert health.repaired == ()


def test_a_lost_embedding_is_computed_again(filled: Path, open_library: OpenLibrary) -> None:
    change("DELETE FROM embeddings WHERE rowid = 1")(filled)
    embedder = BagOfWordsEmbedder()
    library = open_library(embedder)
    health = library.repair()
    assert health.sound
    assert len(embedder.embedded) == 1
    assert any("embedding" in line for line in health.repaired)


def test_what_cannot_be_repaired_stays_reported(filled: Path, open_library: OpenLibrary) -> None:
    change("UPDATE versions SET text = (SELECT text FROM versions WHERE id = 2) WHERE id = 1")(filled)
    health = open_library().repair()
    assert not health.sound
