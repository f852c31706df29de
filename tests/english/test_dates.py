"""Dates in sentences and in questions. The sentences are invented; "words: days" says what must be found."""

from __future__ import annotations

import calendar
import re
import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.dates.calendar import DaySpan, part_of, years_span
from assistant.english.dates.find import find_dates, find_window
from assistant.english.dates.patterns import ANY_DATE, HEAD
from assistant.records import DateMention
from tests.english.spans import describe

THURSDAY = "2025-11-27"
SATURDAY = "2022-01-01"

ABSOLUTE = [
    ("The bridge opened on Nov. 27, 2024.", "Nov. 27, 2024: 27 Nov 2024"),
    ("The bridge opened on November 27, 2024, at noon.", "November 27, 2024: 27 Nov 2024"),
    ("The bridge opened on Nov 27 2024.", "Nov 27 2024: 27 Nov 2024"),
    ("The bridge opened on 27 November 2024.", "27 November 2024: 27 Nov 2024"),
    ("The bridge opened on the 27th of November 2024.", "27th of November 2024: 27 Nov 2024"),
    ("The bridge opened on November 27th, 2024.", "November 27th, 2024: 27 Nov 2024"),
    ("The bridge opened on Wednesday, Nov. 27, 2024.", "Wednesday, Nov. 27, 2024: 27 Nov 2024"),
    ("It was logged as 2024-11-27 in the register.", "2024-11-27: 27 Nov 2024"),
    ("Prices peaked in November 2024.", "November 2024: Nov 2024"),
    ("Prices peaked in early November 2024.", "early November 2024: 1–15 Nov 2024"),
    ("Prices peaked in late February 2024.", "late February 2024: 15–29 Feb 2024"),
    ("Prices peaked in mid-June 2024.", "mid-June 2024: 8–23 Jun 2024"),
    ("Prices peaked in 2019.", "2019: 2019"),
    ("Prices peaked in late 2019.", "late 2019: Jul–Dec 2019"),
    ("Early 2024 was wet.", "Early 2024: Jan–Jun 2024"),
    ("It was mid-2018 before he came back.", "mid-2018: Apr–Sep 2018"),
    ("Prices fell by the end of 2019.", "2019: 2019"),
    ("The band was big in the 1990s.", "1990s: 1990–1999"),
    ("The band was big in the late 1990s.", "late 1990s: 1995–1999"),
    ("The band toured in 2018 and 2019.", "2018: 2018; 2019: 2019"),
    ("Sales doubled between 2010 and 2015.", "2010 and 2015: 2010–2015"),
    ("Sales doubled from 2010 to 2015.", "2010 to 2015: 2010–2015"),
    ("She was mayor in 2010-15.", "2010-15: 2010–2015"),
    ("Fires raged in spring 2024.", "spring 2024: Mar–Jun 2024"),
    ("Fires raged in the summer of 2024.", "summer of 2024: Jun–Sep 2024"),
    ("Profit rose in Q3 2024.", "Q3 2024: Jul–Sep 2024"),
    ("Profit rose in the third quarter of 2024.", "third quarter of 2024: Jul–Sep 2024"),
    ("Profit rose in the second half of 2024.", "second half of 2024: Jul–Dec 2024"),
    ("The fair runs May 3-5, 2024.", "May 3-5, 2024: 3–5 May 2024"),
    ("The fair runs 3–5 May 2024.", "3–5 May 2024: 3–5 May 2024"),
    ("The fair ran between 3 and 5 May 2024.", "3 and 5 May 2024: 3–5 May 2024"),
    ("It snowed on Christmas Day 2022.", "Christmas Day 2022: 25 Dec 2022"),
    ("It snowed on New Year’s Eve, 2022.", "New Year’s Eve, 2022: 31 Dec 2022"),
    ("She was born on Feb. 29, 2000.", "Feb. 29, 2000: 29 Feb 2000"),
    ("The trial ran from May 3 to June 5, 1984.", "May 3: 3 May 1984; June 5, 1984: 5 Jun 1984"),
    ("Rents rose between March and June 2022.", "March and June 2022: Mar–Jun 2022"),
    ("The ship sailed in August 1912 and sank.", "August 1912: Aug 1912"),
]

