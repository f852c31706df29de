"""Figures of what the program makes of a model's replies: of any model's, and of replayed ones with labels.

What a model wrote right and the program withholds costs as much trust as what it wrote wrong and the program shows, so
both are measured, and beside them who found the sources.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.records import FoundBy, Statement, Verdict
from eval.measure import Measure, Parts, metric
from eval.records import QuestionResult, ReplayedStatement, Truth

_STANDING = (Verdict.SUPPORTED, Verdict.PARTLY)


def _of_truth(
    truth: Truth, counts: Callable[[ReplayedStatement], bool], name: str, about: str, better: str = "lower"
) -> Measure:
    """Return the share of the labelled statements of this truth that count."""

    def parts(result: QuestionResult) -> Parts:
        labelled = [was for was in result.replayed if was.truth is truth]
        return (float(sum(map(counts, labelled))), float(len(labelled))) if labelled else None

    return Measure(name, about, better, parts, pooled=True)


def _supported(was: ReplayedStatement) -> bool:
    return was.verdict is Verdict.SUPPORTED


def _withheld(was: ReplayedStatement) -> bool:
    return was.verdict not in _STANDING


def _named(was: ReplayedStatement) -> bool:
    return was.verdict is Verdict.PARTLY and was.wrong_named


def _proof_is_gold(result: QuestionResult) -> Parts:
    proven = [was for was in result.replayed if was.truth is Truth.TRUE and _supported(was)]
    return (float(sum(was.gold_cited for was in proven)), float(len(proven))) if result.replayed else None


def _drafted(result: QuestionResult) -> Sequence[Statement] | None:
    """Return the statements of a model that are shown; None where a model wrote nothing that was verified."""
    answer = result.answer
    if answer is None or not answer.model or answer.abstained:
        return None
    return () if answer.unproven else answer.statements


def _quoted_instead(result: QuestionResult) -> Parts:
    if result.answer is None or _drafted(result) is None:
        return None
    return float(bool(result.answer.unproven)), 1.0


def _found_by_program(result: QuestionResult) -> Parts:
    shown = _drafted(result)
    if shown is None:
        return None
    finders = [by for statement in shown if statement.verdict in _STANDING for by in statement.found_by]
    return float(finders.count(FoundBy.PROGRAM)), float(len(finders))


def _answer_withheld(result: QuestionResult) -> Parts:
    shown = result.metrics.get("right answer shown")
    return None if shown is None else (1.0 - shown, 1.0)


REPLY_MEASURES: tuple[Measure, ...] = (
    metric(
        "right answer proven", "of a model's replies with the accepted answer, the share that shows it as supported"
    ),
    Measure(
        "right answer withheld",
        "of a model's replies with the accepted answer, the share that shows it neither as supported nor as partly",
        "lower",
        _answer_withheld,
    ),
    _of_truth(
        Truth.TRUE,
        _supported,
        "right supported",
        "of the right statements of replayed replies, the share shown as supported",
        "higher",
    ),
    _of_truth(
        Truth.TRUE,
        _withheld,
        "right withheld",
        "of the right statements of replayed replies, the share shown neither as supported nor as partly",
    ),
    _of_truth(
        Truth.FALSE,
        _supported,
        "wrong supported",
        "of the wrong statements of replayed replies, the share shown as supported",
    ),
    _of_truth(
        Truth.HALF,
        _supported,
        "half right supported",
        "of the half right statements of replayed replies, the share shown as supported",
    ),
    _of_truth(
        Truth.HALF,
        _named,
        "wrong part named",
        "of the half right statements of replayed replies, the share shown as partly with the wrong words named",
        "higher",
    ),
    Measure(
        "proof is gold",
        "of the right statements of replayed replies shown as supported, the share with the gold sentence behind it",
        "higher",
        _proof_is_gold,
        pooled=True,
    ),
    Measure(
        "found by program",
        "of the sources behind the statements of a model, the share to which it had not pointed",
        "",
        _found_by_program,
        pooled=True,
    ),
    Measure(
        "quoted instead",
        "of the answers drafted by a model, the share of which nothing was proven, so that sentences are quoted",
        "lower",
        _quoted_instead,
    ),
)
