"""An overview that a language model writes, part by part, and that is proven statement by statement.

The evidence is what an overview without a model would quote, and more of it, in the order of its days. Where it does
not fit into one prompt it is cut by time into parts: each is written alone, and the parts follow one another. What two
parts tell in the same words stands once. Read `written_overview`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answering.abstention import failed, survives
from assistant.answering.answer import verified_statements
from assistant.answering.answerer import Draft, Request
from assistant.answering.conversation import DraftWritten, SentencesFound, TurnInProgress
from assistant.answering.generative import GenerativeAnswerer
from assistant.checks.reading import CalibratedReader
from assistant.llm.chat import OnText
from assistant.llm.usage import total
from assistant.records import Answer, Citation, Statement
from assistant.retrieval.rerank import nearly_the_same
from assistant.wording import days, plural


def written_overview(
    turn: TurnInProgress,
    answerer: GenerativeAnswerer,
    quoted: Answer,
    reading: CalibratedReader | None,
    on_text: OnText | None,
) -> Answer:
    """Return the overview that the model writes of the evidence of `quoted`; that, with a notice, where none is proven.

    Raises `ModelError`.
    """
    ordered = sorted(quoted.evidence, key=lambda c: (c.article.published or date.max, c.article.id, c.sentence))
    parts = answerer.parts(ordered)
    drafts: list[Draft] = []
    statements: list[Statement] = []
    for number, part in enumerate(parts, start=1):
        turn.on_stage(SentencesFound(sentences=tuple(part)))
        told = _part(number, len(parts), part)
        if told and on_text is not None:
            on_text(f"{told}\n")
        draft = answerer.overview(
            Request(question=turn.question, asked_on=turn.asked_on, offered=tuple(part)), told, on_text
        )
        turn.on_stage(DraftWritten(statements=len(draft.statements)))
        drafts.append(draft)
        statements += verified_statements(draft.statements, part, turn, draft.model, reading)
    return _joined(quoted, _each_once(statements), drafts, len(parts))


def _part(number: int, count: int, part: Sequence[Citation]) -> str:
    """Return which part it is and of which days, "" for the only one."""
    if count == 1:
        return ""
    dated = [c.article.published for c in part if c.article.published]
    span = f", {days(min(dated), max(dated))}" if dated else ""
    return f"Part {number} of {count}{span}"


def _each_once(statements: Sequence[Statement]) -> list[Statement]:
    kept: list[Statement] = []
    for statement in statements:
        if not any(nearly_the_same(statement.text, other.text) for other in kept):
            kept.append(statement)
    return kept


def _joined(quoted: Answer, statements: Sequence[Statement], drafts: Sequence[Draft], parts: int) -> Answer:
    """Return the parts as one answer, with the evidence, the figures of the story and the usage of all calls."""
    made = replace(
        quoted,
        prompt_id=drafts[0].prompt_id,
        model=drafts[0].model,
        usage=total(draft.usage for draft in drafts),
        notices=(*quoted.notices, *dict.fromkeys(n for draft in drafts for n in draft.notices)),
    )
    if not survives(statements):
        why = "Nothing that the model wrote could be proven: sentences of the archive are quoted instead."
        return replace(made, notices=(*made.notices, why), unproven=tuple(statements), left_out=failed(statements))
    told = f"Written in {plural(parts, 'part')}, by time." if parts > 1 else ""
    offered = {c.number for c in quoted.evidence}
    written = {number for draft in drafts for s in draft.statements for number in s.numbers}
    return replace(
        made,
        statements=tuple(statements),
        notices=(*made.notices, *([told] if told else [])),
        unknown=tuple(sorted(written - offered)),
    )
