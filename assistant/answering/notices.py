"""Notices beside an answer: what it cites is older than the question implies, was corrected, or was retracted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from assistant.english.dates.find import find_dates
from assistant.records import ArticleInfo, Citation
from assistant.wording import long_date, span_of_days

_NOW = re.compile(
    r"\b(?:now|nowadays|current|currently|at present|presently|latest|newest|most recent|so far|as of today|still"
    r"|up to date|at the moment|these days|right now)\b",
    re.IGNORECASE,
)
_TODAY = re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", re.IGNORECASE)
FRESH = 7  # days that an answer to "what is the latest" may be old before the reader is told
_SAYS = {
    "retraction": "The article cited as {numbers} was retracted. Do not rely on it without a further source.",
    "correction": "The article cited as {numbers} carries a correction: see its source line.",
    "letters": "The letters of the article cited as {numbers} may be wrong: see its source line.",
}


def age_notice(question: str, newest: date | None, asked_on: date) -> str:
    """Return a warning for the reader when the newest cited article, of the day `newest`, is too old; else ""."""
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


def correction_notices(cited: Sequence[Citation]) -> Iterator[str]:
    """Yield one line for each cited article that was retracted or corrected, the retracted ones first."""
    articles: dict[str, tuple[ArticleInfo, list[int]]] = {}
    for citation in cited:
        articles.setdefault(citation.article.id, (citation.article, []))[1].append(citation.number)
    for kind, words in _SAYS.items():
        for info, numbers in articles.values():
            if info.notice_kind == kind:
                yield words.format(numbers=", ".join(f"[{number}]" for number in sorted(numbers)))
