"""Word documents (.docx): one article a file, as it reads when every tracked change is accepted.

What was deleted under "track changes" is never text, what was inserted is; paragraphs whose mark was deleted are one.
Hidden words, field codes, tables of contents, placeholders to be clicked and the double of a text box that old programs
read are left out, and so are comments, headers, footers and footnotes, which lie in files of their own: footnotes name
sources mostly, and in the middle of a sentence they would break it. A notice says how many there are.

Paragraphs are separated by blank lines, each cell of a table is one, items of lists begin with "- ". Headings are
paragraphs like others; they are known by their style, so that the first gives the title.

The file is a ZIP archive of XML, and hostile like any other: a bounded number of bytes and elements is read of it,
piece by piece, and nothing is expanded or loaded.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import normpath

from assistant.articles.build import RawArticle
from assistant.articles.formats.archives import check_directory
from assistant.articles.formats.pdf import declared_title
from assistant.articles.raw_document import CHUNK
from assistant.articles.text import ARTICLE_LIMIT, UnreadableError

_BYTES = 100_000_000  # of one unpacked part
_ELEMENTS = 1_000_000  # of one part: 100,000 words with their marks have some 300,000
_DIRECTORY = 1_000_000  # bytes of the list of parts
_OLD = b"\xd0\xcf\x11\xe0"  # begins a file of Word before 2007, and every office file that is locked
_DAMAGED = "is damaged, or no Word document; open it and save it again, or save its text as .txt"
_FAULTS = (zipfile.BadZipFile, struct.error, zlib.error, EOFError, RuntimeError, OSError, ValueError)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_WORD = (  # as Word writes it, and in its strict form
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHANGES = frozenset(f"{what}Change" for what in ("pPr", "rPr", "tblPr", "trPr", "tcPr"))  # how it looked before
_UNREAD = _CHANGES | {"moveFrom", "delText", "instrText", "delInstrText", "rt", "sectPr", "object"}
_NO_LEVEL, _NO_LIST = "9", "0"  # of an outline, of lists: how a paragraph takes back what its style says
_HOLDERS = frozenset({"tc", "body", "txbxContent"})  # of paragraphs: no paragraph goes on beyond one
_BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-"}
_OFF = frozenset({"0", "false", "off"})
_HEADING = re.compile(r"(?:heading|title|subtitle)\b", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|table of figures|index)\b", re.IGNORECASE)
_DEEPEST = 20  # styles of which one is based on the next


def read_docx(data: bytes) -> RawArticle:
    """Return the text of a Word document. Raises `UnreadableError` when it is damaged, locked or without text."""
    if data.startswith(_OLD):
        raise UnreadableError("is a Word file of before 2007, or locked with a password; save it as .docx without one")
    try:
        check_directory(io.BytesIO(data), _DIRECTORY)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _article(_Package(archive))
    except _FAULTS as err:
        raise UnreadableError(_DAMAGED) from err


def _article(package: _Package) -> RawArticle:
    main = package.main_part()
    styles = _Styles()
    package.parse(main.rpartition("/")[0] + "/styles.xml", styles, needed=False)
    body = _Body(styles)
    package.parse(main, body)
    text = "\n\n".join(body.blocks)
    if not text.strip():
        raise UnreadableError("holds no text; if its pages are pictures, recognise their text first")
    facts = _Facts()
    package.parse("docProps/core.xml", facts, needed=False)
    saved = (facts.said.get("modified") or facts.said.get("created", ""))[:10]
    return RawArticle(
        text=text,
        title=body.title or declared_title(facts.said.get("title", ""), text),
        authors=(facts.said.get("creator", ""),),
        left_out=f"has footnotes ({body.footnotes:,}), which were left out" if body.footnotes else "",
        hint=f"the document was saved on {saved}" if saved else "",
    )


class _Package:
    """The parts of a document, by their names."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {info.filename.lstrip("/"): info for info in archive.infolist()}

    def main_part(self) -> str:
        """Return the name of the part that holds the text: that which the list of relations names, else the usual."""
        relations = _Relations()
        self.parse("_rels/.rels", relations, needed=False)
        named = normpath(relations.main.lstrip("/")) if relations.main else ""
        return named if named in self._parts else "word/document.xml"

    def parse(self, name: str, target: _Quiet, *, needed: bool = True) -> None:
        """Feed the elements of a part to `target`; a part that is not there is passed over unless `needed`."""
        info = self._parts.get(name)
        if info is None:
            if needed:
                raise UnreadableError("is no Word document; if it is a ZIP archive, name it .zip")
            return
        if info.flag_bits & 0x1 or info.compress_type not in _METHODS:
            raise UnreadableError("is locked with a password or packed in an unusual way; save it again without")
        from lxml import etree

        parser = etree.XMLParser(
            target=_Counted(target), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            for chunk in self._chunks(info):
                parser.feed(chunk)
            parser.close()
        except etree.XMLSyntaxError as err:
            raise UnreadableError(_DAMAGED) from err

    def _chunks(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        read = 0
        with self._archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                read += len(chunk)
                if read > _BYTES:
                    raise UnreadableError("unpacks to more than a document has; save its text as .txt")
                yield chunk


class _Counted:
    """Passes elements on, so many and no more; a document type, which no document has, ends the reading."""

    def __init__(self, target: _Quiet) -> None:
        self.start, self.end, self.data = self._start, target.end, target.data
        self._target = target
        self._left = _ELEMENTS

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._left -= 1
        if self._left < 0:
            raise UnreadableError("has too many elements for one article; save its text as .txt")
        self._target.start(tag, attributes)

    def doctype(self, *_: object) -> None:
        """Refuse it: entities may be declared in it."""
        raise UnreadableError(_DAMAGED)

    def close(self) -> None:
        """Do nothing; parsers ask for it."""


class _Quiet:
    """Does nothing with what it is told."""

    def start(self, _tag: str, _attributes: Mapping[str, str]) -> None:
        """Do nothing."""

    def end(self, _tag: str) -> None:
        """Do nothing."""

    def data(self, _text: str) -> None:
        """Do nothing."""


class _Relations(_Quiet):
    """Finds the main part in the list of relations."""

    def __init__(self) -> None:
        self.main = ""

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            self.main = self.main or attributes.get("Target", "")


class _Facts(_Quiet):
    """What the document says of itself: title, creator, created, modified."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}
        self._open = ""

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._open = tag.rpartition("}")[2]

    def end(self, _tag: str) -> None:
        self._open = ""

    def data(self, text: str) -> None:
        if self._open:
            self.said[self._open] = (self.said.get(self._open, "") + text)[:1000]


def _local(tag: str) -> str:
    """Return the name of an element of Word's own, "" for one of another language."""
    return next((tag[len(space) :] for space in _WORD if tag.startswith(space)), "")


def _value(attributes: Mapping[str, str], name: str = "val") -> str:
    return next((attributes[space + name] for space in _WORD if space + name in attributes), "")


@dataclass(slots=True)
class _Style:
    """What a style says of its paragraphs."""

    name: str = ""
    based_on: str = ""
    outlined: bool = False
    listed: bool = False


class _Styles(_Quiet):
    """The styles of a document. Their ids are in the language of the program that wrote them, the names in English."""

    def __init__(self) -> None:
        self._known: dict[str, _Style] = {}
        self._open = _Style()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _local(tag)
        if name == "style":
            self._open = self._known.setdefault(_value(attributes, "styleId"), _Style())
        elif name == "name":
            self._open.name = _value(attributes)
        elif name == "basedOn":
            self._open.based_on = _value(attributes)
        elif name == "outlineLvl":
            self._open.outlined = _value(attributes) != _NO_LEVEL
        elif name == "numId":
            self._open.listed = _value(attributes) != _NO_LIST

    def end(self, tag: str) -> None:
        if _local(tag) == "style":
            self._open = _Style()

    def is_heading(self, style: str) -> bool:
        return any(one.outlined or _HEADING.match(one.name) for one in self._line(style))

    def is_list(self, style: str) -> bool:
        return any(one.listed for one in self._line(style))

    def is_contents(self, style: str) -> bool:
        return any(_CONTENTS.match(one.name) for one in self._line(style))

    def _line(self, style: str) -> Iterator[_Style]:
        """Yield a style and those that it is based on; where the file names no styles, the id is taken for the name."""
        for _ in range(_DEEPEST):
            if not style:
                return
            found = self._known.get(style, _Style(name=style))
            yield found
            style = found.based_on


@dataclass(slots=True)
class _Paragraph:
    """An open paragraph."""

    pieces: list[str] = field(default_factory=list)
    style: str = ""
    outlined: bool = False
    listed: bool = False
    goes_on: bool = False  # its mark was deleted: the next paragraph is a part of it


class _Body(_Quiet):
    """Collects the paragraphs of a document."""

    def __init__(self, styles: _Styles) -> None:
        self.blocks: list[str] = []
        self.title = ""
        self.footnotes = 0
        self._styles = styles
        self._path: list[str] = []  # of open elements; "" for those of other languages
        self._skipped = 0  # open elements within one that is not read
        self._paragraphs: list[_Paragraph] = []  # open ones: a text box lies within a paragraph
        self._waiting: list[str] = []  # pieces of a paragraph whose mark was deleted
        self._parts: list[tuple[int, bool]] = []  # open rows and cells: where they began, whether they were deleted
        self._hidden = False
        self._length = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _local(tag)
        if self._skipped or tag == _FALLBACK or self._is_unread(name):
            self._skipped += 1
            return
        self._path.append(name)
        if name == "p":
            self._paragraphs.append(_Paragraph())
        elif name in {"tr", "tc"}:
            self._parts.append((len(self.blocks), False))
        elif name == "showingPlcHdr" and self._path[-3:-1] == ["sdt", "sdtPr"]:
            self._path[-3] = "placeholder"
        elif name in {"del", "cellDel"}:
            self._deleted()
        elif self._paragraphs:
            self._in_paragraph(self._paragraphs[-1], name, _value(attributes))

    def end(self, _tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        name = self._path.pop() if self._path else ""
        if name == "p" and self._paragraphs:
            self._close(self._paragraphs.pop())
        elif name in _HOLDERS:
            self._flush()
        if name in {"tr", "tc"} and self._parts:
            began, deleted = self._parts.pop()
            if deleted:
                del self.blocks[began:]

    def data(self, text: str) -> None:
        if not self._skipped and self._path and self._path[-1] == "t":
            self._add(text)

    def _add(self, text: str) -> None:
        if self._hidden or not self._paragraphs:
            return
        self._length += len(text)
        if self._length > ARTICLE_LIMIT.size:
            raise ARTICLE_LIMIT.refusal()
        self._paragraphs[-1].pieces.append(text)

    def _parent(self) -> str:
        return self._path[-2] if len(self._path) > 1 else ""

    def _is_unread(self, name: str) -> bool:
        """Whether nothing in an element is text; a deletion of a paragraph's mark or of a row is an empty element."""
        if name == "del":
            return self._path[-2:] != ["pPr", "rPr"] and self._path[-1:] != ["trPr"]
        return name in _UNREAD or (name == "sdtContent" and self._path[-1:] == ["placeholder"])

    def _in_paragraph(self, paragraph: _Paragraph, name: str, value: str) -> None:
        if name == "pStyle":
            paragraph.style = value
        elif name == "outlineLvl":
            paragraph.outlined = value != _NO_LEVEL
        elif name == "numId":
            paragraph.listed = value != _NO_LIST
        elif name == "r":
            self._hidden = False
        elif name == "vanish" and self._path[-3:-1] == ["r", "rPr"]:
            self._hidden = value.lower() not in _OFF
        elif name in {"footnoteReference", "endnoteReference"}:
            self.footnotes += 1
        elif name in _BREAKS and self._parent() == "r":
            self._add(_BREAKS[name])

    def _deleted(self) -> None:
        if self._parent() == "rPr" and self._paragraphs:
            self._paragraphs[-1].goes_on = True
        elif self._parent() in {"trPr", "tcPr"} and self._parts:
            self._parts[-1] = (self._parts[-1][0], True)

    def _close(self, paragraph: _Paragraph) -> None:
        self._waiting += paragraph.pieces
        if not paragraph.goes_on:
            self._flush(paragraph)

    def _flush(self, paragraph: _Paragraph | None = None) -> None:
        """End what waits as the words of a paragraph."""
        text, self._waiting = "".join(self._waiting).strip(), []
        if not text:
            return
        last = paragraph or _Paragraph()
        if self._styles.is_contents(last.style):
            return
        is_heading = last.outlined or self._styles.is_heading(last.style)
        if is_heading and not self.title:
            self.title = " ".join(text.split())
        is_item = not is_heading and (last.listed or self._styles.is_list(last.style))
        self.blocks.append(f"- {text}" if is_item else text)
