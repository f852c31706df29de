"""What to paste into an AI client so that it starts `assistant mcp`: absolute paths, and nothing else of this machine.

Clients start a server in another folder and with hardly any environment, so everything stands in the arguments.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from pathlib import Path

from assistant.errors import UsageError
from assistant.places import LibraryPlace, full_name
from assistant.serve.tool_schemas import NAME

_PLACES = {
    "claude-desktop": "Into claude_desktop_config.json (Settings, Developer, Edit Config), then start Claude anew:",
    "claude-code": "Run:",
    "codex": "Into ~/.codex/config.toml:",
    "cursor": "Into ~/.cursor/mcp.json:",
    "vscode": "Into .vscode/mcp.json of the folder that you work in:",
}
_NAMES = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")  # that every client takes, as it is


def text(client: str, library: LibraryPlace, name: str = NAME) -> str:
    """Return where it goes, and what; `name` is what the client calls the server, e.g. where it has several archives.

    Raises `UsageError` for a client that is not known, and for a name that not every client takes.
    """
    if client not in _PLACES:
        raise UsageError(f"--config: {client!r} is not one of {', '.join(_PLACES)}.")
    if not _NAMES.fullmatch(name):
        raise UsageError(f"--name: {name!r} is not up to 40 letters, digits, - and _, the first a letter or digit.")
    command = [*_program(), "mcp", "--library", full_name(library)]
    return f"{_PLACES[client]}\n\n{_pasted(client, name, command)}"


def _program() -> list[str]:
    """Return how this program is started, by absolute paths."""
    own = Path(sys.argv[0]).resolve()
    if own.name.startswith("assistant") and shutil.which(str(own)):
        return [str(own)]
    return [sys.executable, "-m", "assistant"]


def _pasted(client: str, name: str, command: list[str]) -> str:
    program, *arguments = command
    if client == "claude-code":
        return f"claude mcp add {name} -- {shlex.join(command)}"
    if client == "codex":
        return f"[mcp_servers.{name}]\ncommand = {json.dumps(program)}\nargs = {json.dumps(arguments)}"
    key = "servers" if client == "vscode" else "mcpServers"
    return json.dumps({key: {name: {"command": program, "args": arguments}}}, indent=2, ensure_ascii=False)
