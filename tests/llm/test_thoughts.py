"""Thoughts of a model never reach the answer, however the reply is cut into pieces."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.stream import ThinkingStream, strip_thinking

PIECES = ["<think>", "</think>", "<thinking>", "</Think >", "<", "</", "<th", "ink>", ">", "a [1]", " ", "\n", "<b>"]
PIECES += ["[THINK]", "[/THINK]", "◁think▷", "◁/think▷", "<reasoning>", "</reasoning x>", "<think ", "[", "◁", "[/TH"]
PIECES += [
    "<|channel|>",
    "analysis",
    "final",
    "<|message|>",
    "<|end|>",
    "<|start|>",
    "user",
    "</s>",
    "<|",
    "|>",
    "<|im_start|>",
]
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
        ("[THINK]first check sentence 9. [9][/THINK]It rained. [1]", "It rained. [1]"),
        ("Hm. [9][/THINK]It rained. [1]", "It rained. [1]"),
        ("<reasoning>x [9]</reasoning>It rained. [1]", "It rained. [1]"),
        ("<thought>x [9]</thought>\nIt rained. [1]", "It rained. [1]"),
        ("x [9]</thought>It rained. [1]", "It rained. [1]"),
        ("◁think▷x [9]◁/think▷It rained. [1]", "It rained. [1]"),
        ("x [9]◁/think▷It rained. [1]", "It rained. [1]"),
        ('<thinking type="long">x</thinking>It rained.', "It rained."),
        ("<scratchpad>\n1. look [9]\n</scratchpad>\nIt rained.", "It rained."),
        ("<analysis>x</analysis>It rained.", "It rained."),
        ("<chain_of_thought>x</chain_of_thought >It rained.", "It rained."),
        ("<seed:think>x</seed:think>It rained.", "It rained."),
        ("<thoughts>x</thoughts><reflection>y</reflection>It rained.", "It rained."),
        ("<|begin_of_thought|>x [9]<|end_of_thought|>It rained.", "It rained."),
        ("<thinking>x</think>It rained.", "It rained."),
        ("[THINK]cut off", ""),
        ("◁think▷cut off", ""),
        ("“I [think] it rained,” he said. [1]", "“I [think] it rained,” he said. [1]"),
        ("The <thoughtful> reply. [1]", "The <thoughtful> reply. [1]"),
    ],
)
def test_thoughts_are_taken_out(reply: str, answer: str) -> None:
    assert strip_thinking(reply) == answer


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (
            "<|channel|>analysis<|message|>User asks why. [9]<|end|>"
            "<|start|>assistant<|channel|>final<|message|>It rained. [1]<|return|>",
            "It rained. [1]",
        ),
        ("<|channel|>final<|message|>It rained. [1]", "It rained. [1]"),
        ("<|start|>assistant<|channel|>final <|constrain|>text<|message|>It rained.", "It rained."),
        (
            "<|channel|>commentary to=functions.x <|message|>{}<|call|><|channel|>final<|message|>It rained.",
            "It rained.",
        ),
        ("<|channel|>analysis<|message|>cut off", ""),
        ("<|channel|>analysis<|message|>x<|channel|>final<|message|>It rained.", "It rained."),
        ("<|channel|>Analysis<|message|>x<|end|>\n\nIt rained.", "It rained."),
        ("<|start|>assistant<|message|>It rained.<|end|>", "It rained."),
        ("<|channel|>final", ""),
        ("analysisUser asks why. [9]assistantfinalIt rained. [1]", "It rained. [1]"),
        ("analysisNo final channel came.", "analysisNo final channel came."),
        ("analysis of the rain is due.", "analysis of the rain is due."),
        ("It rained.<|end|><|start|>user<|message|>And then?<|end|>", "It rained."),
    ],
)
def test_only_the_final_channel_is_the_answer(reply: str, answer: str) -> None:
    assert strip_thinking(reply) == answer
    assert streamed(list(reply)).strip() == answer


@pytest.mark.parametrize(
    "sign",
    [
        *("</s>", "<|im_end|>", "<|eot_id|>", "<end_of_turn>", "[/INST]", "<|endoftext|>", "<eos>", "<|end_of_text|>"),
        *("<｜end▁of▁sentence｜>", "<|end|>", "<|im_end|>\n<|im_start|>user\nAnd why?<|im_end|>", "<end_of_utterance>"),
        *("<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWhy?", "<end_of_turn>\n<start_of_turn>user\nWhy?"),
    ],
)
def test_the_signs_of_a_chat_template_are_left_out(sign: str) -> None:
    assert strip_thinking(f"It rained. [1]{sign}") == "It rained. [1]"
    assert streamed(list(f"It rained. [1]{sign}")).strip() == "It rained. [1]"


@pytest.mark.parametrize(
    "opening",
    [
        *("<|im_start|>assistant\n", "<start_of_turn>model\n", "<|start_header_id|>assistant<|end_header_id|>\n\n"),
        *("<|assistant|>\n", "<s>", "[/INST] ", "<|begin_of_text|>", "<|im_start|>assistant<|im_sep|>"),
    ],
)
def test_the_opening_of_the_models_own_turn_is_left_out(opening: str) -> None:
    assert strip_thinking(f"{opening}It rained. [1]") == "It rained. [1]"
    assert streamed(list(f"{opening}It rained. [1]")).strip() == "It rained. [1]"


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


@pytest.mark.parametrize(
    "text",
    [
        *("<" * 100_000, "<think>" * 20_000, "</think>" * 20_000, "<think" + " " * 100_000, "<think " * 20_000),
        *("<|" * 50_000, "[THINK]" * 20_000, "<|channel|>" * 20_000, "◁" * 100_000, "<|" + "a" * 100_000),
    ],
)
def test_hostile_replies_take_no_time(text: str) -> None:
    start = time.monotonic()
    strip_thinking(text)
    streamed([text])
    assert time.monotonic() - start < 1
