"""The chat model against a real server on the loopback interface: each fault that servers show, once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from assistant.errors import ModelError, ModelOverloaded, ModelRefused, ModelUnreachable
from assistant.llm.chat import Message, OpenAIChat, Reply
from assistant.llm.connection import no_interface
from assistant.records import Usage
from tests.fakes.server import Behaviour, Fails, ModelServer, Says, Sends, event, model_server

MESSAGES = [Message("system", "Be brief."), Message("user", "Did it rain?")]
DONE = b"data: [DONE]\n\n"
PAUSE = b""


@contextmanager
def serving(*script: Behaviour, **options: Any) -> Iterator[tuple[ModelServer, Callable[..., Reply]]]:
    """A server with a script, and the way to ask it; `waits` of the server collects the pauses between attempts."""
    with model_server(*script) as server:
        settings = {"stall_s": 5.0, "deadline_s": 10.0, "wait": lambda _: None, **options}
        model = OpenAIChat("tiny", base_url=server.base_url, api_key="", **settings)

        def ask(
            on_text: Callable[[str], None] | None = None, max_tokens: int = 50, messages: Sequence[Message] = MESSAGES
        ) -> Reply:
            return model.complete(messages, max_tokens=max_tokens, on_text=on_text)

        try:
            yield server, ask
        finally:
            model.close()


def test_a_streamed_reply_is_shown_as_it_comes_and_returned_whole() -> None:
    shown: list[str] = []
    with serving(Says(["It rai", "ned. ", "[1]"])) as (server, ask):
        reply = ask(shown.append)
    assert shown == ["It rai", "ned. ", "[1]"]
    usage = Usage(prompt_tokens=11, completion_tokens=7)
    assert reply == Reply(text="It rained. [1]", model="served-model", usage=usage, finish="stop")
    request = server.requests[0]
    assert request["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Did it rain?"},
    ]
    assert (request["model"], request["max_tokens"], request["temperature"]) == ("tiny", 50, 0)


def test_a_server_that_cannot_stream_is_understood() -> None:
    shown: list[str] = []
    with serving(Says(["It rained."], json_only=True)) as (_, ask):
        reply = ask(shown.append)
    assert (reply.text, reply.usage) == ("It rained.", Usage(prompt_tokens=11, completion_tokens=7))
    assert shown == ["It rained."]


def test_missing_usage_is_none() -> None:
    with serving(Says(["It rained."], usage=None)) as (_, ask):
        assert ask().usage is None


def test_thoughts_are_neither_shown_nor_returned() -> None:
    shown: list[str] = []
    with serving(Says(["<thi", "nk>Rain? [9]</th", "ink>\n\nIt rained."])) as (_, ask):
        assert ask(shown.append).text == "It rained."
    assert "".join(shown) == "It rained."


@pytest.mark.parametrize(
    ("refused", "message", "absent"),
    [
        ("stream_options", "Unrecognized request argument supplied: stream_options", "stream_options"),
        ("temperature", "Unsupported value: 'temperature' does not support 0 with this model.", "temperature"),
        ("max_tokens", "'max_tokens' is not supported. Use 'max_completion_tokens' instead.", "max_tokens"),
    ],
)
def test_an_option_that_the_server_refuses_is_left_out_from_then_on(refused: str, message: str, absent: str) -> None:
    with serving(Fails(400, message)) as (server, ask):
        first = ask()
        ask()
    assert first.text == "It rained. [1]"
    assert [absent in request for request in server.requests] == [True, False, False]
    assert bool(first.notices) == (refused == "temperature")


def test_a_server_without_a_system_role_gets_one_message() -> None:
    with serving(Fails(500, "Jinja Exception: System role not supported")) as (server, ask):
        assert ask().text == "It rained. [1]"
    assert server.requests[1]["messages"] == [{"role": "user", "content": "Be brief.\n\nDid it rain?"}]


def test_a_server_without_a_system_role_still_gets_the_example_as_turns() -> None:
    example = [Message("user", "Did it snow?"), Message("assistant", "It snowed. [9]")]
    with serving(Fails(500, "Jinja Exception: System role not supported")) as (server, ask):
        assert ask(messages=[MESSAGES[0], *example, *MESSAGES[1:]]).text == "It rained. [1]"
    assert server.requests[1]["messages"] == [
        {"role": "user", "content": "Be brief.\n\nDid it snow?"},
        {"role": "assistant", "content": "It snowed. [9]"},
        {"role": "user", "content": "Did it rain?"},
    ]


def test_the_same_refusal_twice_is_an_error() -> None:
    refusal = Fails(400, "bad temperature")
    with serving(refusal, refusal) as (server, ask), pytest.raises(ModelRefused, match="bad temperature"):
        ask()
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_is_not_tried_again(status: int) -> None:
    with serving(Fails(status)) as (server, ask), pytest.raises(ModelRefused):
        ask()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (400, "This model's maximum context length is 4096 tokens.", "context_length_exceeded"),
        (400, "the request exceeds the available context size, try increasing it", "exceed_context_size_error"),
        (500, "the request exceeds the available context size", ""),
    ],
)
def test_a_prompt_too_long_says_what_to_set(status: int, message: str, code: str) -> None:
    with serving(Fails(status, message, code)) as (server, ask), pytest.raises(ModelRefused, match="prompt_tokens"):
        ask()
    assert len(server.requests) == 1


def test_a_passing_fault_is_tried_again_after_growing_pauses() -> None:
    waits: list[float] = []
    with serving(Fails(500), Fails(429), wait=waits.append, chance=lambda: 0.0) as (server, ask):
        assert ask().text == "It rained. [1]"
    assert waits == [0.5, 1.0]
    assert len(server.requests) == 3


def test_the_server_may_say_how_long_to_wait() -> None:
    waits: list[float] = []
    with serving(Fails(429, headers={"Retry-After": "3"}), wait=waits.append) as (_, ask):
        ask()
    assert waits == [3.0]


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    with serving(Fails(429, headers={"Retry-After": "3600"})) as (server, ask), pytest.raises(ModelOverloaded):
        ask()
    assert len(server.requests) == 1


def test_attempts_are_bounded() -> None:
    with serving(*[Fails(503)] * 9) as (server, ask), pytest.raises(ModelOverloaded):
        ask()
    assert len(server.requests) == 3


def test_an_empty_account_is_not_tried_again() -> None:
    empty = Fails(429, "You exceeded your current quota", "insufficient_quota")
    with serving(empty) as (server, ask), pytest.raises(ModelOverloaded):
        ask()
    assert len(server.requests) == 1


def test_no_server_at_all() -> None:
    with model_server() as server:
        address = server.base_url
    model = OpenAIChat("tiny", base_url=address, api_key="", wait=lambda _: None)
    with pytest.raises(ModelUnreachable):
        model.complete(MESSAGES, max_tokens=5)
    model.close()


def test_a_silent_server_is_given_up() -> None:
    silent = [Sends([PAUSE])] * 3
    start = time.monotonic()
    with serving(*silent, stall_s=0.1) as (server, ask), pytest.raises(ModelUnreachable, match="in time"):
        ask()
    assert time.monotonic() - start < 3
    assert len(server.requests) == 3


def test_a_reply_that_stalls_is_kept_with_a_notice_and_not_asked_again() -> None:
    shown: list[str] = []
    with serving(Sends([event("It rained. "), PAUSE]), stall_s=0.2) as (server, ask):
        reply = ask(shown.append)
    assert (reply.text, reply.finish) == ("It rained.", "")
    assert "broke off" in reply.notices[0]
    assert "".join(shown).strip() == "It rained."
    assert len(server.requests) == 1


def test_the_deadline_holds_against_a_server_that_only_keeps_the_line_open() -> None:
    """Comments arrive often enough that the silence never grows long: only the deadline ends it."""
    comments = Sends([b": still working\n\n", PAUSE] * 100, pause_s=0.05)
    start = time.monotonic()
    with serving(comments, deadline_s=0.4) as (_, ask), pytest.raises(ModelUnreachable, match="ASSISTANT_DEADLINE"):
        ask()
    assert time.monotonic() - start < 2


def test_a_reply_past_the_deadline_is_kept_as_far_as_it_came() -> None:
    words = Sends([event("rain "), PAUSE] * 100, pause_s=0.05)
    with serving(words, deadline_s=0.4) as (_, ask):
        reply = ask()
    assert reply.text.startswith("rain rain")
    assert "ASSISTANT_DEADLINE" in reply.notices[0]


@pytest.mark.parametrize("breaks", [True, False])
def test_a_broken_stream_keeps_what_came(breaks: bool) -> None:
    with serving(Sends([event("It rained. "), event("It sn")], breaks=breaks)) as (server, ask):
        reply = ask()
    assert (reply.text, reply.finish) == ("It rained. It sn", "")
    assert "broke off" in reply.notices[0]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "before",
    [
        Sends([event("")], breaks=True),
        Sends([event("<think>hm")], breaks=True),
        Sends([]),
        Sends([b'data: {"error": {"message": "busy"}}\n\n']),
    ],
)
def test_a_stream_that_breaks_before_anything_was_shown_is_asked_again(before: Sends) -> None:
    shown: list[str] = []
    with serving(before) as (_, ask):
        assert ask(shown.append).text == "It rained. [1]"
    assert "".join(shown) == "It rained. [1]"


def test_an_error_in_the_middle_of_a_stream_keeps_what_came() -> None:
    with serving(Sends([event("It rained. "), b'data: {"error": {"message": "out of\\nmemory"}}\n\n'])) as (_, ask):
        reply = ask()
    assert reply.text == "It rained."
    assert "out of memory" in reply.notices[0]


@pytest.mark.parametrize(
    "body", [b"<html>no</html>", b"data: {oops\n\n", b"data: [1]\n\n", b"[[" * 100_000, b"data: " + b"x" * 1_100_000]
)
@pytest.mark.parametrize("content_type", ["application/json", "text/event-stream"])
def test_a_reply_that_is_not_in_the_interface_is_an_error(body: bytes, content_type: str) -> None:
    unusable = Sends([body], content_type)
    with serving(*[unusable] * 3) as (_, ask), pytest.raises(ModelError):
        ask()


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><title>Panel</title>", b"\xef\xbb\xbf\n <html>", b"<?xml?><a/>"])
@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/plain", "text/event-stream", ""])
def test_a_web_page_is_no_interface_and_is_not_asked_again(page: bytes, content_type: str) -> None:
    script = [Sends([b"", page], content_type, pause_s=0.01)] * 2
    with serving(*script) as (server, ask), pytest.raises(ModelError, match="no OpenAI interface") as raised:
        ask()
    assert len(server.requests) == 1
    assert "OPENAI_BASE_URL" in str(raised.value)


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("http://localhost:8080/", "Try OPENAI_BASE_URL=http://localhost:8080/v1."),
        ("https://user:secret@llm.example/api", "Try OPENAI_BASE_URL=https://llm.example/api/v1."),
        ("http://localhost:8080/v1/", "Check the server's address (OPENAI_BASE_URL)"),
    ],
)
def test_the_remedy_for_a_web_page_names_the_address_to_try(address: str, remedy: str) -> None:
    message = str(no_interface("the server of tiny", address))
    assert remedy in message
    assert "secret" not in message


@pytest.mark.parametrize(
    "odd",
    [
        b'data: {"choices": null}\n\n',
        b'data: {"choices": [null]}\n\n',
        b'data: {"choices": [{"delta": null}]}\n\n',
        b'data: {"choices": [{"delta": {"content": null, "role": "assistant"}}]}\n\n',
        b'data: {"choices": [{"delta": {"reasoning_content": "hm"}}], "usage": {"prompt_tokens": null}}\n\n',
        b"event: ping\nid: 7\n: comment\ndata:\n\n",
    ],
)
def test_odd_events_are_passed_over(odd: bytes) -> None:
    with serving(Sends([odd, event("It rained."), odd, event(finish="stop"), DONE])) as (_, ask):
        assert ask().text == "It rained."


def test_letters_cut_between_two_packets_and_windows_line_ends_are_read() -> None:
    raw = 'data: {"choices": [{"delta": {"content": "Šibenik – 東京"}, "finish_reason": "stop"}]}\r\n\r\n'.encode()
    with serving(Sends([raw[i : i + 1] for i in range(len(raw))])) as (_, ask):
        assert ask().text == "Šibenik – 東京"


@pytest.mark.parametrize(("finish", "word"), [("length", "cut off"), ("content_filter", "filter")])
def test_a_reply_ended_early_carries_a_notice(finish: str, word: str) -> None:
    with serving(Says(["It rained. It"], finish=finish)) as (_, ask):
        reply = ask()
    assert reply.text == "It rained. It"
    assert word in reply.notices[0]


@pytest.mark.parametrize(
    ("empty", "kind", "words"),
    [
        (Says([""]), ModelError, "empty reply"),
        (Says(["  \n"]), ModelError, "empty reply"),
        (Says([""], finish="content_filter"), ModelRefused, "content filter"),
        (Says([], refusal="I cannot\nhelp with that."), ModelRefused, "declined: I cannot help"),
        (Says(["<think>rain, rain"], finish="length"), ModelError, "answer_tokens"),
        (Says(["<think>rain</think>"]), ModelError, "empty reply"),
    ],
)
def test_a_reply_without_text_is_an_error_that_says_why(empty: Says, kind: type[ModelError], words: str) -> None:
    with serving(empty) as (server, ask), pytest.raises(kind, match=words):
        ask()
    assert len(server.requests) == 1


def test_ctrl_c_closes_the_stream_and_goes_on_up() -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with serving(Sends([event("It ")] + [PAUSE, event("rained ")] * 200, pause_s=0.01)) as (server, ask):
        with pytest.raises(KeyboardInterrupt):
            ask(interrupt)
        assert server.hung_up.wait(2)


def test_the_key_is_sent_and_never_told() -> None:
    with model_server(Fails(401, "wrong key sk-secret")) as server:
        model = OpenAIChat("tiny", base_url=server.base_url, api_key="sk-secret")
        with pytest.raises(ModelRefused) as caught:
            model.complete(MESSAGES, max_tokens=5)
        model.close()
    assert server.headers[0]["authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in str(caught.value)
