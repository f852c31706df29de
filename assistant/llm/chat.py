"""Language models: what the program asks of one, and the one that speaks to any OpenAI-compatible server.

`OpenAIChat` streams, so that text can be shown as it is written, and reads the stream itself: servers differ in what
they send, and every byte that arrives is a chance to notice that the time is up.

Trying again: only while nothing has been shown, only after faults that may pass, at most `_ATTEMPTS` times, within the
deadline. Once text has been shown it is kept: a reply that breaks off becomes a reply with a notice.

Adapting: a server that refuses a request usually names what it does not like. Each `Adaptation` is tried once, when its
words are in the refusal; the same request is then sent again, changed.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from assistant.errors import ModelError, ModelOverloaded, ModelRefused, ModelSilent, ModelUnreachable
from assistant.llm.cancel import active_cancel
from assistant.llm.connection import Connection, no_interface, plain_line, translated_errors, unusable_reply
from assistant.llm.server_facts import only_model
from assistant.llm.stream import Received, event_data
from assistant.records import Usage

MessageRole = Literal["system", "user", "assistant"]

_Request = dict[str, Any]

OnText = Callable[[str], None]  # told the pieces of a text as they are written

_ATTEMPTS = 3
_FIRST_WAIT_S = 0.5  # before the second attempt; doubled each time, then shortened by up to half at random
_SHOWN_REFUSAL = 200  # characters of a model's own words in an error

_CUT_OFF = "The reply was cut off at the length limit. Raise answer_tokens for longer ones."
_FILTERED = "The server's content filter ended the reply early."
_BROKE_OFF = "The reply broke off before its end: "


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat, as the chat completions API knows it."""

    role: MessageRole
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model replied."""

    text: str  # without what was thought aloud; not empty
    model: str  # as the server names it, else as it was asked for
    usage: Usage | None = None  # as the server counted, None when it did not say
    finish: str = "stop"  # why it ended, in the server's word; "" when it broke off
    notices: tuple[str, ...] = ()  # one line each, for the user


class ChatModel(Protocol):
    """A language model that completes a chat."""

    def complete(self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None) -> Reply:
        """The reply to `messages`, at most `max_tokens` tokens long.

        `on_text` is told the text piece by piece as it arrives. Raises `ModelError` when there is no usable reply, and
        `Cancelled` when it was stopped (see `llm.cancel`).
        """


class OpenAIChat:
    """A model behind an OpenAI-compatible server."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None,
        api_key: str | None,
        stall_s: float = 60.0,
        deadline_s: float = 300.0,
        wait: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`stall_s`: seconds a server may stay silent; `deadline_s`: seconds one reply may take, retries included.

        `wait` and `chance` (0 to 1) make the pauses between attempts; tests hand in their own.
        """
        self._model = model  # "" for the only model of a server
        # All retries are ours: the library's own would not know of the deadline, nor of text already shown.
        self._server = Connection(base_url, api_key, timeout_s=stall_s, max_retries=0)
        self._stall_s = stall_s
        self._deadline_s = deadline_s
        self._wait = wait
        self._chance = chance
        self._adaptations: tuple[Adaptation, ...] = ()  # that this server was found to need

    def complete(self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None) -> Reply:
        """See `ChatModel`."""
        deadline = time.monotonic() + self._deadline_s
        self._model = self._model or only_model(self._server.client)
        adaptations, failures = list(self._adaptations), 0
        while True:
            _stop_if_cancelled()
            received = Received(on_text)
            try:
                self._receive(self._request(messages, max_tokens, adaptations), received, deadline)
            except ModelError as error:
                _stop_if_cancelled()  # what was cut off on request is no fault
                if received.shown:
                    return self._partial(received, error)
                if does_not_fit(error):
                    raise self._too_long() from error
                if (adaptation := adaptation_for(error, adaptations)) is not None:
                    adaptations.append(adaptation)
                else:
                    failures += 1
                    self._wait_before_retry(error, failures, deadline)
            else:
                self._adaptations = tuple(adaptations)
                return self._reply(received, adaptations, max_tokens)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _receive(self, request: dict[str, Any], received: Received, deadline: float) -> None:
        """Sends one request and reads the reply to its end; raises `ModelError`."""
        client = self._server.client
        remaining = deadline - time.monotonic()
        if remaining < self._stall_s:
            client = client.with_options(timeout=max(remaining, 0.001))
        with (
            translated_errors(f"the model {self._model}"),
            client.chat.completions.with_streaming_response.create(**request) as response,
            closing(response.iter_bytes()) as chunks,
        ):
            in_time = self._no_page(self._until(deadline, chunks), response.headers.get("content-type", ""))
            if response.headers.get("content-type", "").startswith("application/json"):  # it does not stream
                self._add(b"".join(in_time).decode("utf-8", errors="replace"), received)
                received.complete = True
            else:
                self._read_events(in_time, received)
        received.end()
        if not (received.complete or received.finish):
            raise ModelUnreachable(f"The model {self._model} closed the connection before its reply ended.")

    def _read_events(self, chunks: Iterator[bytes], received: Received) -> None:
        for data in event_data(chunks):
            if data == "[DONE]":
                received.complete = True
                return
            if data:
                self._add(data, received)

    def _add(self, data: str, received: Received) -> None:
        try:
            event = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise unusable_reply(f"the model {self._model}", "it is not JSON") from error
        if not isinstance(event, dict):
            raise unusable_reply(f"the model {self._model}", "it is not in the form of OpenAI's interface")
        if fault := event.get("error"):
            words = fault.get("message", "") if isinstance(fault, dict) else fault
            raise ModelOverloaded(f"The server of {self._model} reports: {_shown(words)}. Try again later.")
        received.add(event)

    def _no_page(self, chunks: Iterator[bytes], content_type: str) -> Iterator[bytes]:
        """Pass on what arrives; raise `ModelError` when it is a web page. No event or JSON begins with "<"."""
        first = next((chunk for chunk in chunks if chunk.strip()), b"")
        if content_type.startswith("text/html") or first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise no_interface(f"the server of {self._model}", str(self._server.client.base_url))
        yield first
        yield from chunks

    def _until(self, deadline: float, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            _stop_if_cancelled()
            if time.monotonic() > deadline:
                raise ModelUnreachable(
                    f"The model {self._model} took longer than {self._deadline_s:g} s. "
                    "Allow more with ASSISTANT_DEADLINE, or use a faster model."
                )
            yield chunk

    def _request(
        self, messages: Sequence[Message], max_tokens: int, adaptations: Sequence[Adaptation]
    ) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        for adaptation in adaptations:
            request = adaptation.change(request)
        return request

    def _wait_before_retry(self, error: ModelError, failures: int, deadline: float) -> None:
        """Waits; raises `error` again when another attempt is not worth it or not possible."""
        passing = isinstance(error, ModelOverloaded | ModelUnreachable) and "insufficient_quota" not in details(error)
        wait_s = _asked_wait(error)
        if wait_s is None:
            wait_s = _FIRST_WAIT_S * 2 ** (failures - 1) * (1 - self._chance() / 2)
        if not passing or failures >= _ATTEMPTS or time.monotonic() + wait_s >= deadline:
            raise error
        cancel = active_cancel()
        (cancel.wait if cancel is not None else self._wait)(wait_s)

    def _reply(self, received: Received, adaptations: Sequence[Adaptation], max_tokens: int) -> Reply:
        if not received.text:
            raise self._empty(received, max_tokens)
        notices = [adaptation.notice for adaptation in adaptations if adaptation.notice]
        notices += [_CUT_OFF] * (received.finish == "length") + [_FILTERED] * (received.finish == "content_filter")
        return self._made(received, received.finish or "stop", notices)

    def _partial(self, received: Received, error: ModelError) -> Reply:
        received.end()
        if not received.text:
            raise error
        return self._made(received, "", [f"{_BROKE_OFF}{error}"])

    def _made(self, received: Received, finish: str, notices: Sequence[str]) -> Reply:
        model = received.model or self._model
        return Reply(text=received.text, model=model, usage=received.usage, finish=finish, notices=tuple(notices))

    def _empty(self, received: Received, max_tokens: int) -> ModelError:
        if received.refusal:
            return ModelRefused(f"The model {self._model} declined: {_shown(received.refusal)}")
        if received.finish == "content_filter":
            return ModelRefused("The server's content filter withheld the reply. Ask in other words.")
        if received.finish == "length":
            thinking = "thinking aloud" if received.thought else "before it wrote anything"
            return ModelSilent(
                f"The model {self._model} used its {max_tokens} tokens {thinking}. Raise answer_tokens, or use a model "
                "that does not think aloud.",
                self._model,
            )
        said = f"The model {self._model} sent an empty reply. Ask again, or use another model."
        return ModelSilent(said, self._model)

    def _too_long(self) -> ModelRefused:
        return ModelRefused(
            f"The prompt is longer than the model {self._model} can read. Lower prompt_tokens or evidence, or raise "
            "the context length of the server."
        )


def _stop_if_cancelled() -> None:
    if (cancel := active_cancel()) is not None:
        cancel.check()


def _asked_wait(error: ModelError) -> float | None:
    """The seconds that the server asks to wait (Retry-After), when it says so in seconds."""
    response = getattr(error.__cause__, "response", None)
    asked = response.headers.get("retry-after", "") if response is not None else ""
    return float(asked) if asked.isascii() and asked.isdigit() else None


def _shown(words: object) -> str:
    return plain_line(words)[:_SHOWN_REFUSAL].rstrip(".")


@dataclass(frozen=True, slots=True)
class Adaptation:
    """One change to a request."""

    words: str  # in the refusal, in small letters
    change: Callable[[_Request], _Request]  # leaves its argument as it is
    notice: str = ""  # what the user should know about it


def _without(field: str) -> Callable[[_Request], _Request]:
    return lambda request: {name: value for name, value in request.items() if name != field}


def _renamed(field: str, new: str) -> Callable[[_Request], _Request]:
    return lambda request: {new if name == field else name: value for name, value in request.items()}


def _without_system(request: _Request) -> _Request:
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
