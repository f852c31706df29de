"""One call of a command: its settings, the archive that it opens, and how it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import typer

from assistant.cli.options import Common, Options, load_settings
from assistant.places import LibraryPlace
from assistant.settings import LoadedSettings, Settings

if TYPE_CHECKING:
    from rich.text import Text

    from assistant.app import Assistant


class Opener(Protocol):
    """Opens the archive in a folder; tests hand in one with a fake embedder."""

    def __call__(
        self, folder: LibraryPlace, *, settings: Settings, create: bool, on_notice: Callable[[str], None]
    ) -> Assistant:
        """Raises `LibraryMissing` when nothing is there and `create` is False."""


def open_assistant(
    folder: LibraryPlace, *, settings: Settings, create: bool, on_notice: Callable[[str], None]
) -> Assistant:
    """Open the archive. The parts are imported here, so that help and errors in arguments come at once."""
    from assistant.app import Assistant

    return Assistant.open(folder, settings=settings, create=create, on_notice=on_notice)


class Notices:
    """Messages that accompany a result, e.g. which vocabulary counts tokens: each is printed once, after the result.

    They come while a progress bar or a draft is on the screen, so they wait for `show`.
    """

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self._waiting: list[str] = []
        self._seen: set[str] = set()

    def add(self, *notices: str) -> None:
        """Keep those that are new until the next `show`."""
        new = [notice for notice in dict.fromkeys(notices) if notice not in self._seen and not self._silent]
        self._seen.update(new)
        self._waiting += new

    def show(self) -> None:
        """Print those that wait, on standard error."""
        if self._waiting:
            from assistant.cli.terminal import messages, show_notes

            show_notes(messages(), self._waiting)
            self._waiting = []


class Invocation:
    """One call of a command. With --quiet and with --json no notice is printed: standard error holds errors only."""

    def __init__(self, opener: Opener, loaded: LoadedSettings, *, as_json: bool, quiet: bool) -> None:
        self.opener = opener
        self.loaded = loaded
        self.settings: Settings = loaded.settings
        self.as_json = as_json
        self.quiet = quiet
        self.notices = Notices(silent=quiet or as_json)

    @classmethod
    def of(cls, ctx: typer.Context, common: Common, *others: Options) -> Invocation:
        """Load the settings with these options on top. Raises `UsageError` when they are faulty."""
        return cls(
            ctx.obj or open_assistant, load_settings(common, *others), as_json=common.as_json, quiet=common.quiet
        )

    @contextmanager
    def opened(self, *, create: bool = False, library: LibraryPlace | None = None) -> Iterator[Assistant]:
        """Open the archive of the settings, or the one in `library`; notices are shown when it is closed."""
        self.notices.add(*self.loaded.notices)
        folder = library or self.settings.library
        try:
            with self.opener(folder, settings=self.settings, create=create, on_notice=self.notices.add) as assistant:
                yield assistant
        finally:
            self.notices.show()

    def progress_is_seen(self) -> bool:
        """Whether a person watches standard error and wants to see progress there."""
        from assistant.cli.terminal import messages

        return messages().is_terminal and not (self.quiet or self.as_json)

    def print(self, record: object, lines: Iterable[Text]) -> None:
        """Print the record as JSON where that is wanted, else the lines."""
        from assistant.cli.terminal import output, print_parts, write_json

        if self.as_json:
            write_json(record)
        else:
            print_parts(output(), lines)

    def report(self, record: object, lines: Iterable[Text]) -> None:
        """Print what was done: as `print` does, but nothing at all with --quiet."""
        if self.as_json or not self.quiet:
            self.print(record, lines)
