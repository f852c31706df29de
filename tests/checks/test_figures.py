"""Numbers, amounts and dates in their written forms."""

from __future__ import annotations

import time
from datetime import date

import pytest

from assistant.checks.claim import Claim, Sources
from assistant.checks.dates import check_dates
from assistant.checks.figures import sort_numbers
from assistant.checks.verify import check_statement
from assistant.english.words import LONGEST
from assistant.records import Verdict
from tests.checks.evidence_for_checks import TUNNEL, citation

SAME = [
    ("3m people", "three million people"),
    ("3,000,000 people", "3 million people"),
    ("23 per cent", "23% of it"),
    ("$4.5bn", "4.5 billion dollars"),
    ("US$5", "$5"),
    ("about 23 million", "23.4 million"),
    ("roughly 1,200", "1,234"),
    ("nearly 24 million", "23.4m"),
    ("more than 20 people", "23 people"),
    ("a dozen", "12 people"),
    ("dozens killed", "36 killed"),
    ("half of voters", "50% of voters"),
    ("a quarter of them", "25%"),
    ("about a third of", "34 percent"),
    ("two-thirds", "two thirds"),
    ("one in five", "1 in 5"),
    ("20%", "one in five"),
    ("20 to 23 percent", "20% to 23%"),
    ("rose 20 percent", "20-23 percent"),
    ("$3 million", "$3-5 million"),
    ("$5m", "$3m-5m"),
    ("third place", "3rd place"),
    ("twenty-first century", "21st century"),
    ("twenty-three", "23"),
    ("three hundred and forty", "340"),
    ("two and a half million", "2.5 million"),
    ("half a million", "500,000"),
    ("42-year-old", "42"),
    ("5:30 p.m.", "17:30"),
    ("COVID-19", "COVID-19"),
    ("the two men", "men"),
    ("one of the men", "men"),
    ("twice as many", "two times as many"),
    ("2. It fell", "it fell"),
]
OTHER = [
    ("17 died", "12 died"),
    ("1.2", "12"),
    ("23 people", "23%"),
    ("$4.5bn", "4.5 billion euros"),
    ("23 million", "23.4 million"),
    ("about 25 million", "23.4 million"),
    ("more than 20", "19"),
    ("more than 20", "less than 20"),
    ("dozens killed", "6 killed"),
    ("a third of", "34 percent"),
    ("one in five", "one in six"),
    ("the third", "three"),
    ("7 people", "G7"),
    ("19", "COVID-19"),
    ("five", "5,5"),
    ("won 1-1", "won 1-0"),
    ("twice as many", "as many"),
    ("9" * 3000, "9" * 2999),
]


@pytest.mark.parametrize(("said", "source"), SAME)
def test_written_forms_of_one_number_agree(said: str, source: str) -> None:
    assert sort_numbers(said, [], [source], frozenset())[1] == []


@pytest.mark.parametrize(("said", "source"), OTHER)
def test_other_numbers_do_not(said: str, source: str) -> None:
    assert sort_numbers(said, [], [source], frozenset())[1] != []


def findings(said: str, source: str) -> int:
    sources = Sources((citation(1, source),), ())
    assert TUNNEL.published == date(2024, 3, 14)
    return len(check_dates(Claim(text=said, sources=sources, asked_on=date(2024, 3, 20))))


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("It met on 12 March 2024.", "It met on Tuesday."),
        ("It met on March 12.", "It met on Tuesday."),
        ("It met on Tuesday.", "It met on 12 March."),
        ("It met on 2024-03-12.", "It met on Mar. 12."),
        ("It met in March.", "It met on 12 March."),
        ("It met in March 2024.", "It met on Tuesday."),
        ("It met in 2024.", "It met on Tuesday."),
        ("It met in March 2024.", "It met in the evening."),  # the month in which the article appeared
        ("It met yearly from 2019 to 2024.", "It has met since 2019."),  # and it appeared in 2024
        ("As of 14 March 2024, 60 work there.", "There are 60 at work."),
        ("The Wire reported on Thursday, 14 March that it met.", "It met in the evening."),
        ("It met last year.", "It met last year."),
        ("May said it met.", "May said it met."),
    ],
)
def test_dates_that_the_source_bears_out(said: str, source: str) -> None:
    assert findings(said, source) == 0


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("It met on 13 March 2024.", "It met on Tuesday."),
        ("It met on Wednesday.", "It met on Tuesday."),
        ("It met on 12 March 2023.", "It met on Tuesday."),
        ("It met in April.", "It met on Tuesday."),
        ("It met yearly from 2019 to 2024.", "It met in March."),  # a span of years is no vaguer word for a day in it
        ("It met yearly in 2021-25.", "It met in 2021, in 2023 and in 2024."),
        ("It met on 25 November 2023.", "It met in November 2023."),  # more exact than the source
    ],
)
def test_dates_that_it_does_not(said: str, source: str) -> None:
    assert findings(said, source) == 1


@pytest.mark.parametrize("said", ["It met on 14 March 2024.", "It met on Thursday.", "It met this week."])
def test_the_day_on_which_an_article_appeared_is_not_the_day_of_what_it_reports(said: str) -> None:
    source = citation(1, "The whole council met in the evening.", article=TUNNEL)
    statement = said.replace("It", "The whole council")
    checked = check_statement(statement, [1], {1: source}, asked_on=date(2024, 3, 15))
    assert checked.verdict is Verdict.PARTLY
    assert any("appeared then" in problem for problem in checked.problems)


