"""From a line that begins with a slash to the command that it names.

Commands are the methods `cmd_xxx` of the groups below: `/xxx` calls them with the rest of the line, and their docstring
is their help.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from typing import Protocol

from assistant.cli.chat.limits import Limits
from assistant.cli.chat.session_commands import Keeping
from assistant.cli.chat.setup import Setup
from assistant.cli.chat.source_commands import Reading
from assistant.cli.chat.state import Talk
from assistant.errors import UsageError

GROUPS = (Reading, Limits, Keeping, Setup)  # in the order of the help


class Group(Protocol):
    """A class of commands."""

    title: str  # heading of the help

    def __init__(self, talk: Talk) -> None:
        """The commands work on this chat."""


def names() -> list[str]:
    """All commands, with their slash, in the order of the help."""
    return ["/help", *(name for group in GROUPS for name in _names(group))]


def help_of(name: str) -> str:
    """What a command does, and how it is written."""
    found = SlashCommands if name == "/help" else next(group for group in GROUPS if name in _names(group))
    return " ".join((inspect.getdoc(getattr(found, _method(name))) or "").split())


def _names(group: type[Group]) -> list[str]:
    methods = (name for name in vars(group) if name.startswith("cmd_"))
    return ["/" + name.removeprefix("cmd_").replace("_", "-") for name in methods]


def _method(name: str) -> str:
    return "cmd_" + name.removeprefix("/").replace("-", "_")


class SlashCommands:
    """Runs commands on one chat. Errors in their use raise `UsageError`."""

    def __init__(self, talk: Talk) -> None:
        """Makes the groups."""
        self._talk = talk
        groups = [group(talk) for group in GROUPS]
        methods = {name: getattr(group, _method(name)) for group in groups for name in _names(type(group))}
        self._commands: dict[str, Callable[[str], None]] = {"/help": self.cmd_help, **methods}

    def run(self, line: str) -> None:
        """Runs one line that begins with a slash."""
        command, _, argument = line.strip().partition(" ")
        self._commands[self._known(command)](argument.strip())

    def cmd_help(self, argument: str) -> None:
        """List these commands, or say what one does: /help open."""
        if argument:
            name = self._known("/" + argument.removeprefix("/"))
            self._talk.say_under(f"{name}  ", help_of(name))
            return
        for title, listed in (("", ["/help"]), *((group.title, _names(group)) for group in GROUPS)):
            if title:
                self._talk.say("", title)
            for name in listed:
                self._talk.say_under(f"  {name:<15}", help_of(name))
        self._talk.say("", *KEYS)

    def _known(self, command: str) -> str:
        if command in self._commands:
            return command
        near = difflib.get_close_matches(command.lower(), self._commands, n=1, cutoff=0.5)
        raise UsageError(f"There is no {command}; " + (f"did you mean {near[0]}?" if near else "see /help."))


KEYS = (
    "Tab completes commands, outlets, authors, titles and files. Ctrl-R searches earlier questions.",
    "Alt-Enter begins a new line. Ctrl-C stops an answer, Ctrl-D leaves.",
)
