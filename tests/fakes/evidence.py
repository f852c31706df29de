"""Evidence and answerers made by hand, for tests of what happens to them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answering.answer import AnswerSetup, answer
from assistant.answering.answerer import Answerer, Draft, DraftStatement, Request, Standalone
from assistant.answering.conversation import TurnInProgress
from assistant.answering.judge import Judge
from assistant.checks.reading import CalibratedReader
from assistant.library_reports import LibraryStatus
from assistant.llm.chat import OnText
from assistant.llm.usage import Prices
from assistant.records import Answer, ArticleInfo, Evidence, Filters, Retrieved, Turn
from assistant.retrieval.confidence import ENOUGH

STATUS = LibraryStatus(
    folder="library",
    articles=2,
    versions=2,
    sentences=9,
    passages=2,
    pending=0,
    undated=0,
    first=date(2025, 3, 4),
    last=date(2025, 4, 16),
    outlets=(("Orrin Wire", 2),),
    embedder="bag-of-words/64",
    bytes_on_disk=1,
)


def article_info(
    name: str = "a", *, published: date | None = date(2025, 3, 4), outlet: str = "Orrin Wire"
) -> ArticleInfo:
    return ArticleInfo(
        id=(name * 10)[:10],
        version=1,
        source=f"{name}.txt",
        title=f"Title {name}",
        outlet=outlet,
        published=published,
        text_hash="0" * 64,
    )


def evidence(
    text: str, *, name: str = "a", index: int = 0, score: float = 0.9, published: date | None = date(2025, 3, 4)
) -> Evidence:
    info = article_info(name, published=published)
    return Evidence(
        ref=f"{info.id}-000000-{index + 1}",
        article=info,
        sentence=index,
        start=0,
        end=len(text),
        text=text,
        score=score,
    )


class _Library:
    """Says what it holds."""

    def status(self) -> LibraryStatus:
        return STATUS


class ScriptedAnswerer:
    """Writes the statements that it was given, whatever is asked, and keeps the requests it got."""

    def __init__(self, *statements: tuple[str, tuple[int, ...]], declined: bool = False) -> None:
        self.statements = tuple(DraftStatement(text, numbers) for text, numbers in statements)
        self.declined = declined
        self.requests: list[Request] = []

    def select(self, found: Retrieved, just_shown: Container[str] = (), question: str = "") -> list[Evidence]:
        return list(found.evidence)

    def draft(self, request: Request, on_text: OnText | None = None) -> Draft:
        self.requests.append(request)
        return Draft(statements=self.statements, declined=self.declined, model="scripted", prompt_id="answer@00000000")

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> Standalone:
        return Standalone(f"{question} (after {len(turns)})")


@dataclass(frozen=True, kw_only=True)
class FakePipeline:
    """Finds the same for every question."""

    found: Retrieved
    setup: AnswerSetup

    @property
    def prices(self) -> Prices | None:
        return self.setup.prices

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> Standalone:
        return self.setup.answerer.standalone(question, turns, asked_on)

    def answer(
        self,
        turn: TurnInProgress,
        filters: Filters = Filters(),  # noqa: B008
        *,
        strict: bool | None = None,
        on_text: OnText | None = None,
    ) -> Answer:
        return answer(turn, self.found, self.setup if strict is None else replace(self.setup, strict=strict), on_text)

    def ask(self, question: str, asked_on: date, on_text: OnText | None = None) -> Answer:
        return self.answer(TurnInProgress(question=question, asked_on=asked_on), on_text=on_text)


def retrieved(evidence: Sequence[Evidence]) -> Retrieved:
    return Retrieved(evidence=tuple(evidence), confidence=1.0)


def pipeline(
    answerer: Answerer,
    found: Sequence[Evidence],
    confidence: float = 1.0,
    missing: tuple[str, ...] = (),
    further: Sequence[Evidence] = (),
    *,
    strict: bool = False,
    judge: Judge | None = None,
    prices: Prices | None = None,
    reading: CalibratedReader | None = None,
) -> FakePipeline:
    setup = AnswerSetup(
        answerer=answerer, library=_Library(), strict=strict, judge=judge, prices=prices, reading=reading
    )
    return FakePipeline(
        found=Retrieved(
            evidence=tuple(found), confidence=confidence, enough=ENOUGH, missing=missing, further=tuple(further)
        ),
        setup=setup,
    )
