"""The whole program against a real OpenAI-compatible server on this machine: files in, checked answers out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.errors import ModelRefused, ModelUnreachable, UsageError
from assistant.records import Verdict
from assistant.settings import load
from tests.fakes.server import Fails, ModelServer, Says, Sends, event, model_server

TEXT = (
    "The Pellin bridge at Orrin was closed on Monday. Inspectors had found 14 cracks in its No. 3 pier. "
    "Mayor Ilka Brandt said that repairs would cost 9 million crowns."
)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def assistant(server: ModelServer, tmp_path: Path, model_cache: Path) -> Iterator[Assistant]:
    (tmp_path / "bridge.txt").write_text(f"Date: 2025-03-04\nOutlet: Orrin Wire\n\n{TEXT}\n", encoding="utf-8")
    keys = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-secret"}
    settings = load(keys, cache=model_cache, reader="off").settings
    with Assistant.open(tmp_path / "library", settings=settings) as opened:
        opened.ingest([tmp_path / "bridge.txt"])
        yield opened


def test_a_streamed_answer_is_checked_statement_by_statement(server: ModelServer, assistant: Assistant) -> None:
    found = assistant.search("What did the inspectors find in the bridge?")
    cracks = 1 + next(i for i, e in enumerate(found) if "14 cracks" in e.text)
    server.script.append(
        Says(
            [f"Inspectors found 14 cracks in the No. 3 pier. [{cr}" for cr in [cracks]]
            + ["] They found 19 ", f"cracks. [{cracks}] [99]"]
        )
    )
    told: list[str] = []
    answer = assistant.ask("What did the inspectors find in the bridge?", on_text=told.append)
    assert [s.verdict for s in answer.statements] == [Verdict.SUPPORTED, Verdict.UNSUPPORTED]
    assert "19" in " ".join(answer.statements[1].problems)
    assert answer.unknown == (99,)
    assert answer.statements[0].citations[0].text == "Inspectors had found 14 cracks in its No. 3 pier."
    assert answer.prompt_id.startswith("answer@")
    assert "".join(told).count("[") == 3, "markers are never told in halves"


def test_the_prompt_holds_the_numbered_sentences_and_the_resolved_date(
    server: ModelServer, assistant: Assistant
) -> None:
    assistant.ask("When was the Pellin bridge at Orrin closed?")
    (request,) = server.requests
    prompt = request["messages"][-1]["content"]
    assert "was closed on Monday (3 March 2025). [1]" in prompt
    assert 'outlet="Orrin Wire"' in prompt
    assert server.headers[0]["authorization"] == "Bearer sk-secret"


def test_what_the_archive_does_not_hold_is_never_asked_of_the_model(server: ModelServer, assistant: Assistant) -> None:
    answer = assistant.ask("Who won the football cup in Portugal?")
    assert answer.abstained
    assert server.requests == []


def test_a_model_that_says_the_archive_does_not_hold_it(server: ModelServer, assistant: Assistant) -> None:
    server.script.append(Says(["NOT IN THE ARCHIVE"]))
    answer = assistant.ask("Who built the Pellin bridge at Orrin?")
    assert answer.abstained
    assert answer.evidence


def test_a_follow_up_is_rewritten_by_the_model(server: ModelServer, assistant: Assistant) -> None:
    chat = assistant.conversation()
    server.script += [
        Says(["The bridge was closed on 3 March 2025. [1]"]),
        Says(["Why was the Pellin bridge at Orrin closed?"]),
        Says(["Inspectors found 14 cracks. [4]"]),
    ]
    chat.ask("When was the Pellin bridge at Orrin closed?")
    assert chat.ask("Why was it closed?").standalone == "Why was the Pellin bridge at Orrin closed?"


@pytest.mark.parametrize(("status", "words"), [(401, "OPENAI_API_KEY"), (404, "name")])
def test_a_refusing_server_is_one_line_without_the_key(
    server: ModelServer, assistant: Assistant, status: int, words: str
) -> None:
    server.default = Fails(status, "no: sk-secret")
    with pytest.raises(ModelRefused, match=words) as caught:
        assistant.ask("When was the Pellin bridge at Orrin closed?")
    assert "sk-secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_reply_that_breaks_off_before_it_cites_is_no_abstention(server: ModelServer, assistant: Assistant) -> None:
    server.default = Sends([event("The bridge wa")], breaks=True)
    with pytest.raises(ModelUnreachable, match="broke off"):
        assistant.ask("When was the Pellin bridge at Orrin closed?")


def test_a_dead_server_is_one_line_with_the_remedy(tmp_path: Path, model_cache: Path) -> None:
    (tmp_path / "bridge.txt").write_text(TEXT, encoding="utf-8")
    dead = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    settings = load(dead, cache=model_cache, reader="off", deadline=0.5).settings
    with Assistant.open(tmp_path / "library", settings=settings) as opened:
        opened.ingest([tmp_path / "bridge.txt"])
        with pytest.raises(ModelUnreachable):
            opened.ask("When was the Pellin bridge at Orrin closed?")


@pytest.mark.parametrize(("models", "used"), [(None, "default"), ([], "default"), (["llama-small"], "llama-small")])
def test_without_a_name_the_only_model_is_asked(
    server: ModelServer, assistant: Assistant, models: list[str] | None, used: str
) -> None:
    server.models = models
    assistant.ask("When was the Pellin bridge at Orrin closed?")
    assert server.requests[0]["model"] == used


def test_of_several_models_one_must_be_named(server: ModelServer, assistant: Assistant) -> None:
    server.models = ["llama-small", "llama-large"]
    with pytest.raises(UsageError, match="llama-large, llama-small"):
        assistant.ask("When was the Pellin bridge at Orrin closed?")


def test_a_second_opinion_strictness_and_cost_by_setting(
    server: ModelServer, tmp_path: Path, model_cache: Path
) -> None:
    (tmp_path / "bridge.txt").write_text(f"Date: 2025-03-04\n\n{TEXT}\n", encoding="utf-8")
    (tmp_path / "prices.yaml").write_text("currency: USD\nmodels:\n  served-model: {input: 1e6, output: 0}\n")
    chosen = {"strict": True, "judge": True, "usage": True, "prices": tmp_path / "prices.yaml"}
    settings = load({"OPENAI_BASE_URL": server.base_url}, cache=model_cache, reader="off", **chosen).settings
    with Assistant.open(tmp_path / "library", settings=settings) as opened:
        opened.ingest([tmp_path / "bridge.txt"])
        found = opened.search("How many cracks had inspectors found in the pier?")
        cracks = 1 + next(i for i, e in enumerate(found) if "14 cracks" in e.text)
        server.script += [Says([f"Inspectors had found 14 cracks. [{cracks}] It burnt. [{cracks}]"]), Says(["S1: yes"])]
        told: list[str] = []
        answer = opened.ask("How many cracks had inspectors found in the pier?", on_text=told.append)
    (statement,) = answer.statements
    assert statement.opinion is not None
    assert statement.opinion.verdict is Verdict.SUPPORTED
    assert len(answer.left_out) == 1
    assert told == [], "nothing unchecked is shown"
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.calls) == (22, 2)
    assert answer.cost is not None
    assert answer.cost.amount == 22
    assert "burnt" not in server.requests[1]["messages"][-1]["content"], "what is left out is not judged"


def test_embeddings_of_a_server(server: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "bridge.txt").write_text(TEXT, encoding="utf-8")
    settings = load({"OPENAI_BASE_URL": server.base_url}, embedder="openai", reader="off", use_model=False).settings
    with Assistant.open(tmp_path / "library", settings=settings) as opened:
        opened.ingest([tmp_path / "bridge.txt"])
        assert opened.status().embedder == "openai/text-embedding-3-small"
        assert "14 cracks" in opened.search("How many cracks had inspectors found in the pier?")[0].text
    assert server.embedding_requests[0]["encoding_format"] == "float"
