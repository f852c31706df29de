"""A question understood: its terms, the time and the outlets it speaks of, and what must occur.

Everything here is code, so that it can be explained (`assistant search --explain`). What is inferred is only a
preference; a filter that the user set is applied as it is and never widened.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from assistant.english.cjk import RUN, is_piece
from assistant.english.dates.window import QuestionWindow, find_window
from assistant.english.questions import asked_unit, asks_for_number, is_question
from assistant.english.word_lists import listed
from assistant.library import analysis
from assistant.library.index import LexicalIndex
from assistant.records import Filters
from assistant.retrieval.unknown_words import UnspacedWords, corrected_spelling, is_grammar, unspaced_words

LONGEST_QUESTION = 20_000  # characters; more is a document, not a question
_MOST_TERMS = 48  # rarest terms of a question that are searched: enough for a paragraph, bounded for a long paste

STOP_WORDS = listed("stemmed_stop_words", "cjk_question_pairs")
_WEAK_WORDS = listed("stemmed_weak_words")
_NEWS_WORDS = listed("stemmed_news_words")
_BACKGROUND = 300
_EXPECTED = 2  # of those that hold a term of middling frequency
_WEAK = 0.4  # share of its weight that such a word keeps

_QUOTED = re.compile(r"[“\"«„]([^“”\"«»„]{3,120})[”\"»“]|[「『]([^「」『』]{3,120})[」』]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DOTS = re.compile(r"[.\-]")
_CAPITAL = re.compile(r"[A-Z][\w’'-]+")
_NAME_WORD = re.compile(r"[^\W_]+")
_DOMAIN = re.compile(r"\.(?:com|org|net|news|info|(?:co|com|org)\.[a-z]{2}|[a-z]{2})$")
_LONGEST_OUTLET = 5  # words of an outlet's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched for."""

    question: str
    asked_on: date
    filters: Filters  # as the person set them
    terms: Mapping[str, float]  # term of the lexical index -> weight, above 0: its rarity
    pairs: frozenset[tuple[str, str]] = frozenset()  # neighbouring terms of the question
    phrases: tuple[tuple[str, ...], ...] = ()  # quoted words that occur somewhere: only passages with them count
    spelling: Mapping[str, str] = field(
        default_factory=dict
    )  # term that no article holds -> the near one that is searched instead
    missing: tuple[str, ...] = ()  # words of the question that no article holds, nor one near them
    outlets: tuple[str, ...] = ()  # outlets of the library that the question names
    target_first: date | None = None  # days that the question is about, as far as it says; else the day of asking
    target_last: date | None = None
    wants_recent: bool = False  # "latest", "this week"
    only_time: bool = False  # nothing else is asked about than a time, and perhaps an outlet
    wants_number: bool = False  # how many, how much, when
    asks: bool = True  # False for a statement, whose support is wanted: there is nothing that an answer would hold
    names: frozenset[str] = frozenset()  # capitalised words of the question, lower-cased

    @property
    def speaks_of_time(self) -> bool:
        """Whether the question says when what it asks about happened."""
        return self.wants_recent or self.target_first is not None or self.target_last is not None


def understand(
    question: str, asked_on: date, filters: Filters, index: LexicalIndex, outlets: Sequence[str] = ()
) -> Query:
    """Return the query behind a question; `outlets` are those of the library."""
    unit = set(analysis.terms(asked_unit(question)))
    unspaced = unspaced_words(question, lambda piece: index.frequency(piece) > 0)
    sequence = [term for term in analysis.terms(question) if term not in unspaced.noise]
    spelling, missing = _spelling(sequence, index)
    searched = [spelling.get(term, term) for term in sequence]
    content = [t for t in dict.fromkeys(searched) if t not in STOP_WORDS and t not in unit] or searched
    weights = {term: _weight(term, index) for term in content}
    rarest = sorted(weights, key=lambda term: -weights[term])[:_MOST_TERMS]
    window = find_window(question, asked_on)
    named = mentioned_outlets(question, outlets)
    phrases = tuple(
        dict.fromkeys(tuple(analysis.terms(match[match.lastindex or 0])) for match in _QUOTED.finditer(question))
    )
    return Query(
        question=question,
        asked_on=asked_on,
        filters=filters,
        terms={term: weights[term] for term in rarest},
        pairs=frozenset(pair for pair in pairwise(searched) if not STOP_WORDS.issuperset(pair)),
        phrases=_required(phrases, filters, index),
        spelling=spelling,
        missing=_as_written(missing, question, unspaced),
        outlets=named,
        target_first=window.first if window else None,
        target_last=window.last if window else None,
        wants_recent=bool(window and window.asked_recent),
        only_time=window is not None and not _subject(question, window, named),
        wants_number=asks_for_number(question),
        asks=is_question(question),
        names=frozenset(word.casefold() for word in _CAPITAL.findall(question)),
    )


