"""The context of a model is found where each kind of server tells it, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import ModelRefused, ModelUnreachable
from assistant.llm.connection import connect
from assistant.llm.server_facts import ServerFacts, server_facts
from tests.fakes.server import ModelServer, model_server


def facts(server: ModelServer, model: str = "m") -> ServerFacts:
    return server_facts(connect(server.base_url, None, timeout_s=5), model)


@pytest.mark.parametrize(
    ("listed", "places", "context", "name"),
    [
        ({"max_model_len": 8192}, {}, 8192, "max_model_len"),  # vLLM
        ({"context_length": 32768}, {}, 32768, "context_length"),  # OpenRouter
        ({}, {"/props": {"default_generation_settings": {"n_ctx": 2048}}}, 2048, "n_ctx"),  # llama.cpp
        ({}, {"/api/show": {"parameters": 'stop "<|end|>"\nnum_ctx    4096'}}, 4096, "num_ctx"),  # Ollama
        ({}, {"/api/show": {"model_info": {"llama.context_length": 131072}}}, None, ""),  # what it could read at most
        ({"context_length": "many"}, {"/props": ["n_ctx"]}, None, ""),
    ],
)
def test_the_context_is_found(listed: dict[str, Any], places: dict[str, Any], context: int | None, name: str) -> None:
    with model_server() as server:
        server.models, server.model_facts, server.places = ["m", "other"], listed, places
        assert facts(server) == ServerFacts(models=("m", "other"), context=context, context_from=name)


def test_a_server_without_a_list_of_models_is_no_fault() -> None:
    with model_server() as server:
        assert facts(server) == ServerFacts(models=None)


def test_what_does_not_answer_is_an_error() -> None:
    with model_server() as server:
        gone = ModelServer(base_url=server.base_url)
    with pytest.raises(ModelUnreachable):
        facts(gone)


def test_a_key_that_openai_needs_is_asked_for() -> None:
    with pytest.raises(ModelRefused, match="needs a key"):
        connect(None, None, timeout_s=5)
