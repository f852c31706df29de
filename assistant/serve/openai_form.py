"""The form of OpenAI's chat completions, for the many programs that speak it: what goes out as content was checked.

A model's draft goes out as `reasoning_content`, which clients show apart, never as content: text that was sent cannot
be taken back. Sources are `url_citation` annotations, one for each sentence, numbered from 1 in the order in which they
come, each with an address of its own: clients that group sources by address and count them show the right one only so.
The same sources stand below the text, for clients that show no annotations.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any

from assistant.app import Assistant
from assistant.errors import AssistantError
from assistant.export.markdown import escaped
from assistant.json_form import json_text, to_json
from assistant.records import Answer, Statement, Turn, Verdict
from assistant.safe_text import safe, well_formed
from assistant.serve.asking import Asked, read_asked
from assistant.serve.exchange import (
    EventStream,
    Response,
    WebError,
    WebReply,
    WebRequest,
    error_headers,
    json_reply,
    status_of,
)
from assistant.serve.jobs import Job, JobEvent
from assistant.serve.plain_answer import Numbered, PlainAnswer, source_line
from assistant.serve.service import Service, WebRoute, awaited

MODELS: Mapping[str, Mapping[str, Any]] = {  # what each changes in the settings
    "assistant": {},
    "assistant-strict": {"strict": True},
    "assistant-quotes": {"use_model": False},
}
_OWN = ("asked_on", "since", "until", "outlets", "authors", "strict", "draft")
_TITLE = 300  # characters of an annotation's title
_EARLIER = 12  # messages before the question that are looked at
_LONGEST_EARLIER = 2_000  # characters of each
_MOST_MESSAGES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAsked:
    """A request for a completion, as far as it counts."""

    asked: Asked
    model: str
    earlier: tuple[Turn, ...]  # only to make the question self-contained
    stream: bool
    draft: bool  # whether a draft may go out
    usage: bool  # whether the stream tells the tokens


def read_chat(given: Mapping[str, Any], assistant: Assistant) -> ChatAsked:
    """Return the question among the messages. Raises `WebError` for what would change the answer and is not done."""
    model = given.get("model") or "assistant"
    if not isinstance(model, str) or model not in MODELS:
        known = ", ".join(MODELS)
        raise WebError(
            404, f"There is no model {safe(str(model))!r}; there are {known}.", param="model", code="model_not_found"
        )
    if given.get("n") not in (None, 1):
        raise WebError(400, "One reply is given at a time.", param="n")
    kind = given.get("response_format")
    if kind is not None and not (isinstance(kind, dict) and kind.get("type") == "text"):
        raise WebError(400, "Replies are text.", param="response_format")
    own = given.get("assistant") or {}
    if not isinstance(own, dict) or (unknown := [name for name in own if name not in _OWN]):
        named = f"There is no {unknown[0]!r}; known" if isinstance(own, dict) else "Known names of assistant"
        raise WebError(400, f"{named} are {', '.join(_OWN)}.", param="assistant")
    said = _messages(given.get("messages"))
    limits = {name: value for name, value in own.items() if name != "draft"}
    options = given.get("stream_options")
    return ChatAsked(
        asked=read_asked({**limits, "question": said[-1][1]}, assistant),
        model=model,
        earlier=_earlier(said[:-1]),
        stream=given.get("stream") is True,
        draft=own.get("draft") != "none",
        usage=isinstance(options, dict) and options.get("include_usage") is True,
    )


def _messages(given: object) -> list[tuple[str, str]]:
    """Return role and text of what the user and the assistant said; instructions of others are not obeyed."""
    if not isinstance(given, list) or not 1 <= len(given) <= _MOST_MESSAGES:
        raise WebError(400, "Give messages as a list.", param="messages")
    found = [(m.get("role"), _content(m.get("content"))) for m in given if isinstance(m, dict)]
    said = [(str(role), text) for role, text in found if role in ("user", "assistant")]
    if not said or said[-1][0] != "user":
        raise WebError(400, "The last message must be the user's question.", param="messages")
    return said


def _content(content: object) -> str:
    if isinstance(content, list):
        parts = [
            part.get("text") if isinstance(part, dict) and part.get("type") == "text" else None for part in content
        ]
        if any(not isinstance(part, str) for part in parts):
            raise WebError(400, "Messages are text.", param="messages")
        return " ".join(str(part) for part in parts)
    return content if isinstance(content, str) else ""


def _earlier(said: Sequence[tuple[str, str]]) -> tuple[Turn, ...]:
    """Return the questions before, each with the beginning of what was answered; nothing in it is cited or trusted."""
    turns: list[Turn] = []
    for role, text in said[-_EARLIER:]:
        line = " ".join(well_formed(text).split())[:_LONGEST_EARLIER]
        if role == "user" and line:
            turns.append(Turn(question=line, answer=_told(line, ""), standalone=line))
        elif turns:
            turns[-1] = replace(turns[-1], answer=_told(turns[-1].question, line))
    return tuple(turns)


def _told(question: str, text: str) -> Answer:
    statements = (Statement(text=text, citations=(), verdict=Verdict.UNCITED),) if text else ()
    return Answer(
        question=question,
        statements=statements,
        abstained=not text,
        reason="",
        evidence=(),
        evidence_from=None,
        evidence_until=None,
        prompt_id="",
        model="",
        usage=None,
    )


def chat_job(assistant: Assistant, chat: ChatAsked) -> Callable[[Job], Answer]:
    """Return the work of a job that answers the last question."""
    strict = {} if chat.asked.strict is None else {"strict": chat.asked.strict}
    asking = assistant.variant(**{**MODELS[chat.model], **strict})

    def work(job: Job) -> Answer:
        job.tell("stage", {})
        conversation = asking.conversation(asked_on=chat.asked.asked_on, filters=chat.asked.filters)
        conversation.take_up(chat.earlier)
        answer = conversation.ask(chat.asked.question, on_text=job.draft if chat.draft else None).answer
        job.cancel.check()
        job.tell("answer", answer)
        return answer

    return work


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """Writes an answer as one completion, or as the chunks of one; both say the same."""

    model: str
    base: str  # that permalinks begin with
    usage: bool
    id: str = field(default_factory=lambda: f"chatcmpl-{token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, answer: Answer) -> dict[str, Any]:
        """Return the completion."""
        parts = list(self._parts(answer))
        message = {
            "role": "assistant",
            "content": "".join(text for text, _ in parts),
            "refusal": None,
            "annotations": [annotation for _, cited in parts for annotation in cited],
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {
            **self._head("chat.completion", choice),
            "usage": _usage(answer),
            "assistant": {"answer": to_json(answer)},
        }

    def chunk(self, event: JobEvent) -> bytes:
        """Return what one event of a job is in the stream."""
        if event.name == "stage":
            return self._data({"role": "assistant", "content": ""})
        if event.name == "draft" and isinstance(event.value, dict):
            return self._data({"reasoning_content": event.value["text"]})
        if isinstance(event.value, Answer):
            return b"".join(self._ending(event.value))
        return _line({"error": event.value})

    def _ending(self, answer: Answer) -> Iterator[bytes]:
        for text, cited in self._parts(answer):
            yield self._data({"content": text, **({"annotations": cited} if cited else {})})
        last = self._head("chat.completion.chunk", {"index": 0, "delta": {}, "finish_reason": "stop"})
        yield _line({**last, "assistant": {"answer": to_json(answer)}})
        if self.usage:
            yield _line({**last, "choices": [], "usage": _usage(answer)})
        yield b"data: [DONE]\n\n"

    def _parts(self, answer: Answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Yield the content piece by piece, each with the annotations whose markers stand in it first."""
        plain, at = PlainAnswer.of(answer, escaped), 0
        for block in plain.blocks:
            text = ("\n\n" if at else "") + block.text
            yield (
                text,
                [self._annotation(numbered, at + text.index(f"[{numbered.number}]")) for numbered in block.first],
            )
            at += len(text)
        lines = [f"[{n.number}] {escaped(source_line(n.citation))} <{self._place(n)}>" for n in plain.sources]
        if lines:
            yield "\n\nSources\n\n" + "\n".join(f"- {line}" for line in lines), []

    def _annotation(self, numbered: Numbered, start: int) -> dict[str, Any]:
        end = start + len(f"[{numbered.number}]")
        cited = {"url": self._place(numbered), "title": source_line(numbered.citation)[:_TITLE]}
        return {"type": "url_citation", "url_citation": {**cited, "start_index": start, "end_index": end}}

    def _place(self, numbered: Numbered) -> str:
        return f"{self.base}/s/{numbered.citation.ref}"

    def _head(self, kind: str, choice: dict[str, Any]) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model, "choices": [choice]}

    def _data(self, delta: dict[str, Any]) -> bytes:
        return _line(self._head("chat.completion.chunk", {"index": 0, "delta": delta, "finish_reason": None}))


