"""What a language model's program may ask of the archive: five tools and what they return.

Nothing here knows the protocol (see `mcp_server`). A wrong name or limit is an error with the remedy, never an answer
without that limit. What a tool returns suffices by itself, as text and as data alike: clients show their model one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from assistant.answering.conversation import DraftWritten, SentencesFound
from assistant.app import Assistant
from assistant.checks.injection import is_order, undisguised
from assistant.drafts.checking import OnChecked
from assistant.errors import Cancelled, UsageError
from assistant.export.pages import web_address
from assistant.json_form import to_json
from assistant.llm.cancel import Cancel
from assistant.permalinks import State, find_sentence
from assistant.records import Answer, Disagreement, Evidence, Statement, StoredArticle, Verdict
from assistant.safe_text import safe
from assistant.serve.asking import Asked, read_asked, read_limits, read_question, stage_words
from assistant.serve.exchange import WebError
from assistant.serve.plain_answer import PlainAnswer
from assistant.serve.reading_pages import at_sentence, shown_sentences
from assistant.serve.service import holdings_line, overview
from assistant.serve.tool_schemas import SCHEMAS
from assistant.serve.verifying import Verification, of_draft, read_statements, verify
from assistant.wording import added_dates, correction, faults, outlet_of, plural, published, title_of

_MODEL_S = 45.0  # for an answer with a model: clients give a tool up after 60
_TOO_SLOW = f"The language model took longer than {_MODEL_S:.0f} s: sentences of the archive are quoted instead."
_DRAFT = 20_000  # characters of a draft: its report fits into what a client takes
_TEXT = 16_000  # characters of an article in one reply, some 4,000 tokens
_BEFORE = 8  # sentences before the one that is named, where not all fit
_ORDER = "[order to the reader] "

Returned = dict[str, Any]
Told = Callable[[int, int, str], None]  # steps done, all steps, and in words what is being done
_STEPS = 4  # of an answer: searching, found, writing, checking


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the tools work on."""

    assistant: Callable[[], Assistant]  # opens the archive, or returns the open one
    base: str = ""  # that permalinks begin with, "" where no server gives them
    told: Told = lambda _done, _every, _words: None  # how far the call is; clients give silent ones up

    def link(self, ref: str, url: str = "", text: str = "") -> str:
        """Return where a sentence can be read: its permalink, else the outlet's page open at it, else its name."""
        if self.base:
            return f"{self.base}/s/{ref}"
        address = at_sentence(url, text) if text else url
        return web_address(address) or f"urn:assistant:{ref}"


def run_tool(name: str, desk: Desk, given: Mapping[str, Any]) -> Returned:
    """Return what a tool finds. Raises an error of the family; a name of an argument that is not known is one."""
    takes = SCHEMAS[name].takes
    if unknown := [argument for argument in given if argument not in takes]:
        raise UsageError(f"{name} takes no {unknown[0]!r}; it takes {', '.join(takes) or 'nothing'}.")
    return _CALLS[name](desk, given)


def _search(desk: Desk, given: Mapping[str, Any]) -> Returned:
    assistant = desk.assistant()
    query, limit = read_question(given.get("query"), "query"), given.get("limit") or 8
    if not isinstance(limit, int) or not 1 <= limit <= 30:
        raise WebError(400, "limit is a number from 1 to 30.")
    found = assistant.search(query, limit, filters=read_limits(given, assistant))
    shown = [evidence for evidence in found if not is_order(undisguised(evidence.text))]
    left = len(found) - len(shown)
    return {
        "results": [_result(desk, evidence) for evidence in shown],
        "coverage": holdings_line(assistant.status()),
        "note": f"{left} left out: they give orders to whoever reads." if left else "",
    }


def _result(desk: Desk, evidence: Evidence) -> Returned:
    info = evidence.article
    return {
        "id": evidence.ref,
        "title": f"{outlet_of(info)} · {published(info)} · {title_of(info)}",
        "url": _link(desk, evidence),
        "text": safe(evidence.text),
        "before": safe(evidence.before),
        "dates": added_dates(evidence),
        "notice": correction(info),
        "score": round(evidence.score, 3),
    }


