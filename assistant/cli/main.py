"""The commands and their options, and `run`, where the program begins.

Nothing heavy is imported here: help and a mistyped option answer at once. Each command imports its work when it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

import assistant
from assistant.cli import edge
from assistant.cli.opening import Opener, open_assistant
from assistant.cli.options import (
    AskedOn,
    Author,
    BaseUrl,
    Common,
    Explain,
    Json,
    Library,
    Limit,
    Model,
    NoModel,
    Outlet,
    Question,
    Quiet,
    Since,
    Until,
    filters,
    iso_day,
    question_from,
)

app = typer.Typer(
    name="assistant",
    help="Answers questions from an archive of news articles; every statement points to the sentences it stands on.",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,  # locals may hold keys
    rich_markup_mode=None,  # plain help: no markup in it, and 0.1 s faster
)


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Answers questions from an archive of news articles; every statement points to the sentences it stands on.

    Begin with "assistant ingest FOLDER", then "assistant ask QUESTION".
    """
    if version:
        typer.echo(f"assistant {assistant.__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@app.command()
def ingest(
    ctx: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH", hidden=True)],
    text_field: Annotated[str | None, typer.Option(metavar="NAME", help="Field of JSON rows: the text.")] = None,
    title_field: Annotated[str | None, typer.Option(metavar="NAME", help="… the title.")] = None,
    date_field: Annotated[str | None, typer.Option(metavar="NAME", help="… the day of publication.")] = None,
    outlet_field: Annotated[str | None, typer.Option(metavar="NAME", help="… the outlet.")] = None,
    url_field: Annotated[str | None, typer.Option(metavar="NAME", help="… the address.")] = None,
    id_field: Annotated[str | None, typer.Option(metavar="NAME", help="… what identifies the article.")] = None,
    author_field: Annotated[str | None, typer.Option(metavar="NAME", help="… the authors.")] = None,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take articles into the archive.

    Each PATH is a file or a folder: text, web pages or JSON rows. Unchanged articles cost nothing, changed ones
    become a new version. Ctrl-C keeps what is done.
    """
    from assistant.cli import commands
    from assistant.corpus.readers import FieldMap

    fields = FieldMap(
        text=text_field,
        title=title_field,
        published=date_field,
        outlet=outlet_field,
        url=url_field,
        id=id_field,
        authors=author_field,
    )
    raise typer.Exit(commands.ingest(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet), paths, fields))


@app.command()
def ask(
    ctx: typer.Context,
    question: Question = None,
    since: Since = None,
    until: Until = None,
    outlet: Outlet = None,
    author: Author = None,
    asked_on: AskedOn = None,
    no_model: NoModel = False,
    model: Model = None,
    base_url: BaseUrl = None,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Answer a question from the archive.

    Every statement comes with the sentences it stands on. Without a language model, the best sentences are quoted.
    Without a QUESTION, or with -, it is read from standard input.
    """
    common = Common(library=library, as_json=as_json, quiet=quiet, no_model=no_model, model=model, base_url=base_url)
    limits, day = filters(since, until, outlet, author), iso_day(asked_on, "--asked-on")
    text = question_from(question)
    from assistant.cli import commands

    commands.ask(ctx.obj, common, text, day, limits)


@app.command()
def search(
    ctx: typer.Context,
    question: Question = None,
    limit: Limit = 10,
    since: Since = None,
    until: Until = None,
    outlet: Outlet = None,
    author: Author = None,
    asked_on: AskedOn = None,
    explain: Explain = False,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the sentences nearest to a question.

    No language model is asked. Without a QUESTION, or with -, it is read from standard input.
    """
    common = Common(library=library, as_json=as_json, quiet=quiet)
    limits, day = filters(since, until, outlet, author), iso_day(asked_on, "--asked-on")
    text = question_from(question)
    from assistant.cli import commands

    commands.search(ctx.obj, common, text, limit, day, limits, explain=explain)


@app.command()
def chat(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    outlet: Outlet = None,
    author: Author = None,
    asked_on: AskedOn = None,
    no_model: NoModel = False,
    model: Model = None,
    base_url: BaseUrl = None,
    library: Library = None,
    quiet: Quiet = False,
) -> None:
    """Ask question after question.

    Later ones may refer to earlier ones. /help lists what else can be typed. When standard input is no terminal, each
    of its lines is a question or a command.
    """
    common = Common(library=library, quiet=quiet, no_model=no_model, model=model, base_url=base_url)
    limits, day = filters(since, until, outlet, author), iso_day(asked_on, "--asked-on")
    from assistant.cli.chat import chat as start_chat

    raise typer.Exit(start_chat(ctx.obj, common, day, limits))


@app.command()
def show(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", hidden=True)],
    whole: Annotated[bool, typer.Option("--all", help="Show the whole article.")] = False,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show a cited sentence in its article.

    REF is the reference printed after a source, such as 0a1b2c3d4e-5f60718293-7.
    """
    from assistant.cli import commands

    commands.show_reference(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet), ref, whole=whole)


@app.command()
def status(ctx: typer.Context, library: Library = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """Say what the archive holds."""
    from assistant.cli import commands

    commands.status(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet))


@app.command()
def reembed(ctx: typer.Context, library: Library = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """Embed the archive anew.

    Needed after another embedder was set. Passages that it embedded before cost nothing.
    """
    from assistant.cli import commands

    commands.reembed(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet))


@app.command()
def settings(library: Library = None, as_json: Json = False) -> None:
    """List the settings and where each comes from."""
    from assistant.cli import commands

    commands.show_settings(Common(library=library, as_json=as_json))


def main(arguments: Sequence[str], *, opener: Opener = open_assistant) -> int:
    """Runs one command line; returns its exit code. Tests hand in an `opener` of their own."""

    def call() -> object:
        command = typer.main.get_command(app)
        return command.main(list(arguments), prog_name="assistant", standalone_mode=False, obj=opener)

    return edge.guarded(call, as_json="--json" in arguments)


def run() -> NoReturn:
    """The command `assistant`."""
    sys.exit(main(sys.argv[1:]))
