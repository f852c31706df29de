"""Articles that give different figures or days are set side by side; what only looks alike is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answering.conflicts import disagreement, find_conflicts
from assistant.answering.extractive import ExtractiveAnswerer
from assistant.records import Citation, Disagreement, Evidence, Verdict
from assistant.settings import load
from tests.fakes.chat import ScriptedChat
from tests.fakes.evidence import evidence, pipeline

OLD, NEW = date(2025, 3, 4), date(2025, 3, 9)
ASKED = "How many vehicles does the Orrin bridge carry a day?"
ONE = evidence("The bridge at Orrin carries 23,000 vehicles a day.", published=OLD)


def other(text: str, published: date | None = NEW, name: str = "b") -> Evidence:
    return evidence(text, name=name, published=published)


def found(question: str, *sentences: Evidence) -> tuple[Disagreement, ...]:
    conflicts = find_conflicts(question, sentences[:1], sentences[1:])
    sentences_shown = {f.evidence.ref: f.evidence for conflict in conflicts for f in conflict.figures}.values()
    shown = [Citation.of(e, n) for n, e in enumerate(sentences_shown, start=7)]
    return tuple(disagreement(conflict, shown) for conflict in conflicts)


def words(question: str, *sentences: Evidence) -> list[list[str]]:
    return [[reading.words for reading in d.readings] for d in found(question, *sentences)]


def test_the_newest_comes_first_with_its_number_and_article() -> None:
    (clash,) = found(ASKED, ONE, other("The Orrin bridge carries about 32,000 vehicles a day."))
    assert [(r.words, r.citation.article.published) for r in clash.readings] == [("32,000", NEW), ("23,000", OLD)]
    assert {r.citation.number for r in clash.readings} == {7, 8}
    assert "vehicles" in clash.about


@pytest.mark.parametrize(
    "text",
    [
        "The Orrin bridge carries about 23,000 vehicles a day.",  # the same
        "The Orrin bridge carries some 23,000 vehicles daily.",
        "The Orrin bridge carries 32,000 tonnes of freight a day.",  # counts something else
        "The Pellin tunnel carries 32,000 vehicles a day.",  # another place
        "The Orrin bridge carried 32,000 vehicles a day in 1998.",  # another year
        "The Orrin bridge carries 3 vehicles a day.",  # beyond any confusion
        "The Orrin bridge carries between 23,000 and 32,000 vehicles a day.",  # two of a kind: which is meant?
        "The mayor of Orrin owns 32,000 vehicles.",  # hardly a word of the question
    ],
)
def test_what_is_no_disagreement(text: str) -> None:
    assert words(ASKED, ONE, other(text)) == []


@pytest.mark.parametrize(
    ("asked", "one", "two"),
    [
        (  # readings of two days
            "What was the level of the lake at Orrin?",
            "The level of the lake at Orrin was 310 millimetres on Wednesday.",
            "The level of the lake at Orrin was 280 millimetres on Friday.",
        ),
        (  # a part and the whole
            "What does the detour cost the port of Orrin?",
            "The detour costs the port of Orrin $2 million a week.",
            "The detour has cost the port of Orrin $9 million.",
        ),
        (  # a later offer
            "What does Keel offer for the shipyard at Orrin?",
            "Keel offers $40 million for the shipyard at Orrin.",
            "Keel’s new offer for the shipyard at Orrin is $55 million.",
        ),
        (  # a count half way
            "How many votes does Wenda Trask have at Orrin?",
            "With 12 of 40 districts counted, Wenda Trask has 900 votes at Orrin.",
            "Wenda Trask has 3,100 votes at Orrin.",
        ),
        (  # whose is which?
            "How many votes does Wenda Trask have at Orrin?",
            "Jonas Keel has 2,800 votes at Orrin, Wenda Trask 3,100.",
            "Wenda Trask has 3,100 votes at Orrin.",
        ),
    ],
)
def test_a_development_is_no_disagreement(asked: str, one: str, two: str) -> None:
    assert words(asked, evidence(one, published=OLD), other(two)) == []


def test_the_day_on_which_something_was_said_tells_no_two_readings_apart() -> None:
    one = evidence("The harbour office said on Monday that the quay at Orrin cost $40 million.", published=OLD)
    two = other("The quay at Orrin cost $55 million, the council said on Friday.")
    assert words("What did the quay at Orrin cost?", one, two) == [["$55 million", "$40 million"]]


def test_one_article_does_not_disagree_with_itself() -> None:
    assert words(ASKED, ONE, evidence("The Orrin bridge carries 32,000 vehicles a day.", index=4)) == []


def test_a_season_apart_is_no_disagreement() -> None:
    assert words(ASKED, ONE, other("The Orrin bridge carries 32,000 vehicles a day.", date(2025, 9, 1))) == []


def test_uncited_sentences_count_only_where_they_answer_the_question() -> None:
    elsewhere = evidence("The ferry at Orrin sails every hour.", name="c")
    assert words(ASKED, elsewhere, ONE, other("The Orrin bridge carries 32,000 vehicles a day."))
    beside = "How many boats pass below the Orrin bridge a day while it carries vehicles?"
    assert not words(beside, elsewhere, ONE, other("The Orrin bridge carries 32,000 vehicles a day."))


def test_a_correction_is_named_and_outweighs_what_it_repeats() -> None:
    wrong = evidence("We said that the Orrin bridge carries 23,000 vehicles a day.", name="b", published=NEW)
    right = evidence("Correction: the Orrin bridge carries 32,000 vehicles a day.", name="b", index=1, published=NEW)
    (clash,) = found(ASKED, ONE, wrong, right)
    assert [(r.words, r.correction) for r in clash.readings] == [("32,000", True), ("23,000", False)]


def test_the_year_of_the_bridge_is_not_that_of_its_traffic() -> None:
    one = evidence("The bridge at Orrin, opened in 1961, carries 23,000 vehicles a day.", published=OLD)
    two = other("According to the count of October 2024, the Orrin bridge carries 32,000 vehicles a day.")
    assert words(ASKED, one, two) == [["32,000", "23,000"]]


def test_what_a_correction_only_repeats_is_no_reading() -> None:
    wrong = evidence("A report that we printed said that the Orrin bridge carries 23,000 vehicles.", name="b")
    right = evidence("According to the city, the Orrin bridge carries 32,000 vehicles a day.", name="b", index=2)
    assert words(ASKED, wrong, right) == []
    assert words(ASKED, wrong, ONE, right) == [["23,000", "32,000"]]


def test_amounts_of_money_and_percentages() -> None:
    asked = "What does the repair of the bridge cost?"
    one = evidence("The repair of the bridge will cost $38 million.", published=OLD)
    assert words(asked, one, other("The repair of the bridge would cost $61 million, she said.")) == [
        ["$61 million", "$38 million"]
    ]
    assert words(asked, one, other("The repair was watched by 61 per cent.")) == []


def test_days_where_the_question_asks_when() -> None:
    asked = "When did Ilka Brandt resign?"
    one = evidence("Ilka Brandt resigned on 3 March 2025.", published=OLD)
    (clash,) = found(asked, one, other("Ilka Brandt resigned on Sunday, the council said."))
    assert [reading.citation.article.published for reading in clash.readings] == [NEW, OLD]
    assert words(asked, one, other("Ilka Brandt resigned on Monday.", OLD)) == [], "3 March 2025 was a Monday"
    assert words(asked, one, other("Ilka Brandt was born on 4 May 1970.")) == []


def test_an_answer_shows_them_under_numbers_of_its_own() -> None:
    two = other("The Orrin bridge carries 32,000 vehicles a day.")
    given = pipeline(ExtractiveAnswerer(), [ONE, evidence("It rained.", name="c", score=0.1)]).ask(ASKED, NEW)
    assert given.disagreements == ()
    wide = pipeline(ExtractiveAnswerer(), [ONE], further=[two])
    (clash,) = wide.ask(ASKED, NEW).disagreements
    assert [r.citation.number for r in clash.readings] == [2, 1]


def test_a_model_that_finds_the_older_figure_is_answered_with_the_correction(
    examples: Path, tmp_path: Path, model_cache: Path
) -> None:
    printed = "A wire report that we printed on Wednesday, March 5, said"
    replies = (
        f"{printed} that the Pellin Bridge carries about 23,000 vehicles a day.",
        "The 612-metre bridge carries about 23,000 vehicles a day.",
    )
    model = ScriptedChat(["\n".join(replies)])
    made = load(model="scripted", base_url="http://127.0.0.1:9/v1", cache=model_cache, reader="off")
    with Assistant.open(tmp_path / "library", settings=made.settings, wrap_model=lambda _: model) as assistant:
        assistant.ingest([examples])
        given = assistant.ask("How many vehicles does the Pellin Bridge carry a day?", asked_on=date(2025, 4, 17))
    assert {s.verdict for s in given.statements} == {Verdict.SUPPORTED}
    assert [[(r.words, r.correction) for r in d.readings] for d in given.disagreements] == [
        [("32,000", True), ("23,000", False)]
    ]
    assert given.statements[0].citations[0].text.endswith("32,000 vehicles a day.")  # what is right is cited with it
    assert not any("fit in the prompt" in notice for notice in given.notices)


def test_the_contradictions_and_corrections_of_the_example_archive(
    examples: Path, tmp_path: Path, model_cache: Path
) -> None:
    settings = load(use_model=False, cache=model_cache).settings
    with Assistant.open(tmp_path / "library", settings=settings) as assistant:
        assistant.ingest([examples])
        for question, expected in (
            ("How many vehicles does the Pellin Bridge carry a day?", [("32,000", True), ("23,000", False)]),
            ("How many tonnes of aniline escaped?", [("nine", False), ("two", False)]),
        ):
            given = assistant.ask(question, asked_on=date(2025, 4, 17))
            shown = [[(r.words, r.correction) for r in d.readings] for d in given.disagreements]
            assert expected in shown, question
            numbers = {c.number for c in given.evidence}
            assert all(r.citation.number in numbers for d in given.disagreements for r in d.readings)
