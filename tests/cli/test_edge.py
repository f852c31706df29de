from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli.edge import guarded
from assistant.cli.main import main
from assistant.errors import AssistantError, LibraryLocked, ModelOverloaded, ModelRefused, ModelUnreachable, UsageError
from tests.cli.conftest import RunCli

ERRORS = [AssistantError, UsageError, LibraryLocked, ModelRefused, ModelUnreachable, ModelOverloaded]


def raising(error: BaseException) -> object:
    raise error


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_is_one_line_and_its_exit_code(kind: type[AssistantError], capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: raising(kind("It \x1b[2J\nbroke.")), as_json=False) == kind.exit_code
    assert capsys.readouterr().err == "Error: It �[2J broke.\n"
    assert guarded(lambda: raising(kind("It broke.")), as_json=True) == kind.exit_code
    told = json.loads(capsys.readouterr().err)
    assert told == {"error": "It broke.", "kind": kind.__name__, "exit_code": kind.exit_code}


def test_a_missing_library_is_told_with_its_kind(cli: RunCli, tmp_path: Path) -> None:
    done = cli("ask", "harbour", "--library", str(tmp_path / "none"), "--json")
    assert done.code == 3
    assert done.out == ""
    assert json.loads(done.err)["kind"] == "LibraryMissing"


@pytest.mark.parametrize("arguments", [("nonsense",), ("ask", "--nonsense"), ("search", "x", "-n", "0"), ("ingest",)])
def test_arguments_that_do_not_parse_are_one_line_too(cli: RunCli, arguments: tuple[str, ...]) -> None:
    done = cli(*arguments)
    assert done.code == 2
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") == 1
    assert "--help" in done.err
    assert json.loads(cli(*arguments, "--json").err)["kind"] == "UsageError"


def test_an_interrupt_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: raising(KeyboardInterrupt()), as_json=False) == 130
    assert capsys.readouterr() == ("", "")


def test_a_fault_of_the_program_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        guarded(lambda: 1 / 0, as_json=False)


@pytest.mark.usefixtures("with_model")
def test_a_failing_model_server_has_its_own_exit_code(cli: RunCli) -> None:
    done = cli("ask", "is the harbour down?")
    assert (done.code, done.out) == (5, "")


@pytest.mark.parametrize("arguments", [(), ("-h",), ("--help",)])
def test_without_a_command_help_is_printed(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert "Usage: assistant" in capsys.readouterr().out


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("assistant 0.")
