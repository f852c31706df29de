"""Files of an archive: which ones are there, and why others are left out."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.articles.formats import format_by_name, unknown_type
from assistant.errors import UsageError
from assistant.records import Skipped


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
    """Yield every file under `paths`, each once, in the order of names; and what is left out, with the reason.

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
    """Yield the files under `root`, which is resolved. A stack, not recursion: folders may be nested deeply."""
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
    """Return `path`, or why it cannot be an article."""
    source = printable(path)
    if source != str(path):
        return Skipped(source=source, reason="its name is not valid UTF-8; rename it")
    if format_by_name(path.name) is None:
        return Skipped(source=source, reason=unknown_type(path.name))
    return path


def printable(path: Path) -> str:
    """Return the path as text; bytes that are not UTF-8 become escapes, since no id can be made of them."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def os_reason(err: OSError) -> str:
    """Return why the system refuses a file, in plain words."""
    if isinstance(err, FileNotFoundError):
        return "is gone: it was moved or deleted meanwhile"
    if isinstance(err, PermissionError):
        return "may not be read; give yourself the permission"
    if isinstance(err, gzip.BadGzipFile):
        return "is not valid gzip data; unpack it, or fetch it again"
    return f"cannot be read: {err.strerror or 'the system gives no reason'}"
