"""What `assistant sessions` does: lists and removes saved chats. No library is opened."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from assistant import wording
from assistant.cli.invocation import Notes
from assistant.cli.options import Common
from assistant.cli.output import write_json
from assistant.cli.terminal import hanging, output, show
from assistant.safe_text import safe
from assistant.sessions.records import Summary
from assistant.sessions.store import SessionStore


def list_sessions(common: Common) -> None:
    """Lists the saved chats, the one changed last first."""
    store = _store(common)
    listing = store.list()
    if common.as_json:
        write_json({"folder": store.folder, "sessions": listing.sessions, "notices": listing.notices})
        return
    console = output()
    show(console, _parts(console, listing.sessions, store))
    notes = Notes.of(common)
    notes.add(*listing.notices)
    notes.tell()


def delete_sessions(common: Common, names: list[str]) -> None:
    """Removes saved chats for good."""
    store = _store(common)
    removed = [store.delete(name) for name in names]
    if common.as_json:
        write_json({"removed": removed})
    else:
        show(output(), [Text(f"Removed {name}") for name in removed])


def _store(common: Common) -> SessionStore:
    return SessionStore(common.load().settings.sessions)


def _parts(console: Console, sessions: tuple[Summary, ...], store: SessionStore) -> Iterator[Text]:
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
