"""Before there is a library: none is made for sources that hold no article."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from assistant.articles import FieldMap, Given, Item, Notice, check_paths, find_files, read_file
from assistant.library.database import database_file
from assistant.library.tally import Tally
from assistant.records import Article, IngestReport, Skipped


def is_there(folder: Path) -> bool:
    """Whether the folder holds a library."""
    return database_file(folder).exists()


def look_ahead(sources: Sequence[Path | Given], fields: FieldMap) -> tuple[Sequence[Path | Given], IngestReport | None]:
    """Read `sources` up to their first article. Returns them for the ingest, or the report where there is none.

    What was read without an article is not read again: it is among the sources returned with what was left out of it.
    Raises `UsageError` when none of the paths exists.
    """
    started = time.monotonic()
    paths = [source for source in sources if isinstance(source, Path)]
    check_paths(paths)
    files = [*find_files(paths), *(source for source in sources if isinstance(source, Given))]
    passed: list[Item] = []
    for at, file in enumerate(files):
        if isinstance(file, Skipped):
            passed.append(file)
        elif (first := _with_article(file, fields, passed)) is not None:
            passed += (item for item in files[at + 1 :] if isinstance(item, Skipped))
            rest = [item for item in files[at + 1 :] if not isinstance(item, Skipped)]
            return [first, *rest, Given("", passed)], None
    return sources, _report(passed, time.monotonic() - started)


def _with_article(file: Path | Given, fields: FieldMap, passed: list[Item]) -> Path | Given | None:
    """The source, as if nothing of it had been read, when it holds an article; else its items go to `passed`."""
    items = iter(read_file(file, fields) if isinstance(file, Path) else file.items)
    read: list[Item] = []
    for item in items:
        read.append(item)
        if isinstance(item, Article):
            return file if isinstance(file, Path) else Given(file.name, chain(read, items))
    passed += read
    return None


def _report(passed: Sequence[Item], seconds: float) -> IngestReport:
    tally = Tally(skipped=[item for item in passed if isinstance(item, Skipped)])
    tally.notices += [Skipped(source=item.source, reason=item.text) for item in passed if isinstance(item, Notice)]
    return tally.report(seconds)
