"""Options that several commands of the evaluation share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Runs = Annotated[Path | None, typer.Option("--runs", metavar="FOLDER", help="Folder of the runs (or ASSISTANT_RUNS).")]
RunName = Annotated[str, typer.Argument(metavar="RUN", hidden=True)]
SuiteName = Annotated[str, typer.Argument(metavar="SUITE", hidden=True)]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Only this group; may be repeated.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file: .html, .md or .xml.")
]
