"""Nothing of an article, a file name or a model reaches the terminal alive, wherever it is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Windows
from tests.cli.tmux import Tmux
from tests.fakes.assistant import articles, reference
from tests.fakes.hostile import ALL, HOSTILE, alive

SERVER = {"OPENAI_BASE_URL": "http://localhost:1/v1", "ASSISTANT_MODEL": "small"}
LITERALLY = (
    "[s1] [1] [sic] [999]",
    "[bold red]loud[/bold red] [link=http://evil/]l[/link] :smile:",
    "<b>x</b> <style fg='red'>y</style> {0} %s %(x)s",
    "![pixel](http://evil/p) [click](javascript:x) `code` # head",
    "password and secret",
    "pay 001 euros",
    "abcdef",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_judge_of_these_tests_sees_what_is_alive(name: str) -> None:
    harmless = {"marker", "rich markup", "markup of prompt_toolkit", "Markdown", "HTML"}
    assert bool(alive(f"before {HOSTILE[name]} after")) is (name not in harmless)


def assert_harmless(window: Tmux) -> None:
    assert alive(window.printed) == []


def assert_literal(window: Tmux) -> None:
    shown = "".join(window.text.split())
    assert [text for text in LITERALLY if "".join(text.split()) not in shown] == []


@pytest.mark.parametrize(
    "arguments",
    [("ask", "trap"), ("search", "trap"), ("show", reference(articles()[2], 0)), ("status",), ("ingest", "a")],
    ids=lambda arguments: arguments[0],
)
def test_commands(window: Windows, arguments: tuple[str, ...]) -> None:
    command = window(*arguments, columns=100, rows=50)
    command.wait_until(lambda: "left with " in command.text, "the end")
    assert_harmless(command)
    if arguments[0] in {"ask", "search", "show"}:
        assert_literal(command)


def test_answers_and_what_leads_to_their_articles(window: Windows) -> None:
    chat = window(columns=100, rows=50, **SERVER)
    chat.send("slow")
    chat.wait_for("[sic] [999]")  # the draft of the model
    chat.keys("C-c")
    chat.wait_for("Stopped")
    chat.send("trap")
    chat.wait_for("Evidence from")
    assert_literal(chat)
    for line in ("/sources", "/why", "/why 1", "/context 1", "/find trap", "/context c", "/copy", "/retry"):
        chat.send(line)
    chat.wait_until(lambda: chat.text.count("Evidence from") == 2 and chat.at_prompt, "the answer again")
    assert "[bold red]loud[/bold red]" in chat.buffer
    assert alive(chat.buffer) == []
    chat.send("/open 2")  # the number of the answer that took the place of the first
    chat.wait_for("q leaves")
    chat.wait_for("[sic] [999]")
    chat.keys("End", "q")
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    assert_harmless(chat)


@pytest.mark.parametrize("command", ["/outlet", "/author"])
def test_completion_menus(window: Windows, command: str) -> None:
    chat = window(columns=200, rows=30)
    chat.complete(f"{command} ", "�]0;owned�")
    assert_harmless(chat)


def test_the_line_that_is_typed_and_the_bar_below_it(window: Windows) -> None:
    chat = window(columns=200, rows=50)
    completed = {
        "/outlet [red": ("> /outlet [red]Trap�", "only outlet [red]Trap"),
        "/author trap": ("> /author Trap �", "; author Trap"),
        "/open bold": ("> /open �[31mred�", "q leaves"),
    }
    for typed, (line, told) in completed.items():
        chat.complete(typed, line)
        chat.keys("Enter")
        chat.wait_for(told)
    chat.keys("q")
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    chat.paste(ALL)
    chat.wait_for("[sic] [999]")
    chat.keys("Enter")
    chat.wait_for("The archive does not say.")
    chat.send("/sessions")
    chat.wait_for("1 question")
    assert_harmless(chat)


def test_articles_that_were_read_from_files(window: Windows, tmp_path: Path, model_cache: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "\x1b]0;owned\x07\u202e[bold]name.txt").write_text(f"The harbour of Port Alder closes. {ALL}.")
    row = {
        "title": f"Ferry {ALL}",
        "text": f"The ferry of Port Alder stops on Monday, said {ALL}.",
        "outlet": f"Isle {ALL}",
    }
    (folder / "rows.json").write_text(json.dumps([row | {"authors": [f"Ola {ALL}"], "url": f"http://evil/{ALL}"}]))
    real = {"ASSISTANT_CACHE": str(model_cache), "ASSISTANT_LIBRARY": str(tmp_path / "filled"), "real": True}
    ingest = window("ingest", str(folder), columns=100, **real)
    ingest.wait_until(lambda: "left with " in ingest.text, "the end")
    assert "added 2" in ingest.text
    assert_harmless(ingest)
    chat = window("chat", columns=100, rows=50, **real)
    for question in ("Who closes the harbour?", "When does the ferry stop?", "/sources", "/why", "/find ferry"):
        chat.send(question)
    chat.complete("/outlet is", "> /outlet Isle")
    chat.keys("Enter")
    chat.wait_for("only outlet Isle")
    chat.send("/open 1")
    chat.wait_for("q leaves")
    chat.keys("q")
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    assert "[bold red]loud[/bold red]" in " ".join(chat.text.split())
    assert_harmless(chat)
