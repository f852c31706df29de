"""The library that a run asks: the one named by the user, or one built from the suite's own articles."""

from __future__ import annotations

from pathlib import Path

import assistant
from assistant.app import Assistant, OnNotice
from assistant.english.sentences import SPLITTER_VERSION
from assistant.errors import UsageError
from assistant.json_form import json_text
from assistant.library.ingest import OnProgress
from assistant.places import LibraryPlace
from assistant.records import short_hash
from assistant.settings import Settings
from eval.datasets import squad
from eval.records import Suite


def library_of(
    suite: Suite,
    settings: Settings,
    *,
    named: bool,
    notify: OnNotice,
    fresh: Path | None = None,
    on_progress: OnProgress | None = None,
) -> LibraryPlace:
    """Return the library to ask.

    It is the library of the settings if it was `named` for this run or if the suite brings no articles. Otherwise it is
    built from the suite's articles: in the folder `fresh` if one is given, else in the user's cache folder, where
    articles that have not changed since the last run cost nothing.
    """
    if named or not suite.archive:
        return settings.library
    source = Path(suite.archive)
    if not source.exists():
        raise UsageError(f"The articles of the suite {suite.name} are not at {source}; name a library with --library.")
    made_with = short_hash(f"{source} {settings.embedder} {SPLITTER_VERSION} {assistant.__version__}", 8)
    folder = fresh or settings.cache / "eval" / f"{suite.name}-{made_with}"
    notify(f"The suite brings its own articles; they are asked, not your archive. Their library is {folder}.")
    fill(folder, source, settings, on_progress)
    return folder


def fill(folder: Path, source: Path, settings: Settings, on_progress: OnProgress | None = None) -> None:
    """Ingest the articles at `source` into the library in `folder`."""
    if source.suffix == ".json":
        source = _squad_rows(source, folder)
    with Assistant.open(folder, settings=settings) as opened:
        report = opened.ingest([source], on_progress=on_progress)
        if report.interrupted:
            raise KeyboardInterrupt


def _squad_rows(source: Path, folder: Path) -> Path:
    """Write the paragraphs of a SQuAD file as rows beside the library; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = folder / "squad.jsonl"
    rows.write_text("".join(json_text(row) + "\n" for row in squad.articles(source)), encoding="utf-8")
    return rows
