"""Commands about the program itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from assistant.cli.options import (
    Common,
    Json,
    Library,
    Quiet,
)
from assistant.errors import UsageError


def config(
    name: Annotated[str | None, typer.Argument(metavar="NAME", hidden=True)] = None,
    value: Annotated[str | None, typer.Argument(metavar="VALUE", hidden=True)] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Take NAME out of the configuration file.")] = False,
    library: Library = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the settings and where each comes from, or keep one.

    With NAME its value is shown, with NAME and VALUE it is kept in the configuration file. A VALUE of - is asked for,
    or read from standard input: the way to give a key.
    """
    common = Common(library=library, as_json=as_json, quiet=quiet)
    from assistant.cli import config as settings

    if unset and (name is None or value is not None):
        raise UsageError("--unset needs the NAME of a setting and nothing else.")
    if name is None:
        settings.list_all(common)
    elif value is not None or unset:
        settings.keep(common, name, value)
    else:
        settings.show_one(common, name)


def doctor(
    ctx: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the model's server.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Mend the archive's indexes from its texts.")] = False,
    library: Library = None,
    as_json: Json = False,
) -> None:
    """Look at everything an answer depends on.

    Settings, archive, embedder, model and terminal; each fault comes with its remedy. Nothing is changed without
    --repair.
    """
    from assistant.cli import doctor as examination

    common = Common(library=library, as_json=as_json, quiet=True)
    raise typer.Exit(examination.doctor(ctx.obj, common, offline=offline, repair=repair))


COMMANDS: tuple[Callable[..., None], ...] = (config, doctor)
