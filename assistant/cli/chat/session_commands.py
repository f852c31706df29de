"""Commands that keep, take up and take back what was said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from rich.text import Text

from assistant import wording
from assistant.cli import export as exporting
from assistant.cli.chat.state import Talk
from assistant.cli.chat.words import typed_words
from assistant.cli.terminal import hanging
from assistant.errors import UsageError
from assistant.export.files import Format, Target, format_of, suggested_name
from assistant.export.phrases import became
from assistant.permalinks import State
from assistant.safe_text import safe

_LISTED = 20  # sessions


class Keeping:
    """Commands over the turns of this chat and over saved ones."""

    title = "What was said"

    def __init__(self, talk: Talk) -> None:
        """Over the turns of this chat."""
        self._talk = talk

    def cmd_retry(self, _: str) -> None:
        """Ask the last question again, with the limits and the model now in force."""
        self._talk.retry()

    def cmd_undo(self, _: str) -> None:
        """Take the last question and its answer back, as if it had not been asked."""
        turn = self._talk.undo()
        self._talk.say(f"Taken back: {safe(turn.question)}")

    def cmd_clear(self, _: str) -> None:
        """Begin a new conversation; limits and model stay, and the old one stays saved."""
        self._talk.begin_anew()
        self._talk.say("A new conversation.")

    def cmd_save(self, argument: str) -> None:
        """Write this conversation into a file, in the format of its ending: /save bridge.html, .md, .json or .bib."""
        file, force = _file(argument, "/save FILE")
        self._write(Target.of(file, force=force or self._ours(file)))

    def cmd_export(self, argument: str) -> None:
        """The same in the format named: /export html, /export csl sources.json; formats: html, md, json, csl, bib."""
        form, _, rest = argument.partition(" ")
        if not form:
            raise UsageError(f"Write /export FORMAT or /export FORMAT FILE; formats: {', '.join(Format)}")
        wanted = format_of("", form)
        file, force = _file(rest, "/export FORMAT FILE") if rest.strip() else (self._suggested(wanted), False)
        self._write(Target.of(file, wanted, force=force or self._ours(file)))

    def cmd_sessions(self, _: str) -> None:
        """List the saved conversations."""
        listing = self._talk.assistant.sessions.list()
        if not listing.sessions:
            self._talk.say("No conversation is saved yet.")
        for saved in listing.sessions[:_LISTED]:
            turns = wording.plural(saved.turns, "question")
            self._talk.say_under(f"{saved.id}  ", f"{turns}: {safe(saved.question) or 'all taken back'}")
        if len(listing.sessions) > _LISTED:
            self._talk.say(f"… and {len(listing.sessions) - _LISTED:,} older ones: assistant sessions lists all")
        self._talk.notes.add(*listing.notices)
        self._talk.notes.tell()

    def cmd_resume(self, argument: str) -> None:
        """Go on with a saved conversation: /resume 2026-03-01-142530; /resume alone takes this archive's newest."""
        self._talk.resume(argument or "latest")
        show_taken_up(self._talk)

    def _suggested(self, form: Format) -> str:
        turns = self._talk.conversation.turns
        return suggested_name(turns[0].question if turns else "", form)

    def _ours(self, file: str) -> bool:
        """Whether this chat made the file: then it is written anew as the conversation grows."""
        return Path(file).expanduser().resolve() in self._talk.written

    def _write(self, target: Target) -> None:
        if not self._talk.conversation.turns:
            raise UsageError("There is nothing to save yet: nothing was asked in this conversation.")
        saving = self._talk.saving
        turns = saving.saved if saving and saving.saved else self._talk.conversation.turns
        document = exporting.document_of(self._talk.assistant, turns, session=saving.id if saving else "")
        exporting.write_document(document, target)
        self._talk.written.add(target.path.resolve())
        self._talk.say(f"Written: {safe(str(target.path))}")


def _file(argument: str, usage: str) -> tuple[str, bool]:
    """The file named, and whether what is there may be overwritten."""
    words = typed_words(argument)
    force = "--force" in words
    files = [word for word in words if word != "--force"]
    if len(files) != 1:
        raise UsageError(f"Write {usage}; a name with blanks goes between quotation marks.")
    return files[0], force


def show_taken_up(talk: Talk) -> None:
    """Say which conversation goes on, and show where it stopped."""
    turns = talk.conversation.turns
    saved = talk.saving.id if talk.saving else ""
    talk.say(Text(f"Going on with {saved}, {wording.plural(len(turns), 'question')}. The last one:", "dim"))
    if turns:
        talk.say(Text(f"> {safe(turns[-1].question)}", "bold"))
        talk.show_answer(turns[-1])
    talk.say(*_come_since(talk), *_changed_since(talk))


def _come_since(talk: Talk) -> Iterator[Text]:
    """How many articles came in since the last question; the archive knows the days only."""
    saving = talk.saving
    if saving is None or not saving.saved or saving.header.library != talk.assistant.folder:
        return
    last = saving.saved[-1].at.date()
    later = talk.assistant.came_in(last + timedelta(days=1))
    that_day = talk.assistant.came_in(last) - later
    if not that_day and later:
        yield Text(f"{wording.plural(later, 'article')} came in since.", "bold")
    elif that_day and later + that_day < talk.held.articles:  # else the archive was begun that day, before this chat
        yield Text(f"{wording.plural(later + that_day, 'article')} came in since {wording.day(last)}.", "bold")
    elif later:
        yield Text(f"{wording.plural(later, 'article')} came in after {wording.day(last)}.", "bold")


def _changed_since(talk: Talk) -> Iterator[Text]:
    """What became of the sentences that this conversation cites, where they no longer stand as they were cited."""
    turns = talk.conversation.turns
    cited = {citation.ref: citation for turn in turns for citation in turn.answer.citations}
    sources = exporting.document_of(talk.assistant, turns).sources
    changed = [
        hanging(talk.console, f"[{citation.number}] ", Text(f"{wording.outlet_of(citation.article)}: {safe(told)}"))
        for ref, citation in cited.items()
        if sources[ref].state is not State.KEPT and (told := became(sources[ref]))
    ]
    if changed:
        yield Text("What these answers stand on is not as it was:", "bold yellow")
        yield from changed[:_LISTED]
        if len(changed) > _LISTED:
            yield Text(f"… and {len(changed) - _LISTED:,} more; an export names them all.", "dim")
        yield Text("")
