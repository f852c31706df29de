"""A model's reply as it arrives: server-sent events and their fields.

Events: one line `data: …` for each (https://html.spec.whatwg.org/multipage/server-sent-events.html). Departures from
the standard, because real servers need them: every `data:` line is an event of its own (JSON on one line; some servers
forget the blank line between two events), and bytes that are not UTF-8 are replaced.

Fields are read from plain dictionaries, because servers leave out or misuse any of them.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assistant.llm.thoughts import ThinkingStream, strip_thinking
from assistant.records import Usage

_LONGEST_LINE = 1_000_000  # characters; one token of a reply needs some 300


class Received:
    """Collects the events of one reply and passes its visible text on as it comes."""

    def __init__(self, on_text: Callable[[str], None] | None) -> None:
        self._on_text = on_text
        self._visible = ThinkingStream()
        self._pieces: list[str] = []
        self.shown = False  # some text that is no thought has arrived
        self.complete = False  # the server said that it was done
        self.finish = ""  # why the reply ended, in the server's word: "stop", "length", "content_filter" …
        self.refusal = ""  # why the model declined, in its own words
        self.model = ""
        self.usage: Usage | None = None

    @property
    def text(self) -> str:
        """The reply so far, without what was thought aloud."""
        return strip_thinking("".join(self._pieces))

    @property
    def thought(self) -> bool:
        """Whether something arrived that is not shown."""
        return bool("".join(self._pieces).strip())

    def add(self, event: dict[str, Any]) -> None:
        """One event of a stream, or a whole reply."""
        self.model = _string(event.get("model")) or self.model
        self.usage = _usage(event.get("usage")) or self.usage
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return
        message = choice.get("delta") or choice.get("message")
        if isinstance(message, dict):
            self.refusal += _string(message.get("refusal"))
            self._add_text(_content(message.get("content")))
        self.finish = _string(choice.get("finish_reason")) or self.finish

    def end(self) -> None:
        """Shows what was held back."""
        self._show(self._visible.flush())

    def _add_text(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._show(self._visible.feed(text))

    def _show(self, text: str) -> None:
        if text:
            self.shown = True
            if self._on_text is not None:
                self._on_text(text)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _content(value: object) -> str:
    """The text of a message: a string, or with some servers a list of parts."""
    if isinstance(value, list):
        return "".join(_string(part.get("text")) for part in value if isinstance(part, dict))
    return _string(value)


def _usage(value: object) -> Usage | None:
    if not isinstance(value, dict):
        return None
    prompt, completion = value.get("prompt_tokens"), value.get("completion_tokens")
    if isinstance(prompt, int) and isinstance(completion, int):
        return Usage(prompt_tokens=prompt, completion_tokens=completion)
    return None


def event_data(chunks: Iterable[bytes]) -> Iterator[str]:
    """What follows `data:` on each line that begins so; comments and other fields are left out.

    A line that does not end within a million characters is given up: what it began with is passed on as it is.
    """
    for line in _lines(chunks):
        if line.startswith("data:"):
            yield line.removeprefix("data:").strip()


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
    pieces: list[str] = []  # of the line that has not ended
    size = 0
    for chunk in chunks:
        first, *others = decode(chunk).replace("\r", "\n").split("\n")
        pieces.append(first)
        size += len(first)
        for other in others:
            yield "".join(pieces)
            pieces, size = [other], len(other)
        if size > _LONGEST_LINE:
            break
    yield "".join(pieces)
