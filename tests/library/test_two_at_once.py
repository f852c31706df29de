"""One process writes, another reads: the reader keeps answering, and sees whole articles only."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.errors import LibraryLocked
from assistant.library import analysis
from assistant.library.catalog import SEARCHABLE
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.packing import unpack_passage
from assistant.records import Filters, short_hash
from research.torture.articles import article, revisions
from tests.fakes.embedder import BagOfWordsEmbedder

COUNT = 320
WIDTH = 32

_WRITER = """
import sys
from pathlib import Path
from assistant.articles import FieldMap
from assistant.library.ingest import ingest
from assistant.library.library import Library
from tests.fakes.embedder import BagOfWordsEmbedder
library = Library(Path(sys.argv[1]), BagOfWordsEmbedder(32, narrowed=True))
print("ready", flush=True)
sys.stdin.readline()
ingest(library, [Path(sys.argv[2])], FieldMap(), lambda told: print(told.articles, flush=True))
library.close()
"""


@contextmanager
def writer(folder: Path, file: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that ingests `file`, started once it is ready."""
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(folder), str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        yield process
        process.stdout.read()
        assert process.wait() == 0


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Articles, and a later revision of all of them."""
    return revisions(tmp_path, COUNT, 2)


@pytest.fixture
def library(tmp_path: Path, files: list[Path]) -> Iterator[Library]:
    opened = Library(tmp_path / "library", BagOfWordsEmbedder(WIDTH, narrowed=True), create=True)
    ingest(opened, [files[0]], FieldMap())
    yield opened
    opened.close()


def look(library: Library, texts: set[str]) -> int:
    """What a question does; every passage that it finds lies in a whole text that was written. Returns how many."""
    library.ready()
    words = analysis.terms("updated cent million orrin")
    (some,) = library.catalog.passages_of(library.catalog.version_ids(SEARCHABLE)[:1])[:1]
    cached = library.catalog.cached(library.embedder.name, [some.text_hash])[some.text_hash]
    hits = library.indexes.lexical.search(words, 100, Filters()) + library.indexes.vectors.search(
        unpack_passage(cached), 100, Filters()
    )
    found = library.catalog.searchable_passages([hit.passage_id for hit in hits])
    stored = library.catalog.texts(sorted({passage.version_id for passage in found.values()}))
    for passage in found.values():
        text = stored[passage.version_id].text
        assert short_hash(text, 64) == passage.info.text_hash
        assert passage.info.text_hash in texts
        cited = library.catalog.article(passage.info.id, text_hash=passage.info.text_hash)
        assert cited is not None
        assert cited.sentences[-1].end == len(cited.text)
    return len(found)


def texts_of(files: list[Path]) -> set[str]:
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {short_hash(row["text"], 64) for row in rows}


def test_a_reader_keeps_answering_while_another_process_updates_everything(library: Library, files: list[Path]) -> None:
    texts = texts_of(files)
    looks = 0
    with writer(library.folder, files[1]) as process:
        while process.poll() is None and looks < 2000:
            assert look(library, texts) > 20
            looks += 1
            if looks == 3:
                with pytest.raises(LibraryLocked, match=rf"process {process.pid}, since 2"), library.writing():
                    pass
            if (
                process.poll() is None
                and process.stdout is not None
                and looks % 5 == 0
                and not process.stdout.readline()
            ):
                break
    assert looks >= 3
    look(library, texts)
    fresh = article(7, revision=1)["text"]
    vector = library.embedder.embed([fresh[-300:]])[0]
    assert library.indexes.vectors.search(vector, 5, Filters())
    assert library.status().versions == 2 * COUNT


def test_a_reader_finds_what_another_process_added_by_meaning_too(library: Library, tmp_path: Path) -> None:
    """Chroma keeps the graph that it once read: without opening it again, a chat would never see what came later."""
    library.ready()
    text = "Glassblowers of Vellorane unveiled a lighthouse of sapphire."
    library.indexes.vectors.search(library.embedder.embed([text])[0], 1, Filters())
    more = tmp_path / "more.jsonl"
    more.write_text(json.dumps({"id": "glass", "title": "Lighthouse", "text": text}), encoding="utf-8")
    with writer(library.folder, more):
        pass
    library.ready()
    best = library.indexes.vectors.search(library.embedder.embed([text])[0], 1, Filters())[0]
    assert best.score == pytest.approx(1, abs=1e-3)
