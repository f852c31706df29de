"""Options that several commands of the evaluation share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import (
    AnswerOptions,
    BaseUrl,
    Json,
    LibraryFolder,
    Model,
    NoModel,
    Options,
    Quiet,
    ReaderName,
    load_settings,
)
from assistant.cli.options import Common as Printing
from assistant.settings import LoadedSettings

Runs = Annotated[Path | None, typer.Option("--runs", metavar="FOLDER", help="Folder of the runs (or ASSISTANT_RUNS).")]
RunName = Annotated[str, typer.Argument(metavar="RUN", hidden=True)]
SuiteName = Annotated[str, typer.Argument(metavar="SUITE", hidden=True)]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Ask the model even what it was asked before.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file: .html, .md or .xml.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking(Options):
    """Which questions of a suite are asked, and how."""

    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Only this group; may be repeated.")
    ] = None
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", metavar="N", min=1, help="Ask the first N conversations only.")
    ] = None
    retrieval_only: Annotated[
        bool, typer.Option("--retrieval-only", help="Ask no model and write no answers: measure what is found.")
    ] = False
    repeat: Annotated[int, typer.Option(metavar="N", min=1, max=100, help="Ask each question so many times.")] = 1
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", metavar="N", min=1, max=64, help="Ask so many at once (for a model).")
    ] = 1
    no_cache: NoCache = False
    runs: Runs = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags(Options):
    """Which archive and which model a command uses, and how it prints."""

    library: LibraryFolder = None
    model: Model = None
    base_url: BaseUrl = None
    reader: ReaderName = None
    no_model: NoModel = False
    as_json: Json = False
    quiet: Quiet = False

    def load(self) -> LoadedSettings:
        """Return the settings with these flags on top."""
        answering = AnswerOptions(no_model=self.no_model, model=self.model, base_url=self.base_url, reader=self.reader)
        return load_settings(Printing(library=self.library), answering)
