"""All commands in the order of the help, and `run`, where the program begins."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

import typer
from typer import completion

import assistant
from assistant.cli import archive, articles, ask, check, config, doctor, edge, serving, sessions
from assistant.cli.evaluation import evaluation_app
from assistant.cli.invocation import Opener, open_assistant
from assistant.errors import UsageError

_COMPLETION = {"--show-completion": completion.show_callback, "--install-completion": completion.install_callback}
_SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")  # for which Typer writes completion


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
    archive.ingest,
    archive.status,
    archive.reembed,
    archive.backup,
    archive.restore,
    archive.follow,
    archive.unfollow,
    archive.update,
    ask.ask,
    ask.timeline,
    ask.brief,
    ask.search,
    ask.chat,
    check.check,
    ask.show,
    articles.remove,
    articles.history,
    articles.diff,
    sessions.sessions,
    sessions.export,
    serving.serve,
    serving.token,
    serving.mcp,
    config.config,
    doctor.doctor,
):
    app.command()(command)
app.add_typer(evaluation_app)


def main(arguments: Sequence[str], *, opener: Opener = open_assistant) -> int:
    """Run one command line; return its exit code. Tests hand in an `opener` of their own."""

    def call() -> object:
        command = typer.main.get_command(app)
        if len(arguments) == 2 and arguments[0] in _COMPLETION:
            _complete_for_shell(command, *arguments)
        return command.main(list(arguments), prog_name="assistant", standalone_mode=False, obj=opener)

    return edge.guarded(call, as_json="--json" in arguments)


def _complete_for_shell(command: Any, option: str, shell: str) -> None:
    """Write or install completion for the shell named, and leave; Typer's options alone find out the one in use."""
    if shell.startswith("-"):
        return
    if shell not in _SHELLS:
        raise UsageError(f"{option}: {shell!r} is not one of {', '.join(_SHELLS)}.")
    with command.make_context("assistant", []) as context:
        _COMPLETION[option](context, command, shell)


def run() -> NoReturn:
    """Run the command line of this process."""
    sys.exit(main(sys.argv[1:]))
