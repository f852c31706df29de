"""Pronouns of a question: whether one points out of it to an earlier question, and what takes its place.

What it points to is told by rules of thumb (`points_outside`): mostly to an earlier question, unless its own question
names something in an earlier clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from assistant.english.names import CALENDAR
from assistant.english.subjects import Thing, things_named
from assistant.english.words import (
    PERSON_PRONOUNS,
    POINTING,
    SPEECH,
    STOP,
    Token,
    is_past,
    tokens,
    word_set,
)

_SUBORDINATE = word_set("that when before after because if whether while since until as though although")
_NOW = word_set(
    "week month year morning afternoon evening night spring summer autumn winter season weekend century time"
)
_COUNTED = word_set("which the this that these those no other another new old first second last next")
_CLAUSE = word_set(
    "the a an he she it they we i you his her its their no all some is was are were has had have will would"
)
_BE = word_set("is are was were")
_EXISTS = word_set("a an any no some more other another enough many still still not")
_PERSONAL = word_set("it its he him his she her hers they them their theirs")
_EXPLETIVE = re.compile(
    r"\bit\s+(?:takes?|took)\b|\b(?:is|was)\s+it\s+(?:\w+\s+)?(?:true|so|right|certain|clear|known|possible|likely|said|legal)\s"
    r"+(?:that|whether|if|to)\b|\bit\s+(?:is|was)\s+(?:\w+\s+)?\w+\s+that\b",
    re.IGNORECASE,
)


class Pronoun(NamedTuple):
    """A pronoun of a question that points out of it."""

    folded: str
    start: int  # characters
    end: int
    possessive: bool
    may_be_event: bool  # "Who reported it?" may ask about what happened

    @property
    def is_person(self) -> bool:
        """Whether it stands for one person."""
        return self.folded in PERSON_PRONOUNS or self.folded in {"him", "hers"}

    @property
    def is_plural(self) -> bool:
        """Whether it stands for several."""
        return self.folded.startswith("the")

    def may_mean(self, thing: Thing) -> bool:
        """Whether it can stand for what was named, as far as the two words tell."""
        if self.is_person:
            return thing.is_person or thing.is_name
        return thing.is_plural == self.is_plural and (thing.is_name or not thing.is_person)

    def may_give_way(self, thing: Thing, *, alone: bool) -> bool:
        """Whether the thing can be put in its place; `alone` where that is all that was asked about."""
        return not thing.is_asked and not self.may_be_event and (alone or not (thing.is_name and self.is_person))


def pronoun_in(question: str) -> Pronoun | None:
    """Return the first personal pronoun of a question that points out of it; None without one."""
    words = tokens(question)
    for i, word in enumerate(words):
        if word.folded in _PERSONAL and not _is_explained(question, words, i):
            follows = words[i + 1] if i + 1 < len(words) else None
            owns = word.folded in {"its", "his", "their"} or (
                word.folded == "her" and follows is not None and follows.folded not in STOP
            )
            event = i > 0 and (words[i - 1].folded in SPEECH or words[i - 1].stem == "do")
            return Pronoun(word.folded, word.start, word.start + len(word.text), owns, may_be_event=event)
    return None


def put_in(question: str, pronoun: Pronoun, text: str) -> str:
    """Return a question with words in the place of a pronoun."""
    owns = ("’" if text.endswith("s") else "’s") if pronoun.possessive else ""
    put = f"{text[0].upper()}{text[1:]}" if not question[: pronoun.start].strip() else text
    return f"{question[: pronoun.start]}{put}{owns}{question[pronoun.end :]}"


def points_outside(question: str) -> bool:
    """Whether a word of a question, or of a part of one, stands for something that the question does not name."""
    words = tokens(question)
    return any(word.folded in POINTING and not _is_explained(question, words, i) for i, word in enumerate(words))


class _Place(NamedTuple):
    """A word of a question between its neighbours."""

    words: Sequence[Token]
    i: int

    @property
    def before(self) -> str:
        """The word before it, folded; "" for none."""
        return self.words[self.i - 1].folded if self.i else ""

    @property
    def later(self) -> Sequence[Token]:
        """The words behind it."""
        return self.words[self.i + 1 :]

    def comes_before(self, *words: str) -> bool:
        """Whether one of these comes anywhere behind it."""
        return any(token.folded in words for token in self.later)


def _is_explained(question: str, words: Sequence[Token], i: int) -> bool:
    """Whether a word that may point back does not, or points to something in its own question."""
    if words[i].folded in _PERSONAL:
        empty = any(found.start() <= words[i].start < found.end() for found in _EXPLETIVE.finditer(question))
        return empty or _is_named_before(question, words, i)
    explains = _EXPLAINED.get(words[i].folded)
    return explains is not None and i + 1 < len(words) and explains(_Place(words, i))


def _joins_clauses(place: _Place) -> bool:
    """Whether "that" begins a clause: "said that the …", "the letter that warned"."""
    follows = place.later[0]
    behind_word = bool(place.before) and (place.before not in STOP or place.before in SPEECH)
    return behind_word and (follows.folded in _CLAUSE or is_past(follows) or follows.capital)


def _says_what_there_is(place: _Place) -> bool:
    """Whether "there" names no place: "is there a ferry", "how many people are there in Orrin"."""
    follows = place.later[0].folded
    counted = any(token.folded in {"many", "much"} for token in place.words[: max(0, place.i - 2)])
    return place.before in _BE and (follows in _EXISTS or follows not in STOP or counted)


def _counts(place: _Place) -> bool:
    """Whether "one" is a number: "one of the two", "one person"."""
    follows = place.later[0]
    return follows.folded == "of" or not (place.before in _COUNTED or follows.folded in STOP or is_past(follows))


def _goes_with_next(place: _Place) -> bool:
    """Whether a word belongs to the one behind it: "the former mayor", "too low"."""
    return place.later[0].folded not in STOP and not is_past(place.later[0])


def _is_of_now(place: _Place) -> bool:
    """Whether "this" counts from the day of asking: "this week"."""
    return place.later[0].folded in _NOW | CALENDAR


_EXPLAINED: dict[str, Callable[[_Place], bool]] = {
    "that": _joins_clauses,
    "there": _says_what_there_is,
    "one": _counts,
    "both": lambda place: place.comes_before("and"),
    "same": lambda place: place.comes_before("as"),
    "this": _is_of_now,
    "these": _is_of_now,
    "former": _goes_with_next,
    "latter": _goes_with_next,
    "too": _goes_with_next,
}


def _is_named_before(question: str, words: Sequence[Token], i: int) -> bool:
    """Whether a question names in an earlier clause what its pronoun `i` can stand for; an owner also in the same."""
    earlier = question[: words[i].start]
    things = things_named(earlier)
    if not things:
        return False
    if words[i].folded in {"its", "their"} and things[0].is_name:
        return True
    return any(_parted(earlier, words[:i], start) for start in _starts(earlier, things))


def _starts(text: str, things: Sequence[Thing]) -> Iterator[int]:
    """Yield where each thing is named in a text."""
    for thing in things:
        at = text.casefold().find(thing.text.removeprefix("the ").casefold())
        if at >= 0 and not thing.is_asked:
            yield at


def _parted(earlier: str, words: Sequence[Token], start: int) -> bool:
    """Whether a clause ends between what is named at `start` and the end of a text."""
    if re.search(r"[,:;.–—]\s", earlier[start:]):
        return True
    return any(word.start > start and word.folded in _SUBORDINATE for word in words)
