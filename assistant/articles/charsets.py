"""From bytes to letters, as browsers do it: declared character sets mean what the Encoding Standard says they mean.

"iso-8859-1" and "us-ascii" are windows-1252, "gb2312" is gb18030 and so on, because that is what files under these
names hold. A page's declaration is looked for in the whole page, as browsers do that meet a late `meta` element, and
outside scripts and comments. UTF-8 comes before every declaration: bytes in another character set are hardly ever valid
UTF-8. Where nothing is declared, or not what the bytes are, charset-normalizer says which sets make words of them, and
the one with the fewest signs in the middle of words is taken ("zosta³"); such a text carries a doubt, which an ingest
shows.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message

from assistant.articles.language import language_of
from assistant.articles.text import UnreadableError
from assistant.english.words import word_set

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
_HIGH_BYTES = bytes(range(128, 256))
_WESTERN_SHARE = 0.2  # French has up to 0.06 bytes above 127 in Windows-1252; Russian, Greek, Japanese over 0.5
_FEW = 10  # bytes above 127 of which no share is counted: a headline of two words
_DAMAGED_SHARE = 0.1  # of the bytes above 127 that may be wrong in the declared character set
_DAMAGED_PAIRS = 0.01  # the same of a set of two bytes a letter: bytes of another are hardly ever all wrong
_TWO_BYTES = ("cp932", "cp949", "euc", "gb", "big5")
_LOOKED_AT = 100_000  # bytes from which a character set is detected
_LABEL = 50  # characters

# Labels of the Encoding Standard that Python does not know, and sets that stand for a larger one.
_LABELS = {
    "unicode-1-1-utf-8": "utf-8", "unicode11utf8": "utf-8", "x-unicode20utf8": "utf-8",
    "iso88592": "iso8859-2", "iso88593": "iso8859-3", "iso88594": "iso8859-4", "iso88595": "iso8859-5",
    "iso88596": "iso8859-6", "csiso88596e": "iso8859-6", "csiso88596i": "iso8859-6", "iso88597": "iso8859-7",
    "sun_eu_greek": "iso8859-7", "iso88598": "iso8859-8", "csiso88598e": "iso8859-8", "csiso88598i": "iso8859-8",
    "iso-8859-6-e": "iso8859-6", "iso-8859-6-i": "iso8859-6", "iso-8859-8-e": "iso8859-8", "iso-8859-8-i": "iso8859-8",
    "iso-ir-149": "cp949", "ksc_5601": "cp949", "visual": "iso8859-8", "logical": "iso8859-8",
    "iso885910": "iso8859-10", "iso885913": "iso8859-13",
    "iso885914": "iso8859-14", "iso885915": "iso8859-15", "csisolatin9": "iso8859-15",
    "cskoi8r": "koi8-r", "koi": "koi8-r", "koi8": "koi8-r", "koi8-ru": "koi8-u",
    "mac": "mac-roman", "csmacintosh": "mac-roman", "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic", "x-mac-ukrainian": "mac-cyrillic",
    "iso885911": "cp874", "dos-874": "cp874", "windows-874": "cp874",
    "x-cp1250": "cp1250", "x-cp1251": "cp1251", "x-cp1252": "cp1252", "x-cp1253": "cp1253", "x-cp1254": "cp1254",
    "x-cp1255": "cp1255", "x-cp1256": "cp1256", "x-cp1257": "cp1257", "x-cp1258": "cp1258",
    "iso88591": "cp1252", "ansi": "cp1252", "x-ansi": "cp1252", "x-user-defined": "cp1252", "iso88599": "cp1254",
    "csgb2312": "gb18030", "gb_2312": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "csgb18030": "gb18030",
    "cn-big5": "big5hkscs", "x-x-big5": "big5hkscs", "cseucpkdfmtjapanese": "euc_jp", "x-euc-jp": "euc_jp",
    "ms932": "cp932", "windows-31j": "cp932", "x-sjis": "cp932", "csshiftjis": "cp932",
    "cseuckr": "cp949", "csksc56011987": "cp949", "ks_c_5601-1989": "cp949", "windows-949": "cp949",
    "unicode": "utf-16-le", "ucs-2": "utf-16-le", "csunicode": "utf-16-le", "unicodefeff": "utf-16-le",
    "unicodefffe": "utf-16-be",
}  # fmt: skip
_STAND_FOR = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949",
    "utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le",
}  # fmt: skip
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_SEVEN_BIT = ("iso2022", "hz", "utf-7")  # valid ASCII, but not what ASCII says
_WESTERN = word_set("af ca da de en es eu fi fr ga gl is it nb nl nn no pt sv")  # languages
_DETECTED = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "iso8859_2", "cp932",
    "euc_jp", "gb18030", "big5", "cp949", "mac_roman", "cp850", "cp866",
]  # fmt: skip

# Two letters are among them: rare even in Slovak, they are the å and à of others, misread as windows-1250.
_SIGN_IN_WORD = re.compile(r"(?<=[^\W\d_])[\x80-\x9f\xa1-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7˙˛˘˝¸ˇĺŕ]")

# UTF-8 that was read as windows-1252 and saved again: "Ã¤" for "ä", "â€œ" for a quotation mark.
_TWICE = re.compile(r"Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\x80-\xbf“”˜™œ¢¦]")
_SEEN_TWICE = 2

# What holds words that are no markup. A comment, script or style that is never closed hides the rest, as in browsers.
_NO_MARKUP = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|textarea|title|noscript|template)\b[^>]{0,2000}+>.*?(?:</\1|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_META = re.compile(rb"<meta[\s/]([^<>]{0,3000}+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([^\s"'>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_CONTENT_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([^\s"';>]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']\s*([\w:.-]{1,50})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The letters that bytes stand for."""

    text: str
    doubt: str = ""  # why they may be the wrong ones, as a notice says it; "" for no doubt