RELATIVE = [
    (THURSDAY, "The two spoke on Tuesday.", "Tuesday: 25 Nov 2025"),
    (THURSDAY, "She died Monday at a hospital.", "Monday: 24 Nov 2025"),
    (THURSDAY, "The council said Thursday it had enough.", "Thursday: 27 Nov 2025"),
    (THURSDAY, "The match was lost on Friday.", "Friday: 21 Nov 2025"),
    (THURSDAY, "A blast was heard late Monday.", "late Monday: 24 Nov 2025"),
    (THURSDAY, "A blast was heard Tuesday night.", "Tuesday night: 25 Nov 2025"),
    (THURSDAY, "In a Wednesday interview, he denied it.", "Wednesday: 26 Nov 2025"),
    (THURSDAY, "Wednesday's vote was close.", "Wednesday: 26 Nov 2025"),
    (THURSDAY, "The council will vote on Friday.", "Friday: 28 Nov 2025"),
    (THURSDAY, "On Friday, the council will vote.", "Friday: 28 Nov 2025"),
    (THURSDAY, "The court is due to rule on Monday.", "Monday: 1 Dec 2025"),
    (THURSDAY, "The hearing is scheduled for Tuesday.", "Tuesday: 2 Dec 2025"),
    (THURSDAY, "Results are expected on Saturday.", "Saturday: 29 Nov 2025"),
    (THURSDAY, "He plans to fly home Sunday.", "Sunday: 30 Nov 2025"),
    (THURSDAY, "A vigil is to be held on Saturday.", "Saturday: 29 Nov 2025"),
    (THURSDAY, "The festival opens Friday.", "Friday: 28 Nov 2025"),
    (THURSDAY, "They’ll meet again on Wednesday.", "Wednesday: 3 Dec 2025"),
    (THURSDAY, "Campaigning ended ahead of Tuesday’s vote.", "Tuesday: 25 Nov 2025"),
    (THURSDAY, "Streets are lined with posters ahead of Sunday’s vote.", "Sunday: 30 Nov 2025"),
    (THURSDAY, "She will resign, she said on Tuesday.", "Tuesday: 25 Nov 2025"),
    (THURSDAY, "She said on Tuesday that she will resign.", "Tuesday: 25 Nov 2025"),
    (THURSDAY, "Plans to ban the drug were unveiled Wednesday.", "Wednesday: 26 Nov 2025"),
    (THURSDAY, "The mayor had planned to speak on Tuesday but fell ill.", "Tuesday: 25 Nov 2025"),
    (THURSDAY, "He will be charged after he was caught on Tuesday.", "Tuesday: 25 Nov 2025"),
    (
        THURSDAY,
        "Voters will choose a successor to Ann Lee, who resigned from her post Tuesday.",
        "Tuesday: 25 Nov 2025",
    ),
    (THURSDAY, "The mayor could not be reached on Wednesday.", "Wednesday: 26 Nov 2025"),
    (THURSDAY, "She said she would travel to Rome on Wednesday.", "Wednesday: 26 Nov 2025"),
    (THURSDAY, "She said she would travel to Rome on Saturday.", "Saturday: 29 Nov 2025"),
    (THURSDAY, "All seemed to be forgiven on Tuesday.", "Tuesday: 25 Nov 2025"),
    (THURSDAY, "Schools shut due to the snow on Tuesday.", "Tuesday: 25 Nov 2025"),
    (THURSDAY, "Rain will stop. Roads were closed on Tuesday.", "Tuesday: 25 Nov 2025"),
    (THURSDAY, "As of Wednesday, the road could not be used.", "Wednesday: 26 Nov 2025"),
    (THURSDAY, "The store was robbed last Tuesday.", "last Tuesday: 18 Nov 2025"),
    (THURSDAY, "The store was robbed this past Tuesday.", "this past Tuesday: 25 Nov 2025"),
    (THURSDAY, "The store reopens next Monday.", "next Monday: 1 Dec 2025"),
    (THURSDAY, "The store reopens this Friday.", "this Friday: 28 Nov 2025"),
    (THURSDAY, "The store was robbed on Monday last week.", "Monday last week: 17 Nov 2025"),
    (THURSDAY, "The store was robbed on Tuesday, Nov. 18.", "Tuesday, Nov. 18: 18 Nov 2025"),
    (THURSDAY, "The store closed on Wednesday, Jan. 15.", "Wednesday, Jan. 15: 15 Jan 2025"),
    (THURSDAY, "The store reopens on Thursday, Jan. 15.", "Thursday, Jan. 15: 15 Jan 2026"),
    (THURSDAY, "Police arrested him yesterday.", "yesterday: 26 Nov 2025"),
    (THURSDAY, "Yesterday morning the power failed.", "Yesterday: 26 Nov 2025"),
    (THURSDAY, "The power failed the day before yesterday.", "the day before yesterday: 25 Nov 2025"),
    (THURSDAY, "The launch is set for tomorrow.", "tomorrow: 28 Nov 2025"),
    (THURSDAY, "The final is tonight.", "tonight: 27 Nov 2025"),
    (THURSDAY, "The firm announced today that it had been sold.", "today: 27 Nov 2025"),
    (THURSDAY, "The queen visited earlier today.", "earlier today: 27 Nov 2025"),
    (THURSDAY, "Trains stopped this morning.", "this morning: 27 Nov 2025"),
    (THURSDAY, "Trains stopped last night.", "last night: 26 Nov 2025"),
    (THURSDAY, "She told parliament so earlier this month.", "earlier this month: 1–27 Nov 2025"),
    (THURSDAY, "She will go later this month.", "later this month: 27–30 Nov 2025"),
    (THURSDAY, "Prices rose this week.", "this week: 24–30 Nov 2025"),
    (THURSDAY, "Prices rose earlier this week.", "earlier this week: 24–27 Nov 2025"),
    (THURSDAY, "Prices rose last week.", "last week: 17–23 Nov 2025"),
    (THURSDAY, "Talks resume next week.", "next week: 1–7 Dec 2025"),
    (THURSDAY, "Prices rose last month.", "last month: Oct 2025"),
    (THURSDAY, "Prices rose late last month.", "late last month: 16–31 Oct 2025"),
    (THURSDAY, "Talks resume early next month.", "early next month: 1–16 Dec 2025"),
    (THURSDAY, "Prices rose last year.", "last year: 2024"),
    (THURSDAY, "Prices rose earlier this year.", "earlier this year: 1 Jan – 27 Nov 2025"),
    (THURSDAY, "Last year’s winner came third.", "Last year: 2024"),
    (THURSDAY, "Talks were held over the weekend.", "weekend: 22–23 Nov 2025"),
    (THURSDAY, "Snow will fall over the weekend.", "weekend: 29–30 Nov 2025"),
    (THURSDAY, "The match was played last weekend.", "last weekend: 22–23 Nov 2025"),
    (THURSDAY, "The match is played this weekend.", "this weekend: 29–30 Nov 2025"),
    (THURSDAY, "The firm was sold three weeks ago.", "three weeks ago: 3–9 Nov 2025"),
    (THURSDAY, "The firm was sold two days ago.", "two days ago: 25 Nov 2025"),
    (THURSDAY, "The firm was sold five months ago.", "five months ago: 12 Jun – 12 Jul 2025"),
    (THURSDAY, "The firm was sold 10 years ago.", "10 years ago: 2015"),
    (THURSDAY, "The firm was sold a decade ago.", "a decade ago: 2013–2017"),
    (THURSDAY, "The firm was sold about ten years ago.", "ten years ago: 2014–2016"),
    (THURSDAY, "Rents doubled over the past month.", "the past month: 27 Oct – 27 Nov 2025"),
    (THURSDAY, "Rents doubled in the last 12 months.", "the last 12 months: 27 Nov 2024 – 27 Nov 2025"),
    (THURSDAY, "Rain is forecast for the next ten days.", "the next ten days: 27 Nov – 7 Dec 2025"),
    (THURSDAY, "He was held on Tuesday and freed two days later.", "Tuesday: 25 Nov 2025; two days later: 27 Nov 2025"),
    (THURSDAY, "It fell on May 5 and rose the next day.", "May 5: 5 May 2025; the next day: 6 May 2025"),
    (THURSDAY, "He was sworn in on June 3.", "June 3: 3 Jun 2025"),
    (THURSDAY, "He was sworn in on 3 June last year.", "3 June last year: 3 Jun 2024"),
    (THURSDAY, "He was sworn in on 11 March.", "11 March: 11 Mar 2025"),
    (THURSDAY, "He will be sworn in on Feb. 3.", "Feb. 3: 3 Feb 2026"),
    (THURSDAY, "Work takes place Dec. 16-17.", "Dec. 16-17: 16–17 Dec 2025"),
    (THURSDAY, "The road was shut from May 3 to June 5.", "May 3: 3 May 2025; June 5: 5 Jun 2025"),
    (THURSDAY, "She won the seat in June.", "June: Jun 2025"),
    (THURSDAY, "It began on a hot Saturday in June.", "June: Jun 2025"),
    (THURSDAY, "She won the seat in late June.", "late June: 16–30 Jun 2025"),
    (THURSDAY, "She will stand again in June.", "June: Jun 2026"),
    (THURSDAY, "Work will end in June or July.", "June: Jun 2026; July: Jul 2026"),
    (THURSDAY, "She has been ill since March.", "March: Mar 2025"),
    (THURSDAY, "She won the seat in January last year.", "January last year: Jan 2024"),
    (THURSDAY, "She won the seat last December.", "last December: Dec 2024"),
    (THURSDAY, "Sales fell between May and July.", "May and July: May–Jul 2025"),
    (THURSDAY, "Crops failed this summer.", "this summer: Jun–Sep 2025"),
    ("2025-02-03", "Crops failed last summer.", "last summer: Jun–Sep 2024"),
    # Year boundaries
    (SATURDAY, "The two spoke on Friday.", "Friday: 31 Dec 2021"),
    (SATURDAY, "The two will speak on Monday.", "Monday: 3 Jan 2022"),
    ("2022-01-05", "The two spoke in December.", "December: Dec 2021"),
    ("2022-01-05", "The two spoke on Dec. 28.", "Dec. 28: 28 Dec 2021"),
    ("2022-01-05", "The two spoke last month.", "last month: Dec 2021"),
    ("2022-01-05", "The two spoke last week.", "last week: 27 Dec 2021 – 2 Jan 2022"),
    ("2022-01-05", "The two spoke last year.", "last year: 2021"),
    ("2021-12-30", "The two will speak on Jan. 4.", "Jan. 4: 4 Jan 2022"),
    ("2021-12-30", "The two will speak next month.", "next month: Jan 2022"),
    ("2021-12-30", "Guests must leave by Jan. 4.", "Jan. 4: 4 Jan 2022"),
    # Leap days
    ("2024-03-01", "The two spoke yesterday.", "yesterday: 29 Feb 2024"),
    ("2024-03-01", "The two spoke on Thursday.", "Thursday: 29 Feb 2024"),
    ("2024-03-10", "The two spoke on Feb. 29.", "Feb. 29: 29 Feb 2024"),
    ("2024-02-29", "The two spoke a year ago.", "a year ago: 2023"),
    ("2024-02-10", "Bills are due in late February.", "late February: 15–29 Feb 2024"),
    ("2024-03-31", "The two spoke last month.", "last month: Feb 2024"),
]

