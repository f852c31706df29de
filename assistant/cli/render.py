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
from assistant.export.timeline_picture import picture
from assistant.records import Answer, ArticleInfo, Citation, Disagreement, Evidence, Filters, Statement
from assistant.safe_text import safe
from assistant.wording import (
    NEAREST,
    NOT_SAID,
    added_dates,
    also_in,
    confirmation,
    correction,
    counted_in_words,
    day,
    days,
    empty_sides,
    faults,
    history_in_words,
    in_marks,
    is_quotation,
    is_retracted,
    limits_in_words,
    outlet_of,
    plural,
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
    from assistant.retrieval.query import Query
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
    for name, value in {**_asked_for(known), **_searched_for(known.query)}.items():
        if value:
            yield hanging(console, f"{name:<10}", Text(value))
    yield Text()


def _asked_for(known: Understanding) -> dict[str, str]:
    span = [day(d) for d in (known.first, known.last) if d]
    about = plural(known.articles, "article") if known.articles else "none"
    dated = [d for d in (known.articles_first, known.articles_last) if d]
    return {
        "Asks for": f"{known.kind.value}{_in_particular(known)}",
        "Subject": f"“{safe(known.subject)}”" if known.subject else "whatever there is",
        "Time": " to ".join(dict.fromkeys(span)) or f"none named; counted from {day(known.query.asked_on)}",
        "Sides": "; ".join(safe(side) for side in known.sides),
        "Limits": limits_in_words(known.filters) if known.filters != Filters() else "",
        "Speaker": safe(known.speaker),
        "About it": f"{about}{' or more' if known.articles_more else ''}"
        + (f", {days(dated[0], dated[-1])}" if dated else ""),
        "Left out": ", ".join(safe(word) for word in known.left_out),
    }


def _in_particular(known: Understanding) -> str:
    query = known.query
    if known.kind.value not in ("one fact", "list"):
        return ""
    if query.only_time:
        return ": whatever was reported then"
    if not query.asks:
        return ", or what supports it: taken as a statement, or as words to look for"
    return ": a number or a day" if query.wants_number else ""


def _searched_for(query: Query) -> dict[str, str]:
    terms = sorted(query.terms.items(), key=lambda item: -item[1])
    return {
        "Terms": ", ".join(f"{safe(term)} {weight:.1f}" for term, weight in terms),
        "Spelling": ", ".join(f"{safe(a)} read as {safe(b)}" for a, b in query.spelling.items()),
        "Forms": ", ".join(f"{safe(a)} counts as {safe(b)}" for a, b in sorted(query.forms.items())),
        "Unknown": ", ".join(safe(word) for word in query.missing),
        "Phrases": ", ".join(f"“{safe(' '.join(phrase))}”" for phrase in query.phrases),
        "Outlets": ", ".join(safe(outlet) for outlet in query.outlets),
    }


def search_parts(console: Console, found: Sequence[Evidence]) -> Iterator[Text]:
    """Yield ranked sentences with their scores, best first."""
    if not found:
        yield Text("No sentence found.")
    for rank, evidence in enumerate(found, start=1):
        yield from evidence_block(console, f"{rank:>2}. {evidence.score:.2f}  ", evidence)
