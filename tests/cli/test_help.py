from __future__ import annotations

import pytest
import typer

from assistant.cli.chat.commands import command_names, help_of
from assistant.cli.main import app, main

COMMANDS = typer.main.get_group(app).commands


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert (COMMANDS[name].help or "").splitlines()[0] in shown
    for line in shown.partition("Options:")[2].splitlines():
        if line.strip().startswith("-"):
            assert len(line.split("  ")[-1].strip()) > 8, f"no help: {line}"


def test_the_list_of_commands_is_not_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    listed = capsys.readouterr().out.partition("Commands:")[2]
    assert "..." not in listed
    for name, command in COMMANDS.items():  # the list is there without the commands: it says what they say
        assert f"  {name:<9} {command.get_short_help_str(200)}\n" in listed


def test_help_shows_no_types_of_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        main([name, "--help"])
    assert "<" not in capsys.readouterr().out.replace("<=", "")


@pytest.mark.parametrize("name", command_names())
def test_every_slash_command_is_explained(name: str) -> None:
    assert len(help_of(name)) > 10


def test_tracebacks_show_no_values() -> None:
    assert isinstance(app, typer.Typer)
    assert app.pretty_exceptions_show_locals is False
    assert app.pretty_exceptions_enable is False
