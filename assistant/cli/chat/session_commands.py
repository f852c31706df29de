"""Commands over what was said: take it back, save it, go on with a saved conversation."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from rich.text import Text

from assistant import wording
from assistant.cli import sessions
from assistant.cli.chat.state import ChatState
from assistant.cli.terminal import hanging
from assistant.errors import UsageError
from assistant.export.phrases import became
from assistant.export.target import ExportTarget, Format, format_of, suggested_name
from assistant.permalinks import State
from assistant.safe_text import safe

_LISTED = 20  # sessions


class SessionCommands:
    """Commands over the turns of this chat and over saved ones."""

    title = "What was said"

    def __init__(self, chat: ChatState) -> None:
        self._chat = chat

    def cmd_retry(self, _: str) -> None:
        """Ask the last question again, with the limits and the model now in force."""
        self._chat.retry()

    def cmd_undo(self, _: str) -> None:
        """Take the last question and its answer back, as if it had not been asked."""
        turn = self._chat.undo()
        self._chat.say(f"Taken back: {safe(turn.question)}")

    def cmd_clear(self, _: str) -> None:
        """Begin a new conversation; limits and model stay, and the old one stays saved."""
        self._chat.begin_new()
        self._chat.say("A new conversation.")

    def cmd_save(self, argument: str) -> None:
        """Write this conversation into a file, in the format of its ending: /save bridge.html, .md, .json or .bib."""
        file, force = _file(argument, "/save FILE")
        self._write(ExportTarget.of(file, force=force or self._ours(file)))

    def cmd_export(self, argument: str) -> None:
        """The same in the format named: /export html, /export csl sources.json; formats: html, md, json, csl, bib."""
        form, _, rest = argument.partition(" ")
        if not form:
            raise UsageError(f"Write /export FORMAT or /export FORMAT FILE; formats: {', '.join(Format)}")
        wanted = format_of("", form)
        file, force = _file(rest, "/export FORMAT FILE") if rest.strip() else (self._suggested(wanted), False)
        self._write(ExportTarget.of(file, wanted, force=force or self._ours(file)))

    def cmd_sessions(self, _: str) -> None:
        """List the saved conversations."""
        listing = self._chat.assistant.sessions.list()
        if not listing.sessions:
            self._chat.say("No conversation is saved yet.")
        for saved in listing.sessions[:_LISTED]:
            turns = wording.plural(saved.turns, "question")
            self._chat.say_under(f"{saved.id}  ", f"{turns}: {safe(saved.called) or 'all taken back'}")
        if len(listing.sessions) > _LISTED:
            self._chat.say(f"… and {len(listing.sessions) - _LISTED:,} older ones: assistant sessions lists all")
        self._chat.notices.add(*listing.notices)
        self._chat.notices.show()

    def cmd_resume(self, argument: str) -> None:
        """Go on with a saved conversation: /resume 2026-03-01-142530; /resume alone takes this archive's newest."""
        self._chat.resume(argument or "latest")
        show_continued(self._chat)

    def _suggested(self, form: Format) -> str:
        turns = self._chat.conversation.turns
        return suggested_name(turns[0].question if turns else "", form)

    def _ours(self, file: str) -> bool:
        """Whether this chat made the file: then it is written again as the conversation grows."""
        return Path(file).expanduser().resolve() in self._chat.written

    def _write(self, target: ExportTarget) -> None:
        if not self._chat.conversation.turns:
            raise UsageError("There is nothing to save yet: nothing was asked in this conversation.")
        saving = self._chat.saving
        turns = saving.saved if saving and saving.saved else self._chat.conversation.turns
        document = sessions.document_of(self._chat.assistant, turns, session=saving.id if saving else "")
        sessions.write_document(document, target)
        self._chat.written.add(target.path.resolve())
        self._chat.say(f"Written: {safe(str(target.path))}")


def typed_words(argument: str) -> list[str]:
    """Split what follows a command into words, as a shell would. Raises `UsageError` for a mark that is not closed."""
    try:
        return shlex.split(argument, posix=os.name == "posix")
    except ValueError as error:
        raise UsageError(f"A quotation mark is open in {safe(argument)!r}.") from error


def _file(argument: str, usage: str) -> tuple[str, bool]:
    """Return the file named, and whether what is there may be overwritten."""
    words = typed_words(argument)
    force = "--force" in words
    files = [word for word in words if word != "--force"]
    if len(files) != 1:
        raise UsageError(f"Write {usage}; a name with blanks goes between quotation marks.")
    return files[0], force


def show_continued(chat: ChatState) -> None:
    """Say which conversation goes on, and show where it stopped."""
    turns = chat.conversation.turns
    saved = chat.saving.id if chat.saving else ""
    chat.say(Text(f"Going on with {saved}, {wording.plural(len(turns), 'question')}. The last one:", "dim"))
    if turns:
        chat.say(Text(f"> {safe(turns[-1].question)}", "bold"))
        chat.show_answer(turns[-1])
    chat.say(*_come_since(chat), *_changed_since(chat))


def _come_since(chat: ChatState) -> Iterator[Text]:
    """Say how many articles came in since the last question; the archive knows the days only."""
    saving = chat.saving
    if saving is None or not saving.saved or saving.header.library != chat.assistant.folder:
        return
    last = saving.saved[-1].at.date()
    later = chat.assistant.came_in(last + timedelta(days=1))
    that_day = chat.assistant.came_in(last) - later
    if not that_day and later:
        yield Text(f"{wording.plural(later, 'article')} came in since.", "bold")
    elif that_day and later + that_day < chat.held.articles:  # else the archive was begun that day, before this chat
        yield Text(f"{wording.plural(later + that_day, 'article')} came in since {wording.day(last)}.", "bold")
    elif later:
        yield Text(f"{wording.plural(later, 'article')} came in after {wording.day(last)}.", "bold")


def _changed_since(chat: ChatState) -> Iterator[Text]:
    """Say what became of the sentences that this conversation cites, where they no longer stand as they were cited."""
    turns = chat.conversation.turns
    cited = {citation.ref: citation for turn in turns for citation in turn.answer.citations}
    sources = sessions.document_of(chat.assistant, turns).sources
    changed = [
        hanging(chat.console, f"[{citation.number}] ", Text(f"{wording.outlet_of(citation.article)}: {safe(told)}"))
        for ref, citation in cited.items()
        if sources[ref].state is not State.KEPT and (told := became(sources[ref]))
    ]
    if changed:
        yield Text("What these answers stand on is not as it was:", "bold yellow")
        yield from changed[:_LISTED]
        if len(changed) > _LISTED:
            yield Text(f"… and {len(changed) - _LISTED:,} more; an export names them all.", "dim")
        yield Text("")