NO_DATE = [
    "Shops were full on Black Friday.",
    "He lost big on Super Tuesday.",
    "Sheffield Wednesday were beaten.",
    "Masses are held on Ash Wednesday.",
    "Masses are held on Easter Sunday.",
    "He starred on Saturday Night Live.",
    "He writes for the Sunday Times.",
    "The market is held every Friday.",
    "The market is held each Monday and Friday.",
    "It always happens on a Tuesday in the rain.",
    "He met her on the Friday before the vote.",
    "Offices are open Monday to Friday.",
    "Offices are open Monday through Thursday.",
    "They play golf on Sunday mornings.",
    "They play golf on Sundays.",
    "It may rain, and it may not.",
    "They march for peace, and an august crowd looks on.",
    "Theresa May's plan was dropped.",
    "He is a fan of April O'Neil and of June Carter.",
    "Basketball fans live for March Madness.",
    "The Jan. 6 committee heard from aides.",
    "The Sept. 11 attacks changed travel.",
    "In February of that year he fell ill.",
    "Fireworks are lit on the Fourth of July.",
    "Today, the firm makes 500 boats.",
    "“I saw him yesterday,” she said.",
    '"I saw him yesterday," she said.',
    "Critics liked Edge of Tomorrow.",
    "Recently, and in recent days, it rained.",
    "Two days later, he was freed.",
    "It fell from a day earlier.",
    "Years ago it was a farm.",
    "More than ten years ago it was a farm.",
    "One or two weeks ago it was a farm.",
    "Bones of 40,000 years ago were found.",
    "He spent his last year in Rome.",
    "Rain fell in the last week of the campaign.",
    "She was in her second year.",
    "The store reopens next Friday.",  # written on a Thursday: tomorrow or in eight days
    "The road was shut last March, and last October.",  # written in November: this year or the year before
    "A total of 2019 people came.",
    "In 2019 people came.",
    "Flight 2019 landed.",
    "The 2020 election was close.",
    "He paid $2,019 for it.",
    "The line costs 3.5 May be.",
    "On June 31 nothing happens.",
    "In June 24-year-old Ann won.",
    "He sold May 3,000 chairs.",
    "It snowed on 2024-13-40.",
    "It was 20 years of work.",
]