def _ask(desk: Desk, given: Mapping[str, Any]) -> Returned:
    assistant = desk.assistant()
    return _answer(desk, _answered(desk, assistant, read_asked(given, assistant)))


def _answer(desk: Desk, answer: Answer) -> Returned:
    plain = PlainAnswer.of(answer)
    sources = [_source(desk, n.number, n.citation) for n in plain.sources]
    return {
        "answer": plain.text(partial(_link, desk)),
        "abstained": answer.abstained,
        "reason": answer.reason,
        "statements": [_statement(plain, statement) for statement in answer.statements],
        "sources": sources,
        "disagreements": [_disagreement(plain, found) for found in answer.disagreements],
        "nearest": [n.number for n in plain.sources] if answer.abstained else [],
        "evidence_from": answer.evidence_from.isoformat() if answer.evidence_from else "",
        "evidence_until": answer.evidence_until.isoformat() if answer.evidence_until else "",
        "notices": [safe(notice) for notice in answer.notices],
    }


def _link(desk: Desk, evidence: Evidence) -> str:
    return desk.link(evidence.ref, evidence.article.url, evidence.text)


def _answered(desk: Desk, assistant: Assistant, asked: Asked) -> Answer:
    """Return the answer; by quoting, when the model takes too long."""
    telling = _Telling(desk)
    telling.step(f"Searching {plural(assistant.status().articles, 'article')}.")
    asking = assistant if asked.strict is None else assistant.variant(strict=asked.strict)
    if not asking.model_name:
        return asking.ask(asked.question, asked.asked_on, asked.filters, on_stage=telling.stage)
    late = Cancel(_TOO_SLOW)
    timer = threading.Timer(_MODEL_S, late.set)
    timer.start()
    try:
        with late.joined():
            return asking.ask(asked.question, asked.asked_on, asked.filters, telling.text, telling.stage)
    except Cancelled:
        if not late.is_set:
            raise
        given = asking.variant(use_model=False).ask(asked.question, asked.asked_on, asked.filters)
        return replace(given, notices=(*given.notices, _TOO_SLOW))
    finally:
        timer.cancel()


