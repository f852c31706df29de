"""Bodies of HTTP messages as they travel: in chunks, and packed. Both undone within a limit."""

from __future__ import annotations

import zlib

from assistant.articles.text import UnreadableError

_STEP = 1 << 20  # bytes unpacked at a time


def decoded_body(body: bytes, encoding: str, *, chunked: bool, limit: int, lenient: bool = False) -> bytes:
    """The body without its chunks, unpacked to at most `limit` bytes.

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
    """The chunks of a body put together."""
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
