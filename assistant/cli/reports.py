"""Reports for the terminal: an ingest, an update of feeds, a backup, and the contents of the archive."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from assistant import wording
from assistant.cli.terminal import hanging
from assistant.library_reports import (
    FollowedFeed,
    IndexLag,
    IngestReport,
    LibraryStatus,
    MigrationReport,
    ReplicaReport,
    UpdateReport,
)
from assistant.records import Skipped
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.articles import Preview
    from assistant.library.index import IndexServer

_LINES = 10  # of what a person should look at after an ingest; the rest by --verbose
_LISTED = 20  # skipped entries of a followed feed
_OUTLETS = 10
# What differs between two reasons of one kind: quoted words, figures and days, what follows a colon (keys, names).
_PARTICULARS = re.compile(r"'[^']*'|“[^”]*”|[0-9][0-9,.:-]*|(?<=[a-z]): .*|\.[a-z0-9]{1,8}\b")
_PREVIEWED = 160  # characters of a text that a dry run shows


def ingest_parts(report: IngestReport, *, brief: bool, verbose: bool = False) -> Iterator[Text]:
    """Yield the closing lines of an ingest: what a person should look at, ten lines at most.

    `brief` keeps the first line, `verbose` names everything that was skipped or noted.
    """
    yield Text(f"{_counts(report)}, skipped {len(report.skipped):,}", "bold")
    if brief:
        return
    if report.interrupted:
        yield Text("Stopped before the end. What is counted above is kept, and searchable from the next command on.")
        yield Text("Run the same command again for the rest.")
    yield from _every_one(report.skipped, report.notices) if verbose else _to_look_at(report)
    if report.undated:
        yield Text(f"{wording.plural(report.undated, 'article')} without a date: filters by day leave them out.")
    yield Text(f"{wording.plural(report.passages, 'passage')} indexed in {report.seconds:.1f} s", "dim")


def _counts(report: IngestReport) -> str:
    return f"added {report.added:,}, updated {report.updated:,}, unchanged {report.unchanged:,}"


def _every_one(skipped: Sequence[Skipped], notices: Sequence[Skipped]) -> Iterator[Text]:
    for label, items in (("skipped", skipped), ("note", notices)):
        for item in items:
            yield _line(label, safe(item.source), item.reason)


def _line(label: str, source: str, reason: str) -> Text:
    return Text(f"  {label}: {source}: {safe(reason)}")


def _to_look_at(report: IngestReport) -> Iterator[Text]:
    """Yield one line for each kind of reason, as many as there is room for: what was skipped first."""
    skipped, notices = _alike(report.skipped), _alike(report.notices)
    room = _LINES - bool(report.undated)
    if len(skipped) + len(notices) > room:
        room -= 1  # for the line that says how many more there are
    for_notices = min(len(notices), max(room // 2, room - len(skipped)))
    shown = [("skipped", items) for items in skipped[: room - for_notices]]
    shown += [("note", items) for items in notices[:for_notices]]
    for label, items in shown:
        more = f" and {len(items) - 1:,} more" if len(items) > 1 else ""
        yield _line(label, f"{safe(items[0].source)}{more}", items[0].reason)
    left = len(report.skipped) + len(report.notices) - sum(len(items) for _, items in shown)
    if left:
        yield Text(f"  … and {left:,} more of other kinds; --verbose or --json lists all")


def _alike(items: Sequence[Skipped]) -> list[list[Skipped]]:
    """Return items with reasons that differ in figures, names or quoted words only, together; the first kind first."""
    kinds: dict[str, list[Skipped]] = {}
    for item in items:
        kinds.setdefault(_PARTICULARS.sub("", item.reason), []).append(item)
    return list(kinds.values())


def preview_parts(console: Console, found: Preview) -> Iterator[Text]:
    """Yield what an ingest would take: of each article its label and how its text begins."""
    for article in found.articles:
        day = article.published.isoformat() if article.published else "no date"
        head = [article.outlet or "no outlet", day, article.title or "no title"]
        yield Text(" · ".join(map(safe, head)), "bold")
        facts = {"by": ", ".join(article.authors), "address": article.url, "known as": article.source}
        for name, value in facts.items():
            if value and not (name == "known as" and value == article.url):
                yield hanging(console, f"  {name}: ", Text(safe(value), "dim"))
        text = " ".join(safe(article.text).split())
        cut = text if len(text) <= _PREVIEWED else f"{text[:_PREVIEWED].rsplit(' ', 1)[0]} …"
        yield hanging(console, "  ", Text(f"{cut} ({len(article.text):,} characters)"))
    yield from _every_one(found.skipped, found.notices)
    more = "; there may be more" if found.more else ""
    yield Text(f"Nothing was taken in: these are the first {wording.plural(len(found.articles), 'article')}{more}.")


def reembed_parts(passages: int, embedded: int) -> list[Text]:
    """Say what a new embedding of the archive cost."""
    return [Text(f"{wording.plural(passages, 'passage')}, of which {embedded:,} had to be embedded")]


def backup_parts(file: Path, written: int) -> list[Text]:
    """Say how large a backup is, and how it is brought back."""
    name = safe(str(file))
    return [Text(f"{name}: {size(written)}. Bring it back with: assistant restore {name}")]


def restored_parts(held: LibraryStatus, feeds: int) -> list[Text]:
    """Say what an archive that was made from a backup holds."""
    followed = f", {wording.plural(feeds, 'followed feed')}" if feeds else ""
    return [Text(f"{safe(held.folder)}: {in_short(held)}{followed}")]


def migration_parts(report: MigrationReport, chroma: str, *, brief: bool) -> Iterator[Text]:
    """Yield what was copied, how the copy compares with its source, and how it is used."""
    target = safe(report.target)
    if report.interrupted:
        yield Text(f"Stopped before the end. {target} is not complete, and {safe(report.source)} is as it was.")
        yield Text("Run the same command again: it goes on from there.")
        return
    counts = {"article": report.articles, "version": report.versions, "passage": report.passages}
    counts |= {"embedding": report.embeddings, "followed feed": report.feeds}
    held = ", ".join(wording.plural(count, thing) for thing, count in counts.items())
    yield Text(f"{target}: {held}, in {report.seconds:.1f} s", "bold")
    if brief:
        return
    whole = f"{wording.plural(report.compared_versions, 'version')} and {report.compared_embeddings:,} embeddings"
    yield Text(f"Compared: all counts, and byte for byte {whole}: they are the same.")
    if report.questions:
        asked = f"{report.same_answers:,} of {wording.plural(report.questions, 'title')}"
        yield Text(f"Asked of both: the same sentences in the same order for {asked}.")
    yield Text(f"{safe(report.source)} is as it was. To use the copy from now on:")
    yield Text(f"  assistant config library {_quoted(report.target)}")
    yield Text(f"  assistant config chroma {_quoted(chroma)}")


def replica_parts(report: ReplicaReport) -> Iterator[Text]:
    """Yield what index files were copied, and how far they are behind the database."""
    held = f"{wording.plural(report.passages, 'passage')}, {size(report.bytes_on_disk)}"
    yield Text(f"{safe(report.folder)}: {held}, from {safe(report.source)}, in {report.seconds:.1f} s")
    if changes := report.index_lag.changes:
        yield Text(f"{wording.plural(changes, 'change')} behind the database; the next question takes in what is new.")


def _quoted(word: str) -> str:
    return safe(shlex.quote(word))


def in_short(held: LibraryStatus) -> str:
    """Say in one line what an archive holds."""
    return f"{wording.plural(held.articles, 'article')}, {days_covered(held)}, {size(held.bytes_on_disk)}"


def server_in_short(server: IndexServer) -> str:
    """Say in one line what a server of the vector index holds, or why it could not be asked."""
    collections = wording.plural(server.collections, "collection")
    held = f"{wording.plural(server.passages, 'passage')} in {collections}"
    return safe(server.fault or f"{server.url} (version {server.version}): {held}")


def status_parts(
    console: Console, held: LibraryStatus, model: str, reader: str, servers: Sequence[IndexServer] = ()
) -> Iterator[Text]:
    """Yield an archive's contents, one line each."""
    articles = f"{wording.plural(held.articles, 'article')} ({wording.plural(held.versions, 'version')})"
    rows = {
        "Library": safe(held.folder),
        **({"Database": f"{safe(held.server)}, reached"} if held.server else {}),
        "Articles": articles,
        "Sentences": f"{held.sentences:,} in {wording.plural(held.passages, 'passage')}",
        "Published": days_covered(held),
        "Outlets": _outlets(held),
        "Embedder": safe(held.embedder),
        "Reader": safe(reader),
        "Model": safe(model) or "none; answers are quoted sentences",
        "On disk": size(held.bytes_on_disk),
        **({"Indexes": lag_in_short(held.index_lag)} if held.index_lag else {}),
    }
    shown = [*rows.items(), *(("Vectors", server_in_short(server)) for server in servers)]
    for name, value in shown:
        yield hanging(console, f"{name:<11}", Text(value))
    if held.pending:
        yield Text(f"{wording.plural(held.pending, 'article')} not yet searchable; the next ingest finishes them.")