@pytest.mark.parametrize(
    ("said", "question", "asked_on", "verdict"),
    [
        ("The whole council met this week.", "Who met this week?", date(2024, 3, 15), Verdict.SUPPORTED),
        ("The whole council met this week.", "Who met in March?", date(2024, 3, 15), Verdict.PARTLY),
        ("The whole council met this week.", "Who met this week?", date(2024, 3, 29), Verdict.PARTLY),
        ("The whole council met recently.", "Who met in the evening?", date(2024, 4, 15), Verdict.SUPPORTED),
        ("The whole council met recently.", "Who met in the evening?", date(2025, 4, 15), Verdict.PARTLY),
        ("The whole council now meets in the evening.", "Who meets?", date(2024, 3, 29), Verdict.SUPPORTED),
        ("The whole council now meets in the evening.", "Who meets?", date(2025, 3, 29), Verdict.PARTLY),
    ],
)
def test_this_week_and_now_are_held_against_the_day_of_asking(
    said: str, question: str, asked_on: date, verdict: Verdict
) -> None:
    source = citation(1, "The whole council met in the evening.", article=TUNNEL)  # of Thursday, 14 March 2024
    assert check_statement(said, [1], {1: source}, question=question, asked_on=asked_on).verdict is verdict


def test_a_count_is_no_year_because_the_article_is_of_that_year() -> None:
    source = citation(1, "Falkner said the dam will reopen in 1024 days.")  # published in 2024
    assert (
        check_statement("Falkner said the dam will reopen in 2024 days.", [1], {1: source}).verdict
        is not Verdict.SUPPORTED
    )


@pytest.mark.parametrize("written", ["12 ", "1-2 ", "12 boats and 30 crew ", "from 1 to 2 ", "about 12 "])
def test_a_statement_full_of_numbers_is_checked_in_a_moment(written: str) -> None:
    text = written * (LONGEST // len(written))
    start = time.process_time()
    sort_numbers(text, [], [text, "x" + text, text[2:] + " 7"], frozenset())
    assert time.process_time() - start < 3


BRIDGE = "The bridge will cost £3m-£4m, the council estimates."
HOMES = "The storm hit {} homes, the council said."


def verdict(said: str, source: str) -> Verdict:
    return check_statement(said, [1], {1: citation(1, source)}).verdict


@pytest.mark.parametrize(
    ("said", "source"),
    [
        (
            "Twelve boats sank in the storm, the coastguard said.",
            "A dozen boats sank in the storm, the coastguard said.",
        ),
        (
            "A dozen boats sank in the storm, the coastguard said.",
            "Twelve boats sank in the storm, the coastguard said.",
        ),
        ("The scheme costs 2.5 trillion rupees, Orrin said.", "The scheme costs Rs 2.5 lakh crore, Orrin said."),
        ("The scheme helps 4 million farmers, Orrin said.", "The scheme helps 40 lakh farmers, Orrin said."),
        ("The bridge will cost £3m to £4m, the council estimates.", BRIDGE),
        ("The bridge will cost between £3m and £4m, the council estimates.", BRIDGE),
        ("Skarby beat Lindo 3-1 in the cup final.", "Skarby beat Lindo in the cup final; the score was 3-1."),
        ("The walk took two weeks, Orrin said.", "The walk took 14 days, Orrin said."),
        ("He looked up and moved it by 6 to 8 inches, Orrin said.", "He moved it up by 6 to 8 inches, Orrin said."),
        ("The walk took over seven days, Orrin said.", "The walk took seven days, Orrin said."),
    ],
)
def test_written_forms_do_not_lower_a_verdict(said: str, source: str) -> None:
    assert verdict(said, source) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("The walk took two weeks, Orrin said.", "The walk took two months, Orrin said."),
        ("The bridge is 400 metres long, Orrin said.", "The bridge is 400 kilometres long, Orrin said."),
        ("The rate rose 2 percentage points, Orrin said.", "The rate rose 2 percent, Orrin said."),
    ],
)
def test_other_units_are_not_supported(said: str, source: str) -> None:
    assert verdict(said, source) is Verdict.UNSUPPORTED


@pytest.mark.parametrize("said", ["£3m", "£4m", "4 million pounds"])
def test_an_end_of_a_range_is_only_a_part_of_it(said: str) -> None:
    assert verdict(f"The bridge will cost {said}, the council estimates.", BRIDGE) is Verdict.PARTLY


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("about 100", "97"),
        ("about 100", "100"),
        ("100", "about 100"),
        ("around 100", "about 100"),
        ("at least 100", "more than 100"),
        ("at least 100", "100 to 140"),
        ("nearly 100", "97"),
        ("more than 100", "more than 100"),
    ],
)
def test_a_statement_may_say_less_than_its_source(said: str, source: str) -> None:
    assert verdict(HOMES.format(said), HOMES.format(source)) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("more than 100", "100"),
        ("fewer than 100", "100"),
        ("at least 100", "100"),
        ("100 or more", "100"),
        ("nearly 100", "100"),
        ("up to 100", "100"),
        ("100", "more than 100"),
        ("100", "at least 100"),
        ("100", "up to 100"),
        ("more than 100", "about 100"),
    ],
)
def test_but_not_more(said: str, source: str) -> None:
    assert verdict(HOMES.format(said), HOMES.format(source)) is Verdict.PARTLY
