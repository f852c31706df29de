"""PDF files with a text layer: one article a file.

A PDF knows lines on pages, not paragraphs. Lines are joined where the text runs on, words hyphenated at the end of a
line are put together, and what repeats at the top or bottom of the pages goes. Columns that were drawn row by row are
told apart by the gap between them (`articles.formats.pdf_columns`), or a notice says that their order is doubtful.

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
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from assistant.articles.build import RawArticle
from assistant.articles.formats.line_hyphens import LineHyphens
from assistant.articles.text import UnreadableError

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
