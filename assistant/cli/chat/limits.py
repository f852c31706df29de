"""Commands that limit which articles are asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from assistant.cli.chat.state import Talk
from assistant.cli.name_lookup import held_name
from assistant.cli.options import checked, iso_day
from assistant.records import Filters
from assistant.wording import limits_in_words

_TAB = "The tab key lists those it has."


class Limits:
    """Commands over the filters of the conversation."""

    title = "Which articles are asked"

    def __init__(self, talk: Talk) -> None:
        """The limits of this chat."""
        self._talk = talk

    def cmd_since(self, argument: str) -> None:
        """Use only articles published on this day or later: /since 2025-11-01; /since alone lifts it."""
        self._limit(since=_day(argument, "/since"))

    def cmd_until(self, argument: str) -> None:
        """Use only articles published on this day or earlier: /until 2025-11-30; /until alone lifts it."""
        self._limit(until=_day(argument, "/until"))

    def cmd_outlet(self, argument: str) -> None:
        """Use only this outlet, besides those named before: /outlet Reuters; /outlet alone lifts it."""
        held = (name for name, _ in self._talk.assistant.status().outlets)
        self._limit(outlets=_joined(self._talk.conversation.filters.outlets, argument, held, "outlet"))

    def cmd_author(self, argument: str) -> None:
        """Use only this author, besides those named before: /author Jane Doe; /author alone lifts it."""
        held = self._talk.assistant.authors()
        self._limit(authors=_joined(self._talk.conversation.filters.authors, argument, held, "author"))

    def cmd_filters(self, _: str) -> None:
        """Show the limits in force."""
        self._talk.say(limits_in_words(self._talk.conversation.filters))

    def cmd_clear_filters(self, _: str) -> None:
        """Lift all limits."""
        self._talk.conversation.filters = Filters()
        self.cmd_filters("")

    def _limit(self, **changes: object) -> None:
        limits = replace(self._talk.conversation.filters, **changes)  # type: ignore[arg-type]  # fields of Filters
        self._talk.conversation.filters = checked(limits)
        self.cmd_filters("")


def _day(argument: str, command: str) -> date | None:
    return iso_day(argument or None, command)


def _joined(known: tuple[str, ...], name: str, held: Iterable[str], kind: str) -> tuple[str, ...]:
    """With the name added once, spelt as the archive has it; without a name, none. See `held_name` for errors."""
    return tuple(dict.fromkeys((*known, held_name(name, held, kind, otherwise=_TAB)))) if name else ()
