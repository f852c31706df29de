"""The words that name dates in English news, as tables and as one regular expression.

`RULES` names each form once, beginning at its telling word (the month, the weekday, "week", a digit); `ANY_DATE` is
their alternation, so that one pass finds every candidate and `match.lastgroup` tells the form. `LEADING` reads back
from there ("earlier this", "the past two"). Every repetition is bounded, so the time is linear in any text. What the
words mean is decided in `english.dates.days` and `periods`.
"""

from __future__ import annotations

import re

from assistant.english.words import listed, word_set

AMBIGUOUS_MONTHS = frozenset({"Mar", "Apr", "May", "Jun", "Aug"})  # also words and first names

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip
ORDINAL_NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}

# First and last month of each season in the northern hemisphere, wide enough for the weather and for the calendar.
# Winter is missing: "winter 2024" may begin or end in that year.
SEASONS = {"spring": (3, 6), "summer": (6, 9), "autumn": (9, 12), "fall": (9, 12)}

HOLIDAYS = {"new year's day": (1, 1), "christmas eve": (12, 24), "christmas day": (12, 25), "new year's eve": (12, 31)}

# Month and day that name one event ("the Sept. 11 attacks"): without a year they do not tell the year.
DAYS_THAT_ARE_NAMES = frozenset({(1, 6), (9, 11), (10, 7)})

# Words directly before or after a weekday that make it a name, a habit or a day of a story.
BEFORE_NAMED_WEEKDAY = listed("before_named_weekdays")
AFTER_NAMED_WEEKDAY = listed("after_named_weekdays")

# Prepositions that make a month, and those that make a year, a date.
BEFORE_MONTH = word_set("in since until till by of")
BEFORE_CLEAR_MONTH = BEFORE_MONTH | word_set("from through during before after to between throughout around")
BEFORE_TODAY = word_set("said announced told reported released confirmed revealed published declared")
BEFORE_YEAR = word_set("in since until till by from during before after between around circa through throughout")
YEAR_PARTS = word_set("end beginning start rest middle most part half much spring summer autumn fall winter")
COUNTED = listed("counted_nouns")

S = r"\s{1,2}"
YEAR = r"(?:1[5-9]|20)\d\d"
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
SHORT_WEEKDAY = r"(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\."
FULL_MONTH = r"(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Sept|Nov|Dec)ember|October"
MONTH = rf"(?:{FULL_MONTH}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
FULL_MONTH = rf"(?:{FULL_MONTH})\b"
DAY = r"[0-3]?\d"
TH = r"(?:st|nd|rd|th)?"
NUMBER = r"(?:\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
TO = rf"(?:\s?[-–—]\s?|{S}(?:to|and|through|until){S})"
SAID_YEAR = rf"(?P<said_year>,?{S}(?:of{S})?(?P<said>last|this|next){S}year\b)"
NOT_IN_NUMBER = r"(?![\d%]|[.,:]\d|[-–][A-Za-z])"  # not "May 3,000", "June 24-year-old", "May 5:30"

