"""Commands that ask for an overview of a story."""

from __future__ import annotations

from assistant.cli.chat.state import ChatState
from assistant.english.broad_questions import Kind, request_for
from assistant.errors import UsageError


class OverviewCommands:
    """Commands that ask about a whole story."""

    title = "A whole story"

    def __init__(self, chat: ChatState) -> None:
        self._chat = chat

    def cmd_timeline(self, argument: str) -> None:
        """Say what happened day by day: /timeline the bridge; /timeline alone: in the story of the last question."""
        self._ask(argument, Kind.TIMELINE, "/timeline")

    def cmd_brief(self, argument: str) -> None:
        """Sum a story up in its main facts: /brief the bridge; /brief alone: the story of the last question."""
        self._ask(argument, Kind.OVERVIEW, "/brief")

    def _ask(self, argument: str, kind: Kind, command: str) -> None:
        turns = self._chat.conversation.turns
        if not argument and not turns:
            raise UsageError(f"Write {command} SUBJECT, with a few words on what the story is about.")
        self._chat.ask(request_for(argument or turns[-1].answer.question, kind))
