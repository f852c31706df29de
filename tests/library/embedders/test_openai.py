"""The embedder that asks a server, against a real server on the loopback interface that answers rightly or wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelError, ModelRefused
from assistant.llm.embeddings import OpenAIEmbedder, _batches, _cut, estimated_tokens
from tests.fakes.embedding_server import EmbeddingServer, Reply

Body = dict[str, Any]


@pytest.fixture
def embedder(server: EmbeddingServer) -> OpenAIEmbedder:
    return OpenAIEmbedder(model="bag", base_url=server.base_url, max_retries=0)


def test_vectors_are_asked_for_as_plain_numbers(server: EmbeddingServer, embedder: OpenAIEmbedder) -> None:
    embedder.embed(["Rain."])
    assert server.requests == [{"model": "bag", "input": ["Rain."], "encoding_format": "float"}]


def test_nothing_is_asked_before_the_first_text(server: EmbeddingServer, embedder: OpenAIEmbedder) -> None:
    assert embedder.name == "openai/bag"
    assert embedder.count_tokens(["Rain."]) == [2]
    assert server.requests == []


def test_the_width_is_asked_once(server: EmbeddingServer, embedder: OpenAIEmbedder) -> None:
    assert (embedder.dimension, embedder.dimension) == (64, 64)
    assert len(server.requests) == 1


def test_vectors_in_another_order_are_put_back(server: EmbeddingServer, embedder: OpenAIEmbedder) -> None:
    texts = ["Rain.", "Snow.", "Wind."]
    expected = embedder.embed(texts)
    server.change = lambda body: {**body, "data": body["data"][::-1]}
    assert np.array_equal(embedder.embed(texts), expected)


def test_many_texts_are_sent_in_several_requests_in_order(server: EmbeddingServer, embedder: OpenAIEmbedder) -> None:
    texts = [f"ship {n}" for n in range(300)]
    vectors = embedder.embed(texts)
    assert [len(request["input"]) for request in server.requests] == [128, 128, 44]
    assert np.allclose(vectors, server.model.embed(texts), atol=1e-6)


def _with_embedding(change: Callable[[Any], Any]) -> Callable[[Body], Body]:
    return lambda body: {
        **body,
        "data": [{**item, "embedding": change(item["embedding"])} if item["index"] else item for item in body["data"]],
    }


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda body: {**body, "data": body["data"][:-1]}, id="a vector too few"),
        pytest.param(lambda body: {**body, "data": body["data"] * 2}, id="too many vectors"),
        pytest.param(
            lambda body: {**body, "data": [{**item, "index": 0} for item in body["data"]]}, id="one index twice"
        ),
        pytest.param(
            lambda body: {**body, "data": [{**item, "index": [1]} for item in body["data"]]}, id="index a list"
        ),
        pytest.param(lambda body: {**body, "data": None}, id="no data"),
        pytest.param(lambda body: {"error": "busy"}, id="an error with status 200"),
        pytest.param(lambda body: [], id="a list"),
        pytest.param(lambda body: '{"data": [', id="cut JSON"),
        pytest.param(_with_embedding(lambda vector: vector[:-1]), id="one vector narrower"),
        pytest.param(_with_embedding(lambda vector: [float("nan"), *vector[1:]]), id="NaN"),
        pytest.param(_with_embedding(lambda vector: [1e300, *vector[1:]]), id="a number too large"),
        pytest.param(_with_embedding(lambda vector: [0.0] * len(vector)), id="zeros"),
        pytest.param(_with_embedding(lambda vector: []), id="empty"),
        pytest.param(_with_embedding(lambda vector: None), id="null"),
        pytest.param(_with_embedding(lambda vector: "AACAPwAAAEA="), id="base64"),
        pytest.param(_with_embedding(lambda vector: [vector]), id="nested"),
    ],
)
def test_a_reply_that_cannot_be_used_is_refused(
    server: EmbeddingServer, embedder: OpenAIEmbedder, change: Callable[[Body], Any]
) -> None:
    server.change = change
    with pytest.raises(ModelError, match="cannot be used") as raised:
        embedder.embed(["Rain.", "Snow."])
    assert "\n" not in str(raised.value)


def test_a_page_of_html_is_refused(server: EmbeddingServer, embedder: OpenAIEmbedder) -> None:
    server.script = [Reply(body="<html>Welcome</html>", headers={"Content-Type": "text/html"})]
    with pytest.raises(ModelError, match="/v1"):
        embedder.embed(["Rain."])


def test_another_width_than_configured_is_refused(server: EmbeddingServer) -> None:
    embedder = OpenAIEmbedder(model="bag", base_url=server.base_url, dimension=1536)
    with pytest.raises(ModelError, match="64 numbers instead of 1536"):
        embedder.embed(["Rain."])


def test_a_width_that_changes_is_refused(server: EmbeddingServer, embedder: OpenAIEmbedder) -> None:
    embedder.embed(["Rain."])
    server.change = lambda body: {**body, "data": [{**item, "embedding": [1.0]} for item in body["data"]]}
    with pytest.raises(ModelError, match="1 numbers instead of 64"):
        embedder.embed(["Rain."])


def test_an_unknown_model_is_named_by_the_server_s_own_words(server: EmbeddingServer, embedder: OpenAIEmbedder) -> None:
    server.script = [Reply(404, {"error": {"message": 'model "bag" not found, try pulling it first'}})]
    with pytest.raises(ModelRefused, match='model "bag" not found'):
        embedder.embed(["Rain."])


def test_no_text_is_sent_empty_or_too_long(server: EmbeddingServer, embedder: OpenAIEmbedder) -> None:
    embedder.embed(["", "\ud800\0", "ship " * 100_000, "雨" * 100_000])
    sent = server.requests[0]["input"]
    assert sent[:2] == [".", "? "]
    assert [estimated_tokens(text) for text in sent[2:]] == [512, 512]


@given(st.text(), st.integers(1, 40))
def test_a_cut_text_is_the_longest_beginning_that_fits(text: str, limit: int) -> None:
    text = text.replace("\0", " ")
    cut = _cut(text, limit)
    assert estimated_tokens(cut) <= limit
    if text.startswith(cut) and cut != text:
        assert estimated_tokens(text[: len(cut) + 1]) > limit


@given(st.text())
def test_an_estimate_is_never_below_the_number_of_words(text: str) -> None:
    assert estimated_tokens(text) >= len(text.split())


@given(st.lists(st.integers(0, 120_000), min_size=1, max_size=300))
def test_batches_keep_every_text_in_order_and_within_the_limits(lengths: list[int]) -> None:
    texts = ["x" * length for length in lengths]
    batches = list(_batches(texts))
    assert [len(text) for batch in batches for text in batch] == lengths
    assert all(len(batch) == 1 or sum(map(len, batch)) <= 100_000 for batch in batches)
    assert all(0 < len(batch) <= 128 for batch in batches)
