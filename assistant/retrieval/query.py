"""A question understood: its terms, the time and the outlets it speaks of, and what must occur.

Everything here is code, so that it can be explained (`assistant search --explain`). What is inferred is only a
preference; a filter that the user set is applied as it is and never widened.

A term that no article holds is searched as the nearest one that some do (spelling correction). Text written without
spaces is indexed as overlapping pairs of letters (CJK bigrams, see `english.cjk`). Some pairs of a question are not
part of any word: the end of one with the beginning of the next. That no article holds them means nothing; what the
archive lacks is seen from letters that are in no pair which it holds.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import groupby, pairwise

from assistant.english.cjk import HAN_OR_KANA, LETTER, RUN, is_piece, letters, pieces
from assistant.english.dates.find import QuestionWindow, find_window
from assistant.english.names import capitalised_words
from assistant.english.questions import asked_unit, asks_for_number, is_question
from assistant.english.words import listed
from assistant.library import analysis
from assistant.library.index import LexicalIndex
from assistant.records import Filters
from assistant.retrieval.spelling import corrected_spelling, is_mistyped_question_word, other_forms

LONGEST_QUESTION = 20_000  # characters; more is a document, not a question
_MOST_TERMS = 48  # rarest terms of a question that are searched: enough for a paragraph, bounded for a long paste

_BACKGROUND = 300
_EXPECTED = 2  # of those that hold a term of middling frequency
_WEAK = 0.4  # share of its weight that such a word keeps

_QUOTED = re.compile(r"[“\"«„]([^“”\"«»„]{3,120})[”\"»“]|[「『]([^「」『』]{3,120})[」』]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DOTS = re.compile(r"[.\-]")
_NAME_WORD = re.compile(r"[^\W_]+")
_DOMAIN = re.compile(r"\.(?:com|org|net|news|info|(?:co|com|org)\.[a-z]{2}|[a-z]{2})$")
_PARTIES = re.compile(r",|\b(?:and|or|versus|vs)\b", re.IGNORECASE)
_LONGEST_OUTLET = 5  # words of an outlet's name

_ASKING = listed("cjk_question_pairs")
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_GRAMMAR = re.compile(f"[{_HIRAGANA}]+")  # endings and particles, mostly
_BINDING = re.compile(f"[{_HIRAGANA}的了是在吗嗎呢]+")  # what stands between words, or ends them
_FEWEST = 2  # letters of a word that is named as missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched for."""

    question: str
    asked_on: date
    filters: Filters  # as the user set them
    terms: Mapping[str, float]  # term of the lexical index -> weight, above 0: its rarity
    pairs: frozenset[tuple[str, str]] = frozenset()  # neighbouring terms of the question
    phrases: tuple[tuple[str, ...], ...] = ()  # quoted words that occur somewhere: only passages with them count
    spelling: Mapping[str, str] = field(default_factory=dict)  # term that no article holds -> the near one searched
    forms: Mapping[str, str] = field(default_factory=dict)  # other form that some article holds -> its term
    missing: tuple[str, ...] = ()  # words of the question that no article holds, nor one near them, nor another form
    outlets: tuple[str, ...] = ()  # outlets of the library that the question names
    target_first: date | None = None  # days that the question is about, as far as it says; else the day of asking
    target_last: date | None = None
    wants_recent: bool = False  # "latest", "this week"
    only_time: bool = False  # nothing else is asked about than a time, and perhaps an outlet
    wants_number: bool = False  # how many, how much, when
    asks: bool = True  # False for a statement, whose support is wanted: there is nothing that an answer would hold
    names: frozenset[str] = frozenset()  # capitalised words of the question, lower-cased

    @property
    def searched(self) -> list[str]:
        """The terms that are searched: those of the question, and other forms of them."""
        return [*self.terms, *self.forms]

    def in_its_forms(self, terms: Iterable[str]) -> list[str]:
        """Return the terms of a text, each in the form in which the question has it."""
        return [self.forms.get(term, term) for term in terms] if self.forms else list(terms)

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
    spelling, missing = _spelling(sequence, question, index)
    searched = [spelling.get(term, term) for term in sequence]
    content = [t for t in dict.fromkeys(searched) if t not in stop_terms() and t not in unit] or searched
    forms = other_forms(set(content) - _weak_terms(), index)
    weights = {term: _weight(term, [term, *(f for f, of in forms.items() if of == term)], index) for term in content}
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
        pairs=frozenset(pair for pair in pairwise(searched) if not stop_terms().issuperset(pair)),
        phrases=_required(phrases, filters, index),
        spelling=spelling,
        forms={form: term for form, term in forms.items() if term in rarest},
        missing=_as_written(missing, question, unspaced),
        outlets=named,
        target_first=window.first if window else None,
        target_last=window.last if window else None,
        wants_recent=bool(window and window.asked_recent),
        only_time=window is not None and not _subject(question, window, named),
        wants_number=asks_for_number(question),
        asks=is_question(question),
        names=frozenset(word.casefold() for word in capitalised_words(question)),
    )


@cache
def _terms_of(*lists: str) -> frozenset[str]:
    """Return the terms under which the lexical index holds the words of these lists."""
    return frozenset(term for word in listed(*lists) for term in analysis.terms(word))


def stop_terms() -> frozenset[str]:
    """Return the terms of words that ask or bind and say nothing of a question's subject."""
    return _terms_of("stop_words", "stop_words_in_questions", "cjk_question_pairs")


def _weak_terms() -> frozenset[str]:
    return _terms_of("weak_words_in_questions")


