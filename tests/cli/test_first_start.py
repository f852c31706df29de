"""The first start of all: no archive, no model, no key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import RunCli, Windows
from tests.fakes.hostile import alive


def test_an_archive_is_made_from_the_folder_that_is_named(window: Windows, tmp_path: Path) -> None:
    (tmp_path / "clippings").mkdir()
    (tmp_path / "clip\u202epings\x1b[5;35m").mkdir()  # is not offered
    chat = window("chat", "--library", str(tmp_path / "new"), columns=120)
    chat.wait_for("There are no articles in")
    chat.wait_for("Articles:")
    chat.type(str(tmp_path / "nowhere"))
    chat.keys("Enter")
    chat.wait_for("There is no ")
    chat.type(str(tmp_path / "clip"))
    chat.keys("Tab")
    chat.wait_for("clippings")
    chat.keys("Enter")
    chat.wait_for("added 20, updated 1")
    chat.wait_for("OPENAI_BASE_URL=http://localhost:11434/v1")  # without a model it is said how to add one
    chat.send("harbour")
    chat.wait_for("Evidence from")
    assert alive(chat.printed) == []


def test_enter_takes_the_examples_and_ctrl_d_leaves_nothing_behind(window: Windows, tmp_path: Path) -> None:
    chat = window("chat", "--library", str(tmp_path / "new"))
    chat.wait_for("Enter alone takes invented examples")
    chat.wait_for("Articles:")
    chat.keys("Enter")
    chat.wait_for("3 articles | no model")
    other = window("chat", "--library", str(tmp_path / "none"))
    other.wait_for("Articles:")
    other.keys("C-d")
    other.wait_for("left with 0")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", ["chat", "ask", "search"])
def test_without_a_terminal_the_remedy_is_printed(cli: RunCli, tmp_path: Path, command: str) -> None:
    done = cli(command, "--library", str(tmp_path / "none"), stdin="harbour\n")
    assert done.code == 3
    assert "assistant ingest FOLDER" in done.err
