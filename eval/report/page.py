"""A run, or two of them side by side, as one page that holds everything it needs and runs no script.

The filters are radio buttons that the style sheet acts upon. Article text and answers are foreign: the templates escape
all they print, and the page's content policy admits nothing but its own style sheets (see `assistant.export.pages`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.export.pages import render_page
from eval.records import Comparison, MeasuredFigure, Run, Scores
from eval.report import plots
from eval.report.view import FAILED, PASSED, UNSCORED, Shown, finder, shown, shown_day, tags

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = _TEMPLATES / "report.css"
FILTERS = 30  # tags that can be chosen: the style sheet has a rule for each
_DECIMAL = ("mrr@", "ndcg@", " f1")  # ranking measures and F1: not written as percentages
OPEN = 25  # failures that stand open; the others open when they are chosen


def html(run: Run) -> str:
    """Return the report of a run."""
    items = shown(run)
    return _page("run.html", {"run": run, "items": items, "tags": tags(items)[:FILTERS], "plots": _plots(run)})


def compare_html(before: Run, after: Run, comparison: Comparison) -> str:
    """Return what changed between two runs of one suite over one archive: losses first, then wins."""
    earlier, later = _by_id(before), _by_id(after)

    def pairs(ids: Sequence[str]) -> list[tuple[Shown, Shown]]:
        return [(earlier[i], later[i]) for i in ids if i in earlier and i in later]

    values = {
        "before": before,
        "after": after,
        "comparison": comparison,
        "losses": pairs(comparison.losses),
        "wins": pairs(comparison.wins),
    }
    return _page("compare.html", values)


def _page(template: str, values: Mapping[str, Any]) -> str:
    filters: dict[str, Callable[..., Any]] = {
        "day": shown_day,
        "percent": whole_percent,
        "figure": figure,
        "finder": finder,
    }
    shared = {"FAILED": FAILED, "PASSED": PASSED, "UNSCORED": UNSCORED, "OPEN": OPEN}
    return render_page(template, {**values, **shared}, folders=[_TEMPLATES], css=[_STYLE], filters=filters)


def _by_id(run: Run) -> dict[str, Shown]:
    """Return the first result of each question, or the first that did not pass."""
    return {item.result.id: item for item in reversed(shown(run))}


# -- figures in words


def whole_percent(share: float) -> str:
    """Format a share as a whole percentage."""
    return f"{100 * share:.0f} %"


def is_share(name: str, *values: float) -> bool:
    """Whether a figure is shown as a percentage: all between 0 and 1 except ranking measures."""
    return all(0 <= abs(value) <= 1 for value in values) and not any(word in name for word in _DECIMAL)


def figure(f: MeasuredFigure) -> str:
    """Format value and interval."""
    if is_share(f.name, f.value, f.low, f.high):
        return f"{100 * f.value:.1f} % [{100 * f.low:.1f}, {100 * f.high:.1f}]"
    return f"{f.value:.3f} [{f.low:.3f}, {f.high:.3f}]"


# -- plots


def _plots(run: Run) -> list[tuple[str, str, Any]]:
    """Yield heading, explanation and picture of each plot that this run has figures for."""
    made = [_groups(run.scores), _durations(run), _thresholds(run)]
    from markupsafe import Markup

    return [(head, about, Markup(svg)) for head, about, svg in made if svg]  # noqa: S704  # escaped as it was drawn


def _groups(scores: Scores) -> tuple[str, str, str]:
    head, about = "By tag", "Share of questions that passed; the line is the 95 % interval."
    rows = [
        plots.IntervalRow(g.tag, g.passed / g.planned, g.low, g.high, f"{g.passed} of {g.planned}")
        for g in sorted(scores.groups, key=lambda g: (g.passed / max(g.planned, 1), g.tag))
        if g.planned
    ]
    return head, about, plots.intervals_svg(f"{head}: {about}", rows) if rows else ""


def _durations(run: Run) -> tuple[str, str, str]:
    head, about = "Seconds to an answer", "How many questions took how long."
    taken = [t.seconds for t in run.timings]
    marks = [("median", run.scores.seconds_p50), ("p95", run.scores.seconds_p95)]
    named = [(name, value) for name, value in marks if value is not None]
    return head, about, plots.histogram_svg(f"{head}: {about}", taken, named) if len(taken) > 1 else ""


def _thresholds(run: Run) -> tuple[str, str, str]:
    head = "When to abstain"
    about = (
        "Share of the answerable (green) and of the unanswerable questions (red) that would be answered if only "
        "evidence of at least that confidence counted. The further apart, the better abstention can be."
    )
    unanswerable = {q.id for q in run.suite.questions if q.unanswerable}
    confidences = [(r.id in unanswerable, r.answer.confidence) for r in run.results if r.answer]
    good = [s for lacking, s in confidences if not lacking]
    bad = [s for lacking, s in confidences if lacking]
    if not good or not bad or not any(good):
        return head, about, ""
    return head, about, plots.threshold_svg(head, good, bad)
