"""Whose an article is that does not say so itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library_reports import IngestReport
from tests.library.conftest import OpenLibrary

PAGE = "<html><head><title>{}</title>{}</head><body><article>{}</article></body></html>"
BODY = "".join(f"<p>The {word} bridge at Orrin was closed on Monday after cracks were found.</p>" for word in "abcd")


@pytest.fixture
def library(open_library: OpenLibrary) -> Library:
    return open_library()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "clippings"
    place.mkdir()
    (place / "says.txt").write_text("Title: Vote\nOutlet: Orrin Wire\n\nVoters chose a mayor.\n")
    (place / "silent.txt").write_text("Title: Spill\n\nA spill reached the river.\n")
    address = '<link rel="canonical" href="https://www.courant.example/2025/03/04/bridge">'
    (place / "page.html").write_text(PAGE.format("Bridge closed", address, BODY))
    return place


def take(library: Library, folder: Path, outlet: str | None = None) -> IngestReport:
    return ingest(library, [folder], FieldMap(), outlet=outlet)


def outlets(library: Library) -> dict[str, str]:
    return {Path(info.source).stem: info.outlet for info in library.catalog.articles()}


def test_the_outlet_given_is_that_of_articles_that_name_none(library: Library, folder: Path) -> None:
    take(library, folder, "The Courant")
    assert outlets(library) == {"says": "Orrin Wire", "silent": "The Courant", "page": "The Courant"}


def test_without_one_it_is_the_host_of_the_address_or_unknown(library: Library, folder: Path) -> None:
    take(library, folder)
    assert outlets(library) == {"says": "Orrin Wire", "silent": "", "page": "courant.example"}
    assert take(library, folder, "The Courant").updated == 2
    assert outlets(library) == {"says": "Orrin Wire", "silent": "The Courant", "page": "The Courant"}


def test_what_was_given_once_stays_when_it_is_not_given_again(library: Library, folder: Path) -> None:
    take(library, folder, "The Courant")
    assert take(library, folder).unchanged == 3
    (folder / "silent.txt").write_text("Title: Spill\n\nA spill reached the river. Nobody was hurt.\n")
    assert take(library, folder).updated == 1
    assert outlets(library)["silent"] == "The Courant"
    assert take(library, folder, "Ledger").updated == 2
    assert outlets(library) == {"says": "Orrin Wire", "silent": "Ledger", "page": "Ledger"}


def test_what_the_source_says_later_counts(library: Library, folder: Path) -> None:
    take(library, folder, "The Courant")
    (folder / "silent.txt").write_text("Title: Spill\nOutlet: Isle News\n\nA spill reached the river.\n")
    assert take(library, folder, "The Courant").updated == 1
    assert outlets(library)["silent"] == "Isle News"


def test_what_the_source_says_no_more_counts_no_more(library: Library, folder: Path) -> None:
    take(library, folder)
    (folder / "says.txt").write_text("Title: Vote\n\nVoters chose a mayor.\n")
    assert take(library, folder).updated == 1
    assert outlets(library)["says"] == ""
    (folder / "says.txt").write_text("Title: Vote\nOutlet: Isle News\n\nVoters chose a mayor.\n")
    take(library, folder)
    (folder / "says.txt").write_text("Title: Vote\n\nVoters chose a mayor. She won.\n")  # another text too
    take(library, folder)
    assert outlets(library)["says"] == ""


def test_a_person_may_give_the_outlet_that_the_source_named_before(library: Library, folder: Path) -> None:
    take(library, folder)
    (folder / "says.txt").write_text("Title: Vote\n\nVoters chose a mayor.\n")
    take(library, folder, "Orrin Wire")
    take(library, folder)
    assert outlets(library)["says"] == "Orrin Wire"


def test_what_was_given_can_be_taken_back(library: Library, folder: Path) -> None:
    take(library, folder, "The Courant")
    assert take(library, folder, "").updated == 2
    assert outlets(library) == {"says": "Orrin Wire", "silent": "", "page": "courant.example"}
    assert take(library, folder).unchanged == 3


@pytest.mark.parametrize("given", ["The Courant", None])
def test_copies_of_the_files_are_not_taken_in_again(library: Library, folder: Path, given: str | None) -> None:
    take(library, folder, given)
    before = outlets(library)
    shutil.copytree(folder, folder.with_name("copies"))
    report = take(library, folder.with_name("copies"))
    assert (report.added, len(report.skipped)) == (0, 3)
    assert outlets(library) == before
    assert take(library, folder.with_name("copies"), "Ledger").added == 2  # it says who printed them too


def test_the_same_page_at_another_host_is_a_copy_of_its_own(library: Library, folder: Path) -> None:
    take(library, folder, "The Courant")
    page = (folder / "page.html").read_text()
    (folder / "other.html").write_text(page.replace("courant.example", "ledger.example"))
    assert take(library, folder).added == 1
    assert outlets(library)["other"] == "ledger.example"


def test_of_two_copies_in_one_ingest_the_first_is_taken(library: Library, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, outlet in (("a", "Orrin Wire"), ("b", "Isle News"), ("c", "")):
        line = f"Outlet: {outlet}\n" * bool(outlet)
        (tmp_path / "in" / f"{name}.txt").write_text(f"Title: Vote\n{line}\nVoters chose a mayor.\n")
    report = take(library, tmp_path / "in")
    assert (report.added, len(report.skipped)) == (2, 1)
    assert outlets(library) == {"a": "Orrin Wire", "b": "Isle News"}


def test_a_host_does_not_outlive_its_address(library: Library, folder: Path) -> None:
    page = folder / "page.html"
    take(library, folder)
    page.write_text(page.read_text().replace("courant.example", "ledger.example"))
    take(library, folder)
    assert outlets(library)["page"] == "ledger.example"


def test_a_row_that_names_its_site_is_believed(library: Library, tmp_path: Path) -> None:
    row = '{"url": "https://isle.example/1", "source_domain": "isle.example", "text": "A spill reached the river."}'
    (tmp_path / "rows.jsonl").write_text(row)
    take(library, tmp_path / "rows.jsonl", "The Courant")
    assert [info.outlet for info in library.catalog.articles()] == ["isle.example"]
