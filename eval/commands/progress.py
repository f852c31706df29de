"""Progress bars on standard error, only on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from assistant.cli.terminal import messages
from assistant.library_reports import IngestProgress
from assistant.safe_text import safe
from eval.options import Flags

OnStepDone = Callable[[str], None]  # told after each step, with words about how it goes


@contextmanager
def step_bar(common: Flags, label: str, total: int) -> Iterator[OnStepDone]:
    """Show a bar over `total` steps."""
    with _progress(common, label) as bar:
        if bar is None:
            yield lambda _: None
            return
        task = bar.add_task("", total=total, words="")
        yield lambda words: bar.update(task, advance=1, words=safe(words))


@contextmanager
def archive_bar(common: Flags) -> Iterator[Callable[[IngestProgress], None]]:
    """Show a bar over the bytes of the articles being ingested."""
    with _progress(common, "Taking in the articles") as bar:
        if bar is None:
            yield lambda _: None
            return
        task = bar.add_task("", total=None, words="")

        def on_progress(now: IngestProgress) -> None:
            bar.update(
                task, total=now.bytes_total or None, completed=now.bytes_read, words=f"{now.articles:,} articles"
            )

        yield on_progress


@contextmanager
def _progress(common: Flags, label: str) -> Iterator[Progress | None]:
    console = messages()
    if common.quiet or common.as_json or not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn(label, markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[words]}", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield bar
