"""PDF files with a text layer: one article a file.

A PDF knows lines on pages, not paragraphs. Lines are joined where the text runs on, words hyphenated at the end of a
line are put together, and what repeats at the top or bottom of the pages goes. Columns that were drawn row by row are
told apart by the gap between them (`articles.formats.pdf_worker`), or a notice says that their order is doubtful.

The day on which a PDF was made is not its day of publication: printing a page of 2019 today makes a PDF of today. It is
mentioned in a notice only; a day in the name of the file counts.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from assistant.articles.build import RawArticle
from assistant.articles.text import UnreadableError
from assistant.english.words import listed, word_set

_WORD = re.compile(r"[^\W\d_]+")
_HYPHENATED = re.compile(r"(?<![\w-])[^\W\d_]+(?:[-\u2010][^\W\d_]+)+")
_LINE_END = re.compile(r"(?P<before>[\w’'.-]*?)(?P<head>[^\W\d_]+|\d)(?P<hyphen>[-\u2010\u00ad])$")
_SUSPENDED_NUMBER = re.compile(r"\d{4}\b(?!\s*(?:season|term|school|budget))")  # a year after a dash, mostly
_SUSPENDED = word_set("and or")  # "two- and three-year terms"
_SMALL = word_set("of to in the and by on for a up out off at as or")  # within a compound: "up-to-date"
_AFTER_NAMES = word_set("led run style wide")  # "British-/led"; after small letters, mostly the end of a word
_TENS = word_set("twenty thirty forty fifty sixty seventy eighty ninety")
_UNITS = word_set(
    "one two three four five six seven eight nine first second third fourth fifth sixth seventh eighth ninth"
)
_LONGEST = 60  # characters of a word


class LineHyphens:
    """Puts together what the end of a line parted, by the document's own words first and by lists second.

    A word that the document writes as one elsewhere is one; a compound that it writes with a hyphen, or whose two
    parts stand in it as words, keeps it. Else the lists know first and second parts that are mostly written so.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        lines = list(lines)
        self._words = Counter(word.lower() for line in lines for word in _WORD.findall(line))
        self._hyphenated = {
            word.lower().replace("\u2010", "-") for line in lines for word in _HYPHENATED.findall(line)
        }  # none of those that a line parts: they end in the hyphen

    def joined(self, text: str, line: str) -> str:
        """Return `text` with `line` after it, with a space or without, and with or without the hyphen between."""
        parted, tail = _LINE_END.search(text[-_LONGEST:]), _WORD.match(line)
        if parted and parted["hyphen"] != "\u00ad" and line[:1].isdigit() and not _SUSPENDED_NUMBER.match(line):
            return text + line  # "COVID-/19", "£3-/4m"
        if not parted or not tail or (parted["hyphen"] == "\u00ad" and not tail[0][0].islower()):
            return f"{text} {line}"
        if tail[0] in _SUSPENDED and line[tail.end() : tail.end() + 1] != "-":
            return f"{text} {line}"
        if parted["hyphen"] != "\u00ad" and self._is_compound(parted, tail[0], line[tail.end() : tail.end() + 1]):
            return text + line
        return text[:-1] + line

    def _is_compound(self, parted: re.Match[str], tail: str, following: str) -> bool:
        written = parted["head"]
        if _is_compound_as_written(written, tail) or len(written) == 1 or parted["before"].endswith("-"):
            return True  # also "e-/mail", "15-/year-old", "mother-in-/law"
        if following == "-" and tail in _SMALL:
            return True
        head, tail = written.lower(), tail.lower()
        whole, hyphenated = head + tail, f"{head}-{tail}"
        if whole in self._words or hyphenated in self._hyphenated:
            return whole not in self._words
        if whole in listed("closed_compounds"):
            return False
        both_stand_here = self._words[head] > 1 and self._words[tail] > 1
        return (both_stand_here and len(head) > 2) or _is_listed(head, tail)


