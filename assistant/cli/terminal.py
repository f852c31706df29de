"""The two places to print to. Results go to standard output; progress, notices and errors to standard error.

Rich itself honours NO_COLOR and FORCE_COLOR and prints no escape codes into a pipe. Markup, highlighting and emoji
codes stay off: nearly everything printed comes from articles, models and file names.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from assistant.errors import AssistantError
from assistant.json_form import json_text
from assistant.safe_text import safe


def output() -> Console:
    """Return the console for results."""
    return Console(highlight=False, markup=False, emoji=False)


def messages() -> Console:
    """Return the console for progress, notices and errors."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def is_watched() -> bool:
    """Whether standard output is a terminal; FORCE_COLOR in a pipe does not make it one."""
    return sys.stdout.isatty()


def print_parts(console: Console, parts: Iterable[Text]) -> None:
    """Print the parts one below the other, wrapped to the console's width, without trailing blanks."""
    for part in parts:
        console.print(wrapped(console, part, console.width))


def wrapped(console: Console, text: Text, width: int) -> Text:
    """Return the text with line breaks where it must wrap; words longer than a line are cut."""
    lines = text.wrap(console, max(width, 10), overflow="fold")
    for line in lines:
        line.rstrip()
    return Text("\n").join(lines)


def hanging(console: Console, lead: str, body: Text, *, style: str = "") -> Text:
    """Return `lead` and the body wrapped behind it, later lines indented as far as the first."""
    start = Text(lead, style)
    lines = wrapped(console, body, console.width - start.cell_len).split("\n", allow_blank=True)
    return Text.assemble(start, Text("\n" + " " * start.cell_len).join(lines))


def show_notes(console: Console, notes: Iterable[str]) -> None:
    """Print each note as a paragraph of its own."""
    print_parts(console, (Text(f"Note: {safe(note)}", "dim") for note in notes))


def show_error(console: Console, error: AssistantError) -> None:
    """Print an error that ends a turn but not the program; on one line, as all errors."""
    console.print(Text.assemble(("Error: ", "bold red"), safe(str(error))), soft_wrap=True)


def write_json(value: object) -> None:
    """Print one JSON document on standard output, readable by people where the output can carry UTF-8."""
    escape = not (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf8")
    sys.stdout.write(json_text(value, indent=2, escape=escape) + "\n")