def found(text: str, written_on: str | None) -> str:
    mentions = find_dates(text, date.fromisoformat(written_on) if written_on else None)
    return "; ".join(f"{text[m.start : m.end]}: {describe(m)}" for m in mentions)


@pytest.mark.parametrize(("text", "expected"), ABSOLUTE)
@pytest.mark.parametrize("written_on", [THURSDAY, None])
def test_complete_dates_need_no_day_of_writing(text: str, expected: str, written_on: str | None) -> None:
    assert found(text, written_on) == expected


@pytest.mark.parametrize(("written_on", "text", "expected"), RELATIVE)
def test_relative_dates_are_counted_from_the_day_of_writing(written_on: str, text: str, expected: str) -> None:
    assert found(text, written_on) == expected
    assert found(text, None) == ""


@pytest.mark.parametrize("text", NO_DATE)
def test_words_that_are_no_date_or_could_mean_two_days_are_left_out(text: str) -> None:
    assert found(text, THURSDAY) == ""


def test_last_weekday_written_on_a_sunday_could_mean_two_days() -> None:
    assert found("He fell last Thursday.", "2025-11-30") == ""


def test_last_week_written_on_a_sunday_holds_both_readings() -> None:
    assert found("He fell last week.", "2025-11-30") == "last week: 17–29 Nov 2025"


