"""The support score on real model answers with human marks of unsupported words (RAGTruth), and its fitting.

    python -m research.fitting.support            # cross-validated by source: AUC and F1 of unfaithful answers
    python -m research.fitting.support --write    # also fits on all rows and writes support.json

The answers have no citations, so each statement is given the one to three source sentences that share most with it. A
statement is unsupported when a human marked some of its words. An answer's score combines those of its statements.

The fit joins two kinds of rows: the statements as they are, and the faithful ones with a sentence of the same source
that they were not made from (a wrong citation, the commonest fault of small models). Among the former, supported and
unsupported weigh the same; the latter weigh half as much as the former. The probabilities hold for that balance.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

import assistant.checks.support as shipped
from assistant.checks.claim import Claim, Sources
from assistant.checks.support import FEATURES, features
from research.datasets import ragtruth
from research.experiments.claims import (
    FloatArray,
    Rarity,
    area_under_curve,
    best_sentences,
    best_threshold,
    citations_of,
    f1,
    folds_by_group,
    say,
    sentences_of,
)

FOLDS = 10
PENALTY = 10.0  # ridge on standardised weights; 1 to 100 gave the same AUC within .003
SUPPORTED, PARTLY = 0.70, 0.40  # thresholds that ship; see `_print_thresholds`
_OVERLAP = 3  # characters that a human's mark must share with a statement


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements with their features [n, d]."""

    answer: list[int]  # index of the answer each belongs to; -1 for none
    group: list[str]  # rows of one source stay in one fold
    values: FloatArray
    unsupported: FloatArray  # 1 or 0

    def take(self, rows: Sequence[int]) -> Statements:
        """Some of the rows."""
        pick = [self.answer[i] for i in rows], [self.group[i] for i in rows]
        return Statements(*pick, self.values[list(rows)], self.unsupported[list(rows)])


@lru_cache(maxsize=256)
def _read_source(text: str) -> tuple[tuple[str, ...], Rarity]:
    sentences = tuple(sentence for _, sentence in sentences_of(text))
    return sentences, Rarity(sentences)


def _features(statement: str, sentences: Sequence[str], numbers: Sequence[int]) -> list[float]:
    sources = Sources(citations_of(sentences, numbers), ())
    return features(Claim(text=statement, sources=sources))


def statements_of(answers: Sequence[ragtruth.ModelAnswer]) -> tuple[Statements, Statements]:
    """All statements with their best sentences; and the faithful ones with the best of the sentences left."""
    real: list[tuple[int, str, list[float], float]] = []
    wrong: list[tuple[int, str, list[float], float]] = []
    for i, row in enumerate(answers):
        sentences, rarity = _read_source(row.source)
        for start, text in sentences_of(row.response):
            cited = best_sentences(text, sentences, rarity)
            bad = row.marks(start, start + len(text), _OVERLAP)
            real.append((i, row.source_id, _features(text, sentences, cited), float(bad)))
            left = [s for j, s in enumerate(sentences) if all(abs(j - c) > 1 for c in cited)]
            if left and not bad:
                wrong.append((-1, row.source_id, _features(text, left, best_sentences(text, left, rarity)[:1]), 1.0))
    return _statements(real), _statements(wrong)


def _statements(rows: Sequence[tuple[int, str, list[float], float]]) -> Statements:
    answer, group, values, unsupported = zip(*rows, strict=True)
    return Statements(list(answer), list(group), np.array(values), np.array(unsupported))


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic regression of "supported" on standardised features."""

    mean: FloatArray
    scale: FloatArray
    weights: FloatArray  # the bias last

    def unsupported(self, values: FloatArray) -> FloatArray:
        """Probability that each row is unsupported."""
        rows = (values - self.mean) / self.scale
        return np.asarray(1 / (1 + np.exp(rows @ self.weights[:-1] + self.weights[-1])))


def fit(parts: Sequence[Statements]) -> Fit:
    """Newton's method on the penalised likelihood; within each part both classes weigh the same."""
    values = np.vstack([part.values for part in parts])
    target = 1 - np.concatenate([part.unsupported for part in parts])
    share = np.concatenate([_balance(part.unsupported) for part in parts])
    mean, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    rows = np.hstack([(values - mean) / scale, np.ones((len(values), 1))])
    weights = np.zeros(rows.shape[1])
    ridge = np.diag([PENALTY] * (len(weights) - 1) + [0.0])
    for _ in range(25):
        found = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (share * (target - found)) - ridge @ weights
        bend = (rows * (share * found * (1 - found))[:, None]).T @ rows + ridge
        weights = weights + np.linalg.solve(bend, slope)
    return Fit(mean, scale, weights)


