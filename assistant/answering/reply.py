"""A model's reply -> statements, each with the numbers of the sentences it points to.

A statement is one sentence of the reply, or a quotation of several sentences, without its markers (`markers` says what
those are), without Markdown and without what is no part of the answer (`leftovers`). To which one a marker belongs:

- One inside a sentence, or after its full stop or closing quotation mark, belongs to that sentence; so does one alone
  on the next line.
- One at the beginning of a line belongs to the sentence that follows it, if the line is a list item, opens the reply or
  a paragraph, or comes after a statement that has its numbers already. If such a line does not also end with a marker,
  the model writes its numbers first, and all markers between the sentences of the line belong to what follows.

Numbers are kept whether they were offered or not (0 too): whoever knows what was offered reports the rest. None is made
up: each is written in the reply or lies inside a written range. The numbers of an appended list of sources say nothing
of a single statement and are kept apart, unless the reply is one statement without a marker.

A heading without a marker is no statement, unless the reply holds nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.answering.answerer import DraftStatement
from assistant.answering.leftovers import ReplyLine, reply_lines, split_sources
from assistant.answering.markers import Marker, code_spans, find_markers, without_markers, without_pointing_words
from assistant.answering.prompt import NOT_IN_ARCHIVE
from assistant.english.sentences import split_sentences

_AFTER_FIRST = re.compile(r"[:.)–—-]\s")  # in "[1]: He left." and "[1] - He left."
_SPACE_BEFORE_SIGN = re.compile(r" (?=[.,;:!?])")  # in "He left [1] ."
_PARTED = re.compile(r"\b([UED])\. (?=[SKNUC]\.)")  # "U. S.", as small models write it
_BOLD = re.compile(r"\*\*")
_CLOSING_SIGNS = ".,;:!?…)”’»\"'"
_BARE_SOURCES = {
    *("source", "sources", "reference", "references", "citation", "citations", "evidence", "see evidence", "sentence"),
    *("ref", "see", "see sentence", "see also", "sentences", "see sentences", "see source", "see sources"),
}
_QUOTED = 8  # sentences of a quotation that are kept together


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """A reply taken apart."""

    statements: tuple[DraftStatement, ...]
    loose: tuple[int, ...]  # numbers that belong to no statement, e.g. those of an appended list of sources


class _Placed(NamedTuple):
    """The numbers of one marker and where it stood in the text without markers."""

    at: int
    numbers: tuple[int, ...]
    forward: bool  # it belongs to what follows, if that begins a sentence


class _Draft:
    """A statement that still collects numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.numbers: list[int] = []


def parse_statements(text: str, offered: Collection[int] = ()) -> list[DraftStatement]:
    """The statements of the reply `text`; none is empty.

    `offered` are the numbers in use, which matters for those that look like years.

    >>> parse_statements("Prices rose.[2] Two banks failed [4, 7].")
    [DraftStatement(text='Prices rose.', numbers=(2,)), DraftStatement(text='Two banks failed.', numbers=(4, 7))]
    """
    return list(parse_reply(text, offered).statements)


def parse_reply(text: str, offered: Collection[int] = ()) -> ParsedReply:
    """The statements of the reply `text`, each once, and the numbers that belong to none of them."""
    answer, sources = split_sources(list(reply_lines(text)))
    drafts, loose = _statements([line for line in answer if not _is_bare_heading(line, offered)], offered)
    if not drafts:
        drafts, loose = _statements(answer, offered)
    for line in sources:
        loose += [number for marker in _markers(line, offered) for number in marker.numbers]
    if len(drafts) == 1 and not drafts[0].numbers:
        drafts[0].numbers, loose = loose, []
    statements = (
        DraftStatement(_PARTED.sub(r"\1.", without_markers(draft.text, offered)), tuple(dict.fromkeys(draft.numbers)))
        for draft in drafts
    )
    return ParsedReply(tuple(_each_once(statements)), tuple(dict.fromkeys(loose)))


def _each_once(statements: Iterable[DraftStatement]) -> Iterable[DraftStatement]:
    """The statements without those that repeat an earlier one, whose numbers it takes: small models run in circles."""
    said: dict[str, DraftStatement] = {}
    for statement in statements:
        words = " ".join(statement.text.casefold().split())
        earlier = said.setdefault(words, statement)
        if earlier is not statement:
            said[words] = earlier._replace(numbers=tuple(dict.fromkeys((*earlier.numbers, *statement.numbers))))
    return said.values()


def is_abstention(text: str) -> bool:
    """Whether the reply says, in the words it was told to use, that the evidence does not answer the question.

    Words of excuse after them do not matter; a statement with a number does.
    """
    statements = parse_statements(text)
    if not statements or any(statement.numbers for statement in statements[1:]):
        return False
    first = statements[0].text
    words = " ".join(re.findall(r"\w+", first.casefold()))
    return words == NOT_IN_ARCHIVE.casefold() or first.lstrip("\"'“*").startswith(NOT_IN_ARCHIVE)


def _statements(lines: Iterable[ReplyLine], offered: Collection[int]) -> tuple[list[_Draft], list[int]]:
    drafts: list[_Draft] = []
    loose: list[int] = []
    for written in lines:
        text = written.text if written.code else without_pointing_words(written.text, offered)
        line = written._replace(text=text)
        bare, places = _bare_text(line, _markers(line, offered), after=drafts[-1] if drafts else None)
        _add_line(bare, places, drafts, loose)
    return drafts, loose


