"""Libraries of every earlier data format open, keep all they held, and end up as a new library would be."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.corpus.readers import FieldMap
from assistant.errors import LibraryTooNew
from assistant.library import migrations, schema
from assistant.library.catalog import SEARCHABLE, Catalog
from assistant.library.embedders import minilm_narrow
from assistant.library.embedders.base import FloatMatrix, unit_rows
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.packing import pack_sentences, unpack_passage, unpack_sentences
from assistant.records import Filters
from eval.torture.embedder import HashedTexts
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import OpenLibrary

FORMATS = Path(__file__).parent / "formats"
EARLIER = range(1, schema.FORMAT)


@pytest.fixture(params=EARLIER)
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with the `library.db` of an earlier format: two articles, one of them in two versions."""
    folder = tmp_path / "library"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.executescript((FORMATS / f"{request.param}.sql").read_text(encoding="utf-8"))
    return folder


def shape(file: Path) -> dict[str, list[Any]]:
    """Columns and indexes of all tables, whichever statement made them."""
    with closing(sqlite3.connect(file)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found: dict[str, list[Any]] = {}
        for table in sorted(t for t in tables if not t.startswith("sqlite_")):
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            found[table] = [(name, kind, key) for _, name, kind, _, _, key in columns]
            indexes = connection.execute(f"PRAGMA index_list({table})").fetchall()
            found[f"{table}: indexes"] = sorted(
                (unique, [row[2] for row in connection.execute(f"PRAGMA index_info({name})")])
                for _, name, unique, *_ in indexes
            )
        return found


def test_every_earlier_format_has_a_library_to_test_with() -> None:
    assert set(migrations.STEPS) == set(EARLIER)
    assert {int(file.stem) for file in FORMATS.glob("*.sql")} == set(EARLIER)


def test_an_earlier_library_has_the_tables_of_a_new_one(earlier: Path, tmp_path: Path) -> None:
    Catalog(tmp_path / "new.db").close()
    Catalog(earlier / "library.db").close()
    assert shape(earlier / "library.db") == shape(tmp_path / "new.db")


def test_an_earlier_library_keeps_what_it_held_and_embeds_nothing(earlier: Path) -> None:
    embedder = BagOfWordsEmbedder(8)
    library = Library(earlier, embedder)
    library.ready()
    assert embedder.embedded == []
    status = library.status()
    assert (status.articles, status.versions, status.passages, status.pending) == (2, 3, 2, 0)
    bridge = library.catalog.article("c9a3f6adab")
    assert bridge is not None
    assert bridge.text == "The bridge at Orrin was closed on Monday. Inspectors had found rust."
    assert bridge.info.authors == ("Ada Pell", "Bo Ness")
    first = library.catalog.article("c9a3f6adab", 1)
    assert first is not None
    assert first.text.endswith("cracks.")
    hits = library.lexical.search(library.lexical.terms("rust"), 5, Filters())
    assert len(hits) == 1
    near = library.vectors.search(BagOfWordsEmbedder(8).embed([bridge.text])[0], 1, Filters())
    assert near[0].key == hits[0].key
    library.close()


def test_vectors_keep_their_directions(earlier: Path) -> None:
    catalog = Catalog(earlier / "library.db")
    embedder = BagOfWordsEmbedder(8)
    for stored in catalog.passages_of(catalog.in_state(SEARCHABLE)):
        article = catalog.texts([stored.row])[stored.row]
        cached = catalog.cached(embedder.name, [stored.text_hash])[stored.text_hash]
        text = article.text[stored.passage.start : stored.passage.end]
        spans = [(s.start, s.end) for s in article.sentences(stored.passage.first, stored.passage.last)]
        (fresh,) = embedder.embed_passages([text], [spans])
        assert unpack_passage(cached) @ fresh.passage > 0.999
        sentences = unpack_sentences(cached, embedder.dimension)
        assert sentences is not None
        assert fresh.sentences is not None
        assert (np.sum(sentences * fresh.sentences, axis=1) > 0.97).all()
    catalog.close()


def test_sentences_that_minilm_embedded_are_narrowed(tmp_path: Path) -> None:
    """Their passages are not embedded again, so this is all that is known of them."""
    whole = unit_rows(np.random.default_rng(3).standard_normal((3, 384)).astype(np.float32))
    file = tmp_path / "library.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((FORMATS / "3.sql").read_text(encoding="utf-8"))
        rows = [
            ("minilm-l6-v2/int8", b"a" * 16, b"v" * 384, pack_sentences(whole).tobytes()),
            ("minilm-l6-v2/int8", b"b" * 16, b"v" * 384, None),
            ("openai/some", b"a" * 16, b"v" * 384, pack_sentences(whole).tobytes()),
        ]
        connection.executemany("INSERT INTO embeddings VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    catalog = Catalog(file)
    found = catalog.cached("minilm-l6-v2/int8", [b"a" * 16, b"b" * 16])
    sentences = unpack_sentences(found[b"a" * 16], 192)
    assert sentences is not None
    assert (np.sum(sentences * unit_rows(minilm_narrow.narrow(whole)), axis=1) > 0.97).all()
    assert found[b"b" * 16] == (b"v" * 384, None)
    assert catalog.cached("openai/some", [b"a" * 16])[b"a" * 16][1] == rows[2][3]
    catalog.close()


class _Wide(HashedTexts):
    """As an earlier version of the program kept the vectors."""

    def __init__(self) -> None:
        super().__init__(16)
        self.width = None  # type: ignore[assignment]

    def narrow(self, vectors: FloatMatrix) -> FloatMatrix:
        return vectors


def _made_of_format_3(file: Path) -> None:
    """Takes the columns away that came later. Its note about the indexes stays good."""
    with closing(sqlite3.connect(":memory:")) as third, closing(sqlite3.connect(file)) as connection:
        third.executescript((FORMATS / "3.sql").read_text(encoding="utf-8"))
        columns = "SELECT name FROM pragma_table_info('versions')"
        for (name,) in set(connection.execute(columns)) - set(third.execute(columns)):
            connection.execute(f"ALTER TABLE versions DROP COLUMN {name}")
        connection.execute("UPDATE facts SET value = '3' WHERE name = 'format'")
        connection.commit()


def test_the_first_thing_done_with_an_earlier_library_may_be_to_add_to_it(tmp_path: Path, clippings: Path) -> None:
    """Its indexes were in step and its vectors wide: they must be made anew before they are written to."""
    first, *others = sorted(clippings.iterdir())
    library = Library(tmp_path / "library", _Wide(), create=True)
    ingest(library, [first], FieldMap())
    library.close()
    _made_of_format_3(tmp_path / "library" / "library.db")
    notices: list[str] = []
    library = Library(tmp_path / "library", HashedTexts(16), notify=notices.append)
    assert ingest(library, others, FieldMap()).added == len(others)
    assert any("chroma is being rebuilt" in notice for notice in notices)
    assert library.vectors.count() == library.lexical.count() == library.catalog.passage_count()
    library.close()


def test_what_libraries_hold_can_be_read_for_ever() -> None:
    """The directions to which sentences are narrowed, and the codes in which they are packed: no library holds more."""
    directions = resources.files(minilm_narrow.__package__).joinpath(minilm_narrow.FILE).read_bytes()
    assert hashlib.sha256(directions).hexdigest().startswith("5715eaaacf4443c6")
    rows = unit_rows(np.array([np.sin(np.arange(1, 25)), np.cos(np.arange(24) ** 2)], np.float32))
    assert pack_sentences(rows).tobytes().hex() == "cc8436bca535acb6348cc733ca433c79abc7cc997c335ac9"


def test_a_step_that_fails_leaves_the_library_as_it_was(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = earlier / "library.db"
    with closing(sqlite3.connect(file)) as connection:
        before = list(connection.iterdump())
    number = int(next(line for line in before if "'format'" in line).split("'")[3])
    step = migrations.STEPS[number]

    def break_off(connection: Any) -> None:
        step(connection)
        raise KeyboardInterrupt

    monkeypatch.setattr(migrations, "STEPS", {**migrations.STEPS, number: break_off})
    with pytest.raises(KeyboardInterrupt):
        Catalog(file)
    with closing(sqlite3.connect(file)) as connection:
        assert list(connection.iterdump()) == before
    monkeypatch.undo()
    Catalog(file).close()


def test_an_earlier_library_can_be_added_to(earlier: Path, clippings: Path) -> None:
    library = Library(earlier, BagOfWordsEmbedder(8))
    assert ingest(library, [clippings], FieldMap()).added == 3
    assert library.vectors.count() == library.lexical.count() == library.catalog.passage_count() == 5
    library.close()


def test_a_newer_library_is_refused_with_the_remedy_and_left_alone(open_library: OpenLibrary) -> None:
    library = open_library()
    library.catalog.set_facts({"format": str(schema.FORMAT + 1)})
    library.close()
    before = (library.folder / "library.db").read_bytes()
    with pytest.raises(LibraryTooNew, match="upgrade the program"):
        Library(library.folder, BagOfWordsEmbedder())
    assert (library.folder / "library.db").read_bytes() == before
