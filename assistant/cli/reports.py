"""What each command does once its options are read: call the library, show the result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from assistant import wording
from assistant.cli import name_lookup as names
from assistant.cli import progress, render
from assistant.cli.invocation import Notes, Opener, opened
from assistant.cli.options import Common
from assistant.cli.output import write_json
from assistant.cli.sources import sources_of, take_in
from assistant.cli.terminal import hanging, is_watched, messages, output, show
from assistant.records import Filters, IngestReport, LibraryStatus, Skipped
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.articles import FieldMap
    from assistant.export.files import Target

_LISTED = 20  # skipped files named one by one; more than a screen of them helps nobody
_OUTLETS = 10


def ingest(opener: Opener, common: Common, paths: Sequence[str], fields: FieldMap, *, outlet: str | None = None) -> int:
    """Takes articles in; returns the exit code: 0, 2 when nothing could be taken, 130 when stopped."""
    console = messages()
    watched = console.is_terminal and not (common.quiet or common.as_json)
    with opened(opener, common, create=True) as assistant:
        sources = sources_of(paths, fields)
        report = take_in(assistant, sources, console, fields=fields, outlet=outlet, watched=watched)
    if common.as_json:
        write_json(report)
    else:
        show(output(), report_parts(report, brief=common.quiet))
    return _ingest_code(report)


def reembed(opener: Opener, common: Common) -> None:
    """Makes all vectors anew with the embedder of the settings."""
    console = messages()
    with opened(opener, common) as assistant:
        total = assistant.status().passages
        watched = console.is_terminal and not (common.quiet or common.as_json)
        with progress.passage_bar(console, total) if watched else nullcontext(progress.unseen) as on_embedded:
            embedded = assistant.reembed(on_embedded)
    if common.as_json:
        write_json({"passages": total, "embedded": embedded})
    else:
        show(output(), [Text(f"{wording.plural(total, 'passage')}, of which {embedded:,} had to be embedded")])


def _ingest_code(report: IngestReport) -> int:
    if report.interrupted:
        return 130
    taken = report.added + report.updated + report.unchanged
    return 2 if report.skipped and not taken else 0


def report_parts(report: IngestReport, *, brief: bool) -> Iterator[Text]:
    """The closing lines of an ingest; `brief` keeps the first."""
    counts = f"added {report.added:,}, updated {report.updated:,}, unchanged {report.unchanged:,}"
    yield Text(f"{counts}, skipped {len(report.skipped):,}", "bold")
    if brief:
        return
    if report.interrupted:
        yield Text("Stopped before the end. What is counted above is kept, and searchable from the next command on.")
        yield Text("Run the same command again for the rest.")
    yield from _listed("skipped", report.skipped)
    yield from _listed("note", report.notices)
    if report.undated:
        yield Text(f"{wording.plural(report.undated, 'article')} without a date: filters by day leave them out.")
    yield Text(f"{wording.plural(report.passages, 'passage')} indexed in {report.seconds:.1f} s", "dim")


def _listed(label: str, items: Sequence[Skipped]) -> Iterator[Text]:
    for item in items[:_LISTED]:
        yield Text(f"  {label}: {safe(item.source)}: {safe(item.reason)}")
    if len(items) > _LISTED:
        yield Text(f"  … and {len(items) - _LISTED:,} more, --json lists all")


def ask(
    opener: Opener,
    common: Common,
    question: str,
    asked_on: date | None,
    filters: Filters,
    *,
    target: Target | None = None,
) -> None:
    """Answers one question, and writes the answer to `target`; an abstention is an answer too."""
    console, notes = output(), Notes.of(common)
    watched = is_watched() and not common.as_json
    with opened(opener, common, notes=notes) as assistant:
        filters = names.held(assistant, filters)
        with progress.draft_view(console, watched=watched) as on_text:
            answer = assistant.ask(question, asked_on=asked_on, filters=filters, on_text=on_text)
        notes.add(*assistant.notices)
        if common.as_json:
            write_json(answer)
        else:
            show(console, render.answer_parts(console, answer, usage=common.load().settings.usage))
        if target is not None:
            from assistant.cli.export import write_answer  # not paid for by those who export nothing

            write_answer(assistant, common, answer, filters, target)


def search(
    opener: Opener,
    common: Common,
    question: str,
    limit: int,
    asked_on: date | None,
    filters: Filters,
    *,
    explain: bool = False,
) -> None:
    """Lists the sentences nearest to a question; with `explain`, how the question was understood before them."""
    console = output()
    with opened(opener, common) as assistant:
        filters = names.held(assistant, filters)
        query = assistant.explain(question, asked_on=asked_on, filters=filters) if explain else None
        found = assistant.search(question, limit=limit, asked_on=asked_on, filters=filters)
        if common.as_json:
            write_json(found if query is None else {"query": query, "evidence": found})
            return
        if query is not None:
            show(console, render.query_parts(console, query))
        show(console, render.search_parts(console, found))


def status(opener: Opener, common: Common) -> None:
    """Says what the library holds."""
    console = output()
    with opened(opener, common) as assistant:
        held = assistant.status()
        if common.as_json:
            write_json(held)
        else:
            show(console, status_parts(console, held, assistant.model_name))


def status_parts(console: Console, held: LibraryStatus, model: str) -> Iterator[Text]:
    """A library's contents, one line each."""
    articles = f"{wording.plural(held.articles, 'article')} ({wording.plural(held.versions, 'version')})"
    rows = {
        "Library": safe(held.folder),
        "Articles": articles,
        "Sentences": f"{held.sentences:,} in {wording.plural(held.passages, 'passage')}",
        "Published": published(held),
        "Outlets": _outlets(held),
        "Embedder": safe(held.embedder),
        "Model": safe(model) or "none; answers are quoted sentences",
        "On disk": size(held.bytes_on_disk),
    }
    for name, value in rows.items():
        yield hanging(console, f"{name:<11}", Text(value))
    if held.pending:
        yield Text(f"{wording.plural(held.pending, 'article')} not yet searchable; the next ingest finishes them.")


def published(held: LibraryStatus) -> str:
    """The days that the articles cover."""
    span = wording.days(held.first, held.last) if held.first and held.last else "no article has a date"
    return span + (f"; {held.undated:,} without a date" if held.undated and held.first else "")


def _outlets(held: LibraryStatus) -> str:
    named = ", ".join(f"{safe(name) or 'unknown'} ({count:,})" for name, count in held.outlets[:_OUTLETS])
    more = len(held.outlets) - _OUTLETS
    return (named or "none") + (f", and {more:,} more" if more > 0 else "")


def size(count: int) -> str:
    """A number of bytes in the unit that suits it, powers of 1000 as disks are sold."""
    value, units = float(count), ["bytes", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.0f} {units[0]}" if units[0] == "bytes" else f"{value:.1f} {units[0]}"
