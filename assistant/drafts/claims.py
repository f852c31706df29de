"""From the text of a draft to what in it can be checked: sentences by kind, and the statements that each claim makes.

Questions, headings, opinions and lead-ins are told apart and not counted. A sentence that holds a figure, a day or a
quotation is never taken for an opinion: "The council should have spent 38 million crowns" is wrong if it was 61.

A pronoun at the head of a claim is told by the sentences before it (`Antecedents`, anaphora resolution). "She", "his"
and "he" become the person who acted last, "it" the body or thing that the sentence before began with, "the company" the
body that acted last. Where nothing before fits, and within quotations, the words stay as they are: a wrong name does
more harm than none. Whether a person is a man or a woman is known only from "Mr." and "Ms.".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.checks.completeness import is_sentence
from assistant.checks.quotes import find_quotations
from assistant.checks.verify import is_lead_in
from assistant.drafts.check_report import SentenceKind
from assistant.drafts.clauses import Clause, clauses, is_verb_form
from assistant.english.names import COURTESY, Name, find_names
from assistant.english.numbers import find_numbers
from assistant.english.questions import is_asked
from assistant.english.sentences import STARTERS, split_sentences, trimmed
from assistant.english.words import LONGEST, SPEECH_STEMS, TITLES, content_words, listed, tokens, word_set

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


_OPINION = listed("opinion_words")
_WRITERS = frozenset({"i", "we"})
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_ITEM = re.compile(r"(?:[-*•–—]|\(?\d{1,2}[.)])\s")  # of a list, which has no full stop and may claim something
_HEADING = 16  # words; a longer line without a full stop is a sentence that lacks it
_ITEM_WORDS = 5  # of an item of a list that lost its mark
_FEWEST = 2  # content words of a claim


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftClaim:
    """One statement of a draft."""

    text: str  # as written
    start: int  # characters of the draft
    end: int
    read_as: str  # with what it points back to


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSentence:
    """One sentence of a draft."""

    text: str  # as written
    start: int
    end: int
    kind: SentenceKind
    read_as: str  # with what it points back to
    quoted: bool  # it lies in a quotation that an earlier sentence opened
    claims: tuple[DraftClaim, ...]  # one for each fact; none unless it is a claim


def sentences_of_draft(text: str) -> tuple[DraftSentence, ...]:
    """Return the sentences of a draft in order, each with its claims."""
    return tuple(_sentences(text))


def _sentences(text: str) -> Iterator[DraftSentence]:
    memory = Antecedents()
    several, quoting = "\n" in text, False
    for tile in split_sentences(text):
        start, end = trimmed(text, tile)
        words = text[start:end]
        if not any(char.isalnum() for char in words):
            continue
        item = _ITEM.match(words)
        if item:
            start, words = start + item.end(), words[item.end() :]
        meant = words if quoting else memory.read_as(words)
        alone = not several or item is not None or (bool(text[:start].strip()) and _may_be_item(words))
        kind = SentenceKind.CLAIM if quoting else kind_of(words, meant, alone=alone)
        claims = tuple(_claims(words, meant, start)) if kind is SentenceKind.CLAIM else ()
        yield DraftSentence(text=words, start=start, end=end, kind=kind, read_as=meant, quoted=quoting, claims=claims)
        quoting = _leaves_open(words, quoting=quoting) and text[tile.end - 1] != "\n"


def _may_be_item(line: str) -> bool:
    """Whether a line without a full stop tells a figure in several words; not "Published 18 April 2025"."""
    words = tokens(line)
    return (
        len(words) >= _ITEM_WORDS and ":" not in line and not is_verb_form(words[0].folded) and bool(find_numbers(line))
    )


def _leaves_open(sentence: str, *, quoting: bool) -> bool:
    """Whether a quotation goes on in the next sentence."""
    opened, closed = sentence.rfind("“"), sentence.rfind("”")
    return opened > closed if opened >= 0 or closed >= 0 else quoting


def kind_of(sentence: str, read_as: str, *, alone: bool = False) -> SentenceKind:
    """Return what a sentence is; `alone` when it may lack its full stop and be no heading.

    So may the whole draft, an item of a list, and a line with a figure behind the title: such an item loses its mark in
    pages and PDF files.
    """
    if is_asked(sentence) and not find_quotations(sentence):
        return SentenceKind.QUESTION
    if is_lead_in(sentence) or (sentence.rstrip().endswith(":") and not find_numbers(sentence)):
        return SentenceKind.LEAD_IN
    if _is_opinion(sentence):
        return SentenceKind.OPINION
    quotes = any(not quotation.short for quotation in find_quotations(sentence))
    too_short = not quotes and len(content_words(read_as)) < _FEWEST
    return SentenceKind.HEADING if too_short or _is_heading(sentence, alone=alone) else SentenceKind.CLAIM


def _is_heading(sentence: str, *, alone: bool) -> bool:
    if _ENDED.search(sentence):
        return False
    return len(sentence.split()) <= _HEADING and not (alone and is_sentence(sentence))


def _is_opinion(sentence: str) -> bool:
    if find_quotations(sentence) or find_numbers(sentence):
        return False
    words = tokens(sentence)
    if any(token.folded in _WRITERS for token in words[:3]):
        return True
    if any(token.stem in SPEECH_STEMS or token.folded == "according" for token in words):
        return False
    return any(token.folded in _OPINION for token in words)


def with_clauses(sentence: DraftSentence, cut: Sequence[Clause]) -> DraftSentence:
    """Return a sentence whose claims are these clauses of what it is read as."""
    return replace(sentence, claims=tuple(_claims(sentence.text, sentence.read_as, sentence.start, cut)))


def _claims(words: str, meant: str, offset: int, cut: Sequence[Clause] = ()) -> Iterator[DraftClaim]:
    """Yield the statements of one sentence, `words` as written and `meant` as it is to be read.

    It is cut into its clauses, unless `cut` names others.
    """
    grown = len(meant) - len(words)  # of the head, where a pronoun was replaced
    for clause in cut or clauses(meant[:LONGEST]):
        start = max(0, clause.start - grown) if clause.start else 0
        end = min(len(words), max(start + 1, clause.end - grown))
        if len(meant) > LONGEST:
            end = len(words)
        yield DraftClaim(text=words[start:end], start=offset + start, end=offset + end, read_as=clause.text)
