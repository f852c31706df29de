"""Retrieval on news questions: which article comes first, and whether a sentence that holds the answer is found.

    python -m research.experiments.retrieval --library FOLDER --questions FILE [--ablate] [--on-the-day]

The library must hold the articles that the questions are about; a question is a JSON line with `question`, `asked_on`,
`gold_article_ids`, `answers` and `answer_in_gold_text`. Four readings of each: asked on its day, 182 and 1,461 days
later, and with no day at all (today). Intervals are 95 % bootstrap over questions. `--ablate` turns each part off in
turn.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from assistant.app import Assistant
from assistant.records import Evidence
from assistant.retrieval import scoring
from assistant.settings import load

LIMIT = 60  # sentences asked for; articles are ranked by their first one
RESAMPLES = 2000
PARTS = (
    *("FUSED", "LEAD", "PAIRS", "SHARE", "NEARNESS", "DIGEST"),
    *("COVERAGE", "MEANING", "NEIGHBOUR", "ANSWER_TYPE"),
    *("SENTENCE", "PASSAGE", "REPEAT"),
)

ASKED: dict[str, Callable[[date], date | None]] = {
    "asked on the day": lambda day: day,
    "asked 182 days later": lambda day: day + timedelta(days=182),
    "asked 1,461 days later": lambda day: day + timedelta(days=1461),
    "no day of asking": lambda _: None,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question brought."""

    rank: int  # of the first right article, 0 when it was not among those found
    rank_of_ten: int  # the same when only ten sentences are asked for
    answer: int | None  # rank of the first sentence that holds the answer, 0 for none, None when no article says it


def outcome(question: dict[str, Any], found: Sequence[Evidence]) -> Outcome:
    """Where the right article and the answer stand in what was found."""
    gold = set(question["gold_article_ids"])
    answer = None
    if question["answer_in_gold_text"]:
        wanted = [_plain(a) for a in question["answers"]]
        holds = (n for n, e in enumerate(found[:10], 1) if any(a in _plain(e.text) for a in wanted))
        answer = next(holds, 0)
    return Outcome(_rank(found, gold), _rank(found[:10], gold), answer)


def _rank(found: Sequence[Evidence], gold: set[str]) -> int:
    sources = list(dict.fromkeys(e.article.source for e in found))
    return next((n for n, source in enumerate(sources, 1) if any(g in source for g in gold)), 0)


def _plain(text: str) -> str:
    return re.sub(r"[“”\"'’]", "", text).casefold().strip()


def measures(outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    """Each measure's value per question."""
    ranks = [o.rank for o in outcomes]
    answers = [o.answer for o in outcomes if o.answer is not None]
    return {
        "Hit@1": [float(r == 1) for r in ranks],
        "Hit@5": [float(1 <= r <= 5) for r in ranks],
        "Hit@10": [float(1 <= r <= 10) for r in ranks],
        "MRR@10": [1 / r if 1 <= r <= 10 else 0.0 for r in ranks],
        "Hit in 10 sentences": [float(o.rank_of_ten > 0) for o in outcomes],
        "answer in 10": [float(a > 0) for a in answers],
        "answer in 3": [float(1 <= a <= 3) for a in answers],
        "answer first": [float(a == 1) for a in answers],
    }


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean and its 95 % bootstrap interval."""
    sample = np.asarray(values)
    rng = np.random.default_rng(7)
    means = rng.choice(sample, (RESAMPLES, len(sample))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(sample.mean()), float(low), float(high)


def run(
    assistant: Assistant, questions: Sequence[dict[str, Any]], asked: Callable[[date], date | None]
) -> list[Outcome]:
    """Ask all questions; `asked` turns a question's day of asking into the one that is told."""
    results = []
    for question in questions:
        day = asked(date.fromisoformat(question["asked_on"]))
        results.append(outcome(question, assistant.search(question["question"], LIMIT, asked_on=day)))
    return results


@contextmanager
def without(part: str) -> Iterator[None]:
    """One weight of the scoring set to zero."""
    before = getattr(scoring, part)
    setattr(scoring, part, 0.0)
    try:
        yield
    finally:
        setattr(scoring, part, before)


def row(label: str, outcomes: Sequence[Outcome]) -> str:
    """One line of the table."""
    cells = (interval(values) for values in measures(outcomes).values())
    return f"| {label} | " + " | ".join(f"{m:.3f} [{a:.3f}, {b:.3f}]" for m, a, b in cells) + " |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--on-the-day", action="store_true")
    arguments = parser.parse_args()
    questions = [json.loads(line) for line in arguments.questions.read_text(encoding="utf-8").splitlines()]
    print("| | " + " | ".join(measures([Outcome(1, 1, 1)])) + " |")
    print("|---|" + "---|" * len(measures([Outcome(1, 1, 1)])))
    with Assistant.open(arguments.library, create=False) as assistant:
        for label, asked in [*ASKED.items()][: 1 if arguments.on_the_day else None]:
            print(row(label, run(assistant, questions, asked)), flush=True)
        left_out = () if arguments.on_the_day else PARTS if arguments.ablate else ("NEARNESS",)
        for part in left_out:
            with without(part):
                print(row(f"without {part}", run(assistant, questions, lambda day: day)), flush=True)
    unread = load(reader="off").settings
    with Assistant.open(arguments.library, settings=unread, create=False) as assistant:
        print(row("without a reader", run(assistant, questions, lambda day: day)), flush=True)


if __name__ == "__main__":
    main()
