"""A conversation: follow-up questions are made self-contained, and a number means one sentence for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from assistant.answering.answer import Parts, answer
from assistant.answering.answerer import OnText
from assistant.records import Citation, Filters, Turn

PartsFor = Callable[[date, Filters], Parts]


class Conversation:
    """Questions and answers in a row. A question that fails (an error, Ctrl-C) leaves no trace."""

    def __init__(self, parts_for: PartsFor, *, asked_on: date | None = None, filters: Filters | None = None) -> None:
        """`asked_on` is the day of asking for all questions; by default the day on which each is asked."""
        self._parts_for = parts_for
        self._asked_on = asked_on
        self._citations: dict[int, Citation] = {}
        self.filters = filters or Filters()
        self.turns: tuple[Turn, ...] = ()

    def ask(self, question: str, *, on_text: OnText | None = None) -> Turn:
        """Answer `question` in the light of the turns before it."""
        asked_on = self._asked_on or date.today()
        parts = self._parts_for(asked_on, self.filters)
        standalone = parts.answerer.standalone(question, self.turns, asked_on)
        first = max(self._citations, default=0) + 1
        found = answer(standalone, parts, asked_on=asked_on, first_number=first, on_text=on_text)
        turn = Turn(question=question, answer=found, standalone=standalone)
        self.turns = (*self.turns, turn)
        self._citations.update({citation.number: citation for citation in found.evidence})
        return turn

    def citation(self, number: int) -> Citation | None:
        """The sentence that `number` stands for in this conversation, None when there is none."""
        return self._citations.get(number)
