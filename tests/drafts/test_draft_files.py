from __future__ import annotations

import io
from pathlib import Path

import pytest

from assistant.drafts.checking import checkable
from assistant.drafts.draft_files import read_draft
from assistant.errors import UsageError
from tests import samples

NOTHING = io.BytesIO()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("draft.txt", "\n\n".join(samples.PARAGRAPHS).encode()),
        ("draft.md", ("# Harbour\n\n" + "\n\n".join(samples.PARAGRAPHS)).encode()),
        ("draft.html", samples.page()),
        ("draft.eml", samples.mail()),
        ("draft.docx", samples.docx("".join(map(samples.docx_paragraph, samples.PARAGRAPHS)))),
        ("draft", samples.docx("".join(map(samples.docx_paragraph, samples.PARAGRAPHS)))),
        ("draft", "\n\n".join(samples.PARAGRAPHS).encode()),
        ("draft.rtf-no", samples.page()),
    ],
)
def test_drafts_of_many_kinds_are_read(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    assert "reopened on Tuesday" in read_draft(str(tmp_path / name), NOTHING).text


def test_what_was_left_out_of_a_draft_is_said(tmp_path: Path) -> None:
    note = "<w:p><w:r><w:footnoteReference/></w:r></w:p>"
    (tmp_path / "a.docx").write_bytes(samples.docx(samples.docx_paragraph(samples.PARAGRAPHS[0]) + note))
    given = read_draft(str(tmp_path / "a.docx"), NOTHING)
    assert given.notices == ("The draft has footnotes (1), which were left out.",)


def test_standard_input_is_read_and_the_draft_has_its_own_day() -> None:
    given = read_draft("-", io.BytesIO(b"Title: Bridge\nDate: 2025-03-05\n\nThe bridge was closed on Tuesday.\n"))
    assert (given.title, str(given.dated)) == ("Bridge", "2025-03-05")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b"  \n ", "is empty"),
        ("picture.xyz", bytes(range(256)) * 40, "is binary data"),
        ("rows.jsonl", b'{"text": "One text of this."}\n{"text": "Another text of this."}\n', "holds 2 texts"),
    ],
)
def test_what_is_no_draft_is_refused_with_the_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=reason):
        read_draft(str(tmp_path / name), NOTHING)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        read_draft(str(tmp_path / "none.txt"), NOTHING)
    with pytest.raises(UsageError, match="is a folder"):
        read_draft(str(tmp_path), NOTHING)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("—!? …", "empty"),
        ("The bridge was closed. " * 50_000, "at most"),
        (
            "Le pont a été fermé mardi soir après la découverte de fissures dans un des piliers, a annoncé la ville.",
            "fr",
        ),
    ],
)
def test_a_text_that_cannot_be_checked_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        checkable(text)
