"""Where a chat begins: the library is opened, or filled on the first start, and a saved conversation taken up."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from rich.text import Text

from assistant import settings, wording
from assistant.cli import name_lookup as names
from assistant.cli.chat.loop import Loop
from assistant.cli.chat.session_commands import show_taken_up
from assistant.cli.chat.setup import HOW_TO_ADD_A_MODEL
from assistant.cli.chat.state import Talk
from assistant.cli.interrupts import unseen_keys
from assistant.cli.invocation import Notes, Opener, opened
from assistant.cli.options import Common
from assistant.cli.reports import published
from assistant.cli.terminal import output
from assistant.errors import LibraryMissing
from assistant.records import Filters
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.app import Assistant

_LEFT = 0  # exit code of a person who leaves before there is anything to ask


def chat(opener: Opener, common: Common, asked_on: date | None, filters: Filters, *, resume: str = "") -> int:
    """Holds a conversation until the person leaves; returns the exit code.

    `resume` names a saved conversation to go on with: its id, the beginning of it, or "latest"; "" begins a new one.
    """
    notes, at_terminal = Notes.of(common), sys.stdin.isatty()
    with unseen_keys(), ExitStack() as stack:  # what is typed while something loads is shown at the next prompt
        assistant = _open(stack, opener, common, notes, at_terminal=at_terminal)
        if assistant is None:
            return _LEFT
        conversation = assistant.conversation(asked_on=asked_on, filters=names.held(assistant, filters))
        talk = Talk(assistant, conversation, common.load().settings, notes, at_terminal=at_terminal)
        stack.callback(talk.close)
        return _hold(talk, resume, quiet=common.quiet)


def _hold(talk: Talk, resume: str, *, quiet: bool) -> int:
    if talk.at_terminal and not quiet:
        greet(talk, first=not history_file().exists())
    if resume:
        talk.resume(resume, keep_filters=talk.conversation.filters != Filters())
        if not quiet:
            show_taken_up(talk)
    if not talk.at_terminal:
        return Loop(talk).from_lines(sys.stdin, quiet=quiet)
    Loop(talk).at_terminal(history_file())
    return 0


def history_file() -> Path:
    """Where the questions typed into chats are remembered."""
    return platformdirs.user_data_path(settings.APP) / "chat-history"


def greet(talk: Talk, *, first: bool) -> None:
    """Say what is asked, and by what; in the first chat of all also how to add a model."""
    held, name = talk.held, safe(talk.assistant.model_name)
    model = f"Model: {name}." if name else "No model: answers are quoted sentences; /model says how to add one."
    told = "" if first and not name else f" {model}"
    talk.say(Text(f"{wording.plural(held.articles, 'article')}, {published(held)}.{told}", "dim"))
    if not told:
        talk.say(Text(HOW_TO_ADD_A_MODEL, "dim"))
    talk.say(Text("/help lists commands, Ctrl-D leaves.", "dim"))


def _open(stack: ExitStack, opener: Opener, common: Common, notes: Notes, *, at_terminal: bool) -> Assistant | None:
    """The library; on the first start with the articles that the person names. None when they leave instead."""
    try:
        assistant = stack.enter_context(opened(opener, common, notes=notes))
    except LibraryMissing:
        if not at_terminal:
            raise
        return _filled(stack, opener, common, notes)
    if at_terminal and not assistant.status().articles:
        return _filled(stack, opener, common, notes, assistant)
    return assistant


def _filled(
    stack: ExitStack, opener: Opener, common: Common, notes: Notes, assistant: Assistant | None = None
) -> Assistant | None:
    from assistant.cli.chat import first_start

    console = output()
    while True:
        articles = first_start.ask_for_articles(console, common.load().settings.library)
        if articles is None:
            return None
        assistant = assistant or stack.enter_context(opened(opener, common, notes=notes, create=True))
        if first_start.fill(assistant, console, articles):
            return assistant
