"""Options that nearly every command takes: which archive, which model, and how to print."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from assistant import settings

Library = Annotated[
    Path | None, typer.Option("--library", metavar="FOLDER", help="Folder of the archive (or ASSISTANT_LIBRARY).")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON; errors too, on standard error.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the result only: no progress, no notes.")]
NoModel = Annotated[bool, typer.Option("--no-model", help="Call no language model: quote sentences of the archive.")]
Model = Annotated[
    str | None, typer.Option("--model", "-m", metavar="NAME", help="Language model to ask (or ASSISTANT_MODEL).")
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="An OpenAI-compatible server (or OPENAI_BASE_URL)."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every command takes: which archive, which model, and how to print."""

    library: Path | None = None
    as_json: bool = False
    quiet: bool = False
    no_model: bool = False
    model: str | None = None
    base_url: str | None = None
    strict: bool = False  # these three: False leaves it to the settings
    judge: bool = False
    usage: bool = False

    def load(self) -> settings.LoadedSettings:
        """The settings with these flags on top."""
        return settings.load(
            library=self.library,
            model=self.model,
            base_url=self.base_url,
            use_model=False if self.no_model else None,
            strict=self.strict or None,
            judge=self.judge or None,
            usage=self.usage or None,
        )
