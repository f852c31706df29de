"""Commands about the program itself."""

from __future__ import annotations

from collections.abc import Callable

from assistant.cli.options import (
    Common,
    Json,
    Library,
)


def settings(library: Library = None, as_json: Json = False) -> None:
    """List the settings and where each comes from."""
    from assistant.cli import commands

    commands.show_settings(Common(library=library, as_json=as_json))


COMMANDS: tuple[Callable[..., None], ...] = (settings,)
