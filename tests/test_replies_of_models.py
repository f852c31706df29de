"""Replies in the forms that models write, streamed through the whole program against the example archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.errors import ModelError
from assistant.records import Answer, Verdict
from assistant.settings import load
from tests.conftest import _shared_cache
from tests.fakes.server import ModelServer, Says, Sends, model_server

QUESTION = "Why was the Pellin Bridge closed?"
S = (
    "The Pellin Bridge was closed to all traffic at 6 p.m. on 4 March 2025 after divers found cracks in one of its "
    "piers"
)
PLAIN = f"{S}."


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture(scope="module")
def assistant(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    articles = Path(__file__).resolve().parents[1] / "examples" / "articles"
    keys = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-1"}
    settings = load(keys, cache=_shared_cache(), reader="off").settings
    with Assistant.open(tmp_path_factory.mktemp("archive") / "library", settings=settings) as opened:
        opened.ingest([articles])
        yield opened


def answered(server: ModelServer, assistant: Assistant, reply: str) -> tuple[Answer, str]:
    """The answer when the model writes `reply`, "#N" in it being the sentence's number; and what was shown live."""
    server.script = [Says(["NOT IN THE ARCHIVE"])]
    evidence = assistant.ask(QUESTION).evidence
    number = 1 + next(i for i, e in enumerate(evidence) if "divers found cracks" in e.text)
    text = reply.replace("#N", str(number))
    server.script = [Says([text[at : at + 3] for at in range(0, len(text), 3)])]
    told: list[str] = []
    return assistant.ask(QUESTION, on_text=told.append), "".join(told)


@pytest.mark.parametrize(
    "reply",
    [
        *(f"{S} [ID:#N].", f"{S}. [citation:#N]", f"{S}. [cite: #N]", f"{S}. [Source: #N]", f"{S} 【4:#N†source】."),
        *(f"{S} [doc#N].", f"{S} (evidence [#N]).", f"{S} (see evidence [#N] and [#N]).", f"{S}.<sup>[#N]</sup>"),
        *(f"{S}.<cite>#N</cite>", f"<p>{S}. [#N]</p>", f"According to [#N], t{S[1:]}.", f"[#N] states that t{S[1:]}."),
        *(f"{S}, according to [#N].", f"**Answer:** {S}. [#N]", f"Final answer: {S}. [#N]", f"Answer:\n{S}. [#N]"),
        f"Sure! Here is the answer:\n\n{S}. [#N]",
        f"[THINK]first check sentence 9.[/THINK]{S}. [#N]",
        f"<reasoning>x [9]</reasoning>{S}. [#N]",
        f"<thought>x [9]</thought>{S}. [#N]",
        f"◁think▷x [9]◁/think▷{S}. [#N]",
        f"x [9]</think>{S}. [#N]",
        "<|channel|>analysis<|message|>User asks why. [9]<|end|><|start|>assistant<|channel|>final<|message|>"
        f"{S}. [#N]",
        *(f"{S}. [#N]</s>", f"{S}. [#N]<|im_end|>", f"{S}. [#N]<|eot_id|>", f"{S}. [#N]<end_of_turn>"),
        f"[/INST] {S}. [#N]",
        f"{S}. {{Tuesday = 4 March 2025}} [#N]",
        f"{S}. [#N] {{Tuesday = 4 March 2025}}",
        f"{S}. [#N]\n{{Tuesday = 4 March 2025}}",
        f"Question: {QUESTION}\nAnswer: {S}. [#N]",
    ],
)
def test_a_right_reply_is_one_supported_statement(server: ModelServer, assistant: Assistant, reply: str) -> None:
    answer, shown = answered(server, assistant, reply)
    assert [(s.text, s.verdict) for s in answer.statements] == [(PLAIN, Verdict.SUPPORTED)]
    assert not answer.unknown
    if "</think>" not in reply:  # without its opening tag a thought is recognised too late
        assert "[9]" not in shown
    assert not any(sign in shown for sign in ("<", "{", "think", "THINK", "INST"))
    if not reply.startswith(("Sure", "Question")):  # that such a line is no answer shows when it has been written
        assert "nswer:" not in shown


@pytest.mark.parametrize("content_type", ["text/html", "text/event-stream"])
def test_a_web_page_is_an_error_with_the_remedy(server: ModelServer, assistant: Assistant, content_type: str) -> None:
    server.script = [Sends([b"<!DOCTYPE html><html><body>Control panel</body></html>"], content_type)]
    with pytest.raises(ModelError, match=r"no OpenAI interface there\. .*OPENAI_BASE_URL"):
        assistant.ask(QUESTION)
