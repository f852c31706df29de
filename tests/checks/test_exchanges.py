"""Figures in their roles: before and after, scores, and whose figure each is."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.checks.verify import check_statement
from assistant.english.words import LONGEST
from assistant.records import Verdict
from tests.checks.evidence_for_checks import citation

FELL = "Profit of the harbour fell 12% to $45 million from $51 million."
ROSE = "Profit of the harbour rose from $45 million to $51 million."
MATCH = "Skarby beat Lindo in the cup final; the score was 3-1."
FERRY = "The ferry carried 30 boats and 12 crew, the port said."
STORM = "The storm killed 30 people and injured 12."
TRADE = "Exports rose 5% and imports fell 3%."
YEARS = "The port earned $45 million in 2020 and $51 million in 2021."
VOTES = "Ms. Lind had 24,871 votes, Mr. Orr 24,790."

FINED = "The 34-year-old driver was fined 900 crowns for speeding."
HIRED = "The firm will hire 120 engineers and 40 technicians."

RIGHT = [
    ("The driver was fined 900 crowns for speeding.", FINED),
    ("The firm will hire 40 technicians.", HIRED),
    ("Profit of the harbour fell by 12 percent to $45m.", FELL),
    ("Profit of the harbour fell from $51 million to $45 million.", FELL),
    ("Profit of the harbour fell to 45 million dollars from $51m.", FELL),
    ("Profit of the harbour rose to $51 million from $45 million.", ROSE),
    ("Skarby beat Lindo in the cup final; the score was 3 to 1.", MATCH),
    ("The cup final between Lindo and Skarby ended 1-3.", "The cup final between Skarby and Lindo ended 3-1."),
    ("The ferry carried 12 crew and 30 boats, the port said.", FERRY),
    ("The storm injured 12 and killed 30 people.", STORM),
    ("Imports fell 3% while exports rose 5%.", TRADE),
    ("The port earned $51 million in 2021 and $45 million in 2020.", YEARS),
    ("Mr. Orr had 24,790 votes, Ms. Lind 24,871.", VOTES),
    ("The fire damaged 12 boats and 3 cranes.", "The fire damaged 3 cranes and 12 boats."),
    ("Lind, 45, and Orr, 51, were elected.", "Orr, 51, and Lind, 45, were elected."),
    ("The fund of the harbour rose by £1m, to £4m.", "The fund of the harbour rose by £1m to £4m."),
    ("Sales of boats rose 5 million crowns.", "Sales of boats rose by 5 million crowns."),
]
WRONG = [
    ("The driver was fined 34 crowns for speeding.", FINED),
    ("The firm will hire 40 engineers.", HIRED),
    ("Profit of the harbour fell to $51 million from $45 million.", FELL),
    ("Profit of the harbour fell from $45 million to $51 million.", FELL),
    ("Profit of the harbour fell to $51 million.", FELL),
    ("Profit of the harbour rose to $45 million from $51 million.", ROSE),
    ("Profit of the harbour was $45 million, up from $51 million.", ROSE),
    ("Profit of the harbour was $45m, against $51m a year earlier.", "Profit was $51m, up from $45m."),
    ("Skarby beat Lindo in the cup final; the score was 1-3.", MATCH),
    ("Skarby beat Lindo in the cup final; the score was 1 to 3.", MATCH),
    ("The ferry carried 12 boats and 30 crew, the port said.", FERRY),
    ("The storm killed 12 people and injured 30.", STORM),
    ("Exports rose 3% and imports fell 5%.", TRADE),
    ("The port earned $51 million in 2020 and $45 million in 2021.", YEARS),
    ("Ms. Lind had 24,790 votes, Mr. Orr 24,871.", VOTES),
    ("Lind, 51, and Orr, 45, were elected.", "Orr, 51, and Lind, 45, were elected."),
    ("Sales of boats rose to 5 million crowns.", "Sales of boats rose by 5 million crowns."),
    ("Sales of boats fell 12 percent.", "Sales of boats fell to 12 percent."),
]


def verdict(said: str, source: str) -> Verdict:
    return check_statement(said, [1], {1: citation(1, source)}).verdict


@pytest.mark.parametrize(("said", "source"), RIGHT)
def test_figures_in_their_roles_are_supported(said: str, source: str) -> None:
    assert verdict(said, source) is Verdict.SUPPORTED


@pytest.mark.parametrize(("said", "source"), WRONG)
def test_exchanged_figures_are_not(said: str, source: str) -> None:
    assert verdict(said, source) is Verdict.UNSUPPORTED


SUMS = st.integers(2, 900)
FORMS = st.sampled_from(["${} million", "${}m", "{} crowns", "{} percent", "£{}bn", "{} lakh"])
CHANGED = st.sampled_from(
    [
        "Profit of the harbour moved from {0} to {1}.",
        "Profit of the harbour moved to {1} from {0}.",
        "Profit of the harbour fell to {1}, from {0} a year earlier.",
        "Profit of the harbour fell to {1}, compared with {0} a year earlier.",
    ]
)


@settings(deadline=None)  # what is measured here is no speed
@given(SUMS, SUMS, FORMS, FORMS, CHANGED, CHANGED)
def test_before_and_after_exchanged_is_never_supported(
    before: int, after: int, form: str, other_form: str, said: str, source: str
) -> None:
    assume(before != after)
    told = source.format(form.format(before), form.format(after))
    exchanged = said.format(other_form.format(after), other_form.format(before))
    assert verdict(exchanged, told) is not Verdict.SUPPORTED


@settings(deadline=None)  # what is measured here is no speed
@given(SUMS, SUMS, FORMS, CHANGED)
def test_before_and_after_in_their_places_are_not_marked(before: int, after: int, form: str, source: str) -> None:
    told = source.format(form.format(before), form.format(after))
    other = told.replace("Profit of the harbour", "The harbour's profit")
    checked = check_statement(other, [1], {1: citation(1, told)})
    assert not any("told as" in problem or "exchanged" in problem for problem in checked.problems)


@settings(deadline=None)  # what is measured here is no speed
@given(SUMS, SUMS, st.sampled_from(["boats", "crew", "cranes"]), st.sampled_from(["men", "horses", "barrels"]))
def test_two_things_never_exchange_their_figures(one: int, other: int, first: str, second: str) -> None:
    assume(one != other)
    source = f"The ferry carried {one} {first} and {other} {second}, the port said."
    assert (
        verdict(f"The ferry carried {other} {first} and {one} {second}, the port said.", source) is Verdict.UNSUPPORTED
    )
    assert verdict(f"The ferry carried {other} {second} and {one} {first}, the port said.", source) is Verdict.SUPPORTED


@pytest.mark.parametrize("written", ["12 boats and 30 crew ", "from 1 to 2 ", "3-1 ", "fell 12% to $4m from $5m, "])
def test_a_statement_full_of_figures_is_compared_in_a_moment(written: str) -> None:
    text = written * (LONGEST // len(written))
    start = time.process_time()
    verdict(f"It said {text}"[:LONGEST], text)
    assert time.process_time() - start < 5
