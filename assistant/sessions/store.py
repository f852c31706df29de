"""The folder of saved sessions: create, resume, list and delete them.

    store = SessionStore(folder)
    with store.create(library="/news", embedder="minilm", model="", program="1.0") as saving:
        saving.append(turn, filters)           # on the disk when it returns
    with store.resume("latest") as saving:
        conversation.take_up(saving.turns)

Questions and answers may be confidential: a folder made here is its owner's alone (0700), and so is each file (0600).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from assistant.errors import SessionError, UsageError
from assistant.records import Citation
from assistant.sessions import session_file
from assistant.sessions.session_file import Header, Session, Summary
from assistant.sessions.writing import OpenSession, SessionLock

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
        """Return the sentence cited under this reference in any saved session, None when there is none."""
        wanted = ref.strip().lower()
        for file in self._files():
            if wanted.encode() in file.read_bytes():
                answers = (saved.turn.answer for saved in session_file.read_session(file).turns)
                found = (c for answer in answers for c in answer.evidence if c.ref == wanted)
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
