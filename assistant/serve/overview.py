"""What an archive holds, for those who ask it over HTTP or MCP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.app import Assistant
from assistant.records import LibraryStatus
from assistant.wording import days, plural

_OUTLETS = 20


def overview(assistant: Assistant) -> dict[str, Any]:
    """Return name, number of articles, days and chief outlets; paths and settings are told to nobody."""
    held = assistant.status()
    return {
        "name": archive_name(held),
        "articles": held.articles,
        "first": held.first.isoformat() if held.first else "",
        "last": held.last.isoformat() if held.last else "",
        "undated": held.undated,
        "outlets": [{"name": name, "articles": count} for name, count in held.outlets[:_OUTLETS]],
        "model": assistant.model_name,
    }


def archive_name(held: LibraryStatus) -> str:
    """Return what an archive is called: the name of its folder."""
    return Path(held.folder).name or "archive"


def holdings_line(held: LibraryStatus) -> str:
    """Return what an archive covers, in a line: "4,931 articles, 1 Jan 2022 to 31 Dec 2022"."""
    span = f", {days(held.first, held.last)}" if held.first and held.last else ""
    return plural(held.articles, "article") + span
