"""One writer at a time: two processes that write to one Chroma folder corrupt it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import LibraryLocked
from assistant.library.faults import disk_faults

_PATIENCE_S = 1.0  # longer than anybody holds the lock only to see whether it is free
_MOMENT_S = 120.0  # longer than one change of the indexes takes


class WriterLock:
    """The lock of a library folder, held by the operating system: it ends with the process that holds it."""

    def __init__(self, folder: Path) -> None:
        """Nothing is locked yet."""
        self._folder = folder
        self._lock = FileLock(str(folder / "writer.lock"), thread_local=False)
        self._holder_file = folder / "writer.pid"

    @contextmanager
    def held(self, wait_s: float = _PATIENCE_S) -> Iterator[None]:
        """Hold the lock; within one process it may be taken again inside. Raises `LibraryLocked` if it stays taken."""
        with disk_faults(self._folder):
            self._acquire(wait_s)
        try:
            with disk_faults(self._folder):
                self._holder_file.write_text(f"{os.getpid()} {time.strftime('%Y-%m-%d %H:%M:%S')}", encoding="ascii")
            yield
        finally:
            if self._lock.lock_counter == 1:
                with suppress(OSError):
                    self._holder_file.unlink()
            self._lock.release()

    def is_held_elsewhere(self) -> bool:
        """Whether another process writes at this moment."""
        try:
            with self._lock.acquire(timeout=0):
                return False
        except Timeout:
            return True

    def _acquire(self, wait_s: float) -> None:
        try:
            self._lock.acquire(timeout=wait_s)
        except Timeout as error:
            raise LibraryLocked(
                f"Another process{self._holder()} is writing to the library {self._folder}. "
                "Wait until it is done, or stop it, then try again."
            ) from error

    def _holder(self) -> str:
        try:
            number, since = self._holder_file.read_text(encoding="ascii").split(" ", 1)
            return f" (process {int(number)}, since {since.strip()[:19]})"
        except (OSError, ValueError):
            return ""


class IndexLock:
    """Held while the files of the vector index change, and while they are opened: a file half written is not read."""

    def __init__(self, folder: Path) -> None:
        """Nothing is locked yet."""
        self._folder = folder
        self._lock = FileLock(str(folder / "indexes.lock"), thread_local=False)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, waiting for it; within one process it may be taken again inside."""
        with disk_faults(self._folder):
            try:
                self._lock.acquire(timeout=_MOMENT_S)
            except Timeout as error:
                raise LibraryLocked(
                    f"Another process has been changing the search indexes in {self._folder} for {_MOMENT_S:.0f} "
                    "seconds. Wait until it is done, or stop it, then try again."
                ) from error
        try:
            yield
        finally:
            self._lock.release()
