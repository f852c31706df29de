"""ZIP and TAR archives: every member is read as the document that it is, and named "archive.zip#folder/member.html".

Nothing is ever written to the disk, so a name such as "../../x" or a link could do no harm here; they are refused all
the same, because what they name is not what the archive holds. All that is unpacked, archives within archives included,
counts against one allowance, made from the size of the outermost file.
"""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import Any, cast

from assistant.articles.build import Item
from assistant.articles.formats import format_by_name
from assistant.articles.raw_document import CHUNK, Allowance, Bounded, Bytes, RawDocument, unpacked
from assistant.articles.read import read_member
from assistant.articles.text import UnreadableError, one_line
from assistant.records import Skipped
from assistant.wording import plural

_DEPTH = 3  # archives within each other
_DIRECTORY = 100_000_000  # bytes of a ZIP file's list of members, about a million of them
_TAR_READ = 20_000_000  # bytes asked for at once: no member's header has more
_IN_MEMORY = 10_000_000  # bytes of an inner archive kept in memory; beyond, in a temporary file without a name
_NAME = 1000  # characters of a member's name
_OTHERS_SHOWN = 8  # kinds of files left out that are named
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = "is a damaged archive, or none; unpack it yourself, or fetch it again"


@dataclass(frozen=True, slots=True)
class _Member:
    """A regular file of an archive."""

    name: str  # as written there
    open: Callable[[], AbstractContextManager[Bytes]]


def read_zip(document: RawDocument) -> Iterator[Item]:
    """Yield the items of all members of a ZIP file."""
    with _seekable(document) as stream:
        check_directory(stream, _DIRECTORY)
        try:
            archive = zipfile.ZipFile(cast(Any, stream))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as err:
            raise UnreadableError(_DAMAGED) from err
        with archive:
            yield from _items(document, _zip_members(archive, document.allowance))


def read_tar(document: RawDocument) -> Iterator[Item]:
    """Yield the items of all members of a TAR file, packed with gzip or not."""
    name = document.name.lower()
    packed = replace(document, name="tar.gz") if name.endswith((".tgz", ".tar.gz")) else document
    with unpacked(packed) as stream:
        try:
            archive = tarfile.TarFile(fileobj=cast(Any, _Forward(stream)), ignore_zeros=False)
        except (tarfile.TarError, ValueError, EOFError) as err:
            raise UnreadableError(_DAMAGED) from err
        with closing(archive):
            yield from _items(document, _tar_members(archive))


def _items(document: RawDocument, members: Iterator[_Member | Skipped]) -> Iterator[Item]:
    """Yield what the members hold, and one item for all of unknown types."""
    if document.depth >= _DEPTH:
        raise UnreadableError(f"lies in {_DEPTH} archives, one within the other; unpack it yourself")
    others: Counter[str] = Counter()
    for member in members:
        if isinstance(member, Skipped):
            yield replace(member, source=f"{document.source}#{member.source}")
            continue
        name = member.name.replace("\\", "/")
        path = PurePosixPath(name)
        if _is_hidden(path):
            continue
        source = f"{document.source}#{one_line(name, _NAME)}"
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            yield Skipped(source=source, reason="has a name that leads out of the archive")
        elif format_by_name(path.name) is None:
            others[path.suffix.lower() or "(no suffix)"] += 1
        else:
            inner = RawDocument(
                name=path.name,
                source=source,
                raw=member.open,
                allowance=document.allowance,
                depth=document.depth + 1,
                fields=document.fields,
            )
            yield from read_member(inner)
    if others:
        listed = ", ".join(f"{one_line(kind, 20)} {count:,}" for kind, count in others.most_common(_OTHERS_SHOWN))
        reason = f"holds {plural(sum(others.values()), 'file')} of unknown types: {listed}"
        yield Skipped(source=document.source, reason=reason)


def _is_hidden(path: PurePosixPath) -> bool:
    """Whether a member is hidden, or a copy of metadata that macOS puts in."""
    return (
        not path.parts or any(part.startswith(".") and part != ".." for part in path.parts) or "__MACOSX" in path.parts
    )


# --------------------------------------------------------------------------------------------------------------------
# ZIP


def _seekable(document: RawDocument) -> AbstractContextManager[Bytes]:
    """Return the bytes of a ZIP file, copied out when it lies in an archive: its list of members stands at its end."""
    if not document.depth and not document.packed:
        return document.raw()
    copy = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed by the caller
    with unpacked(document) as stream:
        while chunk := stream.read(CHUNK):
            copy.write(chunk)
    copy.seek(0)
    return cast(AbstractContextManager[Bytes], copy)


