"""Abstention, when the archive does not say: decided by code, before any model is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from assistant.checks.injection import is_order, undisguised
from assistant.english.dates.find import find_dates
from assistant.records import Evidence, LibraryStatus, Retrieved
from assistant.retrieval.rerank import is_fragment
from assistant.wording import long_date, span_of_days

ENOUGH = 0.36  # confidence below which nothing is answered; see `retrieval.confidence` for what it costs

_WORDS = 4  # of the question that are named as being in no article, at most
_PAST = re.compile(r"\b(?:did|was|were|had|happened)\b", re.IGNORECASE)
_PLANNED = re.compile(
    r"\b(?:plan(?:ned|s)?|scheduled|due|expected|announced|promised?|set|to (?:be|take))\b", re.IGNORECASE
)
_YEAR_IN_DOUBT = timedelta(days=183)  # after the archive's end, "on 4 March" may mean one of the archive's own years
NEAREST = 3  # sentences shown with an abstention, as the nearest there are


class Holdings(Protocol):
    """What can say how many articles there are, and of which days: a library."""

    def status(self) -> LibraryStatus:
        """Return figures about the whole library."""


def reason_to_abstain(question: str, asked_on: date, found: Retrieved, library: Holdings) -> str:
    """Return why the evidence is too little to answer from, for the reader; "" when it is enough."""
    if not found.evidence:
        return f"No article matches the question and its filters. {covered(library.status())}"
    if reason := _after_the_end(question, asked_on, library):
        return reason
    if found.confidence >= ENOUGH:
        return ""
    reason = "No sentence comes close enough to what is asked."
    if found.missing:
        words = " or ".join(f"“{word}”" for word in found.missing[:_WORDS])
        reason += f" No article has the word{'s' if len(found.missing) > 1 else ''} {words}; it may use others."
    return f"{reason} {covered(library.status())}"


def nearest(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return what is shown beside an abstention: whole sentences, and never one that gives orders to the reader."""
    said = [e for e in evidence if not is_order(undisguised(e.text))]
    return ([e for e in said if not is_fragment(e.text)] or said)[:NEAREST]


def _after_the_end(question: str, asked_on: date, library: Holdings) -> str:
    """Return the reason when all days that the question asks about are later than the newest article; else ""."""
    happened = _PAST.search(question) and not _PLANNED.search(question)
    asked = [m for m in find_dates(question, asked_on) if m.last <= asked_on] if happened else []
    last = library.status().last if asked else None
    if last is None or not all(last < m.first <= last + _YEAR_IN_DOUBT for m in asked):
        return ""
    days = span_of_days(min(m.first for m in asked), max(m.last for m in asked))
    return f"The question asks about {days}; the newest article is of {long_date(last)}."


def covered(status: LibraryStatus) -> str:
    """Return what the archive holds, in a sentence."""
    articles = f"{status.articles:,} article{'s' if status.articles != 1 else ''}"
    if status.first is None or status.last is None:
        return f"The archive holds {articles}, without dates."
    return f"The archive holds {articles}, {span_of_days(status.first, status.last)}."
