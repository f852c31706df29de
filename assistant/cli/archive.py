"""Commands that fill the archive, follow feeds and keep it in order: `ingest`, `update`, `status`, `backup`, others."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.invocation import Invocation
from assistant.cli.options import Common, Options, Replaces, with_options
from assistant.errors import UsageError
from assistant.json_form import to_json
from assistant.library_reports import IngestReport, UpdateReport
from assistant.records import Skipped
from assistant.safe_text import safe

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.app import Assistant
    from assistant.articles import FieldMap, Given

STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOptions(Options):
    """Names of the fields of JSON rows."""

    text_field: Annotated[str | None, typer.Option(metavar="NAME", help="Field of JSON rows: the text.")] = None
    title_field: Annotated[str | None, typer.Option(metavar="NAME", help="… the title.")] = None
    date_field: Annotated[str | None, typer.Option(metavar="NAME", help="… the day of publication.")] = None
    outlet_field: Annotated[str | None, typer.Option(metavar="NAME", help="… the outlet.")] = None
    url_field: Annotated[str | None, typer.Option(metavar="NAME", help="… the address.")] = None
    id_field: Annotated[str | None, typer.Option(metavar="NAME", help="… what identifies the article.")] = None
    author_field: Annotated[str | None, typer.Option(metavar="NAME", help="… the authors.")] = None

    def field_map(self) -> FieldMap:
        """Return them as a record."""
        from assistant.articles import FieldMap

        return FieldMap(
            text=self.text_field,
            title=self.title_field,
            published=self.date_field,
            outlet=self.outlet_field,
            url=self.url_field,
            id=self.id_field,
            authors=self.author_field,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions(Options):
    """Who helps."""

    workers: Annotated[
        str | None,
        typer.Option(
            "--workers", metavar="N", help="Who helps with more than 8 MB: auto, a number, ray, ray://HOST:PORT."
        ),
        Replaces("workers"),
    ] = None


@with_options()  # same name as library.ingest.ingest because the user types it
def ingest(
    ctx: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH", hidden=True)],
    *,
    rows: FieldOptions,
    helpers: WorkerOptions,
    outlet: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Outlet of articles that name none; later ingests keep it, '' takes it back."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be taken from the first five rows; take nothing in.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Name everything that was skipped or needs a look.")
    ] = False,
    common: Common,
) -> None:
    """Take articles into the archive.

    Each PATH is a file, a folder, a web address, or - for standard input. Read are text, Markdown, web pages, PDF,
    Word documents, JSON rows, mails, feeds, WARC files, and ZIP and TAR archives of these. Unchanged articles cost
    nothing, changed ones become a new version. Ctrl-C keeps what is done.
    """
    outlet = outlet_name(outlet)
    from assistant.cli.reports import ingest_parts
    from assistant.cli.terminal import messages

    invocation, fields = Invocation.of(ctx, common, helpers), rows.field_map()
    if dry_run:
        raise typer.Exit(_preview(invocation, paths, fields, outlet))
    with invocation.opened(create=True) as assistant:
        sources, watched = sources_of(paths, fields), invocation.progress_is_seen()
        report = take_in(assistant, sources, messages(), fields=fields, outlet=outlet, watched=watched)
    invocation.print(report, ingest_parts(report, brief=invocation.quiet, verbose=verbose))
    raise typer.Exit(_exit_code(report))


def _preview(invocation: Invocation, paths: Sequence[str], fields: FieldMap, outlet: str | None) -> int:
    """Print what would be taken from the first rows; return the exit code."""
    from assistant.cli.reports import preview_parts
    from assistant.cli.terminal import output

    with invocation.opened(create=True) as assistant:  # which makes nothing
        found = assistant.preview(sources_of(paths, fields), fields=fields, outlet=outlet)
    invocation.print(found, preview_parts(output(), found))
    return 2 if found.skipped and not found.articles else 0


def _exit_code(report: IngestReport) -> int:
    if report.interrupted:
        return 130
    taken = report.added + report.updated + report.unchanged
    return 2 if report.skipped and not taken else 0


def outlet_name(given: str | None) -> str | None:
    """Return the name of an outlet on one line; None and "" stay. Raises `UsageError` for blanks or one too long.

    It may be as long as one that is read from a file.
    """
    from assistant.articles.fields import NAME_LIMIT

    name = " ".join(safe(given or "").split())
    if given and not name:
        raise UsageError("--outlet needs a name, e.g. --outlet 'The Courant'; --outlet '' takes back the one given.")
    if len(name) > NAME_LIMIT:
        raise UsageError(f"--outlet: the name of an outlet has {NAME_LIMIT} characters at most, not {len(name):,}.")
    return given and name


def sources_of(places: Sequence[str], fields: FieldMap) -> list[Path | str | Given]:
    """Return what each word of the command line names; "-" is standard input."""
    from assistant.articles import Given, read_stream
    from assistant.fetching.fetch import is_address

    if places.count(STDIN) > 1:
        raise UsageError("Standard input (-) can be read only once.")
    stdin = [Given("standard input", read_stream(sys.stdin.buffer, fields)) for _ in range(places.count(STDIN))]
    return [stdin[0] if place == STDIN else place if is_address(place) else Path(place) for place in places]


def take_in(
    assistant: Assistant,
    sources: Sequence[Path | str | Given],
    console: Console,
    *,
    fields: FieldMap | None = None,
    outlet: str | None = None,
    watched: bool,
) -> IngestReport:
    """Ingest the sources; if `watched`, the console shows first what is being fetched, then a progress bar."""
    from rich.text import Text

    from assistant.cli import progress
    from assistant.cli.terminal import print_parts

    with progress.fetching_line(console, watched=watched) as on_step:
        fetched = assistant.fetch(sources, fields=fields, on_step=on_step)
    if watched and (line := _fetched_line(sources, fetched)):
        print_parts(console, [Text(line, "dim")])
    with progress.ingest_bar(console) if watched else nullcontext() as on_progress:
        return assistant.ingest(fetched, fields=fields, outlet=outlet, on_progress=on_progress)


def _fetched_line(sources: Sequence[Path | str | Given], fetched: Sequence[Path | Given]) -> str:
    """Say how many addresses could be fetched; "" where none was among the sources."""
    from assistant.articles import Given
    from assistant.wording import plural

    pages = [now for before, now in zip(sources, fetched, strict=True) if before is not now and isinstance(now, Given)]
    had = sum(any(not isinstance(item, Skipped) for item in page.items) for page in pages)
    return f"Fetched {had:,} of {plural(len(pages), 'page')}." if pages else ""


@with_options()
def status(ctx: typer.Context, *, common: Common) -> None:
    """Say what the archive holds."""
    from assistant.cli.reports import status_parts
    from assistant.cli.terminal import output

    invocation = Invocation.of(ctx, common)
    with invocation.opened() as assistant:
        held, servers = assistant.status(), assistant.servers()
        shown = status_parts(output(), held, assistant.model_name, assistant.reader_name, servers)
        invocation.print({**to_json(held), "servers": servers} if servers else held, shown)


@with_options()
def reembed(ctx: typer.Context, *, common: Common) -> None:
    """Embed the archive again.

    Needed after another embedder was set. Passages that it embedded before cost nothing.
    """
    from assistant.cli import progress, reports
    from assistant.cli.terminal import messages

    invocation = Invocation.of(ctx, common)
    with invocation.opened() as assistant:
        total = assistant.status().passages
        watched = invocation.progress_is_seen()
        with progress.passage_bar(messages(), total) if watched else nullcontext(progress.ignore) as on_embedded:
            embedded = assistant.reembed(on_embedded)
    invocation.print({"passages": total, "embedded": embedded}, reports.reembed_parts(total, embedded))


@with_options()
def backup(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", hidden=True)], *, common: Common
) -> None:
    """Write the archive to one file.

    All articles in all versions, their embeddings, and the followed feeds; also while articles are being taken in. FILE
    must be new. Saved chats lie elsewhere and are not in it.
    """
    from assistant.cli.reports import backup_parts

    invocation = Invocation.of(ctx, common)
    with invocation.opened() as assistant:
        written = assistant.backup(file)
    invocation.report({"file": str(file), "bytes": written}, backup_parts(file, written))


@with_options()
def restore(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", hidden=True)], *, common: Common
) -> None:
    """Make an archive from a backup.

    FILE is checked text by text first. Nothing is overwritten: name an empty folder with --library. Nothing is embedded
    again.
    """
    from assistant.app import Assistant
    from assistant.cli.reports import restored_parts

    invocation = Invocation.of(ctx, common)
    settings, notices = invocation.settings, invocation.notices
    with Assistant.restore(file, settings.library, settings=settings, on_notice=notices.add) as assistant:
        status, feeds = assistant.status(), len(assistant.followed())
    invocation.report(status, restored_parts(status, feeds))


@with_options()
def migrate(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="PLACE", help="Empty folder or database for the copy.")],
    chroma: Annotated[
        str, typer.Option("--chroma", metavar="URL", help="Chroma servers for its vectors; files without it.")
    ] = "",
    *,
    common: Common,
) -> None:
    """Copy the archive from a folder to servers, or back.

    All articles in all versions, their ids, embeddings and the followed feeds go over; nothing is embedded again. The
    archive itself is only read. Ctrl-C keeps what is copied: the same command goes on from there.
    """
    from assistant import settings
    from assistant.cli import progress, reports
    from assistant.cli.terminal import messages

    invocation = Invocation.of(ctx, common)
    place = settings.load(library=to, chroma=chroma).settings.library  # checks both
    watched = invocation.progress_is_seen()
    with (
        invocation.opened() as assistant,
        progress.migration_bar(messages()) if watched else nullcontext(lambda _: None) as on_migrated,
    ):
        report = assistant.migrate(place, chroma=chroma, on_migrated=on_migrated)
    invocation.print(report, reports.migration_parts(report, chroma, brief=invocation.quiet))
    raise typer.Exit(130 if report.interrupted else 0)


@with_options()
def replica(
    ctx: typer.Context,
    copy_from: Annotated[
        Path, typer.Option("--copy-from", metavar="FOLDER", help="Index files of another host, or a copy of them.")
    ],
    *,
    common: Common,
) -> None:
    """Take the index files of another host.

    For a library in a database, where those of this host are missing or far behind. They are copied, checked and put in
    place in one step; the next question takes in what changed since.
    """
    from assistant.cli import progress, reports
    from assistant.cli.terminal import messages

    invocation = Invocation.of(ctx, common)
    watched = invocation.progress_is_seen()
    with (
        invocation.opened() as assistant,
        progress.migration_bar(messages()) if watched else nullcontext(lambda _: None) as on_copied,
    ):
        report = assistant.copy_replica(copy_from, on_copied)
    invocation.report(report, reports.replica_parts(report))


@with_options()  # same name as library.following.follow because the user types it
def follow(
    ctx: typer.Context,
    place: Annotated[str | None, typer.Argument(metavar="URL", hidden=True)] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the feeds that are followed.")] = False,
    *,
    common: Common,
) -> None:
    """Follow a feed of articles.

    URL is an RSS or Atom feed, or a page that links to one; the path of an OPML file follows all feeds in it. Then
    "assistant update" fetches what is new.
    """
    from assistant.cli import progress, reports
    from assistant.cli.terminal import messages

    invocation = Invocation.of(ctx, common)
    if listed or place is None:
        with invocation.opened() as assistant:
            feeds = assistant.followed()
        invocation.print(feeds, reports.feed_parts(feeds))
        return
    watched = invocation.progress_is_seen()
    with (
        invocation.opened(create=True) as assistant,
        progress.fetching_line(messages(), watched=watched) as on_step,
    ):
        on_step(place)
        new = assistant.follow(place)
    invocation.print(new, reports.followed_parts(new))


@with_options()  # same name as library.following.unfollow because the user types it
def unfollow(
    ctx: typer.Context, url: Annotated[str, typer.Argument(metavar="URL", hidden=True)], *, common: Common
) -> None:
    """Follow a feed no longer.

    Its articles stay in the archive.
    """
    from assistant.cli.reports import unfollowed_parts

    invocation = Invocation.of(ctx, common)
    with invocation.opened() as assistant:
        feed = assistant.unfollow(url)
    invocation.print(feed, unfollowed_parts(feed))


@with_options()  # same name as library.following.update because the user types it
def update(ctx: typer.Context, *, common: Common) -> None:
    """Fetch what is new in the followed feeds.

    A feed that cannot be had is reported, and the others go on.
    """
    from assistant.cli import progress, reports
    from assistant.cli.terminal import messages

    invocation = Invocation.of(ctx, common)
    watched = invocation.progress_is_seen()
    with invocation.opened() as assistant, progress.fetching_line(messages(), watched=watched) as on_step:
        report = assistant.update(on_step)
    invocation.print(report, reports.update_parts(report, brief=invocation.quiet))
    raise typer.Exit(_update_exit_code(report))


def _update_exit_code(report: UpdateReport) -> int:
    """Return 130 when it was stopped, 5 when no feed could be fetched, else 0."""
    if report.interrupted:
        return 130
    return 5 if report.feeds and all(update.feed.fault for update in report.feeds) else 0
