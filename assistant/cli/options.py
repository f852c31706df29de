"""Options that several commands take, and what they mean as records.

Each group is a dataclass: a field's annotation is the option as Typer shows it, and `Replaces` names the setting that
it stands above. `with_options` gives a command all options of the groups that it takes, so each is written once: here.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any, get_type_hints

import typer

from assistant import settings
from assistant.errors import UsageError
from assistant.records import Filters
from assistant.retrieval.limits import checked, iso_day
from assistant.safe_text import well_formed

# Hidden arguments stand in the usage line; Typer would add their Python type to a list of arguments.
Question = Annotated[list[str] | None, typer.Argument(metavar="QUESTION", hidden=True)]
Subject = Annotated[list[str] | None, typer.Argument(metavar="SUBJECT", hidden=True)]
LibraryFolder = Annotated[
    str | None,
    typer.Option("--library", metavar="FOLDER", help="Folder or database of the archive (or ASSISTANT_LIBRARY)."),
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
ReaderName = Annotated[
    str | None,
    typer.Option(
        "--reader", metavar="NAME", help="What reads: builtin, onnx:FOLDER, model, off (or ASSISTANT_READER)."
    ),
]


@dataclass(frozen=True, slots=True)
class Replaces:
    """Marks an option that replaces a setting when it is given: by what was typed, or by `value`."""

    setting: str
    value: object = None


class Options:
    """A group of options that commands share; see `with_options`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Common(Options):
    """Which archive, and how to print."""

    library: Annotated[LibraryFolder, Replaces("library")] = None
    as_json: Json = False
    quiet: Quiet = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOptions(Options):
    """How a question is answered."""

    no_model: Annotated[NoModel, Replaces("use_model", False)] = False
    model: Annotated[Model, Replaces("model")] = None
    base_url: Annotated[BaseUrl, Replaces("base_url")] = None
    reader: Annotated[ReaderName, Replaces("reader")] = None
    strict: Annotated[
        bool, typer.Option("--strict", help="Show only statements that passed every check."), Replaces("strict")
    ] = False
    length: Annotated[
        int | None,
        typer.Option("--length", min=1, max=100, metavar="N", help="Most entries of an overview or a timeline."),
        Replaces("length"),
    ] = None
    judge: Annotated[
        bool,
        typer.Option("--judge", help="Ask the model for a second opinion; it changes no verdict of the program."),
        Replaces("judge"),
    ] = False
    usage: Annotated[
        bool,
        typer.Option("--usage", help="Show the tokens used and, by your prices.yaml, the cost."),
        Replaces("usage"),
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOptions(Options):
    """Which articles are meant."""

    since: Annotated[
        str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="Only articles published on this day or later.")
    ] = None
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="YYYY-MM-DD", help="Only articles published on this day or earlier."),
    ] = None
    outlet: Annotated[
        list[str] | None, typer.Option("--outlet", metavar="NAME", help="Only this outlet; may be repeated.")
    ] = None
    author: Annotated[
        list[str] | None, typer.Option("--author", metavar="NAME", help="Only this author; may be repeated.")
    ] = None

    def filters(self) -> Filters:
        """Return them as a record. Raises `UsageError` for a malformed day or a span that ends before it begins."""
        limits = Filters(
            since=iso_day(self.since, "--since"),
            until=iso_day(self.until, "--until"),
            outlets=tuple(self.outlet or ()),
            authors=tuple(self.author or ()),
        )
        return checked(limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionOptions(FilterOptions):
    """Which articles are asked, and on which day."""

    asked_on: Annotated[
        str | None,
        typer.Option(
            "--asked-on", metavar="YYYY-MM-DD", help='The day that "this week" counts from; today if not given.'
        ),
    ] = None
    explain: Annotated[bool, typer.Option("--explain", help="Say first how the question was understood.")] = False

    def day(self) -> date | None:
        """Return the day of the question, None for today. Raises `UsageError` for a malformed one."""
        return iso_day(self.asked_on, "--asked-on")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions(Options):
    """How a file is written."""

    form: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="html, md, json, csl or bib, if not by the ending.")
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False


def with_options(*, without: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command whose signature holds the options of each group that the decorated function takes.

    `without` names one option that this command does not have; it keeps its default.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(command, include_extras=True)
        groups = {name: hint for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, Options)}

        @functools.wraps(command)
        def call(**given: Any) -> None:
            made = {name: _group(kind, given) for name, kind in groups.items()}
            command(**given, **made)

        parameters = [
            option
            for parameter in inspect.signature(command).parameters.values()
            for option in (
                _parameters(groups[parameter.name])
                if parameter.name in groups
                else [_parameter(parameter.name, hints[parameter.name], parameter.default)]
            )
            if option.name != without
        ]
        call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what Typer reads
        call.__annotations__ = {option.name: option.annotation for option in parameters}
        return call

    return decorate


def _group(kind: type[Options], given: dict[str, Any]) -> Options:
    """Make the group from its options among those given, and take them out."""
    return kind(**{field.name: given.pop(field.name) for field in fields(kind) if field.name in given})  # type: ignore[arg-type]


def _parameters(kind: type[Options]) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    return (_parameter(field.name, hints[field.name], field.default) for field in fields(kind))  # type: ignore[arg-type]


def _parameter(name: str, annotation: object, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def load_settings(*groups: Options) -> settings.LoadedSettings:
    """Return the settings with the options of these groups on top; an option that is not given leaves its setting."""
    given: dict[str, Any] = {}
    for group in groups:
        for name, hint in get_type_hints(type(group), include_extras=True).items():
            typed = getattr(group, name)
            for mark in getattr(hint, "__metadata__", ()):
                if isinstance(mark, Replaces) and typed not in (None, False):
                    given[mark.setting] = typed if mark.value is None else mark.value
    return settings.load(**given)


def question_from(words: Sequence[str] | None, kind: str = "question") -> str:
    """Return the question on the command line, or on standard input for "-" or when something is piped in.

    Raises `UsageError` when there is none; `kind` is what it is called there.
    """
    if words and list(words) != ["-"]:
        text = " ".join(words)
    elif words or not sys.stdin.isatty():
        text = sys.stdin.read()
    else:
        text = ""
    text = " ".join(well_formed(text).split())
    if not text:
        raise UsageError(f"There is no {kind}; write it after the command or pipe it in.")
    return text
