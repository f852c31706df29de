"""Answers and sources as plain text to paste elsewhere: as they are shown, but nothing cut to the width of a window."""

from __future__ import annotations

import io

from rich.console import Console

from assistant import wording
from assistant.cli import render
from assistant.records import Evidence, Turn
from assistant.safe_text import safe

_NO_WINDOW = 1_000_000  # columns


def answer(turn: Turn) -> str:
    """The question and all that is shown of its answer."""
    endless = Console(file=io.StringIO(), width=_NO_WINDOW, highlight=False, markup=False, emoji=False)
    return "\n".join([safe(turn.question), "", *(part.plain for part in render.answer_parts(endless, turn.answer))])


def source(evidence: Evidence) -> str:
    """One cited sentence in quotation marks, with its origin and its reference."""
    info = evidence.article
    origin = [wording.outlet_of(info), wording.published(info), wording.title_of(info), safe(info.url), evidence.ref]
    return f"{render.quoted(evidence.text).plain} ({'; '.join(part for part in origin if part)})"
