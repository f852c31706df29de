"""A question as it comes in over HTTP or MCP, and the answer as a job.

names given by a client -> Asked -> job -> Answer
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.answering.conversation import DraftWritten, OnStage, SentencesFound
from assistant.app import Assistant
from assistant.records import Answer, Filters
from assistant.retrieval.limits import canonical_names, checked, iso_day
from assistant.safe_text import well_formed
from assistant.serve.exchange import WebError
from assistant.serve.jobs import Job
from assistant.wording import plural

LONGEST_ASKED = 1_000  # characters of a question: more is no question but a prompt
_NAMES = ("question", "asked_on", "since", "until", "outlets", "authors", "strict")
_MOST_NAMES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with its limits, spelt as the archive has them."""

    question: str
    filters: Filters = Filters()
    asked_on: date | None = None  # None for today
    strict: bool | None = None  # None: as the settings say


def read_question(given: object, what: str = "question") -> str:
    """Return a question on one line. Raises `WebError` for an empty or long one."""
    if not isinstance(given, str):
        raise WebError(400, f"Give the {what} as text.", param=what)
    text = " ".join(well_formed(given).split())
    if not text:
        raise WebError(400, f"The {what} is empty.", param=what)
    if len(text) > LONGEST_ASKED:
        said = f"The {what} has {len(text):,} characters; at most {LONGEST_ASKED:,} are read."
        raise WebError(400, said, param=what, code=f"{what}_too_long")
    return text


def read_asked(given: Mapping[str, Any], assistant: Assistant, known: Sequence[str] = _NAMES) -> Asked:
    """Return the question that a client sent. Raises `WebError` and `UsageError`; no name is passed over."""
    if unknown := [name for name in given if name not in known]:
        raise WebError(400, f"There is no {unknown[0]!r} here; known are {', '.join(known)}.", param=unknown[0])
    strict = given.get("strict")
    if strict is not None and not isinstance(strict, bool):
        raise WebError(400, "strict is true or false.", param="strict")
    return Asked(
        question=read_question(given.get("question")),
        filters=read_limits(given, assistant),
        asked_on=_day(given, "asked_on"),
        strict=strict,
    )


def read_limits(given: Mapping[str, Any], assistant: Assistant) -> Filters:
    """Return the limits among the names given. Raises `UsageError` for a name that the archive does not have."""
    limits = Filters(
        since=_day(given, "since"),
        until=_day(given, "until"),
        outlets=_texts(given, "outlets"),
        authors=_texts(given, "authors"),
    )
    return canonical_names(assistant, checked(limits))


def _day(given: Mapping[str, Any], name: str) -> date | None:
    value = given.get(name) or ""
    if not isinstance(value, str):
        raise WebError(400, f"Write {name} as YYYY-MM-DD.", param=name)
    return iso_day(value or None, name)


def _texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = given.get(name) or []
    if not isinstance(value, list) or len(value) > _MOST_NAMES or not all(isinstance(item, str) for item in value):
        raise WebError(400, f"Give {name} as a list of at most {_MOST_NAMES} names.", param=name)
    return tuple(item for item in value if item.strip())


def searching(assistant: Assistant, job: Job) -> OnStage:
    """Tell that a search begins, and return what tells the stages after it."""
    job.stage(f"Searching {plural(assistant.status().articles, 'article')}.", "searching")

    def told(stage: SentencesFound | DraftWritten) -> None:
        if isinstance(stage, SentencesFound):
            job.evidence(stage.sentences)
        name = "found" if isinstance(stage, SentencesFound) else "checking"
        job.stage(stage_words(stage, len(job.found)), name)
        job.cancel.check()

    return told


def stage_words(stage: SentencesFound | DraftWritten, found: int) -> str:
    """Return in words what is done; `found` is the number of sentences found so far."""
    if isinstance(stage, SentencesFound):
        return f"{plural(found, 'sentence')} found."
    return f"Checking {plural(stage.statements, 'statement')}."


def answer_job(assistant: Assistant, asked: Asked) -> Callable[[Job], Answer]:
    """Return the work of a job that answers one question and tells its stages and its draft."""
    asking = assistant if asked.strict is None else assistant.variant(strict=asked.strict)

    def work(job: Job) -> Answer:
        on_stage = searching(asking, job)
        answer = asking.ask(asked.question, asked.asked_on, asked.filters, on_text=job.draft, on_stage=on_stage)
        job.cancel.check()
        job.tell("answer", answer)
        return answer

    return work
