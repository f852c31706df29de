"""Answers that quote without a draft: statements that are sentences of the archive, and abstentions of their kind."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.abstention import days_cited
from assistant.answering.conversation import TurnInProgress
from assistant.records import Answer, Citation, FoundBy, Statement, StoryFigures, Verdict
from assistant.retrieval.when import when_of


def quoting_statement(citation: Citation, heading: str = "") -> Statement:
    """Return the statement that quotes a citation: what stands word for word in its source is supported."""
    return Statement(
        text=citation.text,
        citations=(citation,),
        verdict=Verdict.SUPPORTED,
        written=(citation.number,),
        found_by=(FoundBy.PROGRAM,),
        when=when_of(citation),
        heading=heading,
    )


def overview_answer(
    turn: TurnInProgress,
    statements: Sequence[Statement],
    cited: Sequence[Citation],
    confidence: float,
    story: StoryFigures,
) -> Answer:
    """Return the answer that these statements make."""
    first, last = days_cited(statements)
    return Answer(
        question=turn.question,
        statements=tuple(statements),
        abstained=False,
        reason="",
        evidence=tuple(cited),
        evidence_from=first,
        evidence_until=last,
        prompt_id="",
        model="",
        usage=None,
        confidence=confidence,
        story=story,
    )


def nothing_shown(turn: TurnInProgress, reason: str) -> Answer:
    """Return the abstention that gives only its reason."""
    return Answer(
        question=turn.question,
        statements=(),
        abstained=True,
        reason=reason,
        evidence=(),
        evidence_from=None,
        evidence_until=None,
        prompt_id="",
        model="",
        usage=None,
    )
