"""A conversation: follow-up questions are made self-contained, and a number means one sentence for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from assistant.answering.answer import Known, Parts, answer, place
from assistant.answering.answerer import OnText, Standalone
from assistant.errors import UsageError
from assistant.llm.usage import total
from assistant.records import Answer, Citation, Filters, Turn

PartsFor = Callable[[date, Filters], Parts]


class Conversation:
    """Questions and answers in a row. A question that fails (an error, Ctrl-C) leaves no trace.

    A sentence that is offered again keeps its number, and no number is ever given to another sentence. What an answer
    may point to are still only the sentences offered for its own question.
    """

    def __init__(
        self,
        parts_for: PartsFor,
        *,
        asked_on: date | None = None,
        filters: Filters | None = None,
        strict: bool | None = None,
    ) -> None:
        """`asked_on` is the day of asking for all questions; by default the day on which each is asked.

        `strict`, which may be changed between questions, overrules that of the parts unless it is None.
        """
        self._parts_for = parts_for
        self._asked_on = asked_on
        self._given_out = 0  # the highest number of a turn that was taken back: it may still stand on the screen
        self.filters = filters or Filters()
        self.strict = strict
        self.turns: tuple[Turn, ...] = ()

    def ask(self, question: str, *, on_text: OnText | None = None) -> Turn:
        """Answer `question` in the light of the turns before it."""
        return self._ask(question, self.turns, on_text)

    def retry(self, *, on_text: OnText | None = None) -> Turn:
        """Ask the last question anew, in place of its answer, which stays when this fails.

        Raises `UsageError` when nothing was asked.
        """
        return self._ask(self._last().question, self.turns[:-1], on_text)

    def undo(self) -> Turn:
        """Take the last turn back. Raises `UsageError` when there is none."""
        last = self._last()
        self._given_out = self._highest()
        self.turns = self.turns[:-1]
        return last

    def take_up(self, turns: Sequence[Turn]) -> None:
        """Go on with the turns of an earlier conversation in place of those of this one; numbers go on after them."""
        self._given_out = 0
        self.turns = tuple(turns)

    def citation(self, number: int) -> Citation | None:
        """The sentence that `number` stands for in this conversation, None when there is none."""
        return next((c for turn in self.turns for c in turn.answer.evidence if c.number == number), None)

    def _ask(self, question: str, earlier: tuple[Turn, ...], on_text: OnText | None) -> Turn:
        asked_on = self._asked_on or date.today()
        parts = self._parts_for(asked_on, self.filters)
        if self.strict is not None:
            parts = replace(parts, strict=self.strict)
        rewritten = parts.answerer.standalone(question, earlier, asked_on)
        known = self._known(earlier if rewritten.question != question else ())
        found = answer(rewritten.question, parts, asked_on=asked_on, known=known, on_text=on_text)
        turn = Turn(question=question, answer=_with_rewriting(found, rewritten, parts), standalone=rewritten.question)
        self.turns = (*earlier, turn)  # the only change, made at the end: what fails before leaves no trace
        return turn

    def _last(self) -> Turn:
        if not self.turns:
            raise UsageError("Nothing was asked in this conversation yet.")
        return self.turns[-1]

    def _highest(self) -> int:
        numbers = (c.number for turn in self.turns for c in turn.answer.evidence)
        return max((self._given_out, *numbers))

    def _known(self, followed: Sequence[Turn]) -> Known:
        """The numbers given so far, and what the last of the turns that a question follows up on has shown."""
        shown = followed[-1].answer.citations if followed else ()
        return Known(
            numbers={place(c): c.number for turn in self.turns for c in turn.answer.evidence},
            highest=self._highest(),
            just_shown=frozenset(citation.ref for citation in shown),
        )


def _with_rewriting(given: Answer, rewritten: Standalone, parts: Parts) -> Answer:
    """The answer with the tokens that making its question self-contained took."""
    if not rewritten.asked_model:
        return given
    usage = total([rewritten.usage, given.usage] if given.model else [rewritten.usage])
    cost = parts.prices.cost(usage, given.model) if parts.prices is not None and usage is not None else given.cost
    return replace(given, usage=usage, cost=cost)