def check_directory(stream: Bytes, longest: int) -> None:
    """Refuse a list of members of more than `longest` bytes, which would fill the memory, before it is read."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 70_000))  # the longest end record, its comment included
    tail = stream.read(70_000)
    at = tail.rfind(b"PK\x05\x06")
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if length == 0xFFFFFFFF:  # written in 64 bits in another record
        at = tail.rfind(b"PK\x06\x06")
        length = int.from_bytes(tail[at + 40 : at + 48], "little") if at >= 0 else 0
    if length > longest:
        raise UnreadableError("lists more members than an archive of news has; unpack it yourself")
    stream.seek(0)


def _zip_members(archive: zipfile.ZipFile, allowance: Allowance) -> Iterator[_Member | Skipped]:
    for info in archive.infolist():
        fault = _zip_fault(info)
        if fault:
            yield Skipped(source=one_line(info.filename, _NAME), reason=fault)
        elif not info.is_dir():
            yield _Member(info.filename, lambda info=info: _zip_stream(archive, info, allowance))  # type: ignore[misc]  # the default binds it


def _zip_fault(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 0x1:
        return "is locked with a password; unpack it yourself"
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        return "is a link; name its target to take it"
    return "" if info.compress_type in _METHODS or info.is_dir() else "is packed in an unusual way; unpack it yourself"


def _zip_stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance) -> AbstractContextManager[Bytes]:
    try:
        stream = archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, struct.error, ValueError) as err:
        raise UnreadableError(_DAMAGED) from err
    return io.BufferedReader(_Checked(cast(Bytes, stream), allowance), CHUNK >> 4)


class _Checked(Bounded):
    """A member's bytes; a fault of the archive becomes a reason."""

    def readinto(self, buffer: Any, /) -> int:
        """Fill `buffer` as far as one read of the member does."""
        try:
            return super().readinto(buffer)
        except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error) as err:
            raise UnreadableError("is damaged in the archive; fetch the archive again") from err


# --------------------------------------------------------------------------------------------------------------------
# TAR


class _Forward:
    """A stream that `tarfile` may seek in, forward and one byte back: it never needs more in a single pass.

    Refuses what only a damaged or hostile file makes it do: read a header of many megabytes, or go back.
    """

    def __init__(self, stream: Bytes) -> None:
        self._stream = stream
        self._at = 0
        self._last = b""  # the byte before `_at`
        self._again = b""  # that byte, when it is to be read once more

    def tell(self) -> int:
        return self._at

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _TAR_READ:
            raise tarfile.ReadError("a header of many megabytes")
        data = self._again + self._stream.read(size - len(self._again))
        self._again = b""
        self._at += len(data)
        self._last = data[-1:] or self._last
        return data

    def seek(self, position: int) -> int:
        if position == self._at - 1 and self._last and not self._again:
            self._again, self._at = self._last, position
        elif position < self._at:
            raise tarfile.ReadError("goes back")
        while (left := position - self._at) > 0 and self.read(min(left, CHUNK)):
            pass
        return self._at


def _tar_members(archive: tarfile.TarFile) -> Iterator[_Member | Skipped]:
    while info := _next(archive):
        archive.members = []  # type: ignore[attr-defined]  # else it keeps every member that it has passed
        name = one_line(info.name, _NAME)
        if info.isdir():
            continue
        if info.size < 0:
            raise UnreadableError(_DAMAGED)
        if not info.isreg() or info.issparse():
            yield Skipped(source=name, reason="is a link, a device or a file with holes, not a plain file")
        else:
            yield _Member(info.name, lambda info=info: _tar_stream(archive, info))  # type: ignore[misc]  # the default binds it


def _next(archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    try:
        return archive.next()
    except (tarfile.TarError, ValueError, EOFError, zlib.error, OverflowError) as err:
        raise UnreadableError("is damaged, so the rest of it cannot be read; fetch it again") from err


def _tar_stream(archive: tarfile.TarFile, info: tarfile.TarInfo) -> AbstractContextManager[Bytes]:
    stream = archive.extractfile(info)
    if stream is None:
        raise UnreadableError(_DAMAGED)
    # Bytes of a packed archive were counted when they were unpacked; here only faults are reported.
    return io.BufferedReader(_Checked(cast(Bytes, stream), Allowance(info.size)), CHUNK >> 4)
