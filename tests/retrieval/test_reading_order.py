"""What a reader reads of the ranked sentences, and how its word joins their scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from assistant.library.library import Library
from assistant.reader.protocol import Support
from assistant.records import Evidence, Filters, Retrieved
from assistant.retrieval.evidence import READ
from assistant.retrieval.retriever import Retriever
from tests.fakes.written import written_library

ANSWER = "Two crowns are taken at the gangway."
BEST = "The ferry at Orrin has a fare. " * 2 + " ".join(f"Barge {i} left early." for i in range(4)) + f" {ANSWER}"


class Likes:
    """Thinks that one sentence answers and no other does."""

    name = "likes"

    def __init__(self, text: str) -> None:
        self._text = text
        self.reranked: list[str] = []
        self.asked: list[str] = []
        self.questions: set[str] = set()

    def support(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Support]:
        raise AssertionError(pairs)

    def answers(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        self.asked += [e.text for _, e in pairs]
        return [9.0 if e.text == self._text else -9.0 for _, e in pairs]

    def rerank(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        self.questions.update(question for question, _ in pairs)
        self.reranked += [e.text for _, e in pairs]
        return [9.0 if e.text == self._text else -9.0 for _, e in pairs]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    texts = {"ferry": BEST} | {
        f"other{i}": " ".join(f"The ferry number {i}{j} sails from Orrin at {j}." for j in range(9)) for i in range(5)
    }
    files = {name: f"Title: {name}\nDate: 2025-03-04\n\n{text}\n" for name, text in texts.items()}
    with written_library(tmp_path_factory.mktemp("archive"), files) as opened:
        yield opened


def asked(library: Library, reader: Likes | None) -> Retrieved:
    return Retriever(library, reader=reader).retrieve(
        "What is the fare of the ferry at Orrin?", limit=10, asked_on=date(2025, 3, 5), filters=Filters()
    )


def test_a_sentence_without_a_word_of_the_question_is_read_in_a_good_passage_and_comes_first(library: Library) -> None:
    assert ANSWER not in [e.text for e in asked(library, None).evidence]
    reader = Likes(ANSWER)
    found = asked(library, reader)
    assert found.evidence[0].text == ANSWER
    assert len(reader.reranked) == len(set(reader.reranked)) == READ
    assert reader.asked[0] == ANSWER
    assert len(reader.asked) < READ


def test_scores_fall_along_the_list_whatever_the_reader_thinks(library: Library) -> None:
    plain, read = asked(library, None).evidence, asked(library, Likes(ANSWER)).evidence
    assert [e.score for e in read] == sorted((e.score for e in read), reverse=True)
    assert [e.score for e in read] == [e.score for e in plain]


def test_what_the_reader_finds_no_answer_in_lowers_the_confidence(library: Library) -> None:
    assert asked(library, Likes(ANSWER)).confidence > asked(library, Likes("nothing")).confidence


def test_what_was_read_has_a_worth_below_that_of_the_best_one(library: Library) -> None:
    found = asked(library, Likes(ANSWER))
    assert found.worth[found.evidence[0].ref] == max(found.worth.values()) == 0.0
    assert {e.ref for e in found.evidence} <= found.worth.keys()
    assert asked(library, None).worth == {}


def test_a_mistyped_name_is_read_as_the_articles_print_it(library: Library) -> None:
    reader = Likes(ANSWER)
    Retriever(library, reader=reader).retrieve(
        "What is the fare of the ferry at Orin?", limit=10, asked_on=date(2025, 3, 5), filters=Filters()
    )
    assert reader.questions == {"What is the fare of the ferry at Orrin?"}


def test_a_question_in_an_article_is_not_asked_whether_it_answers(tmp_path: Path) -> None:
    text = "What is the fare of the ferry at Orrin? It is two crowns. The ferry at Orrin sails at nine."
    files = {f"ferry{i}": f"Title: ferry {i}\nDate: 2025-03-04\n\n{text} Barge {i} left.\n" for i in range(2)}
    reader = Likes("It is two crowns.")
    with written_library(tmp_path, files) as opened:
        asked(opened, reader)
    assert "It is two crowns." in reader.asked
    assert not any(text.endswith("?") for text in reader.asked)
