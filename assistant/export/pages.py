"""Self-contained HTML pages: one template environment for exported answers and reports, and the page of an answer.

A page begins with `{% extends "base.html" %}` and fills the blocks `title`, `heading`, `main` and `footer`. Whatever a
template prints is escaped, and control, invisible and direction-changing characters are taken out first, so that text
of articles and models stays text. A page holds no script, and its content policy lets it load nothing and use no style
but its own style sheets: `style=` attributes have no effect.

The page of an answer shows each statement with its verdict, and beside it its source sentence in its paragraph.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from assistant import wording
from assistant.export import phrases
from assistant.export.document import Document, Exchange, Source, shown_citations
from assistant.records import Citation, Statement
from assistant.safe_text import safe

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_BASE_STYLE = _TEMPLATES / "base.css"


def render_page(
    template: str,
    values: Mapping[str, Any],
    *,
    folders: Sequence[Path] = (),
    css: Sequence[Path] = (),
    filters: Mapping[str, Callable[..., Any]] | None = None,
) -> str:
    """Return the page that a template makes of `values`.

    Templates are looked for in `folders`, then here. `css` are style sheets of the page's own, after the base one. The
    names `css`, `policy` and `lang` are taken. Raises jinja2's `UndefinedError` for a value that is not given.
    """
    sheets = [file.read_text(encoding="utf-8") for file in (_BASE_STYLE, *css)]
    environment = _environment(folders)
    environment.filters.update(filters or {})
    taken = {"css": sheets, "policy": _policy(sheets)}
    return environment.get_template(template).render({"lang": "en", **values, **taken})


@cache
def shared_environment(folder: Path) -> Environment:
    """Return the environment for the pages of a server, whose templates are in `folder`; it is made once."""
    made = _environment([folder])
    made.globals |= {"phrases": phrases, "wording": wording}
    return made


def base_style() -> str:
    """Return the style sheets of the pages of answers and of checked drafts, as one."""
    sheets = (_BASE_STYLE, _STYLE, _TEMPLATES / "check.css")
    return "\n".join(file.read_text(encoding="utf-8") for file in sheets)


def _environment(folders: Sequence[Path]) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader([*folders, _TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    del environment.filters["safe"]  # no template may switch escaping off for what it prints
    environment.filters["web_address"] = web_address
    environment.filters["style_sheet"] = _style_sheet
    environment.filters["paragraphs"] = _paragraphs
    return environment


def _harmless(value: object) -> object:
    """Clean everything that a template prints, before it is escaped; markup made by templates passes."""
    return safe(value, lines=True) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _paragraphs(text: str) -> list[str]:
    """Split a text at its line breaks: words, break, words …, so that a mark never stands on an empty line."""
    return re.split(r"(\s*\n\s*)", text)


def _style_sheet(css: str) -> Any:
    """Return our own style sheet unescaped, for the one place that prints it."""
    from markupsafe import Markup

    if "</" in css:
        raise ValueError("a style sheet holds no tags")
    return Markup(css)  # noqa: S704 - read from the program's own files


def _policy(sheets: Sequence[str]) -> str:
    """Return the Content-Security-Policy, https://www.w3.org/TR/CSP3/: load nothing, use only these style sheets."""
    digests = (base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii") for css in sheets)
    styles = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; style-src {styles}; img-src data:; base-uri 'none'; form-action 'none'"


def web_address(address: str) -> str:
    """Return the address if it may become a link, else "": http or https, with a host, without a name or password.

    Characters that could end the place it is written to (quotes, brackets, braces, spaces) and those that are not
    ASCII come back percent-encoded.
    """
    address = address.strip()
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return quote(address, safe="%/:?#[]@!$&()*+,;=~") if usable and address.isprintable() else ""


_STYLE = Path(__file__).parent / "templates" / "answer.css"


@dataclass(frozen=True, slots=True)
class Card:
    """A source beside a statement; one that is already shown above is only linked to."""

    number: int
    anchor: str
    source: Source
    repeated: bool


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement and the sources beside it."""

    statement: Statement
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A question on the page."""

    number: int
    exchange: Exchange
    rows: tuple[StatementRow, ...]
    loose: tuple[Card, ...]  # sources that belong to no statement


def html_page(document: Document) -> str:
    """Return the whole page; it needs no other file."""
    values = {"document": document, "sections": sections(document), "phrases": phrases, "wording": wording}
    return render_page("answer.html", values, css=[_STYLE])


def sections(document: Document) -> list[Section]:
    """Return the questions of a document as a page shows them."""
    return [_section(document, e, number) for number, e in enumerate(document.exchanges, start=1)]


def _section(document: Document, exchange: Exchange, number: int) -> Section:
    seen: set[str] = set()
    answer = exchange.answer
    rows = tuple(StatementRow(s, tuple(_cards(document, s.citations, number, seen))) for s in answer.statements)
    others = [citation for citation in shown_citations(answer) if citation.ref not in seen]
    return Section(number, exchange, rows, tuple(_cards(document, others, number, seen)))


def _cards(document: Document, citations: Sequence[Citation], section: int, seen: set[str]) -> Iterator[Card]:
    for citation in citations:
        anchor = f"q{section}-source{citation.number}"
        yield Card(citation.number, anchor, document.source(citation), repeated=citation.ref in seen)
        seen.add(citation.ref)
