"""What a saved session holds. Times carry their zone; everything else is as in `assistant.records`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.records import Filters, Turn

FORMAT = 2  # of the files; one with a higher number was written by a newer program
REPLACING = 2  # the first format in which a turn may stand in the place of another


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What was in use when a session began."""

    id: str  # when it began, to the second, in local time: 2026-03-01-142530; with "-2" etc. when taken
    started: datetime
    library: str  # its folder, as an absolute path
    embedder: str
    model: str  # "" when none was used
    program: str  # version of this program
    format: int = FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTurn:
    """One question with its whole answer: quotations, article ids and versions, offsets, text hashes, verdicts."""

    at: datetime  # when the answer was complete
    turn: Turn
    filters: Filters = Filters()  # the limits in force


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A saved session as it was read."""

    header: Header
    turns: tuple[SavedTurn, ...]  # without those that were taken back
    notices: tuple[str, ...] = ()  # what could not be read, in words for the user


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A saved session in a list of them."""

    id: str
    started: datetime
    changed: datetime  # when its last turn was saved
    question: str  # the first one; "" when every turn was taken back
    turns: int
    library: str
    model: str
