"""Questions asked on the page: each is a turn of a saved chat, which a terminal may go on with in between.

The saved chat is open for writing only while a turn is saved. What another program saved meanwhile is not written over:
the numbers of the new turn would be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.app import Assistant
from assistant.errors import SessionBusy
from assistant.records import Answer, Turn, Verdict
from assistant.serve.asking import Asked
from assistant.serve.exchange import WebError
from assistant.serve.jobs import Job
from assistant.sessions.session_file import SavedTurn, Session, Summary
from assistant.wording import NOT_SAID, plural

_CHANGED = "Another program went on with this chat meanwhile. Load it again, then ask again."


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenTurn:
    """A question that was answered on the page."""

    turn: Turn
    asked: Asked
    chat: str  # the id of the saved chat, "" when none is saved
    number: int  # of the turn in its chat, 1, 2, 3 …

    @property
    def place(self) -> str:
        """Where it is to be read from now on, "" when nowhere."""
        return f"/chats/{self.chat}#q{self.number}" if self.chat else ""


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


def turn_job(assistant: Assistant, asked: Asked, chat: str) -> Callable[[Job], TakenTurn]:
    """Return the work of a job that asks the next question of a chat, of a new one for ""."""

    def work(job: Job) -> TakenTurn:
        before = load_chat(assistant, chat).turns if chat else ()
        conversation = assistant.conversation(asked_on=asked.asked_on, filters=asked.filters)
        conversation.strict = asked.strict
        conversation.take_up(tuple(saved.turn for saved in before))
        job.tell("stage", {"words": f"Searching {plural(assistant.status().articles, 'article')}."})
        turn = conversation.ask(asked.question, on_text=job.draft)
        job.cancel.check()  # what was stopped leaves no trace
        saved = _save(assistant, turn, asked, chat, before)
        taken = TakenTurn(turn=turn, asked=asked, chat=saved, number=len(conversation.turns))
        job.tell("answer", {"words": announced(turn.answer), "place": taken.place, "number": taken.number})
        return taken

    return work


def _save(assistant: Assistant, turn: Turn, asked: Asked, chat: str, before: tuple[SavedTurn, ...]) -> str:
    saving = assistant.sessions.resume(chat) if chat else assistant.new_session()
    if saving is None:
        return ""
    with saving:
        if len(saving.saved) != len(before):
            raise SessionBusy(_CHANGED)
        saving.append(turn, asked.filters)
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