def test_relative_is_told_apart_from_absolute() -> None:
    text = "On Tuesday it recalled March 3, 2020, and May 4."
    assert [m.relative for m in find_dates(text, date(2025, 11, 27))] == [True, False, True]


# --------------------------------------------------------------------------------------------------------------------
# Laws

WEEKDAYS = list(calendar.day_name)
PIECES = re.findall(
    r"\S+",
    """on in of the a and to until since early late last next this past two 3 11 30 31 2019 2020s 1990s 2024-02-29 may
    May March Feb.
    29 June Sept. Jan. April July August October November December Monday Tues. Wednesday Thursday Friday,
    Saturday Sunday week month year ago earlier later yesterday today tonight tomorrow morning afternoon evening night
    weekend Q3 first quarter day before Christmas Day Christmas Eve New Year’s Eve will said spring summer autumn fall
    Fall Summer 00 , . - – “ " 9999 0001 decade years""",
)
days = st.dates(min_value=date.min, max_value=date.max)
usual_days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
texts = st.one_of(
    st.text(), st.lists(st.sampled_from(PIECES)).map(" ".join), st.lists(st.sampled_from(PIECES)).map("".join)
)


@given(texts, st.one_of(st.none(), days, st.sampled_from([date.min, date.max])))
def test_mentions_are_in_order_inside_the_text_and_never_overlap(text: str, written_on: date | None) -> None:
    mentions = find_dates(text, written_on)
    edges = [edge for m in mentions for edge in (m.start, m.end)]
    assert edges == sorted(edges)
    assert all(0 <= m.start < m.end <= len(text) and m.first <= m.last for m in mentions)
    assert written_on is not None or not any(m.relative for m in mentions)
    assert all(describe(m) for m in mentions)


@given(texts, days)
def test_windows_never_end_before_they_begin(text: str, asked_on: date) -> None:
    window = find_window(text, asked_on)
    if window and window.first and window.last:
        assert window.first <= window.last


