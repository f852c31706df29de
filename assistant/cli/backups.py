"""`assistant backup` and `assistant restore`: the archive as one file, and back."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from assistant import wording
from assistant.cli.invocation import Notes, Opener, opened
from assistant.cli.options import Common
from assistant.cli.output import write_json
from assistant.cli.reports import published, size
from assistant.cli.terminal import output, show
from assistant.safe_text import safe


def backup(opener: Opener, common: Common, file: Path) -> None:
    """Writes the archive to one new file."""
    with opened(opener, common) as assistant:
        written = assistant.backup(file)
    if common.as_json:
        write_json({"file": str(file), "bytes": written})
    elif not common.quiet:
        show(
            output(),
            [Text(f"{safe(str(file))}: {size(written)}. Bring it back with: assistant restore {safe(str(file))}")],
        )


def restore(common: Common, file: Path) -> None:
    """Makes an archive from a backup."""
    from assistant.app import Assistant

    settings = common.load().settings
    notes = Notes.of(common)
    with Assistant.restore(file, settings.library, settings=settings, on_notice=notes.add) as assistant:
        status, feeds = assistant.status(), len(assistant.followed())
    if common.as_json:
        write_json(status)
    elif not common.quiet:
        count = wording.plural(status.articles, "article")
        followed = f", {wording.plural(feeds, 'followed feed')}" if feeds else ""
        held = f"{count}, {published(status)}, {size(status.bytes_on_disk)}{followed}"
        show(output(), [Text(f"{safe(status.folder)}: {held}")])