def _subject(question: str, window: QuestionWindow, outlets: Sequence[str]) -> set[str]:
    """Return the terms that say what is asked about, without those of time and outlets."""
    rest = question
    for words in window.words.split(", "):
        rest = rest.replace(words, " ")
    named = {term for outlet in outlets for term in analysis.terms(_DOTS.sub(" ", outlet))}
    return set(analysis.terms(rest)) - STOP_WORDS - _WEAK_WORDS - _NEWS_WORDS - named


def _spelling(sequence: Sequence[str], index: LexicalIndex) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return near terms for those that no passage holds, and those without any. A piece of a word is not corrected."""
    words = (term for term in dict.fromkeys(sequence) if term not in STOP_WORDS and not is_piece(term))
    unknown = [word for word in words if not index.frequency(word)]
    found = {term: corrected_spelling(term, index) for term in unknown[:_MOST_TERMS]}
    spelling = {term: near for term, near in found.items() if near}
    return spelling, tuple(term for term in unknown if term not in spelling)


def _weight(term: str, index: LexicalIndex) -> float:
    weak = term in _WEAK_WORDS or is_grammar(term)
    return rarity(index.frequency(term), index.count()) * (_WEAK if weak else 1.0)


def _as_written(missing: Sequence[str], question: str, unspaced: UnspacedWords) -> tuple[str, ...]:
    """Return the question's words behind these terms, without the weak ones; then those written without spaces."""
    words = dict.fromkeys(_WORD.findall(RUN.sub(" ", question)))
    wanted = set(missing) - _WEAK_WORDS
    return (*(word for word in words if wanted.intersection(analysis.terms(word))), *unspaced.unknown)


def _required(phrases: Sequence[tuple[str, ...]], filters: Filters, index: LexicalIndex) -> tuple[tuple[str, ...], ...]:
    """Return the phrases of several words if some passage holds them; otherwise none, since nothing would be found."""
    wanted = tuple(phrase for phrase in phrases if len(phrase) > 1)
    return wanted if wanted and index.search(wanted[0], 1, filters, wanted) else ()


def rarity(frequency: int, passages: int) -> float:
    """Return the inverse document frequency as in BM25 (Robertson and Spärck Jones 1976, with Lucene's +1): above 0.

    Counted as if the library held `_BACKGROUND` passages more, with the term in a few of them: in an archive of one
    article every subject is frequent and every other word unheard of, and neither means much.
    """
    frequency += _EXPECTED
    return math.log(1 + (passages + _BACKGROUND - frequency + 0.5) / (frequency + 0.5))


def mentioned_outlets(question: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """Return those of `outlets` that the question names; "cnn.com" as "CNN", "usatoday.com" as "USA Today".

    A name written with a capital letter counts; a common word that is also an outlet's name ("the week") does not.
    """
    words = _NAME_WORD.findall(question)
    runs = {
        "".join(words[i : i + n]).casefold()
        for n in range(1, _LONGEST_OUTLET + 1)
        for i in range(len(words) - n + 1)
        if all(not word[0].islower() for word in words[i + (n > 1 and words[i] == "the") : i + n])
    }
    return tuple(outlet for outlet in outlets if _key(outlet) in runs)


def _key(outlet: str) -> str:
    """Return the name without "The", its domain's ending, spaces and signs: equal keys are one outlet."""
    words = _NAME_WORD.findall(_DOMAIN.sub("", outlet.casefold().removeprefix("www.")))
    return "".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)
