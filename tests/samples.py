"""Small valid files of every kind, made here: read by the tests and damaged by the fuzzer. All content is invented."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from xml.sax.saxutils import escape

PARAGRAPHS = (
    "The harbour of Eastport reopened on Tuesday after a storm had closed it for nine days, the port authority said.",
    "Forty ships left in the first hours, and officials expect the rest of the backlog to be cleared by the weekend.",
    "A new breakwater would keep the harbour open in such weather, engineers told reporters after the meeting.",
)


def page(
    *, title: str = "Eastport harbour reopens", head: str = "", body: str = "", paragraphs: Sequence[str] = PARAGRAPHS
) -> bytes:
    """A web page with an article in it."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<main><article><h1>{title}</h1>{body}{text}</article></main><footer><p>All rights reserved.</p></footer>"
        "</body></html>"
    ).encode()


def drawn_pdf(*pages: Sequence[tuple[float, float, str]]) -> bytes:
    """A PDF file whose words are drawn one after the other, each at its place from the left and from below."""
    return pdf([()] * len(pages), streams=[_drawn(page) for page in pages])


def _drawn(page: Sequence[tuple[float, float, str]]) -> bytes:
    data = "".join(f"BT /F1 11 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in page).encode("cp1252")
    return f"<< /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def pdf(
    pages: Sequence[Sequence[str]],
    *,
    title: str = "",
    created: str = "",
    packed: bool = True,
    streams: Sequence[bytes] = (),
) -> bytes:
    """A PDF file with one text line for each line; `created` as D:20251127093000Z. Letters of Latin-1 only."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    facts = "".join(f"/{name} ({value})" for name, value in (("Title", title), ("CreationDate", created)) if value)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, lines in enumerate(pages):
        contents = 5 + 2 * n
        resources = "/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 595 842]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {resources} /Contents {contents} 0 R >>".encode())
        objects.append(streams[n] if streams else _stream(lines, packed=packed))
    objects.append(f"<< {facts} >>".encode("cp1252"))
    return _with_table(objects)


def _stream(lines: Sequence[str], *, packed: bool) -> bytes:
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    drawn = "".join(f"({line}) Tj T*\n" for line in escaped)
    data = f"BT /F1 11 Tf 13 TL 60 780 Td\n{drawn}ET".encode("cp1252")
    data = zlib.compress(data) if packed else data
    how = "/Filter /FlateDecode " if packed else ""
    return f"<< {how}/Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _with_table(objects: Sequence[bytes]) -> bytes:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    table = out.tell()
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}trailer\n{trailer}\n".encode())
    out.write(f"startxref\n{table}\n%%EOF\n".encode())
    return out.getvalue()


def warc_record(kind: str, url: str, content: bytes, *, day: str = "2025-11-28", more: str = "") -> bytes:
    """One record of a WARC file."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {day}T10:00:00Z\r\n{more}"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def response(body: bytes, *, status: str = "200 OK", headers: str = "Content-Type: text/html; charset=utf-8") -> bytes:
    """What a server sent, as a crawler stores it."""
    return f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode() + body


def warc(urls: Sequence[str], *, packed: bool = True) -> bytes:
    """A WARC file of articles, each record packed on its own as crawlers do."""
    records = [warc_record("warcinfo", "", b"software: none\r\n")]
    records += [warc_record("response", url, response(page(title=f"News of {url}"))) for url in urls]
    return b"".join(gzip.compress(record) if packed else record for record in records)


def mail(*, html: str = "", text: str = "", subject: str = "Harbour reopens", attachment: bytes = b"") -> bytes:
    """A newsletter."""
    message = EmailMessage()
    message["From"] = "Harbour News <letters@harbour.example>"
    message["To"] = "reader@home.example"
    message["Subject"] = subject
    message["Date"] = "Thu, 27 Nov 2025 23:30:00 -0500"
    message["Message-ID"] = "<1@harbour.example>"
    if text or not html:
        message.set_content(text or "\n\n".join(PARAGRAPHS))
    if html:
        message.add_alternative(html, subtype="html") if text else message.set_content(html, subtype="html")
    if attachment:
        message.add_attachment(attachment, maintype="image", subtype="png", filename="ship.png")
    return bytes(message)


def forwarded(message: bytes) -> bytes:
    """A mail with another attached, and a third within its text."""
    inline = "---------- Forwarded message ---------\nFrom: A <a@h.example>\nDate: 27 Nov 2025\nSubject: Ships\n\nGone."
    head = (
        "From: B <b@h.example>\nSubject: Fwd: ships\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    )
    text = f"{head}--b\nContent-Type: text/plain\n\nLook.\n\n{inline}\n--b\nContent-Type: message/rfc822\n\n"
    return text.encode() + message + b"\n--b--\n"


def web_archive(html: bytes, address: str = "https://harbour.example/reopens") -> bytes:
    """A page as Chrome saves it in one file."""
    body = html.replace(b"=", b"=3D")
    return (
        (
            f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\nSubject: Page\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/related; type="text/html"; boundary="--b--"\r\n\r\n'
            "----b--\r\nContent-Type: text/html\r\n"
            f"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: {address}\r\n\r\n"
        ).encode()
        + body
        + b"\r\n----b--\r\nContent-Type: image/png\r\n\r\nabc\r\n----b----\r\n"
    )


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tarred(members: Mapping[str, bytes], *, packed: bool = False) -> bytes:
    """A TAR archive, packed with gzip or not."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz" if packed else "w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def rss(*items: str, head: str = "<title>Harbour News</title><link>https://harbour.example/</link>") -> bytes:
    """An RSS feed of `items`, each the inside of an `item` element."""
    inner = "".join(f"<item>{item}</item>" for item in items)
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel>{head}{inner}</channel></rss>'.encode()


def atom(*entries: str) -> bytes:
    """An Atom feed of `entries`, each the inside of an `entry` element."""
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    head = "<title>Harbour News</title><link href='https://harbour.example/'/>"
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">{head}{inner}</feed>'.encode()


def opml(*urls: str) -> bytes:
    """A list of feeds."""
    lines = "".join(f'<outline type="rss" text="A feed" xmlUrl="{url}"/>' for url in urls)
    return (
        f'<?xml version="1.0"?><opml version="2.0"><body><outline text="News">{lines}</outline></body></opml>'.encode()
    )


_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def docx(
    body: str,
    *,
    styles: str = "",
    core: str = "",
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A Word document; `body` and `styles` are WordprocessingML with the prefix w, `core` with dc, dcterms."""
    held: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Target="word/document.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        "word/document.xml": docx_text(body),
        "word/styles.xml": f'<w:styles xmlns:w="{_WORDS}">{styles}</w:styles>',
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"{core}</cp:coreProperties>",
        **(parts or {}),
    }
    return zipped({name: part.encode() if isinstance(part, str) else part for name, part in held.items()})


def docx_text(body: str) -> bytes:
    """The part of a Word document that holds its text."""
    spaces = f'xmlns:w="{_WORDS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    return f"<w:document {spaces}><w:body>{body}</w:body></w:document>".encode()


def docx_paragraph(text: str, *, style: str = "", marks: str = "") -> str:
    """A paragraph of one run; `marks` stand in its properties."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{marks}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"
