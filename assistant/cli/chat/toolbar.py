"""The line below the prompt: what the next question is asked of, in as many words as fit."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from assistant import wording
from assistant.cli.chat.state import Talk
from assistant.records import Filters
from assistant.safe_text import safe


def toolbar(talk: Talk, width: int) -> str:
    """One line that fills at most `width` cells. What narrows the answers stays longest when there is little room."""
    limits = talk.conversation.filters
    name = safe(talk.assistant.model_name)
    pieces = [  # as shown; the number says how early a piece is given up
        (2, wording.plural(talk.held.articles, "article")),
        (1, f"model {name}" if name else "no model"),
        (0, f"only {wording.limits_in_words(limits)}" if limits != Filters() else ""),
        (0, "strict" if talk.strict else ""),
        (3, talk.spending.in_short()),
        (4, "/help" if not talk.conversation.turns else ""),
    ]
    for kept in (4, 3, 2, 1, 0):
        line = " " + " | ".join(text for early, text in pieces if text and early <= kept)
        if cell_len(line) <= width:
            return line
    cut = Text(line)
    cut.truncate(width, overflow="ellipsis")
    return cut.plain
