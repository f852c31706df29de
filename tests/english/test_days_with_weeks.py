"""Days with a week in them. The sentences are invented; the articles are of Wednesday 12 March 2025."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.dates.find import find_dates, find_window
from tests.english.spans import describe

WEDNESDAY = date(2025, 3, 12)

COUNTED = [
    ("The mayor said she would resign a week from Sunday.", "a week from Sunday: 23 Mar 2025"),
    ("The council voted to shut the pier a week from Sunday.", "a week from Sunday: 23 Mar 2025"),
    ("A week from Friday, the ferry will stop.", "A week from Friday: 21 Mar 2025"),
    ("The ferry will stop one week from Tuesday night.", "one week from Tuesday night: 25 Mar 2025"),
    ("The ferry will stop a week from this coming Sunday.", "a week from this coming Sunday: 23 Mar 2025"),
    ("The mill goes up for sale a week from Sunday.", "a week from Sunday: 23 Mar 2025"),
    ("The vote is two weeks from Tuesday.", "two weeks from Tuesday: 1 Apr 2025"),
    ("The vote is 2 weeks from Tuesday.", "2 weeks from Tuesday: 1 Apr 2025"),
    ("The vote is a fortnight from Tuesday.", "a fortnight from Tuesday: 1 Apr 2025"),
    ("The market will move on Monday week.", "Monday week: 24 Mar 2025"),
    ("The trial was put off until Monday week.", "Monday week: 24 Mar 2025"),
    ("Voting begins Tuesday fortnight.", "Tuesday fortnight: 1 Apr 2025"),
    ("The trial starts a week on Thursday.", "a week on Thursday: 20 Mar 2025"),
    ("The trial starts a fortnight on Friday.", "a fortnight on Friday: 28 Mar 2025"),
    ("The trial will start two weeks on Friday.", "two weeks on Friday: 28 Mar 2025"),
    ("The trial will start a week Sunday.", "a week Sunday: 23 Mar 2025"),
    ("The trial will start a week come Sunday.", "a week come Sunday: 23 Mar 2025"),
    ("The trial will start a week this Sunday.", "a week this Sunday: 23 Mar 2025"),
    ("The pier shut the Friday before last.", "the Friday before last: 28 Feb 2025"),
    ("The pier shut on Saturday before last.", "Saturday before last: 1 Mar 2025"),
    ("The fair opens the Monday after next.", "the Monday after next: 24 Mar 2025"),
    ("The fair opens this coming Monday.", "this coming Monday: 17 Mar 2025"),
    ("He spoke this coming Monday, the paper wrote.", "this coming Monday: 17 Mar 2025"),
    ("The bridge closed a week ago Sunday.", "a week ago Sunday: 2 Mar 2025"),
    ("The bridge closed two weeks ago Sunday.", "two weeks ago Sunday: 23 Feb 2025"),
    ("The bridge closed a week ago last Friday.", "a week ago last Friday: 28 Feb 2025"),
    ("The bridge closed a fortnight ago Sunday.", "a fortnight ago Sunday: 23 Feb 2025"),
    ("The bridge closed a week last Sunday.", "a week last Sunday: 2 Mar 2025"),
    ("The board meets on Thursday of next week.", "Thursday of next week: 20 Mar 2025"),
    ("The board met on Thursday of last week.", "Thursday of last week: 6 Mar 2025"),
    ("The board meets Thursday next week.", "Thursday next week: 20 Mar 2025"),
    ("The board will meet next week on Thursday.", "next week: 17–23 Mar 2025; Thursday: 20 Mar 2025"),
    ("The board will hold next week’s Thursday session.", "next week: 17–23 Mar 2025; Thursday: 20 Mar 2025"),
    ("The board met last week, on Monday.", "last week: 3–9 Mar 2025; Monday: 3 Mar 2025"),
    ("The board met earlier this week on Monday.", "earlier this week: 10–12 Mar 2025; Monday: 10 Mar 2025"),
    ("The board meets on Friday of the week after next.", "Friday of the week after next: 28 Mar 2025"),
    ("The board met on Friday the week before last.", "Friday the week before last: 28 Feb 2025"),
    ("The pier shut on Friday last.", "Friday last: 7 Mar 2025"),
    ("The hearing was put off to Tuesday next.", "Tuesday next: 18 Mar 2025"),
    ("The ferry stops a week from tomorrow.", "a week from tomorrow: 20 Mar 2025"),
    ("The ferry stops a week tomorrow.", "a week tomorrow: 20 Mar 2025"),
    ("The ferry will stop tomorrow week.", "tomorrow week: 20 Mar 2025"),
    ("The ferry will stop two weeks from today.", "two weeks from today: 26 Mar 2025"),
    ("The ferry stopped a week ago today.", "a week ago today: 5 Mar 2025"),
    ("The ferry stopped a week ago yesterday.", "a week ago yesterday: 4 Mar 2025"),
    ("The fair opens the week after next, on Friday.", "Friday: 28 Mar 2025"),
    ("The fair opens later this week, on Friday.", "later this week: 12–16 Mar 2025; Friday: 14 Mar 2025"),
    ("The parade was planned for a week from Saturday.", "a week from Saturday: 22 Mar 2025"),
    # How long something lasts: the weekday is the day itself
    ("The road will be shut for a week from Monday.", "Monday: 17 Mar 2025"),
    ("The road will be shut for at least two weeks from Monday.", "Monday: 17 Mar 2025"),
    ("The show opened during Fashion Week on Monday.", "Monday: 10 Mar 2025"),
    ("Sales rose in the week after Monday’s vote.", "Monday: 10 Mar 2025"),
    ("She said Monday she would resign a week from Sunday.", "Monday: 10 Mar 2025; a week from Sunday: 23 Mar 2025"),
    ("The fair opens on Friday next to the pier.", "Friday: 14 Mar 2025"),
    ("The pier shut on the Friday last month.", "last month: Feb 2025"),
]

LEFT_OUT = [
    "Tickets for a week from Saturday will be dear.",
    "The gates stay shut, tickets for a week from Saturday say.",
    "After two weeks, on Friday the strike will end.",
    "Two weeks later, on Friday, the strike ended.",
    "It will be two weeks ago Sunday that the fire broke out.",
    "The final was moved back a week to Sunday.",
    "The ferry will stop in a week’s time, on Tuesday.",
    "The vote is a week from Wednesday.",  # today week, or in a fortnight
    "The vote is on Wednesday week.",
    "The vote is a week from next Sunday.",
    "The vote is a week from last Sunday.",
    "The exhibition runs two weeks from Monday.",
    "The strike will last a week from Monday.",
    "The vote is ten days from Sunday.",
    "The vote is three months from Sunday.",
    "The club will meet twice a week on Thursday.",
    "They will earn 400 a week on Thursday.",
    "It will be a week on Thursday since the bridge closed.",
    "“We open a week from Sunday,” she said.",
    "The pier shut the Monday before last.",  # the day before yesterday may be the last
    "The fair opens the Sunday after next.",  # "next Sunday" may be in four days or in eleven
    "The fair opens on Sunday next.",
    "The pier shut on Monday last.",
    "On Sunday next the fair will open.",
    "He left on Friday last for the coast.",
    "The pier shut on Sunday week last.",
    "The pier shut on Thursday of that week.",
    "The pier shut on Thursday of the following week.",
    "The pier shut later that week on Thursday.",
    "The bridge closed a week ago on Sunday.",
    "The ferry will stop a week from Sunday’s vote.",
    "The ferry will run a week from Monday to Friday.",
    "It meets every Monday week after week.",
    "The ferry will stop on Thursday in two weeks.",
]


def found(text: str, written_on: date = WEDNESDAY) -> str:
    return "; ".join(f"{text[m.start : m.end]}: {describe(m)}" for m in find_dates(text, written_on))


@pytest.mark.parametrize(("text", "expected"), COUNTED)
def test_weeks_are_counted_from_the_day_of_writing(text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", LEFT_OUT)
def test_what_could_mean_two_days_or_measures_time_is_left_out(text: str) -> None:
    assert found(text) == ""


def test_another_weekday_was_coming_when_the_words_were_said() -> None:
    assert found("She said on Friday that she would resign a week from Sunday.") == "Friday: 7 Mar 2025"
    assert found("She spoke on Friday. She will resign a week from Sunday.").endswith("a week from Sunday: 23 Mar 2025")


usual_days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
WEEKDAYS = list(calendar.day_name)
AHEAD = ["a week from {}", "one week from {}", "a week on {}", "{} week", "a week from this coming {}", "a week {}"]


@given(usual_days, st.integers(0, 6), st.sampled_from(AHEAD))
def test_a_week_from_a_weekday_is_the_next_one_and_seven_days(written_on: date, number: int, phrase: str) -> None:
    mentions = find_dates(f"The mayor will resign {phrase.format(WEEKDAYS[number])}.", written_on)
    if written_on.weekday() == number:
        assert not mentions
        return
    (mention,) = mentions
    coming = next(day for day in (written_on + timedelta(days=n) for n in range(1, 8)) if day.weekday() == number)
    assert mention.first == mention.last == coming + timedelta(days=7)
    assert 7 < (mention.first - written_on).days <= 14


TO_COME = [
    *AHEAD, "{} fortnight", "next week on {}", "the {} after next", "this coming {}", "two weeks from {}", "{} next",
    "a fortnight on {}", "{} the week after next", "{} of next week",
]  # fmt: skip


@given(usual_days, st.sampled_from(WEEKDAYS), st.sampled_from(TO_COME))
def test_no_such_phrase_for_what_is_to_come_is_a_day_before_the_article(
    written_on: date, name: str, phrase: str
) -> None:
    for sentence in ("The mayor will resign {}.", "The mayor said she would resign {}.", "The vote was moved to {}."):
        mentions = find_dates(sentence.format(phrase.format(name)), written_on)
        assert all(mention.first > written_on for mention in mentions)


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("What happened the Friday before last?", "2025-02-28"),
        ("What closed a week ago Sunday?", "2025-03-02"),
        ("Who resigned on Thursday of last week?", "2025-03-06"),
        ("Who resigned a week last Sunday?", "2025-03-02"),
    ],
)
def test_a_question_asks_for_that_day(question: str, day: str) -> None:
    window = find_window(question, WEDNESDAY)
    assert window is not None
    assert (window.first, window.last) == (date.fromisoformat(day), date.fromisoformat(day))


@pytest.mark.parametrize("question", ["What closes a week from Sunday?", "What opens on Monday week?"])
def test_a_question_for_what_is_to_come_limits_nothing(question: str) -> None:
    assert find_window(question, WEDNESDAY) is None