def _is_compound_as_written(head: str, tail: str) -> bool:
    """Whether capitals show a compound: "Anglo-/Saxon", "UN-/backed", "British-/led", but no headline in capitals."""
    if head.isupper() and tail.isupper() and len(tail) > 1:
        return False
    return tail[0].isupper() or (head.isupper() and len(head) > 1) or (head[0].isupper() and tail in _AFTER_NAMES)


def _is_listed(head: str, tail: str) -> bool:
    """Whether a compound of these two parts is mostly written with a hyphen."""
    if head in _TENS:
        return tail in _UNITS
    if f"{head}-{tail}" in listed("hyphenated_compounds"):
        return True
    if head in listed("hyphenated_first_parts") and len(tail) > 2 and tail not in listed("ends_of_words"):
        return True
    return tail in listed("hyphenated_second_parts") and head not in listed("bound_prefixes")


_SECONDS = 120  # of the clock, for one file
_LETTERS_A_PAGE = 20  # fewer on average: pictures of pages, with at most a stamp as text
_DAMAGED = "is damaged, or no PDF file that can be read; open it and save it again, or save its text as .txt"
_SCANNED = "holds pictures of pages but no text; recognise the text first, for instance with: ocrmypdf FILE.pdf NEW.pdf"
_END = re.compile(r"[.!?:…。！？»”\"')\]]$")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.|s\.)?\s*[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:of|von|/|sur|de)\s*\d{1,4})?", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"untitled|microsoft word|\.(?:docx?|indd|pdf|qxp|rtf|odt|tex)\b|^[\W\d_]*$|^about:blank$", re.IGNORECASE
)
LIGATURES = {code: unicodedata.normalize("NFKD", chr(code)) for code in range(0xFB00, 0xFB07)}  # "ﬀ" to "st"
_NOTE = re.compile(r"(?m)^(\d{1,2})[.)]?\s+[A-ZÀ-Þ“\"]")  # a footnote, at the end of a page or of all
_MARK = re.compile(r"(?<=[a-zß-ÿ]{4}[.!?,;”\"])(\d{1,2})(?=\s|$)")  # in the text: the figure behind "said.1"
_HANGING = re.compile(r"(?:\b(?:a|an|and|as|at|by|for|from|in|of|on|or|than|that|the|to|with)|[\w”],)$")
_LONG = 6  # words of a paragraph that may have been parted
_FEWEST_LINES = 3  # of a page on which a line may be a running head
_PAGES_NAMED = 5  # in a notice
_HEADLINE = 150  # characters of a first line that may be the title


def read_pdf(data: bytes) -> RawArticle:
    """Return the text of a PDF file. Raises `UnreadableError` when it is damaged, locked, scanned or too slow."""
    held = _extracted(data)
    if fault := held.get("fault"):
        raise UnreadableError(str(fault))
    pages = [str(page) for page in held.get("pages", ())]
    letters = sum(map(str.isalnum, "".join(pages)))
    if not pages or letters < _LETTERS_A_PAGE * min(len(pages), 50):
        raise UnreadableError(_SCANNED if pages else _DAMAGED)
    lines = _without_running_heads([page.translate(LIGATURES).splitlines() for page in pages])
    text = without_marks_of_notes(rejoined(paragraphs(lines)))
    created = held.get("created")
    return RawArticle(
        text=text,
        title=declared_title(str(held.get("title", "")), text),
        authors=(str(held.get("author", "")),),
        doubt_of_order=_doubt_of_order([str(page) for page in held.get("doubtful", ())]),
        hint=f"the PDF was made on {created}" if created else "",
    )


def _doubt_of_order(pages: Sequence[str]) -> str:
    if not pages:
        return ""
    shown = ", ".join(pages[:_PAGES_NAMED]) + (", …" if len(pages) > _PAGES_NAMED else "")
    return f"has columns whose lines may be mixed (page {shown}); compare its text, or save it as .txt"


