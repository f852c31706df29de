"""Which articles mention a subject: counted from the lexical index, never guessed, with what was looked for.

A name and quoted words are looked for in a row, other words anywhere in the article, all in any form of theirs
("bridges" for "bridge": the index holds stems). An article mentions the subject when its
title and text hold all of it. Whether it is *about* the subject is another matter (`retrieval.story`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.english.dates.find import find_window
from assistant.english.names import find_names
from assistant.english.sentences import trimmed
from assistant.errors import UsageError
from assistant.library import analysis
from assistant.library.catalog import StoredPassage, StoredText
from assistant.library.library import Library
from assistant.records import ArticleInfo, Evidence
from assistant.retrieval.evidence import reference
from assistant.retrieval.query import Query, stop_terms
from assistant.retrieval.rerank import is_fragment
from assistant.retrieval.time_only import passes
from assistant.safe_text import safe

_QUOTED = re.compile('“([^”]+)”|"([^"]+)"')
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s\b|(?<=s)['’](?!\w)")
# In small letters, so that "Doctors Without Borders" stays a name; behind "in March or April" nothing is left.
_CHOICE = re.compile(r"(?<![\w-])(?:or|nor|not|neither|without|except|excluding|never|\w+n['’]t|OR|NOT)(?=\s+\w)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words that are looked for in a row."""

    words: str  # as written, or as corrected
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """The articles that mention a subject."""

    wanted: tuple[Wanted, ...]
    articles: tuple[ArticleInfo, ...]  # by day, the earliest first, undated ones last
    passages: dict[str, StoredPassage]  # for each of them, by id, the first that holds some of the words
    searched: int  # articles within the limits, whether or not they mention it


def find_mentions(library: Library, query: Query, subject: str) -> Mentions:
    """Return the articles within the limits and the time of `query` that hold all of `subject`.

    Raises `UsageError` for a subject of either of two things, or of what is not mentioned.
    """
    wanted = tuple(_wanted(query, subject))
    among = {info.id: info for info in library.catalog.articles() if _in_reach(info, query)}
    found = [_holding(library, each) for each in wanted]
    ids = set(among).intersection(*found) if found else set()
    return Mentions(
        wanted=wanted,
        articles=tuple(sorted((among[i] for i in ids), key=_by_day)),
        passages={i: next(held[i] for held in found if i in held) for i in ids},
        searched=len(among),
    )


def _by_day(info: ArticleInfo) -> tuple[date, str]:
    return info.published or date.max, info.id


def _in_reach(info: ArticleInfo, query: Query) -> bool:
    """Whether an article lies within the user's limits and the days and outlets that the question names."""
    limits = replace(
        query.filters,
        since=max(filter(None, (query.filters.since, query.target_first)), default=None),
        until=min(filter(None, (query.filters.until, query.target_last)), default=None),
        outlets=query.filters.outlets or query.outlets,
    )
    return passes(info, limits) and (info.published is None or info.published <= query.asked_on)


def _wanted(query: Query, subject: str) -> Iterator[Wanted]:
    """Yield what is looked for in a row: quoted words, names, and then each other word that says something."""
    window = find_window(subject, query.asked_on)
    for words in window.words.split(", ") if window else ():
        subject = subject.replace(words, " ")
    for found in _QUOTED.finditer(subject):
        yield _in_a_row(query, found[found.lastindex or 0])
    rest = _POSSESSIVE.sub("", _QUOTED.sub(" ", subject))
    if choice := _CHOICE.search(rest):
        raise UsageError(
            f"What is counted are the articles that mention everything named, so “{safe(choice[0])}” can't be. "
            "Ask about one thing at a time, and put a title that holds the word in quotes."
        )
    names = [name for name in find_names(rest) if not _is_outlet(query, rest[name.start : name.end])]
    for name in names:
        yield _in_a_row(query, rest[name.start : name.end])
    for name in reversed(find_names(rest)):
        rest = f"{rest[: name.start]} {rest[name.end :]}"
    for word in dict.fromkeys(_WORD.findall(rest)):
        terms = analysis.terms(word)
        if terms and not stop_terms().issuperset(terms):
            yield _in_a_row(query, word)


def _is_outlet(query: Query, words: str) -> bool:
    return any(words.casefold() in outlet.casefold() for outlet in query.outlets)


def _in_a_row(query: Query, words: str) -> Wanted:
    terms = analysis.terms(words)
    read_as = tuple(query.spelling.get(term, term) for term in terms)
    return Wanted(words if list(read_as) == terms else " ".join(read_as), read_as)


def _holding(library: Library, wanted: Wanted) -> dict[str, StoredPassage]:
    """Return the articles that hold these words in a row, by id, each with the first passage that does."""
    keys = library.indexes.lexical.holding(wanted.terms) if wanted.terms else []
    found: dict[str, StoredPassage] = {}
    for stored in library.catalog.searchable_passages(keys).values():
        held = found.setdefault(stored.info.id, stored)
        if stored.passage.first < held.passage.first:
            found[stored.info.id] = stored
    return found


def mentioning_sentences(
    library: Library, mentions: Mentions, articles: Sequence[ArticleInfo], may_be_shown: Callable[[str], bool]
) -> list[Evidence]:
    """Return for each of these articles the first sentence that holds most of what was looked for and may be shown.

    There is none for an article where no such sentence may be, or where the title alone holds it.
    """
    passages = [mentions.passages[info.id] for info in articles]
    texts = library.catalog.texts([stored.version_id for stored in passages])
    kept = (stored for stored in passages if stored.version_id in texts)  # not forgotten meanwhile
    found = (_evidence(stored, texts[stored.version_id], mentions.wanted, may_be_shown) for stored in kept)
    return [evidence for evidence in found if evidence is not None]


def _evidence(
    stored: StoredPassage, article: StoredText, wanted: Sequence[Wanted], may_be_shown: Callable[[str], bool]
) -> Evidence | None:
    best: Evidence | None = None
    for sentence in article.sentences(stored.passage.first, stored.passage.last):
        start, end = trimmed(article.text, sentence)
        words = article.text[start:end]
        terms = analysis.terms(words)
        held = sum(_in_row(each.terms, terms) for each in wanted)
        score = (held - 0.5 * is_fragment(words)) / len(wanted)  # a heading only without a sentence that holds as much
        if held and score > (best.score if best else 0) and may_be_shown(words):
            best = Evidence(
                ref=reference(stored.info, sentence.index),
                article=stored.info,
                sentence=sentence.index,
                start=start,
                end=end,
                text=words,
                score=score,
            )
    return best


def _in_row(wanted: Sequence[str], terms: Sequence[str]) -> bool:
    length = len(wanted)
    return any(list(terms[i : i + length]) == list(wanted) for i in range(len(terms) - length + 1))
