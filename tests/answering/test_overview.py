"""Overviews of the example archive with the real embedder: dated, cited entries of the articles about a subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from assistant.answering.entries import choose
from assistant.app import Assistant
from assistant.cli import render
from assistant.english.broad_questions import Kind
from assistant.errors import UsageError
from assistant.export.document import build_document
from assistant.export.markdown import markdown
from assistant.export.pages import html_page
from assistant.records import Answer, DayOfStory, Filters, Statement, StoryFigures, Turn, Verdict
from assistant.retrieval.evidence import quotation_ends
from assistant.retrieval.story_sentences import StorySentence, StorySentences
from assistant.serve.plain_answer import PlainAnswer
from assistant.settings import load
from assistant.wording import empty_sides, history_in_words, story_in_words
from tests.fakes.embedder import BagOfWordsEmbedder

ASKED_ON = date(2025, 5, 1)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = Path(__file__).resolve().parents[2]
    settings = load(use_model=False, cache=root / "build" / "test-cache").settings
    with Assistant.open(tmp_path_factory.mktemp("archive") / "library", settings=settings) as opened:
        opened.ingest([root / "examples" / "articles"])
        yield opened


def cited(answer: Answer) -> str:
    return " ".join(citation.text for citation in answer.citations)


def test_an_overview_holds_the_main_facts_each_quoted_from_a_stored_text(assistant: Assistant) -> None:
    answer = assistant.ask("What do we know about Harrock Ports?", asked_on=ASKED_ON)
    assert not answer.abstained
    assert 6 <= len(answer.statements) <= 14
    for fact in ("4.20 crowns", "4.90", "5.05"):
        assert fact in cited(answer)
    for statement in answer.statements:
        (citation,) = statement.citations
        stored = assistant.article(citation.article.id)
        assert stored.text[citation.start : citation.end] == citation.text == statement.text
        assert statement.verdict is Verdict.SUPPORTED
        assert assistant.permalink(citation.ref).cited.text == citation.text
    assert answer.story is not None
    assert answer.story.articles >= 4
    assert sum(day.articles for day in answer.story.days) <= answer.story.articles


def test_no_sentence_stands_in_two_entries(assistant: Assistant) -> None:
    answer = assistant.ask("Summarise the bridge story", asked_on=ASKED_ON)
    places = [(c.article.id, index) for c in answer.citations for index in range(c.sentence, c.sentence + c.sentences)]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("subject", ["Harrock Ports", "the Pellin Bridge", "the Quennet"])
def test_no_entry_begins_a_quotation_that_it_does_not_end(assistant: Assistant, subject: str) -> None:
    answer = assistant.ask(f"What happened with {subject} before and after 25 March 2025?", asked_on=ASKED_ON)
    assert answer.statements
    assert all(quotation_ends(statement.text) == (True, False) for statement in answer.statements)


def test_a_correction_is_quoted_with_the_value_that_is_right(assistant: Assistant) -> None:
    answer = assistant.ask("What do we know about Harrock Ports?", asked_on=ASKED_ON)
    (correction,) = [c for c in answer.citations if c.text.startswith("Correction:")]
    assert correction.text.endswith("not 1.62 billion.")
    assert correction.sentences == 2
    assert correction.ref.endswith("..16")


def test_a_timeline_goes_by_the_day_of_what_it_tells(assistant: Assistant) -> None:
    answer = assistant.ask("Timeline: the Pellin Bridge", asked_on=ASKED_ON)
    days = [s.when.first for s in answer.statements if s.when]
    assert days == sorted(days)
    assert len(set(days)) > 3
    assert [c.number for c in answer.citations] == sorted(c.number for c in answer.citations)


def test_the_latest_comes_first(assistant: Assistant) -> None:
    answer = assistant.ask("What is the latest on the Pellin Bridge?", asked_on=ASKED_ON)
    days = [s.when.first for s in answer.statements if s.when]
    assert days == sorted(days, reverse=True)


def test_sides_stand_under_the_names_of_those_who_speak(assistant: Assistant) -> None:
    answer = assistant.ask("What does each side say about Stannick Weir?", asked_on=ASKED_ON)
    headings = [s.heading for s in answer.statements]
    assert len(set(headings)) > 2
    assert headings == sorted(headings, key=headings.index)  # each part stands together


def test_filters_and_the_day_of_asking_hold(assistant: Assistant) -> None:
    early = assistant.ask("Timeline: the Pellin Bridge", asked_on=date(2025, 3, 10))
    assert {c.article.published for c in early.citations if c.article.published} <= {
        date(2025, 3, day) for day in range(1, 11)
    }
    since = assistant.ask("Timeline: the Pellin Bridge", asked_on=ASKED_ON, filters=Filters(since=date(2025, 4, 1)))
    assert not since.abstained
    assert all(c.article.published and c.article.published >= date(2025, 4, 1) for c in since.citations)


@pytest.mark.parametrize("subject", ["the Zorbland election", "the moon landing of Apollo 11"])
def test_a_subject_that_the_archive_lacks_is_refused_with_the_nearest_it_has(
    assistant: Assistant, subject: str
) -> None:
    answer = assistant.ask(f"What do we know about {subject}?", asked_on=ASKED_ON)
    assert answer.abstained
    assert subject in answer.reason
    assert "The nearest are" in answer.reason


def test_whatever_there_is_can_be_asked_for(assistant: Assistant) -> None:
    answer = assistant.ask("What happened?", asked_on=ASKED_ON)
    assert len({c.article.id for c in answer.citations}) > 4


def test_one_article_gives_an_overview_of_itself(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(
        "Title: Quay closed\nDate: 2025-03-04\n\nThe council of Orrin closed the old quay on Monday "
        "after a wall fell.\n"
        "The repair of the wall costs 9 million crowns, the mayor said.\nThree boats were damaged by the stones.\n",
        encoding="utf-8",
    )
    settings = load(use_model=False, cache=tmp_path / "cache").settings
    from contextlib import closing

    from assistant.answering.conversation import TurnInProgress
    from assistant.answering.pipeline import Pipeline
    from assistant.articles import FieldMap
    from assistant.library.ingest import ingest
    from assistant.library.library import Library

    embedder = BagOfWordsEmbedder()
    with closing(Library(tmp_path / "library", embedder, create=True)) as library:
        ingest(library, [tmp_path / "one.txt"], FieldMap())
        embedder.embedded.clear()
        pipeline = Pipeline(lambda: library, settings, lambda model: model)
        for question in ("What happened?", "What do we know about the quay?"):
            answer = pipeline.answer(TurnInProgress(question=question, asked_on=ASKED_ON), Filters())
            assert "old quay" in cited(answer)
            assert answer.story is not None
            assert answer.story.articles == 1
        assert embedder.embedded == ["the quay"]  # searched once, and without the words that ask


def holding(assistant: Assistant, words: str) -> set[str]:
    """The articles whose stored title or text has these words, read one by one."""
    stored = [assistant.article(info.id) for info in assistant.articles()]
    return {s.info.id for s in stored if words in " ".join(f"{s.info.title} {s.text}".split())}


@pytest.mark.parametrize("name", ["Pellin Bridge", "Greta Daubry", "Harrock Ports"])
def test_a_count_is_that_of_reading_every_article(assistant: Assistant, name: str) -> None:
    answer = assistant.ask(f"How many articles mention {name}?", asked_on=ASKED_ON)
    there = holding(assistant, name)
    assert answer.story is not None
    assert answer.story.articles == len(there)
    assert answer.story.among == len(assistant.articles())
    assert answer.story.counted == (name,)
    assert {c.article.id for c in answer.citations} <= there
    days = [c.article.published for c in answer.citations if c.article.published]
    assert days == sorted(days)


def test_the_first_mention_is_in_the_earliest_article(assistant: Assistant) -> None:
    answer = assistant.ask("When was Harrock Ports first mentioned?", asked_on=ASKED_ON)
    days = [assistant.article(i).info.published for i in holding(assistant, "Harrock Ports")]
    assert {c.article.published for c in answer.citations} == {min(day for day in days if day)}
    assert all("Harrock Ports" in c.text for c in answer.citations)


def test_a_count_keeps_to_outlet_and_time_and_shows_no_order(assistant: Assistant) -> None:
    answer = assistant.ask("How many articles of the Courant mention the bridge in March 2025?", asked_on=ASKED_ON)
    assert {c.article.outlet for c in answer.citations} == {"The Hallow Coast Courant"}
    assert all(c.article.published and c.article.published.month == 3 for c in answer.citations)
    everyone = assistant.ask("How often was Daubry mentioned?", asked_on=ASKED_ON)
    assert "tell every reader" not in cited(everyone)


def test_what_no_article_mentions_is_counted_as_none(assistant: Assistant) -> None:
    answer = assistant.ask("How many articles mention Zorbland?", asked_on=ASKED_ON)
    assert answer.abstained
    assert answer.reason.startswith(f"None of {len(assistant.articles())} articles mentions “Zorbland”.")
    with pytest.raises(UsageError, match="Say what is to be counted"):
        assistant.ask("How many articles mention?", asked_on=ASKED_ON)


@pytest.mark.parametrize(
    "question",
    [
        "How many articles mention Corrath or Daubry?",
        "How many articles mention the bridge but not the mayor?",
        "How many articles mention the bridge without the mayor?",
        "How many articles do not mention the bridge?",
        "How many articles don’t mention the bridge?",
    ],
)
def test_a_choice_is_not_counted_as_if_all_were_asked_for(assistant: Assistant, question: str) -> None:
    with pytest.raises(UsageError, match="one thing at a time"):
        assistant.ask(question, asked_on=ASKED_ON)


@pytest.mark.parametrize("asked", ["Greta Daubry’s bridge", "the bridge and Greta Daubry's"])
def test_a_possessive_is_counted_as_the_name(assistant: Assistant, asked: str) -> None:
    answer = assistant.ask(f"How many articles mention {asked}?", asked_on=ASKED_ON)
    plain = assistant.ask("How many articles mention Greta Daubry and the bridge?", asked_on=ASKED_ON)
    assert answer.story is not None
    assert plain.story is not None
    assert answer.story.articles == plain.story.articles > 0
    titled = assistant.ask("How many articles mention “the bridge or the ferry”?", asked_on=ASKED_ON)
    assert titled.abstained


def test_outlets_are_compared_by_what_each_reported(assistant: Assistant) -> None:
    answer = assistant.ask("How did the Courant and the Ledger report the bridge closure?", asked_on=ASKED_ON)
    assert {s.heading for s in answer.statements} == {"The Hallow Coast Courant", "The Caddenport Ledger"}


def test_a_figure_that_was_corrected_is_shown_with_its_history(assistant: Assistant) -> None:
    answer = assistant.ask("What do we know about the Pellin Bridge?", asked_on=ASKED_ON)
    histories = [history_in_words(found) for found in answer.disagreements]
    assert "23,000 on 6 Mar 2025, 32,000 on 8 Mar 2025, corrected" in histories


def test_a_quotation_over_two_sentences_is_whole_in_a_one_fact_answer_too(assistant: Assistant) -> None:
    answer = assistant.ask("Who said that the first letter was an opening?", asked_on=ASKED_ON)
    (whole,) = [c for c in answer.citations if "The first letter was an opening" in c.text]
    assert "This one is an offer,” said Karel Brandmoor" in whole.text
    assert whole.ref.endswith("-4..5")
    assert assistant.permalink(whole.ref).cited.text == whole.text


def test_entries_are_of_the_story_and_invite_nobody(assistant: Assistant) -> None:
    answer = assistant.ask("Summarise the chemical spill at Lower Dunmarsh", asked_on=ASKED_ON)
    assert not [c.text for c in answer.citations if " you " in c.text and "“" not in c.text]


def test_an_exported_overview_has_its_parts_days_and_picture(assistant: Assistant) -> None:
    answer = assistant.ask("What does each side say about the Pellin Bridge?", asked_on=ASKED_ON)
    turn = Turn(question=answer.question, answer=answer)
    document = build_document([turn], assistant.article, made=datetime(2025, 5, 1, tzinfo=UTC), program="test")
    for text in (markdown(document), html_page(document)):
        assert "Mayor Edwin Corrath" in text
        assert "reported 6 Mar 2025" in text
        assert "From 12 articles, 4 Mar 2025 to 15 Apr 2025" in text
        assert "4 Mar 2025   ●  1 article, 1 cited" in text
        assert "NOT" not in text.split("Sources")[0]


@pytest.mark.parametrize(
    ("question", "kind", "subject", "speaker"),
    [
        ("What do we know about the Pellin Bridge?", Kind.OVERVIEW, "the Pellin Bridge", ""),
        ("Timeline of the Pellin Bridge", Kind.TIMELINE, "the Pellin Bridge", ""),
        ("What is the latest on the Pellin Bridge?", Kind.LATEST, "the Pellin Bridge", ""),
        ("What does each side say about Stannick Weir?", Kind.SIDES, "Stannick Weir", "each side"),
        ("How many articles of the Courant mention the ferry?", Kind.COUNT, "the ferry", ""),
        ("How did the Courant and the Tide report the Pellin Bridge?", Kind.COMPARISON, "the Pellin Bridge", ""),
        ("What did Mayor Corrath say about the ferry in March 2025?", Kind.FACT, "Mayor Corrath ferry March 2025", "M"),
    ],
)
def test_what_is_understood_is_what_the_answer_is_made_with(
    assistant: Assistant, question: str, kind: Kind, subject: str, speaker: str
) -> None:
    known = assistant.explain(question, asked_on=ASKED_ON)
    assert (known.kind, known.subject) == (kind, subject)
    assert known.speaker.startswith(speaker)
    assert bool(known.speaker) == bool(speaker)
    assert not {"Timeline", "What", "How", "latest"}.isdisjoint(known.left_out)
    assert set(known.left_out).isdisjoint(subject.split()[-1:])
    answer = assistant.ask(question, asked_on=ASKED_ON)
    if answer.story is not None:
        assert known.articles == answer.story.articles - (answer.story.copies if kind is Kind.COUNT else 0)
        assert [known.articles_first, known.articles_last] == [d.day for d in answer.story.days][
            :: len(answer.story.days) - 1
        ]


def test_days_and_limits_are_told(assistant: Assistant) -> None:
    limits = Filters(outlets=("Ostrey Wire",))
    known = assistant.explain("What happened at Stannick Weir in April 2025?", asked_on=ASKED_ON, filters=limits)
    assert (known.first, known.last, known.filters) == (date(2025, 4, 1), date(2025, 4, 30), limits)
    compared = assistant.explain("How did the Courant and the Tide report the bridge?", asked_on=ASKED_ON)
    assert compared.sides == ("The Hallow Coast Courant", "The Dunmarsh Weekly Tide")


def parts_of(answer: Answer) -> dict[str, list[Statement]]:
    """The statements under each heading, in order."""
    found: dict[str, list[Statement]] = {}
    for statement in answer.statements:
        found.setdefault(statement.heading, []).append(statement)
    return found


def test_two_papers_stand_side_by_side_each_with_its_own_articles(assistant: Assistant) -> None:
    answer = assistant.ask("How did the Courant and the Tide report the bridge?", asked_on=ASKED_ON)
    parts = parts_of(answer)
    assert list(parts) == ["The Hallow Coast Courant", "The Dunmarsh Weekly Tide"]
    for outlet, statements in parts.items():
        assert 2 <= len(statements) <= 7
        assert {c.article.outlet for s in statements for c in s.citations} == {outlet}
    assert answer.story is not None
    assert [name for name, _ in answer.story.sides] == list(parts)
    assert sum(count for _, count in answer.story.sides) == answer.story.articles
    numbers = [c.number for s in answer.statements for c in s.citations]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("when", ["8 March", "8 March 2025"])
def test_before_and_after_a_day_are_two_sides(assistant: Assistant, when: str) -> None:
    question = f"What changed in the bridge dispute before and after {when}?"
    parts = parts_of(assistant.ask(question, asked_on=date(2026, 11, 30)))
    assert list(parts) == ["Before 8 March 2025", "From 8 March 2025 on"]
    for heading, statements in parts.items():
        days = {c.article.published for s in statements for c in s.citations}
        assert all(day and (day < date(2025, 3, 8)) == heading.startswith("Before") for day in days)


def test_before_and_after_an_event_is_told_from_its_day_and_who_gives_it(assistant: Assistant) -> None:
    parts = parts_of(assistant.ask("The Pellin Bridge before and after it was closed", asked_on=ASKED_ON))
    assert [re.sub("by .*", "", heading) for heading in parts] == ["From 4 March 2025 on (it was closed, "]


def test_a_side_of_which_there_is_nothing_says_so_everywhere(assistant: Assistant) -> None:
    question = "What did the Courant and the Ledger say about Harrock Ports?"
    answer = assistant.ask(question, asked_on=ASKED_ON)
    assert list(empty_sides(answer)) == [("The Hallow Coast Courant", "No article about it.")]
    turn = Turn(question=question, answer=answer)
    document = build_document([turn], assistant.article, made=datetime(2025, 5, 1, tzinfo=UTC), program="test")
    console = Console(width=100)
    shown = "\n".join(text.plain for text in render.answer_parts(console, answer))
    plain = "\n".join(block.text for block in PlainAnswer.of(answer).blocks)
    for told in (markdown(document), html_page(document), shown, plain):
        assert "No article about it." in told.replace("\\", "")
    unknown = assistant.ask("How did the Courant and the Gazette report the bridge?", asked_on=ASKED_ON)
    assert list(empty_sides(unknown)) == [("the Gazette", "No article about it.")]
    people = assistant.ask("How did the mayor and the inspector describe the repair of the bridge?", asked_on=ASKED_ON)
    assert people.story is not None
    assert people.story.kind == "sides"


def test_an_event_of_which_nothing_tells_the_day_is_asked_for(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match=r"Name it: before and after 8 March 2025\. What comes near: “"):
        assistant.ask("The bridge before and after the flood", asked_on=ASKED_ON)


def test_an_overview_says_what_it_was_made_from_and_how_to_see_the_rest() -> None:
    days = (DayOfStory(date(2025, 3, 4), 30, 2), DayOfStory(date(2025, 4, 2), 10, 1))
    read = StoryFigures(kind="overview", subject="x", articles=40, copies=0, further=0, days=days, more=False)
    assert story_in_words(read) == "From 40 articles, 4 Mar 2025 to 2 Apr 2025."
    told = "more about it not read: limit the days (--since, --until) to see them."
    assert story_in_words(replace(read, further=12)).endswith(f"2025. 12 articles {told}")
    assert story_in_words(replace(read, further=40, unmeasured=True)).endswith(f"2025. At least 40 articles {told}")


def test_that_somebody_was_asked_for_comment_is_no_entry() -> None:
    texts = (
        "The Courant has reached out to the port's lawyers in Caddenport for comment.",
        "The ministry did not respond to a request for comment on Monday evening.",
        "The port declined to comment on the talks with Odelan, which began in March.",
    )
    sentences = tuple(StorySentence(n, 0, 0, len(text), text) for n, text in enumerate(texts))
    entries = choose(StorySentences(sentences, np.eye(3, dtype=np.float32)), 3)
    assert [entry.sentences for entry in entries] == [(2,)]


def test_half_a_surrogate_pair_is_read_as_a_question_mark(assistant: Assistant) -> None:
    assert assistant.ask("How many articles mention Greta Daubry \ud800?", asked_on=ASKED_ON).story is not None
    assert assistant.conversation(asked_on=ASKED_ON).ask("What is Zorbland \ud800?").answer.abstained
