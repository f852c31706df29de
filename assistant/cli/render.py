"""Answers, evidence and sources as text for the terminal: what the records say is shown, and nothing decided.

Every function makes `rich.text.Text`, never markup, and every foreign string passes through `safe` first. Widths are
counted in terminal cells, so that Chinese and Japanese lines wrap where they should.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from assistant.cli.terminal import hanging
from assistant.export.phrases import picture
from assistant.records import Answer, ArticleInfo, Citation, Disagreement, Evidence, Statement
from assistant.safe_text import safe
from assistant.wording import (
    NEAREST,
    NOT_SAID,
    added_dates,
    also_in,
    confirmation,
    correction,
    counted_in_words,
    days,
    empty_sides,
    faults,
    history_in_words,
    in_marks,
    is_quotation,
    is_retracted,
    outlet_of,
    published,
    second_opinion,
    source_found,
    story_in_words,
    title_of,
    told_by,
    usage_in_words,
    when_in_words,
)

if TYPE_CHECKING:
    from assistant.retrieval.understanding import Understanding


def article_line(info: ArticleInfo) -> Text:
    """Return outlet, day of publication and title."""
    return Text.assemble((outlet_of(info), "bold"), f" · {published(info)} · {title_of(info)}")


def article_notes(info: ArticleInfo) -> Iterator[Text]:
    """Yield what a reader should know of an article first: that it was corrected, and where else it is printed."""
    if said := correction(info):
        yield Text(said, "bold red" if is_retracted(info) else "yellow")
    if elsewhere := also_in(info):
        yield Text(elsewhere, "dim")


def quoted(text: str) -> Text:
    """Return a stored sentence in quotation marks, on one line."""
    return Text(in_marks(safe(text)))


def evidence_block(console: Console, lead: str, evidence: Evidence, *, quote: bool = True) -> Iterator[Text]:
    """Yield where a sentence comes from, its words, and in square brackets what the program adds, e.g. days."""
    head = article_line(evidence.article)
    head.append(f"  {safe(evidence.ref)}", "dim")
    yield hanging(console, lead, head)
    indent = " " * len(lead)
    if quote:
        yield hanging(console, indent, quoted(evidence.text))
    if evidence.before:
        yield hanging(console, indent, Text(f"[before it: {in_marks(safe(evidence.before))}]", "dim"))
    if added := added_dates(evidence):
        yield hanging(console, indent, Text(f"[added: {added}]", "dim"))
    for note in article_notes(evidence.article):
        note.plain = f"[{note.plain}]"
        yield hanging(console, indent, note)


def sources(console: Console, citations: Iterable[Citation], *, without_quote: Sequence[str] = ()) -> Iterator[Text]:
    """Yield the cited sentences under their numbers; those that `without_quote` already shows in full get no quote."""
    for citation in citations:
        shown = any(citation.text in text for text in without_quote)
        yield from evidence_block(console, f"[{citation.number}] ", citation, quote=not shown)


def statement_text(statement: Statement) -> Text:
    """Return the statement, its markers, and what failed its check; a whole cited sentence stands as a quotation."""
    text = quoted(statement.text) if is_quotation(statement) else Text(safe(statement.text))
    if when := when_in_words(statement.when):
        text = Text.assemble((f"{when}: ", "bold"), text)
    markers = "".join(f"[{c.number}]" for c in statement.citations)
    if markers:
        text.append(f" {markers}", "cyan")
    for note in (told_by(statement), confirmation(statement)):
        if note:
            text.append(f" ({note})", "dim")
    if found := source_found(statement):
        text.append(f" ({found})", "dim")
    for mark in faults(statement):
        text.append(f" (! {mark})", "bold yellow")
    if opinion := second_opinion(statement):
        text.append(f" ({opinion})", "dim")
    return text


def answer_parts(console: Console, answer: Answer, *, usage: bool = False) -> Iterator[Text]:
    """Yield an answer from its first statement to the last note; with `usage`, the tokens and the cost too."""
    yield from _abstention(console, answer) if answer.abstained else _statements(console, answer)
    if used := usage_in_words(answer) if usage else "":
        yield Text(used, "dim")
    for notice in answer.notices:
        yield Text(f"Note: {safe(notice)}", "dim")


def _statements(console: Console, answer: Answer) -> Iterator[Text]:
    if answer.story and answer.story.counted:
        yield Text(f"{counted_in_words(answer.story)}\n", "bold")
    yield from _entries(answer) if answer.story else map(statement_text, answer.statements)
    if answer.citations:
        yield Text("\nSources", "bold")
        yield from sources(console, answer.citations, without_quote=[s.text for s in answer.statements])
    for disagreement in answer.disagreements:
        yield from _side_by_side(console, disagreement)
    if answer.story:
        yield Text(f"\n{story_in_words(answer.story)}", "dim")
        yield from map(Text, picture(answer.story))
    elif answer.evidence_from and answer.evidence_until:
        yield Text(f"\nEvidence from {days(answer.evidence_from, answer.evidence_until)}.", "dim")


def _entries(answer: Answer) -> Iterator[Text]:
    """Yield the entries of an overview, under the headings of its parts."""
    heading = ""
    for statement in answer.statements:
        if statement.heading != heading:
            heading = statement.heading
            yield Text(f"\n{safe(heading)}", "bold")
        yield Text.assemble("• ", statement_text(statement))
    for name, why in empty_sides(answer):
        yield Text(f"\n{name}", "bold")
        yield Text(why)


def _side_by_side(console: Console, disagreement: Disagreement) -> Iterator[Text]:
    """Yield the figures or days that different articles give for the same thing, the newest first."""
    yield Text(f"\nArticles give different figures or days ({safe(disagreement.about)}):", "bold")
    if history := history_in_words(disagreement):
        yield Text(history)
    for reading in disagreement.readings:
        info = reading.citation.article
        head = Text.assemble((safe(reading.words), "bold"), f" · {outlet_of(info)} · {published(info)}")
        head.append(" · a correction" if reading.correction else "", "bold yellow")
        lead = f"[{reading.citation.number}] "
        yield hanging(console, lead, head)
        yield hanging(console, " " * len(lead), quoted(reading.citation.text))


def _abstention(console: Console, answer: Answer) -> Iterator[Text]:
    failed = bool(answer.left_out)  # then it is the model's reply that was not good enough
    counted = bool(answer.story)  # then that nothing was found is the answer
    if not counted:
        yield Text("No answer is shown." if failed else NOT_SAID, "bold")
    if answer.reason:
        yield Text(safe(answer.reason))
    if answer.evidence:
        nearest = "The nearest sentences found" + ("" if failed else ", which do not answer the question")
        yield Text(f"\n{nearest}:", "dim")
        yield from sources(console, answer.evidence[:NEAREST])


def understanding_parts(console: Console, known: Understanding) -> Iterator[Text]:
    """Yield how a question was understood: what it asks for, its subject, time, terms and so on, one line each."""
    from assistant.retrieval.understanding import in_words  # not paid for by those who only read a finished answer

    for name, value in in_words(known).items():
        yield hanging(console, f"{name:<10}", Text(value))
    yield Text()


def search_parts(console: Console, found: Sequence[Evidence]) -> Iterator[Text]:
    """Yield ranked sentences with their scores, best first."""
    if not found:
        yield Text("No sentence found.")
    for rank, evidence in enumerate(found, start=1):
        yield from evidence_block(console, f"{rank:>2}. {evidence.score:.2f}  ", evidence)
