"""One document in each format."""

from __future__ import annotations

from collections.abc import Callable

from assistant.export.answer_page import page
from assistant.export.document import Document
from assistant.export.markdown import markdown
from assistant.export.references import bibtex, csl_json
from assistant.export.target import Format
from assistant.json_form import json_text


def written(document: Document, form: Format) -> str:
    """The document as the text of a file in UTF-8."""
    return _WRITERS[form](document)


def _json(document: Document) -> str:
    """Every record as it is, so that programs can read all of it back."""
    return json_text(document, indent=2) + "\n"


_WRITERS: dict[Format, Callable[[Document], str]] = {
    Format.HTML: page,
    Format.MARKDOWN: markdown,
    Format.JSON: _json,
    Format.CSL: csl_json,
    Format.BIBTEX: bibtex,
}
