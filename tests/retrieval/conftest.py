from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from assistant.library.library import Library
from assistant.records import Evidence, Filters
from assistant.retrieval.retriever import Retriever, annotated
from tests.fakes.written import written_library

Search = Callable[..., list[Evidence]]

ARTICLES = {
    "bridge": ("Orrin Wire", "2025-03-04",
               "The Pellin bridge at Orrin was closed on Monday. "
               "Inspectors found 14 cracks in it. The mayor, Ilka Brandt, said that repairs cost 9 million crowns."),
    "vote": ("The Courant", "2025-04-05", "Voters in Orrin elected Jonas Keel as mayor. He won by 81 votes."),
    "spill": ("skelmouth.example", "2025-04-20",
              "A spill of aniline reached the river. Nobody was hurt, Halvek Chemicals said."),
    "reprint": ("The Courant", "2025-03-05", "Inspectors found 14 cracks in it."),
    "undated": ("", "", "“We were never warned,” the harbour master Wenda Trask told reporters."),
}  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    files = {}
    for name, (outlet, day, text) in ARTICLES.items():
        header = (
            f"Title: Report {name}\n" + (f"Outlet: {outlet}\n" if outlet else "") + (f"Date: {day}\n" if day else "")
        )
        files[name] = f"{header}Author: Ansa Rell\n\n{text}\n"
    with written_library(tmp_path_factory.mktemp("archive"), files) as opened:
        yield opened


@pytest.fixture
def search(library: Library) -> Search:
    retriever = Retriever(library)

    def run(question: str, *, limit: int = 10, asked_on: date = date(2025, 5, 1), **limits: object) -> list[Evidence]:
        filters = Filters(**limits)  # type: ignore[arg-type]
        found = retriever.retrieve(question, limit=limit, asked_on=asked_on, filters=filters)
        return annotated(found.evidence, found.texts)

    return run
