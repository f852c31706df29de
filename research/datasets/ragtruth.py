"""RAGTruth: answers of real models from given sources, with the words that humans marked as not supported.

Niu et al. 2024, "RAGTruth: A Hallucination Corpus", https://aclanthology.org/2024.acl-long.585
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.datasets.files import DATA, rows

FILE = DATA / "ragtruth" / "answers.jsonl.gz"


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """One answer."""

    task: str  # "summary", "qa" …
    source_id: str  # answers from the same source share it
    question: str  # "" for a summary
    source: str
    model: str
    response: str
    marked: tuple[tuple[int, int], ...]  # spans of `response` that are not supported; none: faithful

    def marks(self, start: int, end: int, least: int) -> bool:
        """Whether `least` characters or more of response[start:end] are marked in one piece."""
        return any(min(b, end) - max(a, start) >= least for a, b in self.marked)


def answers(file: Path = FILE) -> list[ModelAnswer]:
    """The 835 answers of the development split."""
    return [
        ModelAnswer(
            row["task"],
            row["source_id"],
            row["question"],
            row["source"],
            row["model"],
            row["response"],
            tuple((mark["start"], mark["end"]) for mark in row["labels"]),
        )
        for row in rows(file)
    ]
