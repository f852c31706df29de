"""A run, or two of them side by side, as Markdown for a pull request, a wiki or a terminal.

Foreign text stays text: every character that Markdown or HTML could read as markup is escaped, and a text never
spans lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.safe_text import safe
from eval.records import Comparison, Run
from eval.report.page import figure
from eval.report.view import FAILED, UNSCORED, Shown, finder, shown

_MARKUP = re.compile(
    r"([\\`*_\[\]<>|~$&]"
    r"|(?<!\w)@|(?<=\bwww)\.|:(?=//))"  # mentions, and addresses that would become links
)
_LONGEST = 300  # characters of a sentence that are printed


def run_markdown(run: Run) -> str:
    """Return headline, figures, tags, and every failed question with its reason."""
    return "\n".join(_lines(run)) + "\n"


def compare_markdown(before: Run, after: Run, comparison: Comparison) -> str:
    """Return what differs, the figures, and the questions lost and won."""
    asked = {q.id: q.question for q in (*before.suite.questions, *after.suite.questions)}
    return "\n".join(_compared(before, after, comparison, asked)) + "\n"


def plain(text: str) -> str:
    """Return the text on one line with all markup escaped."""
    return _MARKUP.sub(r"\\\1", safe(text))


def _lines(run: Run) -> Iterator[str]:
    info, scores = run.info, run.scores
    yield f"# {plain(info.suite)}: {scores.passed} of {scores.planned} passed"
    yield ""
    yield f"{figure(scores.headline)}, {_answered_by(run)}, {info.archive.articles:,} articles, {plain(info.id)}"
    if scores.errors or scores.missing:
        yield ""
        yield f"Not scored: {scores.errors}; not asked: {scores.missing}. Both count as not passed."
    yield ""
    yield from _table(("figure", "value", "over"), ((plain(f.name), figure(f), str(f.n)) for f in scores.figures))
    yield ""
    groups = ((plain(g.tag), str(g.passed), str(g.planned), f"{g.low:.0%} to {g.high:.0%}") for g in scores.groups)
    yield from _table(("tag", "passed", "of", "95 % interval"), groups)
    yield ""
    yield "## Not passed"
    yield ""
    for item in shown(run):
        if item.state in (FAILED, UNSCORED):
            yield from _question(item)


def _answered_by(run: Run) -> str:
    if run.info.retrieval_only:
        return "retrieval alone"
    return plain(run.info.model) if run.info.model else "no language model"


def _question(item: Shown) -> Iterator[str]:
    yield f"- **{plain(item.key)}** {plain(item.question.question)}"
    yield f"  - {item.state}: {plain(item.result.error or item.result.reason or 'no reason recorded')}"
    answer = item.result.answer
    if answer and answer.abstained:
        yield f"  - no answer: {plain(answer.reason)}"
    for statement in answer.statements if answer else ():
        numbers = "".join(rf" \[{c.number}\]" for c in statement.citations)
        by = f", {found}" if answer and (found := finder(statement, answer)) else ""
        yield f"  - {plain(statement.text[:_LONGEST])}{numbers} ({statement.verdict}{by})"
    for unproven in answer.unproven if answer else ():
        yield f"  - not shown: {plain(unproven.text[:_LONGEST])} ({unproven.verdict})"
    if checked := item.result.checked:
        differing = "".join(f"; {d.kind}: “{plain(d.said)}” / “{plain(d.archive)}”" for d in checked.differing)
        yield f"  - called {checked.verdict}{differing}"
        yield from (f"  - {plain(sentence.text[:_LONGEST])} ({plain(sentence.place)})" for sentence in item.cited)
    for missed in item.missed:
        yield f"  - gold, {missed.found}: {plain(missed.text[:_LONGEST])} ({plain(missed.place)})"


def _compared(before: Run, after: Run, comparison: Comparison, asked: dict[str, str]) -> Iterator[str]:
    passed = f"{before.scores.passed} → {after.scores.passed} of {after.scores.planned} passed"
    yield f"# {plain(after.info.suite)}: {passed}"
    yield ""
    yield f"{len(comparison.losses)} lost, {len(comparison.wins)} won, {comparison.same} as before"
    yield ""
    changed = [(plain(name), plain(old or "–"), plain(new or "–")) for name, (old, new) in comparison.changed.items()]
    yield from _table(("", "before", "after"), [("run", plain(comparison.before), plain(comparison.after)), *changed])
    yield ""
    figures = (
        (
            plain(d.name),
            f"{d.before:.3f}",
            f"{d.after:.3f}",
            f"{d.change:+.3f} [{d.low:+.3f}, {d.high:+.3f}]",
            f"{d.p:.3f}",
        )
        for d in comparison.differences
    )
    yield from _table(("figure", "before", "after", "change", "p"), figures)
    for heading, ids in (
        ("Lost", comparison.losses),
        ("Won", comparison.wins),
        ("Not comparable", comparison.unpaired),
    ):
        if ids:
            yield ""
            yield f"## {heading}"
            yield ""
            yield from (f"- **{plain(i)}** {plain(asked.get(i, ''))}" for i in ids)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
