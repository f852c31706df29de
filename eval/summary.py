"""Summarises a run: the headline, the figures with their intervals, and the groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from assistant.drafts.check_report import DraftVerdict
from assistant.llm.usage import total, total_cost
from assistant.records import Usage, Verdict
from eval.measure import Measure, metric
from eval.records import GroupScore, MeasuredFigure, QuestionResult, RunInfo, Scores, Status, Timing
from eval.reply_measures import REPLY_MEASURES
from eval.scoring import TOP
from eval.statistics import percentile, ratio

HEADLINE = "passed"


def _refusals(*, answerable: bool) -> Callable[[QuestionResult], tuple[float, float] | None]:
    def parts(result: QuestionResult) -> tuple[float, float] | None:
        if result.answer is None or result.replayed or result.unanswerable is answerable:
            return None
        return float(result.answer.abstained), 1.0

    return parts


def _right_refusals(result: QuestionResult) -> tuple[float, float] | None:
    if result.answer is None or result.replayed or not result.answer.abstained:
        return None
    return float(result.unanswerable), 1.0


def _precision(verdict: DraftVerdict) -> Measure:
    def parts(result: QuestionResult) -> tuple[float, float] | None:
        if result.checked is None or result.checked.verdict is not verdict:
            return (0.0, 0.0) if result.wanted else None
        return float(result.wanted is verdict), 1.0

    about = f"of the claims of drafts that were called {verdict}, the share that is"
    return Measure(f"{verdict} precision", about, "higher", parts, pooled=True)


def _recall(verdict: DraftVerdict) -> Measure:
    def parts(result: QuestionResult) -> tuple[float, float] | None:
        if result.wanted is not verdict:
            return None
        return float(result.checked is not None and result.checked.verdict is verdict), 1.0

    about = f"of the claims of drafts that are {verdict}, the share that was called so"
    return Measure(f"{verdict} recall", about, "higher", parts)


def _verdicts(result: QuestionResult) -> tuple[float, float] | None:
    counts = verdicts([result])
    return (float(counts.get(Verdict.SUPPORTED, 0)), float(sum(counts.values()))) if counts else None


RUN_MEASURES: tuple[Measure, ...] = (
    Measure(
        "refused unanswerable",
        "of the questions that the archive cannot answer, the share that was refused",
        "higher",
        _refusals(answerable=False),
    ),
    Measure(
        "refused answerable",
        "of the questions that it can answer, the share that was refused",
        "lower",
        _refusals(answerable=True),
    ),
    Measure("right refusals", "of the refusals, the share that was right", "higher", _right_refusals),
    metric("contains", "share of the accepted answer's parts that stand in the statements; a refusal counts 0"),
    metric("token f1", "SQuAD token F1 of the statements with the accepted answer; low for whole sentences"),
    metric("exact match", "SQuAD exact match of the statements with the accepted answer"),
    Measure(
        "judged correct",
        "share of the answerable questions whose answer a judging model called correct: advice, see eval calibrate",
        "higher",
        lambda result: (float(result.judgement.verdict == "correct"), 1.0) if result.judgement else None,
    ),
    Measure("supported statements", "share of the statements that passed every check", "higher", _verdicts),
    *(measure(verdict) for verdict in DraftVerdict for measure in (_precision, _recall)),
    *REPLY_MEASURES,
    metric("gold shown", "of the claims with the right verdict and a gold sentence, the share that shows it"),
    metric("citation recall", "ALCE: share of statements that their citations support, by the program's own check"),
    metric("citation precision", "ALCE: share of citations that are needed, by the program's own check"),
    metric("gold citation recall", "share of the gold sentences that are cited; a refusal counts 0"),
    metric(
        "vital nugget recall", "TREC: of the facts that an overview must hold, the share of which a source is cited"
    ),
    metric("nugget recall", "TREC: the same of all facts that a good overview holds"),
    metric("entry precision", "share of the entries of an overview that cite a source of such a fact"),
    metric("no repeat", "of these entries, the share that tells one which no earlier entry tells"),
    metric("days right", "of these entries, the share whose day is that of the fact"),
    metric("days in order", "share of the pairs of entries of a timeline that stand in the order of their days"),
    metric("gold citation precision", "share of the cited sentences that the suite knows as gold"),
    *(
        metric(f"{kind} {name}", about)
        for kind, shown in (("sentence", "gold sentence"), ("article", "gold article"))
        for name, about in (
            ("hit@1", f"a {shown} comes first"),
            ("hit@5", f"a {shown} is among the first 5"),
            ("hit@10", f"a {shown} is among the first 10"),
            (f"recall@{TOP}", f"share of the {shown}s among the first {TOP}"),
            (f"mrr@{TOP}", f"1 / rank of the first {shown}, 0 beyond {TOP}"),
            (f"ndcg@{TOP}", f"discounted gain of the {shown}s among the first {TOP}"),
        )
    ),
)


def summarise(info: RunInfo, results: Sequence[QuestionResult], timings: Sequence[Timing]) -> Scores:
    """Return the scores of a run. Missing results of an interrupted run count as not passed."""
    status = Counter(r.status for r in results)
    skipped = status[Status.SKIPPED]
    missing = info.planned - len(results)
    usage = _usage(results)
    seconds = [t.seconds for t in timings]
    return Scores(
        planned=info.planned - skipped,
        passed=sum(r.passed for r in results),
        scored=status[Status.SCORED],
        errors=status[Status.ERROR],
        skipped=skipped,
        missing=missing,
        headline=headline(results, missing),
        figures=tuple(figure for measure in RUN_MEASURES if (figure := _figure(measure, results))),
        groups=_groups(results),
        verdicts=verdicts(results),
        abstention=abstention_counts(results),
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cost=total_cost(r.answer.cost for r in results if r.answer),
        seconds_p50=percentile(seconds, 0.5),
        seconds_p95=percentile(seconds, 0.95),
    )


def headline(results: Sequence[QuestionResult], missing: int = 0) -> MeasuredFigure:
    """Return passed / planned. Results that are missing or could not be scored did not pass."""
    counted = [r for r in results if r.status is not Status.SKIPPED]
    above = [float(r.passed) for r in counted] + [0.0] * missing
    clusters = [r.cluster for r in counted] + [f"missing {n}" for n in range(missing)]
    if not above:
        return MeasuredFigure(name=HEADLINE, value=0.0, low=0.0, high=0.0, n=0, about="no question was counted")
    value, low, high = ratio(above, [1.0] * len(above), clusters)
    return MeasuredFigure(name=HEADLINE, value=value, low=low, high=high, n=len(above), about="passed / planned")


def _figure(measure: Measure, results: Sequence[QuestionResult]) -> MeasuredFigure | None:
    rows = [(row, r.cluster) for r in results if (row := measure.row(r)) is not None]
    counted = sum(below > 0 for (_, below), _ in rows)
    if not counted:
        return None
    value, low, high = ratio([r[0] for r, _ in rows], [r[1] for r, _ in rows], [cluster for _, cluster in rows])
    return MeasuredFigure(
        name=measure.name, value=value, low=low, high=high, n=counted, about=measure.about, better=measure.better
    )


def _groups(results: Sequence[QuestionResult]) -> tuple[GroupScore, ...]:
    tags = dict.fromkeys(tag for r in results for tag in r.tags)
    return tuple(_group(tag, [r for r in results if tag in r.tags and r.status is not Status.SKIPPED]) for tag in tags)


def _group(tag: str, results: Sequence[QuestionResult]) -> GroupScore:
    whole = headline(results)
    return GroupScore(
        tag=tag,
        planned=len(results),
        passed=sum(r.passed for r in results),
        errors=sum(r.status is Status.ERROR for r in results),
        low=whole.low,
        high=whole.high,
    )


def verdicts(results: Sequence[QuestionResult]) -> Mapping[str, int]:
    """Count the statements by verdict; those that claim nothing are left out, and those of replayed replies."""
    statements = (s for r in results if r.answer and not r.replayed for s in r.answer.statements)
    counts = Counter(s.verdict.value for s in statements if s.verdict is not Verdict.UNCITED or s.problems)
    return {verdict.value: counts[verdict.value] for verdict in Verdict if counts[verdict.value]}


def abstention_counts(results: Sequence[QuestionResult]) -> Mapping[str, int]:
    """Count answered or refused by answerable or unanswerable."""
    counts = {f"{did} {kind}": 0 for kind in ("answerable", "unanswerable") for did in ("answered", "refused")}
    for result in results:
        if result.answer is not None and not result.replayed:
            did = "refused" if result.answer.abstained else "answered"
            counts[f"{did} {'unanswerable' if result.unanswerable else 'answerable'}"] += 1
    return counts


def _usage(results: Sequence[QuestionResult]) -> Usage:
    counted = total(r.answer.usage for r in results if r.answer and r.answer.usage)
    return counted or Usage(prompt_tokens=0, completion_tokens=0, calls=0)
