"""The line that a person types into: history, completion, pasting, and the bar below."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import Completer
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.shortcuts import CompleteStyle
from rich.cells import cell_len
from rich.text import Text

from assistant import wording
from assistant.cli.chat.state import ChatState
from assistant.records import Filters
from assistant.safe_text import safe, well_formed

Toolbar = Callable[[int], str]  # given the width of the window


def open_history(file: Path) -> tuple[History, str]:
    """Return earlier questions, in a file that only its owner can read; and a notice when that cannot be had."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        file.chmod(0o600)
    except OSError as error:
        return InMemoryHistory(), f"Questions are not remembered after this chat: {file} cannot be written ({error})."
    return FileHistory(str(file)), ""


def new_session(history: History, completer: Completer, toolbar: Toolbar) -> PromptSession[str]:
    """Make a prompt that completes commands while they are typed, and all else when the tab key is pressed."""
    return PromptSession(
        "> ",
        history=history,
        completer=completer,
        complete_while_typing=Condition(_names_a_command),
        complete_style=CompleteStyle.COLUMN,
        key_bindings=_keys(),
        prompt_continuation="  ",
        bottom_toolbar=lambda: toolbar(get_app().output.get_size().columns),
        reserve_space_for_menu=6,
        enable_suspend=True,
        search_ignore_case=True,
    )


def _names_a_command() -> bool:
    """Whether a command is being typed, and nothing after it yet: that is looked up when the tab key is pressed."""
    text = get_app().current_buffer.text
    return text.startswith("/") and " " not in text


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add(Keys.BracketedPaste)
    def paste(event: KeyPressEvent) -> None:
        """A paste of several lines stays one question, to be read before it is sent."""
        text = event.data.replace("\r\n", "\n").replace("\r", "\n")
        event.current_buffer.insert_text(safe(well_formed(text), lines=True).strip("\n"))

    @keys.add("escape", "enter")
    def begin_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


def toolbar(chat: ChatState, width: int) -> str:
    """Return the line below the prompt, at most `width` cells wide; what narrows the answers is given up last."""
    limits = chat.conversation.filters
    name = safe(chat.assistant.model_name)
    pieces = [  # as shown; the number says how early a piece is given up
        (2, wording.plural(chat.held.articles, "article")),
        (1, f"model {name}" if name else "no model"),
        (0, f"only {wording.limits_in_words(limits)}" if limits != Filters() else ""),
        (0, "strict" if chat.strict else ""),
        (3, chat.spending.in_short()),
        (4, "/help" if not chat.conversation.turns else ""),
    ]
    for kept in (4, 3, 2, 1, 0):
        line = " " + " | ".join(text for early, text in pieces if text and early <= kept)
        if cell_len(line) <= width:
            return line
    cut = Text(line)
    cut.truncate(width, overflow="ellipsis")
    return cut.plain
