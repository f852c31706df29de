"""The line that a person types into: history, completion, pasting, and the bar below.

The tab key offers commands, and what may follow a command. Names of the archive are offered as they are shown, without
the invisible characters that they may hold, so that nothing of an article reaches the line or the menu alive; the
commands find the stored name again.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter, ThreadedCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.shortcuts import CompleteStyle
from rich.cells import cell_len
from rich.text import Text

from assistant import wording
from assistant.cli.chat.commands import command_names, help_of
from assistant.cli.chat.state import ChatState
from assistant.cli.render import article_line
from assistant.export.target import Format
from assistant.records import Filters
from assistant.safe_text import safe, well_formed

Toolbar = Callable[[int], str]  # given the width of the window


def open_history(file: Path) -> tuple[History, str]:
    """Return earlier questions, in a file that only its owner can read; and a notice when that file cannot be used."""
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


Choice = tuple[str, str]  # what is inserted, and what is said of it
Complete = Callable[[str], Iterable[Choice]]  # given what is typed of it so far

_MOST = 20  # titles and sources: more than a screen of them does not help
_LAST_WORD = re.compile(r"(?:\\.|[^ ])*$")  # with spaces that are escaped
_LONGEST = 60  # characters of what is said of a choice


class ChatCompleter(Completer):
    """Completes commands and what follows them."""

    def __init__(self, commands: Mapping[str, str], choices: Mapping[str, Complete], paths: Iterable[str]) -> None:
        """`commands` with their help; `choices` of those that have some; `paths`: those followed by files."""
        self._commands = commands
        self._choices = choices
        self._paths = frozenset(paths)
        self._files = Files(escaped=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield the words that may follow what is typed so far."""
        typed = document.text_before_cursor
        command, blank, argument = typed.partition(" ")
        if not typed.startswith("/"):
            return
        if not blank:
            yield from _beginning_with(typed, self._commands.items())
        elif command in self._choices:
            yield from (_completion(choice, argument) for choice in self._choices[command](argument))
        elif command in self._paths:
            yield from self._files.get_completions(Document(argument), complete_event)

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Yield the same; what is looked up in the archive or on the disk does not hold up the typing.

        Commands come at once instead, so that their menu is done with when the tab key asks for what follows them.
        """
        if " " in document.text_before_cursor:
            async for completion in ThreadedCompleter(self).get_completions_async(document, complete_event):
                yield completion
        else:
            for completion in self.get_completions(document, complete_event):
                yield completion


def chat_completer(chat: ChatState) -> ChatCompleter:
    """Make the completer for this chat and the archive that it asks."""
    choices = Choices(chat)
    return ChatCompleter(
        commands={name: help_of(name) for name in command_names()},
        choices={
            "/help": choices.commands,
            "/outlet": choices.outlets,
            "/author": choices.authors,
            "/open": choices.articles,
            "/context": choices.sources,
            "/why": choices.sources,
            "/copy": choices.sources,
            "/model": choices.models,
            "/export": lambda typed: _fitting(typed, [(str(form), "") for form in Format]),
            "/strict": lambda typed: _fitting(typed, [("on", ""), ("off", "")]),
            "/resume": choices.sessions,
        },
        paths=("/ingest", "/save", "/check"),
    )


class Choices:
    """Completions after a command, from the chat and its archive."""

    def __init__(self, chat: ChatState) -> None:
        """The choices are looked up when the tab key is pressed."""
        self._chat = chat

    def commands(self, typed: str) -> Iterable[Choice]:
        """Return all commands, without their slash."""
        return _fitting(typed, [(name[1:], help_of(name)) for name in command_names()])

    def outlets(self, typed: str) -> Iterable[Choice]:
        """Return the outlets of the archive, with their numbers of articles."""
        return _fitting(typed, [(safe(name), f"{count:,}") for name, count in self._chat.held.outlets if name])

    def authors(self, typed: str) -> Iterable[Choice]:
        """Return the authors in the archive."""
        return _fitting(typed, [(safe(name), "") for name in self._chat.assistant.authors()])

    def models(self, typed: str) -> Iterable[Choice]:
        """Return "off" and the models that the server listed when /model last asked it."""
        offered = [(safe(name), "") for name in self._chat.models]
        return _fitting(typed, [("off", "quote sentences, ask no model"), *offered])

    def sources(self, typed: str) -> Iterable[Choice]:
        """Return the numbers of the sentences shown, those of the last answer first."""
        shown = [c for turn in self._chat.conversation.turns[::-1] for c in turn.answer.citations]
        return _fitting(typed, [(str(c.number), safe(c.text)) for c in shown[:_MOST]])

    def articles(self, typed: str) -> Iterable[Choice]:
        """Yield numbers of sentences, and titles that hold the words typed."""
        yield from self.sources(typed)
        if typed.strip() and not typed.strip().isdecimal():
            for info in self._chat.assistant.titled(typed, limit=_MOST):
                self._chat.titles[safe(info.title)] = info
                yield safe(info.title), article_line(info).plain

    def sessions(self, typed: str) -> Iterable[Choice]:
        """Return the saved conversations, the newest first."""
        saved = self._chat.assistant.sessions.list().sessions
        return _fitting(typed, [(s.id, safe(s.called)) for s in saved])


def _fitting(typed: str, choices: Iterable[Choice]) -> list[Choice]:
    return [choice for choice in choices if choice[0].casefold().startswith(typed.casefold())]


def _beginning_with(typed: str, choices: Iterable[Choice]) -> Iterator[Completion]:
    return (_completion(choice, typed) for choice in _fitting(typed, choices))


def _completion(choice: Choice, typed: str) -> Completion:
    text, said = choice
    return Completion(text, start_position=-len(typed), display=text, display_meta=said[:_LONGEST])


class Files(Completer):
    """Files and folders; those whose names hold what a terminal would obey are left out, but can be typed."""

    def __init__(self, *, escaped: bool) -> None:
        """`escaped`: the last word of several is completed, and blanks in it are written as a shell wants them."""
        self._paths = PathCompleter(expanduser=True)
        self._escaped = escaped

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield what may follow the beginning of a name."""
        typed = document.text_before_cursor
        if self._escaped:
            typed = _last_word(typed).replace("\\ ", " ")
        for found in self._paths.get_completions(Document(typed), complete_event):
            if _is_harmless(found.text) and _is_harmless(found.display_text):
                text = found.text.replace(" ", "\\ ") if self._escaped else found.text
                yield Completion(text, found.start_position, display=found.display)


def _last_word(typed: str) -> str:
    found = _LAST_WORD.search(typed)
    return found[0] if found else ""


def _is_harmless(name: str) -> bool:
    """Whether a terminal would show the name as it is, on one line."""
    return "\n" not in name and safe(name, lines=True) == name
