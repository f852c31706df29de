"""What a user is told when a server fails: each fault is produced by a real server on the loopback interface."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from assistant.errors import AssistantError, ModelOverloaded, ModelRefused, ModelUnreachable, UsageError
from assistant.llm.connection import connect, translated_errors
from tests.fakes.embedding_server import EmbeddingServer, Reply, embedding_server

KEY = "sk-secret-0123456789"


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with embedding_server() as running:
        yield running


def _ask(base_url: str, *, key: str | None = KEY, timeout_s: float = 5.0, max_retries: int = 0) -> None:
    with (
        translated_errors("the embedding server"),
        connect(base_url, key, timeout_s=timeout_s, max_retries=max_retries) as client,
    ):
        client.embeddings.create(model="bag", input=["Rain."], encoding_format="float")


@pytest.mark.parametrize(
    ("status", "error", "remedy"),
    [
        (400, ModelRefused, "Check the model's name"),
        (401, ModelRefused, "OPENAI_API_KEY"),
        (403, ModelRefused, "OPENAI_API_KEY"),
        (404, ModelRefused, "/v1"),
        (408, ModelOverloaded, "Try again later"),
        (409, ModelOverloaded, "Try again later"),
        (413, ModelRefused, "Check the model's name"),
        (422, ModelRefused, "Check the model's name"),
        (429, ModelOverloaded, "Try again later"),
        (500, ModelOverloaded, "Try again later"),
        (503, ModelOverloaded, "Try again later"),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"error": {"message": f"Bad key {KEY}\nsecond\x1b[31m line", "code": "x"}}, id="explained"),
        pytest.param({"detail": [{"msg": "odd"}]}, id="another form"),
        pytest.param(f"<html>{KEY}" + "x" * 5000, id="html"),
        pytest.param("", id="empty"),
    ],
)
def test_each_status_is_one_error_of_one_line_with_a_remedy_and_without_the_key(
    server: EmbeddingServer, status: int, error: type[AssistantError], remedy: str, body: object
) -> None:
    server.script = [Reply(status, body)]
    with pytest.raises(error) as raised:
        _ask(server.base_url)
    message = str(raised.value)
    assert type(raised.value) is error
    assert remedy in message
    assert str(status) in message
    assert message.isprintable()
    assert len(message) < 450
    assert KEY not in message


def test_the_explanation_of_the_server_is_passed_on(server: EmbeddingServer) -> None:
    server.script = [Reply(400, {"error": {"message": "input is too long for\nthis model"}})]
    with pytest.raises(ModelRefused, match="input is too long for this model"):
        _ask(server.base_url)


def test_a_busy_server_is_asked_again_after_the_time_it_names(server: EmbeddingServer) -> None:
    server.script = [Reply(429, {}, headers={"Retry-After": "0.2"})]
    began = time.monotonic()
    _ask(server.base_url, max_retries=1)
    assert time.monotonic() - began >= 0.2
    assert len(server.requests) == 2


def test_retries_come_to_an_end(server: EmbeddingServer) -> None:
    server.script = [Reply(500, {}, headers={"Retry-After": "0.01"}) for _ in range(9)]
    with pytest.raises(ModelOverloaded):
        _ask(server.base_url, max_retries=2)
    assert len(server.requests) == 3


def test_a_refusal_is_not_tried_again(server: EmbeddingServer) -> None:
    server.script = [Reply(401, {})]
    with pytest.raises(ModelRefused):
        _ask(server.base_url, max_retries=2)
    assert len(server.requests) == 1


def test_a_wait_of_an_hour_is_not_waited_for(server: EmbeddingServer) -> None:
    server.script = [Reply(429, {}, headers={"Retry-After": "3600"})]
    with pytest.raises(ModelOverloaded):
        _ask(server.base_url, max_retries=2)


def test_a_silent_server_is_given_up_after_the_timeout(server: EmbeddingServer) -> None:
    server.script = [Reply(delay_s=1.0)]
    began = time.monotonic()
    with pytest.raises(ModelUnreachable, match="did not answer in time"):
        _ask(server.base_url, timeout_s=0.2)
    assert time.monotonic() - began < 0.9


def test_a_refused_connection_says_where_and_what_to_check() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(ModelUnreachable, match=r"127\.0\.0\.1 cannot be reached.*OPENAI_BASE_URL"):
            _ask(f"http://127.0.0.1:{unused.getsockname()[1]}/v1")


@pytest.mark.parametrize("key", [None, "", "  "])
def test_a_server_of_one_s_own_needs_no_key(server: EmbeddingServer, key: str | None) -> None:
    _ask(server.base_url, key=key)
    assert server.headers[0]["authorization"] == "Bearer none"


@pytest.mark.parametrize("base_url", [None, "", "https://api.openai.com/v1", "https://API.openai.com/v1/"])
def test_openai_s_own_server_needs_one(base_url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")  # read by `settings` alone
    with pytest.raises(ModelRefused, match="OPENAI_API_KEY"):
        connect(base_url, None, timeout_s=1)


def test_a_key_pasted_with_a_line_break_works(server: EmbeddingServer) -> None:
    _ask(server.base_url, key=f" {KEY}\n")
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", ["sk-“quoted”", "sk-two\nlines"])
def test_a_key_that_cannot_be_one_is_refused_without_showing_it(server: EmbeddingServer, key: str) -> None:
    with pytest.raises(UsageError) as raised:
        _ask(server.base_url, key=key)
    assert "sk-" not in str(raised.value)


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434/v1",
        "ftp://host/v1",
        "http://",
        "http://host:port/v1",
        "http://[::1",
        "http://a\0/",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="looks like http"):
        connect(address, KEY, timeout_s=1)


def test_errors_of_the_program_pass_through_unchanged() -> None:
    with pytest.raises(UsageError, match=r"^ours$"), translated_errors("the embedding server"):
        raise UsageError("ours")


def test_openai_is_not_imported_before_it_is_used() -> None:
    code = "import sys, assistant.llm.connection, assistant.llm.embeddings; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