def decode(data: bytes, *declared: str) -> str:
    """Return the text of `data`, as `decoded` does."""
    return decoded(data, *declared).text


def decoded(data: bytes, *declared: str) -> Decoded:
    """Decode `data`: by its byte order mark, else as UTF-8, else as the first declared character set that fits.

    UTF-8 with a few damaged bytes stays UTF-8, with U+FFFD in their place. Where nothing fits, the character set is
    detected. Raises `UnreadableError` for binary data, and where none can be detected.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_strict(data[len(mark) :], encoding))
    codecs_named = [codec for codec in map(codec_of, declared) if codec]
    for codec in codecs_named:
        if codec.startswith(_SEVEN_BIT) or (codec.startswith(("utf-16", "utf-32")) and b"\0" in data):
            return _damage_said(data.decode(codec, "replace"), codec)
    if wide := _wide(data):
        return Decoded(data.decode(wide, "replace"), f"declares no character set; read as {_shown(wide)}")
    _refuse_binary(data)
    try:
        return _lost_said(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _not_utf8(data, codecs_named, next((label for label in declared if label), ""))


def _wide(data: bytes) -> str:
    """Return the set of two bytes a letter in which Latin letters show a zero byte each, "" for none."""
    head = data[: _FEW * _LABEL]
    zeros = [head[start::2].count(0) for start in (0, 1)]
    if max(zeros) < max(_FEW, len(head) // 3) or min(zeros) > 0:
        return ""
    return "utf-16-le" if zeros[1] else "utf-16-be"


def _lost_said(text: str) -> Decoded:
    """Return UTF-8 text, with a doubt where whoever saved it had lost letters or read its bytes wrongly."""
    if lost := text.count("\ufffd"):
        return Decoded(text, f"holds {lost:,} \ufffd: letters that were lost before it was saved; fetch it again")
    twice: list[str] = _TWICE.findall(text) if "Ã" in text or "â€" in text else []
    if len(twice) >= _SEEN_TWICE:
        said = f"shows {twice[0]!r} for a letter, {len(twice):,} times in all: it was saved in a wrong character set"
        return Decoded(text, f"{said}; fetch it again")
    return Decoded(text)


def decoded_markup(data: bytes, charset: str = "") -> Decoded:
    """Decode a page or a feed. `charset` is what the server declares: it comes before what the markup declares."""
    if data.startswith((b"<\0", b"\0<")):
        charset = "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    return decoded(data, charset, *markup_charsets(data))


def markup_charsets(data: bytes) -> Iterable[str]:
    """Yield the character sets that an XML declaration and `meta` elements name."""
    if named := _XML_ENCODING.match(data):
        yield named[1].decode("ascii", "replace")
    for meta in _META.finditer(_NO_MARKUP.sub(b" ", data)):
        label = _meta_charset(meta[1])
        if label:  # UTF-16 could not be read as far as here: the standard takes it for UTF-8
            yield "utf-8" if codec_of(label).startswith("utf-16") else label


def _meta_charset(attributes: bytes) -> str:
    given: dict[bytes, bytes] = {}
    for found in _ATTRIBUTE.finditer(attributes):
        given.setdefault(found[1].lower(), found[2] or found[3] or found[4] or b"")
    label = given.get(b"charset", b"")
    if not label and given.get(b"http-equiv", b"").strip().lower() == b"content-type":
        named = _CONTENT_CHARSET.search(given.get(b"content", b""))
        label = named[1] if named else b""
    return label.strip().decode("ascii", "replace")


def charset_of(head: Message) -> str:
    """Return the charset that the headers of a mail or a page declare; "" for none, and for what can be none."""
    try:
        return str(head.get_content_charset() or "")
    except ValueError:  # a zero byte in it
        return ""


def codec_of(label: str) -> str:
    """Return Python's name of the character set that browsers mean by a label; "" for an unknown one."""
    label = label.strip(" \t\r\n\f\"'").lower()
    if not label or len(label) > _LABEL or not label.isascii():
        return ""
    try:
        found = codecs.lookup(_LABELS.get(label, label))
    except (LookupError, ValueError):
        return ""
    is_text = getattr(found, "_is_text_encoding", True) and found.name.replace("-", "_") not in _NO_CHARSETS
    return _STAND_FOR.get(found.name, found.name) if is_text else ""


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


