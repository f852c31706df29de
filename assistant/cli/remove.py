"""`assistant remove`: articles out of the archive, and back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from assistant import wording
from assistant.cli import name_lookup as spelt
from assistant.cli.invocation import Opener, opened
from assistant.cli.options import Common
from assistant.cli.output import write_json
from assistant.cli.render import article_line
from assistant.cli.terminal import hanging, messages, output, show
from assistant.errors import UsageError
from assistant.records import ArticleInfo, Filters

if TYPE_CHECKING:
    from assistant.app import Assistant

_LISTED = 10  # articles named before it is asked whether they may go


def remove(opener: Opener, common: Common, names: Sequence[str], limits: Filters, *, forget: bool, yes: bool) -> None:
    """Removes the articles named, or those within the limits; asks first where these may be more than were meant."""
    if not names and limits == Filters():
        raise UsageError("Say which: an id, a reference, an address, a file or a folder; or --outlet, --until …")
    if names and limits != Filters():
        raise UsageError("Name articles or give limits, not both: it would not be clear what is to go.")
    with opened(opener, common) as assistant:
        if forget and assistant.finish_forgetting() and names and not any(map(assistant.named, names)):
            _tell(common, (), "removed", "What was to be deleted for good before, and was not, is deleted now.")
            return
        articles = _articles(assistant, names) if names else assistant.within(spelt.held(assistant, limits))
        if not articles:
            raise UsageError("No article lies within these limits; nothing was removed.")
        if (forget or len(articles) > len(names)) and not yes:
            _confirm(articles, forget=forget)
        count = assistant.remove([info.id for info in articles], forget=forget)
    _tell(common, articles, "removed", _removed_line(articles, count, forget=forget))


def bring_back(opener: Opener, common: Common, names: Sequence[str]) -> None:
    """Makes removed articles searchable again."""
    if not names:
        raise UsageError("Say which: an id, a reference, an address, a file or a folder.")
    with opened(opener, common) as assistant:
        articles = _articles(assistant, names)
        count = assistant.bring_back([info.id for info in articles])
    _tell(common, articles, "brought_back", f"{wording.plural(count, 'article')} brought back")


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
    """Raises `UsageError` unless the person agrees."""
    console = messages()
    show(console, (hanging(console, f"{info.id}  ", article_line(info)) for info in articles[:_LISTED]))
    if len(articles) > _LISTED:
        show(console, [Text(f"… and {len(articles) - _LISTED:,} more")])
    what = "Delete all texts of" if forget else "Remove"
    question = f"{what} {wording.plural(len(articles), 'article')}?"
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nothing was removed; to agree, add --yes.")
    import typer

    if not typer.confirm(question, err=True):
        raise UsageError("Nothing was removed.")


def _tell(common: Common, articles: Sequence[ArticleInfo], done: str, line: str) -> None:
    if common.as_json:
        write_json({done: articles})
    elif not common.quiet:
        show(output(), [Text(line)])
