"""A library of an earlier data format is brought to the present one, and one that cannot be read is refused."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, nullcontext
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection

from assistant.articles import FieldMap
from assistant.errors import LibraryError, LibraryOutdated, LibraryTooNew
from assistant.library.disk import ReadOnlyCopy
from assistant.library.embedders import minilm
from assistant.library.embedders.base import unit_rows
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.migrations import DATA_FORMAT, FACT, STEPS
from assistant.library.packing import pack_sentences
from assistant.library.sqlite_catalog import SqliteCatalog
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import OpenLibrary


def keep_the_day(connection: Connection) -> None:
    """A made-up step: a new column, filled from an old one."""
    connection.exec_driver_sql("ALTER TABLE versions ADD COLUMN day INTEGER")
    connection.exec_driver_sql("UPDATE versions SET day = published")


def break_off(connection: Connection) -> None:
    keep_the_day(connection)
    raise KeyboardInterrupt


@pytest.fixture
def filled(open_library: OpenLibrary, clippings: Path) -> Path:
    """The closed `library.db` of three articles."""
    library = open_library()
    ingest(library, [clippings], FieldMap())
    library.close()
    return library.folder / "library.db"


def dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def number_in(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT value FROM facts WHERE name = ?", (FACT,)).fetchone()[0])


def test_a_step_leads_to_the_next_format_while_other_writers_are_kept_out(filled: Path) -> None:
    held: list[int] = []

    def hold(found: int) -> nullcontext[None]:
        held.append(found)
        return nullcontext()

    catalog = SqliteCatalog(filled, hold, steps=[*STEPS, keep_the_day])
    assert len(catalog.articles()) == 3
    catalog.close()
    assert held == [DATA_FORMAT]
    assert number_in(filled) == DATA_FORMAT + 1
    with closing(sqlite3.connect(filled)) as connection:
        assert connection.execute("SELECT count(*) FROM versions WHERE day = published").fetchone() == (3,)
    SqliteCatalog(filled, hold, steps=[*STEPS, keep_the_day]).close()
    assert held == [DATA_FORMAT]


def test_a_step_that_fails_leaves_the_library_as_it_was(filled: Path) -> None:
    before = dump(filled)
    with pytest.raises(KeyboardInterrupt):
        SqliteCatalog(filled, steps=[*STEPS, break_off])
    assert dump(filled) == before
    SqliteCatalog(filled).close()


def test_an_older_format_cannot_be_brought_up_where_nothing_may_be_written(filled: Path) -> None:
    before = filled.read_bytes()
    copy = ReadOnlyCopy()
    with pytest.raises(LibraryError, match=r"older data format.*Open it once where you may write"):
        SqliteCatalog.of_read_only(filled, copy, steps=[*STEPS, keep_the_day])
    copy.close()
    assert filled.read_bytes() == before


@pytest.mark.parametrize("number", [None, 1, 2, 3, 4])
def test_a_library_of_a_development_version_is_refused_with_the_remedy(filled: Path, number: int | None) -> None:
    """Their numbers stood in a fact of another name; the first of them wrote none into an empty library."""
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("DELETE FROM facts WHERE name = ?", (FACT,))
        if number is not None:
            connection.execute("INSERT INTO facts VALUES ('format', ?)", (str(number),))
    before = filled.read_bytes()
    with pytest.raises(LibraryOutdated, match=r"assistant ingest --library NEW-FOLDER SOURCES") as told:
        Library(filled.parent, BagOfWordsEmbedder())
    assert "\n" not in str(told.value)
    assert filled.read_bytes() == before


def test_a_newer_library_is_refused_with_the_remedy_and_left_alone(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("UPDATE facts SET value = ? WHERE name = ?", (DATA_FORMAT + 1, FACT))
    before = filled.read_bytes()
    with pytest.raises(LibraryTooNew, match="upgrade the program"):
        Library(filled.parent, BagOfWordsEmbedder())
    assert filled.read_bytes() == before


def test_what_libraries_hold_can_be_read_for_ever() -> None:
    """The directions to which sentences are narrowed, and the codes in which they are packed: no library holds more."""
    directions = resources.files(minilm.__package__).joinpath(minilm.DIRECTIONS).read_bytes()
    assert hashlib.sha256(directions).hexdigest().startswith("5715eaaacf4443c6")
    rows = unit_rows(np.array([np.sin(np.arange(1, 25)), np.cos(np.arange(24) ** 2)], np.float32))
    assert pack_sentences(rows).tobytes().hex() == "cc8436bca535acb6348cc733ca433c79abc7cc997c335ac9"
