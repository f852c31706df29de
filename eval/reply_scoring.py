"""Scores the answer to a replayed reply: what became of each of its labelled statements.

It passes when every right statement is shown as supported, and no wrong and no half right one is. A statement that the
program cut into several is judged by the verdict that trusts it least.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.records import Answer, Evidence, Statement, Verdict
from eval.places import ALSO, Places
from eval.records import (
    GoldPlace,
    LabelledStatement,
    QuestionResult,
    ReplayedStatement,
    Status,
    SuiteReply,
    Truth,
)

_TRUSTING = (Verdict.SUPPORTED, Verdict.PARTLY, Verdict.UNSUPPORTED, Verdict.MISQUOTED, Verdict.UNCITED)
_SIGNS = re.compile(r"[\s*_`]+")
_ENDS = " .,;:!?“”\"'"


def scored_reply(result: QuestionResult, reply: SuiteReply, answer: Answer, places: Places) -> QuestionResult:
    """Return the result of a reply by the answer made of it; an error when gold words are not in the archive."""
    found = tuple(_replayed(label, answer) for label in reply.statements)
    result = replace(result, answer=answer, replayed=found, gold=tuple(_gold(reply, answer.evidence)))
    lost = [label.gold for label, was in zip(reply.statements, found, strict=True) if not was.gold_offered]
    if missing := next((gold for gold in lost if not places.holds(gold)), ""):
        fault = f"the gold words {missing[:60]!r} are in no article; mend the suite"
        return replace(result, status=Status.ERROR, reason=fault, error=fault)
    reason = "; ".join(fault for was in found if (fault := _fault(was, answer)))
    return replace(result, passed=not reason, reason=reason)


def _replayed(label: LabelledStatement, answer: Answer) -> ReplayedStatement:
    shown = list(_holding(label.text, () if answer.unproven else answer.statements))
    least = max(shown, key=lambda s: _TRUSTING.index(s.verdict), default=None)
    named = " ".join(s.text[start:end] for s in shown for start, end in s.not_proven)
    return ReplayedStatement(
        text=label.text,
        truth=label.truth,
        verdict=least.verdict if least else None,
        gold_offered=_holds(label.gold, answer.evidence),
        gold_cited=bool(label.gold) and any(_holds(label.gold, s.citations) for s in shown),
        wrong_named=bool(label.wrong) and _plain(label.wrong) in _plain(named),
    )


def _holding(words: str, statements: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the statements that these words are, or are a part of, or that are a part of them."""
    wanted = _plain(words)
    for statement in statements:
        text = _plain(statement.text)
        if text and (wanted in text or text in wanted):
            yield statement


def _plain(text: str) -> str:
    return _SIGNS.sub(" ", text).strip(_ENDS).casefold()


def _holds(gold: str, evidence: Sequence[Evidence]) -> bool:
    return not gold or any(gold in sentence.text for sentence in evidence)


def _gold(reply: SuiteReply, offered: Sequence[Evidence]) -> Iterator[GoldPlace]:
    """Yield where the gold words stand among the offered sentences; those of a wrong statement need not be cited."""
    for item, label in enumerate(reply.statements):
        for sentence in offered:
            if label.gold and label.gold in sentence.text:
                yield GoldPlace(
                    article=sentence.article.id,
                    source=sentence.article.source,
                    sentences=tuple(range(sentence.sentence, sentence.sentence + sentence.sentences)),
                    text=sentence.text,
                    item=ALSO if label.truth is Truth.FALSE else item,
                )


def _fault(was: ReplayedStatement, answer: Answer) -> str:
    supported = was.verdict is Verdict.SUPPORTED
    if supported is (was.truth is Truth.TRUE):
        return ""
    if supported:
        return f"{'wrong' if was.truth is Truth.FALSE else 'half right'}, but supported: “{was.text}”"
    if answer.abstained:
        return f"right, but refused: “{was.text}”"
    if was.verdict is None:
        return f"right, but {'sentences quoted instead' if answer.unproven else 'left out'}: “{was.text}”"
    return f"right, but {was.verdict}: “{was.text}”"
