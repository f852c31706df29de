"""A stand-in for `assistant.app.Assistant`: four invented articles, and answers chosen by a word of the question.

harbour   a supported answer from two outlets        ferry   one statement fails its check
weather   an abstention with nearest evidence        trap    articles and answer full of escape codes
long      nothing for half a minute
slow      streams for half a minute                  down    the model server cannot be reached
mina      an Arabic sentence with emoji
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from assistant.errors import LibraryMissing, ModelUnreachable, UsageError
from assistant.permalinks import Permalink, resolve
from assistant.records import (
    Answer,
    ArticleInfo,
    Citation,
    DateMention,
    Evidence,
    Filters,
    IngestProgress,
    IngestReport,
    LibraryFinding,
    LibraryHealth,
    LibraryStatus,
    Sentence,
    Skipped,
    Statement,
    StoredArticle,
    Turn,
    Usage,
    Verdict,
    short_hash,
)
from assistant.retrieval.query import Query
from assistant.sessions.store import SessionStore
from assistant.sessions.writing import OpenSession
from assistant.settings import Settings
from tests.fakes import hostile

if TYPE_CHECKING:
    from assistant.app import Assistant

OnText = Callable[[str], None]
NO_FILTERS = Filters()
REBUILT = "The search index is being rebuilt."
NOTICE = "Tokens are counted with the vocabulary that comes with the program."
TRAP = (
    "\x1b[31mred\x1b]52;c;aGVsbG8=\x07 [bold]not bold[/bold] [s1] [sic] :smile: \u202eabc\u202c \x9b2J end "
    f"{hostile.ALL}"
)
HARBOUR = (
    "The council of Port Alder voted on Tuesday to close the old harbour. Mayor Ines Calder said the work costs "
    "18 million crowns.\n\nFishing boats move to the north quay. The last ferry leaves in March. Residents had asked "
    "for a delay. The council refused. Work begins in spring."
)
MINA = (
    "أعلن المجلس البلدي إغلاق الميناء القديم 👩\u200d👩\u200d👧 🎉. وتبلغ الكلفة ١٨ مليون كرون. "
    + 9 * "بقيت القوارب في الرصيف. "
)
FERRY = "The ferry to Sand Isle carried 23,400 people last year. Fares stay as they are."


def stored(text: str, *, version: int = 1, **about: Any) -> StoredArticle:
    """An article cut at full stops, which is good enough for invented ones."""
    tiles = tuple(
        Sentence(i, m.start(), m.end()) for i, m in enumerate(re.finditer(r"[^.]+(?:\.\s*|$)", text, re.DOTALL))
    )
    source = str(about.get("source", "/news/file.txt"))
    known: dict[str, Any] = {"source": source, "title": "", "outlet": "", "published": None} | about
    info = ArticleInfo(id=short_hash(source, 10), version=version, **known)
    return StoredArticle(info=info, text=text, sentences=tiles, current=True)


def articles() -> list[StoredArticle]:
    """The archive."""
    return [
        stored(
            HARBOUR,
            source="/news/harbour.html",
            title="Old harbour to close",
            outlet="Alder Courier",
            published=date(2025, 11, 27),
            authors=("Ines Olm", "Bo Marr"),
        ),
        stored(FERRY, source="https://www.isle.example/2025/ferry-numbers", published=date(2025, 11, 25)),
        stored(
            TRAP,
            source=f"/news/\x1b[2J{hostile.ALL}trap.txt",
            title=TRAP,
            outlet=f"[red]Trap\x1b[0m {hostile.ALL}",
            published=None,
            authors=(f"Trap {hostile.ALL}",),
            url=f"http://evil/{hostile.ALL}",
        ),
        stored(
            MINA,
            source="/news/mina.txt",
            title="إغلاق الميناء القديم 🎉",
            outlet="صحيفة الميناء",
            published=date(2025, 11, 28),
        ),
    ]


def reference(article: StoredArticle, index: int) -> str:
    """The reference printed for a sentence."""
    return f"{article.info.id}-{short_hash(article.text, 10)}-{index + 1}"


def evidence(article: StoredArticle, index: int, score: float = 0.5) -> Evidence:
    """A sentence of an article; "on Tuesday" is resolved as the real one would."""
    tile = article.sentences[index]
    text = article.text[tile.start : tile.end].rstrip()
    at = text.find("on Tuesday")
    tuesday = DateMention(at, at + 10, date(2025, 11, 25), date(2025, 11, 25), relative=True)
    return Evidence(
        ref=reference(article, index),
        article=article.info,
        sentence=index,
        start=tile.start,
        end=tile.start + len(text),
        text=text,
        score=score,
        dates=(tuesday,) if at >= 0 else (),
    )


def cite(number: int, article: StoredArticle, index: int) -> Citation:
    """The same under a number."""
    found = evidence(article, index)
    return Citation(number=number, **{f.name: getattr(found, f.name) for f in fields(found)})


def _answer(question: str, statements: Sequence[Statement], offered: Sequence[Citation], **changes: Any) -> Answer:
    given: dict[str, Any] = {
        "question": question,
        "statements": tuple(statements),
        "abstained": not statements,
        "reason": "" if statements else "No sentence of the archive is near enough to this question.",
        "evidence": tuple(offered),
        "evidence_from": date(2025, 11, 25) if statements else None,
        "evidence_until": date(2025, 11, 27) if statements else None,
        "prompt_id": "",
        "model": "",
        "usage": None,
    }
    return Answer(**(given | changes))


class FakeAssistant:
    """Implements the public interface with records; remembers what it was asked."""

    arrivals: Sequence[date] = ()  # when articles came in

    def __init__(self, folder: Path, settings: Settings, on_notice: OnText = lambda _: None) -> None:
        self.folder = str(folder)
        self.notify = on_notice
        self.settings = settings
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.warmed = self.closed = False
        self.fault = ""  # of its vector index, which `repair` mends
        self.report: IngestReport | None = None
        self._articles = articles()

    def __enter__(self) -> FakeAssistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        settings: Settings | None = None,
        create: bool = True,
        on_notice: OnText | None = None,
        wrap_model: object = None,
    ) -> FakeAssistant:
        if not create and not Path(folder).exists():
            raise LibraryMissing(f"There is no library in {folder}. Make one with: assistant ingest FOLDER")
        return cls(Path(folder), settings or Settings(), on_notice or (lambda _: None))

    def close(self) -> None:
        self.closed = True

    def ingest(
        self,
        sources: Sequence[object],
        *,
        fields: object = None,
        outlet: str | None = None,
        on_progress: Callable[[IngestProgress], None] | None = None,
    ) -> IngestReport:
        self.calls.append(("ingest", {"sources": list(sources), "fields": fields, "outlet": outlet}))
        for step in range(3 if on_progress else 0):
            assert on_progress
            now = IngestProgress(
                articles=step, passages=2 * step, bytes_read=step, bytes_total=2, current=f"/n/\x1b[31m{step}.txt"
            )
            on_progress(now)
        return self.report or ingest_report()

    def fetch(
        self, sources: Sequence[object], *, fields: object = None, on_step: OnText = lambda _: None
    ) -> list[object]:
        return list(sources)

    def search(
        self, question: str, *, limit: int = 10, asked_on: date | None = None, filters: Filters = NO_FILTERS
    ) -> list[Evidence]:
        self.calls.append(("search", {"question": question, "asked_on": asked_on, "filters": filters}))
        found = [evidence(a, 0, 0.9 - i / 10) for i, a in enumerate(self._articles)]
        return [] if "nothing" in question else found[:limit]

    def explain(self, question: str, *, asked_on: date | None = None, filters: Filters = NO_FILTERS) -> Query:
        day = asked_on or date(2025, 5, 1)
        return Query(question=question, asked_on=day, filters=filters, terms={"harbour": 2.0}, missing=("\x1b[31mred",))

    def ask(
        self,
        question: str,
        *,
        asked_on: date | None = None,
        filters: Filters = NO_FILTERS,
        on_text: OnText | None = None,
    ) -> Answer:
        self.calls.append(("ask", {"question": question, "asked_on": asked_on, "filters": filters}))
        return self.answer(question, 1, on_text)

    def answer(self, question: str, number: int, on_text: OnText | None) -> Answer:
        """The answer that the question's word asks for, its citations numbered from `number`."""
        self.notify(REBUILT)
        harbour, ferry, trap, mina = self._articles
        first, second = cite(number, harbour, 0), cite(number + 1, harbour, 1)
        if "down" in question:
            raise ModelUnreachable("No answer from http://localhost:1/v1; is the server running?")
        if "long" in question:
            time.sleep(30)
        if "slow" in question:
            _stream(on_text or (lambda _: None))
        if "ferry" in question:
            third = cite(number + 2, ferry, 0)
            failing = Statement(
                text="The ferry carried 23 million people.",
                citations=(third,),
                verdict=Verdict.UNSUPPORTED,
                problems=("not in the cited sentence: “23 million”",),
                unknown=(9,),
            )
            kept = Statement(text="It stops in March.", citations=(first,), verdict=Verdict.SUPPORTED)
            return _answer(question, [kept, failing], [first, third], notices=("The reply was cut off.",))
        if "trap" in question:
            found = cite(number, trap, 0)
            return _answer(
                question,
                [Statement(text=TRAP, citations=(found,), verdict=Verdict.MISQUOTED, problems=(TRAP,))],
                [found],
                notices=(TRAP,),
            )
        if "mina" in question:
            found = cite(number, mina, 0)
            return _answer(
                question, [Statement(text=found.text, citations=(found,), verdict=Verdict.SUPPORTED)], [found]
            )
        if "harbour" in question or "slow" in question:
            says = Statement(
                text="Port Alder closes its old harbour for 18 million crowns.",
                citations=(first, second),
                verdict=Verdict.SUPPORTED,
            )
            used = Usage(prompt_tokens=1200, completion_tokens=34) if self.model_name else None
            return _answer(question, [says], [first, second], model=self.model_name, usage=used)
        return _answer(question, [], [cite(number + i, harbour, i) for i in range(5)])

    def conversation(self, *, asked_on: date | None = None, filters: Filters = NO_FILTERS) -> FakeConversation:
        self.calls.append(("conversation", {"asked_on": asked_on, "filters": filters}))
        return FakeConversation(self, filters)

    def article(self, article_id: str, version: int | None = None, *, text_hash: str = "") -> StoredArticle:
        for article in self._articles:
            fits = version in (None, article.info.version) and short_hash(article.text, 64).startswith(text_hash)
            if article.info.id == article_id and fits:
                return article
        raise UsageError(f"The archive holds no article {article_id}.")

    def permalink(self, ref: str) -> Permalink:
        return resolve(ref, self.article, self.sessions.citation)

    def came_in(self, since: date) -> int:
        return sum(day >= since for day in self.arrivals)

    def authors(self) -> tuple[str, ...]:
        return tuple(sorted({author for article in self._articles for author in article.info.authors}))

    def titled(self, words: str, limit: int = 20) -> list[ArticleInfo]:
        fits = [all(word.casefold() in a.info.title.casefold() for word in words.split()) for a in self._articles]
        return [a.info for a, fit in zip(self._articles, fits, strict=True) if fit and a.info.title][:limit]

    def choose_model(self, name: str) -> None:
        if name and not (self.settings.api_key or self.settings.base_url):
            raise UsageError("No server is set up to ask a model of.")
        self.settings = replace(self.settings, model=name, use_model=bool(name))

    @property
    def sessions(self) -> SessionStore:
        return SessionStore(self.settings.sessions)

    def new_session(self) -> OpenSession | None:
        if not self.settings.save_sessions:
            return None
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
            outlets=(*((f"Outlet {n}", 20 - n) for n in range(12)), *_outlets(self._articles)),
            embedder="minilm",
            bytes_on_disk=1_234_567,
        )

    def reembed(self, on_embedded: Callable[[int], None] = lambda _: None) -> int:
        for _ in range(4):
            on_embedded(10)
        return 30

    def warm_up(self) -> None:
        self.warmed = True

    def check(self) -> LibraryHealth:
        return LibraryHealth(findings=(LibraryFinding("texts", ""), LibraryFinding("vector index", self.fault)))

    def repair(self) -> LibraryHealth:
        self.fault = ""
        return replace(self.check(), repaired=("the vector index was built anew",))

    @property
    def notices(self) -> tuple[str, ...]:
        return (NOTICE,)

    @property
    def model_name(self) -> str:
        return self.settings.model if self.settings.model_configured else ""


