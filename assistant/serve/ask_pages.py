"""The pages that ask and answer: the question, the answer while it is made, and the saved chats.

The sources of an answer stand on a line of time, one mark each; marks of near days stand above one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

import assistant as package
from assistant.drafts.check_report import CheckReport
from assistant.errors import UsageError
from assistant.export.document import Document, build_document
from assistant.export.pages import Section, sections
from assistant.export.target import Format, file_text
from assistant.library_reports import IngestReport
from assistant.records import ArticleInfo, Turn
from assistant.serve.asking import read_asked
from assistant.serve.chats import Place, TakenTurn, announced, chat_list, load_chat, turn_job
from assistant.serve.check_pages import checked_page
from assistant.serve.exchange import EventStream, Response, WebError, WebReply, WebRequest, json_reply, see_other
from assistant.serve.forms import MEDIA, as_given, checked_form, form_values, limit_fields
from assistant.serve.jobs import Job, JobEvent
from assistant.serve.plain_answer import PlainAnswer
from assistant.serve.service import Service, WebRoute
from assistant.serve.site import page
from assistant.serve.upload_pages import ingested_page
from assistant.sessions.session_file import SavedTurn, Session, now

_LAST = 8  # chats named below the question
_IN_ADDRESS = ("strict", "model")  # of a chat; its limits are saved with each question
_LEFT, _RIGHT = 5.0, 95.0  # per cent of the width, between which the marks lie
_APART = 7.5  # per cent that two marks need to stand side by side on a telephone
_STEP = 27  # pixels from one mark to that above it
_GROUND = 46  # pixels from the foot of the picture to the middle of the lowest marks


class Dot(NamedTuple):
    """A source."""

    number: int
    info: ArticleInfo
    x: float  # per cent of the width
    above: int  # pixels above the foot


class TimeLine(NamedTuple):
    """The whole picture."""

    first: date
    last: date
    dots: tuple[Dot, ...]
    height: int  # pixels


def time_line(section: Section) -> TimeLine | None:
    """Return where each source of an answer stands; None where there is but one day."""
    cards = [*(card for row in section.rows for card in row.cards), *section.loose]
    shown = {card.number: card.source.citation.article for card in cards}
    dated = sorted((info.published, number) for number, info in shown.items() if info.published)
    if section.exchange.answer.abstained or len({day for day, _ in dated}) < 2:
        return None
    first, last = dated[0][0], dated[-1][0]
    dots = tuple(_placed([(number, shown[number], (day - first) / (last - first)) for day, number in dated]))
    return TimeLine(first, last, dots, max(dot.above for dot in dots) + _STEP // 2 + 1)


def _placed(sources: list[tuple[int, ArticleInfo, float]]) -> Iterator[Dot]:
    """Yield the marks, each on the lowest level where it has room."""
    ends: list[float] = []  # of the last mark on each level
    for number, info, share in sources:
        x = round(_LEFT + share * (_RIGHT - _LEFT), 1)
        level = next((at for at, end in enumerate(ends) if x - end >= _APART), len(ends))
        ends[level : level + 1] = [x]
        yield Dot(number, info, x, _GROUND + level * _STEP)


def search_query(section: Section) -> str:
    """Return what the address of the search page holds to search for the same, within the same limits."""
    asked = section.exchange
    limits = {name: value for name, value in limit_fields(asked.filters).items() if value}
    return urlencode({"q": asked.standalone or asked.question, **limits})


def _per_answer(service: Service, request: WebRequest) -> dict[str, Callable[[Section], object]]:
    """Return what the page calls for each answer."""
    base = service.base(request)

    def copied_text(section: Section) -> str:
        asked = section.exchange
        return f"{asked.question}\n\n{PlainAnswer.of(asked.answer).text(lambda sentence: f'{base}/s/{sentence.ref}')}"

    return {"time_line": time_line, "search_query": search_query, "copied_text": copied_text}


def _ask(service: Service, request: WebRequest) -> Response:
    return _form_page(service, form_values(service, request))


def _form_page(service: Service, form: dict[str, Any], status: int = 200) -> WebReply:
    chats, _ = chat_list(service.assistant)
    values = {"form": form, "chats": chats[:_LAST]}
    return page(service, "ask.html", values, here="/", status=status)


def _start(service: Service, request: WebRequest) -> Response:
    return _started(service, request, checked_form(service, request))


def _retry(service: Service, request: WebRequest) -> Response:
    """Ask the last question again, with the limits and the model of the form, in place of its answer."""
    fields, chat = checked_form(service, request), request.values["chat"]
    question = _last(load_chat(service.assistant, chat)).turn.question
    return _started(service, request, {**fields, "question": question, "chat": chat}, instead=True)


def _started(service: Service, request: WebRequest, fields: Mapping[str, str], *, instead: bool = False) -> Response:
    chat = fields.get("chat", "")
    try:
        asked = read_asked(as_given(fields), service.assistant)
        asking = service.asking(fields.get("model", ""))
        if chat:
            load_chat(service.assistant, chat)
    except (WebError, UsageError) as error:
        return _form_page(service, form_values(service, request, fields, str(error)), 400)
    work = turn_job(asking, asked, Place(chat=chat, instead=instead, kept=_kept(fields)))
    return see_other(f"/answers/{service.start(asked.question, work, fields).id}")


def _kept(fields: Mapping[str, str]) -> str:
    """Return what the address of a chat holds, so that the next question is asked in the same way."""
    kept = [(name, fields[name]) for name in _IN_ADDRESS if fields.get(name)]
    return f"?{urlencode(kept)}" if kept else ""


def _answer(service: Service, request: WebRequest) -> Response:
    job = service.job(request.values["job"])
    ended = job.ended  # before its result is looked for: it may end meanwhile
    for kind, shown in _SHOWN.items():
        if isinstance(job.result, kind):
            return shown(service, request, job, job.result)
    fault = str(job.error) if job.error else ""
    if ended and not fault:
        fault = "A fault of this program: see what the server printed."
    values = {
        "form": form_values(service, request, job.fields),
        "question": job.question,
        "status": "" if ended else job.doing or "Waiting for its turn.",
        "running": not ended,
        "job": job.id,
        "found": job.found,
        "sections": (),
        "fault": fault,
    }
    return page(service, "answer_page.html", {**values, **_per_answer(service, request)})


def _taken(service: Service, request: WebRequest, job: Job, taken: TakenTurn) -> Response:
    return see_other(taken.place) if taken.place else _unsaved(service, request, job, taken)


# What a job made, and the page of it.
_SHOWN: Mapping[type[Any], Callable[[Service, WebRequest, Job, Any], Response]] = {
    TakenTurn: _taken,
    CheckReport: checked_page,
    IngestReport: ingested_page,
}


def _unsaved(service: Service, request: WebRequest, job: Job, taken: TakenTurn) -> WebReply:
    values = {
        "form": form_values(service, request, {**job.fields, "question": ""}),
        "question": taken.turn.question,
        "status": announced(taken.turn.answer),
        "running": False,
        "sections": sections(_document(service, taken.turn)),
        "fault": "",
    }
    return page(service, "answer_page.html", {**values, **_per_answer(service, request)})


def _document(service: Service, asked: Session | Turn) -> Document:
    """Return the document of a chat, or of one answer that is kept nowhere."""
    turns = asked.turns if isinstance(asked, Session) else [asked]
    chat, name = (asked.header.id, asked.name) if isinstance(asked, Session) else ("", "")
    article = service.assistant.article
    return build_document(turns, article, made=now(), program=package.__version__, session=chat, name=name)


def _events(service: Service, request: WebRequest) -> Response:
    job = service.job(request.values["job"])
    seen = request.headers.get("last-event-id", "0")
    after = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    return EventStream(job=job, encoded=JobEvent.as_sse, owned=False, after=after)


def _stop(service: Service, request: WebRequest) -> Response:
    checked_form(service, request)
    job: Job = service.job(request.values["job"])
    job.cancel.set()
    return see_other(f"/answers/{job.id}")


def _chats(service: Service, request: WebRequest) -> Response:
    found, notices = chat_list(service.assistant)
    if request.is_data:
        return json_reply(found)
    values = {"chats": found, "notices": notices, "form": form_values(service, request)}
    return page(service, "chats.html", values, here="/chats")


def _chat(service: Service, request: WebRequest) -> Response:
    session = load_chat(service.assistant, request.values["chat"].removesuffix(".json"))
    if request.is_data:
        return json_reply(session)
    last = _last(session)
    document = _document(service, session)
    fields = {name: request.one(name) for name in _IN_ADDRESS} | limit_fields(last.filters)
    values = {
        "form": form_values(service, request, {**fields, "chat": session.header.id}),
        "question": document.title,
        "status": announced(last.turn.answer),
        "running": False,
        "sections": sections(document),
        "fault": " ".join(session.notices),
        "name": session.name,
    }
    return page(service, "answer_page.html", {**values, **_per_answer(service, request)})


def _last(session: Session) -> SavedTurn:
    if not session.turns:
        raise WebError(404, "Every question of this chat was taken back.")
    return session.turns[-1]


def _export(service: Service, request: WebRequest) -> Response:
    session = load_chat(service.assistant, request.values["chat"])
    try:
        form = Format(request.one("format") or "html")
    except ValueError as error:
        raise WebError(400, f"Formats are {', '.join(Format)}.", param="format") from error
    text = file_text(_document(service, session), form)
    named = f'attachment; filename="{session.header.id}.{form}"'
    return WebReply(body=text.encode(), media=MEDIA[form], headers={"Content-Disposition": named})


def _delete(service: Service, request: WebRequest) -> Response:
    checked_form(service, request)
    session = load_chat(service.assistant, request.values["chat"])
    service.assistant.sessions.delete(session.header.id)
    return see_other("/chats")


def _rename(service: Service, request: WebRequest) -> Response:
    """Give a chat the name of the form; an empty one takes its name away."""
    fields = checked_form(service, request)
    chat = load_chat(service.assistant, request.values["chat"]).header.id
    with service.assistant.sessions.resume(chat) as saving:
        saving.rename(fields.get("name", ""))
    return see_other(f"/chats/{chat}")


def _undo(service: Service, request: WebRequest) -> Response:
    """Take the last question back; an empty chat leads to the first page."""
    checked_form(service, request)
    chat = load_chat(service.assistant, request.values["chat"]).header.id
    with service.assistant.sessions.resume(chat) as saving:
        saving.undo()
        left = len(saving.saved)
    return see_other(f"/chats/{chat}#q{left}" if left else "/")


PAGE_ROUTES = (
    WebRoute("/", ("GET",), _ask),
    WebRoute("/ask", ("POST",), _start),
    WebRoute("/answers/{job}", ("GET",), _answer),
    WebRoute("/answers/{job}/events", ("GET",), _events),
    WebRoute("/answers/{job}/stop", ("POST",), _stop),
    WebRoute("/chats", ("GET",), _chats),
    WebRoute("/chats.json", ("GET",), _chats),
    WebRoute("/chats/{chat}", ("GET",), _chat),
    WebRoute("/chats/{chat}/export", ("GET",), _export),
    WebRoute("/chats/{chat}/retry", ("POST",), _retry),
    WebRoute("/chats/{chat}/undo", ("POST",), _undo),
    WebRoute("/chats/{chat}/rename", ("POST",), _rename),
    WebRoute("/chats/{chat}/delete", ("POST",), _delete),
)
