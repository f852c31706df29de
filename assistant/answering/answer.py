"""One question to one checked answer. Read this function to know what the program does.

The answerer, a language model or not, only drafts. Code decides whether there is enough to answer from, maps numbers to
stored sentences and checks every statement; nothing else is ever shown.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from assistant.answering.abstention import NEAREST, reason_to_abstain
from assistant.answering.answerer import Answerer, OnText, Request
from assistant.answering.conflicts import asks_for_figure, find_disagreements
from assistant.answering.judge import Judge
from assistant.answering.notices import age_notice, correction_notices
from assistant.answering.visibility import days_cited, failed, only_supported, reasons, survives, withheld
from assistant.checks.injection import is_order, undisguised
from assistant.checks.verify import check_statement
from assistant.llm.usage import Prices
from assistant.records import (
    Answer,
    Citation,
    Draft,
    DraftStatement,
    Evidence,
    LibraryStatus,
    Retrieved,
    Statement,
    Verdict,
)
from assistant.retrieval.rerank import is_fragment

Retrieve = Callable[[str], Retrieved]  # a self-contained question -> ranked evidence

_NO_POINTER = "Nothing in the model's reply points to a sentence of the archive, so none of it is shown as an answer."
_ONLY_ORDERS = "All sentences that come near give orders to whoever answers. They report nothing, so none is shown."
_CUT_OFF = "cut off here: the reply ended in the middle of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What answering is joined from."""

    retrieve: Retrieve
    answerer: Answerer
    status: Callable[[], LibraryStatus]  # of the library, for what to say when it holds no answer
    strict: bool = False  # show only what is supported
    judge: Judge | None = None  # gives a second opinion, where one is wanted
    prices: Prices | None = None  # where the cost is wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What earlier turns of a conversation leave behind."""

    numbers: Mapping[Place, int]  # of all sentences offered so far
    highest: int = 0  # number given out so far, which may be that of a sentence forgotten since
    just_shown: Container[str] = ()  # references of the sentences that a follow-up need not repeat


Place = tuple[str, int, int]  # where a sentence is: its reference, its start and its end
NOTHING_KNOWN = Known(numbers={})


def answer(
    question: str, parts: Parts, *, asked_on: date, known: Known = NOTHING_KNOWN, on_text: OnText | None = None
) -> Answer:
    """The checked answer to a self-contained question.

    A sentence keeps the number that it has in `known`; others are numbered on from the highest. A draft is told to
    `on_text` only if all of it may be shown. Raises `ModelError` when a model is configured and can't do its part.
    """
    found = parts.retrieve(question)
    given = _answered(question, found, parts, asked_on, known, None if parts.strict else on_text)
    given = only_supported(given) if parts.strict else given
    given = parts.judge.judged(given) if parts.judge is not None else given
    if not given.abstained:
        given = _with_context_of_news(given, found, asked_on, known)
    return replace(_with_cost(given, parts.prices), strength=found.strength)


def _answered(
    question: str, found: Retrieved, parts: Parts, asked_on: date, known: Known, on_text: OnText | None
) -> Answer:
    if reason := reason_to_abstain(found, parts.status, question, asked_on):
        return abstention(question, reason, _numbered(_nearest(found.evidence), known))
    chosen = parts.answerer.select(found.evidence, known.just_shown, question)
    if not chosen:
        return abstention(question, _ONLY_ORDERS, ())
    offered = _numbered(chosen, known)
    request = Request(
        question=question, asked_on=asked_on, offered=offered, not_offered=_not_in(chosen, found.evidence)
    )
    draft = parts.answerer.draft(request, on_text)
    if draft.declined:
        return abstention(question, "The model found no answer in the nearest sentences.", offered, draft)
    by_number = {citation.number: citation for citation in offered}
    statements = tuple(_checked(s, by_number, question, asked_on) for s in draft.statements)
    checked = _answer(question, statements, offered, draft)
    if not any(s.citations for s in statements):
        return withheld(checked, _NO_POINTER)
    if not survives(statements):
        why = reasons(failed(statements))
        return withheld(checked, f"No statement of the model's reply survived the check: {why}. None is shown.")
    return checked


