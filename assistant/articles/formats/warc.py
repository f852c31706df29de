"""WARC files, as web crawlers write them: one article for each page that was fetched (ISO 28500, as CC-News uses it).

A reader of our own, of a format that takes a page to read. warcio, the usual library, reads header lines of any length
into memory and writes its warnings to the terminal; a crawl is the least trusted input that there is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from email.message import Message
from email.parser import BytesParser
from typing import NamedTuple

from assistant.articles.bounds import CHUNK, Bytes, read_exactly
from assistant.articles.build import ARTICLE_LIMIT, Item, Notice, too_long
from assistant.articles.document import Document, unpacked
from assistant.articles.formats.transfer import decoded_body
from assistant.articles.kinds import Kind
from assistant.articles.publication_date import parse_day
from assistant.articles.single import Origin, read_single
from assistant.articles.text import UnreadableError, one_line
from assistant.records import Skipped
from assistant.wording import plural

_HEADER = 100_000  # bytes of one record's or one response's headers
_LINE = 10_000  # bytes of one line among them
_OTHERS_SHOWN = 8
_URI = 2000  # characters
_STATUS = re.compile(rb"HTTP/[0-9.]{1,5} +([0-9]{3})[^\n]{0,1000}\n")
_PAGES = {"text/html": Kind.WEB_PAGE, "application/xhtml+xml": Kind.WEB_PAGE, "application/pdf": Kind.PDF}
_DAMAGED = "is damaged from here on: a record does not begin where the one before ends"


class _Record(NamedTuple):
    """One record: its headers, and its content unless that is of no use."""

    headers: Message
    content: bytes | None  # None: longer than an article can be


def read_warc(document: Document) -> Iterator[Item]:
    """An article for each record of a page; identified by the page's address, so that a later crawl updates it."""
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
        raise too_long()
    headers, body, status = record.headers, record.content, "200"
    if kind == "response":
        status, headers, body = _response(record.content)
    content_type = headers.get_content_type()
    if status != "200" or content_type not in _PAGES:
        others[content_type if status == "200" else f"status {status}"] += 1
        return
    origin = Origin(
        source=uri,
        url=uri,
        charset=str(headers.get_content_charset() or ""),
        crawled=_crawled(record.headers),
    )
    yield from read_single(body, _PAGES[content_type], origin)


def _crawled(headers: Message) -> date | None:
    return parse_day(str(headers.get("WARC-Date", "")))


def _response(content: bytes) -> tuple[str, Message, bytes]:
    """Status, headers and body, unpacked, of an HTTP response."""
    status = _STATUS.match(content)
    if status is None:
        raise UnreadableError("holds no HTTP response")
    head, body = _parted(content[status.end() :])
    headers = _headers(head)
    chunked = str(headers.get("Transfer-Encoding", "")).lower().strip() == "chunked"
    encoding = str(headers.get("Content-Encoding", ""))
    # Crawlers often store a body unpacked under the headers of the packed one.
    return status[1].decode(), headers, decoded_body(body, encoding, chunked=chunked, limit=ARTICLE_LIMIT, lenient=True)


def _parted(message: bytes) -> tuple[bytes, bytes]:
    """Headers and body: parted by the first empty line."""
    found = re.search(rb"\r?\n\r?\n", message[:_HEADER])
    if message[:1] == b"\n" or message[:2] == b"\r\n":
        return b"", message.lstrip(b"\r\n")
    if found is None:
        raise UnreadableError("holds no HTTP response")
    return message[: found.start()], message[found.end() :]


def _headers(head: bytes) -> Message:
    return BytesParser().parsebytes(head + b"\r\n\r\n", headersonly=True)


def _records(stream: Bytes) -> Iterator[_Record]:
    """The records of a WARC file, one in memory at a time. Raises `UnreadableError` where it is damaged."""
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
        if length > ARTICLE_LIMIT + _HEADER:
            _skip(stream, length)
            yield _Record(headers, None)
            continue
        content = read_exactly(stream, length)
        if len(content) < length:
            raise UnreadableError("ends in the middle of a record; fetch it again")
        yield _Record(headers, content)


def _first_line(stream: Bytes) -> bytes:
    """The next line that is not empty; b"" at the end."""
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
