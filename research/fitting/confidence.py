"""Fits how the reader's word counts in the confidence, and says what abstention then costs.

    python -m research.fitting.confidence LIBRARY QUESTIONS [LIBRARY QUESTIONS …]

QUESTIONS is a file of JSON lines with `question`, `asked_on` and `answerable`. Every library counts alike, and within
it answerable and unanswerable questions. Figures are cross-validated over questions; the coefficients are those of the
fit on all, to be put into `assistant/retrieval/confidence.py`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.library.library import Library
from assistant.llm.embeddings import chosen_embedder
from assistant.reader.builtin import BuiltinReader
from assistant.records import Filters
from assistant.retrieval.candidates import hybrid_search
from assistant.retrieval.confidence import ENOUGH, points
from assistant.retrieval.evidence import AMONG, read_again
from assistant.retrieval.rerank import rerank
from assistant.retrieval.retriever import Retriever
from assistant.settings import load
from research.experiments.claims import FloatArray, area_under_curve, say
from research.fitting.logistic import fit_logistic

_FOLDS = 10
_REFUSED = (0.02, 0.05, 0.1)


class Asked(NamedTuple):
    """A question and what stands behind the confidence in its evidence."""

    library: str
    answerable: bool
    points: float  # log odds by words, nearness and time
    odds: float  # of the best sentence that was read


def main() -> None:
    """Ask all questions, fit, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("places", nargs="+", type=Path)
    places = parser.parse_args().places
    asked = [one for library, file in zip(places[::2], places[1::2], strict=True) for one in _asked(library, file)]
    values = np.array([[one.points, one.odds] for one in asked])
    labels = np.array([float(one.answerable) for one in asked])
    weights = _balance(asked)
    found = np.zeros(len(asked))
    order = np.random.default_rng(0).permutation(len(asked))
    for fold in range(_FOLDS):
        held = order[fold::_FOLDS]
        rest = np.setdiff1d(order, held)
        fitted = fit_logistic(values[rest], labels[rest], weights[rest], penalty=1.0)
        found[held] = 1 / (1 + np.exp(-(values[held] @ fitted[:-1] + fitted[-1])))
    for library in dict.fromkeys(one.library for one in asked):
        _say(library, [i for i, one in enumerate(asked) if one.library == library], asked, found)
    fitted = fit_logistic(values, labels, weights, penalty=1.0)
    say(f"points {fitted[0]:.3f}, odds {fitted[1]:.3f}, constant {fitted[2]:.3f}")


def _asked(folder: Path, file: Path) -> Iterator[Asked]:
    settings = load(use_model=False).settings
    reader = BuiltinReader(settings.cache)
    library = Library(folder, chosen_embedder(settings))
    retriever, embedder = Retriever(library), library.embedder
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        query = retriever.understand(row["question"], asked_on=date.fromisoformat(row["asked_on"]), filters=Filters())
        vectors = embedder.embed([query.question])
        candidates = hybrid_search(library, query, vectors[0])
        ranked = rerank(candidates, query, embedder.narrow(vectors)[0], AMONG)
        if candidates and ranked:
            read = read_again(ranked, candidates, query.question, reader)
            odds = max(sentence.answers for sentence in read[: settings.evidence] if sentence.answers is not None)
            by_words = points(query, candidates, read[: settings.evidence], embedder.calibration)
            yield Asked(str(folder), bool(row["answerable"]), by_words, odds)


def _balance(asked: list[Asked]) -> FloatArray:
    kinds = [(one.library, one.answerable) for one in asked]
    return np.array([100 / kinds.count(kind) for kind in kinds])


def _say(library: str, rows: list[int], asked: list[Asked], found: FloatArray) -> None:
    labels = [asked[i].answerable for i in rows]
    for name, scores in (
        ("points", [asked[i].points for i in rows]),
        ("odds", [asked[i].odds for i in rows]),
        ("both", [float(found[i]) for i in rows]),
    ):
        yes = np.array([s for s, label in zip(scores, labels, strict=True) if label])
        no = np.array([s for s, label in zip(scores, labels, strict=True) if not label])
        cuts = ", ".join(f"{(no < np.quantile(yes, share)).mean():.3f} at {share:.2f}" for share in _REFUSED)
        at = f"; at {ENOUGH}: {(yes < ENOUGH).mean():.3f} / {(no < ENOUGH).mean():.3f}" if name == "both" else ""
        say(f"{library} {name}: AUC {area_under_curve(labels, scores):.3f}; right refusals {cuts}{at}")


if __name__ == "__main__":
    main()
