"""The commands of the evaluation: `assistant eval …`, and the same as `python -m eval …`.

Only declarations are here. Each command imports its implementation when it runs, so help is instant.
"""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.cli.options import BaseUrl, Json, LibraryFolder, Model, NoModel, Quiet, with_options
from eval.options import Asking, Flags, NoCache, Output, RunName, Runs, SuiteName

app = typer.Typer(
    name="eval",
    help="Measure how good the answers are.",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command()
@with_options()
def run(
    suite: SuiteName = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask nobody; say what it would take.")] = False,
    resume: Annotated[str, typer.Option(metavar="RUN", help='Go on with an interrupted run (or "last").')] = "",
    retry_errors: Annotated[
        str, typer.Option(metavar="RUN", help='Ask again what could not be scored in this run (or "last").')
    ] = "",
    *,
    asking: Asking,
    common: Flags,
) -> None:
    """Ask the questions of a suite and score the answers.

    Each run is kept in a folder of its own, with every answer and its evidence. Ctrl-C keeps what is done. When the
    suite brings its own articles, they are asked unless --library names an archive.
    """
    from eval.commands.run import Wish, print_estimate, resume_run, run_suite

    wish = Wish(
        suite=suite,
        tags=tuple(asking.tags or ()),
        limit=asking.limit,
        retrieval_only=asking.retrieval_only,
        repeats=asking.repeat,
        jobs=asking.jobs,
        use_cache=not asking.no_cache,
        runs=asking.runs,
    )
    if resume or retry_errors:
        resume_run(common, wish, resume or retry_errors, retry_errors=bool(retry_errors))
    elif dry_run:
        print_estimate(common, wish)
    else:
        run_suite(common, wish)


@app.command("list")
def list_all(runs: Runs = None, as_json: Json = False) -> None:
    """List the runs that were kept, and the suites with a name."""
    from eval.commands.read import print_runs

    print_runs(Flags(as_json=as_json), runs)


@app.command()
def compare(
    before: Annotated[str, typer.Argument(metavar="BEFORE", hidden=True)],
    after: Annotated[str, typer.Argument(metavar="AFTER", hidden=True)],
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Say what changed between two runs, and how sure that is.

    BEFORE and AFTER are runs of the same questions over the same articles: their names as "eval list" has them, the
    beginning of one, a folder, or "last".
    """
    from eval.commands.read import print_comparison

    print_comparison(Flags(as_json=as_json), runs, before, after)


@app.command()
def report(
    name: RunName = "last",
    against: Annotated[str, typer.Option("--against", metavar="RUN", help="Compare with this earlier run.")] = "",
    output: Output = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Write the report of a run, or print it.

    --output makes a page (.html), Markdown (.md) or JUnit (.xml), by the name of the file.
    """
    from eval.commands.read import write_report

    write_report(Flags(as_json=as_json), runs, name, against, output)


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", hidden=True)] = None,
    update: Annotated[bool, typer.Option("--update", help="Write the figures found as the expected ones.")] = False,
    library: LibraryFolder = None,
    runs: Runs = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fail when a figure has fallen.

    The exit code is then 100; when the check itself fails it is 1. NAMEs are baselines (files in eval/baselines, or
    paths), all of the project's own if none is given.
    """
    from eval.commands.check import check_baselines

    common = Flags(library=library, as_json=as_json, quiet=quiet)
    raise typer.Exit(check_baselines(common, runs, tuple(names or ()), update=update))


@app.command()
def new(
    output: Annotated[str, typer.Argument(metavar="FILE", hidden=True)],
    count: Annotated[
        int, typer.Option("--count", "-n", metavar="N", min=1, max=1000, help="How many questions to draft.")
    ] = 20,
    ask: Annotated[bool, typer.Option(help="Show each draft: accept, mend or skip it.")] = True,
    seed: Annotated[int, typer.Option(metavar="N", help="Another number draws other sentences.")] = 0,
    library: LibraryFolder = None,
    model: Model = None,
    base_url: BaseUrl = None,
    no_model: NoModel = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draft questions from the archive, to accept or mend.

    They are added to FILE. Drafts are not asked until their "status" is changed. With a model it writes them; without
    one, a number or a name is blanked out of a sentence.
    """
    from eval.commands.new import write_drafts

    common = Flags(library=library, as_json=as_json, quiet=quiet, no_model=no_model, model=model, base_url=base_url)
    raise typer.Exit(write_drafts(common, output, count=count, ask=ask, seed=seed))


@app.command()
def judge(
    name: RunName = "last",
    model: Model = None,
    base_url: BaseUrl = None,
    runs: Runs = None,
    no_cache: NoCache = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Let a model grade the answers of a run.

    This is advice only, until "eval calibrate" has measured the model against people.
    """
    from eval.commands.judge import judge_run

    common = Flags(as_json=as_json, quiet=quiet, model=model, base_url=base_url)
    raise typer.Exit(judge_run(common, runs, name, use_cache=not no_cache))


@app.command()
def calibrate(
    labels: Annotated[str, typer.Argument(metavar="LABELS", hidden=True)],
    name: RunName = "last",
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Measure the judging model against people's labels.

    LABELS is a file of JSON lines such as {"id": "direct-01", "label": "correct"}, for answers of the run; labels are
    correct, partly and incorrect. Without the file, a form with all answers is written for a person to fill in.
    """
    from eval.commands.judge import calibrate_judge

    raise typer.Exit(calibrate_judge(Flags(as_json=as_json), runs, name, labels))
