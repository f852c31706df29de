"""How a question is understood: the kind of answer, the subject, the days and outlets, and what is about it.

What is said here is what the answer is made with: the same rules, the same query, the same story. Read `understood`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from assistant.english.broad_questions import Kind, Wish, said_by_parties, wish_of
from assistant.english.dates.find import find_dates
from assistant.english.questions import asked_speaker
from assistant.errors import UsageError
from assistant.library import analysis
from assistant.library.library import Library
from assistant.records import ArticleInfo, Filters
from assistant.retrieval.evidence import when_of
from assistant.retrieval.mentions import find_mentions
from assistant.retrieval.query import Query, outlets_meant, parties_named, stop_terms
from assistant.retrieval.retriever import Retriever, annotated
from assistant.retrieval.story import Story, find_story, whole_archive
from assistant.safe_text import safe
from assistant.wording import day, days, limits_in_words, long_date, outlet_of, plural, published, title_of

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_YEAR = re.compile(r"\d{4}")
_TELLING, _NAMED = 12, 3  # sentences that may tell the day of an event, and articles named where none does
_OF_OUTLETS = (Kind.COMPARISON, Kind.COUNT, Kind.FIRST)  # kinds whose parties are outlets


class Side(NamedTuple):
    """One side of a comparison."""

    name: str  # as it is shown: an outlet, "Before 8 March 2025"; "" for the only one
    filters: Filters | None  # the limits within which it lies; None where the archive has nothing of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """How a question is understood."""

    kind: Kind
    subject: str  # what is searched for, in the question's words; "" for whatever there is
    first: date | None  # the days that it is about, as far as it says; None when open
    last: date | None
    filters: Filters  # those of the user
    sides: tuple[str, ...]  # of a comparison: the outlets or the times that are set beside each other
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
    wish = wish_in(library, question)
    sides = sides_of(library, wish, asked_on=asked_on, filters=filters)
    query = Retriever(library).understand(searched_for(wish, sides) or question, asked_on=asked_on, filters=filters)
    if wish.kind.is_counted:
        query = replace(query, outlets=outlets_meant(wish.parties, library.outlets) or query.outlets)
    kept, left_out = _parted(question, query)
    found = [_about(library, wish, replace(query, filters=s.filters), length) for s in sides if s.filters is not None]
    about = [info for infos, _ in found for info in infos]
    days = sorted(info.published for info in about if info.published)
    return Understanding(
        kind=wish.kind,
        subject=" ".join(kept) if wish.kind in (Kind.FACT, Kind.LIST) else wish.subject or wish.moment,
        first=query.target_first,
        last=query.target_last,
        filters=filters,
        sides=tuple(side.name for side in sides if side.name),
        speaker="" if wish.kind in _OF_OUTLETS else wish.parties or asked_speaker(question),
        left_out=tuple(left_out),
        articles=len({info.story or info.id for info in about}),
        articles_more=any(more for _, more in found),
        articles_first=days[0] if days else None,
        articles_last=days[-1] if days else None,
        query=query,
    )


def wish_in(library: Library, question: str) -> Wish:
    """Return what a question asks for, where the library's outlets decide it too: see `said_by_parties`."""
    wish, said = wish_of(question), said_by_parties(question)
    if said is not None and len(outlets_meant(said.parties, library.outlets)) > 1:
        return said
    if wish.kind is Kind.COMPARISON and wish.parties and not outlets_meant(wish.parties, library.outlets):
        return replace(wish, kind=Kind.SIDES)  # people, then, or papers of which it has nothing
    return wish


def sides_of(library: Library, wish: Wish, *, asked_on: date, filters: Filters) -> tuple[Side, ...]:
    """Return the sides that a comparison sets beside each other, each with its limits; one without a name for others.

    Raises `UsageError` where the day of an event is not to be found.
    """
    if wish.moment:
        day, told = _day_of(library, wish, asked_on, filters)
        until = min(filters.until or date.max, day - timedelta(days=1))
        since = max(filters.since or date.min, day)
        return (
            Side(f"Before {long_date(day)}{told}", replace(filters, until=until)),
            Side(f"From {long_date(day)} on{told}", replace(filters, since=since)),
        )
    if wish.kind is Kind.COMPARISON and wish.parties:
        return tuple(_of_party(party, library.outlets, filters) for party in parties_named(wish.parties))
    return (Side("", filters),)


