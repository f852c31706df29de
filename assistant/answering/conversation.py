"""A conversation: follow-up questions are made self-contained, and a number keeps meaning the same sentence.

`TurnInProgress` is what an answer is made for: the question, the day it is asked on, and the numbers given so far.

A follow-up is completed in one of three ways, the plainest that is certain (`with_question_before`):

    Who built it?      Who built the bridge?                 the one thing that was named, and that the answer showed
    And Keel?          How many votes did Keel get?          another name in the place of the only one
    Why?               Why? (Who closed the bridge?)         the question before, to be searched with it

A person's name stays in brackets: of "How old was he?" the questions with and without them were answered equally often,
but a question of few words and a name is trusted less than one with the words of the one before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Protocol

from assistant.answering.answerer import Standalone
from assistant.english.broad_questions import Kind, wish_of
from assistant.english.names import CALENDAR, Name, find_names
from assistant.english.pronouns import points_outside, pronoun_in, put_in
from assistant.english.questions import depends_on_turns, naming_words, needs_all_before, own_words
from assistant.english.subjects import things_named
from assistant.english.words import fold, stem, tokens, word_set
from assistant.errors import UsageError
from assistant.llm.chat import OnText
from assistant.llm.usage import Prices, total
from assistant.records import Answer, Citation, Evidence, Filters, Turn
from assistant.safe_text import well_formed

SentenceKey = tuple[str, int, int]  # reference, start and end: tells one sentence, or piece of one, from every other


def sentence_key(evidence: Evidence) -> SentenceKey:
    """Return what tells a sentence from every other."""
    return evidence.ref, evidence.start, evidence.end


def others_than(shown: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence without the sentences in `shown`."""
    there = {sentence_key(e) for e in shown}
    return [e for e in evidence if sentence_key(e) not in there]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedSoFar:
    """The numbers that earlier turns of a conversation gave to sentences."""

    numbers: Mapping[SentenceKey, int] = field(default_factory=dict)  # of all sentences offered so far
    highest: int = 0  # number given out so far, which may be that of a sentence forgotten since
    just_shown: Container[str] = ()  # references of the sentences that a follow-up need not repeat

    def cite(self, evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
        """Return each sentence under the number that it has, or else under the next free one."""
        free = count(max((self.highest, *self.numbers.values())) + 1)
        keys = [sentence_key(e) for e in evidence]
        known = [self.numbers[key] if key in self.numbers else next(free) for key in keys]
        return tuple(Citation.of(e, number) for e, number in zip(evidence, known, strict=True))

    def after(self, offered: Sequence[Citation]) -> NumberedSoFar:
        """Return these numbers and those of `offered`."""
        return replace(self, numbers={**self.numbers, **{sentence_key(c): c.number for c in offered}})


@dataclass(frozen=True, slots=True, kw_only=True)
class SentencesFound:
    """The sentences that a draft may cite, told before it is written; a long overview has them in parts."""

    sentences: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWritten:
    """A language model has written, and what it wrote is checked next."""

    statements: int


OnStage = Callable[[SentencesFound | DraftWritten], None]


def unwatched_stage(_stage: SentencesFound | DraftWritten) -> None:
    """Do nothing: nobody watches the answer being made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnInProgress:
    """One question of a conversation, or a single one, while it is being answered."""

    question: str  # self-contained
    asked_on: date  # the day from which "last week" counts
    numbered: NumberedSoFar = NumberedSoFar()
    on_stage: OnStage = unwatched_stage


class Answers(Protocol):
    """What a conversation asks, question by question: a `Pipeline`."""

    @property
    def prices(self) -> Prices | None:
        """The user's table of prices, None unless the cost is wanted."""

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> Standalone:
        """Return `question` made self-contained after the earlier `turns`."""

    def answer(
        self, turn: TurnInProgress, filters: Filters, *, strict: bool | None = None, on_text: OnText | None = None
    ) -> Answer:
        """Return the checked answer; `strict` overrules the setting unless it is None."""


class Conversation:
    """Questions and answers in a row. A question that fails (an error, Ctrl-C) leaves no trace.

    A sentence that is offered again keeps its number, and no number is ever given to another sentence. What an answer
    may point to are still only the sentences offered for its own question.
    """

    def __init__(
        self,
        answers: Answers,
        *,
        asked_on: date | None = None,
        filters: Filters | None = None,
        strict: bool | None = None,
    ) -> None:
        """`asked_on` is the day of asking for all questions; by default the day on which each is asked.

        `strict`, which may be changed between questions, overrules the setting unless it is None.
        """
        self._answers = answers
        self.asked_on = asked_on
        self._given_out = 0  # the highest when a turn was taken back or replaced: it may still stand on the screen
        self.filters = filters or Filters()
        self.strict = strict
        self.on_stage: OnStage = unwatched_stage  # told what is done for the questions to come
        self.turns: tuple[Turn, ...] = ()

    def ask(self, question: str, *, on_text: OnText | None = None) -> Turn:
        """Answer `question` in the light of the turns before it."""
        return self._ask(well_formed(question), self.turns, on_text)

    def retry(self, *, on_text: OnText | None = None) -> Turn:
        """Ask the last question again and replace its answer, which stays when this fails.

        Raises `UsageError` when nothing was asked.
        """
        question, highest = self._last().question, self._highest()
        turn = self._ask(question, self.turns[:-1], on_text)
        self._given_out = highest
        return turn

    def undo(self) -> Turn:
        """Take the last turn back. Raises `UsageError` when there is none."""
        last = self._last()
        self._given_out = self._highest()
        self.turns = self.turns[:-1]
        return last

    def take_up(self, turns: Sequence[Turn]) -> None:
        """Replace the turns by those of an earlier conversation; numbers continue after them."""
        self._given_out = 0
        self.turns = tuple(turns)

    def citation(self, number: int) -> Citation | None:
        """Return the sentence that `number` stands for in this conversation, None when there is none."""
        return next((c for turn in self.turns for c in turn.answer.evidence if c.number == number), None)

    def _ask(self, question: str, earlier: tuple[Turn, ...], on_text: OnText | None) -> Turn:
        asked_on = self.asked_on or date.today()
        rewritten = self._answers.standalone(question, earlier, asked_on)
        numbered = self._numbered(earlier if rewritten.question != question else ())
        turn = TurnInProgress(question=rewritten.question, asked_on=asked_on, numbered=numbered, on_stage=self.on_stage)
        given = self._answers.answer(turn, self.filters, strict=self.strict, on_text=on_text)
        given = _with_rewriting(given, rewritten, self._answers.prices)
        answered = Turn(question=question, answer=given, standalone=rewritten.question)
        self.turns = (*earlier, answered)  # the only change, made at the end: what fails before leaves no trace
        return answered

    def _last(self) -> Turn:
        if not self.turns:
            raise UsageError("Nothing was asked in this conversation yet.")
        return self.turns[-1]

    def _highest(self) -> int:
        numbers = (c.number for turn in self.turns for c in turn.answer.evidence)
        return max((self._given_out, *numbers))

    def _numbered(self, followed: Sequence[Turn]) -> NumberedSoFar:
        """Return the numbers given so far, and what the last of the turns that a question follows up on has shown."""
        shown = followed[-1].answer.citations if followed else ()
        return NumberedSoFar(
            numbers={sentence_key(c): c.number for turn in self.turns for c in turn.answer.evidence},
            highest=self._highest(),
            just_shown=frozenset(citation.ref for citation in shown),
        )


def _with_rewriting(given: Answer, rewritten: Standalone, prices: Prices | None) -> Answer:
    """Return the answer with the tokens that making its question self-contained took."""
    if not rewritten.asked_model:
        return given
    usage = total([rewritten.usage, given.usage] if given.model else [rewritten.usage])
    cost = prices.cost(usage, given.model) if prices is not None and usage is not None else given.cost
    return replace(given, usage=usage, cost=cost)


# -- follow-up questions without a model

_ASKS_WHO = re.compile(r"\W*(?:and |but )?who\b", re.IGNORECASE)
_PREPOSITIONS = word_set("in on at by for from of to with near")
_POSSESSIVE = re.compile(r"['’]s?$")
_ANOTHER = re.compile(
    r"\W*(?:[Aa]nd|[Bb]ut|[Oo]r|[Ww]hat about|[Hh]ow about)\s+(?P<name>[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*){0,4}?)\W*",
    re.DOTALL,
)


def with_question_before(question: str, turns: Sequence[Turn]) -> str:
    """Return `question` completed by those before it, each as it was searched, when it depends on them.

    Where nothing certain takes the place of what is left out, the words of the question before follow in brackets: both
    are searched together, and brought are its subject and what is asked now. A question with words enough of its own
    ("And who won the election?") takes only the names. This is how follow-up questions become self-contained when there
    is no model to rewrite them.
    """
    if not turns or not depends_on_turns(question):
        return question
    if certain := _with_name(question, turns[-1]) or _with_thing(question, turns[-1]):
        return certain
    before = _searched_before(turns)
    if needs_all_before(question):
        return f"{question} ({before})"
    own = {token.folded for token in tokens(question)}
    names = dict.fromkeys(name for name in naming_words(before) if fold(name) not in own)
    return f"{question} ({' '.join(names)})" if names else question


def _with_thing(question: str, before: Turn) -> str:
    """Return a question with the one thing before it that its pronoun can stand for in its place; "" without one."""
    pronoun = pronoun_in(question)
    if pronoun is None:
        return ""
    searched = _subject(before) if not _bracketed(before) else before.question
    shown = {token.stem for text in _shown(before.answer) for token in tokens(text)}
    named = [thing for thing in things_named(searched) if pronoun.may_mean(thing)]
    meant = [thing for thing in named if thing.is_asked or stem(thing.head) in shown]
    if len(meant) != 1 or not pronoun.may_give_way(meant[0], alone=meant[0].text == searched):
        return ""
    replaced = put_in(question, pronoun, meant[0].text)
    return "" if points_outside(replaced) else replaced


def _with_name(question: str, before: Turn) -> str:
    """Return the question before with the name that this one is made of ("And Keel?") for its own; "" elsewhere."""
    found = _ANOTHER.fullmatch(question)
    if found is None or any(token.folded in CALENDAR for token in tokens(found["name"])):
        return ""
    asked = before.question if _bracketed(before) else before.standalone or before.question
    if wish_of(asked).kind is not Kind.FACT:
        return ""
    pronoun = pronoun_in(asked)
    if pronoun is not None:
        return put_in(asked, pronoun, found["name"]) if pronoun.is_person else ""
    names = [name for name in find_names(asked) if not _beside(asked, name)]
    if len(names) != 1 or points_outside(asked):
        return ""
    return f"{asked[: names[0].start]}{found['name']}{_ending(asked, names[0])}{asked[names[0].end :]}"


def _beside(question: str, name: Name) -> bool:
    """Whether a name stands only beside something else: "in Orrin"."""
    before = tokens(question[: name.start])
    return bool(before) and before[-1].folded in _PREPOSITIONS


def _ending(question: str, name: Name) -> str:
    """Return the possessive ending of a name."""
    held = _POSSESSIVE.search(question[name.start : name.end])
    return held[0] if held else ""


def _shown(answer: Answer) -> list[str]:
    """Return the sentences that an answer showed, as answers or as the nearest ones."""
    return [citation.text for citation in answer.citations or answer.evidence]


def _searched_before(turns: Sequence[Turn]) -> str:
    """Return what a follow-up takes from the turns before it: the last question, and what that one followed up on."""
    last = turns[-1]
    if not _bracketed(last) or not needs_all_before(last.question):
        return _topic(last)
    first = next((t for t in reversed(turns) if not _bracketed(t) or not needs_all_before(t.question)), None)
    rest = _topic(first) if first else _inside(last)
    return f"{last.question} {rest}" if _brings_in(last.question) else rest


def _brings_in(question: str) -> bool:
    """Whether a follow-up may have brought in somebody or something new: "Who died?", not "How old was he?"."""
    return bool(own_words(question)) and (_ASKS_WHO.match(question) is not None or not points_outside(question))


def _topic(turn: Turn) -> str:
    """Return the question of a turn, with what it took from those before; the subject of an overview."""
    return f"{turn.question} {_inside(turn)}" if _bracketed(turn) else _subject(turn)


def _subject(turn: Turn) -> str:
    searched = turn.standalone or turn.question
    wish = wish_of(searched)
    return searched if wish.kind is Kind.FACT else wish.searched or searched


def _bracketed(turn: Turn) -> bool:
    """Whether a question was searched with words of those before it in brackets."""
    return turn.standalone.startswith(f"{turn.question} (") and turn.standalone.endswith(")")


def _inside(turn: Turn) -> str:
    return turn.standalone[len(turn.question) + 2 : -1]
