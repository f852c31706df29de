"""Facts that a language model's server gives of itself: its models, and how many tokens a model reads at once.

OpenAI's interface has a list of models and nothing about their size. Servers tell it in places of their own, which are
asked in turn; each was read in the server's own documentation:

- vLLM: `max_model_len` in the list of models; LM Studio and OpenRouter: `max_context_length`, `context_length`
- llama.cpp: `n_ctx` under `/props` (what it was started with)
- Ollama: `num_ctx` among the parameters of `/api/show`; without it the server's own default holds, which it does not
  tell, and the model's `context_length` is only the most it could read. Ollama cuts longer prompts without a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.errors import ModelError, ModelRefused, UsageError
from assistant.llm.connection import OPENAI_URL, connect, translated_errors
from assistant.settings import Settings

if TYPE_CHECKING:
    import openai

_MODELS_SHOWN = 12

_SIZES = ("max_model_len", "max_context_length", "context_length", "n_ctx")
_WAIT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """One server's answer; what it does not tell is None."""

    models: tuple[str, ...] | None  # the names of its models
    context: int | None = None  # tokens of prompt and reply together that the model reads
    context_from: str = ""  # the name under which the server gave it


class _Asked(NamedTuple):
    """What each place is asked with."""

    client: openai.OpenAI
    model: str
    listed: Mapping[str, Any]  # the model in the server's list, {} when it is not there


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
    listed = next((row for row in rows if row.get("id") == wanted), {})
    context, name = _context(_Asked(quick, wanted, listed))
    return ServerFacts(models=names, context=context, context_from=name)


def models_offered(settings: Settings) -> tuple[str, ...]:
    """Return the server's models, () when it does not list them. Raises `ModelError` when it does not answer."""
    client = connect(settings.base_url or None, settings.api_key or None, timeout_s=settings.timeout)
    return server_facts(client, settings.model).models or ()


def _models(client: openai.OpenAI) -> list[Mapping[str, Any]] | None:
    try:
        with translated_errors("the model server"):
            return [row.model_dump() for row in client.models.list()]
    except ModelRefused as error:
        if getattr(error.__cause__, "status_code", None) == 404:  # such a server may answer chats all the same
            return None
        raise


def _context(asked: _Asked) -> tuple[int | None, str]:
    """The tokens that the model reads, and the name under which the first of the places gives them."""
    places = (_in_list,) if str(asked.client.base_url).startswith(OPENAI_URL) else (_in_list, _of_llama_cpp, _of_ollama)
    return next((found for place in places if (found := place(asked)) is not None), (None, ""))


def _in_list(asked: _Asked) -> tuple[int, str] | None:
    """vLLM, LM Studio and OpenRouter write it into their lists."""
    sizes = ((asked.listed[name], name) for name in _SIZES if isinstance(asked.listed.get(name), int))
    return next(sizes, None)


def _of_llama_cpp(asked: _Asked) -> tuple[int, str] | None:
    """What it was started with."""
    started = _reply(asked.client, "GET", "/props").get("default_generation_settings")
    if isinstance(started, dict) and isinstance(started.get("n_ctx"), int):
        return started["n_ctx"], "n_ctx"
    return None


def _of_ollama(asked: _Asked) -> tuple[int, str] | None:
    """What the model was set to; the server's own default is not told."""
    shown = _reply(asked.client, "POST", "/api/show", {"model": asked.model})
    found = re.search(r"^num_ctx\s+(\d{1,9})$", str(shown.get("parameters", "")), re.MULTILINE)
    return (int(found[1]), "num_ctx") if found else None


def _reply(client: openai.OpenAI, method: str, path: str, body: object = None) -> Mapping[str, Any]:
    """What the server answers at a path beside /v1, {} when it has no such place or answers something else."""
    url = str(client.base_url).rstrip("/").removesuffix("/v1") + path
    try:
        with translated_errors("the model server"):
            found = client.get(url, cast_to=object) if method == "GET" else client.post(url, cast_to=object, body=body)
    except ModelError:
        return {}
    return found if isinstance(found, dict) else {}


def only_model(client: openai.OpenAI) -> str:
    """The name of the server's model when it has one; "default" for a server that does not say what it has.

    Raises `UsageError`, which lists them, when there are several to choose from.
    """
    try:
        with translated_errors("the server's list of models"):
            names = sorted(model.id for model in client.models.list())
    except ModelRefused:
        return "default"
    if len(names) > 1:
        shown = ", ".join(_shown_name(name) for name in names[:_MODELS_SHOWN])
        more = ", …" if len(names) > _MODELS_SHOWN else ""
        raise UsageError(f"The server has several models; name one with -m or ASSISTANT_MODEL: {shown}{more}")
    return names[0] if names else "default"


def _shown_name(name: str) -> str:
    return "".join(char for char in name if char.isprintable())[:80]
