"""Words of a question as the archive writes them: typing errors corrected, other forms of irregular words added.

The lexical index holds stems, so "closed" finds "closing". It knows neither that "closd" is "closed" nor that "fall" is
"fell": a word that no article holds is searched as the nearest one that some do (spelling correction), and beside
"fall" are searched the forms of it that some article holds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain

from assistant.english.words import fold, word_list, word_set
from assistant.library import analysis
from assistant.library.index import LexicalIndex

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SHORTEST = 5  # letters of a word whose spelling is corrected; shorter ones have too many neighbours
_SHORT_NAME = 3  # letters from which a name is corrected that has a letter doubled wrongly, or wrongly single
_LONG = 8  # letters from which two errors are corrected
_SOUND = 6  # letters from which the second letter may be wrong too
_ENDING = 4  # letters of an ending with an error in it
_PREFIX = 2  # first letters that must be right: errors there are rare, and it keeps the search small
_ENDINGS = ("s", "d", "e", "es", "ed", "er", "ly", "ing")  # that a stem lacks
# Words of questions that are often mistyped, and that no subject is called.
_OF_QUESTIONS = word_set("what when where which while with were does have from about whose there their this that")


@cache
def _families() -> Mapping[str, frozenset[str]]:
    """Return for each irregular form, as the lexical index holds it, the forms of its word."""
    found: dict[str, frozenset[str]] = {}
    for entry in word_list("irregular_forms"):
        base, _, forms = entry.partition(":")
        family = frozenset(term for form in (base, *forms.split()) for term in analysis.terms(form))
        found.update((term, found.get(term, frozenset()) | family) for term in family)
    return found


def other_forms(terms: Collection[str], index: LexicalIndex) -> dict[str, str]:
    """Return the forms of these terms that some article holds, each with the term of which it is one."""
    families = ((term, form) for term in terms for form in sorted(_families().get(term, ())))
    return {form: term for term, form in families if form not in terms and index.frequency(form)}


def as_printed(question: str, spelling: Mapping[str, str], texts: Iterable[str]) -> str:
    """Return the question with its mistyped words as the texts have them; those stay that no text has.

    `spelling` holds the term that each was searched as. A reader compares letters: to it, "Grel" is not "Grell".
    """
    if not spelling:
        return question
    wanted = set(spelling.values())
    printed: dict[str, str] = {}
    for word in chain.from_iterable(_WORD.findall(text) for text in texts):
        for term in wanted.intersection(analysis.terms(word)):
            printed.setdefault(term, word)
    typed = {word: printed.get(spelling.get(term, "")) for term, word in _typed(question).items()}
    return _WORD.sub(lambda match: typed.get(match[0]) or match[0], question)


def is_mistyped_question_word(term: str, question: str) -> bool:
    """Whether a term that no article holds is a word such as "when" with one error ("wehn"), in small letters."""
    typed = _typed(question).get(term, term)
    return typed.islower() and len(typed) > 2 and any(edit_distance(typed, word, 1) <= 1 for word in _OF_QUESTIONS)


def corrected_spelling(term: str, question: str, index: LexicalIndex) -> str:
    """Return the term that a word of the question was meant to be, "" for none.

    It is the most frequent term at edit distance 1 (2 from eight letters on), the nearer first. Compared is the word as
    typed, with and without an ending: the stem of a mistyped word is seldom that of the word it should be.
    """
    written = _typed(question).get(term, term)
    typed = fold(written)
    if not typed.isalpha():
        return ""
    if len(typed) < _SHORTEST:
        return _with_doubling(typed, index) if written[:1].isupper() else ""
    most = 2 if len(typed) >= _LONG else 1
    found = (_nearest({term, typed}, prefix, errors, index) for prefix, errors in _prefixes(typed, most))
    return next(filter(None, found), "") or ("" if written[:1].isupper() else _with_ending(typed, index))


def _with_doubling(typed: str, index: LexicalIndex) -> str:
    """Return the most frequent term that differs from a short name only by a letter doubled: "Grel", "grell"."""
    twice = (typed[:i] + letter + typed[i:] for i, letter in enumerate(typed))
    once = (typed[:i] + typed[i + 1 :] for i in range(1, len(typed)) if typed[i] == typed[i - 1])
    near = {term for term in (*twice, *once) if len(typed) >= _SHORT_NAME and index.frequency(term)}
    return max(near, key=lambda term: (index.frequency(term), term), default="")


def _prefixes(typed: str, most: int) -> Iterator[tuple[str, int]]:
    """Yield how the word may begin, and how many errors are looked for then: first as typed, then less surely."""
    yield typed[:_PREFIX], most
    if len(typed) >= _SOUND:
        yield typed[1::-1], 1
        yield typed[:1], 1


def _nearest(words: Collection[str], prefix: str, most: int, index: LexicalIndex) -> str:
    variants = {*words, *(word.removesuffix(ending) for word in words for ending in _ENDINGS)}
    near: list[tuple[int, int, str]] = []
    for other, frequency in index.terms_beginning(prefix).items():
        close = [variant for variant in variants if _may_be_near(variant, other, most)]
        distance = min((edit_distance(variant, other, most) for variant in close), default=most + 1)
        if distance <= most:
            near.append((distance, -frequency, other))
    return min(near, default=(0, 0, ""))[2]


def _with_ending(typed: str, index: LexicalIndex) -> str:
    """Return the longest term that an error in the ending alone parts from a word: "electoin", "elect"; "" for none."""
    lengths = range(len(typed) - 1, max(_SHORTEST, len(typed) - _ENDING) - 1, -1)
    return next((typed[:length] for length in lengths if index.frequency(typed[:length])), "")


def _may_be_near(one: str, two: str, most: int) -> bool:
    """Whether two words are worth comparing: of about one length, and with few letters that only one of them has."""
    shortest, longest = sorted((len(one), len(two)))
    return shortest > _PREFIX + 1 and longest - shortest <= most and len(set(one) ^ set(two)) <= 2 * most


def _typed(question: str) -> dict[str, str]:
    """Return the words of a question by their terms, as typed but for accents."""
    words: dict[str, str] = {}
    for word in _WORD.findall(question):
        terms: Sequence[str] = analysis.terms(word)
        if len(terms) == 1:
            words.setdefault(terms[0], word if word[:1].isupper() else fold(word))
    return words


def edit_distance(one: str, two: str, most: int) -> int:
    """Return the insertions, deletions, replacements and swaps between two words; `most` + 1 stands for more.

    The optimal string alignment distance, row by row.
    """
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(two, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and b == one[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
