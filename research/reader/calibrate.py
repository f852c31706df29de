"""Measures a reader on the development sets and fits how its word is joined with what the rules find.

    python -m research.reader.calibrate                      # the reader that ships; says what it would write
    python -m research.reader.calibrate --write              # writes assistant/checks/reading.json
    python -m research.reader.calibrate --reader onnx:FOLDER --write     # writes FOLDER/calibration.json

Rows: the statements of minimal pairs, RAGTruth and WiCE with the sentences they stand on. Every set counts alike, and
within it true and false ones. What is told is cross-validated by source; a calibration that is written is fitted on
all.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.answering.readers import open_reader
from assistant.checks.claim import Claim, Finding
from assistant.checks.reading import CALIBRATIONS, ReadingCalibration, signals
from assistant.checks.verify import by_rules
from assistant.errors import UsageError
from assistant.llm.chat import ChatModel
from assistant.reader.classifier import CALIBRATION
from assistant.reader.protocol import Support
from assistant.records import Citation, Evidence
from assistant.settings import load
from research.datasets import minimal_pairs, ragtruth, wice
from research.experiments.claims import (
    FloatArray,
    Rarity,
    area_under_curve,
    best_sentences,
    citations_of,
    folds_by_group,
    say,
    sentences_of,
)
from research.fitting.logistic import fit_logistic

FOLDS, PENALTY = 10, 3.0
MOST_FALSE = {"minimal_pairs": 0.15, "ragtruth": 0.06, "wice": 0.10}  # share of false ones that may be shown
PARTLY = 0.35
_LEAST_MARKED = 3

BoolArray = npt.NDArray[np.bool_]
Reads = Callable[[Sequence[tuple[str, Sequence[Evidence]]]], list[Support]]


@dataclass(frozen=True, slots=True)
class Row:
    """One statement with its sentences."""

    name: str  # of the set
    group: str  # rows of one source stay in one fold
    true: bool
    text: str
    cited: tuple[Citation, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A row, what the rules say and the signals for the fit."""

    row: Row
    open: bool  # no rule is certain, so that the reader decides
    by_rules: bool  # shown as supported by rules alone
    signals: dict[str, float]


