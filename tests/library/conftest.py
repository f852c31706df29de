from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.library.library import Library
from assistant.places import LibraryPlace, place_of
from research.tools.running_chroma import RunningChroma
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.postgres_server import PostgresServer, postgres_server

OpenLibrary = Callable[..., Library]


@pytest.fixture
def open_library(tmp_path: Path) -> Iterator[OpenLibrary]:
    """Opens the library of the test, as often as wanted; all are closed at the end."""
    opened: list[Library] = []

    def open_it(embedder: BagOfWordsEmbedder | None = None, notices: list[str] | None = None) -> Library:
        say = notices.append if notices is not None else lambda _: None
        opened.append(Library(tmp_path / "library", embedder or BagOfWordsEmbedder(), create=True, notify=say))
        return opened[-1]

    yield open_it
    for library in opened:
        library.close()


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChroma]:
    """A server for vectors that several tests share."""
    with RunningChroma(tmp_path_factory.mktemp("chroma")) as running:
        yield running


@pytest.fixture
def clippings(tmp_path: Path) -> Path:
    """Three short articles in a folder."""
    folder = tmp_path / "clippings"
    folder.mkdir()
    write_article(folder / "bridge.txt", "The bridge at Orrin was closed on Monday. Inspectors had found cracks.")
    write_article(folder / "vote.txt", "Voters in Orrin chose a new mayor. She won by 81 votes.", outlet="The Courant")
    write_article(folder / "spill.txt", "A spill reached the river. Nobody was hurt.", day=date(2025, 4, 2))
    return folder


def write_article(file: Path, text: str, *, outlet: str = "Orrin Wire", day: date | None = date(2025, 3, 4)) -> None:
    header = f"Title: {file.stem.title()}\nOutlet: {outlet}\n" + (f"Date: {day}\n" if day else "")
    file.write_text(f"{header}\n{text}\n", encoding="utf-8")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["folder", "database"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> LibraryPlace:
    """Where a new library may stand: of both kinds, one after the other."""
    if request.param == "folder":
        return tmp_path / "library"
    return place_of(request.getfixturevalue("postgres").place())
