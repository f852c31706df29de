"""A checked draft as a file to pass on: an HTML page with the draft left and the proof right, Markdown, JSON.

The page can be filtered by verdict without a script (the filters are radio buttons that the style sheet reads), and
prints whole, whatever is chosen. It needs no other file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import wording
from assistant.drafts.check_report import CheckedClaim, CheckedSentence, CheckReport, DraftVerdict
from assistant.export import phrases
from assistant.export.markdown import escaped
from assistant.export.pages import render_page
from assistant.export.target import Format
from assistant.json_form import json_text
from assistant.records import Evidence
from assistant.safe_text import safe

_TEMPLATES = Path(__file__).parent / "templates"
_STYLES = (_TEMPLATES / "answer.css", _TEMPLATES / "check.css")


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A sentence of the draft and, beside it, its claims under their numbers."""

    sentence: CheckedSentence
    text: str
    claims: tuple[tuple[int, CheckedClaim], ...]
    paragraph: bool  # whether a paragraph begins with it

    @property
    def classes(self) -> str:
        """The verdicts of its claims, as classes of the style sheet."""
        return " ".join(sorted({css_class(claim.verdict) for _, claim in self.claims}))


def css_class(verdict: DraftVerdict) -> str:
    """Return the class of the style sheet for a verdict."""
    return verdict.value.replace(" ", "-")


FORMATS = (Format.HTML, Format.MARKDOWN, Format.JSON)  # the others hold only cited articles


def check_file(report: CheckReport, form: Format) -> str:
    """Return the report as the text of a file in UTF-8, in one of `FORMATS`."""
    writers: dict[Format, Callable[[CheckReport], str]] = {
        Format.HTML: check_page,
        Format.MARKDOWN: check_markdown,
        Format.JSON: lambda whole: json_text(whole, indent=2) + "\n",
    }
    return writers[form](report)


def title_of_draft(report: CheckReport) -> str:
    """Return the heading of an export."""
    return f"Checked: {safe(report.title)}" if report.title else "A checked draft"


def rows_of(report: CheckReport) -> list[DraftRow]:
    """Return the sentences of the draft in order, their claims numbered through."""
    rows, number, at = [], 1, 0
    for sentence in report.sentences:
        claims = tuple(enumerate(sentence.claims, start=number))
        number += len(claims)
        text = report.text[sentence.start : sentence.end]
        rows.append(DraftRow(sentence, text, claims, "\n" in report.text[at : sentence.start]))
        at = sentence.end
    return rows


def check_page(report: CheckReport) -> str:
    """Return the page."""
    return render_page("check.html", {**report_values(report), "parent": "base.html", "places": False}, css=_STYLES)


def report_values(report: CheckReport) -> dict[str, Any]:
    """Return what the template of a checked draft is filled with, but its `parent` and whether it links to `places`."""
    return {
        "report": report,
        "rows": rows_of(report),
        "title": title_of_draft(report),
        "phrases": phrases,
        "wording": wording,
        "css_class": css_class,
        "present": [verdict for verdict in DraftVerdict if report.counts.get(verdict.value)],
    }


def check_markdown(report: CheckReport) -> str:
    """Return the report as Markdown: the sum, the draft with its marks, then every claim."""
    blocks = [f"# {escaped(title_of_draft(report))}", f"**{escaped(phrases.sum_line(report))}**"]
    blocks += [escaped(phrases.searched_line(report)), *(f"Note: {escaped(n)}" for n in report.notices)]
    blocks.append("## The draft")
    blocks += list(_marked(report))
    blocks.append("## What the archive says")
    if report.nothing_found:
        blocks.append(phrases.NOTHING_NEAR)
    else:
        blocks += [block for row in rows_of(report) for number, claim in row.claims for block in _claim(number, claim)]
    return "\n\n".join(blocks) + "\n"


def _marked(report: CheckReport) -> Iterator[str]:
    """Yield the paragraphs of the draft, a mark behind each sentence for each of its claims."""
    paragraph: list[str] = []
    for row in rows_of(report):
        if row.paragraph and paragraph:
            yield " ".join(paragraph)
            paragraph = []
        marks = "".join(f" \\[{n}{escaped(phrases.claim_mark(c.verdict).symbol)}\\]" for n, c in row.claims)
        paragraph.append(escaped(row.text) + marks)
    if paragraph:
        yield " ".join(paragraph)


def _claim(number: int, claim: CheckedClaim) -> Iterator[str]:
    mark = phrases.claim_mark(claim.verdict)
    head = f"**\\[{number}{escaped(mark.symbol)}\\] {escaped(phrases.verdict_words(claim))}**"
    read = [f"read as: {claim.read_as}"] if phrases.is_read_otherwise(claim) else []
    lines = [
        f"{head} {escaped(claim.text)}",
        *(f"*{escaped(line)}*" for line in (*read, *phrases.remarks(claim))),
    ]
    yield "  \n".join(lines)
    for evidence in phrases.shown_evidence(claim):
        yield _evidence(evidence)


def _evidence(evidence: Evidence) -> str:
    info = evidence.article
    head = f"{wording.outlet_of(info)}, {wording.published(info)}: {wording.title_of(info)}"
    reference = re.sub("[^0-9a-z-]", "", evidence.ref)
    return f"> {escaped(evidence.text)}  \n> {escaped(head)}, `{reference}`"
