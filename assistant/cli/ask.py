"""Commands that ask the archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from assistant.cli.options import (
    AskedOn,
    Author,
    BaseUrl,
    Common,
    Explain,
    Export,
    Force,
    Form,
    Json,
    Judge,
    Library,
    Limit,
    Model,
    NoModel,
    Outlet,
    Question,
    Quiet,
    ShowUsage,
    Since,
    Strict,
    Until,
    filters,
    iso_day,
    question_from,
)


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
    strict: Strict = False,
    judge: Judge = False,
    usage: ShowUsage = False,
    export: Export = None,
    form: Form = None,
    force: Force = False,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Answer a question from the archive.

    Every statement comes with the sentences it stands on; "assistant show" opens one by the reference printed after it.
    Without a language model, the best sentences are quoted. Without a QUESTION, or with -, it is read from standard
    input.
    """
    common = Common(
        library=library,
        as_json=as_json,
        quiet=quiet,
        no_model=no_model,
        model=model,
        base_url=base_url,
        strict=strict,
        judge=judge,
        usage=usage,
    )
    limits, day = filters(since, until, outlet, author), iso_day(asked_on, "--asked-on")
    text = question_from(question)
    from assistant.cli import reports as commands
    from assistant.export.files import Target

    target = Target.of(export, form, force=force) if export else None
    commands.ask(ctx.obj, common, text, day, limits, target=target)


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
    from assistant.cli import reports as commands

    commands.search(ctx.obj, common, text, limit, day, limits, explain=explain)


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
    strict: Strict = False,
    judge: Judge = False,
    usage: ShowUsage = False,
    go_on: Annotated[bool, typer.Option("--continue", "-c", help="Go on with the newest saved conversation.")] = False,
    resume: Annotated[str | None, typer.Option(metavar="ID", help="Go on with this saved conversation.")] = None,
    library: Library = None,
    quiet: Quiet = False,
) -> None:
    """Ask question after question.

    Later ones may refer to earlier ones. /help lists what else can be typed. When standard input is no terminal, each
    of its lines is a question or a command.
    """
    common = Common(
        library=library,
        quiet=quiet,
        no_model=no_model,
        model=model,
        base_url=base_url,
        strict=strict,
        judge=judge,
        usage=usage,
    )
    limits, day = filters(since, until, outlet, author), iso_day(asked_on, "--asked-on")
    from assistant.cli.chat.start import chat as start_chat

    raise typer.Exit(start_chat(ctx.obj, common, day, limits, resume=resume or ("latest" if go_on else "")))


def show(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", hidden=True)],
    whole: Annotated[bool, typer.Option("--all", help="Show the whole article.")] = False,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show a cited sentence in its article.

    REF is the reference printed after a source, such as 0a1b2c3d4e-5f6071-7. It stays good after the article was
    updated: then both versions are shown, and what changed.
    """
    from assistant.cli.showing import show_reference

    show_reference(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet), ref, whole=whole)


COMMANDS: tuple[Callable[..., None], ...] = (
    ask,
    search,
    chat,
    show,
)
