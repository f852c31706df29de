"""Mail messages as saved by mail programs (.eml), for newsletters; and web pages saved as one file (.mhtml)."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from html import unescape
from itertools import islice

from assistant.articles.build import RawArticle
from assistant.articles.charsets import Decoded, charset_of, decode, decoded, decoded_markup
from assistant.articles.fields import host
from assistant.articles.formats.forwarded import day_in_head, forwarded_inline
from assistant.articles.formats.html import read_web_page
from assistant.articles.formats.markup import text_of_markup
from assistant.articles.text import UnreadableError, one_line
from assistant.wording import plural

_PAGES = ("text/html", "application/xhtml+xml")
_HEAD = 200_000  # bytes of all headers
_HEADER = 2000  # characters of one
_NESTED = 30  # parts that hold parts: the standard library compares every line with every one of them
_HOLDS_PARTS = re.compile(rb"multipart/|message/", re.IGNORECASE)
_LINES = 500_000
_COMMENTS = 50  # in the name of a sender
_PARTS = 1000  # of one message
_DEEPEST = 5  # messages within each other
_FRAMES = 30  # pages of an archive that are looked at
_SHORT = 250  # characters of a main page's text beside which those of its frames are looked at
_ANSWERED = re.compile(r"^\s*(?:re|aw|antw|sv)\s*:", re.IGNORECASE)
_SUBJECT_MARKS = re.compile(r"^(?:(?:re|fw|fwd|aw|wg|tr|rv)\s*:\s*)+", re.IGNORECASE)
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

    The subject is the title, the sender's name the outlet, the Date header the day. Of a message that was forwarded,
    as an attachment or in the text, all are its own; the note of the person who forwarded it is left out. Raises
    `UnreadableError` when there is no text in it.
    """
    found = _article(_parsed(data), _DEEPEST)
    if not found.text:
        raise UnreadableError("holds no text; save the text itself as .txt")
    return found


def _article(message: Message, depth: int) -> RawArticle:
    own, subject = _own_article(message), _header(message, "Subject")
    attached = list(islice(_attached(message), _PARTS)) if depth else []
    inner = _article(attached[0], depth - 1) if attached else None
    if inner and inner.text and not (_ANSWERED.match(subject) and len(own.text) > len(inner.text)):
        left_out = _left_out(own.text, len(attached) - 1) or inner.left_out
        return replace(inner, left_out=left_out)
    inline = forwarded_inline(own.text, subject)
    if inline is None or not inline.text:
        return replace(own, title=_SUBJECT_MARKS.sub("", subject))
    return replace(
        own,
        text=inline.text,
        title=_SUBJECT_MARKS.sub("", inline.subject or subject),
        outlet=_sender(inline.sender),
        published=day_in_head(inline.date) or (_day(inline.date) if inline.date else None),
        left_out=_left_out(inline.note, 0),
    )


def _left_out(note: str, others: int) -> str:
    """Return what a notice says of a message that was forwarded, "" for nothing."""
    said = ["the note above the forwarded message"] if note.strip() else []
    said += [f"{plural(others, 'more attached message')}; save each as a file of its own"] if others else []
    return f"is a forwarded message; left out: {' and '.join(said)}" if said else ""


def _own_article(message: Message) -> RawArticle:
    """Return what a message says itself; "" as its text when it has none."""
    html = _body(message, "html")
    plain = _body(message, "plain")
    text = text_of_markup(html.text) if html.text.strip() else _BARE_ADDRESS.sub("", plain.text)
    lines = [line for line in text.split("\n") if not _is_furniture(line)]
    found = _WEB_VERSION.search(html.text[:100_000])
    return RawArticle(
        text="\n".join(lines).strip(),
        outlet=_sender(_header(message, "From")),
        published=_day(_header(message, "Date")),
        url=found[1] if found else "",
        language=_header(message, "Content-Language"),
        doubt=html.doubt if html.text.strip() else plain.doubt,
    )


def _attached(message: Message) -> Iterator[Message]:
    """Yield the messages that are attached to this one, not those that are attached to them."""
    for part in _parts(message):
        if part.get_content_type() == "message/rfc822":
            held = part.get_payload()
            inner = held[0] if isinstance(held, list) and held else None
            if isinstance(inner, Message) and not inner.keys():  # some programs encode it, which the standard forbids
                inner = _encoded_message(str(inner.get_payload()))
            if isinstance(inner, Message) and inner.keys():
                yield inner
        elif _file_name(part).lower().endswith(".eml"):
            payload = part.get_payload(decode=True)
            inner = message_from_bytes(payload) if isinstance(payload, bytes) else None
            if inner is not None and "From" in inner:
                yield inner


def _encoded_message(body: str) -> Message | None:
    try:
        return message_from_bytes(b64decode(body, validate=False))
    except ValueError:
        return None


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a message, without those of messages that are attached to it."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop()
        if len(str(part.get("Content-Type", ""))) > _HEADER:
            continue
        held = part.get_payload()
        if part.is_multipart() and isinstance(held, list) and part.get_content_type() != "message/rfc822":
            waiting += [inner for inner in reversed(held) if isinstance(inner, Message)]
        else:
            yield part