def _line(value: object) -> bytes:
    return f"data: {json_text(value)}\n\n".encode()


def _usage(answer: Answer) -> dict[str, int]:
    used = answer.usage
    read, written = (used.prompt_tokens, used.completion_tokens) if used else (0, 0)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def openai_error(error: AssistantError) -> WebReply:
    """Return an error in OpenAI's form."""
    status = status_of(error)
    kinds = {401: ("authentication_error", "invalid_api_key"), 429: ("rate_limit_error", "rate_limit_exceeded")}
    kind, code = kinds.get(status, ("invalid_request_error" if status < 500 else "server_error", ""))
    if isinstance(error, WebError) and error.code:
        code = error.code
    param = error.param if isinstance(error, WebError) else ""
    told = {"message": safe(str(error)), "type": kind, "param": param or None, "code": code or None}
    return json_reply({"error": told}, status, error_headers(error))


def _models(_service: Service, _request: WebRequest) -> Response:
    rows = [{"id": name, "object": "model", "created": 0, "owned_by": "assistant"} for name in MODELS]
    return json_reply({"object": "list", "data": rows})


def _complete(service: Service, request: WebRequest) -> Response:
    chat = read_chat(request.json(), service.assistant)
    job = service.start(chat.asked.question, chat_job(service.assistant, chat))
    made = Completion(model=chat.model, base=service.base(request), usage=chat.usage)
    if chat.stream:
        return EventStream(job=job, encoded=made.chunk, owned=True)

    def whole(result: object) -> WebReply:
        assert isinstance(result, Answer)  # noqa: S101 - what the job returned
        return json_reply(made.whole(result))

    return awaited(job, whole, openai_error)


OPENAI_ROUTES = (
    WebRoute("/v1/models", ("GET",), _models),
    WebRoute("/v1/chat/completions", ("POST",), _complete),
)
