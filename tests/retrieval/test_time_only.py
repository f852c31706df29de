"""Questions about a time and nothing else."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.articles import FieldMap
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.records import Filters
from assistant.retrieval.retriever import Retriever
from assistant.retrieval.time_only import stories
from tests.articles.test_near_duplicates import story
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import write_article
from tests.retrieval.conftest import Search

MAY = date(2025, 5, 1)


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("What happened in March 2025?", {"Report reprint"}),  # the newest of two on one story
        ("What happened in April 2025?", {"Report vote", "Report spill"}),
        ("What did the Courant report in April 2025?", {"Report vote"}),
        ("What happened before 10 March 2025?", {"Report reprint"}),
        ("What happened until 10 April 2025?", {"Report reprint", "Report vote"}),
        ("The most important news since April 10", {"Report spill"}),
    ],
)
def test_the_articles_of_the_time_are_listed(search: Search, question: str, titles: set[str]) -> None:
    assert {e.article.title for e in search(question)} == titles


def test_a_filter_is_not_widened(search: Search) -> None:
    assert not search("What happened in March 2025?", since=date(2025, 4, 30))


def test_such_a_question_is_answered_rather_than_refused(library: Library) -> None:
    found = Retriever(library).retrieve("What happened in April 2025?", limit=3, asked_on=MAY, filters=Filters())
    assert found.confidence > 0.5
    assert [e.text[:6] for e in found.evidence] == ["A spil", "Voters"]


def test_a_copy_with_an_opening_of_its_own_is_no_further_article(tmp_path: Path) -> None:
    lead, other = (" ".join(f"{word}{n}" for n in range(200)) for word in ("lead", "other"))
    texts = {"wire": story(1), "ledger": f"{lead} {story(1)}", "courant": other}
    for day, (name, text) in enumerate(texts.items(), start=1):
        write_article(tmp_path / f"{name}.txt", f"{text}.", outlet=name.title(), day=date(2025, 6, day))
    with closing(Library(tmp_path / "library", BagOfWordsEmbedder(), create=True)) as library:
        ingest(library, [*tmp_path.glob("*.txt")], FieldMap())
        library.ready()
        asked = "What happened in June 2025?"
        found = Retriever(library).retrieve(asked, limit=10, asked_on=date(2025, 7, 1), filters=Filters())
    assert [e.article.outlet for e in found.evidence] == ["Courant", "Ledger"]


@pytest.mark.parametrize(
    ("question", "only_time"),
    [
        ("What happened in June 2024?", True),
        ("What is the latest news?", True),
        ("Give me an overview of last week's headlines", True),
        ("What did the mayor say in June 2024?", False),
        ("What happened to the bridge last week?", False),
        ("What happened?", False),
    ],
)
def test_questions_about_a_time_alone_are_told_from_others(library: Library, question: str, only_time: bool) -> None:
    query = Retriever(library).understand(question, asked_on=MAY, filters=Filters())
    assert query.only_time is only_time


def test_the_story_that_most_tell_comes_first_and_none_twice() -> None:
    bridge, vote, spill = np.eye(3, dtype=np.float32)
    openings = np.stack([spill, vote, bridge, vote, bridge, bridge])
    assert stories(openings, 10) == [2, 1, 0]
    assert stories(openings, 1) == [2]
