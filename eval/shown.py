"""Prints a run, a comparison or an estimate on a terminal, with all text made safe."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.safe_text import safe
from eval.estimating import Estimate
from eval.records import Comparison, MeasuredFigure, QuestionResult, Run, Status

_WIDE = 130  # columns from which on there is room to say what each figure means
FAILURES = 10  # failed questions that are listed below the figures


def show_scores(console: Console, run: Run) -> None:
    """Print the headline, the groups, the figures, and the first questions that failed."""
    scores, info = run.scores, run.info
    first = f"{scores.passed} of {scores.planned} passed"
    console.print(Text.assemble((first, "bold"), f" ({percent(scores.headline)})"), soft_wrap=True)
    facts = [f"{scores.errors} could not be scored"] * bool(scores.errors)
    facts += [f"{scores.skipped} skipped"] * bool(scores.skipped)
    facts += [f"{scores.missing} not asked yet: go on with --resume {info.id}"] * bool(scores.missing)
    for fact in facts:
        console.print(Text(fact, "yellow"), soft_wrap=True)
    _print_groups(console, run)
    rows = [(f.name, f"{f.value:.3f}", f"{f.low:.3f}-{f.high:.3f}", str(f.n), f.about) for f in scores.figures]
    columns = 5 if console.width >= _WIDE else 4
    console.print(_table(("figure", "mean", "95 %", "n", "")[:columns], [row[:columns] for row in rows]))
    console.print(Text(_spent(run), "dim"), soft_wrap=True)
    _print_failures(console, run.results)
    console.print(Text(f"Run {safe(info.id)}, kept in {safe(run.folder)}", "dim"), soft_wrap=True)


def percent(figure: MeasuredFigure) -> str:
    """Format a share with its interval: "52 %, 44-60 % with 95 % confidence"."""
    return f"{figure.value:.0%}, 95 % interval {figure.low:.0%} to {figure.high:.0%}"


def _print_groups(console: Console, run: Run) -> None:
    rows = [
        (safe(g.tag), f"{g.passed} of {g.planned}", f"{g.low:.2f}-{g.high:.2f}", str(g.errors or ""))
        for g in run.scores.groups
    ]
    if rows:
        console.print(_table(("group", "passed", "95 %", "errors"), rows))


def _spent(run: Run) -> str:
    scores = run.scores
    parts = []
    if scores.seconds_p50 is not None and scores.seconds_p95 is not None:
        parts.append(f"{scores.seconds_p50:.2f} s a question, one in twenty over {scores.seconds_p95:.2f} s")
    if calls := sum(t.calls for t in run.timings):
        cached = sum(t.cached for t in run.timings)
        parts.append(f"{calls} calls of {safe(run.info.model)}, {cached} of them from the cache of replies")
        parts.append(f"{scores.prompt_tokens:,} tokens read, {scores.completion_tokens:,} written")
    if scores.cost is not None:
        parts.append(f"worth {scores.cost.amount:.4f} {safe(scores.cost.currency)}")
    return "; ".join(parts)


def _print_failures(console: Console, results: Sequence[QuestionResult]) -> None:
    failed = [r for r in results if not r.passed and r.status is not Status.SKIPPED]
    for result in failed[:FAILURES]:
        console.print(Text.assemble((f"{safe(result.id)}: ", "bold"), safe(result.reason)), soft_wrap=True)
    if len(failed) > FAILURES:
        console.print(Text(f"… and {len(failed) - FAILURES} more: assistant eval report RUN -o report.html", "dim"))


def show_comparison(console: Console, found: Comparison) -> None:
    """Print what changed, with intervals and p values."""
    console.print(Text.assemble("From ", (safe(found.before), "bold"), " to ", (safe(found.after), "bold")))
    for name, (old, new) in found.changed.items():
        console.print(Text(f"{safe(name)}: {safe(old) or '(none)'} -> {safe(new) or '(none)'}"), soft_wrap=True)
    rows = [
        (d.name, f"{d.before:.3f}", f"{d.after:.3f}", f"{d.change:+.3f}", f"{d.low:+.3f} to {d.high:+.3f}", _p(d.p))
        for d in found.differences
    ]
    console.print(_table(("figure", "before", "after", "change", "95 %", "p"), rows))
    for name, ids in (("Passed only after", found.wins), ("Passed only before", found.losses)):
        console.print(Text(f"{name} ({len(ids)}): {safe(', '.join(ids)) or 'none'}"), soft_wrap=True)
    if found.unpaired:
        text = f"Not compared, as one of the runs could not score them ({len(found.unpaired)}): "
        console.print(Text(text + safe(", ".join(found.unpaired)), "yellow"), soft_wrap=True)


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def show_estimate(console: Console, found: Estimate) -> None:
    """Print the estimated cost of a run."""
    console.print(Text(f"{found.questions} questions, {found.results} answers."))
    if not found.calls:
        console.print(Text("No model is asked: it costs nothing."))
        return
    console.print(Text(f"{found.calls} calls of the model, {found.cached} of them kept from earlier runs."))
    text = f"For the rest: about {found.prompt_tokens:,} tokens to read, at most {found.completion_tokens:,} to write"
    cost = f", at most {found.cost.amount:.4f} {safe(found.cost.currency)}" if found.cost else ""
    console.print(Text(f"{text}{cost}."), soft_wrap=True)
    if found.remedy:
        console.print(Text(safe(found.remedy), "dim"), soft_wrap=True)


def show_table(console: Console, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a plain table."""
    console.print(_table(header, rows))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number in {0, 4} else "right", no_wrap=number == 0)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
