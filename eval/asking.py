"""Asks the questions of a suite, one conversation at a time, and scores the answers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from assistant.app import Assistant
from assistant.checks.reading import CalibratedReader
from assistant.drafts.check_report import CheckReport
from assistant.drafts.checking import DraftText
from assistant.errors import ModelError
from assistant.records import Evidence, Turn
from eval.claim_scoring import scored_claim
from eval.places import Places, UnresolvedGoldError
from eval.records import (
    GoldPlace,
    LabelledClaim,
    QuestionResult,
    Status,
    SuiteDraft,
    SuiteQuestion,
    SuiteReply,
    Timing,
)
from eval.replaying import Replayer
from eval.replies import CachedChat
from eval.reply_scoring import scored_reply
from eval.scoring import TOP, answer_metrics, failure, nugget_metrics, retrieval_failure, retrieval_metrics

RANKED = 60  # sentences that retrieval is asked for when its ranking is measured; articles rank by their first one


class Asked(NamedTuple):
    """The result of one question and how long it took."""

    result: QuestionResult
    timing: Timing
    model_failed: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Which question and repeat a result belongs to."""

    question: SuiteQuestion
    repeat: int
    cluster: str

    def result(self, status: Status) -> QuestionResult:
        return QuestionResult(
            id=self.question.id,
            repeat=self.repeat,
            status=status,
            unanswerable=self.question.unanswerable,
            tags=self.question.tags,
            cluster=self.cluster,
        )


