"""Thoughts of a model never reach the answer, however the reply is cut into pieces."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.stream import ThinkingStream, strip_thinking

PIECES = ["<think>", "</think>", "<thinking>", "</Think >", "<", "</", "<th", "ink>", ">", "a [1]", " ", "\n", "<b>"]
REPLIES = st.lists(st.sampled_from(PIECES), max_size=12)


def streamed(chunks: list[str]) -> str:
    stream = ThinkingStream()
    return "".join([*(stream.feed(chunk) for chunk in chunks), stream.flush()])


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("<think>Hm. [9]</think>\n\nIt rained. [1]", "It rained. [1]"),
        ("It rained. [1]", "It rained. [1]"),
        ("Hm, the opening tag is missing.</think>It rained.", "It rained."),
        ("<think>The reply was cut off", ""),
        ("It rained. <think>More?</think>It snowed.", "It rained. It snowed."),
        ("<think>a<think>b</think>c</think>It rained.", "It rained."),
        ("<THINK>Hm.</THINK>It rained.", "It rained."),
        ("I think <b>so</b> and 3 < 4.", "I think <b>so</b> and 3 < 4."),
        ("<think></think>", ""),
    ],
)
def test_thoughts_are_taken_out(reply: str, answer: str) -> None:
    assert strip_thinking(reply) == answer


@given(REPLIES)
def test_it_does_not_matter_how_a_reply_is_cut(pieces: list[str]) -> None:
    reply = "".join(pieces)
    whole = streamed([reply])
    assert streamed(pieces) == whole
    assert streamed(list(reply)) == whole


@given(st.lists(st.tuples(st.text("ab <>/\n", max_size=8), st.text("ab <>/\n", max_size=8)), max_size=5))
def test_the_stream_agrees_with_the_whole_reply(parts: list[tuple[str, str]]) -> None:
    reply = "".join(f"{said}<think>{thought}</think>" for said, thought in parts) + "end"
    assert streamed(list(reply)).strip() == strip_thinking(reply)


def test_a_closing_tag_alone_comes_too_late_for_the_stream() -> None:
    assert streamed(["Hm.", "</think>", "It rained."]) == "Hm.It rained."


def test_text_is_not_held_back_longer_than_a_tag() -> None:
    stream = ThinkingStream()
    assert stream.feed("It rained <") == "It rained "
    assert stream.feed("3") == "<3"


@pytest.mark.parametrize("text", ["<" * 100_000, "<think>" * 20_000, "</think>" * 20_000, "<think" + " " * 100_000])
def test_hostile_replies_take_no_time(text: str) -> None:
    start = time.monotonic()
    strip_thinking(text)
    streamed([text])
    assert time.monotonic() - start < 1
