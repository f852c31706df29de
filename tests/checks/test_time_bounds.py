"""Days that bound what is said on one side, days of another deed, and weekdays of articles that were changed later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.prompt import sentence_line
from assistant.checks.dates import check_dates, in_words_of_sources
from assistant.english.dates.find import find_dates
from assistant.records import Verdict
from tests.checks.evidence_for_checks import TUNNEL, citation, claim_on

PERMITS = "The old permits remain valid until 3 May, the transport office said."


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("The old permits are valid from 3 May.", PERMITS),
        ("The road has been closed until 3 May.", "The road has been closed since 3 May, Lind said."),
        ("Applications must arrive after 12 April.", "Applications must arrive before 12 April, Lind said."),
        ("The dam was built by 1988.", "The dam was built after 1988, Lind said."),
        ("The rule does not apply until 3 May.", "The rule applies until 3 May, the office said."),
    ],
)
def test_a_day_that_bounds_the_one_side_does_not_bound_the_other(said: str, source: str) -> None:
    (found,) = check_dates(claim_on(said, source))
    assert (found.verdict, found.certain) == (Verdict.UNSUPPORTED, True)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("The old permits are valid through 3 May.", PERMITS),
        ("The rule does not apply until 3 May.", "The rule applies from 3 May, the office said."),
        ("The road is open until 3 May.", "The road closes from 3 May, Lind said."),
        ("The show runs until 9 May.", "The show runs from 3 May to 9 May in Orrin."),
        ("The road was closed on 3 May.", "The road has been closed since 3 May."),
        ("No permit is valid after 3 May.", PERMITS),
        ("The strike lasted from 3 May.", "After 3 May there was a strike, which ended before 9 May."),
    ],
)
def test_what_bounds_the_same_side_in_other_words_passes(said: str, source: str) -> None:
    assert list(check_dates(claim_on(said, source))) == []


@pytest.mark.parametrize(
    ("said", "updated", "verdicts"),
    [
        ("The council met on 12 March 2024.", date(2024, 3, 26), [Verdict.PARTLY]),
        ("The council met on Tuesday.", date(2024, 3, 26), []),  # the words of the article, whichever Tuesday
        ("The council met in March 2024.", date(2024, 3, 26), []),
        ("The council met on 12 March 2024.", date(2024, 3, 16), []),
        ("The council met on 12 March 2024.", None, []),
    ],
)
def test_a_weekday_of_an_article_changed_in_another_week_is_uncertain(
    said: str, updated: date | None, verdicts: list[Verdict]
) -> None:
    article = replace(TUNNEL, updated=updated)  # it appeared on Thursday, 14 March 2024
    found = check_dates(claim_on(said, "The council met on Tuesday in the town hall.", article))
    assert [finding.verdict for finding in found] == verdicts


def test_a_day_that_the_article_writes_out_is_settled() -> None:
    article = replace(TUNNEL, updated=date(2024, 3, 26))
    assert not check_dates(claim_on("The council met on 12 March 2024.", "The council met on March 12, 2024.", article))


def test_no_model_is_told_the_day_of_such_a_weekday() -> None:
    text = "The council met on Tuesday in the town hall."
    offered = replace(citation(1, text), dates=find_dates(text, TUNNEL.published))
    assert "(12 March 2024)" in sentence_line(offered, 1)
    changed = replace(offered, article=replace(TUNNEL, updated=date(2024, 3, 26)))
    assert sentence_line(changed, 1) == f"{text} [1]"


@pytest.mark.parametrize(
    ("said", "source", "read_as"),
    [
        ("Lind opened it this week.", "Lind opened the hall on Tuesday.", "Lind opened it on Tuesday."),
        ("This week Lind opened it.", "On Tuesday Lind opened it.", "On Tuesday Lind opened it."),
        ("Lind opened it on 12 March 2024.", "Lind opened it on Tuesday.", "Lind opened it on 12 March 2024."),
        ("It is open until this week.", "It was open on Tuesday.", "It is open until this week."),
        ("Lind opened it this week.", "Lind opened it.", "Lind opened it this week."),
    ],
)
def test_a_vague_time_that_a_day_bears_out_is_read_as_that_day(said: str, source: str, read_as: str) -> None:
    assert in_words_of_sources(claim_on(said, source)) == read_as


STRIKE = "The strike began on 8 March and ended on 11 March after talks with the port."
MILL = "The mill was founded in 1990 and closed in 2001, Lind said."


@pytest.mark.parametrize(
    ("said", "source"), [("The strike ended on 8 March after talks.", STRIKE), ("The mill closed in 1990.", MILL)]
)
def test_the_day_of_one_deed_is_not_that_of_another(said: str, source: str) -> None:
    (found,) = check_dates(claim_on(said, source))
    assert found.verdict is Verdict.UNSUPPORTED
    assert "another day" in found.problem


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("The strike ended on 11 March.", STRIKE),
        ("The strike began on 8 March.", STRIKE),
        ("The mill closed in 2001.", MILL),
        ("Lind resigned in May 2023.", "In May 2023 Lind, who was hired in April 2022, resigned."),
        ("The mill closed in 1990.", "The mill opened in 1980 and closed in 1990, opened again and closed in 2001."),
    ],
)
def test_the_day_of_the_same_deed_passes(said: str, source: str) -> None:
    assert list(check_dates(claim_on(said, source))) == []
