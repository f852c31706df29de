"""The page that takes articles in, where the server was started for it: files are sent, then read as by an ingest.

What a file is called is shown, and names its articles; it is never opened as a path.
"""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from assistant.app import Assistant
from assistant.articles import Given
from assistant.articles.build import Item
from assistant.articles.read import read_file
from assistant.library_reports import IngestProgress, IngestReport
from assistant.safe_text import safe, well_formed
from assistant.serve.exchange import Response, SentFile, WebError, WebRequest, see_other
from assistant.serve.forms import checked_form, form_values
from assistant.serve.jobs import Job
from assistant.serve.service import Service, WebRoute
from assistant.serve.site import page
from assistant.wording import plural

_LARGEST = 200 * 1024 * 1024  # bytes of all files sent at once
_LONGEST_NAME = 200
_ONE_AT_A_TIME = threading.Lock()


def _form(service: Service, request: WebRequest) -> Response:
    _check_allowed(service)
    return page(service, "upload.html", {"form": form_values(service, request)}, here="/upload")


def _check_allowed(service: Service) -> None:
    if not service.allow_ingest:
        raise WebError(404, "This server takes no articles in. Start it with: assistant serve --allow-ingest")


def _take(service: Service, request: WebRequest) -> Response:
    _check_allowed(service)
    fields = checked_form(service, request)
    if not request.files:
        raise WebError(400, "No file was chosen.", param="files")
    outlet = " ".join(well_formed(fields.get("outlet", "")).split())[:_LONGEST_NAME] or None
    title = f"Taking in {plural(len(request.files), 'file')}"
    job = service.start(title, ingest_job(service.assistant, request.files, outlet))
    return see_other(f"/answers/{job.id}")


def ingest_job(assistant: Assistant, files: tuple[SentFile, ...], outlet: str | None) -> Callable[[Job], IngestReport]:
    """Return the work of a job that reads files into the archive, tells how far it is, and deletes them."""

    def work(job: Job) -> IngestReport:
        def told(progress: IngestProgress) -> None:
            if job.cancel.is_set:
                raise KeyboardInterrupt  # what an ingest stops at cleanly
            words = f"{plural(progress.articles, 'article')} read, {plural(progress.passages, 'passage')} indexed."
            job.stage(words)

        try:
            job.stage("Reading.")
            with _ONE_AT_A_TIME:
                named = zip(shown_names(files), files, strict=True)
                sources = [Given(name, sent_items(sent, name)) for name, sent in named]
                report = assistant.ingest(sources, outlet=outlet, on_progress=told)
        finally:
            for folder in {sent.path.parent for sent in files}:
                shutil.rmtree(folder, ignore_errors=True)
        job.made(report, {"words": "Taken in.", "reload": True})
        return report

    return work


def shown_name(sent: SentFile) -> str:
    """Return what a file is called: its last part, cleaned; what identifies its articles."""
    name = PurePosixPath(safe(sent.name).replace("\\", "/")).name.strip()[-_LONGEST_NAME:]
    return name or "unnamed"


def shown_names(files: Sequence[SentFile]) -> Iterator[str]:
    """Yield what the files of one request are called, each else: "a/index.html" and "b/index.html" are two articles."""
    seen: Counter[str] = Counter()
    for sent in files:
        name = PurePosixPath(shown_name(sent))
        seen[name.name.casefold()] += 1
        again = seen[name.name.casefold()]
        yield name.name if again == 1 else f"{name.stem} ({again}){name.suffix}"


def sent_items(sent: SentFile, name: str) -> Iterator[Item]:
    """Yield what a file holds; its name stands where its path on this machine would."""
    own = sent.path.resolve().as_posix()
    for item in read_file(sent.path):
        yield replace(item, source=item.source.replace(own, f"sent/{name}"))


def ingested_page(service: Service, request: WebRequest, _job: Job, report: IngestReport) -> Response:
    """Return the page that says what became of the files."""
    values = {"form": form_values(service, request), "report": report}
    return page(service, "ingested.html", values, here="/upload")


UPLOAD_ROUTES = (
    WebRoute("/upload", ("GET",), _form),
    WebRoute("/upload", ("POST",), _take, largest=_LARGEST, files=True),
)
