from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import UsageError
from eval.gate import BASELINES, check_figures, find_baselines, load_baseline, updated
from tests.eval.conftest import Eval
from tests.eval.test_comparison import run

BASE: dict[str, Any] = {
    "about": "A test.",
    "command": "eval check",
    "suite": "small",
    "model": False,
    "figures": {"passed": {"expected": 0.8, "tolerance": 0.05}},
}


def written(folder: Path, **fields: Any) -> Path:
    file = folder / "base.json"
    file.write_text(json.dumps(BASE | fields), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({}, "names no figure"),
        ({"passed": {"expected": 0.8}}, "tolerance"),
        ({"passed": {"tolerance": 0.1}}, "expected"),
        ({"passed": 0.8}, "cannot be read"),
        ({"passed": {"expected": 0.8, "tolerance": -1}}, "0 or more"),
    ],
)
def test_a_baseline_without_a_threshold_is_an_error(tmp_path: Path, figures: object, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        load_baseline(written(tmp_path, figures=figures))


def test_a_baseline_asks_no_model(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="asks a model"):
        load_baseline(written(tmp_path, model=True))


def test_a_figure_that_the_run_lacks_is_an_error(tmp_path: Path) -> None:
    baseline = load_baseline(written(tmp_path, figures={"pased": {"expected": 1, "tolerance": 0}}))
    with pytest.raises(UsageError, match="no figure 'pased'"):
        check_figures(baseline, run({"a": True}))


@pytest.mark.parametrize(
    ("passed", "fell", "rose"),
    [(15, False, False), (16, False, False), (14, True, False), (17, False, False), (18, False, True)],
)
def test_a_figure_falls_when_it_leaves_its_tolerance(tmp_path: Path, passed: int, fell: bool, rose: bool) -> None:
    found = run({f"q{n}": n < passed for n in range(20)})
    (checked,) = check_figures(load_baseline(written(tmp_path)), found)
    assert (checked.fell, checked.rose) == (fell, rose)


def test_an_update_takes_the_figures_of_the_run(tmp_path: Path) -> None:
    baseline = updated(load_baseline(written(tmp_path)), run({"a": True, "b": False, "c": True}))
    assert baseline.figures["passed"].expected == 0.6667
    assert baseline.figures["passed"].tolerance == 0.05
    assert "4 articles" in baseline.measured_on


def test_the_projects_own_baselines_are_sound() -> None:
    for path in find_baselines(()):
        assert path.parent == BASELINES
        assert load_baseline(path).command


def test_the_gate_tells_a_fall_from_an_error_by_its_exit_code(evaluate: Eval, small: Path, tmp_path: Path) -> None:
    suite = str(small / "small.jsonl")
    held = evaluate("check", str(written(tmp_path, suite=suite, figures={"passed": {"expected": 1, "tolerance": 0}})))
    assert held.code == 0
    assert held.err.startswith("Note: The suite brings its own articles")
    assert "ok" in held.out
    fell = evaluate(
        "check", "--json", str(written(tmp_path, suite=suite, figures={"passed": {"expected": 2, "tolerance": 0.5}}))
    )
    assert fell.code == 100
    assert json.loads(fell.out)["fell"] is True
    for broken in (
        {"figures": {"passed": {"expected": 1}}},
        {"suite": "none"},
        {"suite": suite, "needs_library": True},
    ):
        failed = evaluate("check", str(written(tmp_path, **broken)))
        assert (failed.code, failed.out) == (1, "")
        assert failed.err.startswith("Error: ")


def test_an_answer_that_could_not_be_scored_is_an_error_of_the_gate(
    evaluate: Eval, small: Path, tmp_path: Path
) -> None:
    suite = small / "unresolved.jsonl"
    rows = [
        {"suite": "unresolved", "archive": "articles"},
        {"id": "a", "question": "When was the bridge closed?", "gold": [{"article": "bridge.txt", "text": "Never."}]},
    ]
    suite.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    failed = evaluate("check", str(written(tmp_path, suite=str(suite))))
    assert failed.code == 1
    assert "could not be scored" in failed.err
    suite.unlink()


def test_an_update_writes_the_file(evaluate: Eval, small: Path, tmp_path: Path) -> None:
    file = written(tmp_path, suite=str(small / "small.jsonl"), figures={"passed": {"expected": 2, "tolerance": 0.01}})
    assert evaluate("check", "--update", "--quiet", str(file)).code == 0
    assert load_baseline(file).figures["passed"].expected == 1.0
