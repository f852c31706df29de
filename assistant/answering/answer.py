"""One question to one checked answer. Read this function to know what the program does.

The answerer, a language model or not, only drafts. Code decides whether there is enough to answer from, maps numbers to
stored sentences and checks every statement; nothing else is ever shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answering.abstention import NEAREST, reason_to_abstain
from assistant.answering.answerer import Answerer, OnText, Request
from assistant.answering.check import check_statement
from assistant.records import (
    Answer,
    Citation,
    Draft,
    DraftStatement,
    Evidence,
    LibraryStatus,
    Retrieved,
    Statement,
)

Retrieve = Callable[[str], Retrieved]  # a self-contained question -> ranked evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What answering is joined from."""

    retrieve: Retrieve
    answerer: Answerer
    status: Callable[[], LibraryStatus]  # of the library, for what to say when it holds no answer


def answer(
    question: str, parts: Parts, *, asked_on: date, first_number: int = 1, on_text: OnText | None = None
) -> Answer:
    """The checked answer to a self-contained question; its evidence is numbered from `first_number` on.

    Raises `ModelError` when a model is configured and can't do its part.
    """
    found = parts.retrieve(question)
    return replace(_answered(question, found, parts, asked_on, first_number, on_text), strength=found.strength)


def _answered(
    question: str, found: Retrieved, parts: Parts, asked_on: date, first_number: int, on_text: OnText | None
) -> Answer:
    if reason := reason_to_abstain(found, parts.status):
        return abstention(question, reason, _numbered(found.evidence[:NEAREST], first_number))
    offered = _numbered(parts.answerer.select(found.evidence), first_number)
    draft = parts.answerer.draft(Request(question=question, asked_on=asked_on, offered=offered), on_text)
    if draft.declined:
        reason = "The model found no answer in the nearest sentences."
        return abstention(question, reason, offered, draft)
    by_number = {citation.number: citation for citation in offered}
    statements = tuple(_checked(s, by_number, question, asked_on) for s in draft.statements)
    if not any(s.citations for s in statements):
        reason = (
            "Nothing in the model's reply points to a sentence of the archive, so none of it is shown as an answer."
        )
        return abstention(question, reason, offered, draft)
    return _answer(question, statements, offered, draft)


def abstention(question: str, reason: str, nearest: Sequence[Citation], draft: Draft | None = None) -> Answer:
    """An answer that says that the archive does not say."""
    draft = draft or Draft(statements=())
    return Answer(
        question=question,
        statements=(),
        abstained=True,
        reason=reason,
        evidence=tuple(nearest),
        evidence_from=None,
        evidence_until=None,
        prompt_id=draft.prompt_id,
        model=draft.model,
        usage=draft.usage,
        notices=draft.notices,
        unknown=_unknown(draft, nearest),
    )


def _answer(question: str, statements: tuple[Statement, ...], offered: Sequence[Citation], draft: Draft) -> Answer:
    days = sorted(c.article.published for s in statements for c in s.citations if c.article.published)
    return Answer(
        question=question,
        statements=statements,
        abstained=False,
        reason="",
        evidence=tuple(offered),
        evidence_from=days[0] if days else None,
        evidence_until=days[-1] if days else None,
        prompt_id=draft.prompt_id,
        model=draft.model,
        usage=draft.usage,
        notices=draft.notices,
        unknown=_unknown(draft, offered),
    )


def _unknown(draft: Draft, offered: Sequence[Citation]) -> tuple[int, ...]:
    written = [number for statement in draft.statements for number in statement.numbers]
    return tuple(sorted({*written, *draft.loose} - {citation.number for citation in offered}))


def _numbered(evidence: Sequence[Evidence], first: int) -> tuple[Citation, ...]:
    return tuple(Citation.of(e, number) for number, e in enumerate(evidence, start=first))


def _checked(statement: DraftStatement, offered: dict[int, Citation], question: str, asked_on: date) -> Statement:
    checked = check_statement(statement.text, statement.numbers, offered, question=question, asked_on=asked_on)
    return Statement(
        text=statement.text,
        citations=tuple(offered[n] for n in dict.fromkeys(statement.numbers) if n in offered),
        verdict=checked.verdict,
        problems=checked.problems,
        unknown=tuple(n for n in dict.fromkeys(statement.numbers) if n not in offered),
    )
