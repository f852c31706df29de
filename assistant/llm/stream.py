"""A model's reply as it arrives: server-sent events, their fields, and what in them is no part of the answer.

Events: one line `data: …` for each (https://html.spec.whatwg.org/multipage/server-sent-events.html). Departures from
the standard, because real servers need them: every `data:` line is an event of its own (JSON on one line; some servers
forget the blank line between two events), and bytes that are not UTF-8 are replaced.

Fields are read from plain dictionaries, because servers leave out or misuse any of them.

Thoughts stand in tags of many names (`<think>`, `<reasoning>`, `[THINK]`, `◁think▷` …). Three shapes occur: a whole
block; a lone closing tag, where the server put the opening one into the prompt (all before it is thought); and an
opening tag without an end, where the reply was cut off (all after it is thought). Blocks may be nested, and one name
may close another.

A chat template's signs (`</s>`, `<|im_end|>`, `[/INST]` …) are left out. Some open a header, which names whose turn
follows or, in OpenAI's harmony format, in which channel the model speaks
(https://cookbook.openai.com/articles/openai-harmony): `<|channel|>analysis<|message|>`. The header is left out, and so
is the turn of anyone but the model and every channel but `final`. Some servers take harmony's signs out and leave their
words: "analysisUser asks why.assistantfinalIt rained."

A sign is at most `_LONGEST_SIGN` characters long, so the time is linear and little is held back.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assistant.records import Usage

_NAMES = (  # of tags around thoughts; longer ones first, as a name may begin with another
    "chain_of_thought",
    "inner_monologue",
    "antthinking",
    "scratchpad",
    "reflection",
    "seed:think",
    "reasoning",
    "thinking",
    "analysis",
    "thoughts",
    "thought",
    "think",
)
_ATTRIBUTES = r"(?:\s[^<>\[◁]{0,60})?"
_NAMED = "|".join(_NAMES)
_SIGN = re.compile(
    rf"<(?P<tag>/?)(?i:{_NAMED}){_ATTRIBUTES}>"
    r"|\[(?P<bracket>/?)THINK\]|◁(?P<triangle>/?)(?i:think)▷"
    r"|<[|｜](?P<special>[A-Za-z_▁]{1,32})[|｜]>|<(?P<turn>start_of_turn)>"
    r"|</?s>|<(?:end_of_turn|end_of_utterance|eos|bos|pad|unk)>|\[/?INST\]"
    r"|(?P<line>\n)"
)
_LITERALS = tuple(
    sign.casefold()
    for sign in (
        *(f"<{slash}{name}>" for slash in ("", "/") for name in _NAMES),
        *("[THINK]", "[/THINK]", "[INST]", "[/INST]", "◁think▷", "◁/think▷"),
        *("<s>", "</s>", "<start_of_turn>", "<end_of_turn>", "<end_of_utterance>", "<eos>", "<bos>", "<pad>", "<unk>"),
    )
)
_PARTIAL = re.compile(rf"</?(?i:{_NAMED})\s[^<>\[◁]{{0,60}}\Z|<[|｜][A-Za-z_▁]{{0,32}}[|｜]?\Z")
_LONGEST_SIGN = 90

_OPENS_HEADER = ("channel", "start", "im_start", "start_header_id", "start_of_turn")
_CLOSES_HEADER = ("message", "end_header_id", "im_sep")
_ENDS_TURN = ("end", "return", "call", "im_end", "eot_id", "eom_id", "eot", "end_of_turn", "endoftext")
_OTHERS = ("user", "human", "system", "developer", "tool", "function", "ipython", "observation")
_OWN = ("assistant", "model")
_THOUGHT = {"begin_of_thought": 1, "end_of_thought": -1}
_WORDS_OF_SIGNS = re.compile(r"\s*analysis(?=[A-Z“\"\[])")  # at the beginning of a reply without harmony's signs
_FINAL = "assistantfinal"
_HEADER_LENGTH = 40  # characters of a header that are kept: its first word matters


def strip_thinking(text: str) -> str:
    """`text` without what is no part of the answer, and without white space at either end."""
    kept: list[str] = []
    if _WORDS_OF_SIGNS.match(text):
        text = text.partition(_FINAL)[2] or text
    for piece in _Reader().read(text):
        if piece is None:
            kept.clear()
        else:
            kept.append(piece)
    return "".join(kept).strip()


class ThinkingStream:
    """Passes on text as it arrives, without what is no part of the answer.

    For a lone closing tag it comes too late: what stood before it has been passed on. Then only the tag is taken out,
    and the text as a whole, put through `strip_thinking`, is what counts. White space before the first word is left
    out.
    """

    def __init__(self) -> None:
        self._held = ""  # the end of what was fed, when it may be the beginning of a sign
        self._reader = _Reader()
        self._begun = False  # the beginning of the reply has been read
        self._started = False  # something has been shown

    def feed(self, chunk: str) -> str:
        """What can be shown now; may be empty."""
        text = self._held + chunk
        if not self._begun:
            if "analysis".startswith(text.strip()):
                self._held = text
                return ""
            if _WORDS_OF_SIGNS.match(text):
                if text.find(_FINAL, max(0, len(self._held) - len(_FINAL))) < 0:
                    self._held = text
                    return ""
                text = text.partition(_FINAL)[2]
            self._begun = True
        cut = _unfinished_sign(text)
        self._held = text[cut:]
        return self._shown(text[:cut])

    def flush(self) -> str:
        """What is left at the end of the reply."""
        rest, self._held = self._held, ""
        return self._shown(rest)

    def _shown(self, text: str) -> str:
        text = "".join(piece for piece in self._reader.read(text) if piece)
        if not self._started:
            text = text.lstrip()
            self._started = bool(text)
        return text


class _Reader:
    """Reads a reply piece by piece; no piece may end within a sign."""

    def __init__(self) -> None:
        self._depth = 0  # of thoughts
        self._header: str | None = None  # what was read of an open header
        self._channel = False  # the open header names a channel
        self._silent = False  # the turn or channel is not the answer

    def read(self, text: str) -> Iterator[str | None]:
        """Yield the pieces that belong to the answer, and None where all before turns out to be no part of it."""
        at = 0
        for sign in _SIGN.finditer(text):
            yield from self._words(text[at : sign.start()])
            at = sign.end()
            if sign["line"] is not None:
                yield from self._line_break()
            elif (special := sign["special"] or sign["turn"]) is not None:
                self._obey(special.casefold())
            elif (slash := _slash(sign)) is not None:
                if slash and not self._depth:
                    yield None
                self._depth = max(0, self._depth - 1) if slash else self._depth + 1
        yield from self._words(text[at:])

    def _words(self, text: str) -> Iterator[str]:
        if self._header is not None:
            self._header = (self._header + text)[:_HEADER_LENGTH]
        elif text and not self._depth and not self._silent:
            yield text

    def _line_break(self) -> Iterator[str]:
        if self._header is not None:
            self._close_header()
        else:
            yield from self._words("\n")

    def _obey(self, special: str) -> None:
        """Follow one special token of a chat template."""
        if special in _OPENS_HEADER:
            self._close_header()
            self._header, self._channel = "", special == "channel"
        elif special in _CLOSES_HEADER:
            self._close_header()
        elif special in _ENDS_TURN or special in _OWN:
            self._header, self._silent = None, False
        elif special in _OTHERS:
            self._header, self._silent = None, True
        elif special in _THOUGHT:
            self._depth = max(0, self._depth + _THOUGHT[special])

    def _close_header(self) -> None:
        if self._header is not None:
            word = next(iter(re.findall(r"\w+", self._header)), "").casefold()
            self._silent = word not in ("final", "") if self._channel else word in _OTHERS
        self._header = None


def _slash(sign: re.Match[str]) -> str | None:
    """Return "/" for a closing tag of a thought, "" for an opening one, None for another sign."""
    return next((slash for slash in (sign["tag"], sign["bracket"], sign["triangle"]) if slash is not None), None)


def _unfinished_sign(text: str) -> int:
    """Return where a sign may have begun that goes on after the end of `text`; its length when none has."""
    first = max(0, len(text) - _LONGEST_SIGN)
    at = max(text.rfind(opening, first) for opening in "<[◁")
    if at < 0:
        return len(text)
    tail = text[at:]
    begins = any(literal.startswith(tail.casefold()) for literal in _LITERALS) or _PARTIAL.match(tail)
    return at if begins else len(text)


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
