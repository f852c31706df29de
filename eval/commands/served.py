"""Kept runs, for the pages of `assistant serve`: named by their ids alone, never by a path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.errors import UsageError
from assistant.serve.service import RunLine
from eval.comparison import compare_runs
from eval.folder import RunFolder, list_runs
from eval.records import Run
from eval.report.page import compare_html, html
from eval.report.page import figure as shown_figure


class KeptRuns:
    """The runs in a folder."""

    def __init__(self, runs: Path) -> None:
        """Read nothing yet."""
        self._runs = runs

    def listed(self) -> Sequence[RunLine]:
        """Return a line for each run, the newest first."""
        return [_line(RunFolder(path)) for path in reversed(list_runs(self._runs))]

    def report(self, run: str) -> str:
        """Return the report of a run. Raises `UsageError` when there is none."""
        return html(self._run(run))

    def compared(self, before: str, after: str) -> str:
        """Return what changed between two runs. Raises `UsageError` when they can't be compared."""
        one, other = self._run(before), self._run(after)
        return compare_html(one, other, compare_runs(one, other))

    def _run(self, name: str) -> Run:
        found = next((path for path in list_runs(self._runs) if path.name == name), None)
        if found is None:
            raise UsageError("There is no such run.")
        return RunFolder(found).load()


def _line(folder: RunFolder) -> RunLine:
    info, scores = folder.info, folder.scores()
    model = info.model or ("retrieval only" if info.retrieval_only else "")
    passed = f"{scores.passed} of {scores.planned}"
    return RunLine(info.id, info.suite, info.started, passed, shown_figure(scores.headline), model)
