"""Kinds of files: told by the end of the name, and where that says nothing, by the first bytes."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePath

from assistant.articles.text import one_line


class Kind(StrEnum):
    """What a file holds; the value is what messages call it."""

    TEXT = "text"
    MARKDOWN = "Markdown"
    WEB_PAGE = "web page"
    JSON = "JSON"
    JSON_LINES = "JSON Lines"
    PDF = "PDF"
    MAIL = "mail"
    PAGE_ARCHIVE = "web page archive"
    XML = "feed"  # RSS, Atom or OPML: the elements tell which
    WARC = "WARC"
    ZIP = "ZIP archive"
    TAR = "TAR archive"


PACKED = ".gz"
_SUFFIXES = {
    Kind.TEXT: (".txt", ".text"),
    Kind.MARKDOWN: (".md", ".markdown"),
    Kind.WEB_PAGE: (".html", ".htm", ".xhtml"),
    Kind.JSON: (".json",),
    Kind.JSON_LINES: (".jsonl", ".ndjson"),
    Kind.PDF: (".pdf",),
    Kind.MAIL: (".eml",),
    Kind.PAGE_ARCHIVE: (".mhtml", ".mht"),
    Kind.XML: (".xml", ".rss", ".atom", ".opml"),
    Kind.WARC: (".warc",),
    Kind.ZIP: (".zip",),
    Kind.TAR: (".tar", ".tgz"),
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes}
KNOWN = tuple(_BY_SUFFIX)

_SNIFFED = 4096  # first bytes looked at
_BEGINNINGS = (
    (b"%PDF-", Kind.PDF),
    (b"PK\x03\x04", Kind.ZIP),
    (b"WARC/", Kind.WARC),
)
_XML = re.compile(rb"<(?:rss|feed|rdf:RDF|opml)[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|main|div|p|h1|meta|title)[\s>/]", re.IGNORECASE)
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}: [^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n){0,50}){3}")
_MAIL_KEYS = (b"from:", b"mime-version:", b"content-type:", b"received:", b"return-path:", b"message-id:")


def kind_of(name: str) -> Kind | None:
    """The kind of a file by the end of its name, `.gz` left out of account; None for an unknown one."""
    name = name.lower().removesuffix(PACKED)
    return next((kind for suffix, kind in _BY_SUFFIX.items() if name.endswith(suffix) and name != suffix), None)


def unknown_type(name: str) -> str:
    """The reason for leaving out a file of another kind."""
    suffix = one_line(PurePath(name).suffix, 20) or "(no suffix)"
    return f"unknown type {suffix}; known: {' '.join(KNOWN)}, each also with {PACKED}"


def sniff(data: bytes) -> Kind:
    """The kind of bytes that have no name, by how they begin; text when nothing else fits."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[257:262] == b"ustar":
        return Kind.TAR
    head = data[:_SNIFFED].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] in (b"{", b"["):
        return _json_kind(data)
    if head[:1] == b"<":
        return Kind.XML if _XML.search(head) and not _HTML.match(head) else _markup_kind(head)
    if _MAIL.match(head.replace(b"\r\n", b"\n")) and sum(key in head.lower() for key in _MAIL_KEYS) >= 2:
        return Kind.MAIL
    return Kind.TEXT


def _json_kind(data: bytes) -> Kind:
    """JSON Lines begin with an object that ends in the first line, and go on with another."""
    first, _, rest = data.strip().partition(b"\n")
    is_lines = first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")
    return Kind.JSON_LINES if is_lines else Kind.JSON


def _markup_kind(head: bytes) -> Kind:
    return Kind.WEB_PAGE if _HTML.search(head) or head.startswith(b"<?xml") else Kind.TEXT
