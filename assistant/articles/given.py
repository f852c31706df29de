"""Articles that lie in no file: fetched pages, standard input. They go through an ingest like those of a file."""

from __future__ import annotations

import hashlib
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, cast

from assistant.articles.build import Item
from assistant.articles.fields import GUESS, FieldMap
from assistant.articles.kinds import Kind, sniff
from assistant.articles.raw_document import CHUNK, Allowance, Bytes, Document
from assistant.articles.read import read_document
from assistant.records import Skipped

STDIN = "stdin"
_GZIP = b"\x1f\x8b"
_LOOK = 8192  # bytes from which the kind is told
_PILE = (Kind.JSON, Kind.JSON_LINES, Kind.XML, Kind.WARC)  # hold many articles, each with a name of its own


@dataclass(frozen=True, slots=True)
class Given:
    """Something to ingest that is no path."""

    name: str  # for the progress line
    items: Iterable[Item]  # gone through once

    def __str__(self) -> str:
        """As shown while it is read."""
        return self.name


def read_stream(stream: IO[bytes], fields: FieldMap = GUESS) -> Iterator[Item]:
    """The articles that a stream holds, of whatever kind its first bytes say: a text, a page, JSON, a PDF, an archive.

    A single article is named by its content ("stdin#1f2e…"), so that two texts given one after the other are two
    articles. The bytes go through a temporary file, since some kinds are read from their end.
    """
    with TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy, CHUNK)
        size = copy.tell()
        copy.seek(0)
        if not size:
            yield Skipped(source=STDIN, reason="is empty")
            return
        yield from read_document(_document(copy, size), fields)


def _document(copy: IO[bytes], size: int) -> Document:
    begins = copy.read(_LOOK)
    copy.seek(0)
    packed = begins.startswith(_GZIP)
    kind = sniff(_unpacked_beginning(begins)) if packed else sniff(begins)
    source = STDIN if kind in _PILE else f"{STDIN}#{_digest(copy)}"

    def raw() -> AbstractContextManager[Bytes]:
        copy.seek(0)
        return nullcontext(cast(Bytes, copy))

    return Document(name=f"{STDIN}{'.gz' * packed}", source=source, raw=raw, allowance=Allowance(size), kind=kind)


def _digest(copy: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := copy.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()[:16]


def _unpacked_beginning(begins: bytes) -> bytes:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(begins, _LOOK)
    except zlib.error:
        return b""
