"""Nuggets: the facts that an overview should hold, from the suite file to the figures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.records import Answer, StoryFigures, Verdict, When
from eval.metrics.nuggets import days_in_order, days_right, entry_precision, no_repeat, nugget_recall
from eval.places import items_shown
from eval.records import GoldSentence, Nugget
from eval.scoring import failure, nugget_metrics
from eval.suite import check_suite, suite_hash
from eval.suite_files import question_of, row_of
from tests.eval.making import answer, citation, place, question, statement
from tests.eval.test_suite import suite_of

FOUR = date(2025, 3, 4)
ENTRIES = st.lists(st.frozensets(st.integers(0, 5)), max_size=8)


def nugget(text: str = "It rained.", *, vital: bool = True, day: date | None = None) -> Nugget:
    return Nugget(text=text, gold=(GoldSentence(article="one.txt", text=text),), vital=vital, first=day, last=day)


def told(*numbers: int, when: date | None = None, kind: str = "timeline") -> Answer:
    """An overview whose entries cite these sentences of the article a."""
    entries = [statement("x", Verdict.SUPPORTED, citation(n + 1, sentence=n)) for n in numbers]
    dated = tuple(replace(s, when=When(when, when, reported=False) if when else None) for s in entries)
    figures = StoryFigures(kind=kind, subject="", articles=1, copies=0, further=0, days=(), more=False)
    return replace(answer(*dated), story=figures)


@given(ENTRIES)
def test_measures_are_shares_and_repeating_an_entry_adds_nothing(entries: list[frozenset[int]]) -> None:
    wanted = range(6)
    recall = nugget_recall(entries, wanted)
    assert 0 <= recall <= 1
    assert nugget_recall([*entries, *entries], wanted) == recall
    assert 0 <= entry_precision(entries) <= 1
    assert no_repeat([*entries, *entries]) <= no_repeat(entries) <= 1
    assert nugget_recall([*entries, frozenset(wanted)], wanted) == 1


def test_each_measure_by_hand() -> None:
    entries = [frozenset({0}), frozenset[int](), frozenset({0}), frozenset({0, 2})]
    assert nugget_recall(entries, [0, 1]) == 0.5
    assert entry_precision(entries) == 0.75
    assert no_repeat(entries) == pytest.approx(2 / 3)
    days = [(date(2025, 3, d), date(2025, 3, d)) for d in (1, 2, 4, 3)]
    assert days_in_order(days) == pytest.approx(5 / 6)
    assert days_in_order(days, newest_first=True) == pytest.approx(1 / 6)
    assert days_in_order([None, days[0]]) is None
    march = (date(2025, 3, 1), date(2025, 3, 31))
    assert days_right([days[0], days[1], None], [march, days[2], march]) == 0.5
    assert days_right([None], [march]) is None


def test_a_sentence_within_a_span_of_several_counts() -> None:
    span = replace(citation(1, sentence=3), sentences=2)
    assert items_shown([span], [place(4), place(5)]) == [frozenset({0})]
    assert items_shown([span], [place(5)]) == [frozenset()]


def test_an_overview_passes_with_half_of_the_vital_facts_and_says_what_is_missing() -> None:
    asked = question(nuggets=(nugget("One."), nugget("Two."), nugget("Three.", vital=False)))
    places = [place(n, item=n) for n in range(3)]
    assert failure(asked, told(0, 2), places) == ""
    assert failure(asked, told(2), places) == "0 of 2 vital facts cited, without: One.; Two."
    assert failure(asked, answer(abstained=True, reason="none"), places) == "refused: none"


def test_figures_of_an_overview() -> None:
    asked = question(nuggets=(nugget(day=FOUR), nugget("Two."), nugget("Three.", vital=False)))
    places = [place(n, item=n) for n in range(3)]
    found = nugget_metrics(asked, told(0, 2, 7, when=FOUR), places)
    assert found == {
        "vital nugget recall": 0.5,
        "nugget recall": pytest.approx(2 / 3),
        "entry precision": pytest.approx(2 / 3),
        "no repeat": 1.0,
        "days right": 1.0,
        "days in order": 1.0,
    }
    assert "days in order" not in nugget_metrics(asked, told(0, when=FOUR, kind="overview"), places)
    assert nugget_metrics(asked, answer(abstained=True), places) == {"vital nugget recall": 0.0, "nugget recall": 0.0}


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        ("2025-03-04", date(2025, 3, 4), date(2025, 3, 4)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("", None, None),
    ],
)
def test_nuggets_are_read_and_written_back(days: str, first: date | None, last: date | None) -> None:
    row = {"nugget": "It rained.", "vital": True, "date": days, "gold": [{"article": "a", "text": "It rained."}]}
    read = question_of({"id": "q", "question": "What?", "nuggets": [row]}, "here")
    assert (read.nuggets[0].first, read.nuggets[0].last, read.nuggets[0].vital) == (first, last, True)
    assert question_of(json.loads(json.dumps(row_of(read))), "here") == read


@pytest.mark.parametrize(
    ("nuggets", "told_as"),
    [
        ([{"nugget": "x", "gold": [{"article": "a"}]}], "none is vital"),
        ([{"nugget": "x", "vital": True, "gold": []}], "without a gold sentence"),
        ([{"nugget": "x", "vital": "yes", "gold": []}], "vital must be true or false"),
        ([{"nugget": "x", "vitl": True, "gold": []}], "unknown field 'vitl'"),
        ([{"nugget": "x", "vital": True}], "'gold' is missing"),
        ([{"nugget": "x", "date": "4 March", "gold": []}], "invalid literal"),
        (["x"], "nuggets must hold objects"),
    ],
)
def test_a_fault_in_a_nugget_is_told(nuggets: list[object], told_as: str) -> None:
    with pytest.raises(UsageError, match=told_as):
        check_suite(suite_of(question_of({"id": "q", "question": "What?", "nuggets": nuggets}, "here")))


def test_the_hash_of_a_suite_knows_its_nuggets() -> None:
    one, other = (question(nuggets=(nugget(text),)) for text in ("One.", "Two."))
    assert suite_hash([one]) != suite_hash([other])
