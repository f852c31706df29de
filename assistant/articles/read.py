"""Reading: which files are there, and from a file, page or stream of any known format to `Article` records."""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from assistant.articles.build import Item, Notice, Origin, read_single
from assistant.articles.fields import GUESS, FieldMap
from assistant.articles.formats import PACKED, Holds, format_by_name, unknown_type
from assistant.articles.raw_document import (
    CHUNK,
    OnBytes,
    ParallelMap,
    RawDocument,
    TooMuchError,
    ignored,
    of_path,
    of_stream,
    sequential_map,
    whole,
)
from assistant.articles.text import UnreadableError
from assistant.errors import UsageError
from assistant.records import Article, Skipped

_STDIN = "stdin"
_UNPACKED = 4  # times its size is text that was packed
_LISTED = 1000  # items left out of one file that are listed; more would fill the memory and help no user


@dataclass(frozen=True, slots=True)
class Given:
    """Items that come from no file, such as a fetched page; an ingest takes them like those of a file."""

    name: str  # for the progress line
    items: Iterable[Item]  # gone through once

    def __str__(self) -> str:
        """As shown while it is read."""
        return self.name


def read_file(
    path: Path, fields: FieldMap = GUESS, on_bytes: OnBytes = ignored, parallel_map: ParallelMap = sequential_map
) -> Iterator[Item]:
    """Yield the articles of a file, what was left out and why, and notices of what the user should know.

    JSON Lines, WARC files and archives are read piece by piece, never whole. A fault of the file ends the reading with
    one `Skipped`; a fault of a row, a record or a member costs that one. `fields` concerns JSON only. Article sources
    are the address or the id for rows and records, "archive.zip#member" in archives, else the absolute path.
    `on_bytes` is called with the number of bytes of the file that were just read; `parallel_map` is given rows of JSON.

    Raises `UsageError` when `fields` names a key that the first row of a JSON file does not have.
    """
    source = path.resolve().as_posix()
    if source != (shown := printable(path.resolve())):
        yield Skipped(source=shown, reason="its name is not valid UTF-8; rename it")
        return
    try:
        document = of_path(path, source, on_bytes=on_bytes, fields=fields, parallel_map=parallel_map)
    except (OSError, UnreadableError) as err:
        yield Skipped(source=source, reason=os_reason(err) if isinstance(err, OSError) else str(err))
        return
    yield from read_document(document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an ingest would take in and leave out of the first rows or files."""

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...]
    notices: tuple[Skipped, ...]  # what to know of those that would be taken
    more: bool  # not everything was read


def preview(sources: Iterable[Path | Given], fields: FieldMap = GUESS, limit: int = 5) -> Preview:
    """Read the first `limit` articles or skipped rows of the sources, in their order; nothing is stored."""
    items = (item for source in sources for item in _items_of(source, fields))
    read: list[Item] = []
    for item in items:
        if sum(not isinstance(one, Notice) for one in read) >= limit and not isinstance(item, Notice):
            return _preview(read, more=True)
        read.append(item)
    return _preview(read, more=False)


def _items_of(source: Path | Given, fields: FieldMap) -> Iterator[Item]:
    if isinstance(source, Given):
        yield from source.items
        return
    for file in find_files([source]):
        yield from [file] if isinstance(file, Skipped) else read_file(file, fields)


def _preview(items: Sequence[Item], *, more: bool) -> Preview:
    return Preview(
        articles=tuple(item for item in items if isinstance(item, Article)),
        skipped=tuple(item for item in items if isinstance(item, Skipped)),
        notices=tuple(Skipped(source=item.source, reason=item.text) for item in items if isinstance(item, Notice)),
        more=more,
    )


def read_single_file(path: Path, fields: FieldMap = GUESS) -> list[Item]:
    """Return the items of a file that holds one article."""
    return list(read_file(path, fields))


def read_stream(stream: IO[bytes], fields: FieldMap = GUESS) -> Iterator[Item]:
    """Yield the articles that standard input holds, of the format that its first bytes show.

    A single article is named by its content ("stdin#1f2e…"), so that two texts given one after the other are two
    articles. The bytes go through a temporary file, since some formats are read from their end.
    """
    with TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy, CHUNK)
        size = copy.tell()
        copy.seek(0)
        if not size:
            yield Skipped(source=_STDIN, reason="is empty")
            return
        yield from read_document(of_stream(copy, size, _STDIN, fields))


def holds_one_article(path: Path) -> bool:
    """Whether a file is read whole, for one article, as its name says."""
    known = format_by_name(path.name)
    return known is not None and known.holds is Holds.ONE_ARTICLE


def memory_needed(path: Path, size: int) -> int:
    """Estimate the bytes of memory that a file of one article needs, when several are read at once."""
    known = format_by_name(path.name)
    size = size * _UNPACKED if path.name.lower().endswith(PACKED) else size
    return known.memory(size) if known else size


def read_document(document: RawDocument) -> Iterator[Item]:
    """Yield the items of a document that lies anywhere: see `read_file`."""
    yield from _merged(read_member(document), document.source)


def read_member(document: RawDocument) -> Iterator[Item]:
    """Yield the items of a document or of a member of an archive; a fault is its last item, and no error."""
    source = document.source
    try:
        yield from _items(document)
    except TooMuchError as err:
        if document.depth:
            raise  # ends the reading of the archives around it as well
        yield Skipped(source=source, reason=str(err))
    except UnreadableError as err:
        yield Skipped(source=source, reason=str(err))
    except (EOFError, zlib.error):
        yield Skipped(source=source, reason="is damaged gzip data or ends too early; fetch it again")
    except OSError as err:
        yield Skipped(source=source, reason=os_reason(err))


def _items(document: RawDocument) -> Iterator[Item]:
    known = document.format
    if known.holds is not Holds.ONE_ARTICLE:
        yield from known.read(document)
        return
    origin = Origin(source=document.source, name=document.name, url=document.url, charset=document.charset)
    yield from read_single(whole(document), known, origin)


def _merged(items: Iterable[Item], source: str) -> Iterator[Item]:
    """Yield the items, with notices of one kind as one notice at the end, and skips beyond the limit as a number."""
    firsts: dict[str, Notice] = {}
    counts: Counter[str] = Counter()
    left_out = 0
    for item in items:
        if isinstance(item, Notice) and item.kind:
            firsts.setdefault(item.kind, item)
            counts[item.kind] += 1
            continue
        left_out += isinstance(item, Skipped)
        if left_out <= _LISTED or not isinstance(item, Skipped):
            yield item
    if left_out > _LISTED:
        yield Skipped(source=source, reason=f"{left_out - _LISTED:,} more of its parts are left out for such reasons")
    for kind, first in firsts.items():
        number = counts[kind]
        yield first if number == 1 else Notice(source=source, text=f"{number:,} like {first.source}: {first.text}")


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
