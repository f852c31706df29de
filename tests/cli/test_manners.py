"""Manners of every command, found by going through them all: a new one is covered without being named here."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import typer.core

from assistant.cli.main import app, main
from tests.cli.conftest import RunCli

MISSING = "there-is-none"  # in the place of every argument
RUN_WITHOUT_A_NAME = {("eval", "check")}  # it asks all questions of the project then, which takes long
# A conversation, whose answers are asked for with `ask --json`, and a server that speaks a protocol of its own.
NO_JSON = {("chat",), ("mcp",)}


def _commands(group: typer.core.TyperGroup, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, (*before, name))
        else:
            yield (*before, name)


COMMANDS = list(_commands(typer.main.get_group(app)))
EACH = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


def _usage(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> tuple[list[str], str]:
    """The arguments that the command cannot do without, and its whole help."""
    assert main([*command, "-h"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    words = shown.out.splitlines()[0].split("[OPTIONS]")[1].split()
    return [word.strip("{}.") for word in words if word.startswith("{")], shown.out


def test_the_commands_were_found() -> None:
    assert {("ask",), ("export",), ("eval", "run")} <= set(COMMANDS)


@EACH
def test_both_letters_of_help_are_one_page_within_any_width(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    _, short = _usage(command, capsys)
    assert main([*command, "--help"]) == 0
    assert capsys.readouterr().out == short
    assert short.startswith(f"Usage: assistant {' '.join(command)} ")
    assert "<" not in short.replace("<=", "")  # no types of the language
    assert short.count("[[") == short.count("]]") == 0
    assert max(map(len, short.splitlines())) <= 80
    assert ("--json" in short) is (command not in NO_JSON)


@EACH
def test_an_option_that_does_not_exist_is_one_line_of_json(cli: RunCli, command: tuple[str, ...]) -> None:
    done = cli(*command, "--no-such-option", "--json")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    told = json.loads(done.err)
    assert (told["kind"], told["exit_code"]) == ("UsageError", 2)
    assert told["error"].endswith(f"Try 'assistant {' '.join(command)} --help'.")


@pytest.mark.parametrize("command", [each for each in COMMANDS if each not in NO_JSON], ids=" ".join)
def test_what_cannot_be_done_is_one_line_of_json_and_nothing_else(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With arguments that lead nowhere, without a library and without anything kept."""
    needed, _ = _usage(command, capsys)
    monkeypatch.setenv("ASSISTANT_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.chdir(tmp_path)
    names = len(needed) or command in RUN_WITHOUT_A_NAME
    code = main([*command, *[MISSING] * names, "--json"])
    done = capsys.readouterr()
    if code == 0:  # there was something to say, e.g. that nothing is kept
        assert done.err == ""
        json.loads(done.out)
    else:
        assert (done.out, done.err.count("\n")) == ("", 1)
        told = json.loads(done.err)
        assert told["exit_code"] == code
        assert told["error"].rstrip().endswith((".", "?", "!")) or ":" in told["error"]


@pytest.mark.parametrize(("typed", "meant"), [("ingst", "ingest"), ("sho", "show"), ("session", "sessions")])
def test_a_mistyped_command_is_told_with_the_nearest(cli: RunCli, typed: str, meant: str) -> None:
    done = cli(typed)
    assert (done.code, done.out) == (2, "")
    assert f"Did you mean '{meant}'?" in done.err


def test_without_a_command_it_is_said_how_to_begin(cli: RunCli) -> None:
    assert 'Begin with "assistant ingest FOLDER", then "assistant ask QUESTION".' in " ".join(cli().out.split())


@pytest.mark.parametrize(("shell", "mark"), [("bash", "complete -o"), ("zsh", "#compdef"), ("fish", "--command")])
def test_completion_is_printed_for_a_shell_that_is_named(shell: str, mark: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "--show-completion", shell],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert mark in done.stdout


def test_completion_is_installed_for_a_shell_that_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "--install-completion", "zsh"],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"HOME": str(tmp_path)},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "zsh completion installed in" in done.stdout
    assert "assistant" in (tmp_path / ".zfunc" / "_assistant").read_text()


@pytest.mark.parametrize("option", ["--show-completion", "--install-completion"])
def test_a_shell_that_is_not_known_is_told_with_those_that_are(cli: RunCli, option: str) -> None:
    done = cli(option, "csh")
    assert (done.code, done.out) == (2, "")
    assert "'csh' is not one of bash, zsh, fish" in done.err


def test_a_list_of_settings_breaks_no_path(cli: RunCli, monkeypatch: pytest.MonkeyPatch, library: Path) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    shown = cli("config").out
    assert f"  {library}  (ASSISTANT_LIBRARY)" in shown
    starts = {line.index("  ") if "  " in line else 0 for line in shown.splitlines()[:1]}
    assert starts == {len("library")}


def test_export_tells_where_chats_come_from_when_none_is_kept(cli: RunCli) -> None:
    assert "assistant chat saves them" in cli("export", "latest", "-").err
