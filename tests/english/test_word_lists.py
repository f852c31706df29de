"""The word lists that are kept as data."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.english.words import FOLDER, listed, word_list

FILES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_list_says_what_it_is_and_holds_each_entry_once(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    entries = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    assert list(word_list(path.stem)) == entries


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_list_is_read_by_the_program(path: Path) -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in FOLDER.parents[1].rglob("*.py"))
    assert f'"{path.stem}"' in code


def test_lists_for_one_use_do_not_repeat_each_other() -> None:
    assert listed("stop_words").isdisjoint(listed("stop_words_in_statements", "stop_words_in_questions"))
    assert listed("speech_verbs").isdisjoint(listed("verbs_that_may_report"))


def test_starting_the_command_line_reads_no_word_list() -> None:
    script = "import sys, assistant.cli.main; print([m for m in sys.modules if m.startswith('assistant.english')])"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
