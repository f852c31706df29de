"""The tools, called by the official client: in memory, over HTTP, and in a process of its own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import AssistantError, LibraryMissing
from assistant.llm.cancel import active_cancel
from assistant.safe_text import safe
from assistant.serve.client_config import text
from assistant.serve.mcp_server import server_of
from assistant.serve.tools import Desk
from assistant.settings import Settings
from tests.export.documents import answered
from tests.serve.served import TOKEN, Served, serving

mcp = pytest.importorskip("mcp")
FERRY = "When does the last ferry to Sand Isle leave?"
ERAS = ("2026-07-28", "2025-11-25")


def calling(server: Any, calls: Callable[[Any], Coroutine[Any, Any, Any]], mode: str = "auto") -> Any:
    async def run() -> Any:
        async with mcp.Client(server, mode=mode) as client:
            return await asyncio.wait_for(calls(client), 30)

    return asyncio.run(run())


def call(desk: Desk, name: str, **given: Any) -> Any:
    """Call one tool in memory; return what it gives, or the words of its error."""
    result = calling(server_of(lambda: desk), lambda client: client.call_tool(name, given))
    if result.is_error:
        return result.content[0].text
    (content,) = result.content
    assert json.loads(content.text) == result.structured_content
    return result.structured_content


@pytest.fixture
def desk(server: Served) -> Desk:
    return Desk(assistant=lambda: server.service.assistant, base="http://127.0.0.1:8484")


def test_the_tools_are_listed_briefly_in_plain_types_before_anything_is_opened() -> None:
    def opened() -> Any:
        raise AssertionError

    listed = calling(server_of(lambda: Desk(assistant=opened)), lambda client: client.list_tools())
    assert [tool.name for tool in listed.tools] == ["search", "fetch", "ask", "check", "overview"]
    shown = json.dumps([tool.model_dump(by_alias=True, exclude_none=True) for tool in listed.tools])
    assert "anyOf" not in shown
    assert "null" not in shown
    assert "$schema" not in shown
    assert len(shown) < 7500  # at three characters a token and more, under 2,500 tokens
    for tool in listed.tools:
        assert tool.annotations.read_only_hint
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema["type"] == "object"
        assert len(tool.description) < 900


def test_search_gives_sentences_with_references_that_fetch_opens(desk: Desk) -> None:
    found = call(desk, "search", query="last ferry", limit=3)
    first = found["results"][0]
    assert set(first) >= {"id", "title", "url", "text"}
    assert first["url"] == f"http://127.0.0.1:8484/s/{first['id']}"
    assert "3 articles" in found["coverage"]
    read = call(desk, "fetch", id=first["id"])
    number = read["metadata"]["cited_sentence"]
    assert f"{read['metadata']['ref_prefix']}{number}" == first["id"]
    assert f"[{number}] {first['text']}" in read["text"].splitlines()
    assert read["metadata"]["state"] == "current"
    whole = call(desk, "fetch", id=read["metadata"]["article"])
    assert (whole["metadata"]["from"], whole["metadata"]["to"]) == (1, whole["metadata"]["of"])


def test_ask_gives_a_text_that_suffices_and_the_same_as_data(desk: Desk) -> None:
    got = call(desk, "ask", question=FERRY)
    assert got["answer"].count("[1]") == 2  # behind the statement, and before its source
    assert got["sources"][0]["quote"] in got["answer"]
    assert got["sources"][0]["url"] in got["answer"]
    assert [source["number"] for source in got["sources"]] == list(range(1, len(got["sources"]) + 1))
    assert all(s["checked"] for s in got["statements"])
    refs = {n: source["ref"] for n, source in enumerate(got["sources"], start=1)}
    statements = [{"text": s["text"], "refs": [refs[n] for n in s["citations"]]} for s in got["statements"]]
    again = call(desk, "check", statements=statements, question=FERRY)
    assert [r["verdict"] for r in again["results"]] == [s["verdict"] for s in got["statements"]]


def test_without_a_server_a_source_opens_the_page_of_the_outlet_at_the_sentence(server: Served) -> None:
    alone = Desk(assistant=lambda: server.service.assistant)
    got = call(alone, "ask", question=FERRY)
    url = got["sources"][0]["url"]
    assert url.startswith("https://www.isle.example/2025/ferry-numbers#:~:text=The%20ferry")
    assert f"<{url}>" in got["answer"]
    found = call(alone, "search", query="Who voted to close the harbour?")["results"]
    assert f"urn:assistant:{found[0]['id']}" == found[0]["url"]  # its article names no page


def test_ask_says_so_when_the_archive_does_not(desk: Desk) -> None:
    got = call(desk, "ask", question="Who won the chess championship of Peru?")
    assert got["abstained"]
    assert got["answer"].startswith("The archive does not say.")
    assert got["nearest"] == [source["number"] for source in got["sources"]] != []
    assert got["disagreements"] == []


def test_what_articles_disagree_on_is_data_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.assistant(), "ask", lambda *_, **__: answered())
    got = call(desk, "ask", question=FERRY)
    (found,) = answered().disagreements
    (told,) = got["disagreements"]
    assert told["about"] == found.about
    quotes = {source["number"]: source["quote"] for source in got["sources"]}
    assert [(r["text"], quotes[r["citation"]]) for r in told["readings"]] == [
        (safe(reading.words), safe(reading.citation.text)) for reading in found.readings
    ]
    assert got["nearest"] == []


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("search", {"query": "ferry", "outlet": ["Isle News"]}, "takes no 'outlet'"),
        ("search", {"query": "ferry", "outlets": ["Ile News"]}, "Isle News"),
        ("search", {"query": "ferry", "since": "last week"}, "YYYY-MM-DD"),
        ("search", {"query": "ferry", "limit": 1000}, "limit"),
        ("search", {"query": ""}, "empty"),
        ("fetch", {"id": "nothing-here"}, "no reference"),
        ("fetch", {"id": "0000000000"}, "no article"),
        ("ask", {"question": "x" * 1001}, "1,000"),
        ("check", {"statements": []}, "1 to 20"),
        ("rename", {}, "no tool"),
    ],
)
def test_what_is_wrong_is_said_in_words_that_help(desk: Desk, name: str, given: dict[str, Any], words: str) -> None:
    found = call(desk, name, **given)
    assert isinstance(found, str)
    assert words in found


def test_an_archive_that_is_missing_is_an_error_of_each_call_only() -> None:
    def missing() -> Any:
        raise LibraryMissing("There is no library in /nowhere.")

    assert call(Desk(assistant=missing), "overview") == "There is no library in /nowhere."


@pytest.mark.parametrize("era", ERAS)
def test_both_eras_are_served_over_http_to_those_with_the_token(server: Served, era: str) -> None:
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    async def run() -> Any:
        head = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(headers=head, timeout=20) as http:
            transport = streamable_http_client(f"{server.url}/mcp", http_client=http)
            mode = era if era == ERAS[0] else "legacy"
            async with mcp.Client(transport, mode=mode) as client:
                return await client.call_tool("overview", {}), await client.call_tool("ask", {"question": FERRY})

    overview, answer = asyncio.run(run())
    assert overview.structured_content["articles"] == 3
    assert f"<{server.url}/s/" in answer.structured_content["answer"]


def test_tools_that_cannot_be_started_are_a_fault_and_no_wait(
    server: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_desk: Desk) -> Any:
        raise ImportError("mcp is not whole")

    monkeypatch.setattr("assistant.serve.mcp_server.http_manager", broken)
    with serving(server.service.assistant, Settings(use_model=False, reader="off")) as other:
        assert [other.post("/mcp", {}).status for _ in range(2)] == [500, 500]
    assert "mcp is not whole" in capsys.readouterr().err


def test_over_http_nobody_without_the_token_is_heard(server: Served) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    head = {"Accept": "application/json, text/event-stream"}
    assert server.post("/mcp", body, head, token="").status == 401
    cookie = f"{server.service.access.cookie_name}={server.service.access.new_cookie()}"
    assert server.post("/mcp", body, {**head, "Cookie": cookie}, token="").status == 401
    assert server.post("/mcp", body, {**head, "Origin": "http://evil.example"}).status == 403
    assert server.post("/mcp", body, {**head, "Host": "evil.example"}).status == 421


def test_a_process_of_its_own_writes_nothing_but_the_protocol(archive: Path) -> None:
    command = [sys.executable, "-m", "assistant", "mcp", "--library", str(archive), "--no-model"]
    head = {"jsonrpc": "2.0"}
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    lines: list[dict[str, Any]] = [
        {**head, "id": 1, "method": "initialize", "params": hello},
        {**head, "method": "notifications/initialized"},
        {**head, "id": 2, "method": "tools/list"},
        {**head, "id": 3, "method": "tools/call", "params": {"name": "overview", "arguments": {}}},
    ]
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, **streams, text=True, env={"PATH": "/bin"}, cwd="/") as process:  # type: ignore[call-overload]
        assert process.stdin is not None
        assert process.stdout is not None
        found: dict[int, Any] = {}
        for line in lines:
            process.stdin.write(json.dumps(line) + "\n")
            process.stdin.flush()
            if "id" in line:
                reply = json.loads(process.stdout.readline())
                found[reply["id"]] = reply
        process.stdin.close()
        rest = process.stdout.read()
        assert process.wait(15) == 0
    assert rest == ""
    assert found[3]["result"]["structuredContent"]["articles"] == 3


def test_the_official_client_starts_it_and_asks(archive: Path) -> None:
    """In the newest era; the test before speaks the one before it, line by line."""
    from mcp.client.stdio import StdioServerParameters, stdio_client

    args = ["-m", "assistant", "mcp", "--library", str(archive), "--no-model"]
    command = StdioServerParameters(command=sys.executable, args=args, env={"PATH": "/bin", "ASSISTANT_READER": "off"})

    async def run() -> Any:
        async with mcp.Client(stdio_client(command), mode=ERAS[0]) as client:
            return await client.list_tools(), await client.call_tool("overview", {})

    tools, held = asyncio.run(run())
    assert len(tools.tools) == 5
    assert held.structured_content["articles"] == 3


@pytest.mark.parametrize("client", ["claude-desktop", "claude-code", "codex", "cursor", "vscode"])
def test_what_is_to_be_pasted_names_absolute_paths(client: str, tmp_path: Path) -> None:
    pasted = text(client, tmp_path / "my library", "courant_2022")
    assert "courant_2022" in pasted
    assert "news-archive" in text(client, tmp_path / "my library")
    assert str(tmp_path / "my library") in pasted.replace("\\", "")
    assert "mcp" in pasted
    if client in {"claude-desktop", "cursor", "vscode"}:
        ((_, servers),) = json.loads(pasted.partition("\n\n")[2]).items()
        assert Path(servers["courant_2022"]["command"]).is_absolute()


def test_a_client_that_is_not_known_is_an_error() -> None:
    with pytest.raises(AssistantError, match="cursor"):
        text("emacs", Path())
    for name in ("", "two words", 'a"]\n[b', "--help", "é", "x" * 41):
        with pytest.raises(AssistantError, match="--name"):
            text("codex", Path(), name)


def test_a_whole_draft_is_checked_claim_by_claim_and_its_client_told_how_far(desk: Desk) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def heard(done: float, every: float | None, words: str | None) -> None:
        told.append((done, every, words))

    draft = "The ferry to Sand Isle carried 23,400 people last year. It burned down in the storm of 1911."
    found = calling(
        server_of(lambda: desk), lambda client: client.call_tool("check", {"draft": draft}, progress_callback=heard)
    ).structured_content
    assert [(r["text"], r["checked"]) for r in found["results"]] == [
        ("The ferry to Sand Isle carried 23,400 people last year.", True),
        ("It burned down in the storm of 1911.", False),
    ]
    assert found["summary"].startswith("2 claims")
    assert "1 of 2 sentences checked." in [words for _, _, words in told]
    assert "not both" in call(desk, "check", draft=draft, statements=[{"text": draft}])
    assert "20,000" in call(desk, "check", draft="x" * 20_001)


def test_an_overview_of_a_topic_has_its_sources(desk: Desk) -> None:
    found = call(desk, "overview", topic="the ferry to Sand Isle")
    assert found["articles"] == 3
    assert found["languages"] == [{"code": "en", "articles": 2}, {"code": "ar", "articles": 1}]
    assert (date.today() - date.fromisoformat(found["newest_taken_in"])).days in (0, 1)  # a test may run at midnight
    assert found["sources"]
    assert found["sources"][0]["url"] in found["answer"]


def test_resources_and_prompts_say_what_the_tools_say(desk: Desk) -> None:
    async def run(client: Any) -> Any:
        ref = (await client.call_tool("search", {"query": "last ferry", "limit": 1})).structured_content
        one = ref["results"][0]["id"]
        read = await client.read_resource(f"archive://sentence/{one}")
        whole = await client.read_resource(f"archive://article/{one[:10]}")
        templates = await client.list_resource_templates()
        prompts = await client.list_prompts()
        made = await client.get_prompt("fact_check", {"text": "It {cost} 3 crowns.\nAll of it."})
        with pytest.raises(mcp.MCPError, match="archive://"):
            await client.read_resource("archive://secret/x")
        return ref["results"][0]["text"], read, whole, templates, prompts, made

    text, read, whole, templates, prompts, made = calling(server_of(lambda: desk), run)
    assert text in read.contents[0].text
    assert text in whole.contents[0].text
    assert [t.uri_template for t in templates.resource_templates] == [
        "archive://article/{id}",
        "archive://sentence/{ref}",
    ]
    assert [p.name for p in prompts.prompts] == ["fact_check", "timeline"]
    assert made.messages[0].content.text.endswith("It {cost} 3 crowns.\nAll of it.")


def test_a_client_is_told_by_what_stages_its_answer_is_made(with_model: Served) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def heard(done: float, every: float | None, words: str | None) -> None:
        told.append((done, every, words))

    def asking(client: Any) -> Any:
        return client.call_tool("ask", {"question": "What of the ferry?"}, progress_callback=heard)

    found = calling(server_of(lambda: Desk(assistant=lambda: with_model.service.assistant)), asking)
    assert not found.is_error
    assert [done for done, _, _ in told] == [0, 1, 2, 3]
    words = [str(said) for _, _, said in told]
    assert words[0] == "Searching 3 articles."
    assert words[1].endswith("sentences found.")
    assert words[2].startswith("The model is writing")
    assert words[3] == "Checking 2 statements."
    assert {every for _, every, _ in told} == {4}


@pytest.mark.parametrize("over_http", [False, True])
def test_a_call_that_is_given_up_stops_what_works_on_it(
    server: Served, monkeypatch: pytest.MonkeyPatch, over_http: bool
) -> None:
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    begun, stopped = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> Any:
        cancel = active_cancel()
        assert cancel is not None
        cancel.on_set(stopped.set)
        begun.set()
        cancel.wait(20)

    monkeypatch.setattr(server.service.assistant, "ask", slow)

    async def give_up(client: Any) -> None:
        call = asyncio.ensure_future(client.call_tool("ask", {"question": FERRY}))
        assert await asyncio.to_thread(begun.wait, 10)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(stopped.wait, 2)
        assert not (await client.call_tool("overview", {})).is_error  # the session lives on

    async def far() -> None:
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20) as http:
            transport = streamable_http_client(f"{server.url}/mcp", http_client=http)
            async with mcp.Client(transport, mode=ERAS[0]) as client:
                await give_up(client)

    if over_http:
        asyncio.run(far())
    else:
        calling(server_of(lambda: Desk(assistant=lambda: server.service.assistant)), give_up)
