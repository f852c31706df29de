"""Commands that follow feeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from assistant.cli.options import Common, Json, Library, Quiet


def follow(
    ctx: typer.Context,
    place: Annotated[str | None, typer.Argument(metavar="URL", hidden=True)] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the feeds that are followed.")] = False,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Follow a feed of articles.

    URL is an RSS or Atom feed, or a page that links to one; the path of an OPML file follows all feeds in it. Then
    "assistant update" fetches what is new.
    """
    from assistant.cli import sources

    sources.follow(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet), place, listed=listed)


def unfollow(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", hidden=True)],
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Follow a feed no longer.

    Its articles stay in the archive.
    """
    from assistant.cli import sources

    sources.unfollow(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet), url)


def update(ctx: typer.Context, library: Library = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """Fetch what is new in the followed feeds.

    A feed that cannot be had is reported, and the others go on.
    """
    from assistant.cli import sources

    raise typer.Exit(sources.update(ctx.obj, Common(library=library, as_json=as_json, quiet=quiet)))


COMMANDS: tuple[Callable[..., None], ...] = (
    follow,
    unfollow,
    update,
)
