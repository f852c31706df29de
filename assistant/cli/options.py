"""Options that several commands share, and what they mean as records."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from assistant.cli.common_options import BaseUrl, Common, Json, Library, Model, NoModel, Quiet
from assistant.errors import UsageError
from assistant.records import Filters
from assistant.safe_text import safe, well_formed

__all__ = [
    "AskedOn",
    "Author",
    "BaseUrl",
    "Common",
    "Explain",
    "Json",
    "Library",
    "Limit",
    "Model",
    "NoModel",
    "Outlet",
    "Question",
    "Quiet",
    "Since",
    "Until",
    "checked",
    "filters",
    "iso_day",
    "outlet_name",
    "question_from",
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
Export = Annotated[
    str | None,
    typer.Option("--export", metavar="FILE", help="Write the answer to a file too: .html .md .json .csl.json .bib"),
]
Form = Annotated[
    str | None, typer.Option("--format", metavar="NAME", help="html, md, json, csl or bib, if not by the ending.")
]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
Strict = Annotated[bool, typer.Option("--strict", help="Show only statements that passed every check.")]
Judge = Annotated[
    bool, typer.Option("--judge", help="Ask the model for a second opinion; it changes no verdict of the program.")
]
ShowUsage = Annotated[bool, typer.Option("--usage", help="Show the tokens used and, by your prices.yaml, the cost.")]
# Hidden arguments stand in the usage line; Typer would add their Python type to a list of arguments.
Question = Annotated[list[str] | None, typer.Argument(metavar="QUESTION", hidden=True)]


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


def outlet_name(given: str | None) -> str | None:
    """The name of an outlet on one line; None and "" stay. Raises `UsageError` for blanks only and for too long a one.

    It may be as long as one that is read from a file.
    """
    from assistant.articles.build import NAME_LIMIT

    name = " ".join(safe(given or "").split())
    if given and not name:
        raise UsageError("--outlet needs a name, e.g. --outlet 'The Courant'; --outlet '' takes back the one given.")
    if len(name) > NAME_LIMIT:
        raise UsageError(f"--outlet: the name of an outlet has {NAME_LIMIT} characters at most, not {len(name):,}.")
    return given and name


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
