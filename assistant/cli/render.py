"""How answers, evidence and sources look. It decides nothing about them: what the records say is what is shown.

Every function makes `rich.text.Text`, never markup, and every foreign string passes through `safe` first. Widths are
counted in terminal cells, so that Chinese and Japanese lines wrap where they should.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text

from assistant.cli.safe import safe
from assistant.cli.terminal import hanging
from assistant.records import Answer, ArticleInfo, Citation, DateMention, Evidence, Statement, Verdict

if TYPE_CHECKING:
    from assistant.retrieval.query import Query

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # never the locale's
_NEAREST = 3  # evidence shown under an abstention: enough to judge whether to ask again
_FAILURES = {  # said when a verdict comes without problems in words
    Verdict.SUPPORTED: "",
    Verdict.PARTLY: "the cited sentences hold only a part of this",
    Verdict.UNSUPPORTED: "not in the cited sentences",
    Verdict.MISQUOTED: "the quoted words are not in the cited sentences",
    Verdict.UNCITED: "",  # such as "Here is what the articles say:", which claims nothing
}


def day(value: date) -> str:
    """A day as readers of every country read it the same way: 27 Nov 2025."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def days(first: date, last: date) -> str:
    """A span of days, or the one day that it is."""
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def plural(number: int, noun: str) -> str:
    """The number with its noun: "1 article", "4,931 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def outlet_of(info: ArticleInfo) -> str:
    """The outlet as recorded, else the host of the article's address, else "unknown outlet"."""
    host = _parts(info.url or info.source)[0].removeprefix("www.")
    return safe(info.outlet) or safe(host) or "unknown outlet"


def title_of(info: ArticleInfo) -> str:
    """The title as recorded, else the last part of the file name or address."""
    name = PurePath(_parts(info.source)[1].rstrip("/")).name or info.source
    return safe(info.title) or f"(no title) {safe(name)}"


def _parts(address: str) -> tuple[str, str]:
    """Host and path; an address that cannot be taken apart is all path."""
    try:
        split = urlsplit(address)
        return (split.hostname or "", split.path) if split.scheme in ("http", "https") else ("", address)
    except ValueError:
        return "", address


def article_line(info: ArticleInfo) -> Text:
    """Outlet, day of publication and title."""
    published = day(info.published) if info.published else "no date"
    return Text.assemble((outlet_of(info), "bold"), f" · {published} · {title_of(info)}")


def quoted(text: str) -> Text:
    """A stored sentence in quotation marks, on one line."""
    return Text(f"“{safe(text)}”")


def _added_dates(evidence: Evidence) -> str:
    """What "on Tuesday" and the like meant on the day of publication; "" when nothing depends on that day."""
    relative = [m for m in evidence.dates if m.relative]
    return "; ".join(f"{safe(_words(evidence, m))} = {days(m.first, m.last)}" for m in relative)


def _words(evidence: Evidence, mention: DateMention) -> str:
    return evidence.text[mention.start : mention.end]


def evidence_block(console: Console, lead: str, evidence: Evidence, *, quote: bool = True) -> Iterator[Text]:
    """Where a sentence comes from, its words, and the days that it names; in square brackets what we add."""
    head = article_line(evidence.article)
    head.append(f"  {safe(evidence.ref)}", "dim")
    yield hanging(console, lead, head)
    indent = " " * len(lead)
    if quote:
        yield hanging(console, indent, quoted(evidence.text))
    if evidence.before:
        yield hanging(console, indent, Text(f"[before it: “{safe(evidence.before)}”]", "dim"))
    if added := _added_dates(evidence):
        yield hanging(console, indent, Text(f"[added: {added}]", "dim"))


def sources(console: Console, citations: Iterable[Citation], *, without_quote: Sequence[str] = ()) -> Iterator[Text]:
    """The cited sentences under their numbers; those that `without_quote` already shows in full get no quote."""
    for citation in citations:
        shown = any(citation.text in text for text in without_quote)
        yield from evidence_block(console, f"[{citation.number}] ", citation, quote=not shown)


def statement_text(statement: Statement) -> Text:
    """The statement, its markers, and, when the check failed, what failed; a whole cited sentence as a quotation."""
    verbatim = any(statement.text == c.text for c in statement.citations)
    text = quoted(statement.text) if verbatim else Text(safe(statement.text))
    markers = "".join(f"[{c.number}]" for c in statement.citations)
    if markers:
        text.append(f" {markers}", "cyan")
    for mark in _marks(statement):
        text.append(f" (! {mark})", "bold yellow")
    return text


def _marks(statement: Statement) -> Iterator[str]:
    said = "; ".join(safe(problem) for problem in statement.problems) or _FAILURES[statement.verdict]
    if said:
        yield said
    unsaid = [f"[{n}]" for n in statement.unknown if f"[{n}]" not in said]
    if unsaid:
        yield f"it also points to {', '.join(unsaid)}, which was not offered"


def answer_parts(console: Console, answer: Answer) -> Iterator[Text]:
    """An answer from its first statement to the last note."""
    yield from _abstention(console, answer) if answer.abstained else _statements(console, answer)
    for notice in answer.notices:
        yield Text(f"Note: {safe(notice)}", "dim")


def _statements(console: Console, answer: Answer) -> Iterator[Text]:
    for statement in answer.statements:
        yield statement_text(statement)
    if answer.citations:
        yield Text("\nSources", "bold")
        yield from sources(console, answer.citations, without_quote=[s.text for s in answer.statements])
    if answer.evidence_from and answer.evidence_until:
        yield Text(f"\nEvidence from {days(answer.evidence_from, answer.evidence_until)}.", "dim")


def _abstention(console: Console, answer: Answer) -> Iterator[Text]:
    yield Text("The archive does not say.", "bold")
    if answer.reason:
        yield Text(safe(answer.reason))
    if answer.evidence:
        yield Text("\nThe nearest sentences found, which do not answer the question:", "dim")
        yield from sources(console, answer.evidence[:_NEAREST])


def query_parts(console: Console, query: Query) -> Iterator[Text]:
    """How a question was understood, one line a kind of thing."""
    terms = sorted(query.terms.items(), key=lambda item: -item[1])
    span = [day(d) for d in (query.target_first, query.target_last) if d]
    rows = {
        "Terms": ", ".join(f"{safe(term)} {weight:.1f}" for term, weight in terms),
        "Spelling": ", ".join(f"{safe(a)} read as {safe(b)}" for a, b in query.spelling.items()),
        "Unknown": ", ".join(safe(word) for word in query.missing),
        "Phrases": ", ".join(f"“{safe(' '.join(phrase))}”" for phrase in query.phrases),
        "Outlets": ", ".join(safe(outlet) for outlet in query.outlets),
        "Time": " to ".join(dict.fromkeys(span)) or f"none named; counted from {day(query.asked_on)}",
        "Asks for": "a number or a day" if query.wants_number else "",
    }
    for name, value in rows.items():
        if value:
            yield hanging(console, f"{name:<10}", Text(value))
    yield Text()


def search_parts(console: Console, found: Sequence[Evidence]) -> Iterator[Text]:
    """Ranked sentences with their scores, best first."""
    if not found:
        yield Text("No sentence found.")
    for rank, evidence in enumerate(found, start=1):
        yield from evidence_block(console, f"{rank:>2}. {evidence.score:.2f}  ", evidence)