def _not_utf8(data: bytes, named: list[str], label: str) -> Decoded:
    """Decode as the first declared set that fits, as damaged UTF-8, or as the set that is detected."""
    high = len(data) - len(data.translate(None, _HIGH_BYTES))
    lenient = data.decode("utf-8", "replace")
    damaged = lenient.count("\ufffd")
    whole = len(lenient) - damaged - (len(data) - high)  # characters of two bytes or more
    fitting = next((codec for codec in named if codec != "utf-8" and _fits(data, codec, high)), "")
    if whole > damaged:
        return _damage_said(lenient, "utf-8")
    if fitting and fitting == named[0]:
        return _damage_said(data.decode(fitting, "replace"), fitting)
    codec = fitting or _detected(data, high)
    claim = f"declares {label[:_LABEL]}, which it is not" if label else "declares no character set and is not UTF-8"
    how = "" if fitting else " by its letters"
    doubt = f"{claim}; read as {_shown(codec)}{how}; save it as UTF-8 if letters look wrong"
    return Decoded(data.decode(codec, "replace"), doubt)


def _fits(data: bytes, codec: str, high: int) -> bool:
    """Whether bytes can be text in this set: next to none without a letter, and no other script as accented letters."""
    if codec == "cp1252" and high > max(_WESTERN_SHARE * len(data), _FEW):
        return False
    share = _DAMAGED_PAIRS if codec.startswith(_TWO_BYTES) else _DAMAGED_SHARE
    return data.decode(codec, "replace").count("\ufffd") <= max(share * high, high >= _FEW)


def _damage_said(text: str, codec: str) -> Decoded:
    damaged = text.count("\ufffd")
    said = f"holds {damaged:,} damaged characters (read as {_shown(codec)}), shown as \ufffd; save it again as UTF-8"
    return Decoded(text, said.replace("characters", "character" if damaged == 1 else "characters") if damaged else "")


def _detected(data: bytes, high: int) -> str:
    """Return the set that makes words of the bytes. Raises `UnreadableError` when none does."""
    from charset_normalizer import from_bytes

    found = list(from_bytes(data[:_LOOKED_AT], cp_isolation=_DETECTED, enable_fallback=False))
    signs = {match.encoding: len(_SIGN_IN_WORD.findall(str(match))) for match in found}  # the likeliest first
    if signs.get("cp1252") == min(signs.values(), default=0) and _is_western(data):
        return "cp1252"
    if signs:
        return min(signs, key=lambda codec: signs[codec])
    if high > _WESTERN_SHARE * len(data) or not _fits(data, "cp1252", high):
        raise UnreadableError("is in a character set that cannot be told; save it as UTF-8")
    return "cp1252"


def _is_western(data: bytes) -> bool:
    """Whether a text is in a language that windows-1252 is made for: "año" and "ańo" are both made of letters."""
    return language_of(data[:_LOOKED_AT].decode("cp1252", "replace")) in _WESTERN


def _shown(codec: str) -> str:
    return re.sub(r"^cp(?=125\d|874)", "windows-", codec).replace("_", "-")
