"""A cache of language model replies, so that a second run costs nothing.

The key covers everything that decides a reply: server, model, messages, limits and the number of the repeat. Each reply
is one file, written atomically. Errors and replies that broke off are not kept. The cache holds what models wrote about
the archive: it lies in the user's own cache folder, and `--no-cache` neither reads nor writes it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.json_form import from_json, json_text
from assistant.llm.chat import ChatModel, Message, OnText, Reply
from assistant.records import Usage

_VERSION = 1  # of what a key is made of


class Replies:
    """A folder of replies. Several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first reply is kept."""
        self._folder = folder

    def get(self, key: str) -> Reply | None:
        """Return the cached reply, None if there is none or its file is damaged."""
        import json

        try:
            return from_json(Reply, json.loads(self._file(key).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return None

    def keep(self, key: str, reply: Reply) -> None:
        """Store a reply under its key."""
        file = self._file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as part:
            part.write(json_text(reply))
        Path(name).replace(file)

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


class CachedChat:
    """A `ChatModel` that wraps another, answers from the cache where it can, and counts calls."""

    def __init__(self, replies: Replies | None, *, base_url: str, name: str) -> None:
        """`replies` of None keeps nothing; `base_url` and `name` tell models that are asked the same apart."""
        self._model: ChatModel | None = None
        self._replies = replies
        self._made_of = (_VERSION, base_url, name)
        self.repeat = 0
        self.calls = 0
        self.cached = 0

    def around(self, model: ChatModel) -> ChatModel:
        """Return itself, wrapping `model`."""
        self._model = model
        return self

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None, **others: Any
    ) -> Reply:
        """See `ChatModel`; a cached reply reaches `on_text` in one piece."""
        self.calls += 1
        key = self._key(messages, max_tokens, others)
        if self._replies is not None and (kept := self._replies.get(key)) is not None:
            self.cached += 1
            if on_text is not None:
                on_text(kept.text)
            return kept
        if self._model is None:
            raise RuntimeError("this chat was put around no model")
        reply = self._model.complete(messages, max_tokens=max_tokens, on_text=on_text, **others)
        if self._replies is not None and reply.finish:
            self._replies.keep(key, reply)
        return reply

    def _key(self, messages: Sequence[Message], max_tokens: int, others: dict[str, Any]) -> str:
        asked = [*self._made_of, self.repeat, max_tokens, [(m.role, m.content) for m in messages], others]
        return hashlib.sha256(json_text(asked).encode("utf-8")).hexdigest()


class CountingChat:
    """A `ChatModel` that sends nothing and counts what would be sent, for an estimate of tokens and cost."""

    def __init__(self, count: Any, reply: str) -> None:
        """`count` gives the tokens of messages; `reply` is what every call gets."""
        self._count = count
        self._reply = reply
        self.usage = Usage(prompt_tokens=0, completion_tokens=0, calls=0)

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None, **others: Any
    ) -> Reply:
        """See `ChatModel`. The longest reply allowed is counted."""
        del on_text, others
        self.usage = Usage(
            prompt_tokens=self.usage.prompt_tokens + self._count(messages),
            completion_tokens=self.usage.completion_tokens + max_tokens,
            calls=self.usage.calls + 1,
        )
        return Reply(text=self._reply, model="")
