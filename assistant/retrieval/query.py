"""A question understood: its terms, the time and the outlets it speaks of, and what must occur.

Everything here is code, so that it can be explained (`assistant search --explain`). What is inferred only prefers; what
a person set as a filter is applied as it is and never widened.
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
from assistant.library import analysis
from assistant.library.lexical import LexicalIndex
from assistant.records import Filters
from assistant.retrieval.outlets import mentioned_outlets
from assistant.retrieval.spelling import correction
from assistant.retrieval.unspaced import ASKING, Unspaced, is_grammar, look_up

LONGEST_QUESTION = 20_000  # characters; more is a document, not a question
_MOST_TERMS = 48  # rarest terms of a question that are searched: enough for a paragraph, bounded for a long paste

# Words that ask or bind and say nothing of the subject. As the index holds them: lower case, stemmed.
_STOP_WORDS = """
a about after all also am an and ani are as ask at be becaus been befor both but by can come could did do doe down dure
each for from get give go had has have he her here him his how i if in into is it its itself just know like list made
mani may me might more most much must my name no nor not now of off on onc one onli or other our out over own pleas
said same say she should show so some such tell than that the their them then there these they thing this those through
to too two under until up us veri was we were what when where which while who whom whose whi will with would you your
s t accord articl report news
"""
STOP_WORDS = frozenset(_STOP_WORDS.split()) | ASKING

# Words that many questions use and whose absence from an article says little.
_WEAK_WORDS = """
live peopl person happen kind type sort thing place take took use want need work call describ mention involv includ
becom becam recent current latest new now today yesterday week month year time last next first number amount exact
someon somebodi anyon man men woman women
"""
WEAK_WORDS = frozenset(_WEAK_WORDS.split())
# Words that ask for whatever there is.
_NEWS_WORDS = """
anyth big biggest come cover daili date event everyth happen headlin hear highlight import interest kei latest main
major newest notabl novel overview publish read signific someth stori summari summaris top written
"""
_ANY_NEWS = frozenset(_NEWS_WORDS.split())
_BACKGROUND = 300
_EXPECTED = 2  # of those that hold a term of middling frequency
_WEAK = 0.4  # share of its weight that such a word keeps

_QUOTED = re.compile(r"[“\"«„]([^“”\"«»„]{3,120})[”\"»“]|[「『]([^「」『』]{3,120})[」』]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DOTS = re.compile(r"[.\-]")
_CAPITAL = re.compile(r"[A-Z][\w’'-]+")


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
    """The query behind a question; `outlets` are those of the library."""
    unit = set(analysis.terms(asked_unit(question)))
    unspaced = look_up(question, lambda piece: index.frequency(piece) > 0)
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
    """The terms that say what is asked about, beside its time and the outlets."""
    rest = question
    for words in window.words.split(", "):
        rest = rest.replace(words, " ")
    named = {term for outlet in outlets for term in analysis.terms(_DOTS.sub(" ", outlet))}
    return set(analysis.terms(rest)) - STOP_WORDS - WEAK_WORDS - _ANY_NEWS - named


def _spelling(sequence: Sequence[str], index: LexicalIndex) -> tuple[dict[str, str], tuple[str, ...]]:
    """Near terms for those that no passage holds, and those that have none. A piece of a word is no typing error."""
    words = (term for term in dict.fromkeys(sequence) if term not in STOP_WORDS and not is_piece(term))
    unknown = [word for word in words if not index.frequency(word)]
    found = {term: correction(term, index) for term in unknown[:_MOST_TERMS]}
    spelling = {term: near for term, near in found.items() if near}
    return spelling, tuple(term for term in unknown if term not in spelling)


def _weight(term: str, index: LexicalIndex) -> float:
    weak = term in WEAK_WORDS or is_grammar(term)
    return rarity(index.frequency(term), index.count()) * (_WEAK if weak else 1.0)


def _as_written(missing: Sequence[str], question: str, unspaced: Unspaced) -> tuple[str, ...]:
    """The words of the question behind these terms, but for the weak ones; then those written without spaces."""
    words = dict.fromkeys(_WORD.findall(RUN.sub(" ", question)))
    wanted = set(missing) - WEAK_WORDS
    return (*(word for word in words if wanted.intersection(analysis.terms(word))), *unspaced.unknown)


def _required(phrases: Sequence[tuple[str, ...]], filters: Filters, index: LexicalIndex) -> tuple[tuple[str, ...], ...]:
    """The phrases of several words, if some passage holds them all: what stands nowhere cannot be insisted on."""
    wanted = tuple(phrase for phrase in phrases if len(phrase) > 1)
    return wanted if wanted and index.search(wanted[0], 1, filters, wanted) else ()


def rarity(frequency: int, passages: int) -> float:
    """Inverse document frequency as in BM25 (Robertson and Spärck Jones 1976, with Lucene's +1): above 0.

    Counted as if the library held `_BACKGROUND` passages more, with the term in a few of them: in an archive of one
    article every subject is frequent and every other word unheard of, and neither means much.
    """
    frequency += _EXPECTED
    return math.log(1 + (passages + _BACKGROUND - frequency + 0.5) / (frequency + 0.5))
