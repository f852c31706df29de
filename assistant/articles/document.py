"""A document: bytes that hold articles, wherever they lie. A file, a member of an archive, a page, standard input."""

from __future__ import annotations

import gzip
import io
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.articles.bounds import CHUNK, Allowance, Bounded, Bytes, OnBytes, ignored, read_bounded
from assistant.articles.kinds import PACKED, Kind, kind_of
from assistant.articles.text import UnreadableError

_BUFFER = CHUNK >> 4  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the readers need to know of some bytes. Nothing is opened before `raw` is called."""

    name: str  # of the file, without its folders; its end tells the kind
    source: str  # what identifies it: an absolute path, a web address, or "archive.zip#member"
    raw: Callable[[], AbstractContextManager[Bytes]]  # the bytes as they are stored; seekable unless in an archive
    allowance: Allowance
    kind: Kind | None = None  # None: told by the name
    url: str = ""  # where it was fetched from, "" when it was not
    charset: str = ""  # as a server declared it
    depth: int = 0  # archives around it

    @property
    def read_as(self) -> Kind | None:
        """Its kind; None when that is unknown."""
        return self.kind or kind_of(self.name)

    @property
    def packed(self) -> bool:
        """Whether it is compressed with gzip, apart from archives, which see to that themselves."""
        return self.name.lower().endswith(PACKED)


def of_path(path: Path, source: str, on_bytes: OnBytes = ignored) -> Document:
    """A file of the disk. `on_bytes` is told of its bytes as they are read, before they are unpacked.

    Raises `OSError` when there is no such file and `UnreadableError` for a pipe or a device.
    """
    facts = path.stat()
    if not stat.S_ISREG(facts.st_mode):
        raise UnreadableError("is not a regular file")
    return Document(
        name=path.name,
        source=source,
        raw=lambda: io.BufferedReader(_Counted(path, on_bytes), _BUFFER),
        allowance=Allowance(facts.st_size),
    )


def of_bytes(
    data: bytes, name: str, source: str, *, kind: Kind | None = None, url: str = "", charset: str = ""
) -> Document:
    """Bytes in memory."""
    return Document(
        name=name,
        source=source,
        raw=lambda: io.BytesIO(data),
        allowance=Allowance(len(data)),
        kind=kind,
        url=url,
        charset=charset,
    )


@contextmanager
def unpacked(document: Document) -> Iterator[Bytes]:
    """The bytes of a document, unpacked when its name ends in `.gz`, within its allowance."""
    with document.raw() as raw:
        if document.packed:
            with gzip.GzipFile(fileobj=raw) as stream:
                yield io.BufferedReader(Bounded(stream, document.allowance), _BUFFER)
        else:
            yield raw


def whole(document: Document, limit: int, refusal: UnreadableError) -> bytes:
    """All bytes of a document, unpacked. Raises `refusal` beyond `limit` bytes; never holds more than that."""
    with unpacked(document) as stream:
        return read_bounded(stream, limit, refusal)


class _Counted(io.FileIO):
    """A file that tells how many bytes are taken from the disk."""

    def __init__(self, path: Path, on_bytes: OnBytes) -> None:
        super().__init__(path)
        self._on_bytes = on_bytes

    def readinto(self, buffer: Any, /) -> int:
        taken = super().readinto(buffer) or 0
        self._on_bytes(taken)
        return taken
