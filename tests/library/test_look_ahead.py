"""A library is made for articles, not for a look at files that hold none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.app import Assistant
from assistant.articles import FieldMap, Given
from assistant.errors import UsageError
from assistant.library.ingest import ingest, look_ahead
from assistant.records import Article, Skipped
from tests.library.conftest import OpenLibrary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "mixed"
    place.mkdir()
    (place / "a.bin").write_bytes(b"\x00")
    (place / "b.txt").write_bytes(b"")
    (place / "d.bin").write_bytes(b"\x00")
    return place


def test_sources_without_an_article_are_reported(folder: Path) -> None:
    _, report = look_ahead([folder, Given("page", iter([Skipped(source="page", reason="is gone")]))], FieldMap())
    assert report is not None
    assert [Path(item.source).name for item in report.skipped] == ["a.bin", "b.txt", "d.bin", "page"]
    assert (report.added, report.updated, report.unchanged) == (0, 0, 0)


def test_with_one_everything_is_taken_and_told_once(folder: Path, open_library: OpenLibrary) -> None:
    (folder / "c.txt").write_text("Ships left the harbour.")
    (folder / "e.txt").write_text("They came back.")
    pages = [Given("page", iter([Skipped(source="page", reason="is gone")]))]
    sources, nothing = look_ahead([folder, *pages], FieldMap())
    assert nothing is None
    report = ingest(open_library(), sources, FieldMap())
    assert report.added == 2
    assert sorted(Path(item.source).name for item in report.skipped) == ["a.bin", "b.txt", "d.bin", "page"]


def test_the_file_of_the_first_article_is_read_once(folder: Path, open_library: OpenLibrary) -> None:
    (folder / "c.txt").write_text("Ships left the harbour.")
    sources, _ = look_ahead([folder], FieldMap())
    (folder / "c.txt").unlink()
    assert ingest(open_library(), sources, FieldMap()).added == 1


def test_a_stream_that_was_looked_into_loses_nothing(open_library: OpenLibrary) -> None:
    items = (Article(source=f"stdin#{n}", text=f"Ship {n} left.") for n in range(3))
    sources, nothing = look_ahead([Given("standard input", items)], FieldMap())
    assert nothing is None
    assert ingest(open_library(), sources, FieldMap()).added == 3


@pytest.mark.parametrize("address", ["", "https://courant.example/a"])
def test_ctrl_c_before_there_is_a_library_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def ctrl_c() -> Article:
        raise KeyboardInterrupt

    def stopped(*_: object) -> Iterator[Article]:
        return (ctrl_c() for _ in range(1))

    monkeypatch.setattr("assistant.upkeep.read_address", stopped)
    given = address or Given("standard input", stopped())
    with Assistant.open(tmp_path / "library") as assistant:
        report = assistant.ingest([given])
    assert report.interrupted
    assert (report.added, report.skipped) == (0, ())
    assert not (tmp_path / "library").exists()


def test_a_mistyped_path_is_an_error_as_ever(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        look_ahead([tmp_path / "nowhere"], FieldMap())
