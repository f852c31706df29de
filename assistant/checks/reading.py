"""Joining what a reader thinks of a statement with what the rules found: one calibrated probability.

Where a rule is certain (a figure in digits that no sentence has, altered words in quotation marks, a day) it keeps the
last word. Of everything else neither is sure: rules flag every third true statement in other words, and a reader of 22
million weights cannot compare figures. So both go into a logistic regression:

    reader      log odds of "supported", clipped to -6..6
    refuted     log odds of "refuted" against "unknown", likewise
    counts      the `FEATURES` of `support`, without the length: that false statements are longer is a habit of data
    findings    one for each check and verdict: 1 when the check has such a finding that is not certain

Its coefficients and thresholds, with the error rates they were chosen by, are in `reading.json` for the reader that
ships; `python -m research.reader.calibrate` (`make calibrate`) makes them. A reader without calibration gives advice
and decides nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.checks.claim import Claim, Finding
from assistant.checks.support import FEATURES, features
from assistant.errors import UsageError
from assistant.reader.protocol import Reader, Support
from assistant.records import Verdict

CALIBRATIONS = Path(__file__).with_name("reading.json")
SHARED_WORDS = "shared words and meaning"  # the check whose place the reader takes
COUNTS = tuple(name for name in FEATURES if name != "length")
_CLIPPED = 6.0
_TINY = 1e-6
_LEAST_REFUTED = 0.5  # belief from which a sentence is said to speak against a statement


@dataclass(frozen=True, slots=True)
class ReadingCalibration:
    """A logistic regression of "supported" on named signals, and the thresholds that go with it."""

    weights: Mapping[str, float]  # of signals as they are; one that is not named weighs nothing
    bias: float
    supported: float  # probability from here on is enough for "supported"
    partly: float  # probability from here on is enough for "partly"
    rates: Mapping[str, Mapping[str, float]]  # set -> share of true, of false statements shown as supported

    def probability(self, signals: Mapping[str, float]) -> float:
        """Return how probable it is, 0..1, that the sentences support the statement."""
        score = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in signals.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedReader:
    """A reader with its calibration; None when it has none and can only advise."""

    reader: Reader
    calibration: ReadingCalibration | None


def calibration_of(name: str, beside: Path | None = None) -> ReadingCalibration | None:
    """Return the calibration of a reader by its name, None when there is none.

    `beside` is a file of the user's, looked at first. Raises `UsageError` when it is not in the form that is written.
    """
    if beside is not None and beside.is_file():
        return _calibrations(beside).get(name)
    return _calibrations(CALIBRATIONS).get(name) if CALIBRATIONS.is_file() else None


@lru_cache(maxsize=4)
def _calibrations(file: Path) -> Mapping[str, ReadingCalibration]:
    try:
        stored: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        return {name: ReadingCalibration(**values) for name, values in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"{file} is no calibration of a reader ({error}). Make it again: make calibrate") from error


def signals(claim: Claim, findings: Sequence[Finding], support: Support) -> dict[str, float]:
    """Return the named signals of a statement; those that are 0 may be missing."""
    counts = dict(zip(FEATURES, features(claim), strict=True))
    odds = math.log((support.supported + _TINY) / (1 - support.supported + _TINY))
    against = math.log((support.refuted + _TINY) / (support.unknown + _TINY))
    found = {f"{f.check}: {f.verdict}": 1.0 for f in findings if f.check != SHARED_WORDS and not f.certain}
    return {
        "reader": max(-_CLIPPED, min(_CLIPPED, odds)),
        "refuted": max(-_CLIPPED, min(_CLIPPED, against)),
        **{name: counts[name] for name in COUNTS},
        **found,
    }


def judged(
    claim: Claim, findings: Sequence[Finding], support: Support, calibration: ReadingCalibration, missing: str
) -> tuple[tuple[Finding, ...], float]:
    """Return the findings as the reader leaves them, and the probability of support.

    What is not certain is overruled when the statement is supported; else the reader's own finding is added to it.
    `missing` tells which words no sentence holds, "" for none.
    """
    probability = calibration.probability(signals(claim, findings, support))
    others = [finding for finding in findings if finding.check != SHARED_WORDS]
    if probability >= calibration.supported:
        return tuple(f if f.certain else _overruled(f) for f in others), probability
    verdict = Verdict.PARTLY if probability >= calibration.partly else Verdict.UNSUPPORTED
    milder = [_at_best(f, verdict) for f in others]
    return (*milder, Finding(verdict, _told(claim, support, verdict, missing), check="reader")), probability


def _overruled(finding: Finding) -> Finding:
    if finding.verdict is Verdict.SUPPORTED:  # a remark
        return finding
    return Finding(Verdict.SUPPORTED, finding.problem, check=finding.check, overruled=True)


def _at_best(finding: Finding, verdict: Verdict) -> Finding:
    """A finding that is not certain makes no verdict worse than the joint one: it is a part of that."""
    if finding.certain or finding.verdict in {Verdict.SUPPORTED, Verdict.PARTLY}:
        return finding
    return Finding(verdict, finding.problem, check=finding.check)


def _told(claim: Claim, support: Support, verdict: Verdict, missing: str) -> str:
    sources = claim.sources
    if support.refuted >= _LEAST_REFUTED:
        return f"{sources.that('speak')} against it"
    if verdict is Verdict.PARTLY:
        return f"not in the {sources.noun}: {missing}" if missing else f"{sources.that('say')} a part of it"
    return f"it does not follow from the {sources.noun}"
