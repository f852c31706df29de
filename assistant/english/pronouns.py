"""Words that point back to something said before."""

from __future__ import annotations

import re

from assistant.english.word_lists import listed, word_set

POINTING = listed("pointing_words")
"""Words in a question that stand for something named before it, in small letters."""

PERSONS = word_set("he she")
PERSON_PRONOUNS = PERSONS | word_set("his her")
"""Pronouns that stand for one person."""

SUBJECT_PRONOUNS = word_set("he she they it we i you")
"""Pronouns that can act."""

POSSESSIVES = word_set("his her their my our its your whose")

_OPENS_SENTENCE = re.compile(
    r"[“\"‘']*(?:but |and |yet |still, |then |later,? )?"
    r"(?:he|she|it|they|his|her|its|their|this|that|these|those|both|such|the (?:two|pair|latter|former))\b",
    re.IGNORECASE,
)


def holds_pointing_word(text: str) -> bool:
    """Whether a word of a question or of a part of one stands for something named before."""
    return not POINTING.isdisjoint(re.findall(r"[^\W_]+", text.casefold()))


def points_back(sentence: str) -> bool:
    """Whether a sentence can hardly be understood without the one before, since it opens with "He", "But they" or so.

    Only the opening counts, within quotation marks too; "it" further on mostly means something in the sentence.
    """
    return _OPENS_SENTENCE.match(sentence) is not None