def _nearest(evidence: Sequence[Evidence]) -> list[Evidence]:
    """What is shown beside an abstention: whole sentences, and never one that gives orders to whoever answers."""
    said = [e for e in evidence if not is_order(undisguised(e.text))]
    return ([e for e in said if not is_fragment(e.text)] or said)[:NEAREST]


def abstention(question: str, reason: str, nearest: Sequence[Citation], draft: Draft | None = None) -> Answer:
    """An answer that says that the archive does not say."""
    return withheld(_answer(question, (), nearest, draft or Draft(statements=())), reason)


def place(evidence: Evidence) -> Place:
    """What tells one sentence, or piece of one, from every other."""
    return evidence.ref, evidence.start, evidence.end


def _answer(question: str, statements: tuple[Statement, ...], offered: Sequence[Citation], draft: Draft) -> Answer:
    first, last = days_cited(statements)
    written = [number for statement in draft.statements for number in statement.numbers]
    return Answer(
        question=question,
        statements=statements,
        abstained=False,
        reason="",
        evidence=tuple(offered),
        evidence_from=first,
        evidence_until=last,
        prompt_id=draft.prompt_id,
        model=draft.model,
        usage=draft.usage,
        notices=draft.notices,
        unknown=tuple(sorted({*written, *draft.loose} - {citation.number for citation in offered})),
    )


def _with_context_of_news(given: Answer, found: Retrieved, asked_on: date, known: Known) -> Answer:
    """With what its articles disagree on, and a notice when they are older than the question implies."""
    cited = given.citations
    compared = (*found.evidence, *found.further) if asks_for_figure(given.question) else found.evidence
    others = list(_others(compared, cited))
    disagreements = find_disagreements(
        given.question, cited, others, lambda shown: _renumbered(shown, given.evidence, known)
    )
    shown = {r.citation.number: r.citation for d in disagreements for r in d.readings}
    offered = {c.number: c for c in given.evidence}
    notice = age_notice(given.question, given.evidence_until, asked_on)
    return replace(
        given,
        disagreements=disagreements,
        evidence=tuple({**offered, **shown}.values()),
        notices=(*given.notices, *correction_notices(cited), *([notice] if notice else [])),
    )


def _with_cost(given: Answer, prices: Prices | None) -> Answer:
    if prices is None or given.usage is None:
        return given
    cost = prices.cost(given.usage, given.model)
    notices = given.notices if cost is not None else (*given.notices, prices.remedy(given.model))
    return replace(given, cost=cost, notices=notices)


def _numbered(evidence: Sequence[Evidence], known: Known) -> tuple[Citation, ...]:
    """Each sentence under the number that it has, or else under the next free one."""
    free = count(max((known.highest, *known.numbers.values())) + 1)
    numbers = known.numbers
    return tuple(Citation.of(e, numbers[place(e)] if place(e) in numbers else next(free)) for e in evidence)


def _renumbered(shown: Sequence[Evidence], offered: Sequence[Citation], known: Known) -> tuple[Citation, ...]:
    """Each sentence under the number that it has among those offered, or else numbered on from them."""
    numbers = {**known.numbers, **{place(c): c.number for c in offered}}
    return _numbered(shown, Known(numbers=numbers, highest=known.highest))


def _others(evidence: Sequence[Evidence], without: Sequence[Evidence]) -> Iterator[Evidence]:
    there = {place(e) for e in without}
    return (e for e in evidence if place(e) not in there)


def _not_in(chosen: Sequence[Evidence], found: Sequence[Evidence]) -> int:
    return sum(1 for _ in _others(found, chosen))


def _checked(statement: DraftStatement, offered: dict[int, Citation], question: str, asked_on: date) -> Statement:
    """The statement with its verdict and the sentences that its model points to; none is ever added."""
    if statement.cut_off:
        return Statement(text=statement.text, citations=(), verdict=Verdict.UNCITED, problems=(_CUT_OFF,), cut_off=True)
    checked = check_statement(statement.text, statement.numbers, offered, question=question, asked_on=asked_on)
    return Statement(
        text=statement.text,
        citations=tuple(offered[n] for n in dict.fromkeys(statement.numbers) if n in offered),
        verdict=checked.verdict,
        problems=checked.problems,
        unknown=tuple(n for n in dict.fromkeys(statement.numbers) if n not in offered),
    )
