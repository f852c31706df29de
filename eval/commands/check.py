"""`eval check`: fails when a figure has fallen below its baseline."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from assistant.cli.terminal import messages, output, show_notes, write_json
from assistant.errors import AssistantError, UsageError
from assistant.safe_text import safe
from eval import shown
from eval.commands.run import Wish, ask_plan, make_plan, runs_of
from eval.gate import Baseline, CheckedFigure, check_figures, find_baselines, load_baseline, updated, write_baseline
from eval.options import Flags
from eval.records import Run
from eval.running import begin

FELL = 100  # a figure fell; errors of the check itself are 1, so that a script can tell them apart


class CheckError(AssistantError):
    """The gate could not decide."""


def check_baselines(common: Flags, runs: Path | None, names: tuple[str, ...], *, update: bool) -> int:
    """Run the baselines and print the figures; return 0, or 100 if one fell.

    Raises `CheckError` (exit code 1) when a baseline can't be checked.
    """
    try:
        found = [(path.stem, *_checked(common, runs, path, update)) for path in _wanted(common, names)]
    except AssistantError as error:
        raise CheckError(str(error)) from error
    if common.as_json:
        rows = [{"baseline": name, "run": run.folder, "figures": figures} for name, run, figures in found]
        write_json({"fell": any(_fallen(found)), "baselines": rows})
    else:
        for name, run, figures in found:
            _print(name, run, figures)
    return FELL if any(_fallen(found)) and not update else 0


def _fallen(found: list[tuple[str, Run, list[CheckedFigure]]]) -> Iterator[bool]:
    return (figure.fell for _, _, figures in found for figure in figures)


def _wanted(common: Flags, names: tuple[str, ...]) -> list[Path]:
    paths = find_baselines(names)
    if names or common.library is not None:
        return paths
    left_out = [path for path in paths if load_baseline(path).needs_library]
    if left_out and not (common.quiet or common.as_json):
        stems = ", ".join(path.stem for path in left_out)
        show_notes(messages(), [f"Not checked without --library: {stems}."])
    if not (kept := [path for path in paths if path not in left_out]):
        raise UsageError("Every baseline needs a library; name it with --library.")
    return kept


def _checked(common: Flags, runs: Path | None, path: Path, update: bool) -> tuple[Run, list[CheckedFigure]]:
    baseline = load_baseline(path)
    run = _run(common, runs, baseline)
    if run.scores.errors:
        first = next(r for r in run.results if r.error)
        raise CheckError(f"{path.stem}: {run.scores.errors} questions could not be scored; {first.id}: {first.error}")
    figures = check_figures(baseline, run)
    if update:
        write_baseline(path, updated(baseline, run))
    return run, figures


def _run(common: Flags, runs: Path | None, baseline: Baseline) -> Run:
    if baseline.needs_library and common.library is None:
        raise UsageError(f"The suite {baseline.suite} needs a library; name it with --library.")
    library = common.library if baseline.needs_library else None
    alone = replace(common, library=library, no_model=True)
    wish = Wish(suite=baseline.suite, retrieval_only=baseline.retrieval_only, runs=runs)
    with tempfile.TemporaryDirectory() as folder:  # a library of today's code, not one that was made before
        plan = make_plan(alone, wish, fresh=Path(folder) / "library")
        return ask_plan(alone, wish, begin(plan, runs_of(alone, runs)), plan)


def _print(name: str, run: Run, figures: list[CheckedFigure]) -> None:
    rows = [(f.name, f"{f.found:.4f}", f"{f.expected:.4f}", f"{f.tolerance:.4f}", _outcome(f)) for f in figures]
    shown.show_table(output(), (safe(name), "found", "expected", "tolerance", ""), rows)
    if any(f.fell for f in figures):
        output().print(f"See: assistant eval report {safe(run.info.id)} -o report.html", soft_wrap=True)


def _outcome(figure: CheckedFigure) -> str:
    return "FELL" if figure.fell else "better" if figure.rose else "ok"
