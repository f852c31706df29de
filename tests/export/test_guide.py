"""docs/sessions-and-exports.md says what is true."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from assistant.cli.main import app
from assistant.export.target import Format, format_of
from assistant.permalinks import State

GUIDE_FOLDER = Path(__file__).resolve().parents[2] / "docs"
GUIDE = (GUIDE_FOLDER / "sessions-and-exports.md").read_text(encoding="utf-8")


def test_every_format_is_named_by_its_ending() -> None:
    endings = re.findall(r"^\| `(\.[a-z.]+)` \|", GUIDE, re.MULTILINE)
    assert {format_of(f"x{ending}") for ending in endings} == set(Format)


def test_every_state_of_a_sentence_is_named() -> None:
    (sentence,) = re.findall(r"`state` is (.*?)\.\n", GUIDE, re.DOTALL)
    assert re.findall(r"`([a-z]+)`", sentence) == list(State)


def test_the_commands_exist() -> None:
    known = typer.main.get_group(app).commands
    assert set(re.findall(r"assistant ([a-z]+)", GUIDE)) <= set(known)


def test_the_picture_of_a_page_is_small() -> None:
    picture = GUIDE_FOLDER / "export.png"  # made by: python -m research.tools.page_picture
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 300_000
