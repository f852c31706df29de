"""Words of negation, doubt and direction: what makes two sentences on one subject say opposite things."""

from __future__ import annotations

from assistant.english.word_lists import listed, word_list, word_set
from assistant.english.words import stem


def _axes() -> dict[str, tuple[tuple[int, int], ...]]:
    axes: dict[str, tuple[tuple[int, int], ...]] = {}
    for number, entry in enumerate(word_list("opposites")):
        for side, words in zip((1, -1), entry.split(" / "), strict=True):
            for word in map(stem, words.split()):
                axes[word] = (*axes.get(word, ()), (number, side))
    return axes


AXES = _axes()
"""Stem -> the axes it lies on, each with its side, 1 or -1."""

NEGATIONS = listed("negations")
"""Folded words after which the next words are said not to be so."""

PLAIN_NEGATIONS = listed("plain_negations")
"""Folded words by which a statement denies something outright."""

FALSEHOODS = listed("falsehoods")
"""Folded words that deny the rest of their clause: "the falsehood that the election was stolen"."""

DENYING = listed("denying_words")
"""Folded words that may support a negation, beside `NEGATIONS` and words with one of `PREFIXES`."""

FUTURE_VERBS = word_set("will shall i'll you'll he'll she'll it'll we'll they'll")
"""Folded words that tell of what is to come."""

CLAUSE_WORDS = word_set("but although though while whereas because and or however despite instead rather except")
"""Folded words at which the reach of a negation ends."""

PERHAPS = listed("possibility_words")
"""Folded words that make of a fact a possibility."""

PLANNED = listed("plan_words")
"""Folded words that make of a fact a plan, a threat or a charge."""

PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")
"""Prefixes that turn a word into its opposite."""

SAME_SIDE = frozenset(
    stem(word) for word in word_set("imprison imprisonment income inform information invest investment import impress")
)
"""Stems that begin like a prefix and deny nothing."""
