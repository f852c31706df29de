"""One writer at a time: two processes that write to one Chroma folder corrupt it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import LibraryLocked
from assistant.library.faults import disk_faults


class WriterLock:
    """The lock of a library folder, held by the operating system: it ends with the process that holds it."""

    def __init__(self, folder: Path) -> None:
        """Nothing is locked yet."""
        self._folder = folder
        self._lock = FileLock(str(folder / "writer.lock"), thread_local=False)
        self._pid_file = folder / "writer.pid"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; within one process it may be taken again inside. Raises `LibraryLocked` at once if taken."""
        with disk_faults(self._folder):
            self._acquire()
        try:
            with disk_faults(self._folder):
                self._pid_file.write_text(str(os.getpid()), encoding="ascii")
            yield
        finally:
            if self._lock.lock_counter == 1:
                with suppress(OSError):
                    self._pid_file.unlink()
            self._lock.release()

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise LibraryLocked(
                f"Another process{self._holder()} is writing to the library {self._folder}. "
                "Wait until it is done, or stop it, then try again."
            ) from error

    def _holder(self) -> str:
        try:
            return f" (process {int(self._pid_file.read_text(encoding='ascii'))})"
        except (OSError, ValueError):
            return ""
