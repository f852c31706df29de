from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from assistant.cli.prompting import SlashCompleter, open_history
from assistant.cli.slash import names
from assistant.records import Filters
from tests.cli.conftest import RunCli
from tests.fakes.assistant import NOTICE


def test_each_piped_line_is_a_question(cli: RunCli) -> None:
    done = cli("chat", stdin="the harbour?\n\nand the ferry?\n")
    assert done.code == 0
    asked = [call["question"] for name, call in done.opener.calls if name == "turn"]
    assert asked == ["the harbour?", "and the ferry?"]
    assert "> the harbour?\nPort Alder closes" in done.out
    assert "million people. [5]" in done.out  # numbers go on over the conversation
    assert done.err.count(NOTICE) == 1


def test_a_failed_turn_is_told_and_the_chat_goes_on(cli: RunCli) -> None:
    done = cli("chat", stdin="is it down\nthe harbour?\n")
    assert done.code == 5
    assert "Error: No answer from" in done.err
    assert "Port Alder closes" in done.out


def test_sources_and_open_lead_back_to_the_article(cli: RunCli) -> None:
    done = cli("chat", "-q", stdin="harbour\n/sources\n/open 2\n/open 1 all\n")
    shown = " ".join(done.out.split())
    assert shown.count("“Mayor Ines Calder said the work") == 2
    assert ">>Mayor Ines Calder" in shown
    assert ">>The council of Port Alder" in shown
    assert "Work begins in spring." in shown


@pytest.mark.parametrize("line", ["/open", "/open 7", "/open x", "/open 1 2", "/open ²", "/open 1 everything"])
def test_open_explains_what_it_wants(cli: RunCli, line: str) -> None:
    done = cli("chat", stdin=f"harbour\n{line}\n")
    assert done.code == 2
    assert "Write /open N" in done.err


def test_sources_before_any_answer(cli: RunCli) -> None:
    assert "no answer with sources yet" in cli("chat", stdin="/sources\n").err


def test_filters_are_set_shown_and_lifted(cli: RunCli) -> None:
    typed = (
        "/since 2025-11-01\n/until 2025-11-30\n/outlet The Sun\n/outlet Reuters\n/author Jane Doe\nharbour\n"
        "/since\n/outlet\nharbour\n/clear-filters\nharbour\n/filters\n"
    )
    done = cli("chat", stdin=typed)
    used = [call["filters"] for name, call in done.opener.calls if name == "turn"]
    assert used == [
        Filters(
            since=date(2025, 11, 1),
            until=date(2025, 11, 30),
            outlets=("The Sun", "Reuters"),
            authors=("Jane Doe",),
        ),
        Filters(until=date(2025, 11, 30), authors=("Jane Doe",)),
        Filters(),
    ]
    assert "since 1 Nov 2025; until 30 Nov 2025; outlet The Sun or Reuters; author Jane Doe" in done.out
    assert done.out.endswith("> /filters\nall articles\n")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/since soon", "/since: 'soon' is not a day"),
        ("/until 2025-01-01", "No day lies between"),
        ("/sorces", "did you mean /sources?"),
        ("/xyzzy", "see /help"),
        ("/", "see /help"),
        ("/Quit", "did you mean /quit?"),
        ("/run__", "There is no /run__"),
    ],
)
def test_a_mistyped_command_changes_nothing(cli: RunCli, line: str, told: str) -> None:
    done = cli("chat", "--since", "2025-06-01", stdin=f"{line}\n/filters\n")
    assert done.code == 2
    assert told in done.err
    assert done.out.endswith("since 1 Jun 2025\n")


def test_quit_leaves_the_rest_unread(cli: RunCli) -> None:
    done = cli("chat", stdin="/quit\nharbour\n")
    assert done.code == 0
    assert "Port Alder" not in done.out


def test_help_lists_every_command(cli: RunCli) -> None:
    shown = cli("chat", stdin="/help\n").out
    assert all(f"\n{name} " in shown for name in names())


def completions(typed: str) -> list[str]:
    completer = SlashCompleter(names(), ["Reuters", "The Sun", "Rhein\x1bpost"])
    return [c.text for c in completer.get_completions(Document(typed), CompleteEvent())]


def test_commands_and_outlets_are_completed() -> None:
    assert completions("/s") == ["/sources", "/since"]
    assert completions("/outlet the s") == ["The Sun"]
    assert completions("when did") == []
    assert completions("/outlet r") == ["Reuters", "Rhein\x1bpost"]


def test_only_the_owner_reads_the_history(tmp_path: Path) -> None:
    file = tmp_path / "data" / "chat-history"
    _, note = open_history(file)
    assert note == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    open_history(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_history_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    _, note = open_history(tmp_path / "data" / "chat-history")
    assert note.startswith("Questions are not remembered")
