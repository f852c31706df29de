"""Baselines: figures that must not fall, each with the command that makes it.

A baseline is a JSON file:

    {"about": "…", "command": "assistant eval check examples", "suite": "examples", "model": false,
     "figures": {"passed": {"expected": 0.52, "tolerance": 0.03}, "refused answerable": {…}}}

`model` must be false: what a model writes differs from day to day, and a gate must not. `needs_library` marks suites
whose articles are too many to be ingested for a check; they need a library by name. A figure without an
expected value or a tolerance is an error, never a check that passes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import UsageError
from assistant.json_form import from_json, json_text
from eval.records import MeasuredFigure, Run

BASELINES = Path(__file__).with_name("baselines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The expected value of a figure and its tolerance."""

    expected: float
    tolerance: float  # 0 or more; a fall by more than this fails


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One baseline file."""

    about: str
    command: str
    suite: str
    model: bool
    figures: Mapping[str, Expected]
    retrieval_only: bool = False
    needs_library: bool = False
    measured_on: str = ""  # what was asked when the expected figures were written: articles, splitter, day


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFigure:
    """One figure compared with its baseline."""

    name: str
    expected: float
    tolerance: float
    found: float
    fell: bool  # worse by more than the tolerance
    rose: bool  # better by more than the tolerance: the baseline may be raised


def find_baselines(names: tuple[str, ...]) -> list[Path]:
    """Return the files of baselines given by path or by the name of a shipped one; all shipped ones for no names."""
    own = sorted(BASELINES.glob("*.json"))
    if not names:
        if not own:
            raise UsageError(f"There are no baselines in {BASELINES}.")
        return own
    found = []
    for name in names:
        path = next((p for p in (Path(name), BASELINES / f"{name}.json") if p.is_file()), None)
        if path is None:
            raise UsageError(f"There is no baseline {name}; known are {', '.join(p.stem for p in own) or 'none'}.")
        found.append(path)
    return found


def load_baseline(path: Path) -> Baseline:
    """Read a baseline. Raises `UsageError` unless every figure has an expected value and a tolerance."""
    try:
        baseline = from_json(Baseline, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise UsageError(f"The baseline {path} cannot be read ({error}). See eval/gate.py for its form.") from error
    if baseline.model:
        raise UsageError(f"The baseline {path} asks a model; a gate must find the same every day.")
    if not baseline.figures:
        raise UsageError(f"The baseline {path} names no figure: it would pass whatever happens.")
    for name, figure in baseline.figures.items():
        if figure.tolerance < 0:
            raise UsageError(f"The baseline {path}: the tolerance of {name!r} must be 0 or more.")
    return baseline


def check_figures(baseline: Baseline, run: Run) -> list[CheckedFigure]:
    """Compare each figure of the baseline with the run. Raises `UsageError` if the run lacks one."""
    found = {f.name: f for f in (run.scores.headline, *run.scores.figures)}
    if unknown := [name for name in baseline.figures if name not in found]:
        raise UsageError(f"The run has no figure {unknown[0]!r}; it has {', '.join(found)}.")
    return [_checked(found[name], expected) for name, expected in baseline.figures.items()]


def _checked(found: MeasuredFigure, wanted: Expected) -> CheckedFigure:
    gain = (found.value - wanted.expected) * (-1 if found.better == "lower" else 1)
    slack = wanted.tolerance + 1e-9  # what the tolerance allows in decimal must not fail in binary
    return CheckedFigure(
        name=found.name,
        expected=wanted.expected,
        tolerance=wanted.tolerance,
        found=found.value,
        fell=gain < -slack,
        rose=gain > slack,
    )


def updated(baseline: Baseline, run: Run) -> Baseline:
    """Return the baseline with the run's figures as expected values and the same tolerances."""
    values = {checked.name: round(checked.found, 4) for checked in check_figures(baseline, run)}
    archive = run.info.archive
    return replace(
        baseline,
        figures={name: replace(old, expected=values[name]) for name, old in baseline.figures.items()},
        measured_on=f"{archive.articles:,} articles, {archive.splitter}, {run.info.started.date()}",
    )


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write the file."""
    path.write_text(json_text(baseline, indent=2) + "\n", encoding="utf-8")
