"""Lines at the bottom of what was printed that are painted over and over, and wiped in the end.

rich's `Live` does the same but for one thing: when the window is made narrower, it leaves the upper part of what it
painted on the screen for good. Here that is a draft that nobody has checked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.control import Control
from rich.segment import ControlCode, ControlType
from rich.text import Text

_EVERY_S = 0.1
Lines = Callable[[], Sequence[Text]]


class Painter:
    """Paints lines in the place of those before."""

    def __init__(self, console: Console) -> None:
        """Nothing is painted yet."""
        self._console = console
        self._shown: list[Text] = []

    def paint(self, lines: Sequence[Text]) -> None:
        """Show these lines, none wider than the console, in the place of the former ones."""
        if list(lines) == self._shown and self._rows() == len(lines):
            return
        with self._console:  # one write, so that nothing flickers
            self.wipe()
            for number, line in enumerate(lines):
                self._console.print(line, end="\n" if number < len(lines) - 1 else "", no_wrap=True, overflow="crop")
        self._shown = list(lines)

    def wipe(self) -> None:
        """Remove what was painted. The cursor stands at the end of the last line."""
        if not self._shown:
            return
        up: list[ControlCode] = [(ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2)]
        line: list[ControlCode] = [(ControlType.CARRIAGE_RETURN,), (ControlType.ERASE_IN_LINE, 2)]
        self._console.control(Control(*line, *(up * (self._rows() - 1))))
        self._shown = []

    def _rows(self) -> int:
        """Rows that the lines take up now: most terminals wrap anew what is too wide for a narrower window."""
        width = max(self._console.width, 1)
        rows = sum(max(1, -(-cells // width)) for cells in (line.cell_len for line in self._shown))
        return min(rows, self._console.height)


@contextmanager
def painted(console: Console, lines: Lines) -> Iterator[None]:
    """Paints `lines()` below what was printed, again and again until the block is left; then wipes them."""
    painter, done = Painter(console), threading.Event()

    def keep_painting() -> None:
        while not done.is_set():
            painter.paint(lines())
            done.wait(_EVERY_S)

    thread = threading.Thread(target=keep_painting, name="painter", daemon=True)
    console.show_cursor(False)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        painter.wipe()
        console.show_cursor(True)
