"""The line that a person types into: history, completion, pasting, and the bar below."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from assistant.cli.safe import safe, well_formed


class SlashCompleter(Completer):
    """Completes commands, and outlets after /outlet."""

    def __init__(self, commands: Sequence[str], outlets: Sequence[str]) -> None:
        self._commands = commands
        self._outlets = outlets

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """The words that may follow what is typed so far."""
        del complete_event  # they are the same however they are asked for
        typed = document.text_before_cursor
        command, blank, argument = typed.partition(" ")
        if command == "/outlet" and blank:
            return _beginning_with(argument, self._outlets)
        return _beginning_with(typed, self._commands) if typed.startswith("/") else ()


def _beginning_with(typed: str, words: Iterable[str]) -> Iterable[Completion]:
    fitting = (word for word in words if word.casefold().startswith(typed.casefold()))
    return [Completion(word, start_position=-len(typed), display=safe(word)) for word in fitting]


def open_history(file: Path) -> tuple[History, str]:
    """The questions of earlier chats, in a file that only its owner can read; and a note when that cannot be had."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        file.chmod(0o600)
    except OSError as error:
        return InMemoryHistory(), f"Questions are not remembered after this chat: {file} cannot be written ({error})."
    return FileHistory(str(file)), ""


def new_session(history: History, completer: Completer, toolbar: Callable[[], str]) -> PromptSession[str]:
    """A prompt; a paste of several lines becomes one line, to be read before it is sent."""
    keys = KeyBindings()

    @keys.add(Keys.BracketedPaste)
    def paste(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text(" ".join(well_formed(event.data).split()))

    return PromptSession(
        "> ",
        history=history,
        completer=completer,
        complete_while_typing=False,
        key_bindings=keys,
        bottom_toolbar=toolbar,
    )
