"""The folder of a run, written line by line so that nothing is lost when the run is killed.

`eval.records` documents its files. A line cut short by a kill is dropped when the folder is opened again; when the
run is finished, its results are put into the order of the suite, in one step.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import filelock

from assistant.errors import UsageError
from assistant.json_form import from_json, json_text
from assistant.records import short_hash
from eval.asking import Asked
from eval.records import (
    JudgeCalibration,
    Judgement,
    QuestionResult,
    Run,
    RunInfo,
    Scores,
    Status,
    Suite,
    SuiteQuestion,
    Timing,
)
from eval.suite_files import lines_text, read_jsonl, suite_text
from eval.summary import summarise

T = TypeVar("T")
Key = tuple[str, int]  # id of the question, number of the repeat

_INFO, _SUITE, _RESULTS, _TIMINGS = "run.json", "suite.jsonl", "results.jsonl", "timings.jsonl"
_SUMMARY, _JUDGEMENTS, _CALIBRATION = "summary.json", "judgements.jsonl", "calibration.json"


@dataclass(frozen=True, slots=True)
class _Judged:
    id: str
    repeat: int
    judgement: Judgement


class RunFolder:
    """One run on disk."""

    def __init__(self, path: Path) -> None:
        """Open the run in `path`. Raises `UsageError` when there is none, or when it can't be read."""
        self.path = path
        self.info = _read_one(RunInfo, path / _INFO)
        self.suite = read_jsonl(path / _SUITE)

    @classmethod
    def create(cls, runs: Path, info: RunInfo, suite: Suite) -> RunFolder:
        """Create a folder in `runs`; an existing one is never touched."""
        folder = runs / info.id
        try:
            folder.mkdir(parents=True)
        except FileExistsError as error:
            raise UsageError(f"There is a run {folder} already; begin again in a second.") from error
        except OSError as error:
            raise UsageError(f"No run can be kept in {runs} ({error.strerror}); name another folder: --runs") from error
        _write(folder / _SUITE, suite_text(suite, folder))
        _write(folder / _INFO, json_text(info, indent=2) + "\n")  # last: with it, the run exists
        return cls(folder)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Lock the folder while results are added. Raises `UsageError` if another process has locked it."""
        lock = filelock.FileLock(self.path / "lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout as error:
            raise UsageError(f"Another process is writing to the run {self.info.id}; wait for it.") from error
        try:
            yield Writer(self.path)
        finally:
            lock.release()
            (self.path / "lock").unlink(missing_ok=True)

    def results(self) -> dict[Key, QuestionResult]:
        """Return the results, the newest for each question."""
        return {(r.id, r.repeat): r for r in _read_lines(QuestionResult, self.path / _RESULTS)}

    def timings(self) -> dict[Key, Timing]:
        """Return the timings."""
        return {(t.id, t.repeat): t for t in _read_lines(Timing, self.path / _TIMINGS)}

    def keys(self) -> list[Key]:
        """The keys of all results of a finished run, in order."""
        return [(q.id, repeat) for repeat in range(self.info.repeats) for q in self.suite.questions]

    def finish(self) -> Run:
        """Sort the results and write the summary; the run must be complete."""
        run = self.load()
        if run.scores.missing:
            raise ValueError(f"{run.scores.missing} results are missing")
        _write(self.path / _RESULTS, lines_text([replace(r, judgement=None) for r in run.results]))
        _write(self.path / _TIMINGS, lines_text(run.timings))
        _write(self.path / _SUMMARY, json_text(run.scores, indent=2) + "\n")
        return run

    def scores(self) -> Scores:
        """Return the scores: those kept when the run was finished, else of what there is."""
        kept = self.path / _SUMMARY
        return _read_one(Scores, kept) if kept.exists() else self.load().scores

    def load(self) -> Run:
        """Read the whole run with its scores."""
        results, timings, judged = self.results(), self.timings(), self.judgements()
        ordered = tuple(replace(results[k], judgement=judged.get(k)) for k in self.keys() if k in results)
        times = tuple(timings[k] for k in self.keys() if k in timings)
        calibration = self.path / _CALIBRATION
        return Run(
            folder=str(self.path),
            info=self.info,
            suite=self.suite,
            results=ordered,
            timings=times,
            scores=summarise(self.info, ordered, times),
            calibration=_read_one(JudgeCalibration, calibration) if calibration.exists() else None,
        )

    def judgements(self) -> dict[Key, Judgement]:
        """Return the judgements of the judging model, the newest for each answer."""
        rows = _read_lines(_Judged, self.path / _JUDGEMENTS)
        return {(row.id, row.repeat): row.judgement for row in rows}

    def add_judgement(self, key: Key, judgement: Judgement) -> None:
        """Add one judgement."""
        _append(self.path / _JUDGEMENTS, _Judged(*key, judgement))

    def drop_judgements(self) -> None:
        """Delete the judgements and the calibration of another judge."""
        for name in (_JUDGEMENTS, _CALIBRATION):
            (self.path / name).unlink(missing_ok=True)

    def keep_calibration(self, calibration: JudgeCalibration) -> None:
        """Write the calibration of the run's judge."""
        _write(self.path / _CALIBRATION, json_text(calibration, indent=2) + "\n")


