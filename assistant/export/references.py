"""The articles cited, for reference managers: CSL-JSON and BibTeX.

One entry for each version of an article, with the cited sentences and their references in its note. Names of authors
are given whole ("literal"): bylines name agencies and desks as well as people, and no rule tells given names from
family names in every language.

CSL-JSON: https://github.com/citation-style-language/schema/blob/v1.0.2/schemas/input/csl-data.json
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.export.document import Document, shown_citations
from assistant.export.pages import web_address
from assistant.json_form import json_text
from assistant.records import ArticleInfo, Citation
from assistant.safe_text import safe
from assistant.wording import MONTHS, in_marks, outlet_of, title_of

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # an escaped brace would still be counted by BibTeX
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {character: f"\\{character}" for character in "$&#_%"}


@dataclass(frozen=True, slots=True)
class Cited:
    """An article, and its sentences that the document cites."""

    info: ArticleInfo
    citations: tuple[Citation, ...]  # each sentence once, in the order of the text

    @property
    def key(self) -> str:
        """The key of the entry: outlet, year and the article's id, and the version when it is not the first."""
        folded = unicodedata.normalize("NFKD", outlet_of(self.info)).encode("ascii", "ignore").decode("ascii")
        outlet = "".join(re.findall(r"[a-z0-9]+", folded.lower()))[:24] or "article"
        year = str(self.info.published.year) if self.info.published else ""
        version = f"-v{self.info.version}" if self.info.version > 1 else ""
        return f"{outlet}{year}-{self.info.id}{version}"

    @property
    def note(self) -> str:
        """The cited sentences with their references."""
        return " ".join(f"{safe(c.ref)}: {in_marks(safe(c.text))}" for c in self.citations)


def cited_articles(document: Document) -> list[Cited]:
    """Return the articles that the answers cite, in the order of their first citation; abstentions cite none."""
    found: dict[tuple[str, str], dict[str, Citation]] = {}
    for exchange in document.exchanges:
        for citation in [] if exchange.answer.abstained else shown_citations(exchange.answer):
            info = citation.article
            found.setdefault((info.id, info.text_hash), {}).setdefault(citation.ref, citation)
    groups = (sorted(group.values(), key=lambda c: c.sentence) for group in found.values())
    return [Cited(group[0].article, tuple(group)) for group in groups]


def csl_json(document: Document) -> str:
    """Return the cited articles as CSL-JSON."""
    return csl_of(cited_articles(document))


def csl_of(articles: Sequence[Cited]) -> str:
    """Return these articles as CSL-JSON."""
    return json_text([_csl_item(cited) for cited in articles], indent=2) + "\n"


def _csl_item(cited: Cited) -> dict[str, Any]:
    info = cited.info
    day = info.published
    item = {
        "id": cited.key,
        "type": "article-newspaper",
        "title": title_of(info),
        "container-title": outlet_of(info) if _is_known(info) else "",
        "author": [{"literal": safe(name)} for name in info.authors if safe(name)],
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "URL": web_address(info.url),
        "note": cited.note,
    }
    return {name: value for name, value in item.items() if value}


def _is_known(info: ArticleInfo) -> bool:
    return bool(info.outlet or info.url)


def bibtex(document: Document) -> str:
    """Return the cited articles as BibTeX, in UTF-8, with days and months for biblatex."""
    return bibtex_of(cited_articles(document))


def bibtex_of(articles: Sequence[Cited]) -> str:
    """Return these articles as BibTeX."""
    return "\n".join(_entry(cited) for cited in articles)


def _entry(cited: Cited) -> str:
    lines = "".join(f"  {name} = {value},\n" for name, value in _fields(cited))
    return f"@article{{{cited.key},\n{lines}}}\n"


def _fields(cited: Cited) -> Iterator[tuple[str, str]]:
    info, day = cited.info, cited.info.published
    if authors := [f"{{{latex(name)}}}" for name in info.authors if safe(name)]:
        yield "author", f"{{{' and '.join(authors)}}}"
    yield "title", f"{{{{{latex(title_of(info))}}}}}"
    if _is_known(info):
        yield "journal", f"{{{{{latex(outlet_of(info))}}}}}"
    if day:
        yield "year", f"{{{day.year}}}"
        yield "month", MONTHS[day.month - 1][:3].lower()  # one of BibTeX's own macros
        yield "day", f"{{{day.day}}}"
    if address := web_address(info.url):
        yield "url", f"{{{address}}}"  # read as it stands; it holds no brace and no backslash
    yield "note", f"{{{latex(cited.note)}}}"


def latex(text: str) -> str:
    """Return the text escaped for LaTeX: nothing in it is a command, and braces are balanced."""
    return "".join(_LATEX.get(character, character) for character in safe(text))
