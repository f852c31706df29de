"""What `assistant export` and `ask --export` do: answers as files."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

import assistant as program
from assistant.cli.invocation import Notes, Opener, opened
from assistant.cli.options import Common
from assistant.cli.output import write_json
from assistant.cli.terminal import messages, show
from assistant.errors import LibraryError
from assistant.export.document import Document, build
from assistant.export.files import Target, format_of
from assistant.export.formats import written
from assistant.records import Answer, Filters, Turn
from assistant.safe_text import safe
from assistant.sessions.files import now
from assistant.sessions.records import SavedTurn, Session
from assistant.sessions.store import SessionStore

if TYPE_CHECKING:
    from assistant.app import Assistant

STDOUT = "-"


def document_of(assistant: Assistant, turns: Sequence[Turn | SavedTurn], *, session: str = "") -> Document:
    """The document of these turns, with the text around each sentence from the library."""
    return _built(turns, assistant, session)


def write_document(document: Document, target: Target) -> None:
    """Writes the file; raises `UsageError` when that cannot be done."""
    target.write(written(document, target.format))


def write_answer(assistant: Assistant, common: Common, answer: Answer, filters: Filters, target: Target) -> None:
    """Writes one answer that was just given, and says so on standard error."""
    turn = SavedTurn(at=now(), turn=Turn(question=answer.question, answer=answer), filters=filters)
    write_document(document_of(assistant, [turn]), target)
    if not (common.quiet or common.as_json):
        _tell_written(target)


def export_session(opener: Opener, common: Common, name: str, file: str, form: str | None, *, force: bool) -> None:
    """Writes a saved session to a file, or to standard output for "-"."""
    chosen = format_of("-.md" if file == STDOUT and form is None else file, form)
    target = None if file == STDOUT else Target.of(file, form, force=force)
    session = SessionStore(common.load().settings.sessions).load(name)
    notes = Notes.of(common)
    notes.add(*session.notices)
    document = _of_session(opener, common, session, notes)
    if target is None:
        _print(written(document, chosen))
    else:
        write_document(document, target)
        if common.as_json:
            write_json({"file": target.path.absolute(), "format": target.format})
        elif not common.quiet:
            _tell_written(target)
    notes.tell()


def _print(text: str) -> None:
    """Into a pipe or a file in UTF-8, as all these formats are: a console's code page would lose letters."""
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)


def _tell_written(target: Target) -> None:
    show(messages(), [Text(f"Written: {safe(str(target.path))}", "dim")])


def _of_session(opener: Opener, common: Common, session: Session, notes: Notes) -> Document:
    """With the library that the session was held on, unless another was named; without any where it is gone."""
    common = common if common.library else replace(common, library=Path(session.header.library))
    with ExitStack() as stack:
        try:
            assistant = stack.enter_context(opened(opener, common, notes=notes))
        except LibraryError as error:
            notes.add(f"The sentences are exported without the text around them: {error}")
            return _built(session.turns, None, session.header.id)
        return _built(session.turns, assistant, session.header.id)


def _built(turns: Sequence[Turn | SavedTurn], assistant: Assistant | None, session: str) -> Document:
    article = assistant.article if assistant else None
    return build(turns, article, made=now(), program=program.__version__, session=session)
