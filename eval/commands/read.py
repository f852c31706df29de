"""`eval list`, `eval compare` and `eval report`: read runs back from their folders."""

from __future__ import annotations

from pathlib import Path

from assistant.cli.terminal import messages, output, show_notes, write_json
from assistant.errors import UsageError
from assistant.safe_text import safe
from eval import shown
from eval.commands.run import runs_of
from eval.comparison import compare_runs
from eval.folder import find_run, list_runs, load_run
from eval.options import Flags
from eval.records import Comparison, Run
from eval.suite import named_suites


def print_runs(common: Flags, runs: Path | None) -> None:
    """Print the runs, oldest first, and the named suites."""
    folder = runs_of(common, runs)
    found = [load_run(path) for path in list_runs(folder)]
    if common.as_json:
        rows = [{"run": r.folder, "info": r.info, "headline": r.scores.headline} for r in found]
        write_json({"runs": rows, "suites": named_suites()})
        return
    rows_shown = [
        (
            safe(run.info.id),
            f"{run.scores.passed} of {run.scores.planned}",
            str(run.scores.missing or ""),
            safe(run.info.model) or ("retrieval only" if run.info.retrieval_only else "no model"),
        )
        for run in found
    ]
    console = output()
    if rows_shown:
        shown.show_table(console, ("run", "passed", "missing", "asked"), rows_shown)
    else:
        show_notes(messages(), [f"No run is kept in {folder} yet."])
    console.print(f"Suites with a name: {', '.join(named_suites()) or 'none'}", soft_wrap=True)


def print_comparison(common: Flags, runs: Path | None, before: str, after: str) -> None:
    """Print what changed from one run to another."""
    folder = runs_of(common, runs)
    found = compare_runs(load_run(find_run(before, folder)), load_run(find_run(after, folder)))
    write_json(found) if common.as_json else shown.show_comparison(output(), found)


def write_report(common: Flags, runs: Path | None, name: str, against: str, to: Path | None) -> None:
    """Write or print the report of a run."""
    folder = runs_of(common, runs)
    run = load_run(find_run(name, folder))
    earlier = load_run(find_run(against, folder)) if against else None
    comparison = compare_runs(earlier, run) if earlier else None
    if to is not None:
        _write(to, run, earlier, comparison)
        show_notes(messages(), [] if common.as_json else [f"Written to {to}."])
    elif common.as_json:
        write_json({"run": run, "comparison": comparison})
    else:
        shown.show_scores(output(), run)
        if comparison:
            shown.show_comparison(output(), comparison)


def _write(to: Path, run: Run, earlier: Run | None, comparison: Comparison | None) -> None:
    from eval.report.junit import junit
    from eval.report.markdown import compare_markdown, run_markdown
    from eval.report.page import compare_html, html

    kind = {".htm": ".html"}.get(to.suffix.lower(), to.suffix.lower())
    alone = {".html": html, ".md": run_markdown, ".xml": junit}
    compared = {".html": compare_html, ".md": compare_markdown}
    if kind not in (alone if comparison is None else compared):
        raise UsageError(f"{to}: a report is .html, .md or .xml, a comparison .html or .md.")
    text = compared[kind](earlier, run, comparison) if earlier and comparison else alone[kind](run)
    try:
        to.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{to} cannot be written ({error.strerror}).") from error
