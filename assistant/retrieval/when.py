"""When something happened that a sentence of an article tells."""

from __future__ import annotations

from datetime import timedelta

from assistant.records import DateMention, Evidence, When

_LONGEST = timedelta(days=31)  # a longer span is no day of an event


def when_of(evidence: Evidence) -> When | None:
    """Return the day that an annotated sentence names, the first that is one day and not later than its article.

    A month does where no day is named; else the day of the article stands for it. None when nothing tells.
    """
    published = evidence.article.published
    past = [m for m in evidence.dates if published is None or m.first <= published]
    named = [m for m in past if m.last - m.first <= _LONGEST]
    best = min(named, key=lambda m: (_length(m) > 0, _length(m) > 1, m.start), default=None)
    if best is not None:
        return When(best.first, best.last, reported=False)
    return When(published, published, reported=True) if published else None


def _length(mention: DateMention) -> int:
    return (mention.last - mention.first).days
