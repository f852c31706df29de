from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.cli.main import main
from tests.cli.tmux import ABSENT, REASON, Tmux
from tests.fakes.assistant import FakeOpener


class Outcome(NamedTuple):
    code: int
    out: str
    err: str
    opener: FakeOpener


RunCli = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output that is no terminal is 80 columns wide, whatever the shell that runs the tests says."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("LINES", raising=False)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, library: Path) -> RunCli:
    """Runs a command line in this process over the stand-in; what is piped in is `stdin`."""

    def run(*arguments: str, stdin: str = "", opener: FakeOpener | None = None) -> Outcome:
        opener = opener or FakeOpener()
        monkeypatch.setenv("ASSISTANT_LIBRARY", str(library))
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8")), encoding="utf-8"))
        code = main(arguments, opener=opener)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err, opener)

    return run


Windows = Callable[..., Tmux]


@pytest.fixture
def window(library: Path) -> Iterator[Windows]:
    """Opens windows with a program inside, by default a chat over the stand-in; closed in the end."""
    if ABSENT:
        pytest.skip(REASON)
    opened: list[Tmux] = []

    def start(*arguments: str, **settings: object) -> Tmux:
        variables = {"ASSISTANT_LIBRARY": str(library)} | settings
        opened.append(Tmux(*(arguments or ("chat",)), **variables))  # type: ignore[arg-type]  # sizes and variables
        return opened[-1]

    yield start
    for tmux in opened:
        tmux.close()
