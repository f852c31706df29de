"""`assistant eval`: the group of commands that the package `eval` declares, imported when one of them is looked for.

This is the one place where `assistant` imports `eval`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
import typer.core

if TYPE_CHECKING:
    from assistant.serve.service import Evaluations
    from assistant.settings import Settings


class _EvaluationCommands(typer.core.TyperGroup):
    """A group whose commands are those of `eval.cli`."""

    @property
    def commands(self) -> dict[str, Any]:
        """The declared commands by name."""
        from eval.cli import app as declared

        return dict(typer.main.get_group(declared).commands)

    @commands.setter
    def commands(self, none: object) -> None:
        """Ignore the empty table that Typer begins with."""


eval = typer.Typer(
    name="eval",
    cls=_EvaluationCommands,
    help="Measure how good the answers are.",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    no_args_is_help=True,
)


def kept_runs(settings: Settings) -> Evaluations | None:
    """Return the kept runs for the pages of a server, None when there is none."""
    if not any(settings.runs.glob("*/run.json")):
        return None
    from eval.commands.served import KeptRuns

    return KeptRuns(settings.runs)
