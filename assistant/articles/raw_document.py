"""A document: bytes that hold articles, wherever they lie. A file, a member of an archive, a page, standard input.

How much it may unpack to is bounded, and so are its lines, in memory and in time. A `ParallelMap` that comes with it
lets a format that holds many articles read them in other processes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import stat
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol, TypeVar, cast

from assistant.articles.fields import GUESS, FieldMap
from assistant.articles.formats import PACKED, FileFormat, Holds, format_by_bytes, format_by_name, unknown_type
from assistant.articles.text import SizeLimit, UnreadableError

T = TypeVar("T")
R = TypeVar("R")


class ParallelMap(Protocol):
    """A `map` that may use other processes."""

    def __call__(
        self, work: Callable[[T], R], items: Iterable[T], size: Callable[[T], int], name: Callable[[T], str]
    ) -> Iterator[R]:
        """Yield the result of `work` for each item, in their order. An error is raised when its item's turn comes.

        `work`, the items and the results can be pickled, and `work` looks at nothing but its item: it may be done in
        another process. Items may be taken well before their turn; `size` says how large one is, in bytes or
        thereabouts, so that the items under way stay small together. `name` is what a person calls an item, for the
        message when `work` on it ends the process.
        """


def sequential_map(
    work: Callable[[T], R], items: Iterable[T], size: Callable[[T], int], name: Callable[[T], str]
) -> Iterator[R]:
    """Do the work in this process, on each item when its result is asked for."""
    del size, name
    return map(work, items)


# A packed file is refused once it has unpacked to more than both: news text packs to a third or a tenth, and even
# very repetitive rows to a fiftieth; a file made to fill the memory packs to a thousandth.
UNPACKED_FREELY = 100_000_000  # bytes
UNPACKED_RATIO = 200
CHUNK = 1 << 20  # bytes read at a time

_BUFFER = CHUNK >> 4  # bytes
_LOOK = 8192  # bytes of a stream by which its format is recognised
_GZIP = b"\x1f\x8b"
_LINES = CHUNK >> 3  # bytes looked at for lines at a time
_INK = re.compile(rb"\S")

Bytes = io.BufferedIOBase
OnBytes = Callable[[int], None]


def ignored(_: int) -> None:
    """Do nothing: for callers that do not count the bytes."""


class TooMuchError(UnreadableError):
    """A packed file unpacks to far more than it should: the rest of it is not read."""


class Allowance:
    """How many bytes one file may unpack to, all its members and their members together."""

    def __init__(self, packed: int) -> None:
        """`packed`: bytes of the file as it lies on the disk."""
        self._left = max(UNPACKED_FREELY, UNPACKED_RATIO * packed)

    def spend(self, count: int) -> None:
        """Count bytes that were, or would be, unpacked. Raises `TooMuchError` beyond the allowance."""
        self._left -= count
        if self._left < 0:
            raise TooMuchError(f"unpacks to over {UNPACKED_RATIO} times its size; unpack it yourself if you trust it")


class Bounded(io.RawIOBase):
    """An unpacking stream whose bytes are counted against an allowance. Seeks forward only, as far as it was read."""

    def __init__(self, stream: Bytes, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill `buffer` as far as one read of the stream does."""
        data = self._stream.read1(min(len(buffer), CHUNK))
        self._allowance.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """Bytes that hold articles, and what readers need to know of them. Nothing is opened before `raw` is called."""

    name: str  # of the file, without its folders; its end shows the format
    source: str  # what identifies it: an absolute path, a web address, or "archive.zip#member"
    raw: Callable[[], AbstractContextManager[Bytes]]  # the bytes as they are stored; seekable unless in an archive
    allowance: Allowance
    known_format: FileFormat | None = None  # None: the name shows it
    url: str = ""  # where it was fetched from, "" when it was not
    charset: str = ""  # as a server declared it
    depth: int = 0  # archives around it
    fields: FieldMap = GUESS  # which keys of JSON rows hold what
    parallel_map: ParallelMap = sequential_map  # how JSON rows are gone through

    @property
    def format(self) -> FileFormat:
        """How it is read. Raises `UnreadableError` when that is unknown."""
        found = self.known_format or format_by_name(self.name)
        if found is None:
            raise UnreadableError(unknown_type(self.name))
        return found

    @property
    def packed(self) -> bool:
        """Whether it is compressed with gzip, apart from archives, which see to that themselves."""
        return self.name.lower().endswith(PACKED)


def of_path(
    path: Path,
    source: str,
    *,
    on_bytes: OnBytes = ignored,
    fields: FieldMap = GUESS,
    parallel_map: ParallelMap = sequential_map,
) -> RawDocument:
    """Return a file on the disk. `on_bytes` is called with the number of bytes read, before they are unpacked.

    Raises `OSError` when there is no such file and `UnreadableError` for a pipe or a device.
    """
    facts = path.stat()
    if not stat.S_ISREG(facts.st_mode):
        raise UnreadableError("is not a regular file")
    return RawDocument(
        name=path.name,
        source=source,
        raw=lambda: io.BufferedReader(_Counted(path, on_bytes), _BUFFER),
        allowance=Allowance(facts.st_size),
        fields=fields,
        parallel_map=parallel_map,
    )


