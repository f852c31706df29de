"""The pipeline: a question is searched once, whatever it asks for."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from assistant.answering.conversation import TurnInProgress
from assistant.answering.pipeline import Pipeline
from assistant.articles import FieldMap
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.records import Filters
from assistant.settings import load
from tests.fakes.embedder import BagOfWordsEmbedder


@pytest.mark.parametrize("question", ["How many vehicles does the Orrin bridge carry a day?", "Who closed it?"])
def test_a_question_is_searched_once(question: str, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Title: Bridge\n\nThe Orrin bridge carries 23,000 vehicles a day.\n")
    (tmp_path / "two.txt").write_text(
        "Title: Bridge\n\nThe bridge at Orrin carries 32,000 vehicles a day, it is said.\n"
    )
    embedder = BagOfWordsEmbedder()
    with closing(Library(tmp_path / "library", embedder, create=True)) as library:
        ingest(library, [*tmp_path.glob("*.txt")], FieldMap())
        embedder.embedded.clear()
        pipeline = Pipeline(lambda: library, load(use_model=False).settings, lambda model: model)
        pipeline.answer(TurnInProgress(question=question, asked_on=date(2025, 5, 1)), Filters())
    assert embedder.embedded == [question]
