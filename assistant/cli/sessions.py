"""`assistant sessions`: list saved chats, or remove them. No archive is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.invocation import Invocation
from assistant.cli.options import Common, with_options

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from assistant.sessions.session_file import Summary
    from assistant.sessions.store import SessionStore


@with_options(without="library")
def sessions(
    ctx: typer.Context,
    delete: Annotated[
        list[str] | None, typer.Option("--delete", metavar="ID", help="Remove this session for good; may be repeated.")
    ] = None,
    *,
    common: Common,
) -> None:
    """List saved chats, or remove them.

    An ID may be shortened while it fits one session only; "latest" is the one that was changed last.
    """
    from rich.text import Text

    from assistant.cli.terminal import output
    from assistant.sessions.store import SessionStore

    invocation = Invocation.of(ctx, common)
    store = SessionStore(invocation.settings.sessions)
    if delete:
        removed = [store.delete(name) for name in delete]
        invocation.print({"removed": removed}, [Text(f"Removed {name}") for name in removed])
        return
    listing = store.list()
    record = {"folder": store.folder, "sessions": listing.sessions, "notices": listing.notices}
    invocation.print(record, _parts(output(), listing.sessions, store))
    invocation.notices.add(*listing.notices)
    invocation.notices.show()


def _parts(console: Console, sessions: tuple[Summary, ...], store: SessionStore) -> Iterator[Text]:
    from rich.text import Text

    from assistant import wording
    from assistant.cli.terminal import hanging
    from assistant.safe_text import safe

    for each in sessions:
        when = f"{wording.day(each.changed.date())}, {each.changed:%H:%M}"
        facts = [f"last changed {when}", wording.plural(each.turns, "question"), f"archive {safe(each.library)}"]
        yield Text.assemble((each.id, "bold"), f"  {safe(each.question) or '(every question was taken back)'}")
        yield hanging(console, "    ", Text("; ".join(facts), "dim"))
    if sessions:
        yield Text(f"\n{wording.plural(len(sessions), 'session')} in {safe(str(store.folder))}", "dim")
        yield Text(f"Go on with one: assistant chat --resume {sessions[0].id}", "dim")
    else:
        yield Text(f"No chat is saved in {safe(str(store.folder))}.")
