"""Answers without a language model: the best supporting sentences themselves, quoted and cited."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date

from assistant.answering.answerer import OnText, Request, Standalone
from assistant.answering.checks.orders import reports
from assistant.answering.follow_up import by_code
from assistant.records import Draft, DraftStatement, Evidence, Turn
from assistant.retrieval.sentences import is_fragment

QUOTED = 3  # sentences at most: more is a search result, not an answer
_NEW = 0.75  # the best new sentence replaces known ones when its score is at least this share of the best score
_CLOSE = 0.88  # a sentence is quoted beside the best one when its score is at least this share of the best score


class QuotingAnswerer:
    """Quotes the best sentences, as many as are close to the best one."""

    def select(self, evidence: Sequence[Evidence], known: Container[str] = ()) -> list[Evidence]:
        """The best sentence and up to two more nearly as good; headings and scraps only where there is no other.

        Sentences of `known` only where those not known are much worse: a follow-up wants what was not said yet.
        Questions and orders to whoever answers report nothing; they too are quoted only where there is no other.
        """
        whole = [e for e in evidence if not is_fragment(e.text)] or list(evidence)
        whole = [e for e in whole if reports(e.text)] or whole
        fresh = [e for e in whole if e.ref not in known]
        if fresh and fresh[0].score >= _NEW * whole[0].score:
            whole = fresh
        return [e for e in whole[:QUOTED] if e.score >= _CLOSE * whole[0].score]

    def draft(self, request: Request, on_text: OnText | None = None) -> Draft:  # noqa: ARG002  # nothing is streamed
        """Each offered sentence is a statement that cites itself."""
        return Draft(statements=tuple(DraftStatement(c.text, (c.number,)) for c in request.offered))

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> Standalone:  # noqa: ARG002  # models want the day
        """The question with the words of the one before, where it points back to it."""
        return Standalone(by_code(question, turns))
