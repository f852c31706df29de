"""From a line that begins with a slash to the command that it names; commands over limits and over the program itself.

Commands are the methods `cmd_xxx` of the groups: `/xxx` calls them with the rest of the line, and their docstring is
their help.
"""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol

from assistant.cli.archive import take_in
from assistant.cli.chat.session_commands import SessionCommands, typed_words
from assistant.cli.chat.source_commands import SourceCommands
from assistant.cli.chat.state import ChatState
from assistant.cli.check import PROBLEMS
from assistant.cli.reports import ingest_parts
from assistant.cli.terminal import print_parts
from assistant.english.broad_questions import Kind, request_for
from assistant.errors import UsageError
from assistant.records import Filters
from assistant.retrieval.limits import canonical_name, checked, iso_day
from assistant.safe_text import safe
from assistant.wording import limits_in_words


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


class DraftCommands:
    """Commands over a text of the user's own."""

    title = "A draft"

    def __init__(self, chat: ChatState) -> None:
        self._chat = chat

    def cmd_check(self, argument: str) -> None:
        """Check a draft against the archive, within the limits in force: /check draft.md; /check draft.md problems."""
        words = typed_words(argument)
        only_problems = words[1:] == [PROBLEMS]
        if not words or words[0] == "-" or (words[1:] and not only_problems):
            raise UsageError("Write /check DRAFT, with a file or the address of a page, or /check DRAFT problems.")
        from assistant.cli import check_view, progress
        from assistant.drafts.checking import CheckOptions
        from assistant.drafts.draft_files import read_draft

        chat = self._chat
        draft = read_draft(words[0], sys.stdin.buffer, allow_private=chat.settings.allow_private_addresses)
        chat.wait()
        with progress.sentence_bar(chat.messages, watched=chat.messages.is_terminal) as on_checked:
            report = chat.assistant.check(draft, CheckOptions(filters=chat.conversation.filters), on_checked)
        print_parts(chat.console, check_view.report_parts(chat.console, report, only_problems=only_problems))


_LISTED = 20  # models of a server
_TAB = "The tab key lists those it has."
HOW_TO_ADD_A_MODEL = (
    "Without a language model, answers are sentences quoted from the archive. To have prose written from them, set\n"
    "  OPENAI_API_KEY=…  for OpenAI, or for a server of your own\n"
    "  OPENAI_BASE_URL=http://localhost:11434/v1  (Ollama)  or  http://localhost:8080/v1  (llama.cpp)\n"
    "then start the chat again, with --model NAME where the server offers several."
)
KEYS = (
    "Tab completes commands, outlets, authors, titles and files. Ctrl-R searches earlier questions.",
    "Alt-Enter begins a new line. Ctrl-C stops an answer, Ctrl-D leaves.",
)


class LimitCommands:
    """Commands over the filters of the conversation."""

    title = "Which articles are asked"

    def __init__(self, chat: ChatState) -> None:
        self._chat = chat

    def cmd_since(self, argument: str) -> None:
        """Use only articles published on this day or later: /since 2025-11-01; /since alone lifts it."""
        self._limit(since=_day(argument, "/since"))

    def cmd_until(self, argument: str) -> None:
        """Use only articles published on this day or earlier: /until 2025-11-30; /until alone lifts it."""
        self._limit(until=_day(argument, "/until"))

    def cmd_outlet(self, argument: str) -> None:
        """Use only this outlet, besides those named before: /outlet Reuters; /outlet alone lifts it."""
        held = (name for name, _ in self._chat.assistant.status().outlets)
        self._limit(outlets=_joined(self._chat.conversation.filters.outlets, argument, held, "outlet"))

    def cmd_author(self, argument: str) -> None:
        """Use only this author, besides those named before: /author Jane Doe; /author alone lifts it."""
        held = self._chat.assistant.authors()
        self._limit(authors=_joined(self._chat.conversation.filters.authors, argument, held, "author"))

    def cmd_filters(self, _: str) -> None:
        """Show the limits in force."""
        self._chat.say(limits_in_words(self._chat.conversation.filters))

    def cmd_clear_filters(self, _: str) -> None:
        """Lift all limits."""
        self._chat.conversation.filters = Filters()
        self.cmd_filters("")

    def _limit(self, **changes: object) -> None:
        limits = replace(self._chat.conversation.filters, **changes)  # type: ignore[arg-type]  # fields of Filters
        self._chat.conversation.filters = checked(limits)
        self.cmd_filters("")


def _day(argument: str, command: str) -> date | None:
    return iso_day(argument or None, command)


def _joined(known: tuple[str, ...], name: str, held: Iterable[str], kind: str) -> tuple[str, ...]:
    """Add the name once, as the archive spells it; without a name, return none. Raises as `canonical_name` does."""
    return tuple(dict.fromkeys((*known, canonical_name(name, held, kind, otherwise=_TAB)))) if name else ()


