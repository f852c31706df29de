"""Visibility: which statements of a checked answer are shown, and how many are not and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.records import Answer, Statement, Verdict

_WHY = {
    Verdict.PARTLY: "only partly supported",
    Verdict.UNSUPPORTED: "not supported by the sentences cited",
    Verdict.MISQUOTED: "misquoted",
    Verdict.UNCITED: "without a sentence of the archive",
}
_SURVIVES = (Verdict.SUPPORTED, Verdict.PARTLY)


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
    """Whether any statement is borne out at least in part."""
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
