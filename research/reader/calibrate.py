"""Measures a reader on the development sets and chooses how sure it must be.

    python -m research.reader.calibrate                      # the reader that ships; says what it would write
    python -m research.reader.calibrate --write              # writes assistant/checks/reading.json
    python -m research.reader.calibrate --reader onnx:FOLDER --write     # writes FOLDER/calibration.json

Rows: the statements of minimal pairs, RAGTruth and WiCE with the sentences they stand on. The three thresholds of
`assistant.checks.reading` are those of a grid that bring most true statements while no set shows more false ones than
`MOST_FALSE`. Then the two beliefs from which a sentence contradicts a claim of a draft are chosen: see `contradicting`.
What is told is cross-validated by source: thresholds chosen on nine tenths, rates on the last.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.answering.readers import open_reader
from assistant.checks.claim import Claim, Finding
from assistant.checks.doers import is_excerpt
from assistant.checks.reading import CALIBRATIONS, ReadingCalibration, is_doubted, odds_of, rules_pass
from assistant.checks.verify import by_rules
from assistant.errors import UsageError
from assistant.llm.chat import ChatModel
from assistant.reader.classifier import CALIBRATION
from assistant.reader.protocol import Support
from assistant.records import Citation, Evidence
from assistant.settings import load
from research.datasets import minimal_pairs, ragtruth, wice
from research.experiments.claims import (
    Rarity,
    area_under_curve,
    best_sentences,
    citations_of,
    folds_by_group,
    say,
    sentences_of,
)

FOLDS = 10
# Share of the false statements that may be shown: of RAGTruth's as by rules alone, of minimal pairs a third of that.
MOST_FALSE = {"minimal_pairs": 0.15, "ragtruth": 0.068, "wice": 0.05}
WORTH = {"minimal_pairs": 1.0, "ragtruth": 1.0, "wice": 0.3}  # of a true statement shown
HELD_LESS = (
    1.0  # log odds: of 160 statements whose every word one sentence holds in order, this shows 37 more, all true
)
PARTLY = 1.0  # log odds below what is enough that still are partly
# More in a whole archive, in log odds: chosen with `experiments.draft_claims` on half of the sources of minimal pairs.
# With `alone` for a word that no sentence holds, half as many false claims are shown, and 5 % fewer of the true ones.
JOINED_MORE = 0.45  # for what no one sentence holds
FAR_MORE = 1.0  # for what appeared more than a year away
_FORBIDDEN = 100.0  # what a share of false ones beyond the most costs
_LEAST_MARKED = 3
MOST_DENIED = 0.10  # share of the true statements of a set that a sentence may be found to contradict by itself
_LEAST_SEEN = 0.95  # share of the false minimal pairs that the reader must at least lean against

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
    """A row, what the rules say of it and what the reader says."""

    row: Row
    open: bool  # no rule is certain, so that the reader decides
    passed: bool  # shown as supported by rules alone
    doubted: bool  # a rule has found something that is not certain
    held: bool  # one sentence holds every word of it in order
    odds: float  # log odds of "supported", by the reader
    refuted: float = 0.0  # its belief that the sentences speak against the statement


class Thresholds(NamedTuple):
    """How sure the reader must be, as in `ReadingCalibration`."""

    agreed: float
    alone: float
    doubted: float


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
    rates = told(reads, cross_validated(reads))
    chosen = choose(reads)
    say(f"chosen on all: {chosen}")
    refuted, against = contradicting(reads, shown_by(chosen, reads))
    say(f"a claim is contradicted from {refuted}, beside a difference that rules see from {against}")
    held = round(chosen.agreed - HELD_LESS, 1)
    searched = {"added": chosen.alone, "joined": round(chosen.agreed + JOINED_MORE, 2), "far": FAR_MORE}
    calibration = ReadingCalibration(
        *chosen, PARTLY, rates, refuted=refuted, against=against, held=held, searched=searched
    )
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
    """Return the rows with what is found in them; copies of a sentence are left out, since nobody reads them."""
    ruled = [by_rules(_claim(row)) for row in given]
    places = [i for i, one in enumerate(ruled) if one.open]
    found = support([(ruled[i].claim.text, ruled[i].claim.sources.cited) for i in places])
    return [_read(given[i], ruled[i].checked.findings, said) for i, said in zip(places, found, strict=True)]


def _read(row: Row, findings: Sequence[Finding], said: Support) -> Read:
    certain = any(finding.certain for finding in findings)
    passed, held = rules_pass(findings), is_excerpt(_claim(row))
    return Read(row, not certain, passed, is_doubted(findings), held, odds_of(said), said.refuted)


def _claim(row: Row) -> Claim:
    return Claim.of(row.text, [c.number for c in row.cited], {c.number: c for c in row.cited}, question=row.question)


def cross_validated(reads: Sequence[Read]) -> BoolArray:
    """Return what is shown of each row by thresholds that were chosen without its source."""
    shown = np.zeros(len(reads), bool)
    for held in folds_by_group([f"{read.row.name} {read.row.group}" for read in reads], FOLDS, 0):
        out = set(held)
        chosen = choose([read for i, read in enumerate(reads) if i not in out])
        shown[held] = shown_by(chosen, [reads[i] for i in held])
    return shown


def choose(reads: Sequence[Read]) -> Thresholds:
    """Return the thresholds that are worth most on these rows."""
    grid = itertools.product(np.arange(-0.6, 1.01, 0.1), np.arange(0.0, 1.61, 0.1), (0.0, 0.4, 0.8))
    given = _Columns(reads)
    tried = (Thresholds(*(round(float(v), 1) for v in (a, b, b + more))) for a, b, more in grid)
    return max(tried, key=given.worth)


def shown_by(chosen: Thresholds, reads: Sequence[Read]) -> BoolArray:
    """Return which of the rows are shown as supported."""
    return _Columns(reads).shown(chosen)


def contradicting(reads: Sequence[Read], shown: BoolArray) -> tuple[float, float]:
    """Return the beliefs from which a sentence contradicts a claim: by itself, and beside a difference rules see.

    Of the statements that are not shown as supported: the lowest belief that at most `MOST_DENIED` of the true
    statements of any set reach, and the one that nearly all false minimal pairs reach.
    """
    steps = [round(float(step), 2) for step in np.arange(0.3, 0.96, 0.05)]
    open_reads = [read for read, is_shown in zip(reads, shown, strict=True) if not is_shown]
    sizes = Counter(read.row.name for read in reads if read.row.true)
    denied = {step: Counter(r.row.name for r in open_reads if r.row.true and r.refuted >= step) for step in steps}
    fits = (step for step in steps if all(denied[step][name] <= MOST_DENIED * n for name, n in sizes.items()))
    false = [read.refuted for read in open_reads if not read.row.true and read.row.name == "minimal_pairs"]
    return next(fits, steps[-1]), round(float(np.quantile(false, 1 - _LEAST_SEEN)), 1)


class _Columns:
    """The rows as columns, for a quick search of the grid."""

    def __init__(self, reads: Sequence[Read]) -> None:
        self._open = np.array([read.open for read in reads])
        self._passed = np.array([read.passed for read in reads])
        self._doubted = np.array([read.doubted for read in reads])
        self._held = np.array([read.held for read in reads])
        self._true = np.array([read.row.true for read in reads])
        self._odds = np.array([read.odds for read in reads])
        self._names = np.array([read.row.name for read in reads])

    def shown(self, chosen: Thresholds) -> BoolArray:
        agreed = np.where(self._held, chosen.agreed - HELD_LESS, chosen.agreed)
        enough = np.where(self._passed, agreed, np.where(self._doubted, chosen.doubted, chosen.alone))
        found: BoolArray = self._open & (self._odds >= enough)
        return found

    def worth(self, chosen: Thresholds) -> float:
        shown = self.shown(chosen)
        excess = sum(max(0.0, self._share(shown, name, true=False) - most) for name, most in MOST_FALSE.items())
        return sum(WORTH[name] * self._share(shown, name, true=True) for name in WORTH) - _FORBIDDEN * excess

    def _share(self, shown: BoolArray, name: str, *, true: bool) -> float:
        return float(shown[(self._names == name) & (self._true == true)].mean())


def told(reads: Sequence[Read], shown: BoolArray) -> dict[str, dict[str, float]]:
    """Print both faults of rules alone and with the reader, with 95 % intervals, and return those with it."""
    rates = {}
    for name in MOST_FALSE:
        rows = [i for i, read in enumerate(reads) if read.row.name == name]
        alone = area_under_curve([reads[i].row.true for i in rows], [reads[i].odds for i in rows])
        say(f"{name}: {len(rows)} statements, AUC of the reader {alone:.3f}")
        found = {}
        for words, marks in (("rules", [read.passed for read in reads]), ("joined", shown)):
            for true in (True, False):
                part = [bool(marks[i]) for i in rows if reads[i].row.true is true]
                found[words, true] = float(np.mean(part))
                low, high = wilson(sum(part), len(part))
                kind = "true" if true else "false"
                say(f"  {words:7} {kind:5} shown {found[words, true]:.3f} [{low:.2f}, {high:.2f}]")
        rates[name] = {"true": round(found["joined", True], 3), "false": round(found["joined", False], 3)}
    return rates


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    share, squared = hits / of, z * z / of
    middle, half = share + squared / 2, z * ((share * (1 - share) + squared / 4) / of) ** 0.5
    return (middle - half) / (1 + squared), (middle + half) / (1 + squared)


if __name__ == "__main__":
    main()
