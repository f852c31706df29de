"""Abstention: when the archive does not say, and which statements of a checked answer are shown.

Whether there is enough to answer from is decided by code, before any model is asked. What a model writes is shown only
as far as it is borne out; when nothing of it is, the answer is an abstention too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

from assistant.checks.injection import is_order, undisguised
from assistant.checks.reading import CalibratedReader
from assistant.english.dates.find import find_dates
from assistant.english.questions import asked_for, taken_for_granted
from assistant.library_reports import LibraryStatus
from assistant.records import Answer, Evidence, Retrieved, Statement, Verdict
from assistant.retrieval.rerank import is_fragment
from assistant.wording import NEAREST, long_date, span_of_days

NOT_SO = "What it does say speaks against what the question takes for granted: see the first sentence."
_DENYING = 8  # sentences that are read for it
_OF_IT = 0.4  # share of the question's terms from which a sentence is about what it takes for granted
_ON_SUBJECT = 0.5  # share of the question's terms, and cosine to it, from which a sentence is on its subject
_WORDS = 4  # of the question that are named as being in no article, at most
_PAST = re.compile(r"\b(?:did|was|were|had|happened)\b", re.IGNORECASE)
_PLANNED = re.compile(
    r"\b(?:plan(?:ned|s)?|scheduled|due|expected|announced|promised?|set|to (?:be|take))\b", re.IGNORECASE
)
_YEAR_IN_DOUBT = timedelta(days=183)  # after the archive's end, "on 4 March" may mean one of the archive's own years
_WHY = {
    Verdict.PARTLY: "only partly supported",
    Verdict.UNSUPPORTED: "not supported by the sentences cited",
    Verdict.MISQUOTED: "misquoted",
    Verdict.UNCITED: "without a sentence of the archive",
}
_SURVIVES = (Verdict.SUPPORTED, Verdict.PARTLY)


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
    if found.confidence >= found.enough:
        return ""
    reason = _what_is_missing(question, found.evidence)
    if found.missing:
        words = " or ".join(f"“{word}”" for word in found.missing[:_WORDS])
        reason += f" No article has the word{'s' if len(found.missing) > 1 else ''} {words}; it may use others."
    return f"{reason} {covered(library.status())}"


def _what_is_missing(question: str, evidence: Sequence[Evidence]) -> str:
    """Return what the nearest sentences leave open: all of it, or only the thing asked for."""
    asked, best = asked_for(question), max(evidence, key=lambda e: min(e.words, e.meaning))
    if asked and min(best.words, best.meaning) >= _ON_SUBJECT:
        return f"The nearest sentences are about this, but no answer to “{asked}” was found in them."
    return "No sentence comes close enough to what is asked."


def denial_of(question: str, found: Retrieved, reading: CalibratedReader | None) -> Evidence | None:
    """Return the sentence that speaks against what a question for a reason takes for granted; None for none.

    Among 600 true and false statements on real news a reader found such a sentence for .02 of the true ones and .34 of
    the false ones. It must be on the question's subject, and no other may bear out what is asked.
    """
    premise = taken_for_granted(question) if reading is not None and reading.calibration is not None else ""
    if not premise or reading is None or reading.calibration is None:
        return None
    offered = found.evidence[:_DENYING]
    read = list(zip(offered, reading.reader.support([(premise, (e,)) for e in offered]), strict=True))
    about = [(support, e) for e, support in read if e.words >= _OF_IT]
    if any(support.supported > reading.calibration.unheld for support, _ in about):
        return None
    denying = [(support.refuted, e) for support, e in about if support.refuted >= reading.calibration.denied]
    return max(denying, key=lambda pair: pair[0])[1] if denying else None


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


def only_supported(answer: Answer) -> Answer:
    """Return the answer with only its supported statements and a notice about the others; an abstention without any.

    What only leads to what follows ("Here is what the articles say:") goes too, uncounted: it claims nothing.
    """
    kept = tuple(s for s in answer.statements if s.verdict is Verdict.SUPPORTED)
    if answer.abstained or len(kept) == len(answer.statements):
        return answer
    left_out = failed(answer.statements)
    if not kept:
        return withheld(answer, f"No statement of the answer passed every check: {reasons(left_out)}.")
    first, last = days_cited(kept)
    said = f"{_count(len(left_out), 'statement')} left out because not supported: {reasons(left_out)}."
    return replace(
        answer,
        statements=kept,
        evidence_from=first,
        evidence_until=last,
        left_out=left_out,
        notices=(*answer.notices, said) if left_out else answer.notices,
    )


def withheld(answer: Answer, reason: str) -> Answer:
    """Return the answer as an abstention: none of its statements is shown, its evidence is."""
    return replace(
        answer,
        statements=(),
        abstained=True,
        reason=reason,
        evidence_from=None,
        evidence_until=None,
        left_out=failed(answer.statements),
    )


def survives(statements: Sequence[Statement]) -> bool:
    """Whether any statement is supported at least in part."""
    return any(s.verdict in _SURVIVES for s in statements)


def failed(statements: Sequence[Statement]) -> tuple[Verdict, ...]:
    """Return the verdicts of the statements that claim something and are not supported."""
    return tuple(s.verdict for s in statements if s.verdict is not Verdict.SUPPORTED and s.problems)


def reasons(verdicts: Sequence[Verdict]) -> str:
    """Return how many statements failed in which way: "2 misquoted, 1 only partly supported"."""
    return ", ".join(f"{verdicts.count(verdict)} {why}" for verdict, why in _WHY.items() if verdict in verdicts)


def days_cited(statements: Sequence[Statement]) -> tuple[date | None, date | None]:
    """Return the first and the last day on which a cited article appeared; None when none is dated."""
    days = sorted(c.article.published for s in statements for c in s.citations if c.article.published)
    return (days[0], days[-1]) if days else (None, None)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun} was" if number == 1 else f"{number} {noun}s were"
