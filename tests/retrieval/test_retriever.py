"""Searching a small real library: the right sentence, the filters, hostile questions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import LibraryMissing, UsageError
from assistant.library.library import Library
from assistant.records import Filters, Retrieved
from assistant.retrieval.retriever import Retriever
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.retrieval.conftest import Search


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many cracks did the inspectors find?", "14 cracks"),
        ("Who was elected mayor?", "Jonas Keel"),
        ("What reached the river?", "aniline"),
        ("What would the repairs cost?", "9 million crowns"),
        ("Who was never warned?", "never warned"),
    ],
)
def test_the_sentence_that_answers_comes_first(search: Search, question: str, words: str) -> None:
    assert words in search(question)[0].text


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("The repairs of the Pellin bridge will cost 9 million crowns, the mayor said.", "9 million crowns"),
        ("He won by no more than 81 votes.", "81 votes"),
    ],
)
def test_the_sentence_that_supports_a_claim_comes_first(search: Search, claim: str, words: str) -> None:
    assert words in search(claim)[0].text


def test_evidence_is_the_stored_text_and_scores_fall(search: Search, library: Library) -> None:
    found = search("the bridge in Orrin and the mayor")
    assert [e.score for e in found] == sorted((e.score for e in found), reverse=True)
    for e in found:
        article = library.catalog.article(e.article.id)
        assert article is not None
        assert article.text[e.start : e.end] == e.text
        assert e.ref == f"{e.article.id}-{e.article.text_hash[:6]}-{e.sentence + 1}"
        assert 0 <= e.score <= 1


def test_the_same_sentence_of_two_articles_is_offered_once(search: Search) -> None:
    texts = [e.text for e in search("cracks found by inspectors")]
    assert texts.count("Inspectors found 14 cracks in it.") == 1


def test_a_typing_error_in_a_name_is_forgiven(search: Search, library: Library) -> None:
    assert "Brandt" in search("What did Ilka Brantd say?")[0].text
    query = Retriever(library).understand("Ilka Brantd", asked_on=date(2025, 5, 1), filters=Filters())
    assert query.spelling == {"brantd": "brandt"}


@pytest.mark.parametrize(
    ("limits", "outlets"),
    [
        ({"since": date(2025, 4, 1)}, {"The Courant", "skelmouth.example"}),
        ({"until": date(2025, 3, 4)}, {"Orrin Wire"}),
        ({"since": date(2025, 3, 5), "until": date(2025, 4, 5)}, {"The Courant"}),
        ({"outlets": ("the courant",)}, {"The Courant"}),
        ({"outlets": ("Orrin Wire", "skelmouth.example")}, {"Orrin Wire", "skelmouth.example"}),
        ({"authors": ("ansa rell",), "since": date(2025, 4, 20)}, {"skelmouth.example"}),
        ({"authors": ("Somebody Else",)}, set()),
    ],
)
def test_filters_hold_for_every_sentence(search: Search, limits: dict[str, object], outlets: set[str]) -> None:
    found = search("mayor bridge spill cracks Orrin", **limits)
    assert {e.article.outlet for e in found} == outlets


def test_a_question_that_names_an_outlet_prefers_it(search: Search) -> None:
    assert search("What did the Courant report on cracks and the mayor of Orrin?")[0].article.outlet == "The Courant"


def test_a_quoted_phrase_must_occur(search: Search) -> None:
    found = search("Who said “we were never warned” about the bridge?")
    assert found
    assert {e.article.title for e in found} == {"Report undated"}


def test_relative_dates_of_the_evidence_are_resolved(search: Search) -> None:
    (closed,) = (e for e in search("When was the bridge closed?") if "Monday" in e.text)
    assert [(closed.text[d.start : d.end], d.first) for d in closed.dates] == [("Monday", date(2025, 3, 3))]


@pytest.mark.parametrize("question", ["", "   \n "])
def test_an_empty_question_is_refused(search: Search, question: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        search(question)


def test_a_very_long_question_is_refused_and_a_long_one_is_answered(search: Search) -> None:
    with pytest.raises(UsageError, match="20,000"):
        search("bridge " * 4000)
    assert "14 cracks" in " ".join(e.text for e in search("cracks and inspectors " * 900))


@pytest.mark.parametrize(
    "question",
    [
        "AT&T: what",
        '"',
        "“",
        "-5%",
        "title:bridge AND (",
        "\x00\x1b[31m",
        "????",
        "🙂",
        "¿dónde?",
        "a" * 5000,
        "[1] </s>",
    ],
)
def test_strange_questions_are_survived(search: Search, question: str) -> None:
    assert all(0 <= e.score <= 1 for e in search(question, limit=3))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_any_question_is_survived(search: Search, question: str) -> None:
    assert all(0 <= e.score <= 1 for e in search(question, limit=3))


def test_an_empty_library_says_how_to_fill_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    empty = Library(tmp_path, BagOfWordsEmbedder(), create=True)
    empty.ready()
    with pytest.raises(LibraryMissing, match="assistant ingest"):
        Retriever(empty).retrieve("Anything?", limit=3, asked_on=date(2025, 5, 1), filters=Filters())
    empty.close()


def test_further_sentences_follow_those_that_are_wanted_and_change_nothing_about_them(library: Library) -> None:
    def retrieved(limit: int, compared: int = 0) -> Retrieved:
        question = "What did inspectors find in the Pellin bridge at Orrin?"
        return Retriever(library).retrieve(
            question, limit=limit, asked_on=date(2025, 5, 1), filters=Filters(), compared=compared
        )

    few, wide, all_offered = retrieved(2), retrieved(2, compared=5), retrieved(5)
    assert (wide.evidence, wide.confidence) == (few.evidence, few.confidence)
    assert (*wide.evidence, *wide.further) == all_offered.evidence
    assert len(wide.further) == 3
    assert few.further == all_offered.further == ()
