from __future__ import annotations

from pathlib import Path

import pytest

from assistant.drafts.checking import CheckOptions, FinishedSentences, check_draft
from assistant.errors import UsageError
from assistant.library.library import Library

DRAFT = "The Pellin Bridge opened in 1961. The council rejected the tender of Brunmark Civil. The Beatles came in 1963."


def test_a_check_that_was_stopped_goes_on_where_it_was(examples_library: Library, tmp_path: Path) -> None:
    whole = check_draft(DRAFT, examples_library, CheckOptions())

    def stop(done: int, count: int) -> None:
        assert count == len(whole.sentences)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_draft(DRAFT, examples_library, CheckOptions(), stop, kept=tmp_path)
    (file,) = tmp_path.iterdir()
    assert len(file.read_text(encoding="utf-8").splitlines()) == 2
    told: list[int] = []
    report = check_draft(
        DRAFT, examples_library, CheckOptions(go_on=True), lambda done, _: told.append(done), kept=tmp_path
    )
    assert told == [3]
    assert report == whole
    assert list(tmp_path.iterdir()) == []


def test_without_continue_a_check_begins_anew(examples_library: Library, tmp_path: Path) -> None:
    told: list[int] = []
    for _ in range(2):
        check_draft(DRAFT, examples_library, CheckOptions(), lambda done, _: told.append(done), kept=tmp_path)
    assert told == [1, 2, 3, 1, 2, 3]


def test_a_line_that_was_cut_off_ends_what_is_taken_up(examples_library: Library, tmp_path: Path) -> None:
    report = check_draft(DRAFT, examples_library, CheckOptions())
    kept = FinishedSentences(tmp_path / "a" / "finished.jsonl")
    for sentence in report.sentences[:2]:
        kept.keep(sentence)
    file = tmp_path / "a" / "finished.jsonl"
    file.write_text(file.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    assert kept.load() == list(report.sentences[:1])
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, examples_library: Library) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="ASSISTANT_CACHE"):
        check_draft(DRAFT, examples_library, CheckOptions(), kept=tmp_path / "file")
