"""`assistant history` and `assistant diff`: the texts that an article had, and what changed between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.invocation import Invocation
from assistant.cli.options import Common, with_options
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.app import Assistant

_Article = Annotated[str, typer.Argument(metavar="ARTICLE", hidden=True)]


@with_options()  # same name as library.history.history because the user types it
def history(ctx: typer.Context, article: _Article, *, common: Common) -> None:
    """List the versions of an article.

    ARTICLE is an id or a reference, an address, or a file. Each version comes with the day on which it was taken in,
    its length, and what changed.
    """
    from assistant.cli.article_view import history_parts
    from assistant.cli.terminal import output

    invocation = Invocation.of(ctx, common)
    with invocation.opened() as assistant:
        versions = assistant.history(_article_id(assistant, article))
    invocation.print(versions, history_parts(output(), versions))


@with_options()
def diff(
    ctx: typer.Context,
    article: _Article,
    one: Annotated[int | None, typer.Argument(metavar="V1", hidden=True, min=1)] = None,
    other: Annotated[int | None, typer.Argument(metavar="V2", hidden=True, min=1)] = None,
    *,
    common: Common,
) -> None:
    """Show what changed between two versions.

    ARTICLE is an id or a reference, an address, or a file; V1 and V2 are numbers of its history, by default the last
    two. Lines begin with - for sentences taken out, + for new ones, ~ for changed ones.
    """
    from assistant.cli.article_view import diff_parts, diff_records
    from assistant.cli.terminal import output

    invocation = Invocation.of(ctx, common)
    with invocation.opened() as assistant:
        found = _article_id(assistant, article)
        newest = assistant.article(found).info.version
        if one is None and newest == 1:
            raise UsageError("There is one version of this article; nothing has changed.")
        old = assistant.article(found, one or newest - 1)
        new = assistant.article(found, other or newest)
    record = {"old": old.info, "new": new.info, "changes": diff_records(old, new)}
    invocation.print(record, diff_parts(output(), old, new))


def _article_id(assistant: Assistant, name: str) -> str:
    found = assistant.named(name)
    if not found:
        raise UsageError(f"The archive has no article {name!r}.")
    if len(found) > 1:
        some = ", ".join(info.id for info in found[:3])
        raise UsageError(f"{name!r} names {len(found)} articles ({some} …); give the id of one.")
    return found[0].id
