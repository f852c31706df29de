from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant.errors import UsageError
from eval.comparison import compare_runs
from eval.records import Archive, QuestionResult, Run, RunInfo, Status, Suite, SuiteQuestion
from eval.summary import summarise
from tests.eval.making import question

ARCHIVE = Archive(fingerprint="f" * 64, articles=4, sentences=9, splitter="news-1", passages=4)
INFO = RunInfo(
    id="before",
    suite="s",
    suite_hash="h",
    archive=ARCHIVE,
    library="library",
    settings={"evidence": "12"},
    prompts={"answer": "answer@1"},
    model="",
    embedder="minilm",
    retrieval_only=False,
    repeats=1,
    planned=0,
    day=date(2025, 3, 6),
    undated=0,
    started=datetime.fromisoformat("2025-03-06T12:00:00+00:00"),
    version="1",
    python="3.11",
    command="eval run s",
)


def run(passed: Mapping[str, bool | None], info: RunInfo = INFO, f1: float = 0.5) -> Run:
    """A run with these results; None for one that could not be scored."""
    results = tuple(
        QuestionResult(
            id=name,
            status=Status.ERROR if ok is None else Status.SCORED,
            passed=bool(ok),
            cluster=name,
            metrics={} if ok is None else {"token f1": f1 * ok},
        )
        for name, ok in passed.items()
    )
    info = replace(info, planned=len(results))
    questions: tuple[SuiteQuestion, ...] = tuple(question(id=name) for name in passed)
    suite = Suite(name="s", questions=questions)
    scores = summarise(info, results, ())
    return Run(folder="", info=info, suite=suite, results=results, timings=(), scores=scores)


NAMES = [f"q{n}" for n in range(12)]


def test_wins_losses_and_what_could_not_be_compared_are_listed() -> None:
    before = run({**dict.fromkeys(NAMES, True), "q0": False, "q1": False, "q2": None})
    after = run({**dict.fromkeys(NAMES, True), "q1": False, "q3": False}, replace(INFO, id="after", model="m"))
    found = compare_runs(before, after)
    assert (found.wins, found.losses, found.unpaired, found.same) == (("q0",), ("q3",), ("q2",), 9)
    assert found.changed == {"model": ("", "m")}
    headline = found.differences[0]
    assert headline.change == pytest.approx(0.0)
    assert headline.p == 1.0
    assert headline.low < 0 < headline.high
    assert headline.n == 11


def test_a_clear_gain_is_seen_as_one() -> None:
    before = run({n: int(n[1:]) < 3 for n in NAMES})
    after = run(dict.fromkeys(NAMES, True), replace(INFO, id="after"))
    passed, f1 = (
        next(d for d in compare_runs(before, after).differences if d.name == n) for n in ("passed", "token f1")
    )
    assert passed.change == pytest.approx(0.75)
    assert passed.p == pytest.approx(2 / 2**9)  # McNemar: 9 wins, no loss
    assert passed.low > 0.4
    assert f1.change == pytest.approx(0.375)
    assert f1.p < 0.01


def other(**fields: object) -> RunInfo:
    return replace(INFO, id="after", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("info", "why"),
    [
        (other(archive=replace(ARCHIVE, fingerprint="0" * 64)), "different archives"),
        (other(archive=replace(ARCHIVE, splitter="news-2")), "cut into sentences"),
        (other(archive=replace(ARCHIVE, passages=5)), "cut into passages"),
        (other(suite_hash="other"), "different questions"),
        (other(retrieval_only=True), "only retrieval"),
        (other(undated=1, day=date(2025, 3, 7)), "different days"),
    ],
)
def test_runs_that_do_not_measure_the_same_are_refused(info: RunInfo, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        compare_runs(run(dict.fromkeys(NAMES, True)), run(dict.fromkeys(NAMES, True), info))


def test_the_headline_counts_what_could_not_be_scored() -> None:
    found = run({"a": True, "b": None, "c": None, "d": False}).scores
    assert (found.planned, found.passed, found.scored, found.errors) == (4, 1, 2, 2)
    assert found.headline.value == 0.25
    assert next(f for f in found.figures if f.name == "token f1").n == 2


def test_a_run_with_nothing_in_it_has_a_headline() -> None:
    empty = run({})
    assert empty.scores.headline.value == 0.0
    assert Path(empty.folder) == Path()
