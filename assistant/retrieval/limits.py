"""Limits as a person or a program writes them: days, and the names of outlets and authors as they remember them.

Nothing here widens a limit: what the archive does not have is an error that names what comes near.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Protocol

from assistant.errors import UsageError
from assistant.library_reports import LibraryStatus
from assistant.records import Filters
from assistant.safe_text import safe


class NamesHeld(Protocol):
    """What knows the outlets and authors of an archive: an `Assistant`."""

    def status(self) -> LibraryStatus:
        """Return figures about the library, its outlets among them."""

    def authors(self) -> tuple[str, ...]:
        """Return the names of all authors."""


def iso_day(text: str | None, option: str) -> date | None:
    """Return the day written YYYY-MM-DD, None for None; any other form raises `UsageError` and names the option."""
    if text is None:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError as error:  # e.g. 2025-02-30
        raise UsageError(f"{option}: there is no day {text.strip()} ({error}).") from error
    raise UsageError(f"{option}: {safe(text)!r} is not a day; write it as YYYY-MM-DD, e.g. 2025-11-27.")


def checked(limits: Filters) -> Filters:
    """Return the same limits. Raises `UsageError` if no day can lie within them."""
    if limits.since and limits.until and limits.since > limits.until:
        raise UsageError(f"No day lies between {limits.since} and {limits.until}: the first must not be the later one.")
    return limits


_NEAR = 3  # names suggested for one that is not held
_LISTED = "Those it has: assistant status --json"


def canonical_names(held: NamesHeld, limits: Filters) -> Filters:
    """Return the limits with outlets and authors spelt as the archive has them.

    Raises `UsageError` for a name that no article has: the answer would be that the archive does not say, and not why.
    """
    if not (limits.outlets or limits.authors):
        return limits
    outlets, authors = [name for name, _ in held.status().outlets], held.authors()
    return replace(
        limits,
        outlets=tuple(canonical_name(name, outlets, "outlet", otherwise=_LISTED) for name in limits.outlets),
        authors=tuple(canonical_name(name, authors, "author") for name in limits.authors),
    )


def canonical_name(typed: str, known: Iterable[str], kind: str, *, otherwise: str = "") -> str:
    """Return the name in the archive that is meant: the same but for case, or the only one that begins so.

    Raises `UsageError` for any other, with the names nearest to it, or what to do `otherwise`.
    """
    names = {safe(name).casefold(): name for name in known if name}
    wanted = safe(typed).casefold()
    beginning = [name for name in names if wanted and name.startswith(wanted)]
    if wanted in names:
        return names[wanted]
    if len(beginning) == 1:
        return names[beginning[0]]
    holding = [name for name in names if wanted and wanted in name]
    near = (beginning or holding)[:_NEAR] or difflib.get_close_matches(wanted, names, n=_NEAR)
    listed = " or ".join(safe(names[name]) for name in near)
    remedy = f"Did you mean {listed}?" if near else otherwise
    raise UsageError(f"No article has the {kind} {safe(typed)!r}. {remedy}".rstrip())
