"""The page that checks a draft: a text of a person's own, and beside each of its claims what the archive says.

Nothing of it is kept: the report belongs to its job, and can be taken along as a file while that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assistant.app import Assistant
from assistant.drafts.check_report import CheckReport
from assistant.drafts.checking import CheckOptions, DraftText, checkable
from assistant.errors import UsageError
from assistant.export.check_document import FORMATS, check_file, report_values
from assistant.export.target import Format
from assistant.retrieval.limits import iso_day
from assistant.safe_text import well_formed
from assistant.serve.asking import read_limits
from assistant.serve.exchange import Response, WebError, WebReply, WebRequest, see_other
from assistant.serve.forms import MEDIA, as_given, checked_form, form_values
from assistant.serve.jobs import Job
from assistant.serve.service import Service, WebRoute
from assistant.serve.site import page
from assistant.wording import plural

LARGEST = 2 * 1024 * 1024  # bytes: the longest draft, with three bytes for each of its characters


def _form(service: Service, request: WebRequest) -> Response:
    return _form_page(service, request, {})


def _form_page(service: Service, request: WebRequest, fields: Mapping[str, str], fault: str = "") -> WebReply:
    values = {
        "form": form_values(service, request, fields, fault),
        "text": fields.get("text", ""),
        "dated": fields.get("dated", ""),
    }
    return page(service, "check_form.html", values, here="/check", status=400 if fault else 200)


def _start(service: Service, request: WebRequest) -> Response:
    fields = checked_form(service, request)
    try:
        draft, options = read_draft_asked(fields.get("text", ""), fields.get("dated", ""), fields, service.assistant)
    except (WebError, UsageError) as error:
        return _form_page(service, request, fields, str(error))
    title = f"Checking {plural(len(draft.text.split()), 'word')}"
    return see_other(f"/answers/{service.start(title, check_job(service.assistant, draft, options)).id}")


def read_draft_asked(
    text: object, dated: str, fields: Mapping[str, str], assistant: Assistant
) -> tuple[DraftText, CheckOptions]:
    """Return a draft as it was sent, and how it is to be checked. Raises `WebError` and `UsageError`."""
    if not isinstance(text, str) or not text.strip():
        raise WebError(400, "There is no text to check.", param="text")
    limits = read_limits({**as_given(fields), "until": "", "since": ""}, assistant)
    day = iso_day(dated or None, "dated")
    return DraftText(text=checkable(well_formed(text))), CheckOptions(dated=day, filters=limits)


def check_job(assistant: Assistant, draft: DraftText, options: CheckOptions) -> Callable[[Job], CheckReport]:
    """Return the work of a job that checks a draft and tells how far it is."""

    def work(job: Job) -> CheckReport:
        def checked(done: int, every: int) -> None:
            job.cancel.check()
            job.stage(f"{done} of {plural(every, 'sentence')} checked.")

        report = assistant.check(draft, options, checked)
        job.made(report, {"words": "The draft is checked.", "reload": True})
        return report

    return work


def checked_page(service: Service, _request: WebRequest, job: Job, report: CheckReport) -> Response:
    """Return the page of a checked draft."""
    more: dict[str, Any] = {"parent": "layout.html", "places": True, "job": job.id}
    return page(service, "checked.html", {**report_values(report), **more}, here="/check")


def _export(service: Service, request: WebRequest) -> Response:
    report = service.job(request.values["job"]).result
    form = next((form for form in FORMATS if form == (request.one("format") or "html")), None)
    if not isinstance(report, CheckReport) or form is None:
        raise WebError(404, "There is no such report here any more. Check the draft again.")
    named = f'attachment; filename="checked-draft.{form}"'
    return WebReply(
        body=check_file(report, Format(form)).encode(), media=MEDIA[form], headers={"Content-Disposition": named}
    )


CHECK_ROUTES = (
    WebRoute("/check", ("GET",), _form),
    WebRoute("/check", ("POST",), _start, largest=LARGEST),
    WebRoute("/answers/{job}/report", ("GET",), _export),
)
