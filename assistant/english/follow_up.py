"""Follow-up questions made self-contained by code, for when there is no model to do it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.english.words import STOP
from assistant.records import Turn

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

# Words that point back to something said before.
_POINTING = frozenset(
    [
        "it",
        "its",
        "he",
        "him",
        "his",
        "she",
        "her",
        "hers",
        "they",
        "them",
        "their",
        "theirs",
        "this",
        "that",
        "these",
        "those",
        "there",
        "then",
        "one",
        "ones",
        "both",
        "former",
        "latter",
        "same",
        "else",
        "too",
    ]
)
# Beginnings of questions that say nothing without the one before: "And in Berlin?", "Why?", "What about May?"
_BARE = frozenset(
    ["and", "but", "or", "so", "why", "how", "when", "where", "who", "what", "about", "else", "more", "then", "also"]
)
_ENOUGH = 2  # words of its own that name what a question asks
_FEW = 3  # words; a question this short that holds no name is hardly complete


def by_code(question: str, turns: Sequence[Turn]) -> str:
    """`question`, followed by the question before it (as that one was searched) when it points back.

    Both are searched together: the words of the earlier question bring its subject, those of the new one what is asked.
    A question with words enough of its own ("And who won the election?") takes only the names of the one before.
    """
    if not turns or not points_back(question):
        return question
    before = turns[-1].standalone or turns[-1].question
    words = [word.casefold() for word in _WORD.findall(question)]
    if any(word in _POINTING for word in words) or sum(word not in _BARE | STOP for word in words) < _ENOUGH:
        return f"{question} ({before})"
    names = dict.fromkeys(name for name in _names(before) if name.casefold() not in words)
    return f"{question} ({' '.join(names)})" if names else question


def points_back(question: str) -> bool:
    """Whether a question cannot be understood alone: it has a pointing word, or hardly any word of its own."""
    words = [word.casefold() for word in _WORD.findall(question)]
    if any(word in _POINTING for word in words):
        return True
    if words[:1] in (["and"], ["but"], ["or"]) or words[:2] == ["what", "about"]:
        return True
    own = [word for word in words if word not in _BARE]
    return len(own) < _FEW and not _names_something(question)


def _names_something(question: str) -> bool:
    return bool(_names(question))


def _names(question: str) -> list[str]:
    """The words after the first that begin with a capital letter, and numbers; not those that only open a question."""
    return [w for w in _WORD.findall(question)[1:] if (w[0].isupper() or w[0].isdigit()) and w.casefold() not in _BARE]
