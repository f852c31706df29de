"""Joining what a reader thinks of a statement with what the rules found, by how sure it must be.

Where a rule is certain (a figure in digits that no sentence has, altered words in quotation marks, a day) it keeps the
last word. Of everything else neither is sure: rules flag every third true statement in other words and pass four of ten
false ones that differ by a word; a reader of 22 million weights compares figures badly. So the reader decides, and what
the rules say decides how sure it must be, in log odds of "supported":

    agreed     when the rules pass the statement
    alone      when they do not, because too few words are shared
    doubted    when one of them has found something, though it is not certain ("may say the opposite")
    held       when the rules pass it and every word of it stands, in this order, in one sentence
    added      when the rules pass it, but it has a word that no sentence holds
    joined     when the rules pass it, but no one sentence holds what several hold together
    far        so much more when they do not, and all it cites appeared more than a year away from the day of asking

The last three count only where the sentences were searched for in a whole archive, for a claim of a draft: there the
best of many sets of sentences is taken, and what a large archive offers is always nearer than a few chosen sentences.

Numbers chosen together on three development sets: most true statements shown, with no more false ones than by
rules alone on any of them. A logistic regression
over the reader, the counts of `support` and the findings was no better than the reader alone: what shared words are
worth turns round between answers of models and statements written to mislead. The numbers and the error rates they were
chosen by are in `reading.json`; `python -m research.reader.calibrate` (`make calibrate`) makes it. A reader without
calibration gives advice and decides nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.checks.claim import Claim, Finding, Sources
from assistant.checks.dates import dates_in
from assistant.checks.doers import is_excerpt
from assistant.checks.support import unheld_spans
from assistant.errors import UsageError
from assistant.reader.protocol import Reader, Support
from assistant.records import Verdict

CALIBRATIONS = Path(__file__).with_name("reading.json")
SHARED_WORDS = "shared words and meaning"  # the check whose place the reader takes
_TINY = 1e-6
_YEAR = timedelta(days=365)
_LEAST_REFUTED = 0.5  # belief from which a sentence is said to speak against a statement that rules do not pass


@dataclass(frozen=True, slots=True)
class ReadingCalibration:
    """How sure a reader must be, as log odds of "supported"."""

    agreed: float  # enough when the rules pass the statement
    alone: float  # enough when they only find too little shared
    doubted: float  # enough when one of them has found something
    partly: float  # so much less than enough is still partly
    rates: Mapping[str, Mapping[str, float]]  # set -> share of true, of false statements shown as supported
    refuted: float = 0.7  # belief from which a sentence on the same thing contradicts a claim by itself
    found: float = 0.3  # confidence in what was found for a claim, below which reading alone does not support it
    held: float | None = None  # enough when one sentence holds every word of it in order; None: as `agreed`
    denied: float = 0.6  # belief from which a sentence speaks against what a question takes for granted
    unheld: float = 0.2  # belief up to which no sentence bears it out
    against: float = 0.3  # belief from which it does where a rule sees another figure, name, day or verb
    added: float | None = None  # enough when it has a word that no sentence holds; None: as `agreed`
    joined: float | None = None  # enough when no one sentence holds what several hold together; None: as `agreed`
    far: float = 0.0  # so much more for what appeared more than a year away
    searched: Mapping[str, float] = field(default_factory=dict)  # those that differ where an archive was searched


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedReader:
    """A reader with its calibration; None when it has none and can only advise."""

    reader: Reader
    calibration: ReadingCalibration | None

    def searching(self) -> CalibratedReader:
        """Return the reader as sure as it must be of sentences that were searched for in an archive."""
        if self.calibration is None:
            return self
        return replace(self, calibration=replace(self.calibration, **dict[str, Any](self.calibration.searched)))


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


def odds_of(support: Support) -> float:
    """Return the log odds of "supported", about -14..14."""
    return math.log((support.supported + _TINY) / (1 - support.supported + _TINY))


def rules_pass(findings: Sequence[Finding]) -> bool:
    """Whether the rules alone find the statement supported."""
    return all(finding.verdict is Verdict.SUPPORTED for finding in findings)


def is_doubted(findings: Sequence[Finding]) -> bool:
    """Whether a rule has found something of its own, other than that too little is shared."""
    return any(f.verdict is not Verdict.SUPPORTED and f.check != SHARED_WORDS for f in findings)


def enough(claim: Claim, findings: Sequence[Finding], calibration: ReadingCalibration) -> float:
    """Return how sure the reader must be of a statement with these findings."""
    if rules_pass(findings):
        if calibration.held is not None and is_excerpt(claim):
            return calibration.held
        return max([calibration.agreed, *_surer(claim, calibration)])
    return (calibration.doubted if is_doubted(findings) else calibration.alone) + calibration.far * _is_far(claim)


def _is_far(claim: Claim) -> bool:
    """Whether all that a statement cites appeared more than a year away, unless it names a day that they bear out."""
    days = [cited.article.published for cited in claim.sources.cited]
    if claim.asked_on is None or not days or dates_in(claim).proven:
        return False
    return all(day is not None and abs(day - claim.asked_on) > _YEAR for day in days)


def _surer(claim: Claim, calibration: ReadingCalibration) -> Iterator[float]:
    """Yield how sure the reader must be of a word that no sentence holds, and of what only several hold together."""
    missing = len(unheld_spans(claim))
    if missing and calibration.added is not None:
        yield calibration.added
    if calibration.joined is not None and len(claim.sources.cited) > 1:
        alone = (replace(claim, sources=Sources((cited,), ())) for cited in claim.sources.cited)
        if all(len(unheld_spans(one)) > missing for one in alone):
            yield calibration.joined


def judged(
    claim: Claim, findings: Sequence[Finding], support: Support, calibration: ReadingCalibration, missing: str
) -> tuple[tuple[Finding, ...], float]:
    """Return the findings as the reader leaves them, and how far it is from the turn of the verdict, 0..1 (0.5: there).

    What is not certain is overruled when the statement is supported; else the reader's own finding is added to it.
    `missing` tells which words no sentence holds, "" for none.
    """
    margin = odds_of(support) - enough(claim, findings, calibration)
    sureness = 1 / (1 + math.exp(-margin))
    others = [finding for finding in findings if finding.certain or finding.check != SHARED_WORDS]
    if margin >= 0:
        return tuple(f if f.certain else _overruled(f) for f in others), sureness
    verdict = Verdict.PARTLY if margin >= -calibration.partly else Verdict.UNSUPPORTED
    milder = [_at_best(f, verdict) for f in others]
    against = support.refuted >= _LEAST_REFUTED and not rules_pass(findings)
    told = f"{claim.sources.that('speak')} against it" if against else _told(claim, verdict, missing)
    return (*milder, Finding(verdict, told, check="reader")), sureness


def _overruled(finding: Finding) -> Finding:
    if finding.verdict is Verdict.SUPPORTED:  # a remark
        return finding
    return Finding(Verdict.SUPPORTED, finding.problem, check=finding.check, overruled=True)


def _at_best(finding: Finding, verdict: Verdict) -> Finding:
    """A finding that is not certain makes no verdict worse than the reader does: it has counted already."""
    if finding.certain or finding.verdict in {Verdict.SUPPORTED, Verdict.PARTLY}:
        return finding
    return Finding(verdict, finding.problem, check=finding.check)


def _told(claim: Claim, verdict: Verdict, missing: str) -> str:
    sources = claim.sources
    if verdict is Verdict.PARTLY:
        return f"not in the {sources.noun}: {missing}" if missing else f"{sources.that('say')} a part of it"
    return f"it does not follow from the {sources.noun}"