def read_page_archive(data: bytes) -> RawArticle:
    """Return the page of an .mhtml file, not a frame in it. Raises `UnreadableError` when there is none."""
    message = _parsed(data)
    pages = [part for part in _leaves(message) if part.get_content_type() in _PAGES]
    if not pages:
        raise UnreadableError("holds no web page; save the page itself as .html")
    main = _main_page(message, pages)
    named = (_header(main, "Content-Location"), _header(message, "Snapshot-Content-Location"))
    address = next(filter(host, named), "")
    found = _with_text(main, [page for page in pages if page is not main and _is_of_site(page, address)])
    return found if found.url or not host(address) else replace(found, url=address)


def _with_text(main: Message, frames: list[Message]) -> RawArticle:
    """Return what the main page holds, or where that is no text, the frame of the same site with the longest."""
    fault, found = UnreadableError("holds no article text"), list[RawArticle]()
    for page in (main, *frames[:_FRAMES]):
        try:
            found.append(_read_page(page))
        except UnreadableError as err:
            fault = fault if page is not main else err
            continue
        if page is main and len(found[0].text) >= _SHORT:
            return found[0]
    if not found:
        raise fault
    return max(found, key=lambda article: len(article.text))


def _read_page(page: Message) -> RawArticle:
    payload = page.get_payload(decode=True)
    return read_web_page(payload if isinstance(payload, bytes) else b"", charset=charset_of(page))


def _is_of_site(page: Message, address: str) -> bool:
    """Whether a frame has no address of its own, or one at the site of the page: not an advertisement."""
    own = host(_header(page, "Content-Location"))
    return not own or not host(address) or own == host(address)


def _main_page(message: Message, pages: list[Message]) -> Message:
    """Return the part that the archive names as its root, or has the page's address; else the first that is no frame.

    A frame is a page that another one holds: its address or id stands there.
    """
    start = str(message.get_param("start") or "")[:_HEADER].strip("<> ")
    address = _header(message, "Snapshot-Content-Location") or _header(message, "Content-Location")
    for page in pages:
        if start and _id(page) == start:
            return page
    for page in pages:
        if address and _bare(_header(page, "Content-Location")) == _bare(address):
            return page
    texts = [_text(page).text for page in pages[:_FRAMES]]
    for n, page in enumerate(pages[:_FRAMES]):
        names = [name for name in (_id(page), *_ends(_header(page, "Content-Location"))) if name]
        if not any(name in text for m, text in enumerate(texts) if m != n for name in names):
            return page
    return pages[0]


def _bare(address: str) -> str:
    """Return an address without its fragment, which names a place within the page."""
    return unescape(address).partition("#")[0].rstrip("/&?")


def _id(page: Message) -> str:
    return _header(page, "Content-ID").strip("<> ")


def _ends(address: str) -> tuple[str, ...]:
    """Return the ways in which a page may name the address of a frame: whole, with & as HTML writes it, or its path."""
    path = address.partition("//")[2].partition("/")[2]
    return (address.removeprefix("cid:"), address.replace("&", "&amp;"), f"/{path}" if len(path) > 3 else "")


def _parsed(data: bytes) -> Message:
    if len(_HOLDS_PARTS.findall(data)) > _NESTED or data.count(b"\n") > _LINES:
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
        if not raw.isascii():  # some programs write letters unencoded, in the character set of the text
            raw = decode(raw.encode("utf-8", "surrogateescape"), *_charsets(message), "windows-1252")
        return one_line("".join(_words(piece, charset) for piece, charset in decode_header(raw)), _HEADER)
    except (ValueError, LookupError, HeaderParseError, UnreadableError):  # broken encodings
        return one_line(raw, _HEADER)


def _charsets(message: Message) -> list[str]:
    parts = islice(_parts(message), _PARTS)
    return [charset for part in parts if (charset := charset_of(part))][:1]


def _words(piece: bytes | str, charset: str | None) -> str:
    """Return a piece of a header, with an encoded word's character set as browsers understand it."""
    if isinstance(piece, str):
        return piece
    return piece.decode("raw-unicode-escape", "replace") if charset is None else decode(piece, charset)


def _sender(written: str) -> str:
    """Return the name of a sender, else the host of the address, else the words as written."""
    if written.count("(") > _COMMENTS:  # the standard library reads comments within comments by recursion
        return written
    name, address = parseaddr(written)
    return name or address.rpartition("@")[2] or written


def _day(written: str) -> object:
    """Return the day in the sender's own time zone; else the words as written."""
    try:
        return parsedate_to_datetime(written).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return written


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold content, without attachments."""
    for part in islice(_parts(message), _PARTS):
        if part.is_multipart():
            continue
        if len(str(part.get("Content-Disposition", ""))) <= _HEADER and part.get_content_disposition() != "attachment":
            yield part


def _body(message: Message, subtype: str) -> Decoded:
    """Return the longest part of this type: the first may be empty."""
    texts = (_text(part) for part in _leaves(message) if part.get_content_type() == f"text/{subtype}")
    return max(texts, key=lambda found: len(found.text), default=Decoded(""))


def _file_name(part: Message) -> str:
    try:
        return str(part.get_filename() or "")[:_HEADER]
    except ValueError:  # a zero byte in its charset
        return ""


def _text(part: Message) -> Decoded:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = charset_of(part)
    return decoded_markup(data, charset) if part.get_content_subtype() == "html" else decoded(data, charset)


def _is_furniture(line: str) -> bool:
    return len(line) <= _FURNITURE_LINE and bool(_FURNITURE.search(line))
