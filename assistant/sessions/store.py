"""The folder of saved sessions: create, resume, list and delete them.

    store = SessionStore(folder)
    with store.create(library="/news", embedder="minilm", model="", program="1.0") as saving:
        saving.append(turn, filters)           # on the disk when it returns
    with store.resume("latest") as saving:
        conversation.take_up(saving.turns)

Questions and answers may be confidential: a folder made here is its owner's alone (0700), and so is each file (0600).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from filelock import FileLock, Timeout

from assistant.errors import SessionBusy, SessionError, UsageError
from assistant.records import Citation, Filters, Turn
from assistant.safe_text import well_formed
from assistant.sessions import session_file
from assistant.sessions.session_file import Header, SavedTurn, Session, Summary

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
        self._lines: tuple[int, ...] = (1,) * len(turns)  # to take back with each turn: damaged ones stand before some
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
        self._lines += () if instead else (1,)

    def undo(self) -> None:
        """Take the last turn back. Raises `UsageError` when there is none."""
        if not self.saved:
            raise UsageError("There is no turn to take back.")
        self._write(session_file.UNDO * self._lines[-1])
        self.saved, self._lines = self.saved[:-1], self._lines[:-1]

    def rename(self, name: str) -> None:
        """Give it this name, on one line; "" takes a name away. Raises `UsageError` for a long one."""
        named = " ".join(well_formed(name).split())
        if len(named) > LONGEST_NAME:
            raise UsageError(f"The name has {len(named):,} characters; at most {LONGEST_NAME} are kept.")
        self._write(session_file.name_line(named))

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
        """Lock and read the existing file, for `SessionStore.resume`; damage at its end is removed or taken back.

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
                session_file.write_durably(self._descriptor, session_file.UNDO * session.damaged_at_end)
        except SessionError:
            self.close()
            raise
        self.header, self.saved, self.notices = session.header, session.turns, session.notices
        self._lines = session.lines


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


LONGEST_NAME = 100  # characters
LATEST = "latest"  # in the place of an id: the session that was changed last
_ID = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{6}(?:-[0-9]{1,4})?")


class Listing(NamedTuple):
    """The saved sessions."""

    sessions: tuple[Summary, ...]  # the one changed last first
    notices: tuple[str, ...]  # about files that cannot be read


class SessionStore:
    """The sessions saved in one folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read or made yet."""
        self.folder = folder

    def create(self, *, library: str, embedder: str, model: str, program: str) -> OpenSession:
        """Return a new session; its file is created with its first turn."""
        started = session_file.now()
        header = Header(
            id=f"{started:%Y-%m-%d-%H%M%S}",
            started=started,
            library=library,
            embedder=embedder,
            model=model,
            program=program,
        )
        return OpenSession(self.folder, header)

    def resume(self, name: str, *, library: str = "") -> OpenSession:
        """Resume a session: its turns are in `turns`, what could not be read in `notices`.

        `name` is as for `find`. Raises `UsageError` when there is none, `SessionBusy` when another process writes to
        it, `SessionError` when it cannot be read or was written by a newer program.
        """
        header = session_file.split_file(self._file(self.find(name, library=library))).header
        session = OpenSession(self.folder, header)
        session.take_up()
        return session

    def list(self) -> Listing:
        """Return all sessions. One that cannot be read is named in the notices and does not hide the others."""
        found, notices = [], []
        for file in self._files():
            try:
                found.append(session_file.summary(file))
            except SessionError as error:
                notices.append(str(error))
        found.sort(key=lambda summary: (summary.changed, summary.id), reverse=True)
        return Listing(tuple(found), tuple(notices))

    def find(self, name: str, *, library: str = "") -> str:
        """Return the id that `name` stands for: an id, the beginning of only one id, or "latest".

        With `library`, "latest" looks only at sessions held on the library in that folder. Raises `UsageError`.
        """
        ids = [file.stem for file in self._files()]
        if name == LATEST:
            newest = self.latest(library)
            fitting = [newest] if newest else []
        else:
            fitting = [name] if name in ids else [known for known in ids if name and known.startswith(name)]
        if len(fitting) > 1:
            raise UsageError(f"{name!r} begins the names of {len(fitting)} sessions: {', '.join(fitting[:5])} …")
        if not fitting:
            which = f" {name!r}" if name != LATEST else " of this archive" * bool(library)
            remedy = "list them with: assistant sessions" if ids else "assistant chat saves them as you ask"
            raise UsageError(f"There is no saved session{which} in {self.folder}; {remedy}")
        return fitting[0]

    def latest(self, library: str = "") -> str | None:
        """Return the id of the session that was changed last, among those on `library` if given."""
        return next((s.id for s in self.list().sessions if library in ("", s.library)), None)

    def load(self, name: str) -> Session:
        """Return the whole session. Raises `UsageError` when there is none, `SessionError` when it cannot be read."""
        return session_file.read_session(self._file(self.find(name)))

    def citation(self, ref: str) -> Citation | None:
        """Return the sentence cited under this reference in any session that can be read, None when there is none."""
        wanted = ref.strip().lower()
        for file in self._files():
            with suppress(OSError, SessionError):
                turns = session_file.read_session(file).turns if wanted.encode() in file.read_bytes() else ()
                found = (c for saved in turns for c in saved.turn.answer.evidence if c.ref == wanted)
                if citation := next(found, None):
                    return citation
        return None

    def delete(self, name: str) -> str:
        """Delete a session and return its id. Raises `SessionBusy` while it is being written."""
        session_id = self.find(name)
        file = self._file(session_id)
        lock = SessionLock(file)
        lock.acquire()
        try:
            file.unlink()
        except OSError as error:
            raise SessionError(f"{file} cannot be removed ({error.strerror or error}).") from error
        finally:
            lock.release()
        return session_id

    def _files(self) -> tuple[Path, ...]:
        """Return the files in which a turn was saved; an empty one belongs to a chat that has just begun."""
        found = self.folder.glob("*.jsonl")
        return tuple(sorted(f for f in found if _ID.fullmatch(f.stem) and f.is_file() and f.stat().st_size))

    def _file(self, session_id: str) -> Path:
        return session_file.file_of(self.folder, session_id)
