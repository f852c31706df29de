"""Options that several commands share, and what they mean as records."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from assistant import settings
from assistant.cli.safe import safe, well_formed
from assistant.errors import UsageError
from assistant.records import Filters

Library = Annotated[
    Path | None, typer.Option("--library", metavar="FOLDER", help="Folder of the archive (or ASSISTANT_LIBRARY).")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON; errors too, on standard error.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the result only: no progress, no notes.")]
NoModel = Annotated[bool, typer.Option("--no-model", help="Call no language model: quote sentences of the archive.")]
Model = Annotated[
    str | None, typer.Option("--model", "-m", metavar="NAME", help="Language model to ask (or ASSISTANT_MODEL).")
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="An OpenAI-compatible server (or OPENAI_BASE_URL)."),
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="Only articles published on this day or later.")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="Only articles published on this day or earlier.")
]
Outlet = Annotated[
    list[str] | None, typer.Option("--outlet", metavar="NAME", help="Only this outlet; may be repeated.")
]
Author = Annotated[
    list[str] | None, typer.Option("--author", metavar="NAME", help="Only this author; may be repeated.")
]
AskedOn = Annotated[
    str | None,
    typer.Option("--asked-on", metavar="YYYY-MM-DD", help='The day that "this week" counts from; today if not given.'),
]
Explain = Annotated[bool, typer.Option("--explain", help="Say first how the question was understood.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, metavar="N", help="How many sentences to show.")]
# Hidden arguments stand in the usage line; Typer would add their Python type to a list of arguments.
Question = Annotated[list[str] | None, typer.Argument(metavar="QUESTION", hidden=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every command takes: which archive, which model, and how to print."""

    library: Path | None = None
    as_json: bool = False
    quiet: bool = False
    no_model: bool = False
    model: str | None = None
    base_url: str | None = None

    def load(self) -> settings.LoadedSettings:
        """The settings with these flags on top."""
        use_model = False if self.no_model else None
        return settings.load(library=self.library, model=self.model, base_url=self.base_url, use_model=use_model)


def iso_day(text: str | None, option: str) -> date | None:
    """The day written YYYY-MM-DD, None for None; any other form raises `UsageError` and names the option."""
    if text is None:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError as error:  # e.g. 2025-02-30
        raise UsageError(f"{option}: there is no day {text.strip()} ({error}).") from error
    raise UsageError(f"{option}: {safe(text)!r} is not a day; write it as YYYY-MM-DD, e.g. 2025-11-27.")


def filters(
    since: str | None, until: str | None, outlets: Sequence[str] | None, authors: Sequence[str] | None
) -> Filters:
    """The limits that a person set. Raises `UsageError` for a malformed day or a span that ends before it begins."""
    limits = Filters(
        since=iso_day(since, "--since"),
        until=iso_day(until, "--until"),
        outlets=tuple(outlets or ()),
        authors=tuple(authors or ()),
    )
    return checked(limits)


def checked(limits: Filters) -> Filters:
    """The same limits. Raises `UsageError` if no day can lie within them."""
    if limits.since and limits.until and limits.since > limits.until:
        raise UsageError(f"No day lies between {limits.since} and {limits.until}: the first must not be the later one.")
    return limits


def question_from(words: Sequence[str] | None) -> str:
    """The question of the command line, or of standard input for "-" or when something is piped in.

    Raises `UsageError` when there is none.
    """
    if words and list(words) != ["-"]:
        text = " ".join(words)
    elif words or not sys.stdin.isatty():
        text = sys.stdin.read()
    else:
        text = ""
    text = " ".join(well_formed(text).split())
    if not text:
        raise UsageError("There is no question; write it after the command or pipe it in.")
    return text
