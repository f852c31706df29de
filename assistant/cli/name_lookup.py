"""From the name of an outlet or author as it is typed to the one that the archive holds."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.records import Filters
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.app import Assistant

_NEAR = 3  # names suggested for one that is not held
_LISTED = "Those it has: assistant status --json"


def canonical_names(assistant: Assistant, limits: Filters) -> Filters:
    """Return the limits with outlets and authors spelt as the archive has them.

    Raises `UsageError` for a name that no article has: the answer would be that the archive does not say, and not why.
    """
    if not (limits.outlets or limits.authors):
        return limits
    outlets, authors = [name for name, _ in assistant.status().outlets], assistant.authors()
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
