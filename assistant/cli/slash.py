"""The commands of a chat: each method `cmd_xxx` is `/xxx`, and its docstring is its help."""

from __future__ import annotations

import difflib
import inspect
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from assistant.cli import article, render
from assistant.cli.options import checked, iso_day
from assistant.cli.safe import safe
from assistant.cli.terminal import hanging, is_watched, show
from assistant.errors import UsageError
from assistant.records import Filters

if TYPE_CHECKING:
    from assistant.answering.conversation import Conversation
    from assistant.app import Assistant


def names() -> list[str]:
    """All commands, with their slash, in the order of the help."""
    methods = (name for name in vars(SlashCommands) if name.startswith("cmd_"))
    return ["/" + name.removeprefix("cmd_").replace("_", "-") for name in methods]


class SlashCommands:
    """Runs commands on one conversation. Errors in their use raise `UsageError`."""

    def __init__(self, assistant: Assistant, conversation: Conversation, console: Console) -> None:
        self._assistant = assistant
        self._conversation = conversation
        self._console = console
        self.leaving = False

    def run(self, line: str) -> None:
        """Runs one line that begins with a slash."""
        command, _, argument = line.strip().partition(" ")
        if command not in names():
            near = difflib.get_close_matches(command, names(), n=1, cutoff=0.4)
            raise UsageError(f"There is no {command}; " + (f"did you mean {near[0]}?" if near else "see /help."))
        getattr(self, "cmd_" + command[1:].replace("-", "_"))(argument.strip())

    def cmd_help(self, _: str) -> None:
        """List these commands."""
        for name in names():
            text = inspect.getdoc(getattr(self, "cmd_" + name[1:].replace("-", "_"))) or ""
            self._console.print(hanging(self._console, f"{name:<15}", Text(text)))

    def cmd_sources(self, _: str) -> None:
        """Show the sources of the last answer again, each with its sentence."""
        turns = self._conversation.turns
        if not turns or not turns[-1].answer.citations:
            raise UsageError("There is no answer with sources yet.")
        show(self._console, render.sources(self._console, turns[-1].answer.citations))

    def cmd_open(self, argument: str) -> None:
        """Show sentence N of any answer in its article: /open 2, or /open 2 all for the whole article."""
        number, _, rest = argument.partition(" ")
        citation = self._conversation.citation(int(number)) if number.isdecimal() else None
        if citation is None or rest.strip() not in ("", "all"):
            raise UsageError("Write /open N or /open N all, with the number N of a source shown in this chat.")
        stored = self._assistant.article(citation.article.id, citation.article.version)
        whole = rest.strip() == "all"
        parts = article.context_parts(stored, citation.sentence, whole=whole)
        if whole and is_watched():
            with self._console.pager():
                show(self._console, parts)
        else:
            show(self._console, parts)

    def cmd_since(self, argument: str) -> None:
        """Use only articles published on this day or later: /since 2025-11-01; /since alone lifts it."""
        self._limit(replace(self._conversation.filters, since=_day(argument, "/since")))

    def cmd_until(self, argument: str) -> None:
        """Use only articles published on this day or earlier: /until 2025-11-30; /until alone lifts it."""
        self._limit(replace(self._conversation.filters, until=_day(argument, "/until")))

    def cmd_outlet(self, argument: str) -> None:
        """Use only this outlet, besides those named before: /outlet Reuters; /outlet alone lifts it."""
        limits = self._conversation.filters
        self._limit(replace(limits, outlets=_joined(limits.outlets, argument)))

    def cmd_author(self, argument: str) -> None:
        """Use only this author, besides those named before: /author Jane Doe; /author alone lifts it."""
        limits = self._conversation.filters
        self._limit(replace(limits, authors=_joined(limits.authors, argument)))

    def cmd_filters(self, _: str) -> None:
        """Show the limits in force."""
        show(self._console, [Text(describe(self._conversation.filters))])

    def cmd_clear_filters(self, _: str) -> None:
        """Lift all limits."""
        self._limit(Filters())

    def cmd_quit(self, _: str) -> None:
        """Leave the chat; so does Ctrl-D."""
        self.leaving = True

    def _limit(self, limits: Filters) -> None:
        self._conversation.filters = checked(limits)
        self.cmd_filters("")


def _day(argument: str, command: str) -> date | None:
    return iso_day(argument or None, command)


def _joined(known: tuple[str, ...], name: str) -> tuple[str, ...]:
    """With the name added once; without a name, none."""
    return tuple(dict.fromkeys((*known, name))) if name else ()


def describe(limits: Filters) -> str:
    """The limits in words."""
    parts = [
        f"since {render.day(limits.since)}" if limits.since else "",
        f"until {render.day(limits.until)}" if limits.until else "",
        "outlet " + " or ".join(safe(name) for name in limits.outlets) if limits.outlets else "",
        "author " + " or ".join(safe(name) for name in limits.authors) if limits.authors else "",
    ]
    return "; ".join(p for p in parts if p) or "all articles"
