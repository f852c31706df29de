"""A conversation at the terminal, or line by line from a pipe."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from rich.console import Console
from rich.text import Text

from assistant import settings
from assistant.cli import render
from assistant.cli.commands import published
from assistant.cli.opening import Notes, Opener, opened
from assistant.cli.options import Common
from assistant.cli.progress import draft_view
from assistant.cli.safe import safe, well_formed
from assistant.cli.slash import SlashCommands, describe, names
from assistant.cli.terminal import is_watched, messages, output, show, show_error
from assistant.errors import AssistantError
from assistant.records import Filters, LibraryStatus

if TYPE_CHECKING:
    from assistant.answering.conversation import Conversation
    from assistant.app import Assistant


def chat(opener: Opener, common: Common, asked_on: date | None, filters: Filters) -> int:
    """Holds a conversation until the person leaves; returns the exit code."""
    notes = Notes.of(common)
    with opened(opener, common, notes=notes) as assistant:
        conversation = assistant.conversation(asked_on=asked_on, filters=filters)
        talk = _Chat(assistant, conversation, notes, quiet=common.quiet)
        if sys.stdin.isatty():
            talk.at_terminal(history_file())
            return 0
        return talk.from_lines(sys.stdin)


def history_file() -> Path:
    """Where the questions typed into chats are remembered."""
    return platformdirs.user_data_path(settings.APP) / "chat-history"


class _Chat:
    """Takes lines, prints answers. A line is a question, or a command when it begins with a slash."""

    def __init__(self, assistant: Assistant, conversation: Conversation, notes: Notes, *, quiet: bool) -> None:
        self._assistant = assistant
        self._conversation = conversation
        self._console: Console = output()
        self._messages: Console = messages()
        self._quiet = quiet
        self._notes = notes
        self._slash = SlashCommands(assistant, conversation, self._console)

    def from_lines(self, lines: Iterable[str]) -> int:
        """Answers each line; returns 0, or the exit code of the last error."""
        exit_code = 0
        for line in lines:
            if not self._quiet and line.strip():
                show(self._console, [Text(f"> {safe(line)}", "bold")])
            exit_code = self._handle(line) or exit_code
            if self._slash.leaving:
                break
        return exit_code

    def at_terminal(self, history: Path) -> None:
        """Prompts until Ctrl-D or /quit. Ctrl-C clears the line, or stops the answer that is being written."""
        from assistant.cli import prompting

        held = self._assistant.status()
        warming = _warm_up(self._assistant)
        remembered, note = prompting.open_history(history)
        if note:
            self._notes.add(note)
        self._notes.tell()
        if not self._quiet:
            show(self._console, [Text(f"{self._summary(held)}\n/help lists commands, Ctrl-D leaves.", "dim")])
        completer = prompting.SlashCompleter(names(), [name for name, _ in held.outlets])
        session = prompting.new_session(remembered, completer, lambda: self._toolbar(held))
        while not self._slash.leaving:
            try:
                line = session.prompt()
                warming.join()
                self._handle(line)
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
        warming.join()  # the library is closed next: nothing may still be loading from it

    def _handle(self, line: str) -> int:
        line = " ".join(well_formed(line).split())
        try:
            if line.startswith("/"):
                self._slash.run(line)
            elif line:
                self._answer(line)
        except AssistantError as error:
            show_error(self._messages, error)
            return error.exit_code
        return 0

    def _answer(self, question: str) -> None:
        try:
            with draft_view(self._console, watched=is_watched()) as on_text:
                turn = self._conversation.ask(question, on_text=on_text)
        except KeyboardInterrupt:
            if not sys.stdin.isatty():
                raise
            self._console.print(Text("Stopped; this question is forgotten.", "dim"))
            return
        show(self._console, render.answer_parts(self._console, turn.answer))
        self._console.print()
        self._notes.add(*self._assistant.notices)
        self._notes.tell()

    def _summary(self, held: LibraryStatus) -> str:
        return f"{render.plural(held.articles, 'article')}, {published(held)}. {self._model()}"

    def _toolbar(self, held: LibraryStatus) -> str:
        limits = describe(self._conversation.filters)
        return f" {render.plural(held.articles, 'article')} | {self._model()} | {limits} "

    def _model(self) -> str:
        name = safe(self._assistant.model_name)
        return f"Model: {name}" if name else "No model: answers are quoted sentences"


def _warm_up(assistant: Assistant) -> threading.Thread:
    """Loads the heavy parts while the person types."""

    def load() -> None:
        try:
            assistant.warm_up()
        except AssistantError:
            return  # the first question meets the same error and shows it where it can be read

    thread = threading.Thread(target=load, name="warm-up", daemon=True)
    thread.start()
    return thread
