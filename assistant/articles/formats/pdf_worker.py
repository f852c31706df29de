"""The text layer of a PDF file. The one module that knows pypdf; runs as a process of its own.

    python -P -m assistant.articles.formats.pdf_worker < file.pdf > pages.json

A PDF file is a program of sorts, and a hostile one can make any reader loop or fill the memory. In a process of its own
both have an end that holds whatever happens: the system stops it at `CPU_SECONDS` or `MEMORY`, and the caller after its
own time-out (`articles.formats.pdf`).
"""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import IO, Any

from assistant.articles.formats.pdf_columns import in_columns

CPU_SECONDS = 100
MEMORY = 2_000_000_000  # bytes of address space
_PAGES = 5000  # read of one file
_PAGES_IN_COLUMNS = 500  # of which the layout is looked at too: that takes as long again as the text
_CHARACTERS = 20_000_000  # of all pages together


def extract(data: bytes) -> dict[str, Any]:
    """Return `pages` (texts), `title`, `author` and `created` of a PDF file; or `fault`, one line saying why not.

    `doubtful` has the numbers of the pages whose lines may be mixed. For a damaged file pypdf may raise any exception.
    """
    from pypdf import PdfReader

    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"fault": "is locked with a password; save a copy without one"}
    pages: list[str] = []
    read = pictures = 0
    doubtful: list[int] = []
    for number, page in enumerate(reader.pages[:_PAGES], start=1):
        text, doubt = _in_order(page) if number <= _PAGES_IN_COLUMNS else (page.extract_text() or "", False)
        pages.append(text)
        doubtful += [number] if doubt else []
        read += len(pages[-1])
        pictures += not pages[-1].strip()
        if read > _CHARACTERS:
            return {"fault": "holds more text than one article can have; split it"}
    facts = reader.metadata
    return {
        "pages": pages,
        "empty": pictures,
        "doubtful": doubtful,
        "title": str(facts.title or "") if facts else "",
        "author": str(facts.author or "") if facts else "",
        "created": _created(facts),
    }


def _in_order(page: Any) -> tuple[str, bool]:
    """Return the text of a page, column by column also where it was drawn row by row; and whether that is doubtful."""
    text = page.extract_text() or ""
    if text.count("\n") < 2:
        return text, False
    try:
        layout = page.extract_text(extraction_mode="layout")
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):  # of fonts that say too little
        return text, False
    return in_columns(text, layout or "")


def _created(facts: Any) -> str:
    """Return the day on which the file was made, YYYY-MM-DD, "" when it does not say."""
    try:
        made = facts.creation_date if facts else None
    except (ValueError, TypeError, AttributeError):
        return ""
    return made.date().isoformat() if made else ""


def limit_resources() -> None:
    """Let the system stop this process beyond its limits, where it can."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the caller's time-out holds
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS refuses or ignores it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def extract_to_json(source: IO[bytes], target: IO[str]) -> None:
    """Read a file from `source`, write what it holds to `target` as JSON."""
    limit_resources()
    json.dump(extract(source.read()), target)


if __name__ == "__main__":
    extract_to_json(sys.stdin.buffer, sys.stdout)
