"""All commands in the order of the help, and `run`, where the program begins.

A command is imported when it is called; the list of all, which begins every acquaintance, imports none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
import typer.core
from typer import completion

import assistant
from assistant.cli import edge
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.cli.invocation import Opener

_ABOUT = {  # each command, the module that has it, and the first line of its help, in the order of the help
    "ingest": ("archive", "Take articles into the archive."),
    "status": ("archive", "Say what the archive holds."),
    "reembed": ("archive", "Embed the archive again."),
    "backup": ("archive", "Write the archive to one file."),
    "restore": ("archive", "Make an archive from a backup."),
    "migrate": ("archive", "Copy the archive from a folder to servers, or back."),
    "replica": ("archive", "Take the index files of another host."),
    "follow": ("archive", "Follow a feed of articles."),
    "unfollow": ("archive", "Follow a feed no longer."),
    "update": ("archive", "Fetch what is new in the followed feeds."),
    "ask": ("ask", "Answer a question from the archive."),
    "timeline": ("ask", "Say what happened day by day, each fact with its source."),
    "brief": ("ask", "Sum up a story of many articles, each fact with its source."),
    "search": ("ask", "List the sentences nearest to a question."),
    "chat": ("ask", "Ask question after question."),
    "check": ("check", "Check a draft against the archive."),
    "show": ("ask", "Show a cited sentence in its article."),
    "remove": ("articles", "Take articles out of the archive."),
    "history": ("articles", "List the versions of an article."),
    "diff": ("articles", "Show what changed between two versions."),
    "sessions": ("sessions", "List saved chats, name or remove them."),
    "export": ("sessions", "Write a saved chat to a file."),
    "serve": ("serving", "Serve the archive on a page and to programs."),
    "token": ("serving", "Show the token that lets programs use the server."),
    "mcp": ("serving", "Let an AI client use the archive, over MCP."),
    "config": ("config", "List the settings and where each comes from, or keep one."),
    "doctor": ("doctor", "Look at everything an answer depends on."),
    "eval": ("evaluation", "Measure how good the answers are."),
}
_COMPLETION = {"--show-completion": completion.show_callback, "--install-completion": completion.install_callback}
_SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")  # for which Typer writes completion

_MANNERS: dict[str, Any] = {
    "context_settings": {"help_option_names": ["-h", "--help"]},
    "pretty_exceptions_enable": False,
    "pretty_exceptions_show_locals": False,  # locals may hold keys
    "rich_markup_mode": None,  # plain help: no markup in it, and 0.1 s faster
}


class _Late(Mapping[str, Any]):
    """The commands by name, each imported when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        module, _ = _ABOUT[name]
        found = getattr(import_module(f"assistant.cli.{module}"), name)
        if isinstance(found, typer.Typer):
            return typer.main.get_group(found)
        alone = typer.Typer(add_completion=False, **_MANNERS)
        alone.command()(found)
        return typer.main.get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(_ABOUT)

    def __len__(self) -> int:
        return len(_ABOUT)


class _Commands(typer.core.TyperGroup):
    """The program itself."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": _Late()})

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """List them without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _ABOUT.items()])


app = typer.Typer(name="assistant", cls=_Commands, **_MANNERS)


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


def main(arguments: Sequence[str], *, opener: Opener | None = None) -> int:
    """Run one command line; return its exit code. Tests hand in an `opener` of the archive of their own."""

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
