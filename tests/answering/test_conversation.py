"""Taking back, asking again and taking up turns: numbers mean one sentence, and what fails leaves no trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.answerer import Standalone
from assistant.answering.conversation import Conversation, TurnInProgress
from assistant.errors import ModelUnreachable, UsageError
from assistant.llm.chat import OnText
from assistant.records import Answer, Filters, Turn
from tests.fakes.evidence import ScriptedAnswerer, evidence, pipeline

CRACKS = evidence("Inspectors found 14 cracks in the bridge at Orrin.")
FERRY = evidence("The ferry at Orrin sails every hour.", name="c")


class Archive:
    """Finds one sentence for each question; or breaks."""

    def __init__(self) -> None:
        self.found = [CRACKS]
        self.breaks: BaseException | None = None

    @property
    def prices(self) -> None:
        return None

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> Standalone:
        if self.breaks:
            raise self.breaks
        return Standalone(f"{question} (after {len(turns)})")

    def answer(
        self, turn: TurnInProgress, filters: Filters, *, strict: bool | None = None, on_text: OnText | None = None
    ) -> Answer:
        return pipeline(ScriptedAnswerer((self.found[0].text, (1, 2, 3))), self.found).answer(turn)


@pytest.fixture
def archive() -> Archive:
    return Archive()


@pytest.fixture
def chat(archive: Archive) -> Conversation:
    return Conversation(archive, asked_on=date(2025, 4, 1))


def numbers(chat: Conversation) -> list[int]:
    return [c.number for turn in chat.turns for c in turn.answer.evidence]


def test_a_number_that_was_taken_back_is_not_given_to_another_sentence(chat: Conversation, archive: Archive) -> None:
    chat.ask("What was found?")
    assert chat.undo().question == "What was found?"
    assert chat.turns == ()
    assert chat.citation(1) is None
    archive.found = [FERRY]
    chat.ask("When does the ferry sail?")
    assert numbers(chat) == [2]


@pytest.mark.parametrize("breaks", [ModelUnreachable("No answer."), KeyboardInterrupt()])
def test_what_fails_leaves_the_conversation_as_it_was(
    chat: Conversation, archive: Archive, breaks: BaseException
) -> None:
    chat.ask("What was found?")
    before = chat.turns
    archive.breaks = breaks
    with pytest.raises(type(breaks)):
        chat.ask("And then?")
    with pytest.raises(type(breaks)):
        chat.retry()
    assert chat.turns == before
    assert chat.citation(1) is not None


def test_a_question_asked_again_takes_the_place_of_its_answer(chat: Conversation, archive: Archive) -> None:
    chat.ask("What was found?")
    archive.found = [FERRY]
    turn = chat.retry()
    assert turn.question == "What was found?"
    assert chat.turns == (turn,)
    assert turn.answer.evidence[0].text == FERRY.text


def test_a_number_of_a_replaced_answer_is_given_to_no_other_sentence(chat: Conversation, archive: Archive) -> None:
    archive.found = [CRACKS, FERRY]
    chat.ask("What was found?")
    archive.found = [CRACKS]
    chat.retry()
    archive.found = [replace(FERRY, ref="bbbbbbbbbb-000000-9")]
    chat.ask("When does the ferry sail?")
    assert numbers(chat) == [1, 3]


def test_there_must_be_something_to_take_back(chat: Conversation) -> None:
    for wanted in (chat.undo, chat.retry):
        with pytest.raises(UsageError, match="Nothing was asked"):
            wanted()


def test_numbers_go_on_after_the_turns_taken_up(chat: Conversation, archive: Archive) -> None:
    first = chat.ask("What was found?")
    later = Conversation(archive)
    later.take_up([first])
    archive.found = [FERRY]
    later.ask("When does the ferry sail?")
    assert numbers(later) == [1, 2]
