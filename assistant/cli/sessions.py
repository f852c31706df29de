"""Commands on what was asked before: `assistant sessions` and `export`; answers as files for `ask` and the chat."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import __version__
from assistant.cli.invocation import Invocation
from assistant.cli.options import Common, FileOptions, with_options
from assistant.errors import LibraryError
from assistant.places import place_of
from assistant.records import Answer, Filters, Turn
from assistant.safe_text import safe

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from assistant.app import Assistant
    from assistant.export.document import Document
    from assistant.export.target import ExportTarget
    from assistant.sessions.session_file import SavedTurn, Session, Summary
    from assistant.sessions.store import SessionStore


@with_options(without="library")
def sessions(
    ctx: typer.Context,
    delete: Annotated[
        list[str] | None, typer.Option("--delete", metavar="ID", help="Remove this session for good; may be repeated.")
    ] = None,
    rename: Annotated[
        tuple[str, str] | None, typer.Option("--rename", metavar="ID NAME", help="Give this session a name.")
    ] = None,
    *,
    common: Common,
) -> None:
    """List saved chats, name or remove them.

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
    if rename:
        with store.resume(rename[0]) as named:
            named.rename(rename[1])
            invocation.print({"renamed": named.id}, [Text(f"Renamed {named.id}")])
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
        yield Text.assemble((each.id, "bold"), f"  {safe(each.called) or '(every question was taken back)'}")
        yield hanging(console, "    ", Text("; ".join(facts), "dim"))
    if sessions:
        yield Text(f"\n{wording.plural(len(sessions), 'session')} in {safe(str(store.folder))}", "dim")
        yield Text(f"Go on with one: assistant chat --resume {sessions[0].id}", "dim")
    else:
        yield Text(f"No chat is saved in {safe(str(store.folder))}.")


STDOUT = "-"


@with_options()
def export(
    ctx: typer.Context,
    session: Annotated[str, typer.Argument(metavar="SESSION", hidden=True)],
    file: Annotated[str, typer.Argument(metavar="FILE", hidden=True)],
    *,
    written_as: FileOptions,
    common: Common,
) -> None:
    """Write a saved chat to a file.

    SESSION is an id listed by "assistant sessions", or "latest". The ending of FILE says the format: .html, .md, .json,
    .csl.json or .bib; the last two hold the articles cited. With - for FILE it goes to standard output.
    """
    from assistant.export.target import ExportTarget, file_text, format_of
    from assistant.sessions.store import SessionStore

    form = written_as.form
    chosen = format_of("-.md" if file == STDOUT and form is None else file, form)
    target = None if file == STDOUT else ExportTarget.of(file, form, force=written_as.force)
    invocation = Invocation.of(ctx, common)
    saved = SessionStore(invocation.settings.sessions).load(session)
    invocation.notices.add(*saved.notices)
    document = _of_session(invocation, saved, common.library)
    if target is None:
        _print(file_text(document, chosen))
    else:
        write_document(document, target)
        if invocation.as_json:
            invocation.print({"file": target.path.absolute(), "format": target.format}, [])
        else:
            say_written(invocation, target)
    invocation.notices.show()


def document_of(assistant: Assistant, turns: Sequence[Turn | SavedTurn], *, session: str = "") -> Document:
    """Return the document of these turns, with the text around each sentence from the archive."""
    return _built(turns, assistant, session)


def write_document(document: Document, target: ExportTarget) -> None:
    """Write the file. Raises `UsageError` when that cannot be done."""
    from assistant.export.target import file_text

    target.write(file_text(document, target.format))


def write_answer(
    assistant: Assistant, invocation: Invocation, answer: Answer, filters: Filters, target: ExportTarget
) -> None:
    """Write one answer that was just given, and say so on standard error."""
    from assistant.sessions.session_file import SavedTurn, now

    turn = SavedTurn(at=now(), turn=Turn(question=answer.question, answer=answer), filters=filters)
    write_document(document_of(assistant, [turn]), target)
    say_written(invocation, target)


def _print(text: str) -> None:
    """Write into a pipe or a file in UTF-8, as all these formats are: a console's code page would lose letters."""
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)


def say_written(invocation: Invocation, target: ExportTarget) -> None:
    """Say on standard error which file was written."""
    from rich.text import Text

    from assistant.cli.terminal import messages, print_parts

    if not (invocation.quiet or invocation.as_json):
        print_parts(messages(), [Text(f"Written: {safe(str(target.path))}", "dim")])


def _of_session(invocation: Invocation, session: Session, library: str | None) -> Document:
    """Build it with the archive that was named, else that of the session; without one where that is gone."""
    with ExitStack() as stack:
        folder, ours = place_of(session.header.library), invocation.settings.library
        if library or folder == ours:  # ours may have a password, which no chat holds
            folder = ours
        try:
            assistant = stack.enter_context(invocation.opened(library=folder))
        except LibraryError as error:
            invocation.notices.add(f"The sentences are exported without the text around them: {error}")
            return _built(session.turns, None, session.header.id, session.name)
        return _built(session.turns, assistant, session.header.id, session.name)


def _built(turns: Sequence[Turn | SavedTurn], assistant: Assistant | None, session: str, name: str = "") -> Document:
    from assistant.export.document import build_document
    from assistant.sessions.session_file import now

    article = assistant.article if assistant else None
    return build_document(turns, article, made=now(), program=__version__, session=session, name=name)