def main() -> None:
    """Measure, and write with `--write`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--reader", default="builtin")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    opened = open_reader(load(reader=options.reader).settings, _no_model)
    if opened.reading is None:
        raise SystemExit(f"There is no reader to calibrate: {opened.notice or 'it is off'}")
    reads = read_rows(list(rows()), opened.reading.reader.support)
    held_out = cross_validated(reads)
    threshold = threshold_for(reads, held_out)
    rates = told(reads, held_out, threshold)
    calibration = fitted(reads, threshold, rates)
    if options.write:
        folder = options.reader.removeprefix("onnx:")
        file = CALIBRATIONS if options.reader == "builtin" else Path(folder).expanduser() / CALIBRATION
        file.write_text(
            json.dumps({opened.reading.reader.name: asdict(calibration)}, indent=1) + "\n", encoding="utf-8"
        )
        say(f"wrote {file}")


def _no_model() -> ChatModel:
    raise UsageError("A language model is measured by the evaluation, not here.")


def rows() -> Iterator[Row]:
    """Yield the statements of all three sets."""
    for pair in minimal_pairs.pairs():
        if pair.label != minimal_pairs.PARTLY:
            cited = citations_of(pair.sentences, range(len(pair.sentences)), pair.title, pair.published)
            yield Row("minimal_pairs", pair.source, pair.label == minimal_pairs.SUPPORTED, pair.statement, cited)
    for answer in ragtruth.answers():
        sentences = [text for _, text in sentences_of(answer.source)]
        rarity = Rarity(sentences)
        for start, text in sentences_of(answer.response):
            true = not answer.marks(start, start + len(text), _LEAST_MARKED)
            cited = citations_of(sentences, best_sentences(text, sentences, rarity))
            yield Row("ragtruth", answer.source_id, true, text, cited, answer.question)
    for number, claim in enumerate(wice.claims()):
        best = best_sentences(claim.text, claim.evidence, Rarity(claim.evidence))
        cited = citations_of(claim.evidence, claim.supporting[0] if claim.supporting else best)
        yield Row("wice", str(number), claim.label == "supported", claim.text, cited)


def read_rows(given: Sequence[Row], support: Reads) -> list[Read]:
    """Return the rows with their signals; copies of a sentence are left out, since nobody reads them."""
    ruled = [by_rules(_claim(row)) for row in given]
    places = [i for i, one in enumerate(ruled) if one.open]
    found = support([(ruled[i].claim.text, ruled[i].claim.sources.cited) for i in places])
    reads = []
    for i, said in zip(places, found, strict=True):
        checked = ruled[i].checked
        shown = checked.verdict == "supported"
        reads.append(Read(given[i], _is_open(checked.findings), shown, signals(ruled[i].claim, checked.findings, said)))
    return reads


def _claim(row: Row) -> Claim:
    return Claim.of(row.text, [c.number for c in row.cited], {c.number: c for c in row.cited}, question=row.question)


def _is_open(findings: Sequence[Finding]) -> bool:
    return not any(finding.certain for finding in findings)


def cross_validated(reads: Sequence[Read]) -> FloatArray:
    """Return the probability of each row by a fit that saw nothing of its source."""
    found = np.zeros(len(reads))
    names = signal_names(reads)
    values, labels, weights = matrix(reads, names), targets(reads), balance(reads)
    for held in folds_by_group([f"{r.row.name} {r.row.group}" for r in reads], FOLDS, 0):
        rest = np.setdiff1d(np.arange(len(reads)), held)
        coefficients = fit_logistic(values[rest], labels[rest], weights[rest], PENALTY)
        found[held] = 1 / (1 + np.exp(-(values[held] @ coefficients[:-1] + coefficients[-1])))
    return found


def signal_names(reads: Sequence[Read]) -> list[str]:
    """Return the signals that at least twenty rows have."""
    counts: defaultdict[str, int] = defaultdict(int)
    for read in reads:
        for name, value in read.signals.items():
            counts[name] += value != 0
    return sorted(name for name, count in counts.items() if count >= 20)


def matrix(reads: Sequence[Read], names: Sequence[str]) -> FloatArray:
    """Return the signals as rows: [n, signals]."""
    return np.array([[read.signals.get(name, 0.0) for name in names] for read in reads])


def targets(reads: Sequence[Read]) -> FloatArray:
    """Return 1 for true statements."""
    return np.array([float(read.row.true) for read in reads])


def balance(reads: Sequence[Read]) -> FloatArray:
    """Return weights by which every set counts alike, and within it true and false statements."""
    counts: defaultdict[tuple[str, bool], int] = defaultdict(int)
    for read in reads:
        counts[read.row.name, read.row.true] += 1
    return np.array([300 / counts[read.row.name, read.row.true] for read in reads])


def threshold_for(reads: Sequence[Read], likely: FloatArray) -> float:
    """Return the lowest threshold at which every set keeps within `MOST_FALSE`."""
    for threshold in np.arange(0.5, 0.96, 0.01):
        if all(rate(reads, likely >= threshold, name, true=False) <= most for name, most in MOST_FALSE.items()):
            return round(float(threshold), 2)
    return 0.95


def rate(reads: Sequence[Read], shown: BoolArray, name: str, *, true: bool) -> float:
    """Return the share of the true or false statements of a set that are shown as supported."""
    rows = [i for i, read in enumerate(reads) if read.row.name == name and read.row.true is true]
    return float(np.mean([shown[i] and reads[i].open for i in rows]))


def told(reads: Sequence[Read], likely: FloatArray, threshold: float) -> dict[str, dict[str, float]]:
    """Print both faults of rules alone and with the reader, and return those with it."""
    rules = np.array([read.by_rules for read in reads])
    rates = {}
    for name in MOST_FALSE:
        rows = [i for i, read in enumerate(reads) if read.row.name == name]
        labels = [reads[i].row.true for i in rows]
        alone = area_under_curve(labels, [reads[i].signals["reader"] for i in rows])
        joined = area_under_curve(labels, [float(likely[i]) for i in rows])
        say(f"{name}: AUC reader {alone:.3f}, joined {joined:.3f}")
        for words, shown in (("rules", rules), ("joined", likely >= threshold)):
            true, false = (rate(reads, shown, name, true=side) for side in (True, False))
            say(f"  {words:7} true shown {true:.3f}, false shown {false:.3f}")
        rates[name] = {"true": round(true, 3), "false": round(false, 3)}
        for other in (0.5, 0.6, 0.7, 0.8, 0.9):
            true, false = (rate(reads, likely >= other, name, true=side) for side in (True, False))
            say(f"    from {other:.2f}: true {true:.3f}, false {false:.3f}")
    say(f"threshold {threshold}")
    return rates


def fitted(reads: Sequence[Read], threshold: float, rates: dict[str, dict[str, float]]) -> ReadingCalibration:
    """Return the calibration fitted on all rows."""
    names = signal_names(reads)
    found = fit_logistic(matrix(reads, names), targets(reads), balance(reads), PENALTY)
    weights = {name: round(float(weight), 4) for name, weight in zip(names, found[:-1], strict=True)}
    return ReadingCalibration(weights, round(float(found[-1]), 4), threshold, PARTLY, rates)


if __name__ == "__main__":
    main()
