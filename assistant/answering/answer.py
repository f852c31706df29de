"""One question to one checked answer. Read `answer` to know what the program does with what retrieval found.

    too little evidence? -> abstain
    the answerer selects sentences, they are numbered, and it writes a draft about them
    every statement of the draft is verified against the sentences that it cites
    what fails is marked, or taken out; when nothing is left -> abstain
    articles that give other figures are set beside the answer; notices on age, corrections and cost follow

The answerer, a language model or not, only drafts. Code decides whether there is enough to answer from, maps numbers to
stored sentences and checks that every statement is grounded in them (groundedness); nothing else is ever shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.answering.abstention import (
    NOT_SO,
    Holdings,
    days_cited,
    denial_of,
    failed,
    nearest,
    only_supported,
    reason_to_abstain,
    reasons,
    survives,
    withheld,
)
from assistant.answering.answerer import Answerer, Draft, DraftStatement, Request
from assistant.answering.conflicts import disagreement, find_conflicts, references
from assistant.answering.conversation import DraftWritten, SentencesFound, TurnInProgress, others_than
from assistant.answering.extractive import ExtractiveAnswerer
from assistant.answering.judge import Judge
from assistant.checks.proof import Proof, prove_all
from assistant.checks.reading import CalibratedReader
from assistant.checks.relevance import BESIDE
from assistant.english.dates.find import find_dates
from assistant.english.questions import asks_for_figure
from assistant.llm.chat import OnText
from assistant.llm.usage import Prices
from assistant.records import Answer, ArticleInfo, Citation, Evidence, FoundBy, Retrieved, Statement, Verdict
from assistant.retrieval.retriever import annotated, with_neighbours
from assistant.wording import long_date, span_of_days

_ONLY_ORDERS = "All sentences that come near give orders to whoever answers. They report nothing, so none is shown."
_CUT_OFF = "cut off here: the reply ended in the middle of it"
_NO_DRAFT = Draft(statements=())
_QUOTED_INSTEAD = "The model's text could not be proven ({why}): sentences of the archive are quoted instead."
_QUOTING = ExtractiveAnswerer()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSetup:
    """Who drafts an answer, and what else is wanted beside it."""

    answerer: Answerer
    library: Holdings  # for what to say when it holds no answer
    reading: CalibratedReader | None = None  # what reads statements beside their sentences; None for rules alone
    strict: bool = False  # show only what is supported
    judge: Judge | None = None  # gives a second opinion, where one is wanted
    prices: Prices | None = None  # where the cost is wanted


def answer(turn: TurnInProgress, found: Retrieved, setup: AnswerSetup, on_text: OnText | None = None) -> Answer:
    """Return the checked answer to a question from what was found for it.

    A sentence keeps the number that it has in `turn.numbered`; others are numbered on from the highest. A draft is
    passed to `on_text` only if all of it may be shown. Raises `ModelError` when a model is configured and can't do its
    part.
    """
    given = _verified_answer(turn, found, setup, None if setup.strict else on_text)
    given = finished(given, setup)
    if not given.abstained:
        given = with_conflicts(given, turn, found)
        given = with_notices(given, turn)
    return replace(given, confidence=found.confidence)


def finished(given: Answer, setup: AnswerSetup) -> Answer:
    """Return the answer as it is wanted: only what is supported, with a second opinion, with what it cost."""
    if setup.strict:
        given = only_supported(given)
    if setup.judge is not None:
        given = setup.judge.judged(given)
    return _with_cost(given, setup.prices)


def _verified_answer(turn: TurnInProgress, found: Retrieved, setup: AnswerSetup, on_text: OnText | None) -> Answer:
    """Return the answer with all its statements and their verdicts, or an abstention."""
    if found.evidence and (denial := denial_of(turn.question, found, setup.reading)):
        shown = [denial, *others_than([denial], nearest(found.evidence))]
        return _abstention(turn, NOT_SO, annotated(with_neighbours(shown, found), found.texts))
    if reason := reason_to_abstain(turn.question, turn.asked_on, found, setup.library):
        return _abstention(turn, reason, annotated(with_neighbours(nearest(found.evidence), found), found.texts))
    selected = setup.answerer.select(found, turn.numbered.just_shown, turn.question)
    if not selected:
        return _abstention(turn, _ONLY_ORDERS, ())
    offered = turn.numbered.cite(selected)
    turn.on_stage(SentencesFound(sentences=offered))
    draft = setup.answerer.draft(_request(turn, offered, found), on_text)
    if draft.declined:
        return _abstention(turn, "The model found no answer in the nearest sentences.", offered, draft)
    if draft.model:
        turn.on_stage(DraftWritten(statements=len(draft.statements)))
    statements = verified_statements(draft.statements, offered, turn, draft.model, setup.reading)
    given = _answer(turn, statements if draft.model else _to_the_point(statements), offered, draft)
    return given if survives(statements) else _quoted_instead(given, turn, found)


def _to_the_point(quoted: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Return the quoted sentences without those that do not answer the question; all of them where none does."""
    return tuple(s for s in quoted if BESIDE.problem not in s.problems) or quoted


