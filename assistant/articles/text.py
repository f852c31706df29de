"""From bytes to the text that is stored: decoding, and the one normalisation that every article passes on arrival.

After `normalise` an article's text is never edited again, so every offset counted later stays right. Bidirectional
controls and zero-width characters are kept: they are part of what was published, and are defused where text is shown.

Hard-wrapped text, whose lines were broken to fit a width, is joined again: a line break ends a sentence everywhere else
in the program (headlines and list items have no full stop), so a clipping wrapped at 72 columns would be cut in the
middle of its sentences.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from assistant.errors import UsageError

_WIDEST = 120  # characters of the longest line of a wrapped text; longer lines were not broken to fit a width
_NARROWEST = 40  # a text of shorter lines is a poem, a table or a list
_MOST = 0.85  # share of the line breaks within paragraphs at which the next word would not have fitted
_FEWEST = 3  # such breaks: fewer prove nothing


class UnreadableError(UsageError):
    """These bytes cannot be read as an article; the message is the one-line reason, with the remedy."""


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """The most that is read of one file or text, and what the user is advised to do with a longer one."""

    size: int  # bytes of a file, characters of a text
    remedy: str

    def refusal(self) -> UnreadableError:
        """Return the error for something longer."""
        return UnreadableError(f"is over {self.size // 1_000_000} MB{self.remedy}")


ARTICLE_LIMIT = SizeLimit(20_000_000, "; is it one article? split it")  # the longest text taken as one article


# First bytes of common files that are not text. ZIP covers .docx, .odt and .epub; OLE covers old .doc files.
_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP file or an office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"BZh9", "bzip2-compressed data"),
    (b"\xfd7zXZ", "xz-compressed data"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"SQLite format 3\0", "a database"),
)

# Longest first: the mark of UTF-32 LE begins with the mark of UTF-16 LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Control bytes that text does not hold; tab, line breaks and escape (terminal logs) are none of them.
_CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})
_CONTROL_SHARE = 0.1  # of all bytes; above it the data is binary
_WESTERN_SHARE = 0.2  # French has up to 0.06 bytes above 127 in Windows-1252; Russian, Greek, Japanese over 0.5


def decode(data: bytes) -> str:
    """Decode `data`: by its byte order mark, else as UTF-8, else as Windows-1252.

    UTF-8 with a few damaged bytes stays UTF-8, with U+FFFD in their place. Windows-1252 is accepted only when at most
    `_WESTERN_SHARE` of the bytes lie above 127: other scripts would turn into wrong letters without a word.

    Raises `UnreadableError` for binary data and for an unknown character set.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    _refuse_binary(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_quite_utf8(data)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as err:
        raise UnreadableError(
            f"begins like {encoding.upper()} but is damaged at byte {err.start}; save it as UTF-8"
        ) from err


def _refuse_binary(data: bytes) -> None:
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise UnreadableError(f"is {name}, not text; save it as plain text or as a web page")
    if b"\0" in data:
        raise UnreadableError("is binary data, not text (it holds zero bytes); if it is text, save it as UTF-8")
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    if controls > _CONTROL_SHARE * len(data):
        raise UnreadableError("is binary data, not text (too many control characters)")


def _not_quite_utf8(data: bytes) -> str:
    """Decode as damaged UTF-8 when most characters above 127 are well formed, else as Windows-1252."""
    lenient = data.decode("utf-8", "replace")
    damaged = lenient.count("\ufffd")
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    whole = len(lenient) - damaged - (len(data) - high)  # characters of two bytes or more
    if whole > damaged:
        return lenient
    if high > _WESTERN_SHARE * len(data):
        raise UnreadableError("is in a character set that cannot be told; save it as UTF-8")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as err:
        raise UnreadableError("is neither UTF-8 nor Windows-1252; save it as UTF-8") from err


_LINE_BREAKS = re.compile("[\r\v\f\x85\u2028\u2029]")
# C0 and C1 controls but tab and line feed, lone surrogates, the byte order mark, and the 66 noncharacters of Unicode.
_UNWANTED_CLASS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_UNWANTED = re.compile(f"[{_UNWANTED_CLASS}]")
# A little wider than the two together (all beyond U+1FFFD), because single characters up there make the search 10 times
# slower: 2.1 s against 0.2 s on 44 million characters of news.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufdd0-\ufdef\ufffe\uffff\U0001fffe-\U0010ffff]"
)
_MANY_BREAKS = re.compile("\n{3,}")

# The Stream-Safe Text Format of Unicode (UAX #15, section 13) allows 30 combining marks in a row; no language needs
# more, and ordering a long run takes quadratic time (measured: 10 s for 100,000 marks).
_MARKS_IN_A_ROW = 30
_MAYBE_MARKS = re.compile(f"[^\x00-\u02ff\u2000-\u206f]{{{_MARKS_IN_A_ROW + 1},}}")


def normalise(text: str) -> str:
    r"""Return the text as it is stored; doing it again changes nothing, and the result encodes to UTF-8.

    Every kind of line break becomes `\n`; other control characters, the byte order mark, noncharacters and lone
    surrogates go; letters are composed (NFC); lines end without spaces; more than two line breaks become two; the
    ends are stripped. Takes time in proportion to the length of any text.
    """
    text = text.replace("\r\n", "\n")
    if _ODD.search(text):  # one search for both kinds: most articles hold neither
        text = _UNWANTED.sub("", _LINE_BREAKS.sub("\n", text))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", _MAYBE_MARKS.sub(_limit_marks, text))
    text = "\n".join([line.rstrip() for line in text.split("\n")])
    if "\n\n\n" in text:
        text = _MANY_BREAKS.sub("\n\n", text)
    return text.strip()


def _limit_marks(found: re.Match[str]) -> str:
    """Return the matched characters with at most `_MARKS_IN_A_ROW` combining marks in a row."""
    kept: list[str] = []
    run = 0
    for char in found.group():
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)


def one_line(text: str, limit: int = 300) -> str:
    """Return a title, name or address as one clean line of at most `limit` characters; `…` ends one that was cut."""
    line = " ".join(normalise(text.strip()[: 10 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def unwrap(text: str) -> str:
    """Return `text` with the line breaks within its paragraphs turned into spaces, if it was wrapped to a width.

    A break was made to fit the width when the first word of the next line would not have fitted. In a wrapped text
    nearly all breaks within paragraphs are of this kind; the others (of a list, an address) stay.
    """
    lines = text.split("\n")
    width = max(len(line.rstrip()) for line in lines)
    if not _NARROWEST <= width <= _WIDEST:
        return text
    within = [(a, b) for a, b in pairwise(lines) if a.strip() and b.strip()]
    full = sum(_is_full(a, b, width) for a, b in within)
    if full < _FEWEST or full < _MOST * len(within):
        return text
    joined = [lines[0]]
    for before, line in pairwise(lines):
        if before.strip() and line.strip() and _is_full(before, line, width):
            joined[-1] = f"{joined[-1].rstrip()} {line.strip()}"
        else:
            joined.append(line)
    return "\n".join(joined)


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the first word of `following` had no room at the end of `line`."""
    return len(line.rstrip()) + 1 + len(following.split(maxsplit=1)[0]) > width