def _extracted(data: bytes) -> dict[str, Any]:
    """Return what `articles.formats.pdf_worker` finds, in a process that can be stopped."""
    command = [sys.executable, "-P", "-m", "assistant.articles.formats.pdf_worker"]
    try:
        done = subprocess.run(  # noqa: S603  # our own module, and no shell
            command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=True
        )
        held = json.loads(done.stdout)
    except subprocess.TimeoutExpired as err:
        raise UnreadableError(f"takes over {_SECONDS} s to read; split it, or save its text as .txt") from err
    except (subprocess.CalledProcessError, ValueError) as err:
        raise UnreadableError(_DAMAGED) from err
    return held if isinstance(held, dict) else {}


def _without_running_heads(pages: list[list[str]]) -> list[str]:
    """Return the lines of all pages without page numbers and what stands first or last on every other page."""
    stripped = [[line.strip() for line in page] for page in pages]
    for _ in range(2):  # a running head may be of two lines
        stripped = _without_edges(stripped)
    return [line for page in stripped for line in page]


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    filled = [[n for n, line in enumerate(page) if line] for page in pages]
    edges = [{at[0], at[-1]} if len(at) >= _FEWEST_LINES else set() for at in filled]
    patterns = Counter(
        pattern for page, at in zip(pages, edges, strict=True) for pattern in {_pattern(page[n]) for n in at}
    )
    running = {pattern for pattern, count in patterns.items() if count >= 3 and 2 * count >= len(pages)}

    def stays(line: str, *, at_edge: bool) -> bool:
        return not at_edge or not (_pattern(line) in running or (len(pages) > 1 and _PAGE_NUMBER.fullmatch(line)))

    return [
        [line for n, line in enumerate(page) if stays(line, at_edge=n in at)]
        for page, at in zip(pages, edges, strict=True)
    ]


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def paragraphs(lines: list[str]) -> str:
    """Join lines to paragraphs, which blank lines separate.

    A paragraph ends at a blank line, at a line that ends a sentence well before the margin, and around a short line
    that ends no sentence before one with a capital (a heading).
    """
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[int(0.9 * len(lengths))] if lengths else 0
    hyphens = LineHyphens(lines)
    text = lines[0] if lines else ""
    for before, line in pairwise(lines):
        if not line:
            continue
        if not before or _ends(before, line, width):
            text += "\n\n" + line
        else:
            text = hyphens.joined(text, line)
    return text.replace("\u00ad", "").strip()


def rejoined(text: str) -> str:
    """Join paragraphs that the end of a column or page has parted: one hangs in the air, or the next goes on small."""
    blocks: list[str] = []
    for block in text.split("\n\n"):
        before = blocks[-1] if blocks else ""
        parted = len(before.split()) >= _LONG and not _END.search(before)
        if parted and (_HANGING.search(before) or (block[:1].islower() and "\n" not in block)):
            blocks[-1] = f"{before} {block}"
        else:
            blocks.append(block)
    return "\n\n".join(blocks)


def without_marks_of_notes(text: str) -> str:
    """Take out the raised figures that point to footnotes, where there is a footnote with that figure."""
    notes = set(_NOTE.findall(text))
    return _MARK.sub(lambda mark: "" if mark[1] in notes else mark[0], text)


def _ends(before: str, line: str, width: int) -> bool:
    short = len(before) < 0.85 * width
    heading = len(before) < 0.6 * width and not line[:1].islower()
    return (short and bool(_END.search(before))) or heading


def declared_title(given: str, text: str) -> str:
    """Return the title that the file declares, unless a program made it up; else a short first paragraph."""
    if len(given.strip()) > 3 and not _NO_TITLE.search(given):
        return given
    first = text.partition("\n\n")[0]
    return first if len(first) <= _HEADLINE and not first.endswith(".") else ""
