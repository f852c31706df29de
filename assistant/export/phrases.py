"""The sentences that exports add around answers and checked drafts: one wording for page, Markdown and terminal.

All are plain text. `picture` is one of a story: how many articles each day or week brought, and which are cited.

    7 Feb 2022 ▇▇▇●   4 articles, 1 cited

Letters and blocks alone carry it, so that it is read without colour, in a file and by a screen reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from assistant.drafts.check_report import (
    CheckedClaim,
    CheckedQuotation,
    CheckReport,
    Differing,
    DraftVerdict,
    QuotationVerdict,
)
from assistant.export.document import Document, Exchange, Source
from assistant.permalinks import State
from assistant.records import (
    Answer,
    ArticleInfo,
    DayOfStory,
    Evidence,
    Filters,
    Reading,
    Statement,
    StoryFigures,
    Verdict,
)
from assistant.safe_text import safe
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
    plural,
    published,
    story_in_words,
)

_ROWS = 14  # at most; a longer story is drawn by week, by four weeks …
_WIDTH = 24  # marks in the longest row
_CITED, _OTHER = "●", "○"


def picture(story: StoryFigures) -> list[str]:
    """Return the lines of the picture; none for a story of fewer than two days."""
    if len(story.days) < 2:
        return []
    periods = list(_periods(story.days))
    most = max(articles for _, _, articles, _ in periods)
    scale = max(1, -(-most // _WIDTH))
    names = [days(first, last) if last > first else day(first) for first, last, _, _ in periods]
    width = max(map(len, names))
    rows = [
        f"{name:<{width}}  {_marks(articles, cited, scale)}  {_counts(articles, cited)}"
        for name, (_, _, articles, cited) in zip(names, periods, strict=True)
    ]
    return [*rows, *([f"one mark stands for up to {scale} articles"] if scale > 1 else [])]


def _periods(story_days: Sequence[DayOfStory]) -> Iterator[tuple[date, date, int, int]]:
    """Yield spans with articles: their first and last day, the number of articles, and how many are cited."""
    length = next(n for n in (1, 7, 28, 91, 364, 3640, 36400) if _rows(story_days, n) <= _ROWS or n == 36400)
    start = story_days[0].day
    spans: dict[int, list[DayOfStory]] = {}
    for each in story_days:
        spans.setdefault((each.day - start).days // length, []).append(each)
    for number, held in spans.items():
        first = start + timedelta(days=number * length)
        last = min(first + timedelta(days=length - 1), story_days[-1].day)
        yield first, last, sum(d.articles for d in held), sum(d.cited for d in held)


def _rows(story_days: Sequence[DayOfStory], length: int) -> int:
    return len({(each.day - story_days[0].day).days // length for each in story_days})


def _marks(articles: int, cited: int, scale: int) -> str:
    filled = -(-cited // scale)
    return _CITED * filled + _OTHER * max(0, -(-articles // scale) - filled)


def _counts(articles: int, cited: int) -> str:
    return f"{plural(articles, 'article')}, {cited} cited"


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


NOTHING_NEAR = "Nothing in the archive comes near any claim of this draft. Is it the right archive?"
_SHOWN = 3  # sentences of one claim
_CHECK_MARKS = {
    DraftVerdict.CONTRADICTED: Mark("!", "Contradicted", "bad"),
    DraftVerdict.MISQUOTED: Mark("!", "Misquoted", "bad"),
    DraftVerdict.OUTDATED: Mark("<", "Outdated", "doubt"),
    DraftVerdict.UNATTRIBUTED: Mark("@", "Attribution missing", "doubt"),
    DraftVerdict.PARTLY: Mark("~", "Partly", "doubt"),
    DraftVerdict.NOT_FOUND: Mark("?", "Not found", "soft"),
    DraftVerdict.SUPPORTED: Mark("=", "Supported", "good"),
}


def claim_mark(verdict: DraftVerdict) -> Mark:
    """Return the mark of a verdict."""
    return _CHECK_MARKS[verdict]


def verdict_words(claim: CheckedClaim) -> str:
    """Return the verdict in words: "supported by 2 independent sources"."""
    if claim.verdict is DraftVerdict.SUPPORTED and claim.independent > 1:
        return f"supported by {claim.independent} independent sources"
    return str(claim.verdict)


def is_read_otherwise(claim: CheckedClaim) -> bool:
    """Whether a claim was read with something that it points back to."""
    return " ".join(claim.read_as.split()) != " ".join(claim.text.split())


def side_by_side(difference: Differing) -> str:
    """Return what the draft says beside what the archive says."""
    info = difference.evidence.article
    said, there = in_marks(safe(difference.said)), in_marks(safe(difference.archive))
    return f"{difference.kind}: the draft has {said}, {outlet_of(info)} of {published(info)} has {there}"


def quotation_words(quotation: CheckedQuotation) -> str:
    """Return what was found of a quotation, in words."""
    shown = in_marks(safe(quotation.text))
    if quotation.verdict is QuotationVerdict.ALTERED:
        return f"quotation altered: {shown}; the archive has {in_marks(safe(quotation.archive_words))}"
    if quotation.verdict is QuotationVerdict.OTHER_SPEAKER:
        said = safe(quotation.archive_speaker) or "somebody else"
        return f"quotation of another speaker: {shown}; in the archive it is {said} who says it"
    return f"quotation {quotation.verdict}: {shown}"


def remarks(claim: CheckedClaim) -> list[str]:
    """Return everything else to say of a claim, one line each."""
    missing = ", ".join(in_marks(safe(words)) for words in claim.not_found)
    return [
        *map(side_by_side, claim.differing),
        *map(quotation_words, claim.quotations),
        *([f"not in the archive’s sentence: {missing}"] if missing else map(safe, claim.problems)),
    ]


def shown_evidence(claim: CheckedClaim) -> list[Evidence]:
    """Return the sentences to show: those that differ first, each once."""
    found = {e.ref: e for e in (*(difference.evidence for difference in claim.differing), *claim.evidence)}
    return list(found.values())[:_SHOWN]


def sum_line(report: CheckReport) -> str:
    """Return how many claims have which verdict: "25 claims: 2 contradicted, 20 supported, …"."""
    counted = [f"{count} {verdict}" for verdict, count in report.counts.items() if count]
    return plural(len(report.claims), "claim") + (f": {', '.join(counted)}" if counted else "")


def searched_line(report: CheckReport) -> str:
    """Return what was searched."""
    limits = limits_in_words(report.filters)
    which = plural(report.articles, "article") if limits == "all articles" else f"articles {limits}"
    left = len(report.sentences) - sum(bool(sentence.claims) for sentence in report.sentences)
    rest = f"; {plural(left, 'sentence')} with nothing to check" if left else ""
    return f"Searched: {which}. The draft’s day: {day(report.dated)}{rest}."
