"""A session being written: every turn is on the disk before the next question is asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from assistant.errors import SessionBusy, SessionError, UsageError
from assistant.records import Filters, Turn
from assistant.sessions import session_file
from assistant.sessions.session_file import Header, SavedTurn

_FLAGS = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class OpenSession:
    """A session being written; no other process can write to it until it is closed.

    A new session gets its file with its first turn: one that was never used leaves nothing behind.
    """

    def __init__(self, folder: Path, header: Header, *, turns: tuple[SavedTurn, ...] = ()) -> None:
        """Use `SessionStore.create` or `SessionStore.resume`."""
        self._folder = folder
        self._lock: SessionLock | None = None
        self._descriptor: int | None = None
        self.header = header
        self.saved = turns
        self.notices: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The name to resume it by; certain once the first turn is saved."""
        return self.header.id

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns that were not taken back, for `Conversation.take_up`."""
        return tuple(saved.turn for saved in self.saved)

    def append(self, turn: Turn, filters: Filters | None = None, *, instead: bool = False) -> None:
        """Save a turn, `instead` of the last one if there is one; it is on the disk when this returns.

        Raises `SessionError` when that fails; the last turn then stays.
        """
        saved = SavedTurn(at=session_file.now(), turn=turn, filters=filters or Filters())
        instead = instead and bool(self.saved)
        self._write(session_file.replacing(saved, self.header) if instead else session_file.turn_line(saved))
        self.saved = (*(self.saved[:-1] if instead else self.saved), saved)

    def undo(self) -> None:
        """Take the last turn back. Raises `UsageError` when there is none."""
        if not self.saved:
            raise UsageError("There is no turn to take back.")
        self._write(session_file.UNDO)
        self.saved = self.saved[:-1]

    def close(self) -> None:
        """Close the file and release its lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, line: bytes) -> None:
        with _faults(self._folder):
            if self._descriptor is None:
                self._descriptor = self._begin()
                line = session_file.header_line(self.header) + line
            session_file.write_durably(self._descriptor, line)

    def _begin(self) -> int:
        """Create the file under the first free name."""
        make_private(self._folder)
        wanted = self.header.id
        for number in count(2):
            file = session_file.file_of(self._folder, self.header.id)
            lock = SessionLock(file)
            lock.acquire()
            try:
                descriptor = os.open(file, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                lock.release()
                self.header = replace(self.header, id=f"{wanted}-{number}")
                continue
            self._lock = lock
            session_file.sync_folder(self._folder)
            return descriptor
        raise AssertionError("the names never end")

    def take_up(self) -> None:
        """Lock and read the existing file; an incomplete last line is removed. Used by `SessionStore.resume`.

        Raises `SessionBusy` when another process writes to it.
        """
        file = session_file.file_of(self._folder, self.header.id)
        self._lock = SessionLock(file)
        self._lock.acquire()
        try:
            with _faults(self._folder):
                session = session_file.read_session(file)
                self._descriptor = os.open(file, _FLAGS)
                os.ftruncate(self._descriptor, session_file.complete_length(file.read_bytes()))
        except SessionError:
            self.close()
            raise
        self.header, self.saved, self.notices = session.header, session.turns, session.notices


class SessionLock:
    """A lock for one writer per session; the operating system releases it with the process that holds it."""

    def __init__(self, file: Path) -> None:
        """Nothing is locked yet."""
        self._name = file.stem
        self._file = file.with_suffix(".lock")
        self._lock = FileLock(self._file, mode=0o600)

    def acquire(self) -> None:
        """Raises `SessionBusy` at once if it is taken."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise SessionBusy(
                f"The session {self._name} is open in another chat. Leave that one first, or start a new session."
            ) from error

    def release(self) -> None:
        """Remove the lock's file while the lock is still held, so that only its holder can, and release it."""
        with suppress(OSError):  # Windows lets nobody remove an open file: it stays, and does no harm
            self._file.unlink()
        self._lock.release()


def make_private(folder: Path) -> None:
    """Make the folder for its owner only; an existing one keeps its permissions."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)


@contextmanager
def _faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SessionError(
            f"The session cannot be saved in {folder} ({error.strerror or error}). Make space or choose another folder "
            "with the setting sessions; or turn saving off with save_sessions."
        ) from error
