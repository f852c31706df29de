"""Precision and recall of sentence citations.

By the check of statements, after ALCE (Gao et al. 2023, "Enabling Large Language Models to Generate Text with
Citations", https://aclanthology.org/2023.emnlp-main.398, section 3 and its eval.py), with the program's own check in
the place of the entailment model: a set of sentences entails a statement when its verdict is "supported".

- Recall: the share of statements that their citations entail together. A statement without citations, or with a number
  that was not offered, counts 0.
- Precision: the share of citations that are needed. All citations of a statement that is not entailed count 0; one of
  several counts 0 when it does not entail the statement alone and the others do without it.

Statements that claim nothing ("Here is what the articles say:") are left out; ALCE has no such class. An answerer that
quotes sentences reaches 1 by its nature.

Against gold sentences: precision is the share of the cited sentences that are gold, which is too low where a suite does
not list every sentence that would do; recall is the share of the gold sentences that are cited.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from assistant.records import Statement, Verdict

Entails = Callable[[str, Sequence[int]], bool]  # a statement and the numbers of sentences -> whether they entail it


@dataclass(frozen=True, slots=True)
class CitationCounts:
    """The counts behind precision and recall."""

    statements: int
    entailed: int
    citations: int
    needed: int

    @property
    def recall(self) -> float:
        """0..1; 0 without statements."""
        return self.entailed / self.statements if self.statements else 0.0

    @property
    def precision(self) -> float:
        """0..1; 0 without citations, as in ALCE."""
        return self.needed / self.citations if self.citations else 0.0


def count_citations(statements: Sequence[Statement], entails: Entails) -> CitationCounts:
    """Count the citations of one answer. `entails` is called only with subsets of a statement's citations."""
    claims = [s for s in statements if s.verdict is not Verdict.UNCITED or s.problems]
    entailed = [s for s in claims if s.verdict is Verdict.SUPPORTED and not s.unknown]
    cited = sum(len(s.citations) + len(s.unknown) for s in claims)
    return CitationCounts(len(claims), len(entailed), cited, sum(_needed(s, entails) for s in entailed))


def _needed(statement: Statement, entails: Entails) -> int:
    """Count the citations of an entailed statement that are needed."""
    numbers = [c.number for c in statement.citations]
    if len(numbers) == 1:
        return 1
    return sum(
        entails(statement.text, [number]) or not entails(statement.text, [n for n in numbers if n != number])
        for number in numbers
    )


def gold_precision(cited: Sequence[Collection[int]]) -> float:
    """Return the share of cited sentences (each given as the gold items it shows) that are gold; 0 without any."""
    return sum(bool(items) for items in cited) / len(cited) if cited else 0.0


def gold_recall(cited: Sequence[Collection[int]], items: int) -> float:
    """Return the share of the gold `items` (1 or more) that are cited."""
    return len({item for shown in cited for item in shown}) / items
