"""From the text of a draft to what in it can be checked: sentences by kind, and the statements that each claim makes.

Questions, headings, opinions and lead-ins are told apart and not counted. A sentence that holds a figure, a day or a
quotation is never taken for an opinion: "The council should have spent 38 million crowns" is wrong if it was 61.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.checks.completeness import is_sentence
from assistant.checks.quotes import find_quotations
from assistant.checks.verify import is_lead_in
from assistant.drafts.antecedents import Antecedents
from assistant.drafts.check_report import SentenceKind
from assistant.drafts.clauses import Clause, clauses, is_verb_form
from assistant.english.numbers import find_numbers
from assistant.english.questions import is_asked
from assistant.english.sentences import split_sentences, trimmed
from assistant.english.word_classes import SPEECH_STEMS
from assistant.english.word_lists import listed
from assistant.english.words import LONGEST, content_words, tokens

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
