"""Authors and titles that the library holds, as a person who types finds them."""

from __future__ import annotations

from pathlib import Path

from assistant.articles import FieldMap
from assistant.library.ingest import ingest
from assistant.library.removal import named
from tests.library.conftest import OpenLibrary


def write(folder: Path, name: str, title: str, authors: str, day: str) -> None:
    folder.mkdir(exist_ok=True)
    text = f"Title: {title}\nAuthor: {authors}\nDate: {day}\n\nThe bridge at {name} was closed on Monday.\n"
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def test_titles_are_found_by_parts_of_words_the_newest_first(open_library: OpenLibrary, tmp_path: Path) -> None:
    write(tmp_path / "a", "one", "Bridge shut", "Ola Brandt", "2025-03-01")
    write(tmp_path / "a", "two", "BRIDGE at 100% of its load", "Ines Olm", "2025-04-01")
    library = open_library()
    ingest(library, [tmp_path / "a"], FieldMap())

    def titles(*words: str, limit: int = 9) -> list[str]:
        return [info.title for info in library.catalog.titled(words, limit)]

    assert titles("bri") == ["BRIDGE at 100% of its load", "Bridge shut"]
    assert titles("shut", "brid") == ["Bridge shut"]
    assert titles("100%") == ["BRIDGE at 100% of its load"]
    assert titles("1%0") == titles("_") == []  # no wildcards
    assert titles("bridge", limit=1) == ["BRIDGE at 100% of its load"]


def test_only_present_versions_count(open_library: OpenLibrary, tmp_path: Path) -> None:
    write(tmp_path / "a", "one", "Bridge shut", "Ola Brandt", "2025-03-01")
    library = open_library()
    ingest(library, [tmp_path / "a"], FieldMap())
    write(tmp_path / "a", "one", "Bridge open", "Ines Olm", "2025-03-02")
    (tmp_path / "a" / "one.txt").write_text((tmp_path / "a" / "one.txt").read_text() + "It opened again.\n")
    ingest(library, [tmp_path / "a"], FieldMap())
    assert library.catalog.authors() == ("Ines Olm",)
    assert [info.title for info in library.catalog.titled(["bridge"], 9)] == ["Bridge open"]


def test_articles_without_a_date_come_last_by_title_and_first_by_name(
    open_library: OpenLibrary, tmp_path: Path
) -> None:
    folder = tmp_path / "a"
    write(folder, "new", "Bridge open", "Ines Olm", "2025-04-01")
    write(folder, "undated", "Bridge somewhere", "Ines Olm", "")
    write(folder, "old", "Bridge shut", "Ola Brandt", "2025-03-01")
    library = open_library()
    ingest(library, [folder], FieldMap())
    titled = library.catalog.titled(["bridge"], 9)
    assert [info.title for info in titled] == ["Bridge open", "Bridge shut", "Bridge somewhere"]
    assert [info.title for info in named(library, str(folder))] == ["Bridge somewhere", "Bridge shut", "Bridge open"]
