"""What a language model's server says of itself: the models it has and how many tokens the model reads at once.

OpenAI's interface has a list of models and nothing about their size. Servers tell it in places of their own, which are
asked in turn; each was read in the server's own documentation:

- vLLM: `max_model_len` in the list of models; LM Studio and OpenRouter: `max_context_length`, `context_length`
- llama.cpp: `n_ctx` under `/props` (what it was started with)
- Ollama: `num_ctx` among the parameters of `/api/show`; without it the server's own default holds, which it does not
  tell, and the model's `context_length` is only the most it could read. Ollama cuts longer prompts without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelError, ModelRefused
from assistant.llm.connection import OPENAI_URL, translated_errors

if TYPE_CHECKING:
    import openai

_SIZES = ("max_model_len", "max_context_length", "context_length", "n_ctx")
_WAIT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """One server's answer; what it does not tell is None."""

    models: tuple[str, ...] | None  # the names of its models
    context: int | None = None  # tokens of prompt and reply together that the model reads
    context_from: str = ""  # the name under which the server gave it


def server_facts(client: openai.OpenAI, model: str) -> ServerFacts:
    """Ask the server for its models and for the context of `model` ("" for its only one).

    Raises `ModelUnreachable` when nothing answers and `ModelRefused` when the key is not accepted.
    """
    quick = client.with_options(timeout=_WAIT_S, max_retries=0)
    rows = _models(quick)
    if rows is None:
        return ServerFacts(models=None)
    names = tuple(str(row.get("id", "")) for row in rows)
    wanted = model or (names[0] if len(names) == 1 else "")
    size, name = next(_sizes(quick, [row for row in rows if row.get("id") == wanted], wanted), (None, ""))
    return ServerFacts(models=names, context=size, context_from=name)


def _models(client: openai.OpenAI) -> list[Mapping[str, Any]] | None:
    try:
        with translated_errors("the model server"):
            return [row.model_dump() for row in client.models.list()]
    except ModelRefused as error:
        if getattr(error.__cause__, "status_code", None) == 404:  # such a server may answer chats all the same
            return None
        raise


def _sizes(client: openai.OpenAI, rows: list[Mapping[str, Any]], model: str) -> Iterator[tuple[int, str]]:
    for row in rows:
        yield from ((row[name], name) for name in _SIZES if isinstance(row.get(name), int))
    if str(client.base_url).startswith(OPENAI_URL):
        return  # it has none of these places
    root = str(client.base_url).rstrip("/").removesuffix("/v1")
    props = _asked(client, "GET", f"{root}/props")
    started = props.get("default_generation_settings")
    if isinstance(started, dict) and isinstance(started.get("n_ctx"), int):
        yield started["n_ctx"], "n_ctx"
    shown = _asked(client, "POST", f"{root}/api/show", {"model": model})
    if found := re.search(r"^num_ctx\s+(\d{1,9})$", str(shown.get("parameters", "")), re.MULTILINE):
        yield int(found[1]), "num_ctx"


def _asked(client: openai.OpenAI, method: str, url: str, body: object = None) -> Mapping[str, Any]:
    """What the server answers there, {} when it has no such place or answers something else."""
    try:
        with translated_errors("the model server"):
            found = client.get(url, cast_to=object) if method == "GET" else client.post(url, cast_to=object, body=body)
    except ModelError:
        return {}
    return found if isinstance(found, dict) else {}
