"""The table of file formats: how each is recognised, how much of it is read, and which function reads it.

What depends on the format of a file, a fetched page, a member of an archive or a record of a crawl is a column
of `FORMATS`. A new format is a module in this folder and a line in the table.

A reader of one article takes the bytes and returns a `RawArticle`. A reader of many takes the `RawDocument`, since it
must not hold the whole file, and yields items. Readers are named as text and imported when a file of their format is
first read, because some of them need slow libraries.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from pathlib import PurePath
from typing import Any

from assistant.articles.text import ARTICLE_LIMIT, SizeLimit, one_line

PACKED = ".gz"  # may follow every suffix
_PAGE = 250_000  # bytes of memory that nearly every page or mail needs at most, however large its file is
_PICTURES = 4  # one part in so many of a PDF is taken to be its text and what is needed to read it
_HEAD = 4096  # bytes by which markup and mail are recognised

_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_OPML = re.compile(rb"<opml[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|main|div|p|h1|meta|title)[\s>/]", re.IGNORECASE)
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}: [^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n){0,50}){3}")
_OFFICE = re.compile(rb"\[Content_Types\]\.xml|_rels/|docProps/|word/")
_MAIL_KEYS = (b"from:", b"mime-version:", b"content-type:", b"received:", b"return-path:", b"message-id:")


class Holds(Enum):
    """What a file of some format is made of."""

    ONE_ARTICLE = "one article"
    ARTICLES = "articles"  # each with a name of its own, such as an address or an id
    FILES = "files"  # whose names mean something only together with the archive's


def _all(size: int) -> int:
    return size


def _at_most_a_page(size: int) -> int:
    return min(size, _PAGE)


def _without_pictures(size: int) -> int:
    return size // _PICTURES


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """A row of the table."""

    reader: str  # the module in this folder and the function: "pdf.read_pdf"
    suffixes: tuple[str, ...]
    content_types: tuple[str, ...] = ()  # by which web servers call it
    magic: bytes = b""  # stands at `magic_at` of every such file
    magic_at: int = 0
    looks_like: Callable[[bytes], bool] | None = None  # recognises it, after the magic bytes where it has any
    holds: Holds = Holds.ONE_ARTICLE
    limit: SizeLimit = ARTICLE_LIMIT  # of the bytes read at once
    memory: Callable[[int], int] = _at_most_a_page  # bytes of memory that a file of so many bytes is taken to need
    published_page: bool = False  # may show a paywall's notice or the like instead of the article
    in_crawls: bool = False  # a record of it in a WARC file is an article; a crawl's plain texts are robots.txt
    mislabelled: bool = False  # servers send it as a web page, so its first bytes count for more than their word
    takes_charset: bool = False  # the reader has a parameter for the character set that the server declares

    @property
    def read(self) -> Callable[..., Any]:
        """The reader, imported when it is first asked for."""
        module, _, function = self.reader.rpartition(".")
        reader: Callable[..., Any] = getattr(import_module(f"{__name__}.{module}"), function)
        return reader

    def has_magic(self, data: bytes) -> bool:
        """Whether `data` holds the magic bytes; False for a format without any."""
        return bool(self.magic) and data.startswith(self.magic, self.magic_at)

    def fits(self, data: bytes) -> bool:
        """Whether `data` looks like this format, its magic bytes aside."""
        return self.looks_like is not None and self.looks_like(data)


# --------------------------------------------------------------------------------------------------------------------
# What is recognised by more than its magic bytes


def _head(data: bytes) -> bytes:
    return data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()


def _is_json(data: bytes) -> bool:
    return _head(data)[:1] in (b"{", b"[") and not _is_json_lines(data)


def _is_json_lines(data: bytes) -> bool:
    """Whether an object ends in the first line and another follows."""
    if _head(data)[:1] not in (b"{", b"["):
        return False
    first, _, rest = data.strip().partition(b"\n")
    return first.rstrip(b", \t\r").endswith(b"}") and rest.lstrip().startswith(b"{")


def _is_feed(data: bytes) -> bool:
    return _is_xml(_head(data), _FEED)


def _is_opml(data: bytes) -> bool:
    return _is_xml(_head(data), _OPML)


def _is_xml(head: bytes, root: re.Pattern[bytes]) -> bool:
    return head[:1] == b"<" and bool(root.search(head)) and not _HTML.match(head)


def _is_web_page(data: bytes) -> bool:
    head = _head(data)
    is_page = head[:1] == b"<" and (bool(_HTML.search(head)) or head.startswith(b"<?xml"))
    return is_page and not _is_feed(data) and not _is_opml(data)


def _is_mail(data: bytes) -> bool:
    head = _head(data)
    return bool(_MAIL.match(head.replace(b"\r\n", b"\n"))) and sum(key in head.lower() for key in _MAIL_KEYS) >= 2


def _is_word(data: bytes) -> bool:
    """Whether the first member of a ZIP file is one that begins an office document."""
    return bool(_OFFICE.match(data, 30))  # where the name of the first member stands


# --------------------------------------------------------------------------------------------------------------------
# The table

_PDF_LIMIT = SizeLimit(200_000_000, "; split it, or save its text as .txt")  # most of it is pictures
_JSON_LIMIT = SizeLimit(
    250_000_000,
    ", or of millions of parts; write it as .jsonl, which is read row by row (jq -c '.[]' does that)",
)

_WORD_LIMIT = SizeLimit(100_000_000, "; save it without its pictures, or save its text as .txt")
_CSV_LIMIT = SizeLimit(250_000_000, "; split it, or write it as .jsonl, which is read row by row")

PLAIN = FileFormat(reader="plain.read_plain", suffixes=(".txt", ".text"), memory=_all, takes_charset=True)
FEED = FileFormat(
    reader="feed.read_feed",
    suffixes=(".xml", ".rss", ".atom"),
    content_types=("application/rss+xml", "application/atom+xml", "application/rdf+xml"),
    looks_like=_is_feed,
    holds=Holds.ARTICLES,
    mislabelled=True,
)
OPML = FileFormat(
    reader="feed.read_feed",
    suffixes=(".opml",),
    content_types=("text/x-opml",),
    looks_like=_is_opml,
    holds=Holds.ARTICLES,
    mislabelled=True,
)
FORMATS: tuple[FileFormat, ...] = (
    PLAIN,
    FileFormat(
        reader="markdown.read_markdown",
        suffixes=(".md", ".markdown"),
        content_types=("text/markdown",),
        memory=_all,
        takes_charset=True,
    ),
    FileFormat(
        reader="html.read_web_page",
        suffixes=(".html", ".htm", ".xhtml"),
        content_types=("text/html", "application/xhtml+xml"),
        looks_like=_is_web_page,
        published_page=True,
        in_crawls=True,
        takes_charset=True,
    ),
    FileFormat(
        reader="json_rows.read_json",
        suffixes=(".json",),
        content_types=("application/json", "application/ld+json"),
        looks_like=_is_json,
        holds=Holds.ARTICLES,
        limit=_JSON_LIMIT,
    ),
    FileFormat(
        reader="json_rows.read_lines",
        suffixes=(".jsonl", ".ndjson"),
        content_types=("application/x-ndjson",),
        looks_like=_is_json_lines,
        holds=Holds.ARTICLES,
    ),
    FileFormat(
        reader="csv_rows.read_csv",
        suffixes=(".csv", ".tsv"),
        content_types=("text/csv", "text/tab-separated-values"),
        holds=Holds.ARTICLES,
        limit=_CSV_LIMIT,
    ),
    FileFormat(
        reader="pdf.read_pdf",
        suffixes=(".pdf",),
        content_types=("application/pdf",),
        magic=b"%PDF-",
        limit=_PDF_LIMIT,
        memory=_without_pictures,
        in_crawls=True,
        mislabelled=True,
    ),
    FileFormat(
        reader="mail.read_mail",
        suffixes=(".eml",),
        content_types=("message/rfc822",),
        looks_like=_is_mail,
    ),
    FileFormat(
        reader="mail.read_page_archive",
        suffixes=(".mhtml", ".mht"),
        content_types=("multipart/related",),
        published_page=True,
    ),
    FEED,
    OPML,
    FileFormat(reader="warc.read_warc", suffixes=(".warc",), magic=b"WARC/", holds=Holds.ARTICLES),
    FileFormat(
        reader="docx.read_docx",
        suffixes=(".docx",),
        content_types=("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
        magic=b"PK\x03\x04",
        looks_like=_is_word,
        limit=_WORD_LIMIT,
        mislabelled=True,
    ),
    FileFormat(
        reader="archives.read_zip",
        suffixes=(".zip",),
        content_types=("application/zip",),
        magic=b"PK\x03\x04",
        holds=Holds.FILES,
    ),
    FileFormat(
        reader="archives.read_tar",
        suffixes=(".tar", ".tgz"),
        content_types=("application/x-tar",),
        magic=b"ustar",
        magic_at=257,
        holds=Holds.FILES,
    ),
)


# --------------------------------------------------------------------------------------------------------------------
# Looking up


def known_suffixes() -> tuple[str, ...]:
    """Return every suffix of the table."""
    return tuple(suffix for known in FORMATS for suffix in known.suffixes)


def format_by_name(name: str) -> FileFormat | None:
    """Return the format of a file by the end of its name, `.gz` aside; None for an unknown one."""
    name = name.lower().removesuffix(PACKED)
    return next((known for known in FORMATS if name.endswith(known.suffixes) and name not in known.suffixes), None)


def format_by_type(content_type: str) -> FileFormat | None:
    """Return the format that a web server declares; None for an unknown one."""
    return next((known for known in FORMATS if content_type in known.content_types), None)


def format_by_bytes(data: bytes) -> FileFormat:
    """Return the format of bytes by how they begin; plain text when nothing else fits.

    Magic bytes come first. Of two formats that share them, as ZIP archives and office documents do, the one that
    looks closer must stand before the other in the table.
    """
    marked = (known for known in FORMATS if known.has_magic(data) and (known.looks_like is None or known.fits(data)))
    alike = (known for known in FORMATS if not known.magic and known.fits(data))
    return next(marked, None) or next(alike, PLAIN)


def unknown_type(name: str) -> str:
    """Return the reason for leaving out a file of another format."""
    suffix = one_line(PurePath(name).suffix, 20) or "(no suffix)"
    return f"unknown type {suffix}; known: {' '.join(known_suffixes())}, each also with {PACKED}"
