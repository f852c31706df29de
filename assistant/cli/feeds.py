"""Commands that follow feeds: `follow`, `unfollow` and `update`."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.cli.invocation import Invocation
from assistant.cli.options import Common, with_options
from assistant.records import UpdateReport


@with_options()  # same name as library.following.follow because the user types it
def follow(
    ctx: typer.Context,
    place: Annotated[str | None, typer.Argument(metavar="URL", hidden=True)] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the feeds that are followed.")] = False,
    *,
    common: Common,
) -> None:
    """Follow a feed of articles.

    URL is an RSS or Atom feed, or a page that links to one; the path of an OPML file follows all feeds in it. Then
    "assistant update" fetches what is new.
    """
    from assistant.cli import progress, reports
    from assistant.cli.terminal import messages

    invocation = Invocation.of(ctx, common)
    if listed or place is None:
        with invocation.opened() as assistant:
            feeds = assistant.followed()
        invocation.print(feeds, reports.feed_parts(feeds))
        return
    watched = invocation.progress_is_seen()
    with (
        invocation.opened(create=True) as assistant,
        progress.fetching_line(messages(), watched=watched) as on_step,
    ):
        on_step(place)
        new = assistant.follow(place)
    invocation.print(new, reports.followed_parts(new))


@with_options()  # same name as library.following.unfollow because the user types it
def unfollow(
    ctx: typer.Context, url: Annotated[str, typer.Argument(metavar="URL", hidden=True)], *, common: Common
) -> None:
    """Follow a feed no longer.

    Its articles stay in the archive.
    """
    from assistant.cli.reports import unfollowed_parts

    invocation = Invocation.of(ctx, common)
    with invocation.opened() as assistant:
        feed = assistant.unfollow(url)
    invocation.print(feed, unfollowed_parts(feed))


@with_options()  # same name as library.following.update because the user types it
def update(ctx: typer.Context, *, common: Common) -> None:
    """Fetch what is new in the followed feeds.

    A feed that cannot be had is reported, and the others go on.
    """
    from assistant.cli import progress, reports
    from assistant.cli.terminal import messages

    invocation = Invocation.of(ctx, common)
    watched = invocation.progress_is_seen()
    with invocation.opened() as assistant, progress.fetching_line(messages(), watched=watched) as on_step:
        report = assistant.update(on_step)
    invocation.print(report, reports.update_parts(report, brief=invocation.quiet))
    raise typer.Exit(_exit_code(report))


def _exit_code(report: UpdateReport) -> int:
    """Return 130 when it was stopped, 5 when no feed could be fetched, else 0."""
    if report.interrupted:
        return 130
    return 5 if report.feeds and all(update.feed.fault for update in report.feeds) else 0
