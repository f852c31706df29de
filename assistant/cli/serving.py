"""Commands that serve the archive to others: `serve`, `token` and `mcp`."""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer

from assistant.cli.invocation import Invocation
from assistant.cli.options import AnswerOptions, Common, Options, with_options
from assistant.errors import AssistantError, UsageError
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.app import Assistant
    from assistant.serve.launch import Started

TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help="Where the token is kept, if not in the data folder."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions(Options):
    """How the server is reached."""

    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="The port; 0 takes a free one.")] = 8484
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False
    no_token: Annotated[bool, typer.Option("--no-token", help="Let everyone on this machine in.")] = False
    token_file: TokenFile = None
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="A further name that the server may be called by."),
    ] = None
    public_url: Annotated[
        str, typer.Option("--public-url", metavar="URL", help="The address under which others reach it.")
    ] = ""
    allow_ingest: Annotated[
        bool, typer.Option("--allow-ingest", help="Let whoever is let in add articles on the page.")
    ] = False


@with_options()
# same name as library.workers.serve because the user types it
def serve(ctx: typer.Context, *, server: ServerOptions, answering: AnswerOptions, common: Common) -> None:
    """Serve the archive on a page and to programs.

    The printed address lets one browser in, once; programs send the token that "assistant token" shows. Ctrl-C stops.
    """
    from assistant.cli.evaluation import kept_runs
    from assistant.serve import launch

    invocation = Invocation.of(ctx, common, answering)
    options = launch.ServeOptions(
        host=server.host,
        port=server.port,
        open_browser=server.open_browser,
        token=not server.no_token,
        token_file=server.token_file,
        allowed=tuple(server.allow_host or ()),
        public_url=server.public_url,
        allow_ingest=server.allow_ingest,
        evaluations=partial(kept_runs, invocation.settings),
    )
    with invocation.opened() as assistant:
        launch.serve_archive(assistant, options, lambda started: _show(invocation, started))


def _show(invocation: Invocation, started: Started) -> None:
    """Print where the server is: a line of JSON on standard output for programs, else words on standard error."""
    from assistant.json_form import json_text

    if invocation.as_json:
        typer.echo(json_text(started))
        return
    model = f"Model: {started.model}." if started.model else "No model: answers are quoted sentences."
    typer.echo(f"{safe(started.library)}: {started.holds}. {safe(model)}", err=True)
    for warning in started.warnings:
        typer.echo(f"Warning: {warning}", err=True)
    typer.echo(f"Open {started.login}", err=True)
    once = "That address lets one browser in, once. " if started.login != started.url else ""
    typer.echo(f"{once}Ctrl-C stops.", err=True)


@with_options()
def token(
    new: Annotated[bool, typer.Option("--new", help="Make a new one; the old one lets nobody in any more.")] = False,
    token_file: TokenFile = None,
    *,
    common: Common,
) -> None:
    """Show the token that lets programs use the server.

    They send it as "Authorization: Bearer TOKEN", or as the API key of an OpenAI client.
    """
    from assistant.cli.terminal import write_json
    from assistant.serve import launch
    from assistant.serve.access import new_token, read_token

    file = token_file or launch.token_file()
    found = new_token(file) if new else read_token(file)
    if common.as_json:
        write_json({"token": found, "file": file})
    else:
        typer.echo(found)


@with_options(without="as_json")
def mcp(
    ctx: typer.Context,
    client: Annotated[
        str | None,
        typer.Option(
            "--config",
            metavar="CLIENT",
            help="Print what to paste into this client: claude-desktop, claude-code, codex, cursor, vscode.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="With --config: what the client calls the archive.")
    ] = None,
    *,
    answering: AnswerOptions,
    common: Common,
) -> None:
    """Let an AI client use the archive, over MCP.

    The client starts this command itself and speaks with it over standard input and output; --config prints how.
    """
    from assistant.serve import client_config
    from assistant.serve.tool_schemas import NAME

    invocation = Invocation.of(ctx, common, answering)
    if client is not None:
        typer.echo(client_config.text(client, invocation.settings.library, NAME if name is None else name))
        return
    if name is not None:
        raise UsageError("--name goes with --config.")
    from assistant.serve.mcp_server import serve_stdio

    with Opened(invocation) as opened:
        serve_stdio(opened, opened.warm_up)


class Opened:
    """An archive that is opened by the first who needs it."""

    def __init__(self, invocation: Invocation) -> None:
        """Nothing is opened yet."""
        self._invocation = invocation
        self._stack = ExitStack()
        self._lock = threading.Lock()
        self._assistant: Assistant | None = None

    def __call__(self) -> Assistant:
        """Return the open archive. Raises what opening it raises; the next call tries again."""
        with self._lock:
            if self._assistant is None:
                self._assistant = self._stack.enter_context(self._invocation.opened())
            return self._assistant

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def warm_up(self) -> None:
        """Open it and load what the first question needs, unless something is wrong with it."""
        with suppress(AssistantError):  # whoever calls a tool is told
            self().warm_up()
