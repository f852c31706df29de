"""A chat from its start to its end: the archive is opened, or filled on the first start, and lines are read.

A line, from a person or a pipe, is a question, or a command if it begins with a slash.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from prompt_toolkit import prompt
from rich.console import Console
from rich.text import Text

import assistant as package
from assistant import settings, wording
from assistant.cli import progress
from assistant.cli.chat.commands import HOW_TO_ADD_A_MODEL, SlashCommands
from assistant.cli.chat.line import Files
from assistant.cli.chat.session_commands import show_continued
from assistant.cli.chat.state import ChatState
from assistant.cli.edge import stoppable, unseen_keys
from assistant.cli.invocation import Invocation
from assistant.cli.reports import days_covered, ingest_parts
from assistant.cli.terminal import output, print_parts
from assistant.errors import AssistantError, LibraryMissing
from assistant.places import LibraryPlace
from assistant.records import Filters
from assistant.retrieval.limits import canonical_names
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


_LEFT = 0  # exit code of a person who leaves before there is anything to ask


def hold_chat(
    invocation: Invocation, asked_on: date | None, filters: Filters, *, resume: str = "", explain: bool = False
) -> int:
    """Hold a conversation until the person leaves; return the exit code.

    `resume` names a saved conversation to go on with: its id, the beginning of it, or "latest"; "" begins a new one.
    With `explain` each answer follows what was understood of its question.
    """
    at_terminal = sys.stdin.isatty()
    with unseen_keys(), ExitStack() as stack:  # what is typed while something loads is shown at the next prompt
        assistant = _open(stack, invocation, at_terminal=at_terminal)
        if assistant is None:
            return _LEFT
        conversation = assistant.conversation(asked_on=asked_on, filters=canonical_names(assistant, filters))
        chat = ChatState(assistant, conversation, invocation.settings, invocation.notices, at_terminal=at_terminal)
        chat.explains = explain
        stack.callback(chat.close)
        return _hold(chat, resume, quiet=invocation.quiet)


def _hold(chat: ChatState, resume: str, *, quiet: bool) -> int:
    if chat.at_terminal and not quiet:
        greet(chat, first=not history_file().exists())
    if resume:
        chat.resume(resume, keep_filters=chat.conversation.filters != Filters())
        if not quiet:
            show_continued(chat)
    if not chat.at_terminal:
        return Loop(chat).from_lines(sys.stdin, quiet=quiet)
    Loop(chat).at_terminal(history_file())
    return 0


def history_file() -> Path:
    """Return the file that remembers the questions typed into chats."""
    return platformdirs.user_data_path(settings.APP) / "chat-history"


def greet(chat: ChatState, *, first: bool) -> None:
    """Say what is asked, and by what; in the first chat of all also how to add a model."""
    held, name = chat.held, safe(chat.assistant.model_name)
    model = f"Model: {name}." if name else "No model: answers are quoted sentences; /model says how to add one."
    told = "" if first and not name else f" {model}"
    chat.say(Text(f"{wording.plural(held.articles, 'article')}, {days_covered(held)}.{told}", "dim"))
    if not told:
        chat.say(Text(HOW_TO_ADD_A_MODEL, "dim"))
    chat.say(Text("/help lists commands, Ctrl-D leaves.", "dim"))


def _open(stack: ExitStack, invocation: Invocation, *, at_terminal: bool) -> Assistant | None:
    """Open the archive, filled on the first start with articles that the person names; None when they leave instead."""
    try:
        assistant = stack.enter_context(invocation.opened())
    except LibraryMissing:
        if not at_terminal:
            raise
        return _filled(stack, invocation)
    if at_terminal and not assistant.status().articles:
        return _filled(stack, invocation, assistant)
    return assistant


def _filled(stack: ExitStack, invocation: Invocation, assistant: Assistant | None = None) -> Assistant | None:
    console = output()
    while True:
        articles = _ask_for_articles(console, invocation.settings.library)
        if articles is None:
            return None
        assistant = assistant or stack.enter_context(invocation.opened(create=True))
        if _fill(assistant, console, articles):
            return assistant


def _examples() -> Path | None:
    """Return the folder of example articles, which a checkout has beside the program; None elsewhere."""
    folder = Path(package.__file__).resolve().parents[1] / "examples" / "articles"
    return folder if folder.is_dir() else None


def _ask_for_articles(console: Console, place: LibraryPlace) -> Path | None:
    """Ask where articles are until a file or folder is named; None when the person wants to leave."""
    tries = _examples()
    enter = "Enter alone takes invented examples, to try the program. " if tries else ""
    print_parts(console, [Text(f"There are no articles in {safe(str(place))} yet.", "bold")])
    print_parts(console, [Text(f"Name a file or a folder of articles. {enter}Ctrl-D leaves.")])
    while True:
        try:
            typed = prompt("Articles: ", completer=Files(escaped=False), complete_while_typing=False).strip()
        except (EOFError, KeyboardInterrupt):
            return None
        chosen = Path(typed.strip("'\"")).expanduser() if typed else tries
        if chosen is not None and chosen.exists():
            return chosen
        if typed:
            print_parts(console, [Text(f"There is no {safe(typed)}.")])


def _fill(assistant: Assistant, console: Console, articles: Path) -> bool:
    """Ingest the articles and print the report; return whether there were any."""
    with progress.ingest_bar(console) as on_progress:
        report = assistant.ingest([articles], on_progress=on_progress)
    print_parts(console, ingest_parts(report, brief=False))
    return bool(report.added or report.updated or report.unchanged)
