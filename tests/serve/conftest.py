"""Servers for the tests: over three invented articles, without a language model and with one; and one browser.

All are started once for all tests: to start them takes longer than most tests. No test changes the archive; one that
needs a server of its own, or articles of its own, makes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.settings import Settings
from tests.fakes.archive import fill
from tests.serve.served import Served, opened, serving

if TYPE_CHECKING:
    from tests.serve.browser import Browser


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("archive")
    fill(place / "library", place / "rows.jsonl")
    return place / "library"


@pytest.fixture(scope="session")
def _server(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = Settings(use_model=False, reader="off", sessions=tmp_path_factory.mktemp("kept") / "s", library=archive)
    with opened(archive, settings) as assistant, serving(assistant, settings) as made:
        yield made


@pytest.fixture
def server(_server: Served) -> Served:
    """A server without a language model; the count of questions begins anew for each test."""
    _server.service.access.asking.forget()
    _server.service.access.wrong.forget()
    return _server


@pytest.fixture(scope="session")
def _with_model(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("kept")
    settings = Settings(reader="off", library=archive, sessions=place, model="tiny", base_url="http://127.0.0.1:9/v1")
    with opened(archive, settings) as assistant, serving(assistant, settings) as made:
        yield made


@pytest.fixture
def with_model(_with_model: Served) -> Served:
    """A server whose model writes what the question's word asks for (see `tests.fakes.archive`)."""
    _with_model.service.access.asking.forget()
    return _with_model


@pytest.fixture(scope="session")
def _browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    from tests.serve.browser import browsing  # needs what only some machines have

    with browsing(tmp_path_factory.mktemp("profile")) as made:
        yield made


@pytest.fixture
def browser(_browser: Browser) -> Browser:
    """A browser as it was started; it may know servers that other tests used."""
    _browser.reset()
    return _browser