@given(usual_days, st.sampled_from(WEEKDAYS), st.sampled_from(["It fell on {}.", "It will fall on {}."]))
def test_a_bare_weekday_is_that_weekday_within_a_week(written_on: date, name: str, sentence: str) -> None:
    (mention,) = find_dates(sentence.format(name), written_on)
    assert calendar.day_name[mention.first.weekday()] == name
    away = (mention.first - written_on).days
    assert 0 <= away < 7 if "will" in sentence else -7 < away <= 0


@given(usual_days, st.sampled_from(WEEKDAYS), st.integers(-50, 50))
def test_writing_a_week_later_means_a_week_later(written_on: date, name: str, weeks: int) -> None:
    (here,) = find_dates(f"It fell on {name}.", written_on)
    (there,) = find_dates(f"It fell on {name}.", written_on + timedelta(weeks=weeks))
    assert there.first - here.first == timedelta(weeks=weeks)


@given(usual_days, st.sampled_from(["%B {}, %Y", "{} %B %Y", "%b. {}, %Y", "%A, %B {}, %Y", "%Y-%m-%d"]))
def test_every_day_of_the_calendar_is_read_back(day: date, form: str) -> None:
    words = day.strftime(form).format(day.day).replace("May.", "May")
    (mention,) = find_dates(f"It fell on {words}.", None)
    assert (mention.first, mention.last) == (day, day)


@given(usual_days, st.sampled_from(["early", "mid", "late"]))
def test_a_part_of_a_span_lies_within_it(day: date, part: str) -> None:
    for span in (DaySpan(day, day), DaySpan(day, day + timedelta(days=6)), years_span(day.year, day.year + 9)):
        inner = part_of(span, part)
        assert span.first <= inner.first <= inner.last <= span.last


@given(texts)
def test_the_quick_search_misses_no_form(text: str) -> None:
    heads = {head.start() for head in HEAD.finditer(text)}
    begins = [i for i in range(len(text)) if (i == 0 or not re.match(r"\w", text[i - 1])) and ANY_DATE.match(text, i)]
    assert heads.issuperset(begins)


@pytest.mark.parametrize(
    "piece",
    ["on ", "May ", "1 ", "9", "Tuesday ", "last week ", "March 3 ", "1 May 2 ", "in 2019 and ", "“yesterday ", " "],
)
def test_time_is_linear_in_the_text(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    began = time.process_time()
    find_dates(text, date(2025, 11, 27))
    assert time.process_time() - began < 3  # seconds; about 0.3 where this was written


# --------------------------------------------------------------------------------------------------------------------
# For readers


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2025-11-25", "2025-11-25", "25 Nov 2025"),
        ("2025-11-17", "2025-11-23", "17–23 Nov 2025"),
        ("2025-11-01", "2025-11-30", "Nov 2025"),
        ("2022-08-29", "2022-09-04", "29 Aug – 4 Sep 2022"),
        ("2021-12-27", "2022-01-02", "27 Dec 2021 – 2 Jan 2022"),
        ("2024-01-01", "2024-12-31", "2024"),
        ("2010-01-01", "2015-12-31", "2010–2015"),
        ("2021-06-01", "2021-09-30", "Jun–Sep 2021"),
        ("2021-12-01", "2022-02-28", "Dec 2021 – Feb 2022"),
        ("9999-12-01", "9999-12-31", "Dec 9999"),
    ],
)
def test_describe_is_short_and_complete(first: str, last: str, expected: str) -> None:
    assert describe(DateMention(0, 1, date.fromisoformat(first), date.fromisoformat(last), False)) == expected


# --------------------------------------------------------------------------------------------------------------------
# Questions, asked on Friday 9 September 2022