def _quoted_instead(unproven: Answer, turn: TurnInProgress, found: Retrieved) -> Answer:
    """Return the best sentences themselves, since they hold an answer and nothing that the model wrote is proven.

    With a model the answer is never worse than without one: of 45 questions to a small model, 27 ended in "the archive
    does not say" because its statements were withheld, where the quoted sentences answered most of them.
    """
    why = reasons(failed(unproven.statements)) or "it claims nothing"
    selected = _QUOTING.select(found, turn.numbered.just_shown, turn.question)
    if not selected or not unproven.model:
        return withheld(unproven, f"No statement of the reply could be proven: {why}. None is shown.")
    numbered = turn.numbered.after(unproven.evidence)
    quoted = numbered.cite(selected)
    statements = verified_statements([DraftStatement(c.text, (c.number,)) for c in quoted], quoted, turn, "", None)
    first, last = days_cited(statements)
    return replace(
        unproven,
        statements=statements,
        evidence=(*unproven.evidence, *numbered.cite(others_than(unproven.evidence, selected))),
        evidence_from=first,
        evidence_until=last,
        unproven=unproven.statements,
        left_out=failed(unproven.statements),
        notices=(*unproven.notices, _QUOTED_INSTEAD.format(why=why)),
    )


def _request(turn: TurnInProgress, offered: tuple[Citation, ...], found: Retrieved) -> Request:
    there = {ref for citation in offered for ref in references(citation)}
    left = [e for e in found.evidence if e.ref not in there]
    return Request(question=turn.question, asked_on=turn.asked_on, offered=offered, not_offered=len(left))


def verified_statements(
    drafts: Sequence[DraftStatement],
    offered: Sequence[Citation],
    turn: TurnInProgress,
    model: str,
    reading: CalibratedReader | None,
) -> tuple[Statement, ...]:
    """Return the statements of a draft with their verdicts and the sentences that prove them, whoever found these.

    `model` is the name of their writer, "" when the program quotes.
    """
    by_number = {citation.number: citation for citation in offered}
    whole = [(draft.text, draft.numbers) for draft in drafts if not draft.cut_off]
    proofs = iter(prove_all(whole, by_number, question=turn.question, asked_on=turn.asked_on, reading=reading))
    return tuple(_cut_off(d) if d.cut_off else _proven(d, next(proofs), by_number, model) for d in drafts)


def _cut_off(draft: DraftStatement) -> Statement:
    return Statement(text=draft.text, citations=(), verdict=Verdict.UNCITED, problems=(_CUT_OFF,), cut_off=True)


def _proven(draft: DraftStatement, proof: Proof, offered: Mapping[int, Citation], model: str) -> Statement:
    written = tuple(dict.fromkeys(draft.numbers))
    return Statement(
        text=draft.text,
        citations=proof.citations,
        verdict=proof.checked.verdict,
        problems=proof.checked.problems,
        unknown=tuple(n for n in written if n not in offered),
        written=written,
        found_by=proof.found_by if model else (FoundBy.PROGRAM,) * len(proof.citations),
        not_proven=proof.checked.not_proven,
    )


def _abstention(turn: TurnInProgress, reason: str, shown: Sequence[Evidence], draft: Draft = _NO_DRAFT) -> Answer:
    """Return an answer that says that the archive does not say."""
    return withheld(_answer(turn, (), turn.numbered.cite(shown), draft), reason)


