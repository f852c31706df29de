"""Files into a library: what is counted as what, and that unchanged articles cost nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.errors import UsageError
from assistant.library import analysis
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library_reports import IngestProgress, IngestReport
from assistant.records import Filters
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import OpenLibrary, write_article


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.skipped)


def test_new_articles_are_added_and_searchable(open_library: OpenLibrary, clippings: Path) -> None:
    library = open_library()
    report = ingest(library, [clippings], FieldMap())
    assert counts(report) == (3, 0, 0, 0)
    assert (
        library.indexes.vectors.count()
        == library.indexes.lexical.count()
        == report.passages
        == library.catalog.passage_count()
    )
    hits = library.indexes.lexical.search(analysis.terms("cracks"), 5, Filters())
    found = library.catalog.searchable_passages([hit.passage_id for hit in hits])
    assert [stored.info.title for stored in found.values()] == ["Bridge"]


def test_a_second_ingest_embeds_nothing(open_library: OpenLibrary, clippings: Path) -> None:
    embedder = BagOfWordsEmbedder()
    library = open_library(embedder)
    ingest(library, [clippings], FieldMap())
    before = list(embedder.embedded)
    assert counts(ingest(library, [clippings], FieldMap())) == (0, 0, 3, 0)
    assert embedder.embedded == before


def test_a_changed_text_is_a_new_version_and_the_old_one_leaves_the_indexes(
    open_library: OpenLibrary, clippings: Path
) -> None:
    library = open_library()
    ingest(library, [clippings], FieldMap())
    write_article(clippings / "bridge.txt", "The bridge at Orrin was closed on Monday. Inspectors had found rust.")
    report = ingest(library, [clippings], FieldMap())
    assert counts(report) == (0, 1, 2, 0)
    assert library.indexes.lexical.search(analysis.terms("cracks"), 5, Filters()) == []
    assert library.indexes.vectors.count() == library.indexes.lexical.count() == library.catalog.passage_count()
    article_id = next(iter(library.catalog.with_text([]).values()), None)
    assert article_id is None
    status = library.status()
    assert (status.articles, status.versions) == (3, 4)


def test_a_text_that_changes_back_is_found_again(open_library: OpenLibrary, clippings: Path) -> None:
    library = open_library()
    original = (clippings / "bridge.txt").read_text(encoding="utf-8")
    ingest(library, [clippings], FieldMap())
    write_article(clippings / "bridge.txt", "Another text altogether.")
    ingest(library, [clippings], FieldMap())
    (clippings / "bridge.txt").write_text(original, encoding="utf-8")
    ingest(library, [clippings], FieldMap())
    hits = library.indexes.lexical.search(analysis.terms("cracks"), 5, Filters())
    assert len(library.catalog.searchable_passages([h.passage_id for h in hits])) == 1
    assert library.status().versions == 5
    assert library.indexes.vectors.count() == library.catalog.passage_count()


def test_a_new_date_updates_the_article_without_a_new_version(open_library: OpenLibrary, clippings: Path) -> None:
    embedder = BagOfWordsEmbedder()
    library = open_library(embedder)
    ingest(library, [clippings], FieldMap())
    before = len(embedder.embedded)
    file = clippings / "spill.txt"
    file.write_text(file.read_text(encoding="utf-8").replace("2025-04-02", "2025-05-02"), encoding="utf-8")
    assert counts(ingest(library, [clippings], FieldMap())) == (0, 1, 2, 0)
    assert len(embedder.embedded) == before
    late = Filters(since=date(2025, 5, 1))
    assert len(library.indexes.lexical.search(analysis.terms("spill"), 5, late)) == 1
    assert len(library.indexes.vectors.search(embedder.embed(["spill"])[0], 5, late)) == 1
    assert library.status().versions == 3


def test_the_same_article_in_two_files_is_taken_once_and_the_other_named(
    open_library: OpenLibrary, clippings: Path
) -> None:
    (clippings / "copy.txt").write_bytes((clippings / "spill.txt").read_bytes())
    report = ingest(open_library(), [clippings], FieldMap())
    assert counts(report) == (3, 0, 0, 1)
    assert "spill.txt" in report.skipped[0].source + report.skipped[0].reason
    assert "copy.txt" in report.skipped[0].source + report.skipped[0].reason
    assert "same article" in report.skipped[0].reason


def test_the_same_text_from_another_outlet_is_kept(open_library: OpenLibrary, clippings: Path) -> None:
    write_article(clippings / "reprint.txt", "Voters in Orrin chose a new mayor. She won by 81 votes.", outlet="Weekly")
    assert counts(ingest(open_library(), [clippings], FieldMap())) == (4, 0, 0, 0)


def test_two_rows_with_one_id_and_different_texts(open_library: OpenLibrary, tmp_path: Path) -> None:
    rows = [
        {"id": "a1", "text": "First text."},
        {"id": "a1", "text": "Second text."},
        {"id": "a1", "text": "First text."},
    ]
    file = tmp_path / "dump.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    library = open_library()
    first = ingest(library, [file], FieldMap())
    assert counts(first) == (1, 0, 1, 1)
    assert "same id" in first.skipped[0].reason
    assert counts(ingest(library, [file], FieldMap())) == (0, 0, 2, 1), "a second ingest changes nothing"


def test_what_cannot_be_read_is_reported_and_the_rest_goes_on(open_library: OpenLibrary, clippings: Path) -> None:
    (clippings / "empty.txt").write_bytes(b"")
    (clippings / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    (clippings / "notes.xyz").write_text("?", encoding="utf-8")
    report = ingest(open_library(), [clippings], FieldMap())
    assert report.added == 3
    assert {Path(s.source).name for s in report.skipped} == {"empty.txt", "picture.txt", "notes.xyz"}
    assert all(s.reason and "\n" not in s.reason for s in report.skipped)


def test_a_missing_path_is_named_and_the_others_are_read(open_library: OpenLibrary, clippings: Path) -> None:
    report = ingest(open_library(), [clippings / "nowhere", clippings], FieldMap())
    assert counts(report) == (3, 0, 0, 1)
    assert "nowhere" in report.skipped[0].source


def test_nothing_but_missing_paths_is_an_error(open_library: OpenLibrary, clippings: Path) -> None:
    library = open_library()
    with pytest.raises(UsageError, match="nowhere"):
        ingest(library, [clippings / "nowhere"], FieldMap())
    assert library.status().articles == 0


def test_progress_ends_at_the_total(open_library: OpenLibrary, clippings: Path) -> None:
    told: list[IngestProgress] = []
    ingest(open_library(), [clippings], FieldMap(), told.append)
    assert told[-1].articles == 3
    assert told[-1].bytes_read == told[-1].bytes_total > 0
    assert [t.bytes_read for t in told] == sorted(t.bytes_read for t in told)


def test_ctrl_c_keeps_what_is_recorded_and_the_next_ingest_finishes(open_library: OpenLibrary, clippings: Path) -> None:
    class Interrupted(BagOfWordsEmbedder):
        def embed_passages(self, texts, spans):  # type: ignore[no-untyped-def]
            raise KeyboardInterrupt

    library = open_library(Interrupted())
    report = ingest(library, [clippings], FieldMap())
    assert report.interrupted
    assert library.status().pending == 3
    library.close()

    again = open_library()
    assert counts(ingest(again, [clippings], FieldMap())) == (0, 0, 3, 0)
    assert again.status().pending == 0
    assert again.indexes.vectors.count() == again.catalog.passage_count() > 0


def test_articles_without_a_date_are_counted(open_library: OpenLibrary, clippings: Path) -> None:
    write_article(clippings / "undated.txt", "Nobody knows when this was written.", day=None)
    library = open_library()
    assert ingest(library, [clippings], FieldMap()).undated == 1
    assert library.status().undated == 1


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.json", "a.html"])
def test_doubtful_letters_are_marked_at_the_article_until_it_is_taken_in_without_doubt(
    open_library: OpenLibrary, tmp_path: Path, name: str
) -> None:
    words = "Pomost w Orlenku został zamknięty w środę, powiedziała wójt Zofia Gąska. Naprawa potrwa pięć miesięcy."
    contents = {
        "a.txt": words,
        "a.csv": f'title,text\nPomost,"{words}"\n',
        "a.json": json.dumps([{"title": "Pomost", "text": words}], ensure_ascii=False),
        "a.html": f"<html><body><article><h1>Pomost</h1><p>{words}</p><p>{words}!</p></article></body></html>",
    }
    library, file = open_library(), tmp_path / name
    file.write_bytes(contents[name].encode("cp1250"))
    assert ingest(library, [file], FieldMap()).notices
    assert _notice(library) == "letters"
    assert counts(ingest(library, [file], FieldMap())) == (0, 0, 1, 0)
    file.write_text(contents[name], encoding="utf-8")
    assert counts(ingest(library, [file], FieldMap())) == (0, 1, 0, 0)
    assert _notice(library) == ""


def _notice(library: Library) -> str:
    (version,) = library.catalog.version_ids("searchable")
    return library.catalog.passages_of([version])[0].info.notice_kind
