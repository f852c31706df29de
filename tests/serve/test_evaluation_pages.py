"""The pages of evaluations: real reports of kept runs, by id alone, under their own policy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from assistant.cli.evaluation import kept_runs
from assistant.serve.service import RunLine
from assistant.settings import Settings
from eval.asking import Asked
from eval.folder import RunFolder
from eval.records import Run
from tests.eval.report.runs import hostile_run, small_run
from tests.serve.served import Served, opened, serving

WHEN = datetime(2026, 3, 1, 14, 25)


class KeptTwo:
    """Two runs that were never made: for what the list looks like."""

    def listed(self) -> Sequence[RunLine]:
        return [RunLine(f"2026030{n}-news-{n}", "news", WHEN, "31 of 45", "68.9 % [55, 82]", "") for n in (2, 1)]

    def report(self, run: str) -> str:
        raise AssertionError(run)

    def compared(self, before: str, after: str) -> str:
        raise AssertionError(before, after)


def keep(runs: Path, run: Run, name: str) -> None:
    folder = RunFolder.create(runs, replace(run.info, id=name), run.suite)
    with folder.writing() as writer:
        for result, timing in zip(run.results, run.timings, strict=True):
            writer.add(Asked(result=result, timing=timing))


@pytest.fixture(scope="module")
def measured(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    runs = tmp_path_factory.mktemp("runs")
    keep(runs, small_run(), "20260301-before")
    keep(runs, small_run(bridge_passed=True), "20260302-after")
    keep(runs, hostile_run(), "20260303-hostile")
    settings = Settings(use_model=False, reader="off", library=archive, sessions=runs / "sessions", runs=runs)
    looked_for = partial(kept_runs, settings)
    with opened(archive, settings) as assistant, serving(assistant, settings, evaluations=looked_for) as made:
        yield made


def test_runs_are_listed_opened_and_compared(measured: Served) -> None:
    shown = measured.get("/evaluations", {"Accept": "text/html"}).text
    listed = measured.get("/evaluations.json").json()
    assert [run["id"][:8] for run in listed] == ["20260303", "20260302", "20260301"]
    assert shown.index("20260303") < shown.index("20260302") < shown.index("20260301")
    report = measured.get("/evaluations/20260301-before", {"Accept": "text/html"})
    assert report.status == 200
    assert "passed" in report.text
    compared = measured.get("/evaluations/compare?before=20260301-before&after=20260302-after")
    assert compared.status == 200
    assert "20260301-before" in compared.text


def test_a_report_brings_a_policy_that_runs_and_loads_nothing(measured: Served) -> None:
    got = measured.get("/evaluations/20260303-hostile", {"Accept": "text/html"})
    policy = got.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in got.text.lower()


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fetc", "last", "2026", "%2Fetc%2Fpasswd"])
def test_a_run_is_named_by_its_whole_id_alone(measured: Served, name: str) -> None:
    assert measured.get(f"/evaluations/{name}").status == 404
    assert measured.get(f"/evaluations/compare?before={name}&after=20260301-before").status == 400


def test_the_page_comes_with_the_first_run_and_goes_with_the_last(archive: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    settings = Settings(use_model=False, reader="off", library=archive, sessions=tmp_path / "sessions", runs=runs)
    with (
        opened(archive, settings) as assistant,
        serving(assistant, settings, evaluations=partial(kept_runs, settings)) as served,
    ):
        seen = []
        first = partial(keep, runs, small_run(), "20260301-first")
        for happens in (partial(int), first, partial(shutil.rmtree, runs)):
            happens()
            entry = 'href="/evaluations"' in served.get("/", {"Accept": "text/html"}).text
            seen.append((served.get("/evaluations").status, entry))
    assert seen == [(404, False), (200, True), (404, False)]
