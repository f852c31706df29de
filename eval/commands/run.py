"""`eval run`: starts a run, resumes one, or estimates its cost."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.cli.terminal import messages, output, show_notes, write_json
from assistant.errors import ModelError, UsageError
from assistant.settings import Settings
from eval import shown
from eval.archives import library_of
from eval.asking import Asked
from eval.commands.progress import OnStepDone, archive_bar, step_bar
from eval.folder import RunFolder, find_run, pending
from eval.options import Flags
from eval.records import Run, Status
from eval.replies import Replies
from eval.running import Plan, begin, execute, plan_of
from eval.suite import chosen, open_suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the user asked for."""

    suite: str = ""
    tags: tuple[str, ...] = ()
    limit: int | None = None
    retrieval_only: bool = False
    repeats: int = 1
    jobs: int = 1
    use_cache: bool = True
    runs: Path | None = None


def run_suite(common: Flags, wish: Wish) -> None:
    """Start a run, ask its questions and print the scores."""
    plan = make_plan(common, wish)
    _print(common, ask_plan(common, wish, begin(plan, runs_of(common, wish.runs)), plan))


def resume_run(common: Flags, wish: Wish, name: str, *, retry_errors: bool) -> None:
    """Resume a run and print the scores."""
    if wish.suite or wish.tags or wish.limit:
        raise UsageError("A run goes on with the questions it was begun with; leave out SUITE, --tag and --limit.")
    folder = RunFolder(find_run(name, runs_of(common, wish.runs)))
    settings = settings_of(replace(common, no_model=common.no_model or not folder.info.model))
    plan = plan_of(folder, settings)
    _print(common, ask_plan(common, wish, folder, plan, retry_errors=retry_errors))


def print_estimate(common: Flags, wish: Wish) -> None:
    """Print the estimated cost of a run without calling a model."""
    from eval.estimating import estimate_run

    plan = make_plan(common, wish)
    found = estimate_run(plan, replies_of(plan.settings, use_cache=wish.use_cache))
    write_json(found) if common.as_json else shown.show_estimate(output(), found)


def settings_of(common: Flags) -> Settings:
    """Return the settings with the flags on top, and print the notices of loading them."""
    loaded = common.load()
    if not (common.quiet or common.as_json):
        show_notes(messages(), loaded.notices)
    return loaded.settings


def runs_of(common: Flags, runs: Path | None) -> Path:
    """Return the folder that runs are kept in."""
    return runs or common.load().settings.runs


def make_plan(common: Flags, wish: Wish, fresh: Path | None = None) -> Plan:
    """Return the plan of what the user asked for; a library of the suite's own articles is built in `fresh`."""
    if not wish.suite:
        raise UsageError('Which suite? Give a file, or one of those with a name that "eval list" shows.')
    settings = settings_of(replace(common, no_model=common.no_model or wish.retrieval_only))
    suite = open_suite(wish.suite)
    questions = chosen(suite, tags=wish.tags, limit=wish.limit)
    silent = common.quiet or common.as_json
    with archive_bar(common) as on_progress:
        library = library_of(
            suite,
            settings,
            named=common.library is not None,
            notify=lambda note: None if silent else show_notes(messages(), [note]),
            fresh=fresh,
            on_progress=on_progress,
        )
    return Plan(
        suite=suite,
        questions=questions,
        library=library,
        settings=settings,
        retrieval_only=wish.retrieval_only,
        repeats=wish.repeats,
        command=shlex.join(["eval", *sys.argv[1:]] if "eval" not in sys.argv[1:2] else sys.argv[1:]),
    )


def replies_of(settings: Settings, *, use_cache: bool) -> Replies | None:
    """Return the cache of model replies, None without one."""
    return Replies(settings.cache / "replies") if use_cache else None


def ask_plan(common: Flags, wish: Wish, folder: RunFolder, plan: Plan, *, retry_errors: bool = False) -> Run:
    """Ask the remaining questions behind a progress bar; when interrupted, print how to resume."""
    left = len(pending(folder, retry_errors=retry_errors))
    try:
        with step_bar(common, "Asking", left) as on_step:
            return execute(
                folder,
                plan,
                jobs=wish.jobs,
                replies=replies_of(plan.settings, use_cache=wish.use_cache),
                retry_errors=retry_errors,
                on_asked=_counting(on_step),
            )
    except ModelError as error:
        raise type(error)(f"{error} {_advice(folder, '--retry-errors')}") from error
    except KeyboardInterrupt:
        messages().print(f"Interrupted. {_advice(folder, '--resume')}", soft_wrap=True)
        raise


def _counting(on_step: OnStepDone) -> Callable[[Asked], None]:
    """Return a callback that shows the counts so far on the bar."""
    counts = {"passed": 0, "errors": 0}

    def on_asked(asked: Asked) -> None:
        counts["passed"] += asked.result.passed
        counts["errors"] += asked.result.status is Status.ERROR
        on_step(", ".join(f"{number} {name}" for name, number in counts.items() if number))

    return on_asked


def _advice(folder: RunFolder, option: str) -> str:
    left = len(pending(folder, retry_errors=False))
    kept = f"{folder.info.planned - left} of {folder.info.planned} results are kept."
    return f"{kept} Go on with: assistant eval run {option} {folder.info.id}"


def _print(common: Flags, run: Run) -> None:
    if common.as_json:
        write_json({"run": run.folder, "info": run.info, "scores": run.scores})
    else:
        shown.show_scores(output(), run)
