"""`assistant check`: a draft against the archive."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.invocation import Invocation
from assistant.cli.options import BaseUrl, Common, FileOptions, FilterOptions, Options, Replaces, with_options
from assistant.errors import UsageError
from assistant.retrieval.limits import iso_day
from assistant.safe_text import safe, well_formed

if TYPE_CHECKING:
    from assistant.drafts.check_report import CheckReport, DraftVerdict
    from assistant.drafts.checking import DraftText
    from assistant.export.target import ExportTarget
    from assistant.settings import Settings

PROBLEMS = "problems"  # every verdict but supported
FAILED = 100  # a claim has one of the verdicts of --fail-on; errors of the program are smaller numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOptions(Options):
    """How a draft is checked, and what of it is shown."""

    dated: Annotated[
        str | None,
        typer.Option("--dated", metavar="YYYY-MM-DD", help="The day of the draft; its own, or today, if not given."),
    ] = None
    only: Annotated[
        str | None, typer.Option("--only", metavar="WHICH", help='"problems": leave out what is supported.')
    ] = None
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            metavar="VERDICT",
            help='End with code 100 for such a claim; "problems" for any not supported, "nothing" for none. May be '
            "repeated; contradicted and misquoted if not given.",
        ),
    ] = None
    go_on: Annotated[
        bool, typer.Option("--continue", "-c", help="Go on with a check of the same draft that was stopped.")
    ] = False
    export: Annotated[
        str | None,
        typer.Option("--export", metavar="FILE", help="Write the report to a file too: .html .md .json"),
    ] = None
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            metavar="NAME",
            help="Let this language model cut sentences into claims and help to search; it decides no verdict.",
        ),
        Replaces("model"),
    ] = None
    base_url: Annotated[BaseUrl, Replaces("base_url")] = None


@with_options()
def check(
    ctx: typer.Context,
    draft: Annotated[str | None, typer.Argument(metavar="DRAFT", hidden=True)] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="WORDS", help="Check these words.")] = None,
    *,
    checking: DraftOptions,
    limits: FilterOptions,
    file: FileOptions,
    common: Common,
) -> None:
    """Check a draft against the archive.

    DRAFT is a file, a web address, or - for standard input. Every claim in it is looked for, and shown with what the
    archive says of it: supported, contradicted, outdated, attribution missing, partly, misquoted or not found.
    """
    filters, day = limits.filters(), iso_day(checking.dated, "--dated")
    failing, only_problems = verdicts_named(checking.fail_on), is_problems(checking.only)
    target = _target(checking.export, file)
    invocation = Invocation.of(ctx, common, checking)
    given = _draft_of(draft, text, invocation.settings)
    from assistant.cli import check_view, progress
    from assistant.cli.sessions import say_written
    from assistant.cli.terminal import messages, output
    from assistant.drafts.checking import CheckOptions
    from assistant.retrieval.limits import canonical_names

    watched = invocation.progress_is_seen()
    with invocation.opened() as assistant:
        options = CheckOptions(
            dated=day,
            filters=canonical_names(assistant, filters),
            go_on=checking.go_on,
            with_model=checking.model is not None,
        )
        with _hint_when_stopped(invocation), progress.sentence_bar(messages(), watched=watched) as on_checked:
            report = assistant.check(given, options, on_checked)
        invocation.print(report, check_view.report_parts(output(), report, only_problems=only_problems))
        if target is not None:
            write_report(report, target)
            say_written(invocation, target)
    raise typer.Exit(exit_code(report, failing))


@contextmanager
def _hint_when_stopped(invocation: Invocation) -> Iterator[None]:
    """Say after Ctrl-C that nothing is lost."""
    try:
        yield
    except KeyboardInterrupt:
        invocation.notices.add("Stopped. What was checked is kept: the same command with --continue goes on.")
        raise


def _target(export: str | None, file: FileOptions) -> ExportTarget | None:
    """Return where the report is to be written too; looked at before anything is checked."""
    if export is None:
        return None
    from assistant.export.check_document import FORMATS
    from assistant.export.target import ExportTarget

    target = ExportTarget.of(export, file.form, force=file.force)
    if target.format not in FORMATS:
        raise UsageError(f"A checked draft can't be written as {target.format}; end the file in .html, .md or .json.")
    return target


def write_report(report: CheckReport, target: ExportTarget) -> None:
    """Write the report to a file. Raises `UsageError` when that cannot be done."""
    from assistant.export.check_document import check_file

    target.write(check_file(report, target.format))


def exit_code(report: CheckReport, failing: frozenset[DraftVerdict]) -> int:
    """Return 100 if a claim has one of these verdicts, else 0."""
    return FAILED if any(claim.verdict in failing for claim in report.claims) else 0


def verdicts_named(names: Sequence[str] | None) -> frozenset[DraftVerdict]:
    """Return the verdicts that --fail-on names. Raises `UsageError` for another word."""
    from assistant.drafts.check_report import DraftVerdict

    named: set[DraftVerdict] = set()
    for name in names if names is not None else (DraftVerdict.CONTRADICTED, DraftVerdict.MISQUOTED):
        word = " ".join(name.lower().replace("-", " ").split())
        if word == PROBLEMS:
            named |= set(DraftVerdict) - {DraftVerdict.SUPPORTED}
        elif word in list(DraftVerdict):
            named.add(DraftVerdict(word))
        elif word != "nothing":
            known = ", ".join((*DraftVerdict, PROBLEMS, "nothing"))
            raise UsageError(f"--fail-on: {safe(name)!r} is none of {known}.")
    return frozenset(named)


def is_problems(only: str | None) -> bool:
    """Whether only problems are to be shown. Raises `UsageError` for another word than "problems"."""
    if only not in (None, PROBLEMS):
        raise UsageError(f"--only: {safe(only)!r} is not known; write --only {PROBLEMS}.")
    return only is not None


def _draft_of(place: str | None, text: str | None, settings: Settings) -> DraftText:
    """Return the draft that the command line names. Raises `UsageError` for none, for two, or an unreadable one."""
    from assistant.drafts.checking import DraftText
    from assistant.drafts.draft_files import read_draft

    if text is not None and place is not None:
        raise UsageError("Name a draft or write its words after --text, not both.")
    if text is not None:
        return DraftText(text=well_formed(text))
    if place is None and sys.stdin.isatty():
        raise UsageError("There is no draft. Name a file or an address, - for standard input, or use --text WORDS.")
    return read_draft(place or "-", sys.stdin.buffer, allow_private=settings.allow_private_addresses)
