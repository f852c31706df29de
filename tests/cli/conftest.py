from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.cli.main import main
from tests.cli.tmux import ABSENT, REASON, Tmux
from tests.fakes.archive import RecordingOpener, fill


class Outcome(NamedTuple):
    code: int
    out: str
    err: str
    opener: RecordingOpener


RunCli = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output that is no terminal is 80 columns wide, whatever the shell that runs the tests says."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("LINES", raising=False)


@pytest.fixture(scope="session")
def filled_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the invented articles; tests use copies."""
    folder = tmp_path_factory.mktemp("archive")
    fill(folder / "library", folder / "articles.jsonl")
    return folder / "library"


@pytest.fixture
def library(tmp_path: Path, filled_library: Path) -> Path:
    return Path(shutil.copytree(filled_library, tmp_path / "library"))


@pytest.fixture
def with_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language model is configured; `ScriptedWriter` writes in its place."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("ASSISTANT_MODEL", "small")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, library: Path) -> RunCli:
    """Runs a command line in this process over the invented articles; what is piped in is `stdin`."""

    def run(*arguments: str, stdin: str = "", opener: RecordingOpener | None = None) -> Outcome:
        opener = opener or RecordingOpener()
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