class ProgramCommands:
    """Commands over the settings of this chat and over the archive."""

    title = "This chat"

    def __init__(self, chat: ChatState) -> None:
        self._chat = chat

    def cmd_model(self, argument: str) -> None:
        """Say which language model is asked and what the server offers; /model NAME asks another, /model off none."""
        assistant = self._chat.assistant
        if argument:
            assistant.choose_model("" if argument == "off" else argument)
        name = safe(assistant.model_name)
        self._chat.say(f"Model: {name}" if name else HOW_TO_ADD_A_MODEL)
        if name and not argument:
            self._list_models()

    def _list_models(self) -> None:
        """Ask the server, and remember what it said for the tab key. Raises `ModelError` when it does not answer."""
        from assistant.llm.server_facts import models_offered

        with self._chat.working("Asking the server for its models"):
            self._chat.models = models_offered(self._chat.settings)
        shown = ", ".join(safe(name) for name in self._chat.models[:_LISTED])
        more = f" and {len(self._chat.models) - _LISTED} more" if len(self._chat.models) > _LISTED else ""
        self._chat.say(f"The server offers {shown}{more}." if shown else "The server does not list its models.")

    def cmd_strict(self, argument: str) -> None:
        """Show only statements that passed every check, or mark the others: /strict on, /strict off."""
        if argument not in ("on", "off", ""):
            raise UsageError("Write /strict on or /strict off.")
        if argument:
            self._chat.conversation.strict = argument == "on"
        on = self._chat.strict
        self._chat.say(
            "Strict: only statements that passed every check are shown."
            if on
            else "Not strict: statements that failed a check are shown and marked."
        )

    def cmd_cost(self, _: str) -> None:
        """Say how many tokens the model used in this chat, and what they cost."""
        self._chat.say(self._chat.spending.in_full() or "No tokens were counted in this chat: no model was asked.")

    def cmd_ingest(self, argument: str) -> None:
        """Take articles into the archive: /ingest clippings/ dump.jsonl https://news.example/page."""
        from assistant.fetching.fetch import is_address

        words = typed_words(argument)
        if not words:
            raise UsageError("Write /ingest PATH, with a file or a folder of articles, or the address of a page.")
        sources = [word if is_address(word) else Path(word).expanduser() for word in words]
        self._chat.wait()
        console = self._chat.messages
        report = take_in(self._chat.assistant, sources, console, watched=console.is_terminal)
        print_parts(self._chat.console, ingest_parts(report, brief=False))
        self._chat.archive_changed()

    def cmd_quit(self, _: str) -> None:
        """Leave the chat; so does Ctrl-D."""
        self._chat.leaving = True


GROUPS = (  # in the order of the help
    OverviewCommands,
    SourceCommands,
    DraftCommands,
    LimitCommands,
    SessionCommands,
    ProgramCommands,
)


class Group(Protocol):
    """A class of commands."""

    title: str  # heading of the help

    def __init__(self, chat: ChatState) -> None:
        """The commands work on this chat."""


def command_names() -> list[str]:
    """Return all commands, with their slash, in the order of the help."""
    return ["/help", *(name for group in GROUPS for name in _names(group))]


def help_of(name: str) -> str:
    """Say what a command does, and how it is written."""
    found = SlashCommands if name == "/help" else next(group for group in GROUPS if name in _names(group))
    return " ".join((inspect.getdoc(getattr(found, _method(name))) or "").split())


def _names(group: type[Group]) -> list[str]:
    methods = (name for name in vars(group) if name.startswith("cmd_"))
    return ["/" + name.removeprefix("cmd_").replace("_", "-") for name in methods]


def _method(name: str) -> str:
    return "cmd_" + name.removeprefix("/").replace("-", "_")


class SlashCommands:
    """Runs commands on one chat. Errors in their use raise `UsageError`."""

    def __init__(self, chat: ChatState) -> None:
        self._chat = chat
        groups = [group(chat) for group in GROUPS]
        methods = {name: getattr(group, _method(name)) for group in groups for name in _names(type(group))}
        self._commands: dict[str, Callable[[str], None]] = {"/help": self.cmd_help, **methods}

    def run(self, line: str) -> None:
        """Run one line that begins with a slash."""
        command, _, argument = line.strip().partition(" ")
        self._commands[self._known(command)](argument.strip())

    def cmd_help(self, argument: str) -> None:
        """List these commands, or say what one does: /help open."""
        if argument:
            name = self._known("/" + argument.removeprefix("/"))
            self._chat.say_under(f"{name}  ", help_of(name))
            return
        for title, listed in (("", ["/help"]), *((group.title, _names(group)) for group in GROUPS)):
            if title:
                self._chat.say("", title)
            for name in listed:
                self._chat.say_under(f"  {name:<15}", help_of(name))
        self._chat.say("", *KEYS)

    def _known(self, command: str) -> str:
        if command in self._commands:
            return command
        near = difflib.get_close_matches(command.lower(), self._commands, n=1, cutoff=0.5)
        raise UsageError(f"There is no {command}; " + (f"did you mean {near[0]}?" if near else "see /help."))
