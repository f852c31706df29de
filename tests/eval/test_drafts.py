"""Drafts in a suite: read and written back, checked once, scored claim by claim, compared and reported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.drafts.check_report import DraftVerdict
from assistant.errors import UsageError
from eval.comparison import compare_runs
from eval.records import QuestionResult, Run, Status
from eval.report import compare_html, html, junit, run_markdown
from eval.running import Plan, begin, execute
from eval.statistics import ratio_change
from eval.suite import open_suite, suite_hash
from eval.suite_files import suite_text
from eval.summary import summarise
from tests.eval.conftest import Eval, settings_for

DRAFT: dict[str, object] = {
    "id": "memo",
    "dated": "2025-04-01",
    "draft": "The Pellin Bridge was closed at 6 p.m. on 4 March 2025. The repair of the bridge will cost 83 million "
    "crowns. A comet was seen above the opera house. What a day it was!",
    "claims": [
        {
            "text": "The Pellin Bridge was closed at 6 p.m. on 4 March 2025.",
            "verdict": "supported",
            "gold": "closed to all traffic",
        },
        {
            "text": "The repair of the bridge will cost 83 million crowns.",
            "verdict": "contradicted",
            "gold": "38 million",
        },
        {"text": "A comet was seen above the opera house.", "verdict": "not found"},
        {"id": "wrong-label", "text": "A comet was seen above", "verdict": "outdated", "tags": ["odd"]},
    ],
}


def suite_file(folder: Path, draft: object = DRAFT) -> Path:
    file = folder / "memo.jsonl"
    file.write_text(json.dumps(draft) + "\n", encoding="utf-8")
    return file


def run_of(small: Path, folder: Path, name: str) -> Run:
    suite = open_suite(str(suite_file(folder)))
    plan = Plan(suite=suite, questions=suite.questions, library=small / "library", settings=settings_for(small))
    return execute(begin(plan, folder / name), plan)


@pytest.fixture
def checked(small: Path, tmp_path: Path) -> Run:
    return run_of(small, tmp_path, "runs")


def test_a_draft_is_checked_once_and_each_of_its_claims_scored(checked: Run) -> None:
    assert [(r.id, r.passed) for r in checked.results] == [
        ("memo-01", True),
        ("memo-02", True),
        ("memo-03", True),
        ("wrong-label", False),
    ]
    assert checked.results[3].reason == "outdated, but called not found"
    figures = {f.name: (f.value, f.n) for f in checked.scores.figures}
    assert figures["not found precision"] == (0.5, 2)
    assert figures["not found recall"] == (1.0, 1)
    assert figures["outdated recall"] == (0.0, 1)
    assert figures["gold shown"] == (1.0, 2)
    assert "outdated precision" not in figures  # it was never given
    assert {group.tag for group in checked.scores.groups} == {"supported", "contradicted", "not found", "odd"}


def test_a_suite_with_a_draft_is_written_and_read_back(tmp_path: Path) -> None:
    suite = open_suite(str(suite_file(tmp_path)))
    copy = tmp_path / "copy.jsonl"
    copy.write_text(suite_text(suite, tmp_path), encoding="utf-8")
    again = open_suite(str(copy))
    assert again.questions == suite.questions
    assert suite_hash(again.questions) == suite_hash(suite.questions)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"claims": [{"text": "It snowed.", "verdict": "supported"}]}, "does not stand in its draft"),
        ({"claims": [{"text": "A comet", "verdict": "false"}]}, "verdict must be one of"),
        ({"claims": [{"text": "A comet", "verdict": "supported", "godl": "x"}]}, "unknown field 'godl'"),
        ({"dated": "April"}, "Invalid isoformat"),
        ({"claims": "A comet"}, "claims must be a list"),
        ({"claims": ["A comet"]}, "must be an object"),
    ],
)
def test_a_fault_in_a_draft_is_told(tmp_path: Path, change: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        open_suite(str(suite_file(tmp_path, DRAFT | change)))


def test_gold_that_is_in_no_article_is_an_error(small: Path, tmp_path: Path) -> None:
    claim = {"text": "A comet was seen above the opera house.", "verdict": "supported", "gold": "comets"}
    suite = open_suite(str(suite_file(tmp_path, DRAFT | {"claims": [claim]})))
    plan = Plan(suite=suite, questions=suite.questions, library=small / "library", settings=settings_for(small))
    (result,) = execute(begin(plan, tmp_path / "runs"), plan).results
    assert result.status is Status.ERROR
    assert "'comets' are in no article" in result.error
    retrieval = replace(plan, retrieval_only=True)
    assert [r.status for r in execute(begin(retrieval, tmp_path / "two"), retrieval).results] == [Status.SKIPPED]


def test_precision_is_compared_by_sums_over_all_claims(checked: Run) -> None:
    def misread(result: QuestionResult) -> QuestionResult:
        if result.checked is None or result.id != "memo-03":
            return result
        return replace(result, passed=False, checked=replace(result.checked, verdict=DraftVerdict.SUPPORTED))

    results = tuple(map(misread, checked.results))
    worse = replace(checked, results=results, scores=summarise(checked.info, results, checked.timings))
    found = compare_runs(checked, worse)
    differences = {d.name: d for d in found.differences}
    assert (differences["supported precision"].before, differences["supported precision"].after) == (1.0, 0.5)
    assert differences["supported precision"].n == 4
    assert differences["not found recall"].change == -1.0
    assert found.losses == ("memo-03",)
    assert "memo-03" in compare_html(checked, worse, found)


def test_reports_show_verdict_difference_and_proof(checked: Run) -> None:
    page = html(checked)
    assert "Called <b" in page
    assert "38 million crowns" in page
    assert "by “38 million”" in page
    markdown = run_markdown(checked)
    assert "outdated, but called not found" in markdown
    assert "called not found" in markdown
    assert "contradicted precision" in junit(checked)


def test_the_gate_and_the_run_take_a_draft_by_name(evaluate: Eval, small: Path, tmp_path: Path) -> None:
    file = suite_file(tmp_path)
    baseline = {
        "about": "A memo.",
        "command": "",
        "suite": str(file),
        "model": False,
        "needs_library": True,
        "figures": {"contradicted recall": {"expected": 1.0, "tolerance": 0.0}},
    }
    kept = tmp_path / "memo.json"
    kept.write_text(json.dumps(baseline), encoding="utf-8")
    passed = evaluate("check", str(kept), "--library", str(small / "library"))
    assert passed.code == 0, passed.err
    assert "contradicted recall" in passed.out
    ran = evaluate("run", str(file), "--library", str(small / "library"), "--no-model")
    assert ran.out.startswith("3 of 4 passed")


def test_the_change_of_a_ratio_is_that_of_its_sums() -> None:
    before, after = [(1.0, 1.0), (0.0, 1.0), (0.0, 0.0)], [(1.0, 1.0), (0.0, 0.0), (1.0, 2.0)]
    found = ratio_change(before, after, ["a", "b", "c"])
    assert (found.before, found.after) == (0.5, 2 / 3)
    assert found.low <= found.after - found.before <= found.high
    assert ratio_change(before, before, ["a", "b", "c"]).p == 1.0
    many = ratio_change([(1.0, 1.0)] * 40, [(0.0, 1.0)] * 40, [str(n) for n in range(40)])
    assert many.p < 0.001
    assert (many.low, many.high) == (-1.0, -1.0)
