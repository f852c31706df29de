"""Opens the library for a command, and closes it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.cli.options import Common
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.app import Assistant


class Opener(Protocol):
    """Makes the `Assistant` of a library; tests hand in one that opens a stand-in."""

    def __call__(
        self, folder: Path, *, settings: Settings, create: bool, on_notice: Callable[[str], None]
    ) -> Assistant:
        """Raises `LibraryMissing` when nothing is there and `create` is False."""


def open_assistant(folder: Path, *, settings: Settings, create: bool, on_notice: Callable[[str], None]) -> Assistant:
    """The real `Assistant`; its parts are imported here, so that help and errors in arguments come at once."""
    from assistant.app import Assistant

    return Assistant.open(folder, settings=settings, create=create, on_notice=on_notice)


class Notes:
    """What there is to know besides the result, e.g. which vocabulary counts tokens: each said once, after the result.

    They come while a progress bar or a draft is on the screen, so they wait until they are told.
    """

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self._waiting: list[str] = []
        self._told: set[str] = set()

    @classmethod
    def of(cls, common: Common) -> Notes:
        """None are told with --quiet, nor with --json, where standard error holds nothing but an error."""
        return cls(silent=common.quiet or common.as_json)

    def add(self, *notes: str) -> None:
        """Keeps the notes that are new until the next `tell`."""
        new = [note for note in dict.fromkeys(notes) if note not in self._told and not self._silent]
        self._told.update(new)
        self._waiting += new

    def tell(self) -> None:
        """Prints the notes that wait, on standard error."""
        if self._waiting:
            from assistant.cli.terminal import messages, show_notes

            show_notes(messages(), self._waiting)
            self._waiting = []


@contextmanager
def opened(opener: Opener, common: Common, *, create: bool = False, notes: Notes | None = None) -> Iterator[Assistant]:
    """The library that the flags and settings name; notes not told before are told when it closes."""
    loaded = common.load()
    notes = notes or Notes.of(common)
    notes.add(*loaded.notices)
    try:
        folder = loaded.settings.library
        with opener(folder, settings=loaded.settings, create=create, on_notice=notes.add) as assistant:
            yield assistant
    finally:
        notes.tell()
