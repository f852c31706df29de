"""A backup is one file, whole whatever a writer does meanwhile, and a library comes out of it without embedding."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.errors import LibraryError, LibraryOutdated, LibraryTooNew, UsageError
from assistant.fetching.follows import Follow, Follows
from assistant.library import migrations
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library_reports import IngestProgress
from research.torture.articles import write_articles
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import OpenLibrary, write_article
from tests.library.test_library import assert_whole


@pytest.fixture
def backup(open_library: OpenLibrary, clippings: Path, tmp_path: Path) -> Path:
    library = open_library()
    ingest(library, [clippings], FieldMap())
    library.backup(tmp_path / "kept" / "news.backup")
    return tmp_path / "kept" / "news.backup"


def test_a_library_comes_out_of_a_backup_without_embedding(backup: Path, tmp_path: Path) -> None:
    assert [file.name for file in backup.parent.iterdir()] == [backup.name], "it is one file"
    embedder = BagOfWordsEmbedder()
    library = Library.restore(backup, tmp_path / "other", embedder)
    assert embedder.embedded == []
    assert_whole(library)
    assert library.check().sound
    library.close()


def test_old_versions_are_in_it_too(open_library: OpenLibrary, backup: Path, clippings: Path, tmp_path: Path) -> None:
    library = open_library()
    write_article(clippings / "bridge.txt", "The bridge at Orrin was opened again.")
    ingest(library, [clippings], FieldMap())
    library.backup(tmp_path / "second.backup")
    restored = Library.restore(tmp_path / "second.backup", tmp_path / "other", BagOfWordsEmbedder())
    assert restored.status().versions == 4
    restored.close()


def follows(*urls: str) -> list[Follow]:
    return [Follow(url=url, title="Küste", seen=("a", "b")) for url in urls]


def test_the_feeds_come_back_with_what_was_seen_of_them(open_library: OpenLibrary, tmp_path: Path) -> None:
    library = open_library()
    kept = Follows(library.folder).add(follows("https://a.example/feed", "https://b.example/feed"))
    library.backup(tmp_path / "news.backup")
    with closing(Library.restore(tmp_path / "news.backup", tmp_path / "other", BagOfWordsEmbedder())) as restored:
        assert list(Follows(restored.folder).all().values()) == kept
        restored.backup(tmp_path / "again.backup")
    assert (tmp_path / "other" / "feeds.json").read_bytes() == (library.folder / "feeds.json").read_bytes()
    with closing(Library.restore(tmp_path / "again.backup", tmp_path / "third", BagOfWordsEmbedder())) as restored:
        assert len(Follows(restored.folder).all()) == 2


def test_a_list_of_feeds_is_not_overwritten(open_library: OpenLibrary, tmp_path: Path) -> None:
    library, other = open_library(), tmp_path / "other"
    Follows(library.folder).add(follows("https://a.example/feed"))
    library.backup(tmp_path / "news.backup")
    other.mkdir()
    Follows(other).add(follows("https://b.example/feed"))
    with pytest.raises(UsageError, match="list of feeds"):
        Library.restore(tmp_path / "news.backup", other, BagOfWordsEmbedder())
    assert list(Follows(other).all()) == ["https://b.example/feed"]
    (other / "feeds.json").write_bytes((library.folder / "feeds.json").read_bytes())  # as a crash may leave it
    Library.restore(tmp_path / "news.backup", other, BagOfWordsEmbedder()).close()


def test_feeds_that_are_followed_no_more_do_not_come_back(open_library: OpenLibrary, tmp_path: Path) -> None:
    library = open_library()
    Follows(library.folder).add(follows("https://a.example/feed"))
    library.backup(tmp_path / "news.backup")
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "news.backup").rename(other / "library.db")  # put in place by hand
    with closing(Library(other, BagOfWordsEmbedder())) as by_hand:
        by_hand.backup(tmp_path / "second.backup")
    Library.restore(tmp_path / "second.backup", tmp_path / "third", BagOfWordsEmbedder()).close()
    assert not Follows(tmp_path / "third").all()


def test_a_damaged_list_of_feeds_keeps_no_article_from_being_backed_up(
    open_library: OpenLibrary, clippings: Path, tmp_path: Path
) -> None:
    library = open_library()
    ingest(library, [clippings], FieldMap())
    (library.folder / "feeds.json").write_bytes(b"{\xff")
    library.backup(tmp_path / "news.backup")
    with closing(Library.restore(tmp_path / "news.backup", tmp_path / "other", BagOfWordsEmbedder())) as restored:
        assert restored.status().articles == 3
        assert (restored.folder / "feeds.json").read_bytes() == b"{\xff"


def test_a_backup_during_an_ingest_holds_whole_articles(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles.jsonl", 260)
    library = Library(tmp_path / "library", BagOfWordsEmbedder(32, narrowed=True), create=True)
    backups: list[Path] = []

    def back_up(_: IngestProgress) -> None:
        other = Library(tmp_path / "library", BagOfWordsEmbedder(32, narrowed=True))
        backups.append(tmp_path / f"{len(backups)}.backup")
        other.backup(backups[-1])
        other.close()

    ingest(library, [tmp_path / "articles.jsonl"], FieldMap(), back_up)
    library.close()
    held = []
    for number, file in enumerate(backups):
        restored = Library.restore(file, tmp_path / f"restored-{number}", BagOfWordsEmbedder(32, narrowed=True))
        assert restored.check().sound
        held.append(restored.status().articles)
        restored.close()
    assert held == sorted(held)
    assert held[0] < held[-1] == 260


def test_nothing_is_overwritten(backup: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    with pytest.raises(UsageError, match="exists already"):
        library.backup(backup)
    with pytest.raises(UsageError, match=r"library in .* already"):
        Library.restore(backup, library.folder, BagOfWordsEmbedder())


@pytest.mark.parametrize("cut", [0, 100, 40_000])
def test_a_damaged_backup_is_refused_and_leaves_nothing_behind(backup: Path, tmp_path: Path, cut: int) -> None:
    os.truncate(backup, cut)
    with pytest.raises(LibraryError, match="backup"):
        Library.restore(backup, tmp_path / "other", BagOfWordsEmbedder())
    assert not (tmp_path / "other").exists()


def test_a_changed_text_in_a_backup_is_noticed(backup: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection:
        (other,) = connection.execute("SELECT text FROM versions WHERE id = 2").fetchone()
        connection.execute("UPDATE versions SET text = ? WHERE id = 1", (other,))
        connection.commit()
    with pytest.raises(LibraryError, match="damaged and was not restored"):
        Library.restore(backup, tmp_path / "other", BagOfWordsEmbedder())


def test_a_backup_of_a_newer_program_is_refused(backup: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE facts SET value = ? WHERE name = 'data_format'", (migrations.DATA_FORMAT + 1,))
        connection.commit()
    with pytest.raises(LibraryTooNew, match="upgrade"):
        Library.restore(backup, tmp_path / "other", BagOfWordsEmbedder())


def test_a_backup_of_a_development_version_is_refused(backup: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE facts SET name = 'format', value = 4 WHERE name = 'data_format'")
        connection.commit()
    with pytest.raises(LibraryOutdated, match="ingest"):
        Library.restore(backup, tmp_path / "other", BagOfWordsEmbedder())
    assert not (tmp_path / "other").exists()


def test_a_file_that_is_no_backup_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a library", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"notes\.txt is no backup"):
        Library.restore(tmp_path / "notes.txt", tmp_path / "other", BagOfWordsEmbedder())
    with pytest.raises(UsageError, match="no file"):
        Library.restore(tmp_path / "absent", tmp_path / "other", BagOfWordsEmbedder())


def test_a_full_disk_is_named_and_no_half_backup_stays(
    open_library: OpenLibrary, clippings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_library()
    ingest(library, [clippings], FieldMap())

    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr("assistant.library.backups._copy", full)
    with pytest.raises(LibraryError, match="full"):
        library.backup(tmp_path / "news.backup")
    assert not list(tmp_path.glob("news.backup*"))
