"""One statement to be checked: its words, the sentences it cites, and what is known about their articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant.english.names import KnownNames
from assistant.english.words import LONGEST, Token, tokens
from assistant.records import Citation, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found."""

    verdict: Verdict  # the best that the statement can be, given this
    problem: str  # in words for people; "" where there is nothing to tell
    check: str = ""  # name of the check, for people; filled in by `verify`
    certain: bool = False  # a rule that is sure of it: no reader may overrule it
    overruled: bool = False  # the reader found the statement supported all the same


@dataclass(frozen=True)
class Sources:
    """The cited sentences of a statement, and the other sentences offered in the turn."""

    cited: tuple[Citation, ...]  # each once, in the order of the markers
    others: tuple[Citation, ...]  # offered, not cited

    @classmethod
    def of(cls, numbers: Sequence[int], offered: Mapping[int, Citation]) -> Sources:
        """The sources that `numbers` point to among `offered`."""
        chosen = dict.fromkeys(n for n in numbers if n in offered)
        return cls(tuple(offered[n] for n in chosen), tuple(c for n, c in offered.items() if n not in chosen))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The cited sentences; neighbours in one article are joined, so that words may run from one to the next."""
        return tuple(join_neighbours(self.cited))

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Titles of the cited articles."""
        return tuple(dict.fromkeys(c.article.title for c in self.cited if c.article.title))

    @cached_property
    def publishers(self) -> tuple[str, ...]:
        """Outlets and authors of the cited articles."""
        texts = (text for c in self.cited for text in (c.article.outlet, *c.article.authors))
        return tuple(dict.fromkeys(text for text in texts if text))

    @cached_property
    def around(self) -> tuple[str, ...]:
        """What may say who somebody in a cited sentence is: titles, sentences before, the others of its article."""
        articles = {(c.article.id, c.article.version) for c in self.cited}
        beside = (c.text for c in self.others if (c.article.id, c.article.version) in articles)
        before = (c.before for c in self.cited if c.before)
        return tuple(dict.fromkeys((*self.titles, *before, *self.texts, *beside)))

    @cached_property
    def known(self) -> KnownNames:
        """The words and names of the cited sentences."""
        return KnownNames(self.texts)

    @cached_property
    def tokens(self) -> tuple[tuple[Token, ...], ...]:
        """The words of each of `texts`."""
        return tuple(tokens(text) for text in self.texts)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words of the cited sentences."""
        return frozenset(token.stem for words in self.tokens for token in words)

    @cached_property
    def label(self) -> str:
        """The cited numbers as the reader sees them: "[1]", "[1] or [3]"."""
        return " or ".join(f"[{c.number}]" for c in self.cited)

    def that(self, verb: str) -> str:
        """The cited sentences as the subject of a verb: "the cited sentence says", "the cited sentences say"."""
        return f"the {self.noun} {verb}{'s' if len(self.cited) == 1 else ''}"

    @property
    def noun(self) -> str:
        """What a problem calls them: "cited sentence" or "cited sentences"."""
        return "cited sentence" if len(self.cited) == 1 else "cited sentences"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Claim:
    """One statement with all that a check may look at.

    Claims are compared by identity, so that what several checks need of one is worked out once (`lru_cache`).
    """

    text: str  # the statement without its markers, as far as it is read
    sources: Sources
    question: str = ""  # for statements that only make sense as its answer ("Maria Lind.")
    asked_on: date | None = None  # for words such as "today"
    unknown: tuple[int, ...] = ()  # numbers that it points to although no such sentence was offered
    length: int = 0  # characters of the whole statement

    @classmethod
    def of(
        cls,
        text: str,
        numbers: Sequence[int],
        offered: Mapping[int, Citation],
        *,
        question: str = "",
        asked_on: date | None = None,
    ) -> Claim:
        """The statement `text`, which points to `numbers` among the sentences `offered`."""
        return cls(
            text=text[:LONGEST],
            sources=Sources.of(numbers, offered),
            question=question,
            asked_on=asked_on,
            unknown=tuple(n for n in dict.fromkeys(numbers) if n not in offered),
            length=len(text),
        )


def join_neighbours(citations: Iterable[Citation]) -> list[str]:
    """Texts of the sentences in reading order, those that follow each other in one article joined by a space."""
    runs: list[str] = []
    before: tuple[str, int, int] | None = None
    for c in sorted(citations, key=lambda c: (c.article.id, c.article.version, c.sentence)):
        here = (c.article.id, c.article.version, c.sentence)
        text = c.text[:LONGEST]
        if before is not None and here == (*before[:2], before[2] + 1) and len(runs[-1]) + len(text) < LONGEST:
            runs[-1] = f"{runs[-1]} {text}"
        elif here != before:
            runs.append(text)
        before = here
    return runs
