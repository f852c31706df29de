"""A plain run says at its end what was skipped and why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = """
import pytest

@pytest.mark.skipif(True, reason="needs a browser")
@pytest.mark.parametrize("n", range(3))
def test_pages(n): pass

def test_server(): pytest.skip("needs a server")

def test_it(): pass
"""


def run(file: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    options = ["-c", os.devnull, "--rootdir", str(file.parent), str(file)]
    return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_reasons_are_counted_at_the_end_of_a_quiet_run(tmp_path: Path) -> None:
    file = tmp_path / "test_some.py"
    file.write_text(FILE, encoding="utf-8")
    shown = run(file)
    assert " 4 skipped " in shown
    assert "    3  needs a browser\n    1  needs a server\n" in shown


def test_nothing_is_said_when_nothing_was_skipped(tmp_path: Path) -> None:
    file = tmp_path / "test_some.py"
    file.write_text("def test_it(): pass\n", encoding="utf-8")
    assert "skipped" not in run(file)
