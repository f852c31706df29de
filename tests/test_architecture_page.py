"""docs/architecture.md names files, folders and commands that exist, and stays short enough to be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
LONGEST = 120  # lines
NAMED = sorted(
    {
        *re.findall(r"`((?:assistant|prompts|eval|research|english)/[\w./-]*)`", PAGE),
        *re.findall(r"^ {12}([\w/]+\.py)", PAGE, re.MULTILINE),
        *(f"{module.replace('.', '/')}.py" for module in re.findall(r"python -m ([\w.]+)", PAGE)),
    }
)


@pytest.mark.parametrize("name", NAMED)
def test_what_the_page_names_is_there(name: str) -> None:
    assert (ROOT / name).exists() or (ROOT / "assistant" / name).exists()


def test_the_page_names_the_place_of_ten_changes_and_fits_on_two_screens() -> None:
    changes = PAGE.split("## Where do I change")[1].count("\n| ") - 1
    assert changes >= 10
    assert len(NAMED) > 20
    assert PAGE.count("\n") <= LONGEST


def test_every_folder_of_the_program_stands_in_the_table_of_layers() -> None:
    folders = {path.name for path in (ROOT / "assistant").iterdir() if (path / "__init__.py").is_file()}
    table = PAGE.split("## Layers")[1].split("##")[0]
    assert {name for name in folders if f"`{name}/`" not in table} == set()
