"""Where articles come from, as typed: paths, web addresses, standard input; and the feeds that are followed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from assistant import wording
from assistant.cli import progress
from assistant.cli.invocation import Opener, opened
from assistant.cli.options import Common
from assistant.cli.output import write_json
from assistant.cli.terminal import messages, output, show
from assistant.errors import UsageError
from assistant.records import FollowedFeed, IngestReport, Skipped, UpdateReport
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.app import Assistant
    from assistant.articles import FieldMap, Given

STDIN = "-"
_LISTED = 20  # articles left out that are named one by one


def sources_of(places: Sequence[str], fields: FieldMap) -> list[Path | str | Given]:
    """What each word of the command line names; "-" is standard input."""
    from assistant.articles import Given, read_stream
    from assistant.fetching.pages import is_address

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
    """Takes sources in; where it is `watched`, with what is being fetched on the console first, then with a bar."""
    with _steps(console, watched=watched) as on_step:
        fetched = assistant.fetch(sources, fields=fields, on_step=on_step)
    if watched and (line := _fetched_line(sources, fetched)):
        show(console, [Text(line, "dim")])
    with progress.ingest_bar(console) if watched else nullcontext() as on_progress:
        return assistant.ingest(fetched, fields=fields, outlet=outlet, on_progress=on_progress)


def _fetched_line(sources: Sequence[Path | str | Given], fetched: Sequence[Path | Given]) -> str:
    """How many addresses could be fetched; "" where none was among the sources."""
    from assistant.articles import Given

    pages = [now for before, now in zip(sources, fetched, strict=True) if before is not now and isinstance(now, Given)]
    had = sum(any(not isinstance(item, Skipped) for item in page.items) for page in pages)
    return f"Fetched {had:,} of {wording.plural(len(pages), 'page')}." if pages else ""


def follow(opener: Opener, common: Common, place: str | None, *, listed: bool) -> None:
    """Follows a feed, or lists those that are followed."""
    if listed or place is None:
        _list(opener, common)
        return
    console = messages()
    watched = console.is_terminal and not (common.quiet or common.as_json)
    with opened(opener, common, create=True) as assistant, _steps(console, watched=watched) as on_step:
        on_step(place)
        new = assistant.follow(place)
    if common.as_json:
        write_json(new)
        return
    lines = [Text(f"Following {safe(feed.title) or 'a feed'}: {safe(feed.url)}") for feed in new]
    closing = "Fetch what is new in it with: assistant update" if new else "It is followed already."
    show(output(), [*lines, Text(closing)])


def unfollow(opener: Opener, common: Common, url: str) -> None:
    """Follows a feed no longer."""
    with opened(opener, common) as assistant:
        feed = assistant.unfollow(url)
    if common.as_json:
        write_json(feed)
    else:
        show(output(), [Text(f"No longer following {safe(feed.url)}. Its articles stay in the archive.")])


def update(opener: Opener, common: Common) -> int:
    """Fetches what is new in the followed feeds; the exit code is 0, 5 when no feed could be had, 130 when stopped."""
    console = messages()
    watched = console.is_terminal and not (common.quiet or common.as_json)
    with opened(opener, common) as assistant, _steps(console, watched=watched) as on_step:
        report = assistant.update(on_step)
    if common.as_json:
        write_json(report)
    else:
        show(output(), update_parts(report, brief=common.quiet))
    return _update_code(report)


def _update_code(report: UpdateReport) -> int:
    if report.interrupted:
        return 130
    return 5 if report.feeds and all(update.feed.fault for update in report.feeds) else 0


@contextmanager
def _steps(console: Console, *, watched: bool) -> Iterator[Callable[[str], None]]:
    """Shows what is being fetched while it is; nothing stays on the screen."""
    if not watched:
        yield lambda _: None
        return
    with console.status("") as line:
        yield lambda address: line.update(Text(f"Fetching {safe(address)}"[: max(20, console.width - 4)]))


def _list(opener: Opener, common: Common) -> None:
    with opened(opener, common) as assistant:
        feeds = assistant.followed()
    if common.as_json:
        write_json(feeds)
    elif feeds:
        show(output(), [line for feed in feeds for line in _feed_lines(feed)])
    else:
        show(output(), [Text("No feed is followed. Follow one with: assistant follow URL")])


def _feed_lines(feed: FollowedFeed) -> Iterator[Text]:
    yield Text(f"{safe(feed.title) or '(no title yet)'}  {safe(feed.url)}")
    when = f"fetched {safe(feed.checked[:16].replace('T', ' '))} UTC" if feed.checked else "not fetched yet"
    yield Text(f"  {when}" + (f"; failed: {safe(feed.fault)}" if feed.fault else ""), "dim")


def update_parts(report: UpdateReport, *, brief: bool) -> Iterator[Text]:
    """The closing lines of an update: the sum, and unless `brief` each feed."""
    reports = [update.report for update in report.feeds if update.report is not None]
    added, changed = sum(r.added for r in reports), sum(r.updated for r in reports)
    failed = sum(bool(update.feed.fault) for update in report.feeds)
    counts = f"{wording.plural(len(report.feeds), 'feed')}: added {added:,}, updated {changed:,}"
    yield Text(f"{counts}, skipped {sum(len(r.skipped) for r in reports):,}, failed feeds {failed:,}", "bold")
    if brief:
        return
    if not report.feeds and not report.interrupted:
        yield Text("No feed is followed. Follow one with: assistant follow URL")
    for update in report.feeds:
        name = safe(update.feed.title) or safe(update.feed.url)
        yield Text(f"  {name}: {_outcome(update.feed, update.report)}")
        for item in (update.report.skipped if update.report else ())[:_LISTED]:
            yield Text(f"    skipped: {safe(item.source)}: {safe(item.reason)}")
    if report.interrupted:
        yield Text("Stopped before the end. What is counted above is kept; run the same command again for the rest.")


def _outcome(feed: FollowedFeed, report: IngestReport | None) -> str:
    if feed.fault:
        return f"failed: {safe(feed.fault)}"
    if report is None:
        return "nothing new"
    return f"added {report.added:,}, updated {report.updated:,}, unchanged {report.unchanged:,}"
