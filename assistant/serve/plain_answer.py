"""An answer as running text with its sources below it, for clients that show nothing else.

Numbers run from 1, in the order of first use, whatever the numbers of a chat are: one sentence, one number. Clients
that group sources show the right one only so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.export.phrases import DISAGREE, headline, parts, reading, reason, said, story
from assistant.records import Answer, Citation, Evidence, Statement, Verdict
from assistant.safe_text import safe
from assistant.wording import NEAREST, empty_sides, faults, outlet_of, published, when_in_words

Write = Callable[[str], str]  # writes foreign text so that it stays text
_BADGES = {
    Verdict.SUPPORTED: "",
    Verdict.PARTLY: "partly supported",
    Verdict.UNSUPPORTED: "not supported",
    Verdict.MISQUOTED: "misquoted",
    Verdict.UNCITED: "",
}


class Numbered(NamedTuple):
    """A sentence under its number in the text."""

    number: int
    citation: Citation


class Block(NamedTuple):
    """A paragraph of the text, and the sources whose markers stand in it for the first time."""

    text: str
    first: tuple[Numbered, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainAnswer:
    """The paragraphs of an answer, and all its sources."""

    blocks: tuple[Block, ...]
    sources: tuple[Numbered, ...]

    @classmethod
    def of(cls, answer: Answer, write: Write = safe) -> PlainAnswer:
        """Return the text of an answer."""
        shown = _shown(answer)
        numbers = {citation.number: place for place, citation in enumerate(shown, start=1)}
        texts = [*_paragraphs(answer, numbers, write)]
        by_place = [Numbered(place, citation) for place, citation in enumerate(shown, start=1)]
        blocks, seen = [], 0
        for text, used in texts:
            first = tuple(n for n in by_place if n.number in used and n.number > seen)
            seen = max((seen, *used))
            blocks.append(Block(text, first))
        return cls(blocks=tuple(blocks), sources=tuple(by_place))

    def text(self, link: Callable[[Evidence], str]) -> str:
        """Return the whole text with its sources below it, each with the address that `link` gives it."""
        lines = [f"[{n.number}] {source_line(n.citation)} <{link(n.citation)}>" for n in self.sources]
        listed = ["Sources:\n" + "\n".join(lines)] if lines else []
        return "\n\n".join([*(block.text for block in self.blocks), *listed])

    def number(self, citation: Citation) -> int:
        """Return the number of a sentence in this text."""
        return next(n.number for n in self.sources if n.citation.number == citation.number)


def _shown(answer: Answer) -> list[Citation]:
    """Return the sentences in the order in which the text names them."""
    if answer.abstained:
        return list(answer.evidence[:NEAREST])
    readings = [r.citation for d in answer.disagreements for r in d.readings]
    return list({c.number: c for c in (*answer.citations, *readings)}.values())


def _paragraphs(answer: Answer, numbers: dict[int, int], write: Write) -> Sequence[tuple[str, tuple[int, ...]]]:
    found: list[tuple[str, tuple[int, ...]]] = []
    if answer.abstained:
        near = tuple(numbers.values())
        found.append((f"{headline(answer)} {write(reason(answer))}".strip(), ()))
        if near:
            found.append((f"The nearest sentences, which do not answer it: {_markers(near)}", near))
    elif headline(answer):
        found.append((headline(answer), ()))
    for heading, statement in parts(answer.statements):
        if heading:
            found.append((write(heading), ()))
        used = tuple(numbers[c.number] for c in statement.citations)
        when = when_in_words(statement.when)
        found.append(
            (
                f"{when}{': ' if when else ''}{write(said(statement))} {_markers(used)}".rstrip()
                + _fault(statement, write),
                used,
            )
        )
    for name, why in empty_sides(answer):
        found += [(write(name), ()), (write(why), ())]
    for conflict in answer.disagreements:
        given = [(write(reading(r)), numbers[r.citation.number]) for r in conflict.readings]
        text = "; ".join(f"{words} [{number}]" for words, number in given)
        found.append((f"{DISAGREE} ({write(conflict.about)}): {text}", tuple(n for _, n in given)))
    found += [(story(answer), ())] if story(answer) else []
    found += [(f"Note: {write(notice)}", ()) for notice in answer.notices]
    return found


def _markers(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _fault(statement: Statement, write: Write) -> str:
    badge = _BADGES[statement.verdict]
    return f" ({badge}: {write('; '.join(faults(statement)))})" if badge else ""


def source_line(evidence: Evidence) -> str:
    """Return a source on one line: "The Courant, 8 Mar 2025: “…”"."""
    return f"{outlet_of(evidence.article)}, {published(evidence.article)}: “{safe(evidence.text)}”"
