"""Is the newest article cited older than the question implies? Then the reader is told, since news goes stale."""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.english.dates.find import find_dates
from assistant.wording import long_date, span_of_days

_NOW = re.compile(
    r"\b(?:now|nowadays|current|currently|at present|presently|latest|newest|most recent|so far|as of today|still"
    r"|up to date|at the moment|these days|right now)\b",
    re.IGNORECASE,
)
_TODAY = re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", re.IGNORECASE)
FRESH = 7  # days that an answer to "what is the latest" may be old before the reader is told


def age_notice(question: str, newest: date | None, asked_on: date) -> str:
    """A warning for the reader when the newest cited article, of the day `newest`, is too old; else ""."""
    if newest is None:
        return ""
    for mention in find_dates(question, asked_on):
        ahead = mention.first > asked_on or mention.first == asked_on < mention.last  # "next week", "later this year"
        if newest < (asked_on - timedelta(days=FRESH) if ahead else mention.first):
            asked = span_of_days(mention.first, mention.last)
            return f"The question asks about {asked}; the newest article cited is of {long_date(newest)}."
    age = (asked_on - newest).days
    if _TODAY.search(question) and age > 0:
        return f"The question asks about today; the newest article cited is of {long_date(newest)}."
    if _NOW.search(question) and age > FRESH:
        return f"The question asks how things are now; the newest article cited is of {long_date(newest)}, {_ago(age)}."
    return ""


def _ago(age: int) -> str:
    return f"{age} days before the day of asking"
