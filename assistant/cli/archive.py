"""Commands that fill the archive and keep it in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import (
    Common,
    Json,
    Library,
    Quiet,
    outlet_name,
)


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
    outlet: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Outlet of articles that name none; later ingests keep it, '' takes it back."
        ),
    ] = None,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take articles into the archive.

    Each PATH is a file, a folder, a web address, or - for standard input. Read are text, Markdown, web pages, PDF,
    JSON rows, mails, feeds, WARC files, and ZIP and TAR archives of these. Unchanged articles cost nothing, changed
    ones become a new version. Ctrl-C keeps what is done.
    """
    from assistant.cli import reports as commands
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
    common = Common(library=library, as_json=as_json, quiet=quiet)
    raise typer.Exit(commands.ingest(ctx.obj, common, paths, fields, outlet=outlet_name(outlet)))


def status(ctx: typer.Context, library: Library = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """Say what the archive holds."""
    from assistant.cli import reports as commands

    commands.status(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet))


def reembed(ctx: typer.Context, library: Library = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """Embed the archive anew.

    Needed after another embedder was set. Passages that it embedded before cost nothing.
    """
    from assistant.cli import reports as commands

    commands.reembed(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet))


def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", hidden=True)],
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the archive to one file.

    All articles in all versions, their embeddings, and the followed feeds; also while articles are being taken in. FILE
    must be new. Saved chats lie elsewhere and are not in it.
    """
    from assistant.cli import backups

    backups.backup(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet), file)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", hidden=True)],
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make an archive from a backup.

    FILE is checked text by text first. Nothing is overwritten: name an empty folder with --library. Nothing is embedded
    again.
    """
    from assistant.cli import backups

    backups.restore(Common(library=library, as_json=as_json, quiet=quiet), file)


COMMANDS: tuple[Callable[..., None], ...] = (
    ingest,
    status,
    reembed,
    backup,
    restore,
)
