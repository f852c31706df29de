"""WARC files, as web crawlers write them: one article for each page that was fetched (ISO 28500, as CC-News uses it).

A reader of our own, of a format that takes a page to read. warcio, the usual library, reads header lines of any length
into memory and writes its warnings to the terminal; a crawl is the least trusted input that there is.

The bodies of HTTP messages as they travel, in chunks and packed, are undone here too, within a limit.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from email.message import Message
from email.parser import BytesParser
from typing import NamedTuple

from assistant.articles.build import Item, Notice, Origin, read_single
from assistant.articles.charsets import charset_of
from assistant.articles.formats import format_by_type
from assistant.articles.publication_date import parse_day
from assistant.articles.raw_document import CHUNK, Bytes, RawDocument, read_exactly, unpacked
from assistant.articles.text import ARTICLE_LIMIT, UnreadableError, one_line
from assistant.records import Skipped
from assistant.wording import plural

_STEP = 1 << 20  # bytes unpacked at a time

_HEADER = 100_000  # bytes of one record's or one response's headers
_LINE = 10_000  # bytes of one line among them
_OTHERS_SHOWN = 8
_URI = 2000  # characters
_STATUS = re.compile(rb"HTTP/[0-9.]{1,5} +([0-9]{3})[^\n]{0,1000}\n")
_DAMAGED = "is damaged from here on: a record does not begin where the one before ends"


class _Record(NamedTuple):
    """One record: its headers, and its content unless that is too long."""

    headers: Message
    content: bytes | None  # None: longer than an article can be


def read_warc(document: RawDocument) -> Iterator[Item]:
    """Yield an article for each record of a page, identified by its address, so that a later crawl updates it."""
    others: Counter[str] = Counter()
    seen = fetched = False
    with unpacked(document) as stream:
        for record in _records(stream):
            seen = True
            uri = one_line(str(record.headers.get("WARC-Target-URI", "")).strip(" <>"), _URI)
            kind = str(record.headers.get("WARC-Type", "")).lower()
            if kind not in ("response", "resource") or not uri.lower().startswith(("http://", "https://")):
                continue
            fetched = True
            try:
                yield from _page(record, kind, uri, others)
            except UnreadableError as err:
                yield Skipped(source=f"{document.source}#{uri}", reason=str(err))
    if not fetched:
        raise UnreadableError("holds no record of a fetched page" if seen else "is empty, or no WARC file")
    if others:
        listed = ", ".join(f"{one_line(name, 40)} {count:,}" for name, count in others.most_common(_OTHERS_SHOWN))
        yield Notice(source=document.source, text=f"{plural(sum(others.values()), 'record')} without a page: {listed}")


def _page(record: _Record, kind: str, uri: str, others: Counter[str]) -> Iterator[Item]:
    if record.content is None:
        raise ARTICLE_LIMIT.refusal()
    headers, body, status = record.headers, record.content, "200"
    if kind == "response":
        status, headers, body = _response(record.content)
    content_type = headers.get_content_type()
    known = format_by_type(content_type)
    if status != "200" or known is None or not known.in_crawls:
        others[content_type if status == "200" else f"status {status}"] += 1
        return
    origin = Origin(
        source=uri,
        url=uri,
        charset=charset_of(headers),
        crawled=_crawled(record.headers),
    )
    yield from read_single(body, known, origin)


def _crawled(headers: Message) -> date | None:
    return parse_day(str(headers.get("WARC-Date", "")))


def _response(content: bytes) -> tuple[str, Message, bytes]:
    """Return status, headers and unpacked body of an HTTP response."""
    status = _STATUS.match(content)
    if status is None:
        raise UnreadableError("holds no HTTP response")
    head, body = _parted(content[status.end() :])
    headers = _headers(head)
    chunked = str(headers.get("Transfer-Encoding", "")).lower().strip() == "chunked"
    encoding = str(headers.get("Content-Encoding", ""))
    # Crawlers often store a body unpacked under the headers of the packed one.
    return (
        status[1].decode(),
        headers,
        decoded_body(body, encoding, chunked=chunked, limit=ARTICLE_LIMIT.size, lenient=True),
    )


def _parted(message: bytes) -> tuple[bytes, bytes]:
    """Return headers and body, which the first empty line separates."""
    found = re.search(rb"\r?\n\r?\n", message[:_HEADER])
    if message[:1] == b"\n" or message[:2] == b"\r\n":
        return b"", message.lstrip(b"\r\n")
    if found is None:
        raise UnreadableError("holds no HTTP response")
    return message[: found.start()], message[found.end() :]


def _headers(head: bytes) -> Message:
    return BytesParser().parsebytes(head + b"\r\n\r\n", headersonly=True)


def _records(stream: Bytes) -> Iterator[_Record]:
    """Yield the records of a WARC file, one in memory at a time. Raises `UnreadableError` where it is damaged."""
    while version := _first_line(stream):
        if not version.startswith(b"WARC/"):
            raise UnreadableError(_DAMAGED)
        headers = _headers(_header_lines(stream))
        try:
            length = int(str(headers.get("Content-Length", "")))
        except ValueError as err:
            raise UnreadableError(_DAMAGED) from err
        if length < 0:
            raise UnreadableError(_DAMAGED)
        if length > ARTICLE_LIMIT.size + _HEADER:
            _skip(stream, length)
            yield _Record(headers, None)
            continue
        content = read_exactly(stream, length)
        if len(content) < length:
            raise UnreadableError("ends in the middle of a record; fetch it again")
        yield _Record(headers, content)


def _first_line(stream: Bytes) -> bytes:
    """Return the next line that is not empty; b"" at the end."""
    while line := stream.readline(_LINE):
        if not line.isspace():
            return line
    return b""


def _header_lines(stream: Bytes) -> bytes:
    lines: list[bytes] = []
    left = _HEADER
    while (line := stream.readline(_LINE)) and not line.isspace():
        left -= len(line)
        if left < 0:
            raise UnreadableError(_DAMAGED)
        lines.append(line)
    return b"".join(lines)


def _skip(stream: Bytes, length: int) -> None:
    while length > 0 and (chunk := stream.read(min(length, CHUNK))):
        length -= len(chunk)


def decoded_body(body: bytes, encoding: str, *, chunked: bool, limit: int, lenient: bool = False) -> bytes:
    """Return the body of an HTTP message without its chunks, unpacked to at most `limit` bytes.

    `lenient`: a body that is not what the headers say is taken as it is. Raises `UnreadableError` beyond the limit, for
    an unknown encoding, and for damage unless `lenient`.
    """
    if chunked:
        body = _joined(body, lenient=lenient)
    for name in reversed([part.strip().lower() for part in encoding.split(",")][:3]):
        body = _unpacked(body, name, limit, lenient=lenient)
    return body


def _unpacked(body: bytes, encoding: str, limit: int, *, lenient: bool) -> bytes:
    if encoding in ("", "identity", "none", "utf-8") or not body:
        return body
    if encoding in ("gzip", "x-gzip"):
        widths: tuple[int, ...] = (16 + zlib.MAX_WBITS,)
    elif encoding == "deflate":
        widths = (zlib.MAX_WBITS, -zlib.MAX_WBITS)  # with the zlib header that the standard asks for, or without
    elif lenient and b"<" in body[:1000]:
        return body
    else:
        raise UnreadableError("is packed in a way that is not supported")
    for width in widths:
        try:
            return _inflated(body, width, limit)
        except zlib.error:
            continue
    if lenient:
        return body
    raise UnreadableError("is damaged: it cannot be unpacked")


def _inflated(body: bytes, width: int, limit: int) -> bytes:
    worker = zlib.decompressobj(width)
    pieces: list[bytes] = []
    size = 0
    while body and not worker.eof:
        piece = worker.decompress(body, _STEP)
        size += len(piece)
        if size > limit:
            raise UnreadableError(f"unpacks to over {limit // 1_000_000} MB")
        pieces.append(piece)
        if not piece and worker.unconsumed_tail == body:
            break
        body = worker.unconsumed_tail
    return b"".join(pieces)


def _joined(body: bytes, *, lenient: bool) -> bytes:
    """Join the chunks of a body."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\n", at, at + 1000)
        size = _hexadecimal(body[at:end].split(b";")[0]) if end >= 0 else None
        if size is None:
            if lenient:
                return b"".join(pieces) or body
            raise UnreadableError("is damaged: its chunks have no length")
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[end + 1 : end + 1 + size])
        at = end + 1 + size
        at += 2 if body[at : at + 2] == b"\r\n" else 1


def _hexadecimal(digits: bytes) -> int | None:
    digits = digits.strip()
    try:
        return int(digits, 16) if digits.isalnum() and len(digits) <= 8 else None
    except ValueError:
        return None
