"""Runs over a real library: kept, resumed, refused, cached."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from assistant.app import Assistant
from assistant.errors import ModelError, UsageError
from eval.asking import Asked
from eval.estimating import estimate_run
from eval.folder import RunFolder, find_run, load_run, pending
from eval.records import Run, Status
from eval.replies import Replies
from eval.running import Plan, begin, execute, plan_of
from tests.eval.conftest import settings_for
from tests.fakes.server import Fails, ModelServer, Says, model_server

ROOT = Path(__file__).resolve().parents[2]


def fresh(plan: Plan, runs: Path, **options: object) -> Run:
    return execute(begin(plan, runs), plan, **options)  # type: ignore[arg-type]


def bytes_of(run: Run) -> bytes:
    return (Path(run.folder) / "results.jsonl").read_bytes()


def test_a_run_asks_everything_and_keeps_it(plan: Plan, tmp_path: Path) -> None:
    run = fresh(plan, tmp_path)
    assert [r.id for r in run.results] == ["closed", "tank", "offer", "second", "moon"]
    assert run.scores.planned == 5
    assert run.scores.passed == 5, [(r.id, r.reason) for r in run.results if not r.passed]
    assert run.results[3].standalone != ""
    assert run.results[3].cluster == "offer"
    assert {t.id for t in run.timings} == {r.id for r in run.results}
    assert load_run(run.folder) == run
    kept = json.loads((Path(run.folder) / "summary.json").read_text(encoding="utf-8"))
    assert kept["headline"]["value"] == 1.0


class StopError(Exception):
    pass


@pytest.mark.parametrize("after", [1, 3, 4])
def test_an_interrupted_run_goes_on_to_the_same_bytes(plan: Plan, tmp_path: Path, after: int) -> None:
    whole = fresh(plan, tmp_path / "whole")
    folder = begin(plan, tmp_path / "cut")
    count = 0

    def stop(_: Asked) -> None:
        nonlocal count
        count += 1
        if count == after:
            raise StopError

    with pytest.raises(StopError):
        execute(folder, plan, on_asked=stop)
    assert load_run(folder.path).scores.missing == 5 - after
    assert load_run(folder.path).scores.headline.n == 5
    with (folder.path / "results.jsonl").open("ab") as lines:
        lines.write(b'{"id": "tank", "rep')  # what a kill leaves of a line
    again = RunFolder(folder.path)
    assert bytes_of(execute(again, plan_of(again, plan.settings))) == bytes_of(whole)


def test_several_at_once_find_the_same_bytes(plan: Plan, tmp_path: Path) -> None:
    assert bytes_of(fresh(plan, tmp_path / "a", jobs=3)) == bytes_of(fresh(plan, tmp_path / "b"))


def test_repeats_are_results_of_their_own(plan: Plan, tmp_path: Path) -> None:
    run = fresh(replace(plan, repeats=2), tmp_path)
    assert [(r.id, r.repeat) for r in run.results][4:6] == [("moon", 0), ("closed", 1)]
    assert run.scores.planned == 10


def test_killed_with_force_it_goes_on_to_the_same_bytes(plan: Plan, small: Path, tmp_path: Path) -> None:
    whole = fresh(plan, tmp_path / "whole")
    runs = tmp_path / "killed"
    library = ["--library", str(small / "library"), "--runs", str(runs), "--no-model", "--quiet"]
    wish = [str(small / "small.jsonl")]
    process = subprocess.Popen([sys.executable, "-m", "eval", "run", *wish, *library], cwd=ROOT)
    while process.poll() is None and _lines(runs) < 2:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    wish, library = ["--resume", "last"], ["--runs", str(runs), "--quiet"]
    subprocess.run([sys.executable, "-m", "eval", "run", *wish, *library], cwd=ROOT, check=True, capture_output=True)
    (folder,) = runs.iterdir()
    assert (folder / "results.jsonl").read_bytes() == bytes_of(whole)


def _lines(runs: Path) -> int:
    return sum(file.read_bytes().count(b"\n") for file in runs.glob("*/results.jsonl"))


def test_a_run_that_is_written_to_is_left_alone(plan: Plan, tmp_path: Path) -> None:
    folder = begin(plan, tmp_path)
    with filelock.FileLock(folder.path / "lock"), pytest.raises(UsageError, match="Another process"):
        execute(RunFolder(folder.path), plan)


def test_a_run_is_never_written_over(plan: Plan, tmp_path: Path) -> None:
    folder = begin(plan, tmp_path)
    with pytest.raises(UsageError, match="already"):
        RunFolder.create(tmp_path, folder.info, plan.asked)


def test_a_run_does_not_go_on_with_other_settings_or_articles(plan: Plan, small: Path, tmp_path: Path) -> None:
    folder = begin(plan, tmp_path / "runs")
    with pytest.raises(UsageError, match=r"another settings \(evidence: 12 then, 5 now\)"):
        plan_of(folder, settings_for(small, evidence=5))
    library = tmp_path / "library"
    with Assistant.open(library, settings=plan.settings) as assistant:
        assistant.ingest([small / "articles" / "wire"])
    folder = begin(replace(plan, library=library), tmp_path / "runs2")
    with Assistant.open(library, settings=plan.settings) as assistant:
        assistant.ingest([small / "articles" / "ledger"])
    with pytest.raises(UsageError, match="another archive"):
        plan_of(folder, plan.settings)


def test_gold_that_is_missing_is_an_error_and_so_is_what_follows(plan: Plan, tmp_path: Path) -> None:
    questions = tuple(
        replace(q, gold=((replace(plan.questions[0].gold[0][0], text="It never was."),),)) if q.id == "offer" else q
        for q in plan.questions
    )
    run = fresh(replace(plan, questions=questions), tmp_path)
    by_id = {r.id: r for r in run.results}
    assert by_id["offer"].status is by_id["second"].status is Status.ERROR
    assert "is not in" in by_id["offer"].error
    assert "could not be asked" in by_id["second"].error
    assert (run.scores.passed, run.scores.planned, run.scores.errors) == (3, 5, 2)
    assert run.scores.headline.value == 0.6


def test_when_only_retrieval_is_measured_unanswerable_questions_are_left_out(plan: Plan, tmp_path: Path) -> None:
    run = fresh(replace(plan, retrieval_only=True), tmp_path)
    assert {r.id: r.status for r in run.results}["moon"] is Status.SKIPPED
    assert (run.scores.planned, run.scores.skipped) == (4, 1)
    assert all(r.answer is None for r in run.results)
    assert run.scores.passed == 4


# -- with a model


def with_model(plan: Plan, small: Path, server: ModelServer, **flags: object) -> Plan:
    settings = settings_for(small, use_model=True, base_url=server.base_url, model="served-model", **flags)
    return replace(plan, settings=settings, questions=plan.questions[:2])


def test_a_second_run_asks_the_model_nothing(plan: Plan, small: Path, tmp_path: Path) -> None:
    replies = Replies(tmp_path / "replies")
    with model_server() as server:
        asked = with_model(plan, small, server)
        first = fresh(asked, tmp_path / "a", replies=replies)
        calls = len(server.requests)
        second = fresh(asked, tmp_path / "b", replies=replies)
        assert len(server.requests) == calls == 2
        assert bytes_of(first) == bytes_of(second)
        assert [(t.calls, t.cached) for t in second.timings] == [(1, 1), (1, 1)]
        assert second.scores.prompt_tokens == 22
        fresh(asked, tmp_path / "c")
        assert len(server.requests) == 4  # nothing kept was read
        fresh(replace(asked, repeats=2), tmp_path / "d", replies=replies)
        assert len(server.requests) == 6  # a repeat is asked for itself


def test_a_run_names_its_model_and_prompts_but_no_key(plan: Plan, small: Path, tmp_path: Path) -> None:
    with model_server() as server:
        run = fresh(with_model(plan, small, server, api_key="sk-very-secret"), tmp_path)
    assert run.info.model == "served-model"
    assert run.info.prompts["answer"].startswith("answer@")
    for file in Path(run.folder).iterdir():
        assert "very-secret" not in file.read_text(encoding="utf-8")


def test_errors_of_the_model_are_kept_apart_and_asked_again(plan: Plan, small: Path, tmp_path: Path) -> None:
    with model_server(Fails(400, "no such thing"), Says(["It was Tank 14. [1]"])) as server:
        asked = with_model(plan, small, server)
        run = fresh(asked, tmp_path)
        assert [r.status for r in run.results] == [Status.ERROR, Status.SCORED]
        assert "no such thing" in run.results[0].error
        assert run.scores.errors == 1
        folder = RunFolder(Path(run.folder))
        assert pending(folder, retry_errors=False) == set()
        run = execute(folder, plan_of(folder, asked.settings), retry_errors=True)
    assert [r.status for r in run.results] == [Status.SCORED, Status.SCORED]
    assert run.results[1].answer == load_run(run.folder).results[1].answer


def test_a_model_that_always_fails_stops_the_run(plan: Plan, small: Path, tmp_path: Path) -> None:
    with model_server() as server:
        server.default = Fails(401, "wrong key")
        asked = with_model(plan, small, server)
        folder = begin(replace(asked, repeats=4), tmp_path)
        with pytest.raises(ModelError, match=r"5 times in a row"):
            execute(folder, replace(asked, repeats=4))
    assert len(pending(RunFolder(folder.path), retry_errors=True)) == 8
    assert len(pending(RunFolder(folder.path), retry_errors=False)) == 3


def test_an_estimate_asks_nobody(plan: Plan, small: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("currency: USD\nmodels:\n  served-model: {input: 1000000, output: 0}\n", encoding="utf-8")
    replies = Replies(tmp_path / "replies")
    with model_server() as server:
        asked = with_model(plan, small, server, prices=prices)
        found = estimate_run(asked, replies)
        assert (found.calls, found.cached, len(server.requests)) == (2, 0, 0)
        assert found.prompt_tokens > 500
        assert found.cost is not None
        assert found.cost.amount == found.prompt_tokens
        fresh(asked, tmp_path / "run", replies=replies)
        again = estimate_run(asked, replies)
        assert (again.calls, again.cached, again.prompt_tokens) == (2, 2, 0)


# -- finding runs


def test_runs_are_found_by_the_beginning_of_their_name(plan: Plan, tmp_path: Path) -> None:
    folder = begin(plan, tmp_path)
    for name in (folder.info.id, folder.info.id[:12], "last", str(folder.path)):
        assert find_run(name, tmp_path) == folder.path
    with pytest.raises(UsageError, match="no run nope"):
        find_run("nope", tmp_path)


def test_a_damaged_run_is_told(plan: Plan, tmp_path: Path) -> None:
    folder = begin(plan, tmp_path)
    (folder.path / "results.jsonl").write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 1 cannot be read"):
        load_run(folder.path)
    os.truncate(folder.path / "run.json", 5)
    with pytest.raises(UsageError, match="cannot be read as part of a run"):
        load_run(folder.path)
