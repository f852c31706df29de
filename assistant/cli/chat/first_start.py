"""The first start: an archive without articles is filled, and a missing model is told once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import prompt
from rich.console import Console
from rich.text import Text

import assistant as package
from assistant.cli import progress
from assistant.cli.chat.completion import Files
from assistant.cli.reports import report_parts
from assistant.cli.terminal import show
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.app import Assistant


def examples() -> Path | None:
    """The folder of example articles, which a checkout has beside the program; None elsewhere."""
    folder = Path(package.__file__).resolve().parents[1] / "examples" / "articles"
    return folder if folder.is_dir() else None


def ask_for_articles(console: Console, folder: Path) -> Path | None:
    """Asks where articles are until a file or folder is named; None when the person wants to leave."""
    tries = examples()
    enter = "Enter alone takes invented examples, to try the program. " if tries else ""
    show(console, [Text(f"There are no articles in {safe(str(folder))} yet.", "bold")])
    show(console, [Text(f"Name a file or a folder of articles. {enter}Ctrl-D leaves.")])
    while True:
        try:
            typed = prompt("Articles: ", completer=Files(escaped=False), complete_while_typing=False).strip()
        except (EOFError, KeyboardInterrupt):
            return None
        chosen = Path(typed.strip("'\"")).expanduser() if typed else tries
        if chosen is not None and chosen.exists():
            return chosen
        if typed:
            show(console, [Text(f"There is no {safe(typed)}.")])


def fill(assistant: Assistant, console: Console, articles: Path) -> bool:
    """Takes the articles in and says what became of them; returns whether there were any."""
    with progress.ingest_bar(console) as on_progress:
        report = assistant.ingest([articles], on_progress=on_progress)
    show(console, report_parts(report, brief=False))
    return bool(report.added or report.updated or report.unchanged)
