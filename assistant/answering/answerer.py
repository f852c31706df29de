"""What every answerer does: from a question and its offered sentences to a draft.

Two exist. `quoting.QuotingAnswerer` quotes the best sentences and needs no model; `prompted.PromptedAnswerer` asks a
language model. Neither is trusted: `answer.py` checks what both write in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from assistant.records import Citation, Draft, Evidence, Turn

OnText = Callable[[str], None]  # told the pieces of a draft as they are written


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question with the sentences that an answer may point to."""

    question: str  # self-contained
    asked_on: date
    offered: tuple[Citation, ...]  # best first


class Answerer(Protocol):
    """Writes drafts."""

    def select(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Those of the ranked sentences that it wants to be offered, in the order in which they are numbered."""

    def draft(self, request: Request, on_text: OnText | None = None) -> Draft:
        """A draft for `request`. Raises `ModelError` when a model is needed and can't be had."""

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> str:
        """`question` made self-contained after the earlier `turns`."""
