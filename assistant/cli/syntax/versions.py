"""Commands over single articles: their versions, and taking them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from assistant.cli.options import Author, Common, Json, Library, Outlet, Quiet, Since, Until, filters


def remove(
    ctx: typer.Context,
    articles: Annotated[list[str] | None, typer.Argument(metavar="ARTICLE", hidden=True)] = None,
    since: Since = None,
    until: Until = None,
    outlet: Outlet = None,
    author: Author = None,
    forget: Annotated[bool, typer.Option("--forget", help="Delete all their texts for good.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Bring removed articles back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether several may be removed.")] = False,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take articles out of the archive.

    ARTICLE is an id or a reference, an address, a file, or a folder; or name an outlet, an author or days. What was
    removed is no longer found, nor taken in again. Its text is kept, so that references still lead to it, unless
    --forget deletes it. Copies in backups, saved chats and exports stay.
    """
    from assistant.cli import remove as removing

    common = Common(library=library, as_json=as_json, quiet=quiet)
    limits = filters(since, until, outlet, author)
    if undo:
        removing.bring_back(ctx.obj, common, articles or [])
    else:
        removing.remove(ctx.obj, common, articles or [], limits, forget=forget, yes=yes)


def history(
    ctx: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", hidden=True)],
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the versions of an article.

    ARTICLE is an id or a reference, an address, or a file. Each version comes with the day on which it was taken in,
    its length, and what changed.
    """
    from assistant.cli import versions

    versions.show_history(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet), article)


def diff(
    ctx: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", hidden=True)],
    one: Annotated[int | None, typer.Argument(metavar="V1", hidden=True, min=1)] = None,
    other: Annotated[int | None, typer.Argument(metavar="V2", hidden=True, min=1)] = None,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show what changed between two versions.

    ARTICLE is an id or a reference, an address, or a file; V1 and V2 are numbers of its history, by default the last
    two. Lines begin with - for sentences taken out, + for new ones, ~ for changed ones.
    """
    from assistant.cli import versions

    versions.show_diff(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet), article, one, other)


COMMANDS: tuple[Callable[..., None], ...] = (remove, history, diff)
