"""When the archive does not say: decided by code, before any model is asked."""

from __future__ import annotations

from collections.abc import Callable

from assistant.answering.frame import span_of_days
from assistant.records import LibraryStatus, Retrieved

ENOUGH = 0.35  # strength of evidence below which nothing is answered; see `retrieval.strength` for what it costs

_WORDS = 4  # of the question that are named as being in no article, at most
NEAREST = 3  # sentences shown with an abstention, as the nearest there are


def reason_to_abstain(found: Retrieved, status: Callable[[], LibraryStatus]) -> str:
    """Why the evidence is too little to answer from, for the reader; "" when it is enough."""
    if not found.evidence:
        return f"No article matches the question and its filters. {covered(status())}"
    if found.strength >= ENOUGH:
        return ""
    reason = "No sentence comes close enough to what is asked."
    if found.missing:
        words = " or ".join(f"“{word}”" for word in found.missing[:_WORDS])
        reason += f" No article has the word{'s' if len(found.missing) > 1 else ''} {words}; it may use others."
    return f"{reason} {covered(status())}"


def covered(status: LibraryStatus) -> str:
    """What the archive holds, in a sentence."""
    articles = f"{status.articles:,} article{'s' if status.articles != 1 else ''}"
    if status.first is None or status.last is None:
        return f"The archive holds {articles}, without dates."
    return f"The archive holds {articles}, {span_of_days(status.first, status.last)}."
