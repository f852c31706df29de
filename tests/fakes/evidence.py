"""Evidence and answerers made by hand, for tests of what happens to them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date

from assistant.answering.answer import Parts
from assistant.answering.answerer import Answerer, OnText, Request, Standalone
from assistant.records import (
    ArticleInfo,
    Draft,
    DraftStatement,
    Evidence,
    LibraryStatus,
    Retrieved,
    Turn,
)

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


class ScriptedAnswerer:
    """Writes the statements that it was given, whatever is asked, and keeps the requests it got."""

    def __init__(self, *statements: tuple[str, tuple[int, ...]], declined: bool = False) -> None:
        self.statements = tuple(DraftStatement(text, numbers) for text, numbers in statements)
        self.declined = declined
        self.requests: list[Request] = []

    def select(self, evidence: Sequence[Evidence], known: Container[str] = (), question: str = "") -> list[Evidence]:
        return list(evidence)

    def draft(self, request: Request, on_text: OnText | None = None) -> Draft:
        self.requests.append(request)
        return Draft(statements=self.statements, declined=self.declined, model="scripted", prompt_id="answer@00000000")

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> Standalone:
        return Standalone(f"{question} (after {len(turns)})")


def parts(
    answerer: Answerer,
    found: Sequence[Evidence],
    strength: float = 1.0,
    missing: tuple[str, ...] = (),
    further: Sequence[Evidence] = (),
) -> Parts:
    retrieved = Retrieved(evidence=tuple(found), strength=strength, missing=missing, further=tuple(further))
    return Parts(retrieve=lambda _: retrieved, answerer=answerer, status=lambda: STATUS)
