"""Replays the replies of a suite as if a model wrote them, through the whole program.

The reply comes from a server on this machine, so that what is measured is all that a real one passes: the connection,
the prompt, the reading of the reply, the proof and what is shown. Which number a sentence has is known only when the
prompt is made; the server reads it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from assistant.app import Assistant
from assistant.errors import UsageError
from assistant.places import LibraryPlace
from assistant.records import Answer
from assistant.safe_text import as_data
from assistant.settings import Settings
from eval.records import SuiteReply
from eval.scripted_server import MODEL, scripted_server

PLACEHOLDER = re.compile(r"\{(?:gold(?: (?P<statement>[1-9]))?|(?P<other>other)|beyond)\}")
"""What stands for the number of a sentence: "{gold}", "{gold 2}", "{other}", "{beyond}"."""

_LINE = re.compile(r"^(.*) \[(\d+)\]$", re.MULTILINE)  # of the evidence in a prompt
_DAY = re.compile(r" \([^()]*\d{4}\)")  # the day meant, behind words that name one
_LONGEST = 4_000  # characters of the gold words that are looked for


class Replayer:
    """Asks one open archive, each question with the reply that it gets. Not thread-safe."""

    def __init__(self, assistant: Assistant, next_replies: list[SuiteReply]) -> None:
        """`assistant` asks a server that gives what is put into `next_replies`."""
        self._assistant = assistant
        self._next_replies = next_replies

    def answer(self, question: str, reply: SuiteReply, asked_on: date) -> Answer:
        """Return the answer that the program makes of this reply to the question."""
        self._next_replies[:] = [reply]
        return self._assistant.ask(question, asked_on)


@contextmanager
def replaying(library: LibraryPlace, settings: Settings) -> Iterator[Replayer]:
    """Open the library for replays until the block is left; the settings decide all but the model.

    It is opened once more than for other questions, whose model's replies are kept. Raises `UsageError` where the model
    is the reader too.
    """
    if settings.reader == "model":
        raise UsageError("A replayed reply cannot be read by the model that it stands for; set --reader builtin.")
    replies: list[SuiteReply] = []

    def reply_to(prompt: str) -> str:
        return filled_in(replies[0], [(int(number), line) for line, number in _LINE.findall(prompt)])

    with scripted_server(reply_to) as address:
        asked = replace(settings, use_model=True, base_url=address, api_key="", model=MODEL, judge=False, usage=False)
        with Assistant.open(library, settings=asked, create=False) as assistant:
            yield Replayer(assistant, replies)


def filled_in(reply: SuiteReply, offered: Sequence[tuple[int, str]]) -> str:
    """Return the reply with numbers for its placeholders; `offered` are the numbered lines of the prompt.

    Gold that was not offered gets the number of another sentence: a model can point to nothing else.
    """
    golds = [_DAY.sub("", as_data(s.gold, _LONGEST)) for s in reply.statements]
    offered = [(number, _DAY.sub("", line)) for number, line in offered]
    beyond = max((number for number, _ in offered), default=0) + 1
    others = (number for number, line in offered if not any(gold and gold in line for gold in golds))
    other = next(others, beyond)

    def number(found: re.Match[str]) -> str:
        if found["other"]:
            return str(other)
        if found[0] == "{beyond}":
            return str(beyond)
        gold = golds[int(found["statement"] or 1) - 1]
        return str(next((n for n, line in offered if gold and gold in line), other))

    return PLACEHOLDER.sub(number, reply.text)
