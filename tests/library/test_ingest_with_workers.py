"""An ingest whose articles are read and cut in other processes takes in the same, in the same order."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.articles import GUESS, FieldMap
from assistant.errors import UsageError
from assistant.library import ingest as ingesting
from assistant.library.catalog import PENDING, SEARCHABLE
from assistant.library.embedders.base import PassageVectors, Span
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.workers import Workers
from assistant.library_reports import IngestReport
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import write_article

TABLES = ("versions", "passages", "bands", "embeddings")


class Interrupted(BagOfWordsEmbedder):
    """Ctrl-C comes while it embeds the second batch."""

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        if self.embedded:
            raise KeyboardInterrupt
        return super().embed_passages(texts, spans)


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    """Rows good and bad, copies, a row that changes, and files of one article each."""
    rows: list[Any] = [{"id": f"an-identifier-{n}", "title": f"Report {n}", "text": text_of(n)} for n in range(250)]
    rows[7] = "no object"
    rows[40] = rows[39] | {"id": "an-identifier-40", "outlet": "Another"}
    rows[120] = rows[10] | {"title": "Another title"}  # of an article in an earlier batch
    rows[130] = rows[11] | {"text": "The same id, another text."}
    file = tmp_path / "rows.jsonl"
    file.write_text("not JSON\n" + "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    for n in range(30):
        write_article(folder / f"{n:02}.txt", text_of(1000 + n) if n % 10 else "")
    (folder / "10a.png").write_bytes(b"\x89PNG")
    return [file, folder]


def text_of(number: int) -> str:
    return " ".join(f"Inspector {number} found {number * n} cracks in the bridge at Orrin." for n in range(1, 12))


def test_the_same_is_recorded_in_the_same_order(
    tmp_path: Path, sources: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = taken_in(tmp_path / "plain", sources, 0, monkeypatch)
    spread = taken_in(tmp_path / "spread", sources, 2, monkeypatch)
    assert spread[1] == plain[1]
    # Row 120 gives an article of the batch before another title: here it is indexed once, with that.
    assert spread[0] == replace(plain[0], passages=plain[0].passages - 1)
    assert spread[0].added > 2 * ingesting.BATCH_ARTICLES


def test_after_ctrl_c_the_report_counts_what_was_recorded(
    tmp_path: Path, sources: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingesting, "workers_for", lambda *_: Workers(1))
    library = Library(tmp_path / "library", Interrupted(), create=True)
    report = ingest(library, sources, FieldMap())
    assert report.interrupted
    assert library.status().articles == report.added < 2 * ingesting.BATCH_ARTICLES
    library.close()


def test_a_key_that_no_row_has_is_told(tmp_path: Path, sources: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="No key 'body'"):
        taken_in(tmp_path / "library", sources, 1, monkeypatch, FieldMap(text="body"))


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize("batch", [1, 100])
def test_a_text_that_was_just_replaced_is_no_reason_to_leave_out_its_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, batch: int
) -> None:
    """A page was changed in place, and its first version kept beside it: both are in the folder."""
    monkeypatch.setattr(ingesting, "BATCH_ARTICLES", batch)
    folder = tmp_path / "folder"
    folder.mkdir()
    pages = [folder / "a.md", folder / "b.md"]
    pages[0].write_text(page(1), encoding="utf-8")
    assert taken_in(tmp_path / "library", [folder], workers, monkeypatch)[0].added == 1
    pages[0].write_text(page(2), encoding="utf-8")
    pages[1].write_text(page(1), encoding="utf-8")
    report, _ = taken_in(tmp_path / "library", [folder], workers, monkeypatch)
    assert (report.updated, report.added, report.skipped) == (1, 1, ())


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize("batch", [1, 100])
def test_a_copy_of_a_text_that_an_article_was_just_given_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, batch: int
) -> None:
    monkeypatch.setattr(ingesting, "BATCH_ARTICLES", batch)
    folder = tmp_path / "folder"
    folder.mkdir()
    pages = [folder / "a.md", folder / "b.md"]
    pages[0].write_text(page(1), encoding="utf-8")
    taken_in(tmp_path / "library", [folder], workers, monkeypatch)
    for file in pages:
        file.write_text(page(2), encoding="utf-8")
    report, _ = taken_in(tmp_path / "library", [folder], workers, monkeypatch)
    assert (report.updated, report.added, len(report.skipped)) == (1, 0, 1)


@pytest.mark.parametrize("workers", [0, 1])
def test_what_was_recorded_before_an_error_is_searchable(
    tmp_path: Path, sources: list[Path], monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    late = tmp_path / "late.jsonl"
    late.write_text('{"body": "No text."}\n', encoding="utf-8")
    monkeypatch.setattr(ingesting, "workers_for", lambda *_: Workers(workers))
    library = Library(tmp_path / "library", BagOfWordsEmbedder(), create=True)
    with pytest.raises(UsageError, match="No key 'text'"):
        ingest(library, [sources[0], late], FieldMap(text="text"))
    assert library.catalog.passage_ids(SEARCHABLE)
    assert not library.catalog.version_ids(PENDING)
    library.close()


def test_rows_nested_too_deeply_for_a_pipe_are_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": f"an-identifier-{n}", "title": f"Report {n}", "text": text_of(n)} for n in range(4)]
    kept = json.dumps(rows)[:-2] + ', "kept": ' + "[" * 700 + "]" * 700 + "}]"
    (tmp_path / "rows.json").write_text(kept, encoding="utf-8")
    report, _ = taken_in(tmp_path / "library", [tmp_path / "rows.json"], 2, monkeypatch)
    assert (report.added, report.skipped) == (4, ())


def page(number: int) -> str:
    return f"---\ntitle: Council votes\ndate: 2025-03-04\n---\n{text_of(number)}"


def taken_in(
    folder: Path, sources: list[Path], workers: int, monkeypatch: pytest.MonkeyPatch, fields: FieldMap = GUESS
) -> tuple[IngestReport, dict[str, list[Any]]]:
    """The report, without its time, and all that was recorded."""
    monkeypatch.setattr(ingesting, "workers_for", lambda *_: Workers(workers))
    library = Library(folder, BagOfWordsEmbedder(), create=True)
    report = ingest(library, sources, fields)
    library.close()
    with sqlite3.connect(folder / "library.db") as database:
        tables = {name: database.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in TABLES}
    database.close()
    return replace(report, seconds=0), tables
