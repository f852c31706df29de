"""A stand-in for `assistant.app.Assistant` in programs that are started again and again, at a terminal or in a pipe.

The real one takes a second of each process for its indexes; tests within one process use it (`tests.fakes.archive`).
Here four invented articles are asked, and a word of the question chooses the answer:

harbour   a supported answer from two outlets        ferry   one statement fails its check
weather   an abstention with nearest evidence        trap    articles and answer full of escape codes
long      nothing for half a minute                  mina    an Arabic sentence with emoji
slow      streams for half a minute                  else    an abstention
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from assistant.answering.conversation import OnStage, unwatched_stage
from assistant.english.broad_questions import Kind
from assistant.errors import LibraryMissing, UsageError
from assistant.library_reports import IngestProgress, IngestReport, LibraryStatus
from assistant.permalinks import Permalink, resolve
from assistant.places import LibraryPlace
from assistant.records import Answer, ArticleInfo, Citation, Evidence, Filters, Skipped, StoredArticle, Turn, short_hash
from assistant.retrieval.query import Query
from assistant.retrieval.understanding import Understanding
from assistant.sessions.store import OpenSession, SessionStore
from assistant.settings import Settings
from tests.fakes import hostile
from tests.fakes.invented import answer_to, articles, evidence

if TYPE_CHECKING:
    from assistant.app import Assistant
    from assistant.articles import FieldMap, Given

OnText = Callable[[str], None]


class FakeAssistant:
    """What of the public interface the programs at a terminal use, over records."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        self._settings = settings
        self._articles = articles()

    def __enter__(self) -> FakeAssistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is open."""

    @property
    def folder(self) -> str:
        return str(self._folder)

    def ingest(
        self,
        sources: Sequence[Path | str | Given],
        *,
        fields: FieldMap | None = None,
        outlet: str | None = None,
        on_progress: Callable[[IngestProgress], None] | None = None,
    ) -> IngestReport:
        for step in range(3 if on_progress else 0):
            assert on_progress
            now = IngestProgress(
                articles=step, passages=2 * step, bytes_read=step, bytes_total=2, current=f"/n/\x1b[31m{step}.txt"
            )
            on_progress(now)
        return _report()

    def fetch(
        self,
        sources: Sequence[Path | str | Given],
        *,
        fields: FieldMap | None = None,
        on_step: OnText = lambda _: None,
    ) -> list[Path | Given]:
        return [Path(source) if isinstance(source, str) else source for source in sources]

    def search(
        self, question: str, limit: int = 10, asked_on: date | None = None, filters: Filters | None = None
    ) -> list[Evidence]:
        return [evidence(a, 0, 0.9 - i / 10) for i, a in enumerate(self._articles)][:limit]

    def explain(self, question: str, asked_on: date | None = None, filters: Filters | None = None) -> Understanding:
        day, limits = asked_on or date(2025, 5, 1), filters or Filters()
        return Understanding(
            kind=Kind.FACT,
            subject=question,
            first=None,
            last=None,
            filters=limits,
            sides=(),
            speaker=hostile.ALL,
            left_out=(hostile.ALL,),
            articles=1,
            articles_more=False,
            articles_first=day,
            articles_last=day,
            query=Query(
                question=question, asked_on=day, filters=limits, terms={"harbour": 2.0}, missing=("\x1b[31mred",)
            ),
        )

    def ask(
        self,
        question: str,
        asked_on: date | None = None,
        filters: Filters | None = None,
        on_text: OnText | None = None,
        on_stage: OnStage = unwatched_stage,
    ) -> Answer:
        return self._answer(question, 1, on_text)

    def _answer(self, question: str, number: int, on_text: OnText | None) -> Answer:
        if "long" in question:
            time.sleep(30)
        if "slow" in question:
            _stream(on_text or (lambda _: None))
        return answer_to(question, number, model=self.model_name)

    def conversation(self, *, asked_on: date | None = None, filters: Filters | None = None) -> FakeConversation:
        return FakeConversation(self._answer, filters or Filters())

    def article(self, article_id: str, version: int | None = None, *, text_hash: str = "") -> StoredArticle:
        for article in self._articles:
            fits = version in (None, article.info.version) and short_hash(article.text, 64).startswith(text_hash)
            if article.info.id == article_id and fits:
                return article
        raise UsageError(f"The archive holds no article {article_id}.")

    def permalink(self, ref: str) -> Permalink:
        return resolve(ref, self.article, self.sessions.citation)

    def came_in(self, since: date) -> int:
        return 0

    def authors(self) -> tuple[str, ...]:
        return tuple(sorted({author for article in self._articles for author in article.info.authors}))

    def titled(self, words: str, limit: int = 20) -> list[ArticleInfo]:
        fits = [all(word.casefold() in a.info.title.casefold() for word in words.split()) for a in self._articles]
        return [a.info for a, fit in zip(self._articles, fits, strict=True) if fit and a.info.title][:limit]

    @property
    def sessions(self) -> SessionStore:
        return SessionStore(self._settings.sessions)

    def new_session(self) -> OpenSession | None:
        return self.sessions.create(library=self.folder, embedder="fake", model=self.model_name, program="0")

    def status(self) -> LibraryStatus:
        return LibraryStatus(
            folder=self.folder,
            articles=3,
            versions=4,
            sentences=1200,
            passages=40,
            pending=1,
            undated=1,
            first=date(2025, 11, 25),
            last=date(2025, 11, 27),
            outlets=tuple((article.info.outlet, 1) for article in self._articles if article.info.outlet),
            embedder="fake",
            bytes_on_disk=1_234_567,
        )

    def warm_up(self) -> None:
        """Everything is warm."""

    @property
    def notices(self) -> tuple[str, ...]:
        return ()

    @property
    def reading(self) -> None:
        return None

    @property
    def reader_name(self) -> str:
        return "off"

    @property
    def model_name(self) -> str:
        return self._settings.model if self._settings.model_configured else ""


def _report() -> IngestReport:
    return IngestReport(
        added=20,
        updated=1,
        unchanged=3,
        skipped=(Skipped(source="/n/a.bin", reason="Not text."), Skipped(source="/n/\x1bb.txt", reason="Empty.")),
        notices=(Skipped(source="/n/c.json", reason="The date 'soon' could not be read."),),
        undated=2,
        passages=50,
        embedded=40,
        seconds=1.25,
    )


def _stream(on_text: OnText) -> None:
    for turn in range(300):
        on_text("The council of \x1b[31mPort Alder [1] ")
        on_text(hostile.ALL if turn == 20 else "")
        time.sleep(0.1)


class FakeConversation:
    """Numbers go on over the whole conversation; a failed turn leaves no trace."""

    def __init__(self, answer: Callable[[str, int, OnText | None], Answer], filters: Filters) -> None:
        self._answer = answer
        self.filters = filters
        self.asked_on: date | None = None
        self.strict: bool | None = None
        self.turns: tuple[Turn, ...] = ()

    def ask(self, question: str, *, on_text: OnText | None = None) -> Turn:
        return self._ask(question, self.turns, on_text)

    def retry(self, *, on_text: OnText | None = None) -> Turn:
        if not self.turns:
            raise UsageError("Nothing was asked in this conversation yet.")
        return self._ask(self.turns[-1].question, self.turns[:-1], on_text)

    def undo(self) -> Turn:
        if not self.turns:
            raise UsageError("Nothing was asked in this conversation yet.")
        *kept, last = self.turns
        self.turns = tuple(kept)
        return last

    def take_up(self, turns: Sequence[Turn]) -> None:
        self.turns = tuple(turns)

    def _ask(self, question: str, earlier: tuple[Turn, ...], on_text: OnText | None) -> Turn:
        used = [c.number for turn in self.turns for c in turn.answer.evidence]
        answer = self._answer(question, max(used, default=0) + 1, on_text)
        turn = Turn(question=question, answer=answer, standalone=question)
        self.turns = (*earlier, turn)
        return turn

    def citation(self, number: int) -> Citation | None:
        shown = [c for turn in self.turns for c in turn.answer.evidence]
        return next((c for c in shown if c.number == number), None)


def open_fake(folder: LibraryPlace, *, settings: Settings, create: bool, on_notice: OnText) -> Assistant:
    """Open the stand-in. Raises `LibraryMissing` as the real one does."""
    if not create and not (isinstance(folder, Path) and folder.exists()):
        raise LibraryMissing(f"There is no library in {folder}. Make one with: assistant ingest FOLDER")
    return cast("Assistant", FakeAssistant(Path(str(folder)), settings))
