"""The real `Assistant` over three invented articles, with an embedder and a language model that need nothing.

What the model writes is chosen by a word of the question, and checked as any other reply is:

ferry     one statement stands in the archive, the other does not      down   the model's server cannot be reached
harbour   a statement that two sentences support                       else   it finds no answer
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from assistant.answering.conversation import Conversation, OnStage, unwatched_stage
from assistant.app import Assistant
from assistant.articles import FieldMap, Given
from assistant.errors import ModelUnreachable
from assistant.library.library import Library
from assistant.library_reports import IngestProgress, IngestReport
from assistant.llm.chat import Message, Reply
from assistant.places import LibraryPlace
from assistant.records import Answer, Evidence, Filters, Turn, Usage
from assistant.settings import Settings
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.fakes.invented import FERRY, HARBOUR, MINA

NO_ANSWER = "The archive does not say."
CLOSES = "Port Alder voted to close the old harbour; Mayor Ines Calder said the work costs 18 million crowns."
ROWS: tuple[dict[str, object], ...] = (
    {
        "id": "urn:alder:news:harbour",
        "title": "Old harbour to close",
        "outlet": "Alder Courier",
        "date": "2025-11-27",
        "authors": ["Ines Olm", "Bo Marr"],
        "text": HARBOUR,
    },
    {"id": "https://www.isle.example/2025/ferry-numbers", "outlet": "Isle News", "date": "2025-11-25", "text": FERRY},
    {
        "id": "urn:mina:news:mina",
        "title": "إغلاق الميناء القديم 🎉",
        "outlet": "صحيفة الميناء",
        "date": "2025-11-28",
        "text": MINA,
    },
)


def write_rows(file: Path, rows: Sequence[Mapping[str, object]] = ROWS) -> Path:
    """Write articles as lines of JSON; return the file."""
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


class ScriptedWriter:
    """A `ChatModel` that reads the numbered sentences of its prompt and writes what the question's word asks for."""

    def __init__(self, name: str) -> None:
        self.name = name

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int, on_text: Callable[[str], None] | None = None
    ) -> Reply:
        prompt = messages[-1].content
        text = _written(prompt.rpartition("Question: ")[2], partial(_number, prompt))
        if on_text is not None:
            on_text(text)
        return Reply(text=text, model=self.name, usage=Usage(prompt_tokens=1200, completion_tokens=34))


def _written(question: str, number: Callable[[str], str]) -> str:
    if "down" in question:
        raise ModelUnreachable("No answer from http://localhost:1/v1; is the server running?")
    if "ferry" in question:
        wrong = f"The ferry to Sand Isle carried 23 million people last year. {number('The ferry to Sand Isle')}"
        return f"The last ferry leaves in March. {number('The last ferry leaves')} {wrong}"
    if "harbour" in question:
        cited = number("voted on Tuesday") + number("18 million")
        return f"{CLOSES} {cited}"
    return NO_ANSWER


def _number(prompt: str, words: str) -> str:
    """Return the number of the sentence that holds these words, in brackets as the prompt has it."""
    found = re.search(rf"{re.escape(words)}.* (\[\d+\])$", prompt, re.MULTILINE)
    return found[1] if found else "[99]"


class RecordingAssistant(Assistant):
    """Remembers what it was asked."""

    arrivals: Sequence[date] | None = None  # when articles came in, in place of what the catalog says

    def __init__(self, make: Callable[[], Library], settings: Settings) -> None:
        super().__init__(make, settings, lambda _: ScriptedWriter(settings.model))
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.settings = settings
        self.closed = False

    def close(self) -> None:
        self.closed = True
        super().close()

    def ingest(
        self,
        sources: Sequence[Path | str | Given],
        *,
        fields: FieldMap | None = None,
        outlet: str | None = None,
        on_progress: Callable[[IngestProgress], None] | None = None,
    ) -> IngestReport:
        self.calls.append(("ingest", {"sources": list(sources), "fields": fields, "outlet": outlet}))
        return super().ingest(sources, fields=fields, outlet=outlet, on_progress=on_progress)

    def search(
        self, question: str, limit: int = 10, asked_on: date | None = None, filters: Filters | None = None
    ) -> list[Evidence]:
        self.calls.append(("search", {"question": question, "asked_on": asked_on, "filters": filters}))
        return super().search(question, limit, asked_on, filters)

    def ask(
        self,
        question: str,
        asked_on: date | None = None,
        filters: Filters | None = None,
        on_text: Callable[[str], None] | None = None,
        on_stage: OnStage = unwatched_stage,
    ) -> Answer:
        self.calls.append(("ask", {"question": question, "asked_on": asked_on, "filters": filters}))
        return super().ask(question, asked_on, filters, on_text, on_stage)

    def conversation(self, *, asked_on: date | None = None, filters: Filters | None = None) -> Conversation:
        self.calls.append(("conversation", {"asked_on": asked_on, "filters": filters}))
        made = super().conversation(asked_on=asked_on, filters=filters)
        ask, retry = made.ask, made.retry

        def record(question: str) -> None:
            asked = {"question": question, "filters": made.filters, "strict": made.strict}
            self.calls.append(("turn", asked))

        def recorded(question: str, *, on_text: Callable[[str], None] | None = None) -> Turn:
            record(question)
            return ask(question, on_text=on_text)

        def recorded_retry(*, on_text: Callable[[str], None] | None = None) -> Turn:
            record(made.turns[-1].question)
            return retry(on_text=on_text)

        made.ask = recorded  # type: ignore[method-assign]
        made.retry = recorded_retry  # type: ignore[method-assign]
        return made

    def came_in(self, since: date) -> int:
        if self.arrivals is None:
            return super().came_in(since)
        return sum(day >= since for day in self.arrivals)


class RecordingOpener:
    """Opens real archives with the embedder and the model of these tests, and remembers them."""

    def __init__(self) -> None:
        self.opened: list[RecordingAssistant] = []

    def __call__(
        self, folder: LibraryPlace, *, settings: Settings, create: bool, on_notice: Callable[[str], None]
    ) -> Assistant:
        make = partial(Library, folder, BagOfWordsEmbedder(), create=create, notify=on_notice)
        made = RecordingAssistant(make, settings)
        if not create:
            made.status()  # raises `LibraryMissing` at once, as `Assistant.open` does
        self.opened.append(made)
        return made

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """All that was asked of the archives, in order."""
        return [call for made in self.opened for call in made.calls]


def fill(folder: Path, file: Path) -> None:
    """Make the archive of these articles in `folder`."""
    with RecordingOpener()(folder, settings=Settings(reader="off"), create=True, on_notice=_fail) as made:
        assert made.ingest([write_rows(file)]).added == len(ROWS)


def _fail(notice: str) -> None:
    raise AssertionError(notice)
