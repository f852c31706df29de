"""The library's folder on disk: faults as errors that say what to do, locks, the consistency marker, a read-only copy.

Everything here lies below the catalog and the indexes, and knows of neither what they hold.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from assistant.errors import LibraryError, LibraryLocked

# --------------------------------------------------------------------------------------------------------------------
# Faults of the disk


AGAIN = "then run the same command again: nothing that was recorded is lost."
FULL = f"The disk with {{}} is full. Make space, {AGAIN}"
FORBIDDEN = "{} may not be written here. Give yourself the permission, or choose another folder with --library."
_NO_FOLDER = "{} cannot be a folder: there is a file of that name. Choose another folder with --library."
_BY_NUMBER = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
    errno.EROFS: FORBIDDEN,
    errno.EEXIST: _NO_FOLDER,
    errno.ENOTDIR: _NO_FOLDER,
}


def may_not_be_written(place: object) -> LibraryError:
    """What to raise when something is to be written where only reading is allowed."""
    return LibraryError(FORBIDDEN.format(place))


@contextmanager
def disk_faults(place: Path) -> Iterator[None]:
    """Raises `LibraryError` for an `OSError` inside the block; `place` is what was to be written."""
    try:
        yield
    except OSError as error:
        words = _BY_NUMBER.get(error.errno or 0)
        why = words.format(place) if words else f"{place} cannot be used ({error.strerror or error})."
        raise LibraryError(why) from error


# --------------------------------------------------------------------------------------------------------------------
# Locks


PATIENCE_S = 1.0  # longer than anybody holds the lock only to see whether it is free
_MOMENT_S = 120.0  # longer than one change of the indexes takes


class WriterLock(Protocol):
    """One writer at a time: two processes that write to one folder of the vector index corrupt it."""

    def held(self, wait_s: float = PATIENCE_S) -> AbstractContextManager[None]:
        """Hold the lock; within one process it may be taken again inside. Raises `LibraryLocked` if it stays taken."""

    def is_held_elsewhere(self) -> bool:
        """Whether another process writes at this moment."""


class FileWriterLock:
    """`WriterLock` on a file in the library's folder, held by the operating system: it ends with its process."""

    def __init__(self, folder: Path) -> None:
        """Nothing is locked yet."""
        self._folder = folder
        self._lock = FileLock(str(folder / "writer.lock"), thread_local=False)
        self._holder_file = folder / "writer.pid"

    @contextmanager
    def held(self, wait_s: float = PATIENCE_S) -> Iterator[None]:
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
    """Held while the files of an index change, and while they are opened: a file half written is not read."""

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


# --------------------------------------------------------------------------------------------------------------------
# The consistency marker


_SMALL = 1_000_000  # bytes

Fingerprint = Mapping[str, list[int]]  # part of what an index stores -> numbers that differ after any change


@dataclass(frozen=True, slots=True)
class ConsistencyMarker:
    """What the consistency marker says."""

    number: int  # of the marker; the catalog has the same
    passages: int  # in the catalog and in each index
    indexes: Mapping[str, Fingerprint]  # by the name of the index
    library: str = ""  # where a log is followed: the name of the folder, which is that of the library on every host


class MarkerFile:
    """A file in the library's folder which says that the indexes hold exactly what the catalog says.

    Removed before an index is changed and written when the change is complete, so it is missing after a crash. It holds
    the fingerprints of the indexes and the catalog's own count of such markers: it is not valid for files that were
    touched since, nor for a catalog that was put back from elsewhere. Where it is valid, nothing need be counted, read
    through or probed.
    """

    def __init__(self, folder: Path, *, keeps_number: bool = False) -> None:
        """With `keeps_number` a removed marker leaves its number, as of which the catalog's log is followed."""
        self._file = folder / "indexes.json"
        self._keeps_number = keeps_number

    def read(self) -> ConsistencyMarker | None:
        """Return the marker, None when there is none that can be read."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            numbers, library = (int(found["number"]), int(found["passages"])), str(found.get("library", ""))
            return ConsistencyMarker(*numbers, dict(found["files"]), library)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, marker: ConsistencyMarker) -> None:
        """Write the marker in one step."""
        draft = self._file.with_name(f"{self._file.name}.new")
        content: dict[str, object] = {"number": marker.number, "passages": marker.passages, "files": marker.indexes}
        if self._keeps_number:
            content["library"] = self._file.parent.name
        draft.write_text(json.dumps(content), encoding="utf-8")
        draft.replace(self._file)

    def remove(self) -> None:
        """Called before anything is changed."""
        marker = self.read() if self._keeps_number else None
        if marker is None:
            self._file.unlink(missing_ok=True)
        elif marker.indexes:
            self.write(ConsistencyMarker(marker.number, marker.passages, {}))


def size_on_disk(folder: Path) -> int:
    """Return the bytes of all files in a folder and the folders within; files may come and go meanwhile."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(place) / name).stat().st_size
    return total