def _outlets(held: Sequence[StoredArticle]) -> list[tuple[str, int]]:
    return [(article.info.outlet, 1) for article in held if article.info.outlet]


def _stream(on_text: OnText) -> None:
    for turn in range(300):
        on_text("The council of \x1b[31mPort Alder [1] ")
        on_text(hostile.ALL if turn == 20 else "")
        time.sleep(0.1)


class FakeConversation:
    """Numbers go on over the whole conversation; a failed turn leaves no trace."""

    def __init__(self, assistant: FakeAssistant, filters: Filters) -> None:
        self._assistant = assistant
        self.filters = filters
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
        self._assistant.calls.append(("turn", {"question": question, "filters": self.filters, "strict": self.strict}))
        used = [c.number for turn in self.turns for c in turn.answer.evidence]
        answer = self._assistant.answer(question, max(used, default=0) + 1, on_text)
        turn = Turn(question=question, answer=answer, standalone=question)
        self.turns = (*earlier, turn)
        return turn

    def citation(self, number: int) -> Citation | None:
        shown = [c for turn in self.turns for c in turn.answer.evidence]
        return next((c for c in shown if c.number == number), None)


def ingest_report(**changes: Any) -> IngestReport:
    """What an ingest of a folder with a few bad files says."""
    given: dict[str, Any] = {
        "added": 20,
        "updated": 1,
        "unchanged": 3,
        "skipped": (Skipped(source="/n/a.bin", reason="Not text."), Skipped(source="/n/\x1bb.txt", reason="Empty.")),
        "notices": (Skipped(source="/n/c.json", reason="The date 'soon' could not be read."),),
        "undated": 2,
        "passages": 50,
        "embedded": 40,
        "seconds": 1.25,
    }
    return IngestReport(**(given | changes))


class FakeOpener:
    """Opens stand-ins and remembers them, so that a test can see what they were asked."""

    def __init__(self, report: IngestReport | None = None, fault: str = "") -> None:
        self.opened: list[FakeAssistant] = []
        self._report, self._fault = report, fault

    def __call__(self, folder: Path, *, settings: Settings, create: bool, on_notice: OnText) -> Assistant:
        fake = FakeAssistant.open(folder, settings=settings, create=create, on_notice=on_notice)
        fake.report, fake.fault = self._report, self._fault
        self.opened.append(fake)
        return cast("Assistant", fake)

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """All that was asked of the stand-ins, in order."""
        return [call for fake in self.opened for call in fake.calls]
