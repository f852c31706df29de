"""A short run of `python -m research.torture`: kill -9 at a few random moments."""

from __future__ import annotations

import pytest

from research.torture.__main__ import main


def test_killed_ingests_lose_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--kills", "8", "--articles", "150", "--only", "kills"]) == 0, capsys.readouterr().out
