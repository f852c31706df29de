"""Mail messages as saved by mail programs (.eml), for newsletters; and web pages saved as one file (.mhtml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice

from assistant.articles.build import RawArticle
from assistant.articles.charsets import Decoded, decode, decoded, decoded_markup
from assistant.articles.formats.html import read_web_page
from assistant.articles.formats.markup import text_of_markup
from assistant.articles.text import UnreadableError, one_line
from assistant.articles.url_words import host

_PAGES = ("text/html", "application/xhtml+xml")
_HEAD = 200_000  # bytes of all headers
_HEADER = 2000  # characters of one
_NESTED = 30  # parts that hold parts: the standard library compares every line with every one of them
_LINES = 500_000
_PARTS = 1000  # of one message
_SUBJECT_MARKS = re.compile(r"^(?:(?:re|fw|fwd|aw|wg|tr)\s*:\s*)+", re.IGNORECASE)
# Short lines around a newsletter's text that are no news; a sentence that mentions them is longer.
_FURNITURE = re.compile(
    r"\b(?:unsubscribe|view (?:this (?:email|newsletter|message) )?(?:in|on|online)|"
    r"manage (?:your )?(?:preferences|subscription)s?"
    r"|(?:email )?preferences|privacy policy|forward(?:ed)? (?:this|to a friend)|all rights reserved|"
    r"abmelden|abbestellen"
    r"|im browser (?:ansehen|anzeigen|öffnen)|se désabonner|se désinscrire|voir (?:dans|sur) (?:le|votre) navigateur"
    r"|darse de baja|ver en (?:el )?navegador|cancella l'iscrizione|afmelden|bekijk in browser)\b",
    re.IGNORECASE,
)
_FURNITURE_LINE = 100  # characters
_BARE_ADDRESS = re.compile(r"[<(\[]?https?://\S{1,2000}[>)\]]?")
_WEB_VERSION = re.compile(
    r"<a\s[^<>]{0,2000}?href\s*=\s*[\"'](https?://[^\"'<>\s]{1,2000})[\"'][^<>]{0,2000}>\s*(?:<[^<>]{0,500}>\s*){0,5}"
    r"[^<>]{0,40}(?:view|read|browser|online|ansehen|navigateur|navegador)",
    re.IGNORECASE,
)


def read_mail(data: bytes) -> RawArticle:
    """Return the text of a message, without pictures, attachments and the lines about unsubscribing.

    The subject is the title, the sender's name the outlet, the Date header the day. Raises `UnreadableError` when
    there is no text in it.
    """
    message = _parsed(data)
    html = _body(message, "html")
    plain = _body(message, "plain")
    text = text_of_markup(html.text) if html.text.strip() else _BARE_ADDRESS.sub("", plain.text)
    lines = [line for line in text.split("\n") if not _is_furniture(line)]
    text = "\n".join(lines).strip()
    if not text:
        raise UnreadableError("holds no text; save the text itself as .txt")
    name, address = parseaddr(_header(message, "From"))
    found = _WEB_VERSION.search(html.text[:100_000])
    return RawArticle(
        text=text,
        title=_SUBJECT_MARKS.sub("", _header(message, "Subject")),
        outlet=name or address.rpartition("@")[2],
        published=_day(_header(message, "Date")),
        url=found[1] if found else "",
        language=_header(message, "Content-Language"),
        doubt=html.doubt if html.text.strip() else plain.doubt,
    )


def read_page_archive(data: bytes) -> RawArticle:
    """Return the page of an .mhtml file: its first HTML part. Raises `UnreadableError` when there is none."""
    message = _parsed(data)
    page = next((part for part in _leaves(message) if part.get_content_type() in _PAGES), None)
    if page is None:
        raise UnreadableError("holds no web page; save the page itself as .html")
    payload = page.get_payload(decode=True)
    found = read_web_page(payload if isinstance(payload, bytes) else b"", charset=page.get_content_charset() or "")
    address = _header(page, "Content-Location") or _header(message, "Snapshot-Content-Location")
    return found if found.url or not host(address) else replace(found, url=address)


def _parsed(data: bytes) -> Message:
    if data.lower().count(b"multipart/") > _NESTED or data.count(b"\n") > _LINES:
        raise UnreadableError("has more parts or lines than a newsletter has; save its text as .txt")
    head = data.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if len(head) > _HEAD:
        raise UnreadableError("has headers longer than a newsletter has; save its text as .txt")
    message = message_from_bytes(data)
    if not message.keys():
        raise UnreadableError("is no mail message; has it another kind of content?")
    return message


def _header(message: Message, name: str) -> str:
    """Return a header as one line, as written where it is too damaged to be decoded; "" for none."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")[:_HEADER]
    try:
        raw = decode(raw.encode("utf-8", "surrogateescape"))  # some programs write letters unencoded
        return one_line("".join(_words(piece, charset) for piece, charset in decode_header(raw)), _HEADER)
    except (ValueError, LookupError, HeaderParseError, UnreadableError):  # broken encodings
        return one_line(raw, _HEADER)


def _words(piece: bytes | str, charset: str | None) -> str:
    """Return a piece of a header, with an encoded word's character set as browsers understand it."""
    if isinstance(piece, str):
        return piece
    return piece.decode("raw-unicode-escape", "replace") if charset is None else decode(piece, charset)


def _day(written: str) -> object:
    """Return the day in the sender's own time zone; else the words as written."""
    try:
        return parsedate_to_datetime(written).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return written


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold content, without attachments."""
    for part in islice(message.walk(), _PARTS):
        if part.is_multipart() or len(str(part.get("Content-Type", ""))) > _HEADER:
            continue
        if len(str(part.get("Content-Disposition", ""))) <= _HEADER and part.get_content_disposition() != "attachment":
            yield part


def _body(message: Message, subtype: str) -> Decoded:
    """Return the longest part of this type: in a mail forwarded several times, the first may be empty."""
    texts = (_text(part) for part in _leaves(message) if part.get_content_type() == f"text/{subtype}")
    return max(texts, key=lambda found: len(found.text), default=Decoded(""))


def _text(part: Message) -> Decoded:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = str(part.get_content_charset() or "")
    return decoded_markup(data, charset) if part.get_content_subtype() == "html" else decoded(data, charset)


def _is_furniture(line: str) -> bool:
    return len(line) <= _FURNITURE_LINE and bool(_FURNITURE.search(line))
