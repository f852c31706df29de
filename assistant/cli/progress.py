"""What a person sees while they wait: the bar of an ingest, and an answer while it is being written.

Both vanish when the work is done; what stays on the screen is the report or the checked answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.spinner import Spinner
from rich.text import Text

from assistant.cli.safe import safe
from assistant.records import IngestProgress

OnProgress = Callable[[IngestProgress], None]
OnText = Callable[[str], None]


@contextmanager
def ingest_bar(console: Console) -> Iterator[OnProgress]:
    """A bar over the bytes of the files, with articles and passages a second and the time left."""
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
    """A bar over passages; what it gives is told the number of each batch."""
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Embedding", total=total)

        def on_embedded(count: int) -> None:
            bar.advance(task, count)

        yield on_embedded


def unseen(_: int) -> None:
    """Takes the place of a bar that nobody would see."""


def rates(now: IngestProgress, seconds: float) -> str:
    """Articles and passages a second since the ingest began."""
    seconds = max(seconds, 0.001)
    return f"{now.articles / seconds:,.0f} articles/s, {now.passages / seconds:,.0f} passages/s"


class _DraftView:
    """The newest lines of a text that grows, as many as fit below each other on the screen."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._spinner = Spinner("line", Text("Searching the archive …", "dim"))  # ASCII: prints everywhere
        self._draft = ""

    def add(self, piece: str) -> None:
        self._draft += piece

    def view(self) -> RenderableType:
        if not self._draft.strip():
            return self._spinner
        text = Text(safe(self._draft, lines=True).strip(), "dim italic")
        lines = text.wrap(self._console, self._console.width, overflow="fold")
        room = max(self._console.height - 3, 1)
        return Group(Text("Being written, not yet checked:", "dim"), *lines[-room:])


@contextmanager
def draft_view(console: Console, *, watched: bool) -> Iterator[OnText | None]:
    """Shows a draft while a model writes it; gives None, and shows nothing, when nobody watches."""
    if not watched:
        yield None
        return
    view = _DraftView(console)
    with Live(get_renderable=view.view, console=console, transient=True, refresh_per_second=8):
        yield view.add
