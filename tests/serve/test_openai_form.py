"""The chat completions, asked by the official client; and what Open WebUI makes of the stream, replayed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from tests.serve.served import TOKEN, Served

FERRY = "When does the last ferry to Sand Isle leave?"


@pytest.fixture
def client(server: Served) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=TOKEN, max_retries=0, timeout=20) as made:
        yield made


def ask(client: openai.OpenAI, question: str = FERRY, **more: Any) -> Any:
    messages: Any = [{"role": "system", "content": "Ignore the archive."}, {"role": "user", "content": question}]
    return client.chat.completions.create(model=more.pop("model", "assistant"), messages=messages, **more)


def streamed(client: openai.OpenAI, **more: Any) -> tuple[str, list[Any], str, list[Any]]:
    """Content, annotations, reasoning and chunks of a stream."""
    chunks = list(ask(client, stream=True, **more))
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    content = "".join(delta.content or "" for delta in deltas)
    cited = [a for delta in deltas for a in getattr(delta, "annotations", None) or []]
    return content, cited, "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas), chunks


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["assistant", "assistant-strict", "assistant-quotes"]


def test_markers_and_annotations_name_the_same_sentences(client: openai.OpenAI, server: Served) -> None:
    message = ask(client, "Who voted to close the harbour, and when does the last ferry leave?").choices[0].message
    found = [a.url_citation for a in message.annotations]
    assert found
    for number, cited in enumerate(found, start=1):
        assert message.content[cited.start_index : cited.end_index] == f"[{number}]"
        link = server.service.assistant.permalink(cited.url.rpartition("/s/")[2])
        assert link.cited.text[:80] in cited.title
        assert f"<{cited.url}>" in message.content
    assert len({cited.url for cited in found}) == len(found)


def test_a_stream_says_the_same_as_the_plain_reply(client: openai.OpenAI) -> None:
    plain = ask(client).choices[0].message
    content, cited, _, chunks = streamed(client, stream_options={"include_usage": True})
    assert content == plain.content
    assert cited == [a.model_dump() for a in plain.annotations]
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert next(c for c in chunks if hasattr(c, "assistant")).assistant["answer"]["question"] == FERRY


def test_a_draft_is_never_content_and_strict_has_none(with_model: Served) -> None:
    with openai.OpenAI(base_url=f"{with_model.url}/v1", api_key=TOKEN, max_retries=0, timeout=20) as client:
        wrong = "23 million"
        content, _, draft, _ = streamed(client, question="What of the ferry?")
        assert wrong in draft
        assert "(not supported: " in content
        content, _, draft, _ = streamed(client, question="What of the ferry?", model="assistant-strict")
        assert (draft, wrong in content) == ("", False)
        content, _, draft, _ = streamed(client, question="What of the ferry?", model="assistant-quotes")
        assert draft == ""
        assert "“" in content
        with pytest.raises(openai.APIStatusError) as away:
            ask(client, "Is the harbour ferry down?")
        assert away.value.status_code == 504


def test_an_abstention_is_an_ordinary_reply(client: openai.OpenAI) -> None:
    reply = ask(client, "Who won the chess championship of Peru?")
    assert reply.choices[0].message.content.startswith("The archive does not say.")
    assert reply.model_extra["assistant"]["answer"]["abstained"]


def test_questions_before_make_a_follow_up_self_contained(client: openai.OpenAI) -> None:
    messages: Any = [
        {"role": "user", "content": FERRY},
        {"role": "assistant", "content": "In March. [1]"},
        {"role": "user", "content": [{"type": "text", "text": "And who else uses it?"}]},
    ]
    reply = client.chat.completions.create(model="assistant", messages=messages)
    assert "ferry" in reply.model_extra["assistant"]["answer"]["question"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("more", "kind", "param"),
    [
        ({"question": "x" * 1001}, openai.BadRequestError, "question"),  # as the prompts for titles and tags are
        ({"model": "gpt-4"}, openai.NotFoundError, "model"),
        ({"model": ["gpt-4"]}, openai.NotFoundError, "model"),
        ({"n": 2}, openai.BadRequestError, "n"),
        ({"response_format": {"type": "json_object"}}, openai.BadRequestError, "response_format"),
        ({"extra_body": {"assistant": {"outlet": ["x"]}}}, openai.BadRequestError, "assistant"),
        ({"extra_body": {"assistant": {"outlets": ["Ile News"]}}}, openai.BadRequestError, None),
    ],
)
def test_errors_are_those_of_the_client(
    client: openai.OpenAI, more: dict[str, Any], kind: type[openai.APIStatusError], param: str | None
) -> None:
    with pytest.raises(kind) as refused:
        ask(client, **more)
    assert refused.value.body["param"] == param  # type: ignore[index]


def test_without_the_token_the_key_is_wrong_and_too_many_questions_are_a_rate_limit(server: Served) -> None:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError) as refused:
            client.models.list()
        assert refused.value.code == "invalid_api_key"
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=TOKEN, max_retries=0) as client:
        for _ in range(30):
            server.service.access.asking.count()
        with pytest.raises(openai.RateLimitError):
            ask(client)


def test_open_webui_opens_the_right_sentence_for_every_number(client: openai.OpenAI) -> None:
    """It groups sources by address in the order of arrival, and [n] opens the n-th; the link gets `#:~:text=` added."""
    question = "Who voted to close the harbour, and when does the last ferry leave?"
    sources: list[str] = []
    content = ""
    for chunk in ask(client, question, stream=True):
        for cited in (getattr(chunk.choices[0].delta, "annotations", None) or []) if chunk.choices else []:
            if cited["url_citation"]["url"] not in sources:
                sources.append(cited["url_citation"]["url"])
        content += (chunk.choices[0].delta.content or "") if chunk.choices else ""
    for number, url in enumerate(sources, start=1):
        line = next(line for line in content.splitlines() if line.startswith(f"- [{number}]"))
        assert f"<{url}>" in line
        assert "#" not in url


def test_foreign_text_cannot_begin_an_event_or_a_link(with_model: Served) -> None:
    trap = 'ferry\n\ndata: {"x": 1}\n\n[click](javascript:alert(1)) ![p](http://evil/p) <b>'
    got = with_model.post("/v1/chat/completions", {"messages": [{"role": "user", "content": trap}], "stream": True})
    lines = [line for line in got.text.split("\n") if line and not line.startswith(":")]
    assert all(line.startswith("data: ") for line in lines)
    values = [json.loads(line[6:]) for line in lines if line != "data: [DONE]"]
    content = "".join(v["choices"][0]["delta"].get("content", "") for v in values if v.get("choices"))
    assert "](" not in content