def _of_party(party: str, outlets: Sequence[str], filters: Filters) -> Side:
    meant = outlets_meant(party, outlets)
    within = {name.casefold() for name in filters.outlets}
    if not meant or (within and meant[0].casefold() not in within):
        return Side(meant[0] if meant else party, None)
    return Side(meant[0], replace(filters, outlets=meant[:1]))


def _day_of(library: Library, wish: Wish, asked_on: date, filters: Filters) -> tuple[date, str]:
    """Return the day that a question compares before and after, and for an event its words and who tells the day."""
    if dates := find_dates(wish.moment, asked_on):
        return _in_the_archive(library, dates[0].first, wish.moment), ""
    words = f"{wish.moment} {wish.subject}"
    found = Retriever(library).retrieve(words, limit=_TELLING, asked_on=asked_on, filters=filters)
    near = [(when_of(e), e) for e in annotated(found.evidence, found.texts)]
    event = set(analysis.terms(wish.moment)) - stop_terms()
    for when, e in near:
        if when and not when.reported and event and event.issubset(analysis.terms(f"{e.article.title} {e.text}")):
            return when.first, f" ({wish.moment}, by {outlet_of(e.article)})"
    titles = dict.fromkeys(f"“{title_of(e.article)}”, {published(e.article)}" for _, e in near)
    told = "; ".join(list(titles)[:_NAMED])
    raise UsageError(
        f"No sentence tells the day of “{safe(wish.moment)}” for certain. Name it: before and after 8 March 2025."
        + (f" What comes near: {told}." if told else "")
    )


def _in_the_archive(library: Library, day: date, words: str) -> date:
    """Return a day without a year, such as "8 March", in the last year of which the archive knows it."""
    last = library.catalog.status("", "", 0).last
    if last is None or day <= last or _YEAR.search(words):
        return day
    years = last.year - (1 if (day.month, day.day) > (last.month, last.day) else 0)
    return day.replace(year=years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def searched_for(wish: Wish, sides: Sequence[Side]) -> str:
    """Return the words that are searched for; outlets that are compared are where it is looked for, and not what."""
    if wish.kind.is_counted or len(sides) > 1:
        return wish.subject or wish.moment
    return wish.searched


def story_asked_for(library: Library, query: Query, length: int, *, anything: bool) -> Story:
    """Return the story of the subject, or of `anything` there is: then of a large archive, at most `length` stories."""
    if anything:
        return whole_archive(library, query, length)
    return find_story(library, query, library.embedder.embed([query.question])[0])


def _about(library: Library, wish: Wish, query: Query, length: int) -> tuple[list[ArticleInfo], bool]:
    """Return the articles that are about the subject, and whether there may be more."""
    if wish.kind.is_counted:
        return list(find_mentions(library, query, wish.subject).articles), False
    anything = wish.kind.is_broad and not (wish.subject or wish.moment)
    story = story_asked_for(library, query, length, anything=anything)
    return [*(article.info for article in story.articles), *story.unread], story.more


def _parted(question: str, query: Query) -> tuple[list[str], list[str]]:
    """Return the words of a question, each once: those that are searched for or unknown, and those left out."""
    searched = {*query.terms, *query.spelling, *query.forms}
    words = list(dict.fromkeys(_WORD.findall(question)))
    kept = [word for word in words if word in query.missing or searched.intersection(analysis.terms(word))]
    return kept, [word for word in words if word not in kept]


def in_words(known: Understanding) -> dict[str, str]:
    """Return how a question was understood, for people: what it asks for, its subject, time, terms and so on."""
    return {name: words for name, words in (_asked_for(known) | _terms_in_words(known.query)).items() if words}


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
    if known.kind not in (Kind.FACT, Kind.LIST):
        return ""
    if query.only_time:
        return ": whatever was reported then"
    if not query.asks:
        return ", or what supports it: taken as a statement, or as words to look for"
    return ": a number or a day" if query.wants_number else ""


def _terms_in_words(query: Query) -> dict[str, str]:
    terms = sorted(query.terms.items(), key=lambda item: -item[1])
    return {
        "Terms": ", ".join(f"{safe(term)} {weight:.1f}" for term, weight in terms),
        "Spelling": ", ".join(f"{safe(a)} read as {safe(b)}" for a, b in query.spelling.items()),
        "Forms": ", ".join(f"{safe(a)} counts as {safe(b)}" for a, b in sorted(query.forms.items())),
        "Unknown": ", ".join(safe(word) for word in query.missing),
        "Phrases": ", ".join(f"“{safe(' '.join(phrase))}”" for phrase in query.phrases),
        "Outlets": ", ".join(safe(outlet) for outlet in query.outlets),
    }
