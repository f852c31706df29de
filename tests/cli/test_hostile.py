"""Nothing of an article, a file name or a model reaches the terminal alive, wherever it is shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assistant.fetching.follows import Follow, Follows
from assistant.json_form import from_json
from assistant.records import Answer, Turn
from assistant.sessions.store import SessionStore
from assistant.settings import load
from tests.cli.conftest import Windows
from tests.cli.test_real import Run, real
from tests.cli.tmux import Tmux
from tests.fakes.hostile import ALL, HOSTILE, alive
from tests.fakes.invented import articles, reference

__all__ = ["real"]

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


OUTLET = f"Isle {ALL}"
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def kept(real: Run, tmp_path: Path) -> str:
    """A library with an article in two texts, a followed feed and a saved chat, all hostile; returns a reference."""
    file = tmp_path / "\x1b]0;owned\x07\u202e[bold]rows.json"
    row = {"id": ALL, "title": f"Ferry {ALL}", "outlet": OUTLET, "authors": [f"Ola {ALL}"], "date": "2025-11-27"}
    for figure in ("300", "450"):
        text = f"The ferry of Port Alder carries {figure} people, said {ALL}. It stops in May. Correction: {ALL}."
        file.write_text(json.dumps([row | {"text": text}]), encoding="utf-8")
        assert real("ingest", str(file)).code == 0
        if figure == "300":
            found = json.loads(real("ask", f"How many people does the ferry carry? {ALL}", "--json").out)
    answer: Answer = from_json(Answer, found)
    settings = load().settings
    library = Path(str(settings.library))
    Follows(library).add([Follow(url=f"http://evil/{ALL}", title=ALL, site=ALL, checked=ALL, fault=ALL)])
    with SessionStore(settings.sessions).create(library=ALL, embedder=ALL, model=ALL, program=ALL) as session:
        session.append(Turn(question=answer.question, answer=answer))
    return answer.citations[0].ref


def test_commands_over_what_was_kept(kept: str, real: Run) -> None:
    """Versions, feeds, saved chats and exports, in the order in which a person would use them."""
    name = kept.partition("-")[0]
    library = ("--library", str(load().settings.library))
    chat = "/sources\n/context 1\n/why\n/sessions\n"
    works: list[tuple[str, ...]] = [
        ("status",),
        ("show", kept),
        ("show", kept, "--all"),
        ("history", name),
        ("diff", name),
        ("search", "ferry", "--explain"),
        ("follow", "--list"),
        ("sessions",),
        ("chat", "--resume", "20", *library),
        *(("export", "latest", "-", "--format", form, *library) for form in ("md", "html", "json", "csl", "bib")),
        ("doctor", "--offline"),
        ("config",),
        ("remove", name),
        ("show", kept),
        ("remove", "--undo", name),
    ]
    refused: list[tuple[str, ...]] = [
        ("update",),
        ("remove", "--outlet", "Isle"),
        ("ask", "ferry", "--outlet", ALL),
        ("show", ALL),
        ("history", ALL),
        ("config", ALL),
        ("export", ALL, "-"),
        (ALL,),
    ]
    for command in (*works, *refused):
        done = real(*command, stdin=chat)
        assert (done.code == 0) is (command in works), (command, done.err)
        if {"json", "csl"} & set(command):
            assert not _OBEYED.search(done.out), command  # what is only invisible stays as it is stored
        else:
            assert alive(done.out + done.err) == [], command
        if "html" in command:
            assert "<script" not in done.out
        if command[0] != "chat":
            as_json = real(*command, "--json")
            assert not _OBEYED.search(as_json.out + as_json.err), command
