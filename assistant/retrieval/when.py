"""When something happened that a sentence of an article tells."""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.records import DateMention, Evidence, When

_LONGEST = timedelta(days=31)  # a longer span is no day of an event
_FRESH = timedelta(days=45)  # before its article, that a month ended which may be that of its event wherever it stands
_OPENING = re.compile(r"(?:^|[.!?]['”\"]?\s+)(?:\S+\s+){0,2}$")  # before a day: its sentence begins here
_WEEKS = timedelta(days=14)  # shorter spans than this, but for single days, say too little: "last week", "a week ago"
# Just before a day that is not that of the event: it began then, or lasts until then.
_BOUND = re.compile(
    r"\b(?:since|until|till|through|before|after|ahead of|from|as of|by|no later than)(?:\s+\S+){0,2}\s*$",
    re.IGNORECASE,
)
# Before a day, in its sentence: it was still to come, or had been so before the event.
_NOT_THEN = re.compile(
    r"\b(?:forecast(?:s|ers)?|scheduled|will|would|could|might|expected|due|plan(?:s|ned)? to|set (?:to|for)|had"
    r"|previously)\b"
    r"(?:(?!\.\s+[A-Z“])[^;“”]){0,110}$",
    re.IGNORECASE,
)
_SAID = re.compile(r"\b(?:said|says|told(?:\s+\S+){1,3}),?\s+(?:on\s+|late\s+|early\s+)*$", re.IGNORECASE)
_QUOTATION = re.compile("“[^”]*(?:”|$)")


def when_of(evidence: Evidence) -> When | None:
    """Return the day that an annotated sentence names, the first that is one day and not later than its article.

    A day within a quotation comes after the others; one "since" or "until" which something is so is not that of an
    event, nor one that was to come; one on which it was said is that of a report. A month does where no day is named,
    though a month long past only where a sentence opens with it: elsewhere it dates what is told beside the event. Else
    the day of the article stands for it. None when nothing tells.
    """
    published = evidence.article.published
    past = [m for m in evidence.dates if published is None or m.last <= published]
    named = [
        m
        for m in past
        if _is_short(m)
        and _is_of_the_event(evidence.text[: m.start])
        and (m.first == m.last or _is_told_of(m, evidence.text[: m.start], published))
    ]
    quoted = [match.span() for match in _QUOTATION.finditer(evidence.text)]

    def rank(mention: DateMention) -> tuple[bool, bool, int]:
        within = any(start <= mention.start < end for start, end in quoted)
        return within, mention.last > mention.first, mention.start

    best = min(named, key=rank, default=None)
    if best is not None:
        return When(best.first, best.last, reported=_SAID.search(evidence.text[: best.start]) is not None)
    return When(published, published, reported=True) if published else None


def _is_short(mention: DateMention) -> bool:
    length = mention.last - mention.first
    return not length or _WEEKS <= length <= _LONGEST


def _is_told_of(month: DateMention, before: str, published: date | None) -> bool:
    return published is None or month.last >= published - _FRESH or _OPENING.search(before) is not None


def _is_of_the_event(before: str) -> bool:
    """Whether a day may be that of an event, by the words before it."""
    return not (_BOUND.search(before) or _NOT_THEN.search(before))
