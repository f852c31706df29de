"""A checked draft for the terminal: the draft with a mark behind each claim, then a list of what was found."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from assistant.cli.render import evidence_block
from assistant.cli.terminal import hanging
from assistant.drafts.check_report import CheckedClaim, CheckReport, DraftVerdict
from assistant.export import phrases
from assistant.safe_text import safe

_STYLES = {"bad": "bold red", "doubt": "bold yellow", "soft": "yellow", "good": "green"}
_INDENT = " " * 5


def report_parts(console: Console, report: CheckReport, *, only_problems: bool = False) -> Iterator[Text]:
    """Yield the draft with its marks, the claims with what the archive says of them, and the sum.

    With `only_problems` the draft is left out, and so are the supported claims.
    """
    if not only_problems:
        yield marked_draft(report)
    if report.nothing_found:
        yield Text(f"\n{phrases.NOTHING_NEAR}", "bold")
    else:
        for number, claim in enumerate(report.claims, start=1):
            if not (only_problems and claim.verdict is DraftVerdict.SUPPORTED):
                yield from claim_parts(console, number, claim)
    yield Text()
    yield Text(phrases.sum_line(report), "bold")
    yield Text(phrases.searched_line(report), "dim")
    for notice in report.notices:
        yield Text(f"Note: {safe(notice)}", "dim")


def marked_draft(report: CheckReport) -> Text:
    """Return the draft's text with a number and a mark behind each claim."""
    shown, at = Text(), 0
    ends = sorted((claim.end, n, claim) for n, claim in enumerate(report.claims, start=1))
    for end, number, claim in ends:
        mark = phrases.claim_mark(claim.verdict)
        shown.append(_piece(report.text[at:end]))
        shown.append(f" [{number}{mark.symbol}]", _STYLES[mark.tone])
        at = max(at, end)
    shown.append(_piece(report.text[at:]))
    return shown


def _piece(text: str) -> str:
    """Return a piece of a draft for the terminal, with the blanks at its ends."""
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    middle = safe(text.strip(), lines=True)
    return f"{head}{middle}{tail}" if middle else head


def claim_parts(console: Console, number: int, claim: CheckedClaim) -> Iterator[Text]:
    """Yield one claim with its verdict, what differs, and the sentences that the verdict stands on."""
    mark = phrases.claim_mark(claim.verdict)
    style = _STYLES[mark.tone]
    yield Text()
    head = Text.assemble((phrases.verdict_words(claim), style), "  ", safe(claim.text))
    yield hanging(console, f"[{number}{mark.symbol}] ", head, style=style)
    if phrases.is_read_otherwise(claim):
        yield hanging(console, _INDENT, Text(f"read as: {safe(claim.read_as)}", "dim"))
    for line in phrases.remarks(claim):
        yield hanging(console, _INDENT, Text(line))
    if claim.verdict is DraftVerdict.NOT_FOUND and claim.evidence:
        yield Text(f"{_INDENT}The nearest sentences:", "dim")
    for evidence in phrases.shown_evidence(claim):
        yield from evidence_block(console, _INDENT, evidence)
