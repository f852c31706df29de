"""What a pronoun at the head of a sentence means, by the draft's own sentences before it (anaphora resolution).

"She", "his" and "he" become the person who acted last, "it" the body or thing that the sentence before began with, "the
company" the body that acted last. Where nothing before fits, and within quotations, the words stay as they are: a wrong
name does more harm than none. Whether a person is a man or a woman is known only from "Mr." and "Ms.".
"""

from __future__ import annotations

import re

from assistant.english.names import COURTESY, Name, find_names
from assistant.english.sentences import STARTERS
from assistant.english.word_classes import SPEECH_STEMS, TITLES
from assistant.english.word_lists import listed, word_set
from assistant.english.words import tokens

_BACK = 4  # sentences that are looked back over
_OPENING = re.compile(
    r"(?P<lead>(?:(?:But|And|Yet|Still,|Then|Later,?)\s)?)"
    r"(?:(?P<person>He|She|he|she|Her|His|her|his)|(?P<body>It|Its|it|its)|[Tt]he\s(?P<noun>[a-z]+))\b(?!['’])"
)
_POSSESSIVE = word_set("his her its")
_BODIES = listed("bodies")
_BUSINESSES = word_set("company firm group corporation business airline bank carmaker manufacturer retailer publisher")
_AFTER_HER = re.compile(r"\s(?:[a-z]+ed|said|was|is|has|had|will|would)\b")
_EMPTY = re.compile(
    r"\s(?:is|was|will be|would be|has been|seems?|remains?)\s(?:a|an|not|no|the|\w+\s(?:that|to|who))\b"
)
_END = re.compile(r"['’]s?$")
_SEXES = {"mr": "he", "sir": "he", "lord": "he", "mrs": "she", "ms": "she", "miss": "she", "dame": "she", "lady": "she"}


class Antecedents:
    """Remembers whom the sentences of a draft named, in order."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._before: list[str] = []
        self._wholes: dict[str, str] = {}  # last word of a name -> the longest name with it
        self._sexes: dict[str, str] = {}  # last word of a name -> "he" or "she"

    def read_as(self, sentence: str) -> str:
        """Return the sentence with the pronoun at its head replaced by what it means, and remember what it names."""
        resolved = self._resolved(sentence)
        for name in find_names(resolved):
            self._remember(resolved, name)
        self._before = [*self._before, resolved][-_BACK:]
        return resolved

    def _remember(self, sentence: str, name: Name) -> None:
        words, last = _words(sentence, name), name.tokens[-1].folded
        titles = [t.folded for t in (*tokens(sentence[: name.start])[-1:], name.tokens[0]) if t.folded in _SEXES]
        if titles:
            self._sexes[last] = _SEXES[titles[0]]
        if len(words) > len(self._wholes.get(last, "")) and not titles:
            self._wholes[last] = words

    def _resolved(self, sentence: str) -> str:
        found = _OPENING.match(sentence)
        if found is None or (found["noun"] and found["noun"] not in _BODIES):
            return sentence
        word = (found["person"] or found["body"] or "").lower()
        meant = self._meant(word, found["noun"] or "", sentence[found.end() :])
        if not meant:
            return sentence
        owns = word in _POSSESSIVE and not (word == "her" and _AFTER_HER.match(sentence, found.end()))
        return f"{found['lead']}{meant}{'’s' if owns else ''}{sentence[found.end() :]}"

    def _meant(self, word: str, noun: str, rest: str) -> str:
        if noun:
            return self._last_body(noun)
        if word in {"it", "its"}:
            return "" if word == "it" and _EMPTY.match(rest) else self._head_before()
        return self._last_person("he" if word in {"he", "his"} else "she")

    def _last_person(self, sex: str) -> str:
        for sentence in reversed(self._before):
            for name in find_names(sentence):
                known = self._sexes.get(name.tokens[-1].folded, sex)
                if known == sex and self._is_person(sentence, name):
                    return self._whole(sentence, name)
        return ""

    def _last_body(self, noun: str) -> str:
        for sentence in reversed(self._before):
            for name in find_names(sentence):
                if any(token.folded == noun for token in name.tokens):
                    return _words(sentence, name)
                head = name.start <= len("The ") and not self._is_person(sentence, name)
                if noun in _BUSINESSES and head and len(name.tokens) > 1:
                    return self._whole(sentence, name)
        return ""

    def _head_before(self) -> str:
        """Return the body or thing that the sentence before begins with; "" for none."""
        for sentence in self._before[-1:]:
            for name in find_names(sentence)[:1]:
                if name.start <= len("The ") and not self._is_person(sentence, name) and not _is_opener(name):
                    return sentence[: name.start] + self._whole(sentence, name)
        return ""

    def _whole(self, sentence: str, name: Name) -> str:
        return self._wholes.get(name.tokens[-1].folded, _words(sentence, name))

    def _is_person(self, sentence: str, name: Name) -> bool:
        """Whether a title stands before it, it speaks, or it is two or three words none of which names a body."""
        words = tokens(self._whole(sentence, name))
        if any(token.folded in _BODIES for token in words) or _is_opener(name):
            return False
        before = tokens(sentence[: name.start])[-1:]
        titled = any(t.folded in TITLES | COURTESY for t in (*before, *name.tokens[:1]))
        speaks = any(token.stem in SPEECH_STEMS for token in tokens(sentence[name.end : name.end + 40])[:1])
        return titled or (len(words) in {2, 3} and not _follows_place(sentence, name)) or (speaks and len(words) == 1)


def _is_opener(name: Name) -> bool:
    """Whether its capital letter may only mark the beginning of the sentence."""
    return name.opening and len(name.tokens) == 1 and name.tokens[0].text in STARTERS


def _follows_place(sentence: str, name: Name) -> bool:
    return any(token.folded in {"in", "at", "near", "from", "to"} for token in tokens(sentence[: name.start])[-1:])


def _words(sentence: str, name: Name) -> str:
    return _END.sub("", sentence[name.start : name.end])
