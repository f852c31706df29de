"""A scripted language model: hands out replies in order and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from assistant.errors import ModelError
from assistant.llm.chat import Message, Reply

Scripted = str | Reply | ModelError


@dataclass(frozen=True)
class Call:
    """One request to the model."""

    messages: tuple[Message, ...]
    max_tokens: int

    @property
    def text(self) -> str:
        """All that the model read."""
        return "\n\n".join(message.content for message in self.messages)


@dataclass
class ScriptedChat:
    """A `ChatModel`. A scripted error is raised; a reply goes to `on_text` word by word, then is returned."""

    replies: Iterable[Scripted] = ()
    calls: list[Call] = field(default_factory=list)
    name: str = "scripted"

    def __post_init__(self) -> None:
        self._queue = list(self.replies)

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int, on_text: Callable[[str], None] | None = None
    ) -> Reply:
        self.calls.append(Call(tuple(messages), max_tokens))
        if not self._queue:
            raise AssertionError(f"the script has no reply to call {len(self.calls)}")
        next_reply = self._queue.pop(0)
        if isinstance(next_reply, ModelError):
            raise next_reply
        reply = Reply(text=next_reply, model=self.name) if isinstance(next_reply, str) else next_reply
        for piece in reply.text.split(" ") if on_text else ():
            on_text(f"{piece} ")  # type: ignore[misc]  # not None here
        return reply
