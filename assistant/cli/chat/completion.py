"""What the tab key offers: commands, and after a command what it may be followed by.

Names of the archive are offered as they are shown, without the invisible characters that they may hold, so that nothing
of an article reaches the line or the menu alive; the commands find the stored name again.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter, ThreadedCompleter
from prompt_toolkit.document import Document

from assistant.cli.chat.commands import help_of, names
from assistant.cli.chat.state import Talk
from assistant.cli.render import article_line
from assistant.export.files import Format
from assistant.safe_text import safe

Choice = tuple[str, str]  # what is inserted, and what is said of it
Choices = Callable[[str], Iterable[Choice]]  # given what is typed of it so far

_MOST = 20  # titles and sources: more than a screen of them helps nobody
_LAST_WORD = re.compile(r"(?:\\.|[^ ])*$")  # with spaces that are escaped
_LONGEST = 60  # characters of what is said of a choice


class ChatCompleter(Completer):
    """Completes commands and what follows them."""

    def __init__(self, commands: Mapping[str, str], choices: Mapping[str, Choices], paths: Iterable[str]) -> None:
        """`commands` with their help; `choices` of those that have some; `paths`: those followed by files."""
        self._commands = commands
        self._choices = choices
        self._paths = frozenset(paths)
        self._files = Files(escaped=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """The words that may follow what is typed so far."""
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
        """The same; what is looked up in the archive or on the disk does not hold up the typing.

        Commands come at once instead, so that their menu is done with when the tab key asks for what follows them.
        """
        if " " in document.text_before_cursor:
            async for completion in ThreadedCompleter(self).get_completions_async(document, complete_event):
                yield completion
        else:
            for completion in self.get_completions(document, complete_event):
                yield completion


def chat_completer(talk: Talk) -> ChatCompleter:
    """For this chat and the archive that it asks."""
    choices = Choosing(talk)
    return ChatCompleter(
        commands={name: help_of(name) for name in names()},
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
        paths=("/ingest", "/save"),
    )


class Choosing:
    """What may follow a command, from the chat and its archive."""

    def __init__(self, talk: Talk) -> None:
        """Looked up when the tab key is pressed."""
        self._talk = talk

    def commands(self, typed: str) -> Iterable[Choice]:
        """All commands, without their slash."""
        return _fitting(typed, [(name[1:], help_of(name)) for name in names()])

    def outlets(self, typed: str) -> Iterable[Choice]:
        """Those of the archive, with their number of articles."""
        return _fitting(typed, [(safe(name), f"{count:,}") for name, count in self._talk.held.outlets if name])

    def authors(self, typed: str) -> Iterable[Choice]:
        """Those of the archive."""
        return _fitting(typed, [(safe(name), "") for name in self._talk.assistant.authors()])

    def models(self, typed: str) -> Iterable[Choice]:
        """None, and those that the server offers, once it was asked."""
        offered = [(safe(name), "") for name in self._talk.models]
        return _fitting(typed, [("off", "quote sentences, ask no model"), *offered])

    def sources(self, typed: str) -> Iterable[Choice]:
        """Numbers of the sentences shown, those of the last answer first."""
        shown = [c for turn in self._talk.conversation.turns[::-1] for c in turn.answer.citations]
        return _fitting(typed, [(str(c.number), safe(c.text)) for c in shown[:_MOST]])

    def articles(self, typed: str) -> Iterable[Choice]:
        """Numbers, and titles that hold the words typed."""
        yield from self.sources(typed)
        if typed.strip() and not typed.strip().isdecimal():
            for info in self._talk.assistant.titled(typed, limit=_MOST):
                self._talk.titles[safe(info.title)] = info
                yield safe(info.title), article_line(info).plain

    def sessions(self, typed: str) -> Iterable[Choice]:
        """Saved conversations, the newest first."""
        saved = self._talk.assistant.sessions.list().sessions
        return _fitting(typed, [(s.id, safe(s.question)) for s in saved])


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
        """What may follow the beginning of a name."""
        begun = document.text_before_cursor
        if self._escaped:
            begun = begun[_LAST_WORD.search(begun).start() :].replace("\\ ", " ")  # type: ignore[union-attr]  # always there
        for found in self._paths.get_completions(Document(begun), complete_event):
            if all("\n" not in text and safe(text, lines=True) == text for text in (found.text, found.display_text)):
                text = found.text.replace(" ", "\\ ") if self._escaped else found.text
                yield Completion(text, found.start_position, display=found.display)
