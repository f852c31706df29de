"""How much a file may unpack to, and its lines: bounded in memory and in time, whatever the bytes are."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from assistant.articles.text import UnreadableError

# A packed file is refused once it has unpacked to more than both: news text packs to a third or a tenth, and even
# very repetitive rows to a fiftieth; a file made to fill the memory packs to a thousandth.
UNPACKED_FREELY = 100_000_000  # bytes
UNPACKED_RATIO = 200
CHUNK = 1 << 20  # bytes read at a time

_LINES = CHUNK >> 3  # bytes looked at for lines at a time
_INK = re.compile(rb"\S")

Bytes = io.BufferedIOBase
OnBytes = Callable[[int], None]


def ignored(_: int) -> None:
    """For whoever does not want to know how many bytes were read."""


class TooMuchError(UnreadableError):
    """A packed file unpacks to far more than it should: none of what is left in it is read."""


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


class Line(NamedTuple):
    """A line that holds more than white space."""

    number: int  # from 1, blank lines counted too
    data: bytes | None  # without its line break; None when it is longer than the limit


def filled_lines(stream: Bytes, limit: int) -> Iterator[Line]:
    """The lines of a stream but for blank ones; of a line over `limit` bytes nothing is kept.

    Works on chunks, so that a run of empty lines costs next to nothing: read one by one, 100 MB of them take minutes.
    """
    number, rest = 1, b""
    while chunk := stream.read1(_LINES):  # what is there: of a file that ends too early, all that can be had
        whole, broken, rest = (rest + chunk).rpartition(b"\n")
        if broken:
            yield from _filled(whole, number, limit)
            number += whole.count(b"\n") + 1
        if len(rest) > limit:
            yield Line(number, None)
            rest = _after_this_line(stream)
            number += 1
    yield from _filled(rest, number, limit)


def _filled(block: bytes, number: int, limit: int) -> Iterator[Line]:
    """The lines of `block` that are not blank; its first is line `number`."""
    at = 0
    while found := _INK.search(block, at):
        start = max(at, block.rfind(b"\n", at, found.start()) + 1)
        end = block.find(b"\n", found.end())
        end = len(block) if end < 0 else end
        number += block.count(b"\n", at, start)
        yield Line(number, block[start:end] if end - start <= limit else None)
        number, at = number + 1, end + 1


def _after_this_line(stream: Bytes) -> bytes:
    """Throw away the rest of a line; returns the bytes that were read beyond it."""
    while chunk := stream.read(CHUNK):
        _, broken, after = chunk.partition(b"\n")
        if broken:
            return after
    return b""


def read_bounded(stream: Bytes, limit: int, refusal: UnreadableError) -> bytes:
    """All bytes of a stream. Raises `refusal` beyond `limit` bytes; never holds more than that."""
    chunks: list[bytes] = []
    read = 0
    while chunk := stream.read(CHUNK):
        chunks.append(chunk)
        read += len(chunk)
        if read > limit:
            raise refusal
    return b"".join(chunks)


def read_exactly(stream: Bytes, length: int) -> bytes:
    """The next `length` bytes; fewer only at the end of the stream."""
    chunks: list[bytes] = []
    while length > 0 and (chunk := stream.read(min(length, CHUNK))):
        chunks.append(chunk)
        length -= len(chunk)
    return b"".join(chunks)