# --------------------------------------------------------------------------------------------------------------------
# A read-only library


class ReadOnlyCopy:
    """A temporary folder for a library that may only be read, removed by `close` or with this object.

    Indexes and catalog all write beside what they read: locks, logs of changes, notes. They do so in here. Big files
    are linked to; those that are small, or change by being opened, are copied.
    """

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="assistant-")
        self.folder = Path(self._temporary.name)

    def take(self, path: Path, unsteady: tuple[str, ...]) -> Path:
        """Return a file, or a folder with all its files, as it stands in here under the same name."""
        if path.is_dir():
            for inner in path.rglob("*"):
                if inner.is_file():
                    _stand_in(inner, self.folder / inner.relative_to(path.parent), unsteady)
        elif path.exists():
            _stand_in(path, self.folder / path.name, unsteady)
        return self.folder / path.name

    def copy(self, file: Path) -> None:
        """Put a copy of a file in here."""
        shutil.copyfile(file, self.folder / file.name)

    def close(self) -> None:
        """Remove the folder."""
        self._temporary.cleanup()


def _stand_in(file: Path, place: Path, unsteady: tuple[str, ...]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if file.stat().st_size > _SMALL and not file.name.endswith(unsteady):
        try:
            place.symlink_to(file.absolute())
            return
        except OSError:  # not everywhere may everybody make links
            pass
    shutil.copyfile(file, place)


class IndexFolder:
    """The folder where an index keeps its files, or its copy where the library may only be read."""

    def __init__(
        self,
        home: Path,
        unsteady: tuple[str, ...],
        copy: ReadOnlyCopy | None = None,
        *,
        unset: tuple[str, str] = ("", ""),
    ) -> None:
        """Nothing is copied before `path` is asked for.

        `unsteady` are endings of files that change by being opened; `unset` names a file that holds bytes which nobody
        set, other ones each time, as long as the second file beside it is empty.
        """
        self.home = home
        self._unsteady = unsteady
        self._unset = unset
        self._copy = copy

    @cached_property
    def path(self) -> Path:
        """The folder to work in, which need not exist."""
        return self.home if self._copy is None else self._copy.take(self.home, self._unsteady)

    def fingerprint(self) -> Fingerprint:
        """Return size, and checksum or time of the last change, of all files but the unsteady ones."""
        files = (file for file in sorted(self.home.rglob("*")) if not file.name.endswith(self._unsteady))
        return {file.relative_to(self.home).as_posix(): _facts(file, self._unset) for file in files if file.is_file()}


def _facts(file: Path, unset: tuple[str, str]) -> list[int]:
    """Size, and the time of the last change in nanoseconds; of a small file its CRC-32, or 0 where bytes are unset.

    The vector index writes the files of an empty graph again, unchanged, whenever they are opened.
    """
    found = file.stat()
    if found.st_size > _SMALL:
        return [found.st_size, found.st_mtime_ns]
    beside = file.with_name(unset[1]) if file.name == unset[0] else file
    is_unset = beside != file and beside.is_file() and beside.stat().st_size == 0
    return [found.st_size, 0 if is_unset else zlib.crc32(file.read_bytes())]


def is_copy(found: Fingerprint, original: Fingerprint) -> bool:
    """Whether these are the files of another folder: by their sizes, and small ones by their checksums."""
    if found.keys() != original.keys():
        return False
    pairs = [(facts, original[name]) for name, facts in found.items()]
    return all(facts == other or (facts[0] > _SMALL and facts[:1] == other[:1]) for facts, other in pairs)


def place_in(folder: Path) -> Path:
    """Return where in the folder of an index the present one stands: each rebuilt index has a place of its own.

    Another process may have the one before still open. SQLite takes the log of changes beside a database by its name:
    that process would find the log of the new database beside the old one, which is deleted, and undo what it holds.
    """
    number = _newest(folder)
    return folder / str(number) if number else folder


def remove_places(folder: Path) -> None:
    """Delete all that is in the folder of an index, and make a new place in it for the rebuilt one.

    The place comes first: after a crash in between, its number is not given out again.
    """
    fresh = next_place(folder)
    with suppress(OSError):  # making it again will meet the same fault and name it
        if not folder.is_dir():
            folder.unlink(missing_ok=True)
        fresh.mkdir(parents=True)
        for inner in folder.iterdir():
            if inner.is_dir() and inner != fresh:
                shutil.rmtree(inner, ignore_errors=True)
            elif inner != fresh:
                inner.unlink()


def next_place(folder: Path) -> Path:
    """Return where in the folder of an index a new one is to stand, see `place_in`."""
    return folder / str(_newest(folder) + 1)


def _newest(folder: Path) -> int:
    """Return the number of the newest place, 0 when none has a number."""
    return max((int(place.name) for place in folder.glob("*") if place.name.isdecimal()), default=0)
