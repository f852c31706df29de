"""The sentences that exports add around answers; the same in Markdown and on the page. All are plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.export.document import Document, Exchange, Source
from assistant.export.timeline_picture import picture
from assistant.permalinks import State
from assistant.records import Answer, ArticleInfo, Filters, Reading, Statement, Verdict
from assistant.wording import (
    NOT_SAID,
    also_in,
    correction,
    counted_in_words,
    day,
    days,
    in_marks,
    is_quotation,
    limits_in_words,
    outlet_of,
    published,
    story_in_words,
)


class Mark(NamedTuple):
    """A verdict as it is shown: readable without colour, and by ear."""

    symbol: str
    label: str
    tone: str  # "good", "doubt", "bad" or "soft": a class of the style sheet


_MARKS = {
    Verdict.SUPPORTED: Mark("✓", "Supported", "good"),
    Verdict.PARTLY: Mark("◐", "Partly supported", "doubt"),
    Verdict.UNSUPPORTED: Mark("✗", "Not supported", "bad"),
    Verdict.MISQUOTED: Mark("✗", "Misquoted", "bad"),
    Verdict.UNCITED: Mark("○", "Cites nothing", "soft"),
}
NEAREST_SENTENCES = "The nearest sentences found, which do not answer the question"
DISAGREE = "Articles give different figures or days"


def said(statement: Statement) -> str:
    """Return the statement; in quotation marks where it is a cited sentence, word for word."""
    return in_marks(statement.text) if is_quotation(statement) else statement.text


def headline(answer: Answer) -> str:
    """Return what stands above everything else: that the archive does not say, or what was counted; "" for nothing."""
    if answer.story is not None and answer.story.counted:
        return counted_in_words(answer.story)
    return NOT_SAID if answer.abstained else ""


def reason(answer: Answer) -> str:
    """Return why nothing is answered, unless the headline says it; "" otherwise."""
    return answer.reason if answer.abstained and headline(answer) == NOT_SAID else ""


def parts(statements: Sequence[Statement]) -> Iterator[tuple[str, Statement]]:
    """Yield each statement with the heading that begins at it, "" for none."""
    heading = ""
    for statement in statements:
        yield (statement.heading if statement.heading != heading else ""), statement
        heading = statement.heading


def story(answer: Answer) -> str:
    """Return what an overview was made from, "" for any other answer; the picture is apart."""
    return story_in_words(answer.story) if answer.story is not None and not answer.abstained else ""


def story_picture(answer: Answer) -> str:
    """Return the story by days or weeks as lines of text, "" for none."""
    return "\n".join(picture(answer.story)) if answer.story is not None else ""


def verdict(statement: Statement) -> Mark:
    """Return the mark of a statement's verdict."""
    return _MARKS[statement.verdict]


def asked(exchange: Exchange) -> Iterator[str]:
    """Yield when and how a question was asked, where there is something to say."""
    if exchange.at:
        yield f"Asked on {day(exchange.at.date())} at {exchange.at:%H:%M}."
    if exchange.standalone and exchange.standalone != exchange.question:
        yield f"Searched as: {exchange.standalone}"
    if exchange.filters != Filters():
        yield f"Limited to: {limits_in_words(exchange.filters)}."


def span(answer: Answer) -> Iterator[str]:
    """Yield what an answer is based on."""
    if answer.evidence_from and answer.evidence_until and answer.story is None:
        yield f"Evidence from {days(answer.evidence_from, answer.evidence_until)}."
    if answer.model:
        prompt = f" (prompt {answer.prompt_id})" if answer.prompt_id else ""
        yield f"Written by the language model {answer.model}{prompt}; quoted and checked by the program."


def reading(found: Reading) -> str:
    """Return what one of several conflicting articles gives."""
    article = found.citation.article
    note = ", which corrects an earlier text" if found.correction else ""
    return f"“{found.words}” in {outlet_of(article)}, {published(article)}{note}"


def about(info: ArticleInfo) -> str:
    """Return who wrote it, which version it is when there were earlier ones, and where else it is printed."""
    authors = f"By {', '.join(info.authors)}." if info.authors else ""
    version = f"Version {info.version} of the text." if info.version > 1 else ""
    elsewhere = f"{also[0].upper()}{also[1:]}." if (also := also_in(info)) else ""
    return " ".join(part for part in (authors, version, elsewhere) if part)


def became(source: Source) -> str:
    """Return what has happened to a sentence since it was cited; "" when nothing has."""
    if source.context is None:
        return "The archive no longer holds this text, or was not at hand: the sentence is shown as it was quoted."
    return {
        State.CURRENT: "",
        State.KEPT: "The article was updated since; this sentence stayed.",
        State.CHANGED: f"The article was updated since; there it now says: {in_marks(source.now)}",
        State.REMOVED: "The article was removed from the archive since; its text is kept there.",
        State.GONE: "The article was updated since; this sentence is no longer in it.",
        None: "",
    }[source.state]


def notices(source: Source) -> Iterator[str]:
    """Yield the corrections and similar notices of the article, unless the sentence is part of one itself."""
    own, info = " ".join(source.citation.text.split()), source.citation.article
    if info.notice and own not in info.notice:
        yield correction(info)
    others = (notice for notice in source.notices if own not in notice and notice != info.notice)
    yield from (f"The article carries this notice: {in_marks(notice)}" for notice in others)


def closing(document: Document) -> str:
    """Return the last lines of an export: what it is, and what its verdicts mean."""
    saved = f" from session {document.session}" if document.session else ""
    return (
        f"Exported{saved} on {day(document.made.date())} by Assistant {document.program}. Quotations are the stored "
        "text of the articles; verdicts say whether the cited sentences bear a statement out, not whether it is true. "
        "To see a sentence in its article: assistant show REFERENCE"
    )
