"""Progress on the screen: bars, the address that is being fetched, and an answer while it is being written.

All vanish when the work is done; what stays is the report or the checked answer. A draft is drawn in a region of our
own: rich's `Live` leaves the upper part of what it drew on the screen for good when the window is made narrower, and
that would be a draft that was not checked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING

from rich.console import Console
from rich.control import Control
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.segment import ControlCode, ControlType
from rich.text import Text

from assistant.cli.terminal import wrapped
from assistant.library_reports import IngestProgress
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.library.ingest import OnProgress
    from assistant.library.migrating import OnMigrated
    from assistant.llm.chat import OnText

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


_LONG_S = 3.0  # a wait after which it is said how long it has been, and how to end it


@contextmanager
def ingest_bar(console: Console) -> Iterator[OnProgress]:
    """Show a bar over the bytes of the files, with articles and passages a second and the time left."""
    columns = (
        TextColumn("{task.fields[current]}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rates]}", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, current="", rates="")
        began = time.monotonic()

        def on_progress(now: IngestProgress) -> None:
            bar.update(
                task,
                total=now.bytes_total or None,
                completed=now.bytes_read,
                current=safe(PurePath(now.current).name)[:30],
                rates=rates(now, time.monotonic() - began),
            )

        yield on_progress


@contextmanager
def passage_bar(console: Console, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar over passages; the function it gives takes the number of passages in each batch."""
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Embedding", total=total)

        def on_embedded(count: int) -> None:
            bar.advance(task, count)

        yield on_embedded


@contextmanager
def migration_bar(console: Console) -> Iterator[OnMigrated]:
    """Show a bar over what is copied, step after step."""
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda now: bar.update(task, description=now.step, completed=now.done, total=now.total)


@contextmanager
def sentence_bar(console: Console, *, watched: bool) -> Iterator[Callable[[int, int], None]]:
    """Show a bar over the sentences of a draft, if `watched`; the function it gives takes those checked, and all."""
    if not watched:
        yield lambda _checked, _all: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Checking", total=None)
        yield lambda checked, count: bar.update(task, completed=checked, total=count)


def ignore(_: int) -> None:
    """Take the place of a bar where standard error is no terminal."""


@contextmanager
def fetching_line(console: Console, *, watched: bool) -> Iterator[Callable[[str], None]]:
    """Show the address that is being fetched, if `watched`; nothing stays on the screen."""
    if not watched:
        yield lambda _: None
        return
    with console.status("") as line:
        yield lambda address: line.update(Text(f"Fetching {safe(address)}"[: max(20, console.width - 4)]))


def rates(now: IngestProgress, seconds: float) -> str:
    """Return articles and passages a second since the ingest began."""
    seconds = max(seconds, 0.001)
    return f"{now.articles / seconds:,.0f} articles/s, {now.passages / seconds:,.0f} passages/s"


class LiveDraft:
    """An answer while it is being written: a spinner until the first word, then the newest lines."""

    def __init__(self, console: Console, waiting: str) -> None:
        """`waiting` says what is being done before the first word, e.g. "Searching the archive"."""
        self._console = console
        self._waiting = waiting
        self._began = time.monotonic()
        self._draft = ""

    def add(self, piece: str) -> None:
        """Append a piece of the draft."""
        self._draft += piece

    def lines(self) -> list[Text]:
        """Return the lines to show now, no more than fit on the screen."""
        if not self._draft.strip():
            return [self._spinner()]
        text = Text(safe(self._draft, lines=True).strip(), "dim italic")
        room = max(self._console.height - 3, 1)
        head = Text("Being written, not yet checked:"[: self._console.width], "dim")
        return [head, *wrapped(self._console, text, self._console.width).split("\n")[-room:]]

    def _spinner(self) -> Text:
        seconds = time.monotonic() - self._began
        turning = r"-\|/"[int(seconds * 8) % 4]  # ASCII: prints everywhere
        told = f" {seconds:.0f} s, Ctrl-C stops" if seconds > _LONG_S else ""
        line = Text(f"{turning} {self._waiting} …{told}", "dim")
        line.truncate(self._console.width - 1)
        return line


@contextmanager
def draft_view(console: Console, *, watched: bool, waiting: str = "Searching the archive") -> Iterator[OnText | None]:
    """Show a draft while a model writes it; give None, and show nothing, if it is not `watched`.

    A terminal that knows no escape codes (TERM=dumb) can wipe nothing, so nothing unchecked is shown there.
    """
    if not watched or console.is_dumb_terminal:
        yield None
        return
    draft = LiveDraft(console, waiting)
    with live_region(console, draft.lines):
        yield draft.add