class Writer:
    """Adds results; each is on disk when `add` returns."""

    def __init__(self, path: Path) -> None:
        """Write to the run in `path`."""
        self._path = path

    def add(self, asked: Asked) -> None:
        """Add one result with its timing. The result is written last: it marks the question as asked."""
        _append(self._path / _TIMINGS, asked.timing)
        _append(self._path / _RESULTS, asked.result)


def load_run(folder: Path | str) -> Run:
    """Read a run, finished or not. Raises `UsageError` if it can't be read."""
    return RunFolder(Path(folder)).load()


def find_run(name: str, runs: Path) -> Path:
    """Return the folder of a run given by path, by id or the beginning of one, or "last"."""
    path = Path(name).expanduser()
    if (path / _INFO).is_file():
        return path
    known = list_runs(runs)
    fits = known[-1:] if name == "last" else [p for p in known if p.name == name or p.name.startswith(name)]
    if len(fits) == 1:
        return fits[0]
    found = f"{len(fits)} runs in {runs} begin with {name}" if fits else f"There is no run {name} in {runs}"
    raise UsageError(f"{found}. See: assistant eval list")


def list_runs(runs: Path) -> list[Path]:
    """Return the folders of all runs in `runs`, oldest first."""
    return sorted(path.parent for path in runs.glob(f"*/{_INFO}"))


def run_id(info: RunInfo) -> str:
    """Return the name of a run's folder: start time, suite, and a few digits of a hash of its contents."""
    made_of = json_text([info.suite_hash, info.archive.fingerprint, info.settings, info.started])
    name = "".join(char if char.isalnum() else "-" for char in info.suite)[:40]
    return f"{info.started:%Y%m%d-%H%M%S}-{name}-{short_hash(made_of, 6)}"


def pending(folder: RunFolder, *, retry_errors: bool) -> set[Key]:
    """Return the results still missing; with `retry_errors` also those that could not be scored."""
    done = {k for k, r in folder.results().items() if not (retry_errors and r.status is Status.ERROR)}
    return set(folder.keys()) - done


def asked_again(questions: Sequence[SuiteQuestion], keys: set[Key], repeat: int) -> bool:
    """Whether any of these questions is still open in this repeat."""
    return any((q.id, repeat) in keys for q in questions)


def _write(file: Path, text: str) -> None:
    """Write a file atomically."""
    part = file.with_name(f"{file.name}.part")
    with part.open("wb") as out:
        out.write(text.encode("utf-8"))
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)


def _append(file: Path, row: object) -> None:
    """Append a line and flush it to disk; an incomplete last line, left by a kill, is dropped first."""
    with file.open("a+b") as lines:
        _drop_cut_line(lines)
        lines.write(lines_text([row]).encode("utf-8"))
        lines.flush()
        os.fsync(lines.fileno())


def _drop_cut_line(lines: BinaryIO) -> None:
    size = lines.seek(0, os.SEEK_END)
    if size and (lines.seek(size - 1), lines.read(1))[1] != b"\n":
        lines.seek(0)
        lines.truncate(lines.read().rfind(b"\n") + 1)


def _read_one(kind: type[T], file: Path) -> T:
    try:
        return from_json(kind, json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise UsageError(f"There is no run in {file.parent}. See: assistant eval list") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read as part of a run ({error}).") from error


def _read_lines(kind: type[T], file: Path) -> Iterator[T]:
    """Read the records of a file of JSON lines; an incomplete last line is left out."""
    if not file.exists():
        return
    for number, line in enumerate(file.read_bytes().split(b"\n")[:-1], 1):
        try:
            row: Any = json.loads(line)
            yield from_json(kind, row)
        except ValueError as error:
            raise UsageError(f"{file}, line {number} cannot be read as part of a run ({error}).") from error
