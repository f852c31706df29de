"""The loop that reads lines, from a person or a pipe: a line is a question, or a command if it begins with a slash."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from assistant.cli.chat.commands import SlashCommands
from assistant.cli.chat.state import ChatState
from assistant.cli.interrupts import stoppable
from assistant.errors import AssistantError
from assistant.safe_text import safe, well_formed

if TYPE_CHECKING:
    from assistant.app import Assistant

_LEAVING = frozenset({"exit", "quit", "exit()", "quit()", ":q", "bye"})  # typed by habit; no question to an archive
_HELP = frozenset({"help", "?", "help()", "h"})


class Loop:
    """Passes each line to the chat or to its commands."""

    def __init__(self, chat: ChatState) -> None:
        self._chat = chat
        self._slash = SlashCommands(chat)

    def from_lines(self, lines: Iterable[str], *, quiet: bool) -> int:
        """Answer each line; return 0, or the exit code of the last error."""
        exit_code = 0
        for line in lines:
            if not quiet and line.strip():
                self._chat.say(Text(f"> {safe(line)}", "bold"))
            exit_code = self.handle(line) or exit_code
            if self._chat.leaving:
                break
        return exit_code

    def at_terminal(self, history: Path) -> None:
        """Prompt until Ctrl-D or /quit. Ctrl-C clears the line, or stops the answer that is being written."""
        from assistant.cli.chat import line

        warming = _warm_up(self._chat.assistant)
        self._chat.wait = warming.join
        remembered, notice = line.open_history(history)
        self._chat.notices.add(*[notice] * bool(notice))
        self._chat.notices.show()
        completer = line.chat_completer(self._chat)
        session = line.new_session(remembered, completer, lambda width: line.toolbar(self._chat, width))
        while not self._chat.leaving:
            try:
                typed = session.prompt()
            except EOFError:
                break
            except KeyboardInterrupt:
                if not session.default_buffer.text:
                    self._chat.say(Text("Ctrl-D or /quit leaves.", "dim"))
                continue
            self._handle_stoppably(typed)
        warming.join()  # the library is closed next: nothing may still be loading from it

    def _handle_stoppably(self, line: str) -> None:
        try:
            with stoppable():
                self.handle(line)
        except KeyboardInterrupt:
            self._chat.say(Text("Stopped.", "dim"))

    def handle(self, line: str) -> int:
        """Do what a line says; return 0, or the exit code of its error, which is printed."""
        line = " ".join(well_formed(line).split())
        try:
            if line.startswith("/"):
                self._slash.run(line)
            elif self._chat.at_terminal and line.lower() in _LEAVING:
                self._chat.leaving = True
            elif self._chat.at_terminal and line.lower() in _HELP:
                self._slash.run("/help")
            elif line:
                self._chat.ask(line)
        except AssistantError as error:
            self._chat.say_error(error)
            return error.exit_code
        return 0


def _warm_up(assistant: Assistant) -> threading.Thread:
    """Load the heavy parts while the person types."""

    def load() -> None:
        try:
            assistant.warm_up()
        except AssistantError:
            return  # the first question meets the same error and shows it where it can be read

    thread = threading.Thread(target=load, name="warm-up", daemon=True)
    thread.start()
    return thread
