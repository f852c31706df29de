"""Every test runs away from the user's own settings: no key, no library, no configuration file, no network."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

# A shell starts its background jobs with Ctrl-C ignored, and their children inherit it. The tests send Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end how many tests were skipped and why: a green run without them proves less."""
    reasons = Counter(_reason(report) for report in terminalreporter.getreports("skipped"))
    if reasons:
        terminalreporter.section(f"{reasons.total()} skipped", yellow=True)
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count:5}  {reason}")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    where = report.longrepr  # of a skipped test: its file, its line and the reason
    text = where[2] if isinstance(where, tuple) else str(where)
    return text.removeprefix("Skipped: ")


_OURS = ("ASSISTANT_", "OPENAI_", "TIKTOKEN_", "NO_COLOR", "FORCE_COLOR")


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    import os

    for name in list(os.environ):
        if name.startswith(_OURS):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setenv("ASSISTANT_CACHE", str(_shared_cache()))
    monkeypatch.setenv("ASSISTANT_READER", "off")  # rules alone; what reads is tested by itself and by the gate


def _shared_cache() -> Path:
    """The prepared embedding model is kept between tests: it takes seconds to build and never changes."""
    return Path(__file__).resolve().parents[1] / "build" / "test-cache"


@pytest.fixture
def model_cache() -> Path:
    """Where tests that use the real embedding model keep it."""
    return _shared_cache()


@pytest.fixture
def examples() -> Path:
    """The example archive of the repository."""
    return Path(__file__).resolve().parents[1] / "examples" / "articles"
