"""Files of an archive: which ones are there, and their bytes within bounds."""

from __future__ import annotations

import gzip
import io
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from assistant.corpus.text import UnreadableError, one_line
from assistant.errors import UsageError
from assistant.records import Skipped

TEXT = (".txt", ".text")
MARKDOWN = (".md", ".markdown")
WEB_PAGE = (".html", ".htm", ".xhtml")
JSON = (".json",)
JSON_LINES = (".jsonl", ".ndjson")
KNOWN = (*TEXT, *MARKDOWN, *WEB_PAGE, *JSON, *JSON_LINES)
PACKED = ".gz"

# A packed file is refused once it has unpacked to more than both: news text packs to a third or a tenth, and even
# very repetitive rows to a fiftieth; a file made to fill the memory packs to a thousandth.
_UNPACKED_FREELY = 100_000_000  # bytes
_UNPACKED_RATIO = 200
_CHUNK = 1 << 20  # bytes read at a time

OnBytes = Callable[[int], None]


def ignored(_: int) -> None:
    """For whoever does not want to know how many bytes were read."""


def check_paths(paths: Sequence[Path]) -> None:
    """Raise `UsageError` when none of the paths exists; one among others `find_files` leaves out, with the reason."""
    missing = [path for path in paths if not _exists(path)]
    if missing and len(missing) == len(paths):
        named = ", ".join(printable(path) for path in missing[:3])
        raise UsageError(f"No such file or folder: {named}. Check the spelling and the folder that you are in.")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # no permission for a folder above it, a name too long, a zero byte in it
        return False


def find_files(paths: Sequence[Path]) -> Iterator[Path | Skipped]:
    """Every file to read under `paths`, each once, folders in the order of their names; and what is left out, and why.

    Inside a folder, hidden files and folders are passed over, links to folders are not followed (so there are no
    loops), and links to files are followed only to targets inside that folder. Paths given by name are always taken.
    """
    seen: set[Path] = set()
    for path in paths:
        if not _exists(path):
            yield Skipped(source=printable(path), reason="there is no such file or folder; check the spelling")
            continue
        found = _walk(path.resolve()) if path.is_dir() else iter([_checked(path)])
        for item in found:
            if isinstance(item, Skipped):
                yield item
            elif (target := item.resolve()) not in seen:
                seen.add(target)
                yield item


def _walk(root: Path) -> Iterator[Path | Skipped]:
    """The files under `root`, which is resolved. A stack, not recursion: folders may be nested deeply."""
    waiting = [root]
    while waiting:
        path = waiting.pop()
        if path.is_symlink() and (reason := _link_fault(path, root)):
            yield Skipped(source=printable(path), reason=reason)
        elif not path.is_dir():
            yield _checked(path)
        elif not path.is_symlink():
            try:
                entries = sorted(path.iterdir(), key=lambda entry: entry.name, reverse=True)
            except OSError as err:
                yield Skipped(source=printable(path), reason=os_reason(err))
                continue
            waiting.extend(entry for entry in entries if not entry.name.startswith("."))


def _link_fault(link: Path, root: Path) -> str:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13
        return "is a link to nothing"
    if not target.is_relative_to(root):
        return "is a link that leaves the folder; name its target to take it"
    return ""


def _checked(path: Path) -> Path | Skipped:
    """`path`, or why it cannot be an article."""
    source = printable(path)
    if source != str(path):
        return Skipped(source=source, reason="its name is not valid UTF-8; rename it")
    if kind_of(path) is None:
        return Skipped(source=source, reason=unknown_type(path))
    return path


def unknown_type(path: Path) -> str:
    """The reason for leaving out a file of another kind."""
    suffix = one_line(path.suffix, 20) or "(no suffix)"
    return f"unknown type {suffix}; known: {' '.join(KNOWN)}, each also with {PACKED}"


def kind_of(path: Path) -> str | None:
    """The known suffix of a file in lower case, without `.gz`; None for an unknown one."""
    name = path.name.lower().removesuffix(PACKED)
    return next((suffix for suffix in KNOWN if name.endswith(suffix) and name != suffix), None)


def printable(path: Path) -> str:
    """The path as text; bytes of a name that are not UTF-8 are written as escapes, since no id can be made of them."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def os_reason(err: OSError) -> str:
    """Why the system refuses a file, in plain words."""
    if isinstance(err, FileNotFoundError):
        return "is gone: it was moved or deleted meanwhile"
    if isinstance(err, PermissionError):
        return "may not be read; give yourself the permission"
    if isinstance(err, gzip.BadGzipFile):
        return "is not valid gzip data; unpack it, or fetch it again"
    return f"cannot be read: {err.strerror or 'the system gives no reason'}"


class _Counted(io.FileIO):
    """A file that tells how many bytes are taken from the disk."""

    def __init__(self, path: Path, on_bytes: OnBytes) -> None:
        super().__init__(path)
        self._on_bytes = on_bytes

    def readinto(self, buffer: Any, /) -> int:
        taken = super().readinto(buffer) or 0
        self._on_bytes(taken)
        return taken


@contextmanager
def open_file(path: Path, on_bytes: OnBytes = ignored) -> Iterator[BinaryIO]:
    """A regular file for reading, unpacked when its name ends in `.gz`. Anything else (a pipe, a device) is refused.

    `on_bytes` is told of the bytes as they are taken from the disk, before they are unpacked.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnreadableError("is not a regular file")
    with io.BufferedReader(_Counted(path, on_bytes), _CHUNK >> 4) as stream:
        if path.name.lower().endswith(PACKED):
            with gzip.GzipFile(fileobj=stream) as unpacked:
                yield cast(BinaryIO, unpacked)
        else:
            yield stream


def growth_check(path: Path) -> Callable[[int], None]:
    """A function that takes the number of bytes read so far and refuses a packed file that unpacks to far too much."""
    allowed = max(_UNPACKED_FREELY, _UNPACKED_RATIO * path.stat().st_size)
    packed = path.name.lower().endswith(PACKED)

    def check(read: int) -> None:
        if packed and read > allowed:
            raise UnreadableError(
                f"unpacks to over {_UNPACKED_RATIO} times its size; unpack it yourself if you trust it"
            )

    return check


def read_whole(path: Path, limit: int, refusal: UnreadableError) -> bytes:
    """All bytes of a file, unpacked. Raises `refusal` beyond `limit` bytes; never holds more than that."""
    chunks: list[bytes] = []
    read = 0
    check = growth_check(path)
    with open_file(path) as stream:
        while chunk := stream.read(_CHUNK):
            chunks.append(chunk)
            read += len(chunk)
            check(read)
            if read > limit:
                raise refusal
    return b"".join(chunks)