def _add_line(bare: str, places: Sequence[_Placed], drafts: list[_Draft], loose: list[int]) -> None:
    """Adds the statements of one line to `drafts`, and its numbers to the statements they belong to."""
    first = len(drafts)
    starts: list[int] = []
    for start, end in _spans(bare, places):
        words = bare[start:end].strip()
        if any(char.isalnum() for char in words):
            starts.append(start)
            drafts.append(_Draft(words))
    owner = -1  # index in `starts` of the last sentence that begins before the marker
    for place in places:
        while owner + 1 < len(starts) and starts[owner + 1] < place.at:
            owner += 1
        begins = owner + 1 < len(starts) and not bare[place.at : starts[owner + 1]].strip()
        index = first + owner + (1 if place.forward and begins else 0)
        if owner < 0 and place.forward and starts:
            index = first
        _give(place.numbers, index, drafts, loose)
    _move_bare_sources(first, drafts, loose)


def _spans(bare: str, places: Sequence[_Placed]) -> Iterator[tuple[int, int]]:
    """Yield where each statement of a line begins and ends: a sentence, or a quotation with its sentences.

    Sentences are kept together while a quotation is open, unless a marker stands between them or it never ends.
    """
    sentences = split_sentences(bare)
    marked = frozenset(place.at for place in places)
    index = 0
    while index < len(sentences):
        last = _last_of_quotation(bare, [(s.start, s.end) for s in sentences[index : index + _QUOTED]], marked)
        yield sentences[index].start, sentences[index + last].end
        index += last + 1


def _last_of_quotation(bare: str, sentences: Sequence[tuple[int, int]], marked: frozenset[int]) -> int:
    """Return the index of the sentence in which the quotation ends that the first one opens; 0 when there is none."""
    depth = straight = 0
    for index, (start, end) in enumerate(sentences):
        depth += bare.count("“", start, end) - bare.count("”", start, end)
        straight += bare.count('"', start, end)
        if depth <= 0 and not straight % 2:
            return index
        if not marked.isdisjoint(range(start + len(bare[start:end].rstrip()), end + 1)):
            return 0
    return 0


def _give(numbers: Sequence[int], index: int, drafts: list[_Draft], loose: list[int]) -> None:
    if 0 <= index < len(drafts):
        drafts[index].numbers += numbers
    else:
        loose += numbers


def _move_bare_sources(first: int, drafts: list[_Draft], loose: list[int]) -> None:
    """Takes out "Sources:" at the end of a line of prose, a statement that is nothing but the word."""
    if len(drafts) > max(first, 1) and drafts[-1].text.strip(" :*_.").casefold() in _BARE_SOURCES:
        loose += drafts.pop().numbers


def _is_bare_heading(line: ReplyLine, offered: Collection[int]) -> bool:
    return line.heading and not _markers(line, offered)


def _markers(line: ReplyLine, offered: Collection[int]) -> list[Marker]:
    return [] if line.code else find_markers(line.text, code_spans(line.text), offered)


def _bare_text(line: ReplyLine, markers: Sequence[Marker], after: _Draft | None) -> tuple[str, list[_Placed]]:
    """The line without markers and `**`, and where in it the markers stood; `after` is the statement before it."""
    text = line.text
    leading = bool(markers) and markers[0].start == 0
    leading = leading and (line.item or line.opens or after is None or bool(after.numbers))
    numbers_first = leading and not _ends_with(text, markers[-1])
    places: list[_Placed] = []
    pieces: list[str] = []
    size = at = 0
    for start, end, numbers in _cuts(line, markers):
        before, space = text[at:start], ""
        at = end
        if numbers is not None:
            joint = (_AFTER_FIRST if start == 0 else _SPACE_BEFORE_SIGN).match(text, end)
            at = joint.end() if joint else end
            before, space = _closed_gap(before, text[at : at + 1])
            places.append(_Placed(size + len(before), numbers, numbers_first or (leading and start == 0)))
        pieces += [before, space]
        size += len(before) + len(space)
    return "".join((*pieces, text[at:])), places


def _closed_gap(before: str, following: str) -> tuple[str, str]:
    """What stands before a marker, and the space to leave in its place, so that no gap shows and no words join."""
    if not following or following.isspace() or following in _CLOSING_SIGNS:
        return before.rstrip(), ""
    return before, " " if before and not before[-1].isspace() else ""


def _cuts(line: ReplyLine, markers: Sequence[Marker]) -> list[tuple[int, int, tuple[int, ...] | None]]:
    """What is taken out of a line, in order: its markers, and `**` (numbers None) outside of code and markers."""
    cuts: list[tuple[int, int, tuple[int, ...] | None]] = list(markers)
    kept = sorted([*code_spans(line.text), *((start, end) for start, end, _ in markers)])
    kept.append((len(line.text), len(line.text)))
    index = 0
    for bold in () if line.code else _BOLD.finditer(line.text):
        while kept[index][1] <= bold.start():
            index += 1
        if bold.end() <= kept[index][0] and not _joins_words(line.text, bold.start(), bold.end()):
            cuts.append((bold.start(), bold.end(), None))
    return sorted(cuts, key=lambda cut: cut[0])


def _joins_words(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isalnum() and text[end : end + 1].isalnum()


def _ends_with(text: str, marker: Marker) -> bool:
    return not any(char.isalnum() for char in text[marker.end :])
