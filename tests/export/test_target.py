"""Exports are written whole, under harmless names, and never over a file by accident."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.export.document import Document
from assistant.export.target import ExportTarget, Format, file_text, format_of, suggested_name
from assistant.json_form import from_json
from tests.export.documents import HOSTILE, whole


@pytest.mark.parametrize(
    ("file", "form", "expected"),
    [
        ("a.html", None, Format.HTML),
        ("A.HTM", None, Format.HTML),
        ("notes.v2.md", None, Format.MARKDOWN),
        ("x.json", None, Format.JSON),
        ("x.csl.json", None, Format.CSL),
        ("x.csl", None, Format.CSL),
        ("x.bib", None, Format.BIBTEX),
        ("x.txt", "MD", Format.MARKDOWN),
        ("x.json", "csl", Format.CSL),
    ],
)
def test_the_ending_or_the_name_says_the_format(file: str, form: str | None, expected: Format) -> None:
    assert format_of(file, form) is expected


@pytest.mark.parametrize("file", ["~nobody.here/x.html", f"{'a' * 300}.html"])
def test_a_place_that_cannot_be_is_refused_before_anything_is_asked(file: str) -> None:
    with pytest.raises(UsageError, match="Name"):
        ExportTarget.of(file)


@pytest.mark.parametrize(("file", "form"), [("a.pdf", None), ("html", None), ("", None), ("a.html", "pdf")])
def test_an_unknown_format_is_refused_with_those_known(file: str, form: str | None) -> None:
    with pytest.raises(UsageError, match=r"html.*md.*json.*csl.*bib"):
        format_of(file, form)


@pytest.mark.parametrize("form", Format)
def test_every_format_can_be_written(form: Format, tmp_path: Path) -> None:
    file = tmp_path / suggested_name(whole().title, form)
    ExportTarget.of(str(file)).write(file_text(whole(), form))
    assert file.read_bytes().decode("utf-8").endswith("\n")
    assert b"\r" not in file.read_bytes()
    assert format_of(file.name) is form
    assert list(tmp_path.iterdir()) == [file]


def test_the_json_is_the_whole_document() -> None:
    assert from_json(Document, json.loads(file_text(whole(), Format.JSON))) == whole()


def test_a_file_is_never_overwritten_without_being_told_so(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    ExportTarget.of(str(file)).write("one")
    with pytest.raises(UsageError, match="--force"):
        ExportTarget.of(str(file))
    with pytest.raises(UsageError, match="--force"):
        ExportTarget(file, Format.MARKDOWN).write("two")
    assert file.read_text() == "one"
    ExportTarget.of(str(file), force=True).write("two")
    assert file.read_text() == "two"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_appears_while_the_answer_is_written_is_kept(tmp_path: Path) -> None:
    target = ExportTarget.of(str(tmp_path / "a.md"))
    (tmp_path / "a.md").symlink_to(tmp_path / "elsewhere")  # even one that leads nowhere yet
    with pytest.raises(UsageError, match="there already"):
        target.write("mine")
    assert not (tmp_path / "elsewhere").exists()


def test_places_where_nothing_can_be_written_are_told_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        ExportTarget.of(str(tmp_path / "no" / "a.md"))
    with pytest.raises(UsageError, match="Name a file"):
        ExportTarget.of("-", "md")
    with pytest.raises(UsageError, match="is a folder"):
        ExportTarget.of(str(tmp_path), "md")


@pytest.mark.parametrize("force", [False, True])
def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool) -> None:
    file = tmp_path / "a.md"
    if force:
        file.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        ExportTarget(file, Format.MARKDOWN, force).write("new")
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == ([("a.md", "old")] if force else [])


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_an_export_may_be_read_by_whom_other_files_may(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("")
    ExportTarget.of(str(tmp_path / "a.md")).write("x")
    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)


@given(st.text() | st.sampled_from([HOSTILE, "../../etc/passwd", "CON", "nul", "-rf", ".hidden", "a\0b", "?"]))
def test_suggested_names_are_harmless(title: str) -> None:
    name = suggested_name(title, Format.HTML)
    stem = name.removesuffix(".html")
    assert all(character.isalnum() or character in "-_" for character in stem)
    assert stem
    assert stem[0] not in "-."
    assert len(stem) <= 60
    assert stem not in {"con", "nul", "aux", "prn", "com1", "lpt9"}


def test_suggested_names_say_what_was_asked() -> None:
    assert suggested_name("When does the harbour close?", Format.HTML) == "when-does-the-harbour-close.html"
    assert suggested_name("متى؟", Format.CSL) == "متى.csl.json"
