"""What servers that call themselves OpenAI-compatible do not take, and what to send them instead.

A server that refuses a request usually names what it does not like. Each adaptation is tried once, when its words are
in the refusal; the same request is then sent again, changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.errors import ModelError, ModelOverloaded, ModelRefused

Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Adaptation:
    """One change to a request."""

    words: str  # in the refusal, in small letters
    change: Callable[[Request], Request]  # leaves its argument as it is
    notice: str = ""  # what the user should know about it


def _without(field: str) -> Callable[[Request], Request]:
    return lambda request: {name: value for name, value in request.items() if name != field}


def _renamed(field: str, new: str) -> Callable[[Request], Request]:
    return lambda request: {new if name == field else name: value for name, value in request.items()}


def _without_system(request: Request) -> Request:
    """The system message put in front of the first one of the user."""
    system, first, *others = request["messages"]
    joined = {"role": "user", "content": f"{system['content']}\n\n{first['content']}"}
    return {**request, "messages": [joined, *others]}


_ADAPTATIONS = (
    Adaptation("stream_options", _without("stream_options")),
    Adaptation("max_completion_tokens", _renamed("max_tokens", "max_completion_tokens")),
    Adaptation("system role", _without_system),
    Adaptation("temperature", _without("temperature"), "The model does not take temperature 0: its replies may vary."),
)

_TOO_LONG = (  # in the words of OpenAI, vLLM, llama.cpp, LM Studio, Anthropic
    "context_length_exceeded",
    "exceed_context_size",
    "context length",
    "context size",
    "context window",
    "prompt is too long",
)


def adaptation_for(error: ModelError, tried: Sequence[Adaptation]) -> Adaptation | None:
    """The first adaptation whose words are in `error` and that was not tried yet."""
    if not isinstance(error, ModelRefused | ModelOverloaded):  # some servers answer 500 to what they do not know
        return None
    said = details(error)
    return next((known for known in _ADAPTATIONS if known.words in said and known not in tried), None)


def does_not_fit(error: ModelError) -> bool:
    """Whether the server says that the prompt is longer than the model's context."""
    said = details(error) if isinstance(error, ModelRefused | ModelOverloaded) else ""
    return any(words in said for words in _TOO_LONG)


def details(error: ModelError) -> str:
    """All that is known of an error in small letters: our message and the server's own."""
    cause = error.__cause__
    body = getattr(cause, "body", None)  # what the server sent with an error status
    return f"{error} {cause or ''} {body or ''}".casefold()
