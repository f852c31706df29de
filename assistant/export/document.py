"""What is exported: questions and answers, and every sentence shown with the text around it.

A document is made once and then written in any format. It needs the library only for the text around a sentence and for
what has become of it since; without one, or without that article, the quotation alone is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.errors import UsageError
from assistant.permalinks import Lookup, State, find_sentence, resolve
from assistant.records import Answer, Citation, Filters, Sentence, StoredArticle, Turn
from assistant.sessions.session_file import SavedTurn
from assistant.wording import NEAREST, plural

_AROUND = 600  # characters shown at most on each side of a sentence, in whole sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The text around a cited sentence: the rest of its paragraph, in whole sentences, with its line breaks."""

    before: str  # the three join to a run of the stored text
    sentence: str
    after: str
    cut_before: bool  # the paragraph goes on there
    cut_after: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A sentence shown in the document."""

    citation: Citation
    context: Context | None = None  # None: the library does not hold that text, or was not there
    state: State | None = None  # what has become of the sentence by the day of the export; None as above
    now: str = ""  # the words that stand in its place in the newest version, when they changed
    notices: tuple[str, ...] = ()  # corrections and the like in the newest text of the article


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and its answer."""

    question: str  # as typed
    answer: Answer
    standalone: str = ""  # as searched
    at: datetime | None = None  # None when it is not known
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An answer, or a whole session."""

    title: str
    made: datetime  # the export, with its time zone
    program: str  # version of this program
    session: str  # id of the saved session, "" for none
    exchanges: tuple[Exchange, ...]
    sources: Mapping[str, Source]  # by reference: every sentence that is shown

    def source(self, citation: Citation) -> Source:
        """Return the source of a citation."""
        return self.sources[citation.ref]


def build_document(
    turns: Sequence[Turn | SavedTurn],
    article: Lookup | None,
    *,
    made: datetime,
    program: str,
    session: str = "",
    name: str = "",
) -> Document:
    """Return the document of these turns; `article` looks up the stored texts, None when there is no library.

    `session` is the id of the chat that they are of, `name` what a person called it.
    """
    exchanges = tuple(_exchange(turn) for turn in turns)
    shown = {citation.ref: citation for e in exchanges for citation in shown_citations(e.answer)}
    return Document(
        title=name or _title(exchanges),
        made=made,
        program=program,
        session=session,
        exchanges=exchanges,
        sources={ref: source_of(citation, article) for ref, citation in shown.items()},
    )


def shown_citations(answer: Answer) -> list[Citation]:
    """Return the sentences that an export shows: those cited, those of conflicting articles, or the nearest ones."""
    if answer.abstained:
        return list(answer.evidence[:NEAREST])
    disagreeing = [reading.citation for d in answer.disagreements for reading in d.readings]
    return list({c.ref: c for c in (*answer.citations, *disagreeing)}.values())


def _exchange(turn: Turn | SavedTurn) -> Exchange:
    saved, inner = (turn, turn.turn) if isinstance(turn, SavedTurn) else (None, turn)
    return Exchange(
        question=inner.question,
        answer=inner.answer,
        standalone=inner.standalone or inner.answer.question,
        at=saved.at if saved else None,
        filters=saved.filters if saved else Filters(),
    )


def _title(exchanges: Sequence[Exchange]) -> str:
    if not exchanges:
        return "No questions"
    more = len(exchanges) - 1
    return exchanges[0].question + (f" (and {plural(more, 'more question')})" if more else "")


def source_of(citation: Citation, article: Lookup | None) -> Source:
    """Return a sentence with the text around it, and what has become of it by now."""
    if article is None:
        return Source(citation=citation)
    try:
        stored, _ = find_sentence(citation.ref, article)
        link = resolve(citation.ref, article)
    except UsageError:  # removed since, or another library
        return Source(citation=citation)
    if stored.text[citation.start : citation.end] != citation.text:
        return Source(citation=citation)
    now = link.newest.text if link.newest and link.state is State.CHANGED else ""
    return Source(citation=citation, context=around(stored, citation), state=link.state, now=now, notices=link.notices)


def around(article: StoredArticle, citation: Citation) -> Context:
    """Return the text around a sentence: its paragraph, or one sentence on each side of a one-sentence paragraph."""
    text, tiles, at = article.text, article.sentences, citation.sentence
    first = at - _reach(text, reversed(tiles[:at]), citation)
    last = at + citation.sentences - 1 + _reach(text, tiles[at + citation.sentences :], citation)
    if last - first + 1 == citation.sentences:
        first, last = max(0, first - 1), min(len(tiles) - 1, last + 1)
    start, end = tiles[first].start, tiles[last].end
    return Context(
        before=text[start : citation.start],
        sentence=citation.text,
        after=text[citation.end : end].rstrip(),
        cut_before=not text[:start].endswith("\n") and start > 0,
        cut_after=not text[:end].endswith("\n") and end < len(text),
    )


def _reach(text: str, tiles: Iterable[Sentence], citation: Citation) -> int:
    """Return how many sentences, counted from the cited one, are in its paragraph and near enough."""
    count = 0
    for tile in tiles:
        before = tile.start < citation.start
        between = text[tile.start : citation.start] if before else text[citation.end : tile.end].rstrip()
        if "\n" in between or len(between) > _AROUND:
            break
        count += 1
    return count