def lag_in_short(lag: IndexLag) -> str:
    """Say in one line how far the index files of this host are behind the database."""
    if not lag.filled:
        return "not filled on this host yet; the next question fills them from the database"
    if not lag.changes:
        return "up to date with the database"
    changes = wording.plural(lag.changes, "change")
    return f"{changes} behind the database, the first {lag.seconds:,.0f} s ago; the next question takes them in"


def days_covered(held: LibraryStatus) -> str:
    """Name the days that the articles cover."""
    span = wording.days(held.first, held.last) if held.first and held.last else "no article has a date"
    return span + (f"; {held.undated:,} without a date" if held.undated and held.first else "")


def _outlets(held: LibraryStatus) -> str:
    named = ", ".join(f"{safe(name) or 'unknown'} ({count:,})" for name, count in held.outlets[:_OUTLETS])
    more = len(held.outlets) - _OUTLETS
    return (named or "none") + (f", and {more:,} more" if more > 0 else "")


def size(count: int) -> str:
    """Write a number of bytes in the unit that suits it, powers of 1000 as disks are sold."""
    value, units = float(count), ["bytes", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.0f} {units[0]}" if units[0] == "bytes" else f"{value:.1f} {units[0]}"


def update_parts(report: UpdateReport, *, brief: bool) -> Iterator[Text]:
    """Yield the closing lines of an update: the sum, and unless `brief` each feed."""
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
    return "nothing new" if report is None else _counts(report)


def followed_parts(new: Sequence[FollowedFeed]) -> Iterator[Text]:
    """Name the feeds that are followed from now on, and say how they are fetched."""
    for feed in new:
        yield Text(f"Following {safe(feed.title) or 'a feed'}: {safe(feed.url)}")
    yield Text("Fetch what is new in it with: assistant update" if new else "It is followed already.")


def unfollowed_parts(feed: FollowedFeed) -> list[Text]:
    """Say that a feed is no longer followed."""
    return [Text(f"No longer following {safe(feed.url)}. Its articles stay in the archive.")]


def feed_parts(feeds: Sequence[FollowedFeed]) -> Iterator[Text]:
    """List the feeds that are followed, two lines each."""
    if not feeds:
        yield Text("No feed is followed. Follow one with: assistant follow URL")
    for feed in feeds:
        yield Text(f"{safe(feed.title) or '(no title yet)'}  {safe(feed.url)}")
        when = f"fetched {safe(feed.checked[:16].replace('T', ' '))} UTC" if feed.checked else "not fetched yet"
        yield Text(f"  {when}" + (f"; failed: {safe(feed.fault)}" if feed.fault else ""), "dim")
