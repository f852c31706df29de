"""A live region: lines below the printed text that are redrawn until the work is done, and then removed.

rich's `Live` does the same but for one thing: when the window is made narrower, it leaves the upper part of what it
drew on the screen for good. Here that is a draft that was not checked.
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
_Lines = Callable[[], Sequence[Text]]


class LiveRegion:
    """Lines that replace one another on the screen."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: list[Text] = []

    def draw(self, lines: Sequence[Text]) -> None:
        """Draw these lines, none wider than the console, in place of the ones before."""
        if list(lines) == self._shown and self._rows() == len(lines):
            return
        with self._console:  # one write, so that nothing flickers
            self.wipe()
            for number, line in enumerate(lines):
                self._console.print(line, end="\n" if number < len(lines) - 1 else "", no_wrap=True, overflow="crop")
        self._shown = list(lines)

    def wipe(self) -> None:
        """Remove what was drawn. The cursor stands at the end of the last line."""
        if not self._shown:
            return
        up: list[ControlCode] = [(ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2)]
        line: list[ControlCode] = [(ControlType.CARRIAGE_RETURN,), (ControlType.ERASE_IN_LINE, 2)]
        self._console.control(Control(*line, *(up * (self._rows() - 1))))
        self._shown = []

    def _rows(self) -> int:
        """Count the rows that the lines take up now: most terminals wrap what is too wide for a narrower window."""
        width = max(self._console.width, 1)
        rows = sum(max(1, -(-cells // width)) for cells in (line.cell_len for line in self._shown))
        return min(rows, self._console.height)


@contextmanager
def live_region(console: Console, lines: _Lines) -> Iterator[None]:
    """Redraw `lines()` below what was printed until the block is left; then remove them."""
    region, done = LiveRegion(console), threading.Event()

    def redraw() -> None:
        while not done.is_set():
            region.draw(lines())
            done.wait(_EVERY_S)

    thread = threading.Thread(target=redraw, name="live region", daemon=True)
    console.show_cursor(False)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        region.wipe()
        console.show_cursor(True)