def _subject(question: str, window: QuestionWindow, outlets: Sequence[str]) -> set[str]:
    """Return the terms that say what is asked about, without those of time and outlets."""
    rest = question
    for words in window.words.split(", "):
        rest = rest.replace(words, " ")
    named = {term for outlet in outlets for term in analysis.terms(_DOTS.sub(" ", outlet))}
    return set(analysis.terms(rest)) - stop_terms() - _weak_terms() - _terms_of("news_words") - named


def _spelling(sequence: Sequence[str], question: str, index: LexicalIndex) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return near terms for those that no passage holds, and those without any. A piece of a word is not corrected."""
    words = (term for term in dict.fromkeys(sequence) if term not in stop_terms() and not is_piece(term))
    unknown = [word for word in words if not index.frequency(word) and not other_forms([word], index)]
    unknown = [word for word in unknown if not is_mistyped_question_word(word, question)]
    found = {term: corrected_spelling(term, question, index) for term in unknown[:_MOST_TERMS]}
    spelling = {term: near for term, near in found.items() if near}
    return spelling, tuple(term for term in unknown if term not in spelling)


def _weight(term: str, forms: Sequence[str], index: LexicalIndex) -> float:
    weak = term in _weak_terms() or is_grammar(term)
    return rarity(max(map(index.frequency, forms)), index.count()) * (_WEAK if weak else 1.0)


def _as_written(missing: Sequence[str], question: str, unspaced: UnspacedWords) -> tuple[str, ...]:
    """Return the question's words behind these terms, without the weak ones; then those written without spaces."""
    words = dict.fromkeys(_WORD.findall(RUN.sub(" ", question)))
    wanted = set(missing) - _weak_terms()
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


def parties_named(parties: str) -> list[str]:
    """Return those whom a question names: "the Courant and the Tide" are two."""
    return [party for part in _PARTIES.split(parties) if (party := part.strip())]


def outlets_meant(parties: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """Return those of `outlets` that a question's parties mean: "the Courant and the Tide" is named by a part.

    A part counts where one outlet alone has it; an outlet named whole counts always.
    """
    found = list(mentioned_outlets(parties, outlets))
    for party in parties_named(parties):
        words = {w.casefold() for w in _NAME_WORD.findall(party)} - {"the"}
        held = [o for o in outlets if words and words <= {w.casefold() for w in _NAME_WORD.findall(o)}]
        found += held if len(held) == 1 else []
    return tuple(dict.fromkeys(found))


def _key(outlet: str) -> str:
    """Return the name without "The", its domain's ending, spaces and signs: equal keys are one outlet."""
    words = _NAME_WORD.findall(_DOMAIN.sub("", outlet.casefold().removeprefix("www.")))
    return "".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


@dataclass(frozen=True, slots=True)
class UnspacedWords:
    """What to leave out of a question's terms, and what no article holds."""

    noise: frozenset[str] = frozenset()  # pieces that no article holds, and that need be no part of a word
    unknown: tuple[str, ...] = ()  # words that no article holds, as they are written


def unspaced_words(question: str, holds: Callable[[str], bool]) -> UnspacedWords:
    """Return what no article holds of a question's text without spaces; `holds` says whether one holds a piece."""
    if question.isascii():
        return UnspacedWords()
    noise: set[str] = set()
    unknown: list[str] = []
    for run in RUN.findall(unicodedata.normalize("NFC", question)):
        found = [piece in _ASKING or holds(piece) for piece in pieces(run)]
        words = [word for part in _unknown_parts(run, found) for word in _BINDING.split(part)]
        words = [word for word in words if len(letters(word)) >= _FEWEST]
        named = {piece for word in words for piece in pieces(word)}
        noise.update(_noise(run, found) - named)
        unknown += words
    return UnspacedWords(frozenset(noise), tuple(dict.fromkeys(unknown)))


def is_grammar(term: str) -> bool:
    """Whether a piece is hiragana only, in which Japanese writes endings and particles."""
    return _GRAMMAR.fullmatch(term) is not None


def _covered(found: Sequence[bool]) -> list[bool]:
    """Return for each letter of a run whether it stands in a pair that is found."""
    return [a or b for a, b in pairwise([False, *found, False])]


def _noise(run: str, found: Sequence[bool]) -> set[str]:
    """Return the pieces not found that need not be part of a word: all but those beside other letters not found.

    They lie between two pieces that are found, or share a letter with one that asks, or hold what binds. A letter alone
    is noise too, since pairs may hold it.
    """
    cut = pieces(run)
    if len(letters(run)) < _FEWEST:
        return set() if found[0] else {cut[0]}
    covered = _covered(found)
    asks = [False, *(piece in _ASKING for piece in cut), False]
    return {
        piece
        for i, piece in enumerate(cut)
        if not found[i] and (all(covered[i : i + 2]) or asks[i] or asks[i + 2] or _BINDING.search(piece))
    }


def _unknown_parts(run: str, found: Sequence[bool]) -> Iterator[str]:
    """Yield the parts of a run, as written, in which no letter stands in a pair that is found.

    In scripts of letters rather than signs a part of a word says nothing: there only a whole run counts.
    """
    if len(letters(run)) < _FEWEST:
        return
    covered = iter(_covered(found))
    written = [(letter, [next(covered) for _ in letters(letter)]) for letter in LETTER.findall(run)]
    for is_known, part in groupby(written, key=lambda pair: any(pair[1])):
        text = "".join(letter for letter, _ in part)
        if not is_known and (HAN_OR_KANA.search(text) or text == run):
            yield text