class _Telling:
    """Tells the client of an answer what is done for it; a long overview goes through the later steps several times."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._done = 0
        self._found = 0
        self._writing = False

    def step(self, words: str) -> None:
        self._desk.told(self._done, max(_STEPS, self._done + 1), words)
        self._done += 1

    def stage(self, stage: SentencesFound | DraftWritten) -> None:
        if isinstance(stage, SentencesFound):
            self._found += len(stage.sentences)
        self._writing = False
        self.step(stage_words(stage, self._found))

    def text(self, _piece: str) -> None:
        if not self._writing:
            self._writing = True
            self.step("The model is writing; what it writes is checked.")


def _statement(plain: PlainAnswer, statement: Statement) -> Returned:
    checked = statement.verdict is Verdict.SUPPORTED
    problems = list(faults(statement))
    return {
        "text": safe(statement.text),
        "verdict": statement.verdict.value,
        "checked": checked,
        "badge": "✓ checked" if checked else f"✗ {'; '.join(problems) or statement.verdict}",
        "citations": [plain.number(citation) for citation in statement.citations],
    }


def _disagreement(plain: PlainAnswer, found: Disagreement) -> Returned:
    readings = [
        {"text": safe(each.words), "correction": each.correction, "citation": plain.number(each.citation)}
        for each in found.readings
    ]
    return {"about": safe(found.about), "readings": readings}


def _source(desk: Desk, number: int, evidence: Evidence) -> Returned:
    info = evidence.article
    return {
        "number": number,
        "ref": evidence.ref,
        "url": _link(desk, evidence),
        "quote": safe(evidence.text),
        "outlet": outlet_of(info),
        "published": info.published.isoformat() if info.published else "",
        "title": title_of(info),
        "dates": added_dates(evidence),
        "notice": correction(info),
    }


def _fetch(desk: Desk, given: Mapping[str, Any]) -> Returned:
    assistant, name = desk.assistant(), str(given.get("id") or "").strip()
    place, _, start = name.partition("@")
    if "-" in place:
        article, cited = find_sentence(place, assistant.article)
        link = assistant.permalink(place)
        state, notices = link.state.value, link.notices
    else:
        article, cited = assistant.article(place), None
        state, notices = (State.REMOVED if article.removed else State.CURRENT).value, ()
    first = int(start) - 1 if start.isdecimal() and len(start) < 7 else None
    lines, begin, end = _window(article, cited, first)
    info, of = article.info, len(article.sentences)
    shown = f"{info.id}-{info.text_hash[:6]}-{(cited if cited is not None else begin) + 1}"
    return {
        "id": name,
        "title": f"{outlet_of(info)} · {published(info)} · {title_of(info)}",
        "url": desk.link(shown, info.url),
        "text": "\n".join(lines),
        "metadata": {
            "article": info.id,
            "version": info.version,
            "state": state,
            "ref_prefix": f"{info.id}-{info.text_hash[:6]}-",
            "cited_sentence": 0 if cited is None else cited + 1,
            "from": begin + 1,
            "to": end,
            "of": of,
            "next": f"{place}@{end + 1}" if end < of else "",
            "notices": [safe(notice) for notice in notices],
        },
    }


def _window(article: StoredArticle, cited: int | None, first: int | None) -> tuple[list[str], int, int]:
    """Return as many numbered sentences as fit, and the places of the first of them and after the last."""
    whole = len(article.text) <= _TEXT
    begin = first if first is not None else 0 if whole or cited is None else max(0, cited - _BEFORE)
    if not 0 <= begin < len(article.sentences):
        raise UsageError(f"The article has {len(article.sentences)} sentences.")
    lines: list[str] = []
    used = 0
    for piece in list(shown_sentences(article))[begin:]:
        order = _ORDER if is_order(undisguised(piece.words)) else ""
        line = f"[{piece.number}] {order}{safe(piece.words)}"[:_TEXT]
        if lines and used + len(line) > _TEXT:
            break
        lines.append(line)
        used += len(line)
    return lines, begin, begin + len(lines)


def _check(desk: Desk, given: Mapping[str, Any]) -> Returned:
    if given.get("draft"):
        if given.get("statements"):
            raise UsageError("Give statements or a draft, not both.")
        return _as_returned(_checked_draft(desk, given["draft"]))
    statements, question = read_statements(given)
    return _as_returned(verify(desk.assistant(), statements, question, _counting(desk)))


def _as_returned(found: Verification) -> Returned:
    made: Returned = to_json(found)
    return made


def _checked_draft(desk: Desk, draft: object) -> Verification:
    if not isinstance(draft, str) or len(draft) > _DRAFT:
        raise UsageError(f"Give the draft as text of at most {_DRAFT:,} characters; check longer ones in parts.")
    return of_draft(desk.assistant().check(draft, on_checked=_counting(desk)))


def _counting(desk: Desk) -> OnChecked:
    return lambda done, every: desk.told(done, every, f"{done} of {every} sentences checked.")


def _overview(desk: Desk, given: Mapping[str, Any]) -> Returned:
    assistant, topic = desk.assistant(), given.get("topic") or ""
    held = overview(assistant)
    if not topic:
        return held
    asked = Asked(question=f"What do we know about {read_question(topic, 'topic')}?")
    return {**held, **_answer(desk, _answered(desk, assistant, asked))}


def resource_text(desk: Desk, uri: str) -> str:
    """Return what archive://article/ID or archive://sentence/REF holds. Raises `UsageError`."""
    kind, _, name = uri.removeprefix("archive://").partition("/")
    if kind not in ("article", "sentence") or not uri.startswith("archive://"):
        raise UsageError(f"{uri} is none of archive://article/ID and archive://sentence/REFERENCE.")
    read = _fetch(desk, {"id": name})
    return f"{read['title']}\n{read['url']}\n\n{read['text']}"


_CALLS = {"search": _search, "fetch": _fetch, "ask": _ask, "check": _check, "overview": _overview}
