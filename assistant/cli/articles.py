"""Commands on single articles: `assistant remove`, `assistant history` and `assistant diff`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import wording
from assistant.cli.invocation import Invocation
from assistant.cli.options import Common, FilterOptions, with_options
from assistant.errors import UsageError
from assistant.records import ArticleInfo, Filters

if TYPE_CHECKING:
    from assistant.app import Assistant

_LISTED = 10  # articles named before it is asked whether they may go
_WHICH = "Say which: an id, a reference, an address, a file or a folder"


@with_options()  # same name as library.removal.remove because the user types it
def remove(
    ctx: typer.Context,
    articles: Annotated[list[str] | None, typer.Argument(metavar="ARTICLE", hidden=True)] = None,
    *,
    limits: FilterOptions,
    forget: Annotated[bool, typer.Option("--forget", help="Delete all their texts for good.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Bring removed articles back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether several may be removed.")] = False,
    common: Common,
) -> None:
    """Take articles out of the archive.

    ARTICLE is an id or a reference, an address, a file, or a folder; or name an outlet, an author or days. What was
    removed is no longer found, nor taken in again. Its text is kept, so that references still lead to it, unless
    --forget deletes it. Copies in backups, saved chats and exports stay.
    """
    filters = limits.filters()
    invocation = Invocation.of(ctx, common)
    if undo:
        _bring_back(invocation, articles or [])
    else:
        _remove(invocation, articles or [], filters, forget=forget, yes=yes)


def _remove(invocation: Invocation, names: Sequence[str], limits: Filters, *, forget: bool, yes: bool) -> None:
    """Remove the articles named, or those within the limits; ask first where these may be more than were meant."""
    if not names and limits == Filters():
        raise UsageError(f"{_WHICH}; or --outlet, --until …")
    if names and limits != Filters():
        raise UsageError("Name articles or give limits, not both: it would not be clear what is to go.")
    from assistant.retrieval.limits import canonical_names

    with invocation.opened() as assistant:
        if forget and assistant.finish_forgetting() and names and not any(map(assistant.named, names)):
            _report(invocation, (), "removed", "What was to be deleted for good before, and was not, is deleted now.")
            return
        articles = _articles(assistant, names) if names else assistant.within(canonical_names(assistant, limits))
        if not articles:
            raise UsageError("No article lies within these limits; nothing was removed.")
        if (forget or len(articles) > len(names)) and not yes:
            _confirm(articles, forget=forget)
        count = assistant.remove([info.id for info in articles], forget=forget)
    _report(invocation, articles, "removed", _removed_line(articles, count, forget=forget))


def _bring_back(invocation: Invocation, names: Sequence[str]) -> None:
    if not names:
        raise UsageError(f"{_WHICH}.")
    with invocation.opened() as assistant:
        articles = _articles(assistant, names)
        count = assistant.bring_back([info.id for info in articles])
    _report(invocation, articles, "brought_back", f"{wording.plural(count, 'article')} brought back")


def _articles(assistant: Assistant, names: Sequence[str]) -> list[ArticleInfo]:
    found = {}
    for name in names:
        held = assistant.named(name)
        if not held:
            raise UsageError(f"The archive has no article {name!r}; nothing was changed.")
        found.update({info.id: info for info in held})
    return list(found.values())


def _removed_line(articles: Sequence[ArticleInfo], count: int, *, forget: bool) -> str:
    if forget:
        kept = "Backups, saved chats and exports may still hold sentences of it."
        return f"{wording.plural(count, 'article')} removed, and every text deleted for good. {kept}"
    ids = " ".join(info.id for info in articles[:3]) + (" …" if len(articles) > 3 else "")
    return f"{wording.plural(count, 'article')} removed. To have it back: assistant remove --undo {ids}"


def _confirm(articles: Sequence[ArticleInfo], *, forget: bool) -> None:
    """Ask whether these may be removed. Raises `UsageError` unless the person agrees."""
    from rich.text import Text

    from assistant.cli.render import article_line
    from assistant.cli.terminal import hanging, messages, print_parts

    console = messages()
    print_parts(console, (hanging(console, f"{info.id}  ", article_line(info)) for info in articles[:_LISTED]))
    if len(articles) > _LISTED:
        print_parts(console, [Text(f"… and {len(articles) - _LISTED:,} more")])
    what = "Delete all texts of" if forget else "Remove"
    question = f"{what} {wording.plural(len(articles), 'article')}?"
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nothing was removed; to agree, add --yes.")
    if not typer.confirm(question, err=True):
        raise UsageError("Nothing was removed.")


def _report(invocation: Invocation, articles: Sequence[ArticleInfo], done: str, line: str) -> None:
    from rich.text import Text

    invocation.report({done: articles}, [Text(line)])


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
