"""A document holds what is shown and the text around it, as the library has it on the day of the export."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.export.document import around, shown_citations
from assistant.permalinks import State
from tests.export.documents import (
    ARABIC,
    HARBOUR,
    TEXT,
    UPDATED,
    abstained,
    answered,
    cite,
    document,
    stored,
    whole,
)


def test_a_sentence_comes_with_its_paragraph() -> None:
    context = around(HARBOUR, cite(1, HARBOUR, 1))
    assert context.before + context.sentence + context.after == TEXT.split("\n\n")[0]
    assert not context.cut_before
    assert not context.cut_after


def test_a_sentence_that_is_a_paragraph_of_its_own_comes_with_its_neighbours() -> None:
    article = stored("x", "One is here.\n\nTwo is here.\n\nThree is here.\n\nFour is here.")
    context = around(article, cite(1, article, 1))
    assert (context.before, context.sentence, context.after) == (
        "One is here.\n\n",
        "Two is here.",
        "\n\nThree is here.",
    )


def test_a_long_paragraph_is_cut_at_whole_sentences() -> None:
    article = stored("x", " ".join(f"Sentence number {n} stands here among many others." for n in range(100)))
    context = around(article, cite(1, article, 50))
    assert context.cut_before
    assert context.cut_after
    assert context.before.startswith("Sentence number")
    assert context.after.endswith("others.")
    assert 500 < len(context.before) <= 600


_paragraph = st.lists(st.sampled_from(["A cat sat.", "Dogs ran far.", "It rained."]), min_size=1, max_size=6)


@given(paragraphs=st.lists(_paragraph, min_size=1, max_size=6))
def test_the_context_is_a_run_of_the_stored_text(paragraphs: list[list[str]]) -> None:
    article = stored("x", "\n\n".join(" ".join(sentences) for sentences in paragraphs))
    for index in range(len(article.sentences)):
        citation = cite(1, article, index)
        context = around(article, citation)
        assert context.sentence == citation.text
        begins = citation.start - len(context.before)
        assert article.text[begins:].startswith(context.before + context.sentence + context.after)


def test_what_became_of_each_sentence_is_known() -> None:
    sources = document(answered()).sources
    states = {source.citation.number: source.state for source in sources.values()}
    assert states == {1: State.KEPT, 2: State.CHANGED, 3: State.CURRENT, 4: State.GONE, 5: State.CURRENT}
    assert sources[cite(2, HARBOUR, 1).ref].now == "Mayor Ines Calder said the work costs 21 million crowns."


@pytest.mark.parametrize("articles", [None, (), (UPDATED, ARABIC)])
def test_without_the_text_the_quotation_alone_is_shown(articles: tuple[object, ...] | None) -> None:
    sources = document(answered(), articles=articles).sources  # type: ignore[arg-type]
    source = sources[cite(1, HARBOUR, 0).ref]
    assert (source.context, source.state, source.citation.text) == (None, None, cite(1, HARBOUR, 0).text)


def test_text_that_is_not_what_was_cited_is_not_shown_as_its_context() -> None:
    moved = replace(cite(1, HARBOUR, 0), start=4, end=72)
    changed = replace(abstained(), evidence=(moved,))
    assert document(changed).sources[moved.ref].context is None


def test_sentences_that_disagree_are_shown_though_no_statement_cites_them() -> None:
    assert [c.number for c in shown_citations(answered())] == [1, 3, 2, 4, 5]
    assert [c.number for c in shown_citations(abstained())] == [6, 7]


def test_the_title_is_the_first_question() -> None:
    assert document(abstained()).title == abstained().question
    assert whole().title == "When does the harbour close? (and 2 more questions)"
    assert document().title == "No questions"