RULES = {
    "iso": rf"(?P<year>{YEAR})-(?P<number>\d\d)-(?P<day>\d\d)(?![\d-])",
    "day_first": (
        rf"(?<![.,:/$£€#+-])(?:(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY}),?{S}(?:the{S})?)?(?P<day>{DAY}){TH}(?:{TO}(?P<until>{DAY}){TH})?{S}(?:of{S})?"
        rf"(?P<month>{MONTH})(?!\w)(?:,?{S}(?P<year>{YEAR})\b|{SAID_YEAR})?"
    ),
    "decade": r"(?P<year>(?:1[5-9]|20)[1-9]0|2000)s\b",
    "year": rf"(?P<year>{YEAR})(?:{TO}(?P<until>{YEAR}|\d\d))?\b(?![-–%/]|[.,:]\d)",
    "month_first": (
        rf"(?:(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY}),?{S})?(?P<month>{MONTH}){S}(?P<day>{DAY}){TH}"
        rf"(?:{TO}(?P<until>{DAY}){TH}{NOT_IN_NUMBER}\b)?{NOT_IN_NUMBER}\b(?:,?{S}(?P<year>{YEAR})\b|{SAID_YEAR})?"
    ),
    "month_year": rf"(?P<month>{MONTH}),?{S}(?:of{S})?(?P<year>{YEAR})\b(?!-)",
    "month": (
        rf"(?P<month>{FULL_MONTH})(?!{S}\d)"
        rf"(?:{TO}(?P<until>{FULL_MONTH})(?!{S}\d\d?\b)(?:{S}(?P<year>{YEAR})\b)?)?{SAID_YEAR}?"
    ),
    "weekday": (
        rf"(?P<weekday>{WEEKDAY})(?:{S}(?:morning|afternoon|evening|night)\b)?"
        rf"(?:{S}(?:of{S})?(?P<week>last|this|next){S}week\b)?"
    ),
    "quarter": rf"Q(?P<number>[1-4]){S}(?:of{S})?(?P<year>{YEAR})\b",
    "holiday": rf"(?P<name>Christmas{S}(?:Day|Eve)|New{S}Year['’]s{S}(?:Day|Eve))\b(?:,?{S}(?P<year>{YEAR})\b)?",
    "day_word": r"(?P<word>today|tonight|yesterday|tomorrow|Today|Tonight|Yesterday|Tomorrow)\b",
    "time_of_day": r"(?P<word>morning|afternoon|evening|night)\b",
    "season": rf"(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all)\b(?:{S}(?:of{S})?(?P<year>{YEAR})\b(?!-))?",
    "weekend": r"weekend\b",
    "unit": rf"(?P<unit>day|week|month|year|decade)s?\b(?:{S}(?P<way>ago|earlier|later|before)\b)?",
}

DETAIL = {name: re.compile(rule) for name, rule in RULES.items()}
_NAMED = re.compile(r"\(\?P<\w+>")
ANY_DATE = re.compile("|".join(f"(?P<{name}>{_NAMED.sub('(?:', rule)})" for name, rule in RULES.items()))

# Where a telling word may begin. Looking for two or three letters first reads six times as fast as `ANY_DATE` alone.
HEAD = re.compile(
    r"[0-9JFMASONDTWQCYwymdtsfaen](?<!\w.)(?:(?<=[0-9])|[1-4] |an|eb|ar[. c]|pr[. i]|ay|u[nlg]|e[pc]|ct|ov|on[dt. ]"
    r"|ue|ed|hur|ri|at|hri|ew|o[dmn]|orn|es|fte|ven|igh|eek|ear|um|utu|all)"
)

# Words that may stand before the telling word and belong to the mention. Read with `endpos` at the telling word.
LEADING = re.compile(
    rf"(?<![\w’'-])(?<!\d[.,])(?:(?P<edge>earlier|later|early|late|mid)(?:{S}|-))?(?P<the>(?:the|these){S})?"
    rf"(?:(?P<which>last|this{S}past|this{S}coming|this|next|past|coming|following){S})?"
    rf"(?:(?P<part>early|mid|late)(?:{S}|-))?(?:(?P<count>{NUMBER}){S})?$",
    re.IGNORECASE,
)
LEADING_REACH = 48  # characters that `LEADING` may read back: its longest phrase

FRACTION_OF = re.compile(rf"\b(?P<ordinal>first|second|third|fourth){S}(?P<unit>quarter|half){S}of{S}$", re.IGNORECASE)
PART_OF = re.compile(rf"\b(?:{'|'.join(sorted(YEAR_PARTS))}){S}of{S}$", re.IGNORECASE)
# A day and month after this one, with the year that both share: "from May 3 to June 5, 1984".
YEAR_AHEAD = re.compile(rf"{TO}(?:(?:{MONTH}){S}{DAY}{TH}|{DAY}{TH}{S}(?:of{S})?{MONTH}),?{S}(?P<year>{YEAR})\b")
WORD_BEFORE = re.compile(r"(?<!\w)([\w’'-]+)\s{1,2}$")
WORD_AFTER = re.compile(r"\s{1,2}([\w’'-]+)")
