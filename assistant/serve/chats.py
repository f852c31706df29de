"""Questions asked on the page: each is a turn of a saved chat, which a terminal may go on with in between.

The saved chat is open for writing only while a turn is saved. What another program saved meanwhile is not written over:
the numbers of the new turn would be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from assistant.app import Assistant
from assistant.errors import SessionBusy
from assistant.records import Answer, Turn, Verdict
from assistant.serve.asking import Asked, searching
from assistant.serve.exchange import WebError
from assistant.serve.jobs import Job
from assistant.sessions.session_file import SavedTurn, Session, Summary, now
from assistant.wording import NOT_SAID, plural

_CHANGED = "Another program went on with this chat meanwhile. Load it again, then ask again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the saved chats a question belongs."""

    chat: str = ""  # the id of the chat, "" for a new one
    instead: bool = False  # in place of the last question, asked again
    kept: str = ""  # what the address of the chat holds of how it was asked, "?model=large"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenTurn:
    """A question that was answered on the page."""

    turn: Turn
    number: int  # of the turn in its chat, 1, 2, 3 …
    place: str  # where it is to be read from now on, "" when nowhere


def chat_list(assistant: Assistant) -> tuple[tuple[Summary, ...], tuple[str, ...]]:
    """Return the chats about this archive, the one changed last first, and what could not be read."""
    listing = assistant.sessions.list()
    return tuple(s for s in listing.sessions if s.library == assistant.folder), listing.notices


def load_chat(assistant: Assistant, chat: str) -> Session:
    """Return a chat about this archive. Raises `WebError` 404 for any other."""
    found, _ = chat_list(assistant)
    if chat not in {summary.id for summary in found}:
        raise WebError(404, "There is no such chat.")
    return assistant.sessions.load(chat)


def turn_job(assistant: Assistant, asked: Asked, place: Place) -> Callable[[Job], TakenTurn]:
    """Return the work of a job that asks the next question of a chat, or its last one again."""

    def work(job: Job) -> TakenTurn:
        before = load_chat(assistant, place.chat).turns if place.chat else ()
        conversation = assistant.conversation(asked_on=asked.asked_on, filters=asked.filters)
        conversation.strict = asked.strict
        conversation.take_up(tuple(saved.turn for saved in before))
        on_stage = searching(assistant, job)
        if assistant.model_name:  # quoting takes no longer than to show what will be quoted
            conversation.on_stage = on_stage
        asking = conversation.retry if place.instead else partial(conversation.ask, asked.question)
        turn = asking(on_text=job.draft)
        job.cancel.check()  # what was stopped leaves no trace
        saved = _save(assistant, SavedTurn(at=now(), turn=turn, filters=asked.filters), place, before)
        number = len(conversation.turns)
        at = f"/chats/{saved}{place.kept}#q{number}" if saved else ""
        taken = TakenTurn(turn=turn, number=number, place=at)
        job.made(taken, {"words": announced(turn.answer), "place": taken.place, "number": taken.number})
        return taken

    return work


def _save(assistant: Assistant, made: SavedTurn, place: Place, before: Sequence[SavedTurn]) -> str:
    """Save a turn and return the id of its chat, "" when none is saved. Raises `SessionBusy`."""
    saving = assistant.sessions.resume(place.chat) if place.chat else assistant.new_session()
    if saving is None:
        return ""
    with saving:
        if [saved.at for saved in saving.saved] != [saved.at for saved in before]:
            raise SessionBusy(_CHANGED)
        saving.append(made.turn, made.filters, instead=place.instead)
        return saving.id


def announced(answer: Answer) -> str:
    """Return what is said when an answer is there: "Answer ready: 3 statements, 2 supported, 1 not."."""
    if answer.abstained:
        return NOT_SAID
    supported = sum(s.verdict is Verdict.SUPPORTED for s in answer.statements)
    others = len(answer.statements) - supported
    return f"Answer ready: {plural(len(answer.statements), 'statement')}, {supported} supported" + (
        f", {others} not fully." if others else "."
    )