def of_bytes(
    data: bytes,
    name: str,
    source: str,
    *,
    known_format: FileFormat | None = None,
    url: str = "",
    charset: str = "",
    fields: FieldMap = GUESS,
) -> RawDocument:
    """Return bytes in memory as a document."""
    return RawDocument(
        name=name,
        source=source,
        raw=lambda: io.BytesIO(data),
        allowance=Allowance(len(data)),
        known_format=known_format,
        url=url,
        charset=charset,
        fields=fields,
    )


def of_stream(copy: IO[bytes], size: int, source: str, fields: FieldMap = GUESS) -> RawDocument:
    """Return the `size` bytes copied from a stream to a seekable file, of the format that they begin like.

    `source` names the stream. Unless its articles have names of their own, their source is made of that and a hash of
    the content.
    """
    begins = copy.read(_LOOK)
    packed = begins.startswith(_GZIP)
    known = format_by_bytes(_unpacked_beginning(begins) if packed else begins)

    def raw() -> AbstractContextManager[Bytes]:
        copy.seek(0)
        return nullcontext(cast(Bytes, copy))

    return RawDocument(
        name=f"{source}{PACKED * packed}",
        source=source if known.holds is Holds.ARTICLES else f"{source}#{_digest(copy)}",
        raw=raw,
        allowance=Allowance(size),
        known_format=known,
        fields=fields,
    )


def _unpacked_beginning(begins: bytes) -> bytes:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(begins, _LOOK)
    except zlib.error:
        return b""


def _digest(copy: IO[bytes]) -> str:
    copy.seek(0)
    digest = hashlib.sha256()
    while chunk := copy.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()[:16]


@contextmanager
def unpacked(document: RawDocument) -> Iterator[Bytes]:
    """Open the bytes of a document, unpacked when its name ends in `.gz`, within its allowance."""
    with document.raw() as raw:
        if document.packed:
            with gzip.GzipFile(fileobj=raw) as stream:
                yield io.BufferedReader(Bounded(stream, document.allowance), _BUFFER)
        else:
            yield raw


def whole(document: RawDocument) -> bytes:
    """Return all bytes of a document, unpacked. Raises `UnreadableError` beyond the limit of its format."""
    with unpacked(document) as stream:
        return read_bounded(stream, document.format.limit)


class _Counted(io.FileIO):
    """A file that reports how many bytes are read from the disk."""

    def __init__(self, path: Path, on_bytes: OnBytes) -> None:
        super().__init__(path)
        self._on_bytes = on_bytes

    def readinto(self, buffer: Any, /) -> int:
        taken = super().readinto(buffer) or 0
        self._on_bytes(taken)
        return taken


class NumberedLine(NamedTuple):
    """A line that holds more than white space."""

    number: int  # from 1, blank lines counted too
    data: bytes | None  # without its line break; None when it is longer than the limit


def filled_lines(stream: Bytes, limit: int) -> Iterator[NumberedLine]:
    """Yield the lines of a stream that are not blank; of a line over `limit` bytes nothing is kept.

    Works on chunks, so that a run of empty lines costs next to nothing: read one by one, 100 MB of them take minutes.
    """
    number, rest = 1, b""
    while chunk := stream.read1(_LINES):  # what is there: of a file that ends too early, all that can be had
        whole, broken, rest = (rest + chunk).rpartition(b"\n")
        if broken:
            yield from _filled(whole, number, limit)
            number += whole.count(b"\n") + 1
        if len(rest) > limit:
            yield NumberedLine(number, None)
            rest = _after_this_line(stream)
            number += 1
    yield from _filled(rest, number, limit)


def _filled(block: bytes, number: int, limit: int) -> Iterator[NumberedLine]:
    """Yield the lines of `block` that are not blank; its first is line `number`."""
    at = 0
    while found := _INK.search(block, at):
        start = max(at, block.rfind(b"\n", at, found.start()) + 1)
        end = block.find(b"\n", found.end())
        end = len(block) if end < 0 else end
        number += block.count(b"\n", at, start)
        yield NumberedLine(number, block[start:end] if end - start <= limit else None)
        number, at = number + 1, end + 1


def _after_this_line(stream: Bytes) -> bytes:
    """Discard the rest of a line; return the bytes that were read beyond it."""
    while chunk := stream.read(CHUNK):
        _, broken, after = chunk.partition(b"\n")
        if broken:
            return after
    return b""


def read_bounded(stream: Bytes, limit: SizeLimit) -> bytes:
    """Return all bytes of a stream. Raises `UnreadableError` beyond the limit, and never holds more than that."""
    chunks: list[bytes] = []
    read = 0
    while chunk := stream.read(CHUNK):
        chunks.append(chunk)
        read += len(chunk)
        if read > limit.size:
            raise limit.refusal()
    return b"".join(chunks)


def read_exactly(stream: Bytes, length: int) -> bytes:
    """Return the next `length` bytes; fewer only at the end of the stream."""
    chunks: list[bytes] = []
    while length > 0 and (chunk := stream.read(min(length, CHUNK))):
        chunks.append(chunk)
        length -= len(chunk)
    return b"".join(chunks)