FRIDAY = date(2022, 9, 9)
WINDOWS = [
    ("What happened in June?", "2022-06-01", "2022-06-30"),
    ("What happened in 2021?", "2021-01-01", "2021-12-31"),
    ("What happened in November 2021?", "2021-11-01", "2021-11-30"),
    ("What happened on May 5?", "2022-05-05", "2022-05-05"),
    ("What happened during the summer of 2021?", "2021-06-01", "2021-09-30"),
    ("What happened between 3 and 9 June?", "2022-06-03", "2022-06-09"),
    ("What happened from May 3 to June 5?", "2022-05-03", "2022-06-05"),
    ("What happened between March and June 2022?", "2022-03-01", "2022-06-30"),
    ("What happened between 2019 and 2021?", "2019-01-01", "2021-12-31"),
    ("Who resigned this week?", "2022-09-03", "2022-09-09"),
    ("Who resigned last week?", "2022-08-26", "2022-09-04"),
    ("Who resigned this month?", "2022-09-01", "2022-09-09"),
    ("Who resigned last month?", "2022-08-01", "2022-08-31"),
    ("Who resigned this year?", "2022-01-01", "2022-09-09"),
    ("Who resigned yesterday?", "2022-09-08", "2022-09-08"),
    ("Who resigned today?", "2022-09-09", "2022-09-09"),
    ("Who resigned on Tuesday?", "2022-09-06", "2022-09-06"),
    ("Who resigned over the past two weeks?", "2022-08-26", "2022-09-09"),
    ("What has changed since March?", "2022-03-01", None),
    ("What has changed since Tuesday?", "2022-09-06", None),
    ("What has changed since 2020?", "2020-01-01", None),
    ("What has changed since the election of 2020?", "2020-01-01", None),
    ("What has changed since the 2020 election?", "2020-01-01", None),
    ("What did he say before the 2020 election?", None, "2020-12-31"),
    ("What did he say before May 5?", None, "2022-05-04"),
    ("What did he say before 2020?", None, "2019-12-31"),
    ("What did he say after May 5?", "2022-05-06", None),
    ("What did he say until June?", None, "2022-06-30"),
]


@pytest.mark.parametrize(("question", "first", "last"), WINDOWS)
def test_a_question_limits_the_days_of_publication(question: str, first: str | None, last: str | None) -> None:
    window = find_window(question, FRIDAY)
    assert window is not None
    assert (window.first and window.first.isoformat(), window.last and window.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "question",
    [
        "Who won the 2020 election?",
        "Who won the November 2020 election?",
        "Who won World Cup 2022?",
        "Who won in the 2022 World Cup?",
        "What is Agenda 2030?",
        "Where is the class of 2019?",
        "What will happen in December?",
        "Which phone comes early next month?",
        "Which singer will tour later this year?",
        "Which card from 1952 was sold?",
        "Which show made the 1950s popular?",
        "Are prices higher than they were a year ago?",
        "Where is the glacier?",
    ],
)
def test_a_topic_or_a_time_to_come_is_no_window(question: str) -> None:
    assert find_window(question, FRIDAY) is None


@pytest.mark.parametrize(
    ("question", "recent", "explicit"),
    [
        ("What is the latest on the strike?", True, False),
        ("Who was most recently charged?", True, False),
        ("Who leads now?", True, False),
        ("Who leads currently?", True, False),
        ("Who resigned this week?", True, False),
        ("Who resigned last month?", False, False),
        ("Who resigned on Tuesday?", False, True),
        ("Who resigned in 2021?", False, True),
        ("Who resigned since last week?", False, True),
    ],
)
def test_asking_for_the_newest_is_told_apart_from_naming_a_time(question: str, recent: bool, explicit: bool) -> None:
    window = find_window(question, FRIDAY)
    assert window is not None
    assert (window.asked_recent, window.explicit) == (recent, explicit)


def test_asking_for_the_newest_alone_limits_nothing() -> None:
    window = find_window("What has she said recently?", FRIDAY)
    assert window is not None
    assert (window.first, window.last, window.words) == (None, None, "recently")


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("They agreed on Wednesday on a lower flow until the end of September.", []),  # past, or to come: unclear
        ("They agreed to finish the work by June.", ["2025-06"]),
        ("He was mayor until March.", ["2025-03"]),
        ("The dam had opened in September.", ["2024-09"]),
    ],
)
def test_a_month_up_to_which_something_lasts_is_not_taken_for_a_past_one(text: str, months: list[str]) -> None:
    found = find_dates(text, date(2025, 4, 16))
    assert [str(m.first)[:7] for m in found if m.last != m.first] == months


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("At least 85 must pass between March 1 and October 31.", ["2025-03-01", "2025-10-31"]),
        ("The fair ran from December 28 to January 3.", ["2024-12-28", "2025-01-03"]),
    ],
)
def test_the_end_of_a_range_is_not_before_its_beginning(text: str, days: list[str]) -> None:
    assert [str(d) for m in find_dates(text, date(2025, 3, 12)) for d in dict.fromkeys((m.first, m.last))] == days