def _balance(unsupported: FloatArray) -> FloatArray:
    """Weights that give both classes half of 1,000; a part of one class gets 500."""
    ones = unsupported.sum()
    zeros = len(unsupported) - ones
    weights: FloatArray = np.where(unsupported == 1, 500 / max(ones, 1), 500 / max(zeros, 1))
    return weights


def answer_scores(answer: Sequence[int], unsupported: FloatArray, count: int) -> dict[str, FloatArray]:
    """Three ways to join the statements of an answer; an answer without statements scores 0."""
    members: list[list[float]] = [[0.0] for _ in range(count)]
    for i, probability in zip(answer, unsupported, strict=True):
        members[i].append(min(float(probability), 1 - 1e-9))
    return {
        "max": np.array([max(m) for m in members]),
        "mean": np.array([sum(m) / max(1, len(m) - 1) for m in members]),
        "noisy-or": np.array([-np.log1p(-np.array(m)).sum() for m in members]),
    }


def cross_validate(real: Statements, wrong: Statements, seed: int) -> FloatArray:
    """Probability of "unsupported" for every real statement, by models that saw nothing of its source."""
    found = np.zeros(len(real.answer))
    for rows in folds_by_group(real.group, FOLDS, seed):
        held = {real.group[i] for i in rows}
        training = [part.take([i for i, g in enumerate(part.group) if g not in held]) for part in (real, wrong)]
        found[rows] = fit(training).unsupported(real.values[rows])
    return found


def _threshold_f1(labels: Sequence[bool], scores: FloatArray, folds: Sequence[Any]) -> float:
    """F1 where each fold's threshold is chosen on the other folds."""
    found = np.zeros(len(labels), bool)
    for rows in folds:
        others = np.setdiff1d(np.arange(len(labels)), rows)
        found[rows] = scores[rows] >= best_threshold([labels[i] for i in others], scores[others].tolist())
    return f1(labels, found.tolist())


def _interval(labels: Sequence[bool], scores: FloatArray, groups: Sequence[str]) -> tuple[float, float]:
    """95 % of the AUC over 1,000 samples of sources with replacement."""
    rng, names = np.random.default_rng(0), sorted(set(groups))
    rows = {name: [i for i, g in enumerate(groups) if g == name] for name in names}
    drawn = ([i for name in rng.choice(names, len(names)) for i in rows[name]] for _ in range(1000))
    found = [area_under_curve([labels[i] for i in pick], scores[pick].tolist()) for pick in drawn]
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def _print_thresholds(labels: FloatArray, unsupported: FloatArray) -> None:
    say("support from | share of statements | of them unsupported | of all unsupported")
    for threshold in (0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4, 0.3):
        kept = 1 - unsupported >= threshold
        row = kept.mean(), labels[kept].mean(), labels[kept].sum() / labels.sum()
        say(f"{threshold:12.2f} | {row[0]:19.3f} | {row[1]:19.3f} | {row[2]:18.3f}")


def write(model: Fit) -> None:
    """Write the coefficients that ship, rounded to four digits."""
    rows = zip(FEATURES, model.mean, model.scale, model.weights, strict=False)
    stored = {
        "features": {n: {"mean": round(m, 4), "scale": round(s, 4), "weight": round(w, 4)} for n, m, s, w in rows},
        "bias": round(float(model.weights[-1]), 4),
        "supported": SUPPORTED,
        "partly": PARTLY,
    }
    path = shipped.STORED
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    say(f"wrote {path.name}")


def main() -> None:
    """Measure, and write with `--write`."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="fit on all rows and write support.json")
    arguments = parser.parse_args()
    answers = ragtruth.answers()
    labels, groups = [bool(row.marked) for row in answers], [row.source_id for row in answers]
    real, wrong = statements_of(answers)
    for seed in range(3):
        found = cross_validate(real, wrong, seed)
        folds = folds_by_group(groups, FOLDS, seed)
        say(f"seed {seed}: statements AUC {area_under_curve((real.unsupported == 1).tolist(), found.tolist()):.3f}")
        for name, scores in answer_scores(real.answer, found, len(answers)).items():
            low, high = _interval(labels, scores, groups)
            auc, best = area_under_curve(labels, scores.tolist()), _threshold_f1(labels, scores, folds)
            say(f"  answers, {name:8}: AUC {auc:.3f} [{low:.3f}, {high:.3f}]  F1 {best:.3f}")
    _print_thresholds(real.unsupported, found)
    if arguments.write:
        write(fit([real, wrong]))


if __name__ == "__main__":
    main()
