"""Exports as Markdown that CommonMark, GitHub and notes programs read alike.

Text of articles and models stays text: nothing in it becomes a heading, a list, a link, a picture, HTML, a formula, a
tag or a template. Markdown has no highlighting that every reader shows, so the cited sentence is set in bold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.export import phrases
from assistant.export.document import Context, Document, Exchange, Source, shown_citations
from assistant.export.pages import web_address
from assistant.records import Disagreement, Statement
from assistant.safe_text import safe
from assistant.wording import (
    added_dates,
    confirmation,
    empty_sides,
    faults,
    outlet_of,
    published,
    second_opinion,
    source_found,
    title_of,
    told_by,
    when_in_words,
)

_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}  # readers that know no backslash before these know entities
_ACTIVE = re.compile(r"[\\`*_{}\[\]#~$^@<>&]|(?<==)=|(?<=%)%")
_FIRST = re.compile(r"^(?:[-+:=]|\d{1,9}(?=[.)]))")  # begins a list or a definition
_ADDRESS = re.compile(r"(?i)(?<=\bhttp):|(?<=\bhttps):|(?<=\bftp):|(?<=\bwww)\.")  # GitHub makes links of these


def escaped(text: str) -> str:
    """Return foreign text on one line, as Markdown that shows exactly that text."""
    text = _ACTIVE.sub(lambda match: _ENTITIES.get(match[0], f"\\{match[0]}"), safe(text))
    text = _ADDRESS.sub(lambda match: f"\\{match[0]}", text)
    return _FIRST.sub(lambda match: match[0] + "\\" if match[0][0].isdigit() else f"\\{match[0]}", text)


def markdown(document: Document) -> str:
    """Return the whole document."""
    exchanges = enumerate(document.exchanges, start=1)
    blocks = [block for number, exchange in exchanges for block in _exchange(document, exchange, number)]
    return "\n\n".join([*blocks, "---", escaped(phrases.closing(document))]) + "\n"


def _exchange(document: Document, exchange: Exchange, number: int) -> Iterator[str]:
    answer = exchange.answer
    yield (
        f"# {number}\\. {escaped(exchange.question)}"
        if number > 1 or len(document.exchanges) > 1
        else (f"# {escaped(exchange.question)}")
    )
    if notes := [f"*{escaped(line)}*" for line in phrases.asked(exchange)]:
        yield "  \n".join(notes)
    if headline := phrases.headline(answer):
        yield f"**{escaped(headline)}** {escaped(phrases.reason(answer))}".rstrip()
    for heading, statement in phrases.parts(answer.statements):
        if heading:
            yield f"## {escaped(heading)}"
        yield _statement(statement)
    for name, why in empty_sides(answer):
        yield f"## {escaped(name)}"
        yield escaped(why)
    if answer.disagreements:
        yield f"## {phrases.DISAGREE}"
        yield "\n".join(f"- {_disagreement(found)}" for found in answer.disagreements)
    yield from (f"Note: {escaped(notice)}" for notice in answer.notices)
    if shown := shown_citations(answer):
        yield f"## {phrases.NEAREST_SENTENCES if answer.abstained else 'Sources'}"
        numbered = sorted(shown, key=lambda citation: citation.number)
        yield from (_source(document.source(citation), citation.number) for citation in numbered)
    if said := phrases.story(answer):
        yield escaped(said)
    if drawn := phrases.story_picture(answer):
        yield "\n".join(f"    {line}" for line in drawn.split("\n"))
    yield from (escaped(line) for line in phrases.span(answer))


def _statement(statement: Statement) -> str:
    markers = "".join(f"\\[{c.number}\\]" for c in statement.citations)
    mark = phrases.verdict(statement)
    notes = [
        told_by(statement),
        confirmation(statement),
        source_found(statement),
        *faults(statement),
        second_opinion(statement),
    ]
    found = "; ".join([f"{mark.symbol} {mark.label}", *(escaped(note) for note in notes if note)])
    when = when_in_words(statement.when)
    day = f"**{escaped(when)}:** " if when else ""
    return f"{day}{escaped(phrases.said(statement))} {markers}".rstrip() + f"  \n*{found}*"


def _disagreement(found: Disagreement) -> str:
    readings = (f"{escaped(phrases.reading(each))} \\[{each.citation.number}\\]" for each in found.readings)
    return f"{escaped(found.about)}: {'; '.join(readings)}"


def _source(source: Source, number: int) -> str:
    citation, info = source.citation, source.citation.article
    head = f"**\\[{number}\\]** **{escaped(outlet_of(info))}**, {published(info)}: {escaped(title_of(info))}"
    address = web_address(info.url)
    added = added_dates(citation)
    facts = [
        f"<{address}>" if address else "",
        escaped(phrases.about(info)),
        f"Day meant: {escaped(added)}" if added else "",
        escaped(phrases.became(source)),
        *map(escaped, phrases.notices(source)),
        f"Reference `{re.sub('[^0-9a-z.-]', '', citation.ref)}`",
    ]
    rest = "  \n".join(fact for fact in facts if fact)
    return f"{head}\n\n{_quotation(source)}\n\n{rest}"


def _quotation(source: Source) -> str:
    """Return the paragraph, or the sentence alone; each line becomes a paragraph of the quotation."""
    cited = f"**{escaped(source.citation.text)}**"
    if source.context is None:
        return f"> {cited}"
    before, after = _lines(source.context)
    lines = "\n".join([*before[:-1], f"{before[-1]} {cited} {after[0]}".strip(), *after[1:]])
    return "\n>\n".join(f"> {line}" for line in lines.split("\n") if line)


def _lines(context: Context) -> tuple[list[str], list[str]]:
    """Return the escaped lines before the sentence and after it, at least one of each."""
    before = [escaped(line) for line in safe(context.before, lines=True).split("\n")]
    after = [escaped(line) for line in safe(context.after, lines=True).split("\n")]
    return ["… " * context.cut_before + before[0], *before[1:]], [*after[:-1], after[-1] + " …" * context.cut_after]
