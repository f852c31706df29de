"""Commands over what was kept: saved chats, and answers as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from assistant.cli.options import Common, Force, Form, Json, Library, Quiet


def sessions(
    delete: Annotated[
        list[str] | None, typer.Option("--delete", metavar="ID", help="Remove this session for good; may be repeated.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List saved chats, or remove them.

    An ID may be shortened while it fits one session only; "latest" is the one that was changed last.
    """
    from assistant.cli import sessions as saved

    common = Common(as_json=as_json, quiet=quiet)
    if delete:
        saved.delete_sessions(common, delete)
    else:
        saved.list_sessions(common)


def export(
    ctx: typer.Context,
    session: Annotated[str, typer.Argument(metavar="SESSION", hidden=True)],
    file: Annotated[str, typer.Argument(metavar="FILE", hidden=True)],
    form: Form = None,
    force: Force = False,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a saved chat to a file.

    SESSION is an id listed by "assistant sessions", or "latest". The ending of FILE says the format: .html, .md, .json,
    .csl.json or .bib; the last two hold the articles cited. With - for FILE it goes to standard output.
    """
    from assistant.cli import export as exporting

    common = Common(library=library, as_json=as_json, quiet=quiet)
    exporting.export_session(ctx.obj, common, session, file, form, force=force)


COMMANDS: tuple[Callable[..., None], ...] = (sessions, export)
