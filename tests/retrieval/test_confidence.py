"""What makes an answer likely, beside how near the sentences are to the question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from assistant.records import Filters
from assistant.retrieval.confidence import ENOUGH, needed_confidence
from assistant.retrieval.retriever import Retriever
from tests.fakes.written import written_library

Confidence = Callable[[str], float]

ARTICLES = {
    "lock": "The lock at Tarnhaven is leaking. Wenda Trask, the lock keeper at Tarnhaven, closed the lock. The lock at"
    " Tarnhaven will be repaired in spring. The repair of the lock costs 3 million crowns.",
    "fair": "The autumn fair at Tarnhaven drew a record crowd. A goat won the race.",
    "school": "The school at Tarnhaven has a new roof. Pupils painted the hall.",
    "ferry": "The ferry from Tarnhaven sails at noon. It carries forty people.",
    "mill": "The mill near Tarnhaven burned down. Nobody was hurt there.",
    "choir": "The choir of Tarnhaven sang in the rain. Few listened.",
    "bus": "The bus to Tarnhaven was late again. Its driver apologised.",
}


@pytest.fixture(scope="module")
def confidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Confidence]:
    yield from asked_of(tmp_path_factory.mktemp("archive"), ARTICLES)


@pytest.fixture(scope="module")
def of_one_article(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Confidence]:
    yield from asked_of(tmp_path_factory.mktemp("one"), {"lock": ARTICLES["lock"]})


def asked_of(folder: Path, articles: Mapping[str, str]) -> Iterator[Confidence]:
    files = {
        name: f"Title: {name}\nDate: 2025-03-{day:02}\n\n{text}\n"
        for day, (name, text) in enumerate(articles.items(), start=1)
    }
    with written_library(folder, files) as opened:
        retriever = Retriever(opened)

        def of(question: str) -> float:
            return retriever.retrieve(question, limit=10, asked_on=date(2025, 3, 8), filters=Filters()).confidence

        yield of


def test_a_name_that_the_whole_archive_shares_is_little_evidence(confidence: Confidence) -> None:
    assert confidence("What does the repair of the lock cost?") > 2 * confidence("Who designed the Tarnhaven tower?")


def test_of_one_article_a_name_is_as_good_as_any_word(of_one_article: Confidence) -> None:
    assert of_one_article("What did Wenda Trask do to the lock?") == of_one_article(
        "What did wenda trask do to the lock?"
    )


def test_the_capitals_of_other_languages_are_no_names(confidence: Confidence) -> None:
    assert confidence("Kosten Reparatur lock Tarnhaven repair") == confidence("Kosten Reparatur lock tarnhaven repair")


def test_days_and_months_are_no_names(confidence: Confidence) -> None:
    assert confidence("What did the repair of the lock cost in March?") == confidence(
        "What did the repair of the lock cost in march?"
    )


def test_a_day_that_no_sentence_speaks_of_makes_an_answer_less_likely(confidence: Confidence) -> None:
    asked = "Why did the mill near Tarnhaven burn down?"
    assert confidence(asked.replace("?", " on 2 March 2025?")) < confidence(asked)


def test_nothing_that_matches_is_no_confidence(confidence: Confidence) -> None:
    assert confidence("Which comet passed Jupiter?") < 0.35


def test_the_more_is_searched_the_surer_an_answer_must_be() -> None:
    sizes = [needed_confidence(passages, read=True) for passages in (0, 100, 1_000, 86_000, 1_000_000)]
    assert sizes == sorted(sizes)
    assert sizes[0] == sizes[1] == ENOUGH == needed_confidence(10**6, read=False)
    assert 0.45 < sizes[3] < sizes[4] < 0.6
