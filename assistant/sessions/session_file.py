"""One session's file: JSON lines, the header first, each line on the disk before the next question is asked.

    {"session": {…}}     the header
    {"turn": {…}}        a question and its answer
    {"undo": 1}          the last turn that still counts is taken back
    {"instead": {…}}     a turn in the place of the last one that still counts; since format 2
    {"name": "…"}        what a person calls it; the last such line counts, older programs pass over it

A process that is killed leaves at most a cut last line, which holds no complete turn. It is left out when the file is
read and cut off when the session goes on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from assistant.errors import SessionError
from assistant.json_form import from_json, json_text
from assistant.records import Filters, Turn

FORMAT = 2  # of the files; one with a higher number was written by a newer program
REPLACING = 2  # the first format in which a turn may stand in the place of another

UNDO = b'{"undo": 1}\n'
_TURN = b'{"turn":'
_INSTEAD = b'{"instead":'
_NAME = b'{"name":'


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
    lines: tuple[int, ...] = ()  # of each turn and the damaged ones right before it
    damaged_at_end: int = 0  # lines after the last turn
    name: str = ""  # that a person gave it, "" for none


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
    name: str = ""  # that a person gave it, "" for none

    @property
    def called(self) -> str:
        """Its name, or else its first question."""
        return self.name or self.question


def file_of(folder: Path, session_id: str) -> Path:
    """Return the file of a session."""
    return folder / f"{session_id}.jsonl"


def sync_folder(folder: Path) -> None:
    """Flush the folder, so that the name of a new file is on the disk too."""
    if os.name == "posix":  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def header_line(header: Header) -> bytes:
    """Return the first line of a file."""
    return json_text({"session": header}).encode("utf-8") + b"\n"


def turn_line(saved: SavedTurn) -> bytes:
    """Return the line of one turn. Raises `ValueError` for infinities."""
    return json_text({"turn": saved}).encode("utf-8") + b"\n"


def name_line(name: str) -> bytes:
    """Return the line that names a session."""
    return json_text({"name": name}).encode("utf-8") + b"\n"


def replacing(saved: SavedTurn, header: Header) -> bytes:
    """Return what replaces the last turn in a file with this header.

    One line and not two: a kill between "the last one is taken back" and the new turn would lose both. A program that
    knows format 1 only would pass over that line and show the turn that was replaced: its files get the two.
    """
    if header.format < REPLACING:
        return UNDO + turn_line(saved)
    return json_text({"instead": saved}).encode("utf-8") + b"\n"


def write_durably(descriptor: int, line: bytes) -> None:
    """Append a whole line and flush it to the disk; after an `OSError` the file is as it was before."""
    end = os.fstat(descriptor).st_size
    try:
        left = memoryview(line)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, end)
        raise


def complete_length(content: bytes) -> int:
    """Return the number of bytes up to the end of the last complete line."""
    return content.rfind(b"\n") + 1


@dataclass(frozen=True, slots=True)
class Lines:
    """The header of a file and the lines of the turns that were not taken back, not parsed yet."""

    header: Header
    turns: tuple[bytes, ...]
    cut: bool  # the last line is not complete
    name: str  # "" for none


def split_file(file: Path) -> Lines:
    """Raises `SessionError` for a file that cannot be read, is no session or was written by a newer program."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SessionError(f"The session {file} cannot be read ({error.strerror or error}).") from error
    first, *rest = content[: complete_length(content)].splitlines() or [b""]
    header = _header(first, file)
    turns: list[bytes] = []
    name = b""
    for line in rest:
        if line.startswith(_NAME):
            name = line
        if line == UNDO.rstrip() or line.startswith(_INSTEAD):
            del turns[-1:]
        if line.startswith((_TURN, _INSTEAD)):
            turns.append(line)
    return Lines(header, tuple(turns), cut=complete_length(content) < len(content), name=_name(name))


def _name(line: bytes) -> str:
    """Return the name on a line, "" for a damaged one."""
    try:
        return str(_given(line))
    except ValueError:
        return ""


def _header(line: bytes, file: Path) -> Header:
    try:
        given = json.loads(line)["session"]
        made_with = given["format"]
        if isinstance(made_with, int) and made_with > FORMAT:
            raise SessionError(f"{file} was written by a newer version of this program: upgrade it, then try again.")
        return from_json(Header, given)
    except (ValueError, TypeError, KeyError) as error:
        raise SessionError(f"{file} is no saved session: its first line cannot be read. Move it away.") from error


def read_session(file: Path) -> Session:
    """Return the whole session; lines that cannot be read are left out and named in `notices`."""
    lines = split_file(file)
    turns: list[SavedTurn] = []
    notices = ["The last turn was cut off while it was being saved, and is left out."] if lines.cut else []
    ends = [0]  # numbers of the lines that could be read
    for number, line in enumerate(lines.turns, start=1):
        try:
            turns.append(_turn(line))
            ends.append(number)
        except ValueError:
            notices.append(f"Turn {number} of {file.name} is damaged and left out.")
    return Session(
        header=lines.header,
        turns=tuple(turns),
        notices=tuple(notices),
        lines=tuple(end - before for before, end in pairwise(ends)),
        damaged_at_end=len(lines.turns) - ends[-1],
        name=lines.name,
    )


def _turn(line: bytes) -> SavedTurn:
    return from_json(SavedTurn, _given(line))


def _given(line: bytes) -> Any:
    """Return what the line of a turn holds, whether or not it replaces another."""
    return next(iter(json.loads(line).values()))


def summary(file: Path) -> Summary:
    """Return what a list says of a session; of its turns only the first and the last are read."""
    lines = split_file(file)
    first, last = next(_glances(lines.turns), None), next(_glances(lines.turns[::-1]), None)
    header = lines.header
    return Summary(
        id=header.id,
        started=header.started,
        changed=last.at if last else header.started,
        question=first.question if first else "",
        turns=len(lines.turns),
        library=header.library,
        model=header.model,
        name=lines.name,
    )


class _Glance(NamedTuple):
    """The few fields of a turn that a list needs; reading whole turns would take many times as long."""

    at: datetime
    question: str


def _glances(lines: Sequence[bytes]) -> Iterator[_Glance]:
    for line in lines:
        try:
            saved = _given(line)
            yield _Glance(datetime.fromisoformat(saved["at"]), str(saved["turn"]["question"]))
        except (ValueError, KeyError, TypeError):
            continue


def now() -> datetime:
    """Return the present time to the second, with the local time zone."""
    return datetime.now().astimezone().replace(microsecond=0)
