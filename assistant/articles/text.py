"""The text that is stored: the one normalisation that every article passes on arrival.

After `normalise` an article's text is never edited again, so every offset counted later stays right. Bidirectional
controls and zero-width characters are kept: they are part of what was published, and are defused where text is shown.

Hard-wrapped text, whose lines were broken to fit a width, is joined again: a line break ends a sentence everywhere else
in the program (headlines and list items have no full stop), so a clipping wrapped at 72 columns would be cut in the
middle of its sentences.
"""

from __future__ import annotations

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
