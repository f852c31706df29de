"""Comparison of two runs, question by question. Runs that do not measure the same thing are refused.

Over another archive, other questions or another splitting into sentences, every figure may change without the answers
being any better or worse: a re-cut archive looks exactly like a catastrophe. What may differ is what one wants to
compare: the model, the prompts, the settings, the embedder, the version of the program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.errors import UsageError
from eval.measure import Measure
from eval.records import Comparison, Difference, QuestionResult, Run, RunInfo, Status
from eval.statistics import mcnemar_p, mean, ratio_change, sign_flip_p
from eval.summary import HEADLINE, RUN_MEASURES


@dataclass(frozen=True, slots=True)
class Pair:
    """The results of both runs for one question, over all repeats."""

    id: str
    cluster: str
    before: tuple[QuestionResult, ...]
    after: tuple[QuestionResult, ...]


def compare_runs(before: Run, after: Run) -> Comparison:
    """Return what changed between two runs. Raises `UsageError` with the reason if they are not comparable."""
    if why := incomparable(before.info, after.info):
        raise UsageError(f"The runs {before.info.id} and {after.info.id} cannot be compared: {why}.")
    pairs, unpaired = _paired(before, after)
    if not pairs:
        raise UsageError("The two runs have no question that both could score.")
    passed = [(p.id, _share_passed(p.before), _share_passed(p.after)) for p in pairs]
    found = [_headline(pairs), *(d for measure in RUN_MEASURES if (d := _difference(measure, pairs)))]
    return Comparison(
        before=before.info.id,
        after=after.info.id,
        changed=_changed(before.info, after.info),
        differences=tuple(found),
        wins=tuple(i for i, old, new in passed if new > old),
        losses=tuple(i for i, old, new in passed if new < old),
        same=sum(new == old for _, old, new in passed),
        unpaired=unpaired,
    )


def incomparable(before: RunInfo, after: RunInfo) -> str:
    """Return why two runs cannot be compared, "" if they can."""
    rules = (
        (before.archive.fingerprint, after.archive.fingerprint, "they asked different archives"),
        (before.suite_hash, after.suite_hash, "they asked different questions, or the suite was changed in between"),
        (before.archive.splitter, after.archive.splitter, "their archives are cut into sentences by different rules"),
        (before.archive.passages, after.archive.passages, "their archives are cut into passages by different rules"),
        (before.retrieval_only, after.retrieval_only, "one measured answers, the other only retrieval"),
        (_days(before), _days(after), "they were begun on different days, and some questions name no day of asking"),
    )
    return next((why for old, new, why in rules if old != new), "")


def _days(info: RunInfo) -> str:
    return str(info.day) if info.undated else ""


def _paired(before: Run, after: Run) -> tuple[list[Pair], tuple[str, ...]]:
    """Return the questions that both runs scored in every repeat, and the ids of the others."""
    old, new = _by_question(before.results), _by_question(after.results)
    pairs, unpaired = [], []
    for question in before.suite.questions:
        results = (old.get(question.id, ()), new.get(question.id, ()))
        if all(side and all(r.status is Status.SKIPPED for r in side) for side in results):
            continue
        if all(side and all(r.status is Status.SCORED for r in side) for side in results):
            pairs.append(Pair(question.id, results[0][0].cluster, *results))
        else:
            unpaired.append(question.id)
    return pairs, tuple(unpaired)


def _by_question(results: Sequence[QuestionResult]) -> Mapping[str, tuple[QuestionResult, ...]]:
    found: dict[str, tuple[QuestionResult, ...]] = defaultdict(tuple)
    for result in results:
        found[result.id] += (result,)
    return found


def _share_passed(results: Sequence[QuestionResult]) -> float:
    return sum(r.passed for r in results) / len(results)


def _headline(pairs: Sequence[Pair]) -> Difference:
    """Compare the passed questions: McNemar's p if each question is its own cluster, else a sign-flip p."""
    old = [_share_passed(p.before) for p in pairs]
    new = [_share_passed(p.after) for p in pairs]
    clusters = [p.cluster for p in pairs]
    alone = len(set(clusters)) == len(clusters) and all(x in {0.0, 1.0} for x in (*old, *new))
    p = _mcnemar(old, new) if alone else None
    return _of(HEADLINE, "higher", old, new, clusters, p)


def _mcnemar(old: Sequence[float], new: Sequence[float]) -> float:
    wins = sum(b > a for a, b in zip(old, new, strict=True))
    losses = sum(b < a for a, b in zip(old, new, strict=True))
    return mcnemar_p(wins, losses)


def _difference(measure: Measure, pairs: Sequence[Pair]) -> Difference | None:
    """Compare one measure over the questions for which both runs have it, as the ratio within each question."""
    if measure.pooled:
        return _pooled(measure, pairs)
    rows = [(_value(measure, p.before), _value(measure, p.after), p.cluster) for p in pairs]
    both = [(old, new, cluster) for old, new, cluster in rows if old is not None and new is not None]
    if not both:
        return None
    old, new, clusters = zip(*both, strict=True)
    return _of(measure.name, measure.better, old, new, clusters, None)


def _pooled(measure: Measure, pairs: Sequence[Pair]) -> Difference | None:
    """Compare a share of what each run chose itself, e.g. of the claims that it called contradicted, by its sums."""
    old = [_sums(measure, p.before) for p in pairs]
    new = [_sums(measure, p.after) for p in pairs]
    if not sum(below for _, below in old) or not sum(below for _, below in new):
        return None
    change = ratio_change(old, new, [p.cluster for p in pairs])
    return Difference(
        name=measure.name,
        before=change.before,
        after=change.after,
        change=change.after - change.before,
        low=change.low,
        high=change.high,
        p=change.p,
        n=len(pairs),
        better=measure.better,
    )


def _sums(measure: Measure, results: Sequence[QuestionResult]) -> tuple[float, float]:
    rows = [row for r in results if (row := measure.row(r)) is not None]
    return sum(above for above, _ in rows), sum(below for _, below in rows)


def _value(measure: Measure, results: Sequence[QuestionResult]) -> float | None:
    parts = [row for r in results if (row := measure.row(r)) is not None]
    below = sum(b for _, b in parts)
    return sum(a for a, _ in parts) / below if below else None


def _of(
    name: str, better: str, old: Sequence[float], new: Sequence[float], clusters: Sequence[str], p: float | None
) -> Difference:
    changes = (np.asarray(new, float) - np.asarray(old, float)).tolist()
    change, low, high = mean(changes, clusters)
    return Difference(
        name=name,
        before=float(np.mean(old)),
        after=float(np.mean(new)),
        change=change,
        low=low,
        high=high,
        p=sign_flip_p(changes, clusters) if p is None else p,
        n=len(changes),
        better=better,
    )


def _changed(before: RunInfo, after: RunInfo) -> Mapping[str, tuple[str, str]]:
    """Return the settings and versions that differ between the runs."""

    def facts(info: RunInfo) -> dict[str, str]:
        named = {"model": info.model, "embedder": info.embedder, "version": info.version}
        return {**named, **{f"prompt {n}": i for n, i in info.prompts.items()}, **info.settings}

    old, new = facts(before), facts(after)
    return {n: (old.get(n, ""), new.get(n, "")) for n in {**old, **new} if old.get(n, "") != new.get(n, "")}