class Asker:
    """Asks one open archive. Not thread-safe."""

    def __init__(
        self,
        assistant: Assistant,
        places: Places,
        chat: CachedChat,
        *,
        day: date,
        retrieval_only: bool,
        replayer: Replayer | None = None,
    ) -> None:
        """`chat` counts the calls of the assistant's model; `day` is that of questions that name none.

        `replayer` is needed where questions bring the reply that they get.
        """
        self._assistant = assistant
        self._places = places
        self._day = day
        self._retrieval_only = retrieval_only
        self._chat = chat
        self._replayer = replayer
        self._last: tuple[tuple[str, int], CheckReport, float] | None = None  # draft and repeat, its report, seconds

    def ask(self, conversation: Sequence[SuiteQuestion], repeat: int = 0) -> Iterator[Asked]:
        """Ask the questions of one conversation in order. Raises `LibraryError`; a model's errors become results."""
        if (alone := self._alone(conversation[0], repeat)) is not None:
            yield alone
            return
        turns: tuple[Turn, ...] = ()
        broken = False  # a question of the conversation could not be asked: those that follow it cannot either
        for question in conversation:
            place = _Place(question, repeat, conversation[0].id)
            began = self._begin(repeat)
            turn = None
            try:
                if broken:
                    raise UnresolvedGoldError("the question that it follows could not be asked")
                gold, facts = self._places.of(question), self._places.of_nuggets(question)
                if len(conversation) > 1 or not self._retrieval_only:
                    turn = self._turn(question, turns)
                    turns = (*turns, turn)
            except (UnresolvedGoldError, ModelError) as error:
                broken = True
                result = replace(place.result(Status.ERROR), reason=str(error), error=str(error))
                yield Asked(result, self._timing(place, began), isinstance(error, ModelError))
            else:
                timing = self._timing(place, began)
                result = self._scored(place, turn, gold, facts)
                yield Asked(result, timing if turn else self._timing(place, began))

    def _alone(self, question: SuiteQuestion, repeat: int) -> Asked | None:
        """Return the result of a claim or of a replayed reply; None for a question that is put to the assistant."""
        if question.claim is not None:
            return self._checked(question, question.claim, repeat)
        return self._replayed(question, question.reply, repeat) if question.reply is not None else None

    def _replayed(self, question: SuiteQuestion, reply: SuiteReply, repeat: int) -> Asked:
        """Return what the program makes of a reply."""
        place = _Place(question, repeat, question.id)
        if self._retrieval_only:
            return _skipped(place, "a reply: retrieval alone decides nothing")
        if self._replayer is None:
            raise RuntimeError("a question brings its reply, but nothing replays it")
        began = self._begin(repeat)
        answer = self._replayer.answer(question.question, reply, question.asked_on or self._day)
        timing = self._timing(place, began)
        return Asked(scored_reply(place.result(Status.SCORED), reply, answer, self._places), timing)

    def _checked(self, question: SuiteQuestion, label: LabelledClaim, repeat: int) -> Asked:
        """Return what the check of its draft found for one claim; a draft is checked once for all its claims."""
        place = _Place(question, repeat, question.id)
        if self._retrieval_only:
            return _skipped(place, "a claim: retrieval alone decides nothing")
        self._begin(repeat)
        try:
            report, seconds = self._report(label.draft, repeat)
        except ModelError as error:
            result = replace(place.result(Status.ERROR), reason=str(error), error=str(error), wanted=label.verdict)
            return Asked(result, self._timing(place, time.perf_counter()), model_failed=True)
        share = round(seconds / max(len(report.claims), 1), 4)
        timing = replace(self._timing(place, time.perf_counter()), seconds=share)
        return Asked(scored_claim(place.result(Status.SCORED), question, label, report, self._places), timing)

    def _report(self, draft: SuiteDraft, repeat: int) -> tuple[CheckReport, float]:
        if self._last is None or self._last[0] != (draft.id, repeat):
            began = time.perf_counter()
            report = self._assistant.check(DraftText(text=draft.text, title=draft.title, dated=draft.dated))
            self._last = (draft.id, repeat), report, time.perf_counter() - began
        return self._last[1:]

    def _begin(self, repeat: int) -> float:
        self._chat.repeat, self._chat.calls, self._chat.cached = repeat, 0, 0
        return time.perf_counter()

    def _timing(self, place: _Place, began: float) -> Timing:
        return Timing(
            id=place.question.id,
            repeat=place.repeat,
            seconds=round(time.perf_counter() - began, 4),
            calls=self._chat.calls,
            cached=self._chat.cached,
        )

    @property
    def _reading(self) -> CalibratedReader | None:
        return self._assistant.reading

    def _turn(self, question: SuiteQuestion, turns: tuple[Turn, ...]) -> Turn:
        conversation = self._assistant.conversation(asked_on=question.asked_on or self._day)
        conversation.take_up(turns)
        return conversation.ask(question.question)

    def _scored(
        self, place: _Place, turn: Turn | None, gold: Sequence[GoldPlace], facts: Sequence[GoldPlace]
    ) -> QuestionResult:
        question, asked_on = place.question, place.question.asked_on or self._day
        standalone = (turn.standalone if turn else "") or question.question
        found = self._assistant.search(standalone, RANKED, asked_on=asked_on)
        result = replace(
            place.result(Status.SCORED),
            standalone=standalone if standalone != question.question else "",
            evidence=tuple(found[:TOP]),
            gold=tuple(gold),
            metrics=retrieval_metrics(found, gold),
        )
        if turn is None or self._retrieval_only:
            return _retrieved(result, question, found)
        reason = failure(question, turn.answer, facts or gold)
        metrics = {**result.metrics, **answer_metrics(question, turn.answer, gold, asked_on, self._reading)}
        if facts:
            metrics |= nugget_metrics(question, turn.answer, facts)
        return replace(result, passed=not reason, reason=reason, answer=turn.answer, metrics=metrics)


def _skipped(place: _Place, reason: str) -> Asked:
    skipped = replace(place.result(Status.SKIPPED), reason=reason)
    return Asked(skipped, Timing(id=place.question.id, repeat=place.repeat, seconds=0.0))


def _retrieved(result: QuestionResult, question: SuiteQuestion, found: Sequence[Evidence]) -> QuestionResult:
    """Return the result of a retrieval-only run, which cannot tell whether a question has an answer."""
    if question.unanswerable:
        return replace(result, status=Status.SKIPPED, reason="unanswerable: retrieval alone decides nothing")
    if question.nuggets:
        return replace(result, status=Status.SKIPPED, reason="a broad question: one ranking is not what it asks for")
    reason = retrieval_failure(question, found, result.gold)
    return replace(result, passed=not reason, reason=reason)
