"""Answers without a language model: the best supporting sentences themselves, quoted and cited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.answering.answerer import OnText, Request
from assistant.answering.follow_up import by_code
from assistant.records import Draft, DraftStatement, Evidence, Turn
from assistant.retrieval.sentences import is_fragment

QUOTED = 3  # sentences at most: more is a search result, not an answer
_CLOSE = 0.88  # a sentence is quoted beside the best one when its score is at least this share of the best score


class QuotingAnswerer:
    """Quotes the best sentences, as many as are close to the best one."""

    def select(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The best sentence and up to two more nearly as good; headings and scraps only where there is no other."""
        whole = [e for e in evidence if not is_fragment(e.text)] or list(evidence)
        return [e for e in whole[:QUOTED] if e.score >= _CLOSE * whole[0].score]

    def draft(self, request: Request, on_text: OnText | None = None) -> Draft:  # noqa: ARG002  # nothing is streamed
        """Each offered sentence is a statement that cites itself."""
        return Draft(statements=tuple(DraftStatement(c.text, (c.number,)) for c in request.offered))

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> str:  # noqa: ARG002  # models want the day
        """The question with the words of the one before, where it points back to it."""
        return by_code(question, turns)
