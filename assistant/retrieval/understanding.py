"""How a question is understood: the kind of answer, the subject, the days and outlets, and what is about it.

What is said here is what the answer is made with: the same rules, the same query, the same story. Read `understood`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from assistant.english.broad_questions import Kind, Wish, wish_of
from assistant.english.questions import asked_speaker
from assistant.library import analysis
from assistant.library.library import Library
from assistant.records import ArticleInfo, Filters
from assistant.retrieval.mentions import find_mentions
from assistant.retrieval.query import Query, outlets_meant
from assistant.retrieval.retriever import Retriever
from assistant.retrieval.story import Story, find_story, whole_archive

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_OF_OUTLETS = (Kind.COMPARISON, Kind.COUNT, Kind.FIRST)  # kinds whose parties are outlets


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """How a question is understood."""

    kind: Kind
    subject: str  # what is searched for, in the question's words; "" for whatever there is
    first: date | None  # the days that it is about, as far as it says; None when open
    last: date | None
    filters: Filters  # those of the user, and the outlets that the question compares
    speaker: str  # whose words are asked for, as the question names them; "" for nobody's
    left_out: tuple[str, ...]  # words of the question that are not searched for
    articles: int  # about the subject, or that mention it where those are counted; a text printed twice counts once
    articles_more: bool  # there may be more of them: not all that were found were measured
    articles_first: date | None  # the days that the dated ones span
    articles_last: date | None
    query: Query  # what is searched for, term by term


def understood(library: Library, question: str, *, asked_on: date, filters: Filters, length: int) -> Understanding:
    """Return how a question is understood; of a large archive asked for whatever there is, `length` stories count.

    Raises `UsageError` for an unusable question and `LibraryMissing` when there are no articles.
    """
    wish, filters = where_asked(library, wish_of(question), filters)
    searched = wish.subject if wish.kind.is_counted else wish.searched
    query = Retriever(library).understand(searched or question, asked_on=asked_on, filters=filters)
    if wish.kind.is_counted:
        query = replace(query, outlets=outlets_meant(wish.parties, library.outlets) or query.outlets)
    kept, left_out = _parted(question, query)
    about, more = _about(library, wish, query, length)
    days = sorted(info.published for info in about if info.published)
    return Understanding(
        kind=wish.kind,
        subject=" ".join(kept) if wish.kind in (Kind.FACT, Kind.LIST) else wish.subject,
        first=query.target_first,
        last=query.target_last,
        filters=filters,
        speaker="" if wish.kind in _OF_OUTLETS else wish.parties or asked_speaker(question),
        left_out=tuple(left_out),
        articles=len({info.story or info.id for info in about}),
        articles_more=more,
        articles_first=days[0] if days else None,
        articles_last=days[-1] if days else None,
        query=query,
    )


def where_asked(library: Library, wish: Wish, filters: Filters) -> tuple[Wish, Filters]:
    """Return the wish and the filters, where outlets are compared: they are where it is looked for, and not what."""
    outlets = outlets_meant(wish.parties, library.outlets) if wish.kind is Kind.COMPARISON else ()
    if not outlets:
        return wish, filters
    return replace(wish, parties=""), replace(filters, outlets=filters.outlets or outlets)


def story_asked_for(library: Library, query: Query, wish: Wish, length: int) -> Story:
    """Return the story of the subject, or of whatever there is: then of a large archive, at most `length` stories."""
    if not wish.subject:
        return whole_archive(library, query, length)
    return find_story(library, query, library.embedder.embed([wish.searched])[0])


def _about(library: Library, wish: Wish, query: Query, length: int) -> tuple[list[ArticleInfo], bool]:
    """Return the articles that are about the subject, and whether there may be more."""
    if wish.kind.is_counted:
        return list(find_mentions(library, query, wish.subject).articles), False
    story = story_asked_for(library, query, wish, length)
    return [*(article.info for article in story.articles), *story.unread], story.more


def _parted(question: str, query: Query) -> tuple[list[str], list[str]]:
    """Return the words of a question, each once: those that are searched for or unknown, and those left out."""
    searched = {*query.terms, *query.spelling, *query.forms}
    words = list(dict.fromkeys(_WORD.findall(question)))
    kept = [word for word in words if word in query.missing or searched.intersection(analysis.terms(word))]
    return kept, [word for word in words if word not in kept]