def _answer(
    turn: TurnInProgress, statements: tuple[Statement, ...], offered: tuple[Citation, ...], draft: Draft
) -> Answer:
    first, last = days_cited(statements)
    written = [number for statement in draft.statements for number in statement.numbers]
    return Answer(
        question=turn.question,
        statements=statements,
        abstained=False,
        reason="",
        evidence=offered,
        evidence_from=first,
        evidence_until=last,
        prompt_id=draft.prompt_id,
        model=draft.model,
        usage=draft.usage,
        notices=draft.notices,
        unknown=tuple(sorted({*written, *draft.loose} - {citation.number for citation in offered})),
    )


def with_conflicts(given: Answer, turn: TurnInProgress, found: Retrieved) -> Answer:
    """Return the answer with the figures and days that articles disagree on, and the sentences that give them.

    Where a figure is asked for, more sentences are compared than were offered.
    """
    cited = given.citations
    compared = (*found.evidence, *found.further) if asks_for_figure(given.question) else found.evidence
    conflicts = find_conflicts(given.question, cited, others_than(cited, compared))
    there = {ref for citation in given.evidence for ref in references(citation)}
    compared_ones = (figure.evidence for conflict in conflicts for figure in conflict.figures)
    added = annotated(list({e.ref: e for e in compared_ones if e.ref not in there}.values()), found.texts)
    shown = (*given.evidence, *turn.numbered.after(given.evidence).cite(added))
    return replace(given, disagreements=tuple(disagreement(c, shown) for c in conflicts), evidence=shown)


def with_notices(given: Answer, turn: TurnInProgress) -> Answer:
    """Return the answer with notices on its age, and on corrections of what it cites."""
    age = age_notice(given.question, given.evidence_until, turn.asked_on)
    return replace(given, notices=(*given.notices, *correction_notices(given.citations), *([age] if age else [])))


def _with_cost(given: Answer, prices: Prices | None) -> Answer:
    if prices is None or given.usage is None:
        return given
    cost = prices.cost(given.usage, given.model)
    notices = given.notices if cost is not None else (*given.notices, prices.remedy(given.model))
    return replace(given, cost=cost, notices=notices)


_NOW = re.compile(
    r"\b(?:now|nowadays|current|currently|at present|presently|latest|newest|most recent|so far|as of today|still"
    r"|up to date|at the moment|these days|right now)\b",
    re.IGNORECASE,
)
_TODAY = re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", re.IGNORECASE)
FRESH = 7  # days that an answer to "what is the latest" may be old before the reader is told
_SAYS = {
    "retraction": "The article cited as {numbers} was retracted. Do not rely on it without a further source.",
    "correction": "The article cited as {numbers} carries a correction: see its source line.",
    "letters": "The letters of the article cited as {numbers} may be wrong: see its source line.",
}


def age_notice(question: str, newest: date | None, asked_on: date) -> str:
    """Return a warning for the reader when the newest cited article, of the day `newest`, is too old; else ""."""
    if newest is None:
        return ""
    for mention in find_dates(question, asked_on):
        ahead = mention.first > asked_on or mention.first == asked_on < mention.last  # "next week", "later this year"
        if newest < (asked_on - timedelta(days=FRESH) if ahead else mention.first):
            asked = span_of_days(mention.first, mention.last)
            return f"The question asks about {asked}; the newest article cited is of {long_date(newest)}."
    age = (asked_on - newest).days
    if _TODAY.search(question) and age > 0:
        return f"The question asks about today; the newest article cited is of {long_date(newest)}."
    if _NOW.search(question) and age > FRESH:
        return f"The question asks how things are now; the newest article cited is of {long_date(newest)}, {_ago(age)}."
    return ""


def _ago(age: int) -> str:
    return f"{age} days before the day of asking"


def correction_notices(cited: Sequence[Citation]) -> Iterator[str]:
    """Yield one line for each cited article that was retracted or corrected, the retracted ones first."""
    articles: dict[str, tuple[ArticleInfo, list[int]]] = {}
    for citation in cited:
        articles.setdefault(citation.article.id, (citation.article, []))[1].append(citation.number)
    for kind, words in _SAYS.items():
        for info, numbers in articles.values():
            if info.notice_kind == kind:
                yield words.format(numbers=", ".join(f"[{number}]" for number in sorted(numbers)))
