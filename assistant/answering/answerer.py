"""The answerer: from a question and the sentences offered to a draft.

Two exist. `ExtractiveAnswerer` quotes the best sentences and needs no model; `GenerativeAnswerer` asks a language
model. Neither is trusted: `answer.py` checks what both write in the same way.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from assistant.llm.chat import OnText
from assistant.records import Citation, Evidence, Retrieved, Turn, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question with the sentences that an answer may point to."""

    question: str  # self-contained
    asked_on: date
    offered: tuple[Citation, ...]  # best first
    not_offered: int = 0  # sentences that were found and not offered


class DraftStatement(NamedTuple):
    """One statement as an answerer wrote it."""

    text: str  # without its markers
    numbers: tuple[int, ...]  # of the markers, whether or not such a sentence was offered
    cut_off: bool = False  # the reply ended in the middle of it, before its numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an answerer wrote, before anything is checked."""

    statements: tuple[DraftStatement, ...]
    declined: bool = False  # the answerer found no answer in the evidence
    loose: tuple[int, ...] = ()  # numbers that belong to no statement, e.g. of an appended list of sources
    prompt_id: str = ""  # "name@first 8 digits of the hash"; "" when no prompt was used
    model: str = ""  # name of the model; "" when none was used
    usage: Usage | None = None
    notices: tuple[str, ...] = ()  # e.g. "The reply was cut off at the length limit."


class Standalone(NamedTuple):
    """A question made self-contained."""

    question: str
    usage: Usage | None = None  # of the model call that rewrote it
    asked_model: bool = False


class Answerer(Protocol):
    """Selects sentences, writes drafts about them, and makes follow-up questions self-contained."""

    def select(self, found: Retrieved, just_shown: Container[str] = (), question: str = "") -> list[Evidence]:
        """Return the sentences to offer, annotated, in the order in which they are numbered; none when none may be.

        `just_shown` are the references of sentences that the reader of a follow-up has just seen; `question` may decide
        how many are wanted.
        """

    def draft(self, request: Request, on_text: OnText | None = None) -> Draft:
        """Return a draft for `request`. Raises `ModelError` when a model is needed and there is none to ask."""

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> Standalone:
        """Return `question` made self-contained after the earlier `turns`."""
