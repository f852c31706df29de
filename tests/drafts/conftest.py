from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.drafts.check_report import CheckedClaim, CheckReport
from assistant.drafts.checking import CheckOptions, check_draft
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.records import Filters
from tests.fakes.embedder import BagOfWordsEmbedder

Check = Callable[..., CheckReport]


@pytest.fixture(scope="session")
def examples_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The example archive, embedded without a model."""
    folder = Path(__file__).resolve().parents[2] / "examples" / "articles"
    opened = Library(tmp_path_factory.mktemp("examples") / "library", BagOfWordsEmbedder(), create=True)
    ingest(opened, [folder], FieldMap())
    opened.ready()
    yield opened
    opened.close()


@pytest.fixture
def check(examples_library: Library) -> Check:
    def run(text: str, *, dated: date = date(2025, 4, 20), **limits: object) -> CheckReport:
        options = CheckOptions(dated=dated, filters=Filters(**limits))  # type: ignore[arg-type]
        return check_draft(text, examples_library, options)

    return run


@pytest.fixture
def claim(check: Check) -> Callable[..., CheckedClaim]:
    """Checks a text of one claim."""

    def run(text: str, **more: object) -> CheckedClaim:
        (found,) = check(text, **more).claims
        return found

    return run
