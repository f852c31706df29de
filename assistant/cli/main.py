"""The command line's commands, joined, and `run`, where the program begins."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer

import assistant
from assistant.cli import archive, edge, feeds
from assistant.cli import ask as asking
from assistant.cli.invocation import Opener, open_assistant
from assistant.cli.syntax import keeping, setup, versions
from eval.cli import app as evaluation

_FOR_SHELLS = ("--show-completion", "--install-completion")
_NAMED_SHELL = "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"

app = typer.Typer(
    name="assistant",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,  # locals may hold keys
    rich_markup_mode=None,  # plain help: no markup in it, and 0.1 s faster
)


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Answers questions from an archive of news articles; every statement points to the sentences it stands on.

    Begin with "assistant ingest FOLDER", then "assistant ask QUESTION".
    """
    if version:
        typer.echo(f"assistant {assistant.__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


for command in (
    *archive.COMMANDS,
    *feeds.COMMANDS,
    *asking.COMMANDS,
    *versions.COMMANDS,
    *keeping.COMMANDS,
    *setup.COMMANDS,
):
    app.command()(command)
app.add_typer(evaluation.app)


def main(arguments: Sequence[str], *, opener: Opener = open_assistant) -> int:
    """Runs one command line; returns its exit code. Tests hand in an `opener` of their own."""

    def call() -> object:
        with _shell_by_name(arguments):
            command = typer.main.get_command(app)
        return command.main(list(arguments), prog_name="assistant", standalone_mode=False, obj=opener)

    return edge.guarded(call, as_json="--json" in arguments)


@contextmanager
def _shell_by_name(arguments: Sequence[str]) -> Iterator[None]:
    """Lets --show-completion and --install-completion be followed by a shell, e.g. zsh; else it is the one in use.

    Typer takes a name there only when it is told not to find out the shell by itself, as the commands are built.
    """
    named = len(arguments) == 2 and arguments[0] in _FOR_SHELLS
    if named:
        os.environ[_NAMED_SHELL] = "1"
    try:
        yield
    finally:
        if named:
            del os.environ[_NAMED_SHELL]


def run() -> NoReturn:
    """The command `assistant`."""
    sys.exit(main(sys.argv[1:]))
